"""The path as a person types it, on a small drawn shop: each command, its output, its exit code."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import gergo
from gergo.catalogue.editing import upsert
from gergo.cli.main import main
from gergo.demo import write_catalogue
from gergo.towers import loading

PRODUCTS = 60


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with products.csv, its catalogue shop.gergo, indexed by the base."""
    folder = tmp_path_factory.mktemp("shop")
    write_catalogue(folder, products=PRODUCTS, views=1, size_px=96)
    for arguments in (
        ["import", folder / "products.csv", "--to", folder / "shop.gergo"],
        ["index", folder / "shop.gergo", "--model", "base"],
    ):
        with pytest.raises(SystemExit) as end:
            main([str(argument) for argument in arguments])
        assert end.value.code == 0
    return folder


def test_import_says_what_it_made(shop: Path, gergo_command: Callable, tmp_path: Path) -> None:
    to = tmp_path / "again.gergo"
    ended = gergo_command("import", shop / "products.csv", "--to", to, "--held-out-brands", "none")
    assert ended.code == 2, "there is no such brand"
    ended = gergo_command("import", shop / "products.csv", "--to", to, "--text", "title", "--text", "description")
    assert ended.code == 0
    assert str(to) in ended.out
    assert gergo.Catalogue.open(to).roles.texts == ("title", "description")
    assert gergo_command("import", shop / "missing.csv", "--to", to).code == 2


def test_inspect(shop: Path, gergo_command: Callable) -> None:
    ended = gergo_command("inspect", shop / "shop.gergo", "--json")
    found = json.loads(ended.out)
    assert ended.code == 0
    assert found["rows_in"] == found["rows_kept"] + found["rows_quarantined"] == PRODUCTS
    assert {"splits", "groups", "quarantine_reasons", "columns"} <= found.keys()
    page = shop / "inspection.html"
    assert str(PRODUCTS) in gergo_command("inspect", shop / "shop.gergo", "--html", page).out
    assert f"training on {PRODUCTS} products" in page.read_text(encoding="utf-8")


def test_search_gives_json_for_programs(shop: Path, gergo_command: Callable, tmp_path: Path) -> None:
    page = tmp_path / "found.html"
    picture = next((shop / "images").rglob("*.jpg"))
    ended = gergo_command(
        "search", shop / "shop.gergo", "hex bolt", "--image", picture, "--json", "-k", 4, "--html", page
    )
    written = json.loads(ended.out)
    assert (ended.code, written["schema"], len(written["results"])) == (0, 1, 4)
    assert {"id", "score", "title", "brand", "price"} <= written["results"][0].keys()
    assert page.read_text("utf-8").count("<img") >= 4
    assert str(page) in ended.err


def test_search_gives_a_table_for_people(shop: Path, gergo_command: Callable) -> None:
    brand = gergo.Catalogue.open(shop / "shop.gergo").items()["brand"][0].as_py()
    ended = gergo_command("search", shop / "shop.gergo", "bolt", "--where", f"BRAND = '{brand}'", "-k", 3)
    assert ended.code == 0
    assert brand in ended.out
    page, kept = shop / "filtered.html", len(gergo.Catalogue.open(shop / "shop.gergo").numbers("price < 9"))
    gergo_command("search", shop / "shop.gergo", "bolt", "--where", "price < 9", "-k", 3, "--html", page)
    heading = f"the best 3 of the {kept} items where price &lt; 9, among {PRODUCTS} items in shop, by base"
    assert 3 < kept < PRODUCTS
    assert heading in page.read_text("utf-8")
    nothing = gergo_command("search", shop / "shop.gergo", "bolt", "--where", "brand = 'nobody'")
    assert (nothing.code, nothing.out) == (0, "")
    assert "nothing found" in nothing.err
    empty = gergo_command("search", shop / "shop.gergo", "bolt", "--where", "brand = 'nobody'", "--json")
    assert json.loads(empty.out) == {"schema": 1, "results": []}


def test_no_product_is_called_by_a_placeholder(shop: Path, gergo_command: Callable, tmp_path: Path) -> None:
    copy = gergo.Catalogue.open(shutil.copytree(shop / "shop.gergo", tmp_path / "copy.gergo"))
    row = copy.items().to_pylist()[0]
    upsert(copy, [{"id": row["id"], "title": "N/A"}])
    found = gergo_command("search", copy.path, row["id"], "-k", 1, "--html", tmp_path / "found.html")
    assert row["description"] in found.out
    assert "N/A" not in found.out + (tmp_path / "found.html").read_text("utf-8")
    written = json.loads(gergo_command("search", copy.path, row["id"], "-k", 1, "--json").out)
    assert written["results"][0]["title"] == "N/A", "columns are as the source has them"


def test_search_by_likeness_by_pages_and_without_what_is_not_wanted(shop: Path, gergo_command: Callable) -> None:
    def ids(*arguments: object) -> list[str]:
        ended = gergo_command("search", shop / "shop.gergo", "--json", *arguments)
        assert ended.code == 0, ended.err
        return [result["id"] for result in json.loads(ended.out)["results"]]

    whole = ids("bolt", "-k", 8)
    assert ids("bolt", "-k", 4) + ids("bolt", "-k", 4, "--offset", 4) == whole
    assert whole[0] not in ids("--like", whole[0], "-k", PRODUCTS)
    assert ids("bolt", "--minus", "bolt", "--mode", "text") == []
    assert gergo_command("search", shop / "shop.gergo", "--like", "nobody").code == 2
    assert gergo_command("search", shop / "shop.gergo", "bolt", "--mode", "fuzzy").code == 2
    slip = gergo_command("search", shop / "shop.gergo", "washrs", "--mode", "hybrid")
    assert "washers" in slip.err or "washer" in slip.err
    by_meaning = gergo_command("search", shop / "shop.gergo", "washrs", "--mode", "vector")
    assert "looked for" not in by_meaning.err, "no word is looked for"


def test_search_says_what_is_not_there(shop: Path, gergo_command: Callable) -> None:
    unknown = gergo_command("search", shop / "shop.gergo", "bolt XQ-77")
    assert "no item has 'XQ-77'" in unknown.err
    assert "no item has" not in gergo_command("search", shop / "shop.gergo", "bolt").err
    brand = gergo.Catalogue.open(shop / "shop.gergo").items()["brand"][0].as_py()
    other = gergo_command("search", shop / "shop.gergo", "bolt", "--where", f"Brand = '{brand.upper()}'")
    assert f"hint: brand is written {brand!r}" in other.err
    assert "hint" not in gergo_command("search", shop / "shop.gergo", "bolt", "--where", "brand = 'nobody'").err


def test_index_compares_and_changes_nothing(shop: Path, gergo_command: Callable) -> None:
    before = (shop / "shop.gergo" / "index.json").read_bytes()
    ended = gergo_command("index", shop / "shop.gergo", "--model", "base", "--compare", "--json")
    assert json.loads(ended.out)["text_overlap"] == 1
    assert (shop / "shop.gergo" / "index.json").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["search", "nowhere.gergo", "bolt"], "nowhere.gergo"),
        (["search", "shop.gergo"], "nothing to look for"),
        (["search", "shop.gergo", "bolt", "--where", "nonsense = 1"], "nonsense"),
        (["search", "shop.gergo", "--image", "missing.jpg"], "missing.jpg"),
        (["index", "shop.gergo", "--model", "nowhere"], "nowhere"),
        (["classify", "base", "missing.jpg", "--labels", "bolt,nut"], "missing.jpg"),
        (["evaluate", "base", "shop.gergo", "--tasks", "nonsense"], "nonsense"),
        (["finetune", "shop.gergo", "--out", "tuned", "epoch=1"], "epochs"),
        (["finetune", "shop.gergo", "--out", "tuned", "epochs=many"], "epochs"),
    ],
)
def test_what_cannot_be_done_is_said(
    arguments: list[str], said: str, shop: Path, gergo_command: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shop)
    ended = gergo_command(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert "error: " in ended.err
    assert said in ended.err
    assert "bug" not in ended.err
    assert not (shop / "tuned").exists()


def test_classify(shop: Path, gergo_command: Callable) -> None:
    pictures = sorted((shop / "images").rglob("*.jpg"))[:2]
    ended = gergo_command("classify", "base", *pictures, "--labels", "hex bolt,washer", "--labels", "nut", "--json")
    results = json.loads(ended.out)["results"]
    assert [result["image"] for result in results] == [str(picture) for picture in pictures]
    for result in results:
        assert list(result["scores"]) == ["hex bolt", "washer", "nut"]
        assert sum(result["scores"].values()) == pytest.approx(1, abs=1e-4)
        assert result["scores"][result["label"]] == max(result["scores"].values())
    assert pictures[0].name in gergo_command("classify", "base", *pictures, "--labels", "bolt,nut").out


def test_tune_then_evaluate(shop: Path, gergo_command: Callable, tmp_path: Path) -> None:
    out, catalogue = tmp_path / "tuned", shop / "shop.gergo"
    ended = gergo_command("finetune", catalogue, "--out", out, "--method", "probe", "epochs=2")
    assert (ended.code, ended.out) == (0, f"{out}\n")
    assert gergo_command("finetune", catalogue, "--out", out, "epochs=2").code == 2, "it is finished"
    page, figures = tmp_path / "report.html", tmp_path / "report.json"
    ended = gergo_command("evaluate", out, catalogue, "--baseline", "base", "--html", page, "--json", figures)
    written = json.loads(figures.read_text("utf-8"))
    assert written["schema"] == 1
    assert ended.code == {"ship": 0, "dont_ship": 1, "not_enough_data": 4}[written["verdict"]["decision"]]
    assert written["verdict"]["reasons"][0] in ended.out
    assert "_" not in ended.out.partition("Verdict: ")[2].partition("\n")[0]
    assert "<html" in page.read_text("utf-8")


def test_evaluate_alone_gives_figures_and_no_verdict(shop: Path, gergo_command: Callable) -> None:
    ended = gergo_command("evaluate", "base", shop / "shop.gergo", "--json", "-", "--tasks", "retrieval")
    assert ended.code == 0
    written = json.loads(ended.out)
    assert written["results"]
    assert all(result["task"].startswith("retrieval") for result in written["results"])


def test_tasks_that_decide_nothing_bring_no_verdict(shop: Path, gergo_command: Callable) -> None:
    asked = ["--baseline", "base", "--tasks", "attribute_queries"]
    ended = gergo_command("evaluate", "base", shop / "shop.gergo", *asked)
    assert ended.code == 4
    assert "No verdict. " in ended.out
    assert "Verdict:" not in ended.out


def test_evaluate_takes_words_prompts_and_queries_from_files(
    shop: Path, gergo_command: Callable, tmp_path: Path
) -> None:
    catalogue = gergo.Catalogue.open(shop / "shop.gergo")
    splits = ["test", "held_out_brands", "held_out_categories"]
    items, category = catalogue.items(splits=splits).to_pylist(), catalogue.roles.category
    assert category is not None
    (tmp_path / "labels.csv").write_text(f'"{items[0][category]}",a thing of ours\n', encoding="utf-8")
    (tmp_path / "queries.csv").write_text(f"query,id\nour bolt,{items[0]['id']}\nold,gone\n", encoding="utf-8")
    files = ["--labels-file", tmp_path / "labels.csv", "--queries", tmp_path / "queries.csv", "--prompts", "diy"]
    ended = gergo_command("evaluate", "base", shop / "shop.gergo", "--tasks", "zero_shot", *files, "--json", "-")
    assert ended.code == 0
    assert "1 of 2 ids" in ended.err
    written = json.loads(ended.out)
    assert {result["task"] for result in written["results"]} == {"zero_shot", "retrieval_queries_to_image"}
    assert written["made_with"]["changed_labels"][items[0][category]] == "a thing of ours"
    assert written["made_with"]["prompts"] == "diy"
    form = ["--tasks", "zero_shot", "--format", "clip-benchmark", "--json", tmp_path / "cb.json"]
    assert gergo_command("evaluate", "base", shop / "shop.gergo", *form).code == 0
    assert {"acc1", "acc5"} <= set(json.loads((tmp_path / "cb.json").read_text("utf-8"))[0]["metrics"])


def test_doctor_checks_the_weights(gergo_command: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = gergo_command("doctor", "--json")
    checks = {check["name"]: check for check in json.loads(ended.out)["checks"]}
    assert ended.code == 0
    assert checks["embedded base"] == {"name": "embedded base", "found": "intact", "ok": True}
    assert int(checks["cores"]["found"]) >= 1
    damaged = Path(shutil.copytree(loading.base_folder(), tmp_path / "base"))
    weights = bytearray((damaged / "weights.safetensors").read_bytes())
    weights[-1] ^= 1
    (damaged / "weights.safetensors").write_bytes(weights)
    monkeypatch.setattr(loading, "base_folder", lambda: damaged)
    assert gergo_command("doctor").code == 1
    shutil.rmtree(damaged)
    assert gergo_command("doctor").code == 1


def test_explain_writes_an_overlay(shop: Path, gergo_command: Callable, tmp_path: Path) -> None:
    from PIL import Image

    picture, out = next((shop / "images").rglob("*.jpg")), tmp_path / "where.png"
    ended = gergo_command("explain", "base", picture, "hex bolt", "--out", out)
    assert ended.code == 0
    assert ended.out.startswith("cosine ")
    assert str(out) in ended.err
    with Image.open(out) as written:
        assert written.format == "PNG"
        assert written.width > 2 * written.height * 0.6, "two pictures side by side"
    assert gergo_command("explain", "base", picture, "hex bolt", "--out", tmp_path / "where.jpg").code == 2
    assert gergo_command("explain", "base", tmp_path / "gone.png", "hex bolt", "--out", out).code == 2
    assert gergo_command("explain", "base", picture, " ", "--out", out).code == 2
