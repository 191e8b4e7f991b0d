"""The endpoints, asked over HTTP: they answer what the Python API answers."""

from __future__ import annotations

import base64
import io
import time
from collections.abc import Callable
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image
from tests.serving.conftest import PRODUCTS, Server, data_url, error_code, picture

from gergo.catalogue import editing
from gergo.catalogue.store import Catalogue
from gergo.evaluation.explaining import explain
from gergo.search.index import Index
from gergo.towers.model import Model


def search(client: httpx.Client, **query: Any) -> dict[str, Any]:
    answer = client.post("/v1/search", json=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture(scope="module")
def made(shop: Catalogue, tuned: Model) -> Index:
    return Index.open(shop, model=tuned)


@pytest.mark.parametrize(
    "query",
    [
        {"text": "brass wood screw"},
        {"text": "M8", "mode": "text"},
        {"text": "Norrland bolt", "mode": "hybrid"},
        {"text": "black bolt", "minus": "brass", "offset": 3},
    ],
)
def test_search_is_that_of_the_index(client: httpx.Client, made: Index, query: dict[str, Any]) -> None:
    found = search(client, **query, k=7)["results"]
    wanted = made.search(query.get("text"), **{k: v for k, v in query.items() if k != "text"}, k=7)
    assert [one["id"] for one in found] == [one.id for one in wanted]
    np.testing.assert_allclose([one["score"] for one in found], [one.score for one in wanted], atol=1e-5)
    assert found[0]["columns"] == wanted[0].columns


def test_search_by_picture_by_both_and_by_likeness(client: httpx.Client, made: Index, shop: Catalogue) -> None:
    view = shop.views().to_pylist()[4]
    image = data_url(shop.pictures([view["view"]])[0])
    best = search(client, image=image, k=1)["results"][0]
    assert best["view"] == view["view"]
    assert best["score"] == pytest.approx(1, abs=0.01)
    both = search(client, image=image, text="red", text_weight=0.9, k=5)["results"]
    assert [one["id"] for one in both] != [one["id"] for one in search(client, image=image, k=5)["results"]]
    alike = search(client, like=best["id"], k=5)["results"]
    assert [one["id"] for one in alike] == [one.id for one in made.search(like=best["id"], k=5)]
    assert best["id"] not in [one["id"] for one in alike]


def test_pages_and_nothing_asked(client: httpx.Client, shop: Catalogue) -> None:
    listed = search(client, k=15, offset=30)
    assert [one["id"] for one in listed["results"]] == shop.items()["id"].to_pylist()[30:]
    assert listed["matching"] == PRODUCTS
    assert listed["results"][0]["score"] is None
    whole = [one["id"] for one in search(client, text="bolt", k=20)["results"]]
    halves = [search(client, text="bolt", k=10, offset=start)["results"] for start in (0, 10)]
    assert [one["id"] for half in halves for one in half] == whole


def test_filters_and_facets(client: httpx.Client, shop: Catalogue) -> None:
    rows = shop.items().to_pylist()
    brand = rows[0]["brand"]
    cheap = {"column": "price", "op": "lt", "value": 10}
    answer = search(
        client, text="bolt", k=200, facets=["brand", "category"],
        filters=[cheap, {"column": "brand", "op": "in", "value": [brand]}],
    )  # fmt: skip
    wanted = {row["id"] for row in rows if row["price"] < 10 and row["brand"] == brand}
    assert {one["id"] for one in answer["results"]} == wanted
    assert answer["matching"] == len(wanted)
    counts = {one["value"]: one["count"] for one in answer["facets"]["brand"]}
    for name, count in counts.items():  # brands are counted as if none were chosen, or none could be added
        assert count == sum(row["price"] < 10 and row["brand"] == name for row in rows)
    assert sum(one["count"] for one in answer["facets"]["category"]) == len(wanted)


def test_two_models_answer(client: httpx.Client, base: Model, shop: Catalogue) -> None:
    models = {one["role"]: one for one in client.get("/v1/models").json()["data"]}
    assert models["base"]["hash"] == base.hash
    by_base = search(client, text="wing nut", model="base", mode="vector", k=10)
    assert by_base["model"] == "base"
    vectors = dict(zip(*_vectors(shop, base), strict=True))
    query_D = base.encode_texts(["wing nut"])[0]
    for one in by_base["results"]:
        assert one["score"] == pytest.approx(float(vectors[one["view"]] @ query_D), abs=1e-5)
    assert error_code(client.post("/v1/search", json={"text": "x", "model": "nope"})) == "model_not_found"


def _vectors(shop: Catalogue, model: Model) -> tuple[list[int], np.ndarray]:
    views = shop.views()["view"].to_pylist()
    return views, model.encode_images(shop.pictures(views))


def test_classify(client: httpx.Client, tuned: Model, shop: Catalogue) -> None:
    item = shop.items()["id"][0].as_py()
    labels = ["hex bolt", "wing nut", "wall plug"]
    answer = client.post("/v1/classify", json={"item": item, "labels": labels}).json()
    view = shop.views(items=[0])["view"][0].as_py()
    wanted = dict(zip(labels, tuned.zero_shot(shop.pictures([view]), labels)[0], strict=True))
    got = {one["label"]: one["probability"] for one in answer["labels"]}
    assert got == pytest.approx({name: float(p) for name, p in wanted.items()}, abs=0.02)
    assert [one["probability"] for one in answer["labels"]] == sorted(got.values(), reverse=True)
    assert all(0 <= one["standing"] <= 1 for one in answer["labels"])
    assert answer["compared_with"] == len(shop.views())
    empty = client.post("/v1/classify", json={"item": item, "labels": ["something"]}).json()
    assert empty["none_of_these"], "a label that says nothing is none"
    assert error_code(client.post("/v1/classify", json={"labels": labels})) == "invalid_request"
    assert error_code(client.post("/v1/classify", json={"item": "no", "labels": labels})) == "no_such_item"


def test_explain_is_that_of_the_python_api(client: httpx.Client, tuned: Model, shop: Catalogue) -> None:
    view = shop.views(items=[2])["view"][0].as_py()
    answer = client.post("/v1/explain", json={"view": view, "text": "hex bolt"}).json()
    wanted = explain(tuned, shop.pictures([view])[0], "hex bolt")
    assert answer["score"] == pytest.approx(wanted.score, abs=0.01)
    assert answer["neutral"] == pytest.approx(wanted.neutral, abs=0.01)
    assert (answer["width"], answer["height"]) == wanted.image.size
    cells = np.array(answer["map"])
    assert cells.max() == 1
    assert cells.min() >= 0
    large = np.asarray(Image.fromarray(cells.astype(np.float32)).resize(wanted.map_HW.shape[::-1]))
    assert np.corrcoef(large.ravel(), wanted.map_HW.ravel())[0, 1] > 0.9
    by_item = client.post("/v1/explain", json={"item": shop.items()["id"][2].as_py(), "text": "hex bolt"}).json()
    assert by_item == answer
    for wrong in ({"text": "x"}, {"text": " ", "view": view}, {"text": "x", "view": view, "item": "y"}):
        assert error_code(client.post("/v1/explain", json=wrong)) == "invalid_request"
    assert error_code(client.post("/v1/explain", json={"text": "x", "view": 10**9})) == "no_such_picture"


def test_embeddings_of_words_and_pictures(client: httpx.Client, tuned: Model) -> None:
    red = picture("red", (50, 50), "PNG")
    inputs = ["a red bolt", data_url(red, "image/png"), "a nut"]
    answer = client.post("/v1/embeddings", json={"input": inputs, "model": "tuned"}).json()
    vectors_ND = np.array([one["embedding"] for one in answer["data"]], np.float32)
    np.testing.assert_allclose(vectors_ND[[0, 2]], tuned.encode_texts(["a red bolt", "a nut"]), atol=1e-5)
    np.testing.assert_allclose(vectors_ND[1], tuned.encode_images([Image.new("RGB", (50, 50), "red")])[0], atol=1e-5)
    assert answer["usage"]["prompt_tokens"] == sum(tuned.count_tokens(["a red bolt", "a nut"]))
    parts = [{"text": "a red bolt"}, {"image": base64.b64encode(red).decode()}]
    packed = client.post("/v1/embeddings", json={"input": parts, "model": "tuned", "encoding_format": "base64"}).json()
    first = np.frombuffer(base64.b64decode(packed["data"][0]["embedding"]), "<f4")
    np.testing.assert_allclose(first, vectors_ND[0], atol=1e-6)
    for wrong in ({"input": [1, 2]}, {"input": []}, {"input": ""}, {"input": "x", "dimensions": 3}, {"input": [{}]}):
        assert error_code(client.post("/v1/embeddings", json={"model": "tuned", **wrong})) == "invalid_request"
    assert error_code(client.post("/v1/embeddings", json={"input": "x", "model": "gpt"})) == "model_not_found"


def test_items_and_pictures_are_read(client: httpx.Client, shop: Catalogue) -> None:
    page = client.get("/v1/items", params={"offset": 5, "limit": 3}).json()
    rows = shop.items().to_pylist()[5:8]
    assert [one["id"] for one in page["items"]] == [row["id"] for row in rows]
    assert page["total"] == PRODUCTS
    one = client.get(f"/v1/items/{rows[0]['id']}").json()
    assert {**one, "siblings": ...} == {**page["items"][0], "siblings": ...}
    assert len(one["pictures"]) == 2
    answer = client.get(one["pictures"][0]["picture"], params={"size_px": 64})
    assert answer.headers["content-type"] == "image/jpeg"
    with Image.open(io.BytesIO(answer.content)) as shown:
        assert max(shown.size) <= 160
    again = client.get(
        one["pictures"][0]["picture"], headers={"If-None-Match": answer.headers["etag"]}, params={"size_px": 64}
    )
    assert again.status_code == 304
    assert error_code(client.get("/v1/items/no/such/item")) == "no_such_item"
    for view in ("999999", "-1", str(2**70)):
        assert error_code(client.get(f"/v1/picture/{view}")) == "no_such_picture"


def test_items_are_written_and_found_at_once(own_shop: Catalogue, serve: Callable[..., Server]) -> None:
    url = serve(own_shop).url
    row = {"sku": "NEW-1", "title": "turquoise cable drum", "brand": "Neu", "price": 12.5, "image_1": "drum.png"}
    with httpx.Client(base_url=url, timeout=60) as client:
        body = {"items": [row], "pictures": {"drum.png": data_url(picture("turquoise", kind="PNG"))}}
        answer = client.post("/v1/items", json=body)
        assert answer.status_code == 200, answer.text
        assert answer.json() | {"catalogue_version": 0} == {
            "changed": 1, "items": PRODUCTS + 1, "catalogue_version": 0, "quarantined": [],
        }  # fmt: skip
        assert int(answer.headers["gergo-catalogue-version"]) == own_shop.version + 1
        best = search(client, image=data_url(picture("turquoise")), k=1)["results"][0]
        assert (best["id"], best["columns"]["brand"]) == ("NEW-1", "Neu")
        assert Catalogue.open(own_shop.path).version == own_shop.version + 1, "an accepted write is on disk"
        client.post("/v1/items", json={"items": [{"sku": "NEW-1", "price": 9.0}]})
        assert client.get("/v1/items/NEW-1").json()["columns"]["price"] == 9.0
        assert error_code(client.post("/v1/items", json={"items": [{"sku": "X", "nope": 1}]})) == "invalid_request"
        client.post("/v1/items", json={"items": [{"sku": "NEW-1", "title": "N/A"}]})
        assert client.get("/v1/items/NEW-1").json()["title"] == "NEW-1", "no product is called N/A"
        assert search(client, image=data_url(picture("turquoise")), k=1)["results"][0]["title"] == "NEW-1"
        bad = {"items": [row | {"sku": "NEW-2"}], "pictures": {"drum.png": data_url(b"GIF89a")}}
        assert client.post("/v1/items", json=bad).status_code == 422
        assert client.delete("/v1/items/NEW-1").json()["items"] == PRODUCTS
        assert error_code(client.delete("/v1/items/NEW-1")) == "no_such_item"
        ids = [one["id"] for one in search(client, k=2)["results"]]
        assert client.post("/v1/items/delete", json={"ids": ids}).json()["items"] == PRODUCTS - 2
        assert error_code(client.post("/v1/items/delete", json={"ids": ["no"]})) == "invalid_request"


def test_a_change_from_elsewhere_is_followed(own_shop: Catalogue, serve: Callable[..., Server]) -> None:
    server = serve(own_shop, refresh_s=0.1)
    gone = own_shop.items()["id"][0].as_py()
    with httpx.Client(base_url=server.url, timeout=60) as client:
        first = client.get(f"/v1/items/{gone}")
        assert first.headers["gergo-max-staleness-s"] == "0.1"
        editing.remove(own_shop, [gone])
        for _ in range(600):
            ready = client.get("/readyz").json()
            if ready["catalogue_version"] > own_shop.version:
                break
            time.sleep(0.05)
        assert ready["ready"]
        assert ready["checked_s_ago"] < 30
        assert error_code(client.get(f"/v1/items/{gone}")) == "no_such_item"
        assert gone not in [one["id"] for one in search(client, text="bolt", k=200)["results"]]


def test_all_categories_are_proposed_as_labels_up_to_forty(
    client: httpx.Client, shop: Catalogue, own_shop: Catalogue, serve: Callable[..., Server]
) -> None:
    answer = client.get("/v1/catalogue").json()
    assert 8 < len(answer["labels"]) == len(set(shop.items()["category"].to_pylist()))
    assert answer["labels_left_out"] == 0
    rows = [{"sku": f"KIND-{i}", "title": f"thing {i}", "category": f"kind {i}"} for i in range(40)]
    editing.upsert(own_shop, rows)
    with httpx.Client(base_url=serve(own_shop).url, timeout=60) as more:
        found = more.get("/v1/catalogue").json()
    assert found["labels"][: len(answer["labels"])] == answer["labels"], "the commonest first"
    assert (len(found["labels"]), found["labels_left_out"]) == (40, len(answer["labels"]))


def test_paths_are_proposed_in_words_and_whole_in_filters(own_shop: Catalogue, serve: Callable[..., Server]) -> None:
    items = own_shop.items().to_pylist()
    kinds = {item["category"] for item in items}
    editing.upsert(own_shop, [{"sku": item["id"], "category": f"Trade > {item['category']}"} for item in items])
    with httpx.Client(base_url=serve(own_shop).url, timeout=60) as client:
        found = client.get("/v1/catalogue").json()
        facet = search(client, text="bolt", facets=["category"])["facets"]["category"]
    columns = {one["name"]: one for one in found["columns"]}
    assert (columns["category"]["separator"], columns["brand"]["separator"]) == (" > ", None)
    assert set(found["labels"]) == kinds
    assert {one["value"] for one in facet} == {f"Trade > {kind}" for kind in kinds}


def test_metrics_and_status(client: httpx.Client, shop: Catalogue) -> None:
    search(client, text="bolt")
    lines = client.get("/metrics").text.splitlines()
    assert f"gergo_index_items {float(PRODUCTS)}" in lines
    assert f"gergo_catalogue_version {float(shop.version)}" in lines
    assert any(line.startswith('gergo_requests_total{method="POST",route="/v1/search",status="200"}') for line in lines)
    assert any(line.startswith('gergo_model_call_values_count{modality="text"}') for line in lines)
    about = client.get("/v1/catalogue").json()
    columns = {one["name"]: one for one in about["columns"]}
    assert columns["brand"]["facet"]
    assert not columns["title"]["facet"]
    assert columns["price"]["low"] == min(shop.items()["price"].to_pylist())
    assert (about["model"], about["base"], about["writable"]) == ("tuned", "base", False)
    assert client.get(about["report"]).text.endswith("Ship it.")
    assert "sandbox" in client.get(about["report"]).headers["content-security-policy"]
