"""What shoppers do beside typing words: pages, more like this, not this, brands, facets; and comparing two models."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from gergo.catalogue.importing import import_catalogue
from gergo.catalogue.store import Catalogue
from gergo.demo import write_catalogue
from gergo.errors import InputError, UsageError
from gergo.search.calibration import Calibration, Curve, read_calibration, write_calibration
from gergo.search.comparing import compare
from gergo.search.index import Index, index, prepare
from gergo.search.record import FILE
from gergo.search.results import Mode
from gergo.towers.model import Model

PRODUCTS = 36


@pytest.fixture(scope="module")
def base() -> Model:
    return Model.load("base")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, base: Model) -> Index:
    source = write_catalogue(tmp_path_factory.mktemp("shop"), products=PRODUCTS, views=1, size_px=64)
    return index(import_catalogue(source, tmp_path_factory.mktemp("catalogues") / "shop.gergo"), base)


def test_pages_of_every_mode_add_up_to_the_whole(made: Index) -> None:
    modes: list[Mode] = ["vector", "text", "hybrid", "auto"]
    for mode in modes:
        whole = made.search("zinc hex bolt M8", k=PRODUCTS + 5, mode=mode)
        pages = [made.search("zinc hex bolt M8", k=7, offset=offset, mode=mode) for offset in range(0, PRODUCTS + 5, 7)]
        assert [result for page in pages for result in page] == whole
        assert len({result.id for result in whole}) == len(whole)
        assert [result.score for result in whole] == sorted((result.score for result in whole), reverse=True)
    assert made.search("zinc", offset=10_000) == []


def test_items_of_the_brand_come_first(made: Index) -> None:
    for brand in {row["brand"] for row in made.catalogue.items().to_pylist()}:
        assert made.mode_for(f"{brand} bolt") == "hybrid"
        results = made.search(f"{brand} bolt", k=PRODUCTS)
        own = [brand.casefold() in json.dumps(result.columns).casefold() for result in results]
        assert own == sorted(own, reverse=True)
        assert any(own)


def test_an_id_finds_its_item(made: Index) -> None:
    for row in made.catalogue.items().to_pylist()[::9]:
        assert made.search(row["id"], k=1)[0].id == row["id"]


def test_a_title_finds_the_items_that_are_called_so(made: Index) -> None:
    for row in made.catalogue.items().to_pylist():
        title = row["texts"][0]["text"]
        assert made.search(title, k=1)[0].columns["title"] == row["title"]


def test_more_like_this_is_what_its_picture_finds_without_itself(made: Index) -> None:
    id_ = made.catalogue.items()["id"][3].as_py()
    results = made.search(like=id_, k=PRODUCTS)
    assert len(results) == PRODUCTS - 1
    assert id_ not in {result.id for result in results}
    view = made.catalogue.views(items=[int(made.catalogue.items()["item"][3].as_py())])["view"].to_pylist()
    by_picture = made.search(image=made.catalogue.pictures(view)[0], k=PRODUCTS)
    assert results[0].id in {result.id for result in by_picture[:3]}
    with pytest.raises(InputError, match="'nobody'"):
        made.search(like="nobody")


def test_what_is_not_wanted_goes_away(made: Index) -> None:
    plain, away = (made.search("bolt", k=PRODUCTS, minus=minus, mode="vector") for minus in (None, "nut"))
    gone = {result.id for result in plain} - {result.id for result in away}
    titles = {row["id"]: row["texts"][0]["text"].casefold() for row in made.catalogue.items().to_pylist()}
    assert gone
    assert all("nut" in " ".join(map(str, made_columns(made, id_).values())).casefold() for id_ in gone)
    nut_D = made.model.encode_texts(["nut"])[0]
    query_D, steered_D = made._query("bolt", None, None, None, 0.5), made._query("bolt", None, None, "nut", 0.5)
    assert steered_D @ nut_D < query_D @ nut_D
    assert np.linalg.norm(steered_D) == pytest.approx(1)
    assert len(titles) == PRODUCTS


def made_columns(made: Index, id_: str) -> dict:
    return next(row for row in made.catalogue.items().to_pylist() if row["id"] == id_)


def test_facets_are_counts_over_all_that_matches(made: Index) -> None:
    rows = made.catalogue.items().to_pylist()
    brand = rows[0]["brand"]
    counted = made.facets(["BRAND"], limit=100)["brand"]
    assert sum(n for _, n in counted) == PRODUCTS
    assert counted == sorted(counted, key=lambda pair: (-pair[1], str(pair[0])))
    assert made.facets(["brand"], where=f"brand = '{brand}'") == {"brand": [(brand, dict(counted)[brand])]}
    assert made.facets(["brand"], ids=[rows[0]["id"]]) == {"brand": [(brand, 1)]}
    assert len(made.facets(["brand"], limit=1)["brand"]) == 1
    with pytest.raises(UsageError, match="brnd"):
        made.facets(["brnd"])


def test_what_cannot_be_asked_is_said(made: Index) -> None:
    with pytest.raises(UsageError, match="offset is -1"):
        made.search("bolt", offset=-1)
    with pytest.raises(UsageError, match="mode is 'fuzzy'"):
        made.search("bolt", mode="fuzzy")  # pyright: ignore[reportArgumentType]
    with pytest.raises(UsageError, match="needs words"):
        made.search(like=made.catalogue.items()["id"][0].as_py(), mode="text")


def test_a_similarity_becomes_a_probability_by_what_the_columns_say(made: Index, base: Model, tmp_path: Path) -> None:
    copy = Catalogue.open(shutil.copytree(made.catalogue.path, tmp_path / "copy.gergo"))
    calibration = index(copy, base).calibration
    assert calibration is not None
    fitted = calibration.model_copy(update={"curve": Curve(slope=10, offset=-1, prior=0.2)})
    write_calibration(copy.path, fitted)
    assert read_calibration(copy.path, base.hash) == fitted
    assert read_calibration(copy.path, "another") is None
    result = Index.open(copy, model=base).search("bolt", k=1, mode="vector")[0]
    assert result.similarity is not None
    assert result.probability == pytest.approx(1 / (1 + np.exp(1 - 10 * result.similarity)), abs=1e-6)
    assert result.to_json()["probability"] == round(result.probability, 6)
    reopened, picture = Index.open(copy, model=base), copy.pictures([0])[0]
    titled = reopened.search(reopened.caption(result), k=1)[0]
    assert (titled.named, titled.worded, titled.probability) == (True, True, None), "its name is beyond likelihood"
    found = reopened.search("bolt", k=PRODUCTS, mode="hybrid")
    assert {one.worded for one in found} == {True, False}
    assert all((one.probability is None) == one.worded for one in found)
    likely = [one.probability or 0 for one in found if not one.worded]
    assert likely == sorted(likely, reverse=True), "in the order they are shown"
    for others in (
        reopened.search(image=picture),
        reopened.search("bolt", image=picture),
        reopened.search(like=result.id),
        reopened.search("bolt", minus="zinc"),
    ):
        assert all(one.probability is None and "probability" not in one.to_json() for one in others), "fitted on words"
        assert all(one.similarity is not None for one in others)
    write_calibration(copy.path, Calibration(model_hash=base.hash))
    assert Index.open(copy, model=base).search("bolt", k=1, mode="vector")[0].probability is None
    (copy.path / "calibration.json").write_text("{", "utf-8")
    with pytest.raises(InputError, match=r"calibration\.json cannot be read"):
        Index.open(copy, model=base)


def test_a_new_model_is_compared_before_it_serves(made: Index, base: Model, tmp_path: Path) -> None:
    copy = Catalogue.open(shutil.copytree(made.catalogue.path, tmp_path / "copy.gergo"))
    old = Index.open(copy, model=base)
    other = base.copy()
    other.network.image.projection.weight.data *= -1  # what was near is far
    other.save(tmp_path / "other")
    served = (copy.path / FILE).read_bytes()
    new = prepare(copy, Model.load(tmp_path / "other"))
    assert (copy.path / FILE).read_bytes() == served
    same, found = compare(old, old, queries=10), compare(old, new, queries=10)
    assert (same.text_overlap, same.picture_overlap, same.changed) == (1, 1, [])
    assert found.text_overlap is not None
    assert found.text_overlap < 0.8
    assert found.picture_overlap == 1  # pictures turned all alike
    assert found.rises
    assert found.falls
    assert "overlap@10 over 10 titles" in found.describe()
    index(copy, Model.load(tmp_path / "other"))
    assert old.stale()
    assert Index.open(copy.path).record.model_hash == new.record.model_hash
