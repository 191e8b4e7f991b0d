"""Whole shops, whose truth is known: what is found, how much is right, and that it does not depend on the source."""

from __future__ import annotations

import json
from collections import defaultdict
from hashlib import sha256
from pathlib import Path

import pytest
from tests.gathering.shops import TEMPLATES, Item, Shop, demo_items, make_shop
from typer.testing import CliRunner

import gergo
from gergo.catalogue.texts import key
from gergo.cli.main import app
from gergo.errors import InputError, NotEnoughData, UsageError


@pytest.fixture(scope="module")
def items(tmp_path_factory: pytest.TempPathFactory) -> list[Item]:
    return demo_items(tmp_path_factory.mktemp("demo"), products=24, size_px=96)


def work_of(to: Path) -> Path:
    return to.with_name(to.stem + ".gathered")


def scores(shop: Shop, work: Path) -> tuple[dict[str, float], float]:
    """Precision by evidence, and the share of the pictures shown that have a true text."""
    right, found, seen = defaultdict(int), defaultdict(int), set()
    for line in (work / "pairs.jsonl").read_text("utf-8").splitlines():
        pair = json.loads(line)
        of_picture = shop.product_of_picture.get(sha256((work / pair["picture"]).read_bytes()).hexdigest(), set())
        true = of_picture & shop.products_of_text.get(key(pair["text"]), set())
        found[pair["evidence"]] += 1
        right[pair["evidence"]] += bool(true)
        seen |= {(sku, pair["address"].rpartition("/")[2].split("-64x64")[0].split(".jpg")[0]) for sku in true}
    shown = {(sku, f"{sku}-{number}a") for sku, number in shop.declared}
    return {name: right[name] / n for name, n in found.items()}, len(seen & shown) / len(shown)


@pytest.mark.parametrize("template", TEMPLATES)
def test_pairs_are_right_and_most_are_found(template: str, items: list[Item], tmp_path: Path) -> None:
    shop = make_shop(items, template)
    to = tmp_path / "shop.gergo"
    catalogue = gergo.gather(shop.archive(tmp_path / "shop.warc.gz"), to, model=None)
    precision, recall = scores(shop, work_of(to))
    for evidence in {"json_ld", "microdata", "opengraph", "figcaption"} & set(precision):
        assert precision[evidence] == 1.0
    assert precision.get("alt", 1.0) >= 0.95, "one alternative text in ten is another product's"
    assert recall >= 0.9
    titles = set(catalogue.items()["title"].to_pylist())
    assert not any("sale" in title.lower() or "fasten & co" in title.lower() for title in titles)
    of_row = {row["id"]: row for row in catalogue.items().to_pylist()}
    for item in (item for item in items if item.sku in of_row):
        for name in ("Product type", "Thread", "Finish"):
            assert of_row[item.sku][name] in (item.properties.get(name) or None, "")
    assert sum(bool(row.get("Thread")) for row in of_row.values()) >= 0.6 * len(of_row)
    report = json.loads((work_of(to) / "report.json").read_text("utf-8"))
    assert report["pages"] == len(shop.pages)
    assert report["rows"] == len(catalogue.items())
    assert {"in the frame of the page", "under 64 px"} <= set(report["dropped"])


def test_a_saved_folder_gives_the_catalogue_that_an_archive_gives(items: list[Item], tmp_path: Path) -> None:
    shop = make_shop(items, "json_ld")
    archive = gergo.gather(shop.archive(tmp_path / "a.warc"), tmp_path / "a.gergo", model=None)
    folder = gergo.gather(shop.write(tmp_path / "saved"), tmp_path / "b.gergo", model=None)
    columns = ["id", "title", "brand", "category", "description"]
    of_both = [sorted(map(str, c.items(columns=columns[1:]).select(columns).to_pylist())) for c in (archive, folder)]
    assert of_both[0] == of_both[1]


def test_archives_anywhere_in_a_folder_and_pages_beside_them_are_read(items: list[Item], tmp_path: Path) -> None:
    folder = make_shop(items[:12], "microdata").write(tmp_path / "saved")
    (folder / "crawls" / "2026").mkdir(parents=True)
    make_shop(items[12:], "json_ld").archive(folder / "crawls" / "2026" / "shop.WARC.gz")
    (folder / "LICENSE").write_text("no page")
    first = gergo.gather(folder, folder / "shop.gergo", model=None)
    again = gergo.gather(folder, folder / "shop.gergo", model=None)
    assert again.hash == first.hash, "what the first run left in the folder is no shop"
    found = set(first.items()["id"].to_pylist())
    assert len(found & {item.sku for item in items[:12]}) == 12
    assert len(found & {item.sku for item in items[12:]}) >= 9, "one block of JSON-LD in ten is beyond repair"


def test_languages_of_one_product_are_columns_of_one_row(items: list[Item], tmp_path: Path) -> None:
    shop = make_shop(items, "plain")
    catalogue = gergo.gather(shop.archive(tmp_path / "shop.warc.gz"), tmp_path / "shop.gergo", model=None)
    rows = {row["id"]: row for row in catalogue.items().to_pylist()}
    item = items[0]  # of those that say their number
    assert rows[item.sku]["title"] == item.title
    assert rows[item.sku]["title_it"] == item.title_it
    assert "title_it" in catalogue.roles.texts


def test_gathering_again_changes_nothing_and_a_threshold_leaves_out_what_fits_least(
    items: list[Item], tmp_path: Path
) -> None:
    archive = make_shop(items, "microdata").archive(tmp_path / "shop.warc.gz")
    first = gergo.gather(archive, tmp_path / "shop.gergo")
    again = gergo.gather(archive, tmp_path / "shop.gergo")
    assert again.hash == first.hash
    report = json.loads((tmp_path / "shop.gathered" / "report.json").read_text("utf-8"))
    kept = report["kept_by_threshold"]
    assert kept[0][1] == report["catalogue"]["pictures"]
    threshold, count = kept[len(kept) // 2]
    fewer = gergo.gather(archive, tmp_path / "fewer.gergo", min_similarity=threshold)
    assert abs(len(fewer.views()) - count) <= 1  # the threshold itself is rounded nowhere, a picture may be on it
    dropped = json.loads((tmp_path / "fewer.gathered" / "report.json").read_text("utf-8"))["dropped"]
    assert sum(n for why, n in dropped.items() if why.startswith("similarity under")) == kept[0][1] - len(fewer.views())


def test_the_command_and_its_errors(items: list[Item], tmp_path: Path) -> None:
    folder = make_shop(items, "microdata").write(tmp_path / "saved")
    done = CliRunner().invoke(app, ["gather", str(folder), "--to", str(tmp_path / "shop.gergo"), "--model", "none"])
    assert done.exit_code == 0, done.output
    assert done.stdout.strip().endswith("shop.gergo")
    assert (tmp_path / "shop.gathered" / "report.html").read_text("utf-8").startswith("<!doctype html>")
    with pytest.raises(InputError, match="is not there"):
        gergo.gather(tmp_path / "nowhere", tmp_path / "x.gergo")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="no HTML"):
        gergo.gather(tmp_path / "empty", tmp_path / "x.gergo")
    (tmp_path / "empty" / "a.html").write_text("<html><body><img src='/no.jpg' alt='A boot'></body></html>", "utf-8")
    with pytest.raises(NotEnoughData, match="a picture that is not there: 1"):
        gergo.gather(tmp_path / "empty", tmp_path / "x.gergo", model=None)
    with pytest.raises(UsageError, match="needs a model"):
        gergo.gather(folder, tmp_path / "x.gergo", model=None, min_similarity=0.1)
