"""Exports of one row a picture: rows that repeat an item to show one more picture of it."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from tests.catalogue.exports import KINDS, write_csv, write_pictures

from gergo.catalogue import column_profiles
from gergo.catalogue.editing import upsert
from gergo.catalogue.importing import import_catalogue
from gergo.catalogue.leaks import leaks
from gergo.catalogue.store import Catalogue

PRODUCTS = 24


def rows_of_pictures(*, pictures: int = 3, key: str = "codigo") -> list[dict[str, object]]:
    """Every product by as many rows, the same but for the picture and its position; maker and text not in all."""
    return [
        {
            key: f"A{i:03}",
            "nombre": f"Oak {KINDS[i % 12]} number {i}",
            "maker": f"Maker {i % 6}" if k == 0 else "",
            "description": "" if k == 0 and i % 2 else f"A {KINDS[i % 12]} of oak, oiled twice, number {i}.",
            "price": f"{i + 2}.50",
            "orden imagen": str(k + 1),
            "imagen": f"images/{pictures * i + k}.jpg",
        }
        for i in range(PRODUCTS)
        for k in range(pictures)
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_pictures(tmp_path, range(3 * PRODUCTS + 8))
    return tmp_path


def read(folder: Path, rows: Sequence[Mapping[str, object]], **options: str) -> Catalogue:
    return import_catalogue(write_csv(folder / "products.csv", rows), folder / "c.gergo", **options)


@pytest.mark.parametrize("order", ["together", "a picture of each", "shuffled"])
def test_rows_that_differ_by_their_picture_are_one_item(folder: Path, capsys, order: str):
    rows = rows_of_pictures()
    if order == "a picture of each":
        rows = rows[::3] + rows[1::3] + rows[2::3]
    elif order == "shuffled":
        random.Random(0).shuffle(rows)
    catalogue = read(folder, rows)
    counts = catalogue.manifest.counts
    assert (catalogue.roles.id, catalogue.roles.group) == ("codigo", None)
    assert (counts.rows_kept, counts.items, counts.views, counts.groups) == (72, 24, 72, 24)
    assert counts.id_collisions == 0
    assert "48 rows only show further pictures of an item of another row" in capsys.readouterr().err
    item = next(row for row in catalogue.items().to_pylist() if row["id"] == "A003")
    assert item["maker"] == "Maker 3"
    assert item["description"] == "A screw of oak, oiled twice, number 3."
    assert [text["column"] for text in item["texts"]] == ["nombre", "description"]
    assert leaks(catalogue) == []
    assert read(folder, rows).version == 1


def test_a_later_export_renames_nothing(folder: Path, capsys):
    rows = rows_of_pictures()
    first = read(folder, rows)
    later = [row | {"price": "99.00"} if row["codigo"] == "A004" else row for row in rows]
    later += [rows[0] | {"imagen": "images/75.jpg", "orden imagen": "4"}]
    later += [
        {**row, "codigo": "A900", "nombre": "Oak peg", "imagen": f"images/{76 + i}.jpg"}
        for i, row in enumerate(rows[:2])
    ]
    again = read(folder, later)
    assert "1 added, 2 changed, 22 unchanged; 0 items are no longer" in capsys.readouterr().err
    assert again.items()["id"].to_pylist() == [*first.items()["id"].to_pylist(), "A900"]
    assert (again.manifest.counts.views, again.manifest.counts.rows_in) == (75, 75)


def test_rows_of_one_key_that_say_something_else_stay_apart(folder: Path):
    sizes = [row | {"size": "SML"[i % 3]} for i, row in enumerate(rows_of_pictures())]
    variants = read(folder, sizes).manifest
    assert (variants.roles.group, variants.counts.items, variants.counts.groups) == ("codigo", 72, 24)


def test_two_products_of_one_key_are_a_collision_and_a_copy_is_counted(folder: Path, capsys):
    rows = rows_of_pictures()
    other = rows[3] | {"nombre": "Pine shelf", "imagen": "images/75.jpg"}
    counts = read(folder, [*rows, other, rows[6], rows[7], rows[8]]).manifest.counts
    # Whose the maker and the text are that some rows of the key lack is not known then: those rows are an item more.
    assert (counts.rows_kept, counts.items, counts.id_collisions) == (76, 27, 3)
    assert counts.views == 72 + 1 + 3
    assert "1 rows repeat another in every column" in capsys.readouterr().err


def test_variants_with_rows_of_pictures_each_are_items_of_one_group(folder: Path):
    rows = [row | {"parent sku": f"P{i // 6}"} for i, row in enumerate(rows_of_pictures(key="sku"))]
    manifest = read(folder, rows).manifest
    assert (manifest.roles.id, manifest.roles.group) == ("sku", "parent sku")
    assert (manifest.counts.items, manifest.counts.groups) == (24, 12)


def test_a_picture_that_is_lost_is_lost_of_its_row(folder: Path):
    (folder / "images/4.jpg").write_bytes(b"broken")
    catalogue = read(folder, rows_of_pictures())
    assert [(lost["kind"], lost["row"]) for lost in catalogue.quarantine().to_pylist()] == [("view", 5)]
    assert catalogue.manifest.counts.items == PRODUCTS


def test_the_rows_of_an_item_stay_its_rows_when_it_is_written_anew(folder: Path):
    catalogue = read(folder, rows_of_pictures())
    edited = upsert(catalogue, [{"id": "A005", "price": 3}])
    assert edited.manifest.counts.rows_kept == 72
    assert edited.manifest.counts.views == 72


def test_a_class_of_many_pictures_is_no_item(folder: Path):
    rows = [{"code": f"class{i % 3}", "imagen": f"images/{i}.jpg"} for i in range(72)]
    assert read(folder, rows).manifest.counts.items == 72


def test_rows_of_more_pictures_than_a_census_counts_keys_are_found(folder: Path, monkeypatch):
    monkeypatch.setattr(column_profiles, "MAX_DISTINCT", PRODUCTS)
    rows = rows_of_pictures()
    assert read(folder, [*rows[::3], *rows[1::3], *rows[2::3]]).manifest.counts.items == PRODUCTS


@pytest.mark.parametrize("order", ["blank first", "blank last", "shuffled"])
def test_a_blank_cell_joins_a_row_to_no_variant(folder: Path, order: str):
    """Of a red, a blue and a colourless row; two colourless ones say the same, and are one item."""
    colours = ["", "", "red", "blue"]
    rows = [
        {"sku": f"A{i:03}", "title": f"Oak {KINDS[i]} chair", "colour": colour, "image": f"images/{4 * i + k}.jpg"}
        for i in range(12)
        for k, colour in enumerate(colours)
    ]
    if order == "blank last":
        rows.reverse()
    elif order == "shuffled":
        random.Random(0).shuffle(rows)
    catalogue = read(folder, rows)
    items = catalogue.items().to_pylist()
    assert (len(items), catalogue.manifest.counts.groups, catalogue.manifest.counts.views) == (36, 12, 48)
    assert {(row["sku"], row["colour"]) for row in items} == {(row["sku"], row["colour"] or None) for row in rows}
    assert catalogue.manifest.mapping["colour"] == "2 values"


def test_values_that_only_further_rows_have_are_seen(folder: Path):
    rows = [row | {"finish": "" if i % 3 == 0 else "oiled"} for i, row in enumerate(rows_of_pictures())]
    catalogue = read(folder, rows)
    assert set(catalogue.items()["finish"].to_pylist()) == {"oiled"}
    assert catalogue.manifest.mapping["finish"] == "1 values"


def test_a_group_that_rows_without_an_id_share_stays(folder: Path):
    rows = [
        {
            "sku": "" if k else f"S{i:03}",
            "parent_sku": f"M{i:03}",
            "title": f"Oak {KINDS[i]} chair",
            "image": f"images/{2 * i + k}.jpg",
            "price": str(i + 5),
        }
        for i in range(12)
        for k in range(2)
    ]
    manifest = read(folder, rows).manifest
    assert (manifest.roles.id, manifest.roles.group) == ("sku", "parent_sku")
    assert (manifest.counts.items, manifest.counts.groups) == (24, 12)


@pytest.mark.parametrize(
    ("column", "values", "is_of_picture"),
    [
        ("Min Order Qty", ["1", "10", "100"], False),
        ("Sort order", ["1", "10", "100"], False),
        ("Sort order", ["0", "1", "2"], True),
        ("Image Size", ["30x40", "50x70", "70x100"], False),
        ("Foto Farbe", ["rot", "blau", "braun"], False),
        ("Image Width", ["640", "800", "1024"], True),
        ("image_alt", ["front", "back", "side"], True),
    ],
)
def test_only_what_is_of_the_picture_may_differ(folder: Path, column: str, values: list[str], is_of_picture: bool):
    rows = [row | {column: values[i % 3]} for i, row in enumerate(rows_of_pictures(key="sku"))]
    catalogue = read(folder, rows)
    assert catalogue.manifest.counts.items == (PRODUCTS if is_of_picture else 3 * PRODUCTS)


def test_rows_with_a_gap_in_their_positions_are_one_item(folder: Path):
    rows = rows_of_pictures()
    del rows[4]
    assert read(folder, rows).manifest.counts.items == PRODUCTS


def test_pictures_come_in_the_order_of_their_positions(folder: Path, capsys):
    rows = rows_of_pictures()
    first = read(folder, rows)
    again = read(folder, rows[::-1])
    assert "0 added, 0 changed, 24 unchanged" in capsys.readouterr().err
    assert again.version == first.version
    fresh = import_catalogue(folder / "products.csv", folder / "fresh.gergo")
    assert set(fresh.items()["imagen"].to_pylist()) == {row["imagen"] for row in rows[::3]}


def test_items_that_are_further_pictures_now_are_gone(folder: Path, capsys):
    """Rows of a product that differed by a mistake were items of their own, until it was put right."""
    rows = rows_of_pictures()
    mistaken = [
        row | {"price": str(i)} if row["codigo"] in ("A000", "A001", "A002") else row for i, row in enumerate(rows)
    ]
    before = read(folder, [*mistaken, rows[9] | {"codigo": "A900", "imagen": "images/75.jpg"}])
    assert before.manifest.counts.items == PRODUCTS + 2 * 3 + 1
    after = read(folder, rows)
    said = capsys.readouterr().err
    assert "0 added, 3 changed, 21 unchanged; 1 items are no longer in these files, and stay" in said
    assert "6 items are further pictures of other items now, and are gone" in said
    assert sorted(after.items()["id"].to_pylist()) == [*(f"A{i:03}" for i in range(PRODUCTS)), "A900"]
    assert after.manifest.counts.views == 3 * PRODUCTS + 1
    assert leaks(after) == []
    assert read(folder, rows).version == after.version
