"""The store: read exactly as the manifest says, in the order asked, filtered as people write."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pyarrow as pa
import pytest
from tests.catalogue.exports import picture, shop_rows, write_csv, write_pictures

from gergo.catalogue.importing import import_catalogue
from gergo.catalogue.store import Catalogue
from gergo.errors import InputError, UsageError


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("shop")
    rows = [
        row
        | {
            "Base Colour": ("Red", "Blue")[i % 2],
            "Größe": "SML"[i % 3],
            "order": i,
            "image": f"images/{i}.jpg|images/{i + 40}.jpg",
        }
        for i, row in enumerate(shop_rows(40))
    ]
    write_pictures(folder, range(80))
    import_catalogue(write_csv(folder / "products.csv", rows), folder / "shop.gergo")
    return folder / "shop.gergo"


@pytest.fixture
def catalogue(path: Path) -> Catalogue:
    return Catalogue.open(path)


def test_what_is_no_catalogue_is_told(tmp_path: Path):
    with pytest.raises(InputError, match="no catalogue here") as raised:
        Catalogue.open(tmp_path / "nowhere")
    assert "gergo import" in raised.value.hint


@pytest.mark.parametrize("written", ["[]", '{"schema": 99}', '{"schema": 1}', "{"])
def test_a_manifest_that_is_not_understood_is_told(tmp_path: Path, written: str):
    (tmp_path / "manifest.json").write_text(written)
    with pytest.raises(InputError, match=r"manifest\.json"):
        Catalogue.open(tmp_path)


def test_items_have_our_columns_first(catalogue: Catalogue):
    ours = ["item", "id", "group", "split", "texts", "source", "row"]
    assert catalogue.items().column_names == ours + catalogue.columns
    assert catalogue.items(columns=["PRICE", "base colour"]).column_names == [*ours, "price", "Base Colour"]
    assert catalogue.items(columns=[]).column_names == ours
    with pytest.raises(UsageError, match="no column 'colour'"):
        catalogue.items(columns=["colour"])


@pytest.mark.parametrize(
    ("where", "numbers"),
    [
        ("base colour = 'Red' and order < 6", [0, 2, 4]),
        ("BRAND = 'Acme' or größe = 'L' and Order <= 5", [0, 2, 5, 12, 24, 36]),
        ("price between 2 and 4", [2, 3]),
        ("id in ('P0001', 'P0003')", [1, 3]),
        ("item = 7", [7]),
        ("title like '%bracket%' and order > 30", [i for i in range(31, 40) if i * 7 // 3 % 12 == 9]),
        ("brand = 'nobody'", []),
    ],
)
def test_filters_find_what_they_say(catalogue: Catalogue, where: str, numbers: list[int]):
    assert catalogue.items(where=where)["item"].to_pylist() == numbers


def test_a_number_beside_a_column_of_texts_is_explained(catalogue: Catalogue):
    with pytest.raises(UsageError, match="a column that holds texts") as caught:
        catalogue.items(where="brand < 5")
    assert ".rs" not in str(caught.value)


@pytest.mark.parametrize("where", ["brand = ", "nobody = 1", "brand = 'x", "price = 'x' x", "texts = 'a'"])
def test_a_filter_that_cannot_be_read_is_told(catalogue: Catalogue, where: str):
    with pytest.raises(UsageError) as raised:
        catalogue.items(where=where)
    assert raised.value.hint


def test_splits_part_the_items(catalogue: Catalogue):
    parts = {name: set(catalogue.items(splits=name)["item"].to_pylist()) for name in ("train", "validation", "test")}
    held = set(catalogue.items(splits=["held_out_brands", "held_out_categories"])["item"].to_pylist())
    assert sorted([*held, *(item for part in parts.values() for item in part)]) == list(range(40))
    assert catalogue.items(splits="train", where="order < 20").num_rows == len(parts["train"] & set(range(20)))
    views = catalogue.views(splits="train")
    assert set(views["item"].to_pylist()) == parts["train"]
    assert views.num_rows == 2 * len(parts["train"])
    with pytest.raises(UsageError, match="no split 'training'"):
        catalogue.items(splits="training")
    with pytest.raises(UsageError, match="no split 'training'"):
        catalogue.views(splits="training")


def test_pictures_come_in_the_order_asked(catalogue: Catalogue):
    views = catalogue.views()
    assert views.column_names == ["view", "item", "column", "hash", "width", "height"]
    shown = {(row["item"], row["view"]) for row in views.select(["item", "view"]).to_pylist()}
    assert shown == {(item, item * 2 + place) for item in range(40) for place in (0, 1)}
    asked = random.Random(0).choices(range(80), k=200)
    assert catalogue.pictures(asked) == [picture(view // 2 + view % 2 * 40) for view in asked]
    assert catalogue.views(items=[3, 5])["view"].to_pylist() == [6, 7, 10, 11]
    with pytest.raises(InputError, match="no view 80"):
        catalogue.pictures([0, 80])


def test_further_tables_are_tied_in(catalogue: Catalogue, path: Path):
    table = catalogue.database.create_table("vectors-test", pa.table({"hash": ["a"]}))
    with pytest.raises(InputError, match="no table 'vectors-test'"):
        catalogue.table("vectors-test")
    catalogue.commit_table("vectors-test")
    table.add(pa.table({"hash": ["b"]}))
    assert Catalogue.open(path).table("vectors-test").count_rows() == 1
    catalogue.commit_table("vectors-test")
    again = Catalogue.open(path)
    assert again.table("vectors-test").count_rows() == 2
    assert (again.version, again.hash) == (catalogue.version, catalogue.hash)
    assert again.table_versions == catalogue.table_versions


def test_the_manifest_explains_the_catalogue(catalogue: Catalogue, path: Path):
    manifest = json.loads((path / "manifest.json").read_text())
    assert manifest["schema"] == 1
    assert manifest["roles"]["texts"] == ["title"]
    assert "named as an id" in manifest["mapping"]["sku"]
    assert manifest["sources"] == [{"name": "products.csv", "rows_in": 40, "rows_quarantined": 0}]
    assert catalogue.name == "shop"
    assert repr(catalogue).endswith("version=1, items=40)")
