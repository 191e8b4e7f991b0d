"""What interfaces of shops write as objects: products by their ids, variants within them, names within objects."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.catalogue.exports import BRANDS, KINDS

from gergo.catalogue.importing import import_catalogue
from gergo.catalogue.mapping import map_columns
from gergo.catalogue.sources import open_source

SIZES = ("S", "M", "L")


def inventory(n: int = 24) -> dict[str, Any]:
    """Products by id, their words in an object beside another with a name; every fourth comes in three sizes."""
    return {
        f"{2600 + 7 * i}": {
            "sku": f"PL-{i:04}",
            "ean": f"590{i:010}",
            "price": 10.5 + i,
            "supplier": {"name": f"Supplier of {BRANDS[i % 12]}", "city": f"City number {i % 5}"},
            "text_fields": {
                "name": f"Naklejka {KINDS[i % 12]} {i}",
                "name|en": f"A sticker of a {KINDS[i % 12]}, {i}",
                "description": f"<p>Naklejka na sciane, wzor {KINDS[i % 12]} numer {i}, zmywalna.</p>",
                "features": {"color": ("red", "blue")[i % 2]},
            },
            "variants": {
                f"{90000 + 10 * i + k}": {
                    "name": f"Naklejka {i} {size}",
                    "sku": f"PL-{i:04}-{size}",
                    "ean": "",
                    "price": 1 + k,
                }
                for k, size in enumerate(SIZES)
            }
            if i % 4 == 0
            else {},
        }
        for i in range(n)
    }


def write(folder: Path, data: object) -> Path:
    path = folder / "inventory.json"
    path.write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    return path


def values_of(path: Path) -> list[dict[str, object]]:
    return [row.values for row in open_source(path).rows()]


@pytest.mark.parametrize("wrap", [dict, lambda found: {"status": "SUCCESS", "products": found}])
def test_an_object_of_products_by_id_is_their_rows(tmp_path: Path, wrap):
    path = write(tmp_path, wrap({key: {"name": f"Hat {key}", "price": 3} for key in ("17", "A18", "250")}))
    assert values_of(path) == [{"id": key, "name": f"Hat {key}", "price": 3} for key in ("17", "A18", "250")]
    assert "objects by their ids" in open_source(path).description


def test_ids_of_their_own_stay_and_numbers_are_no_ids(tmp_path: Path):
    own = write(tmp_path, {f"x{i}": {"id": f"own {i}", "name": "Hat"} for i in range(3)})
    assert [row["id"] for row in values_of(own)] == ["own 0", "own 1", "own 2"]
    numbered = write(tmp_path, {"items": {str(i): {"sku": f"S{i}", "name": "Hat"} for i in range(4)}})
    assert values_of(numbered)[2] == {"sku": "S2", "name": "Hat"}


@pytest.mark.parametrize(
    "data",
    [
        {"en": {"name": "Hat"}, "it": {"name": "Cappello"}},
        {"product": {"details": {"name": "Hat"}}},
        {"size1": {"name": "S"}, "made": {"by": "hand"}},
    ],
)
def test_objects_of_one_product_are_no_rows(tmp_path: Path, data: dict):
    assert len(values_of(write(tmp_path, data))) == 1


def test_an_object_that_breaks_off_keeps_what_came_before(tmp_path: Path):
    path = write(tmp_path, inventory())
    path.write_text(path.read_text("utf-8")[:-40], "utf-8")
    problems = [row.problem for row in open_source(path).rows()]
    assert problems[-1] == "row_not_json"
    assert len(problems) > 20
    assert not any(problems[:-1])


def test_variants_are_rows_of_one_group(tmp_path: Path):
    path = write(tmp_path, {"products": inventory()})
    catalogue = import_catalogue(path, tmp_path / "c.gergo")
    roles, counts = catalogue.roles, catalogue.manifest.counts
    assert (roles.id, roles.group, counts.items, counts.groups) == ("id", "variant_of", 36, 24)
    items = {row["id"]: row for row in catalogue.items().to_pylist()}
    small, large = items["90040"], items["90042"]
    assert (small["sku"], small["price"], small["ean"]) == ("PL-0004-S", 1, None)
    assert (large["text_fields_name"], large["variants_name"]) == ("Naklejka anchor 4", "Naklejka 4 L")
    assert small["group"] == large["group"] != items["2607"]["group"]
    assert import_catalogue(path, tmp_path / "c.gergo").version == 1


def test_a_list_of_variants_and_an_only_one(tmp_path: Path):
    products = [
        {
            "id": 1,
            "title": "Shirt",
            "price": "9",
            "variants": [{"id": 110, "title": "S / red"}, {"id": 120, "price": "7"}],
        },
        {"id": 2, "title": "Hat", "variants": [{"id": 210, "title": "Default", "price": "5"}]},
        {"id": 3, "title": "Rug", "variants": ["red", "blue"]},
    ]
    rows = values_of(write(tmp_path, products))
    assert [row["id"] for row in rows] == [110, 120, 210, 3]
    assert [row["variant_of"] for row in rows] == [1, 1, 2, None]
    assert [row["title"] for row in rows] == ["Shirt", "Shirt", "Hat", "Rug"]
    assert rows[0]["variants_title"] == "S / red"
    assert (rows[0]["price"], rows[1]["price"]) == ("9", "7")
    assert rows[3]["variants"] == ["red", "blue"]


def ids_of(folder: Path, data: object) -> list[object]:
    return [row.get("id") for row in values_of(write(folder, data))]


def test_ids_by_key_do_not_hang_on_what_is_listed(tmp_path: Path):
    products = {str(i): {"name": f"Hat {i}", "price": i} for i in (*range(1, 9), 30)}
    for left_out in (None, "2", "30", "1"):
        kept = {key: value for key, value in products.items() if key != left_out}
        assert ids_of(tmp_path, kept) == list(kept)
        assert ids_of(tmp_path, {"items": kept}) == list(kept)
    assert ids_of(tmp_path, {"products": {"A1": products["1"]}}) == ["A1"]


@pytest.mark.parametrize("left_out", [None, "0", "2", "3"])
def test_places_in_a_list_are_no_ids_of_products_that_have_some(tmp_path: Path, left_out: str | None):
    products = {str(i): {"sku": f"S{i}", "name": "Hat"} for i in range(6) if str(i) != left_out}
    assert {tuple(row) for row in values_of(write(tmp_path, products))} == {("sku", "name")}


def test_words_are_ids_where_all_objects_are_alike(tmp_path: Path):
    products = {key: {"name": f"Oak {key}", "price": 3} for key in ("table", "chair", "lamp")}
    assert ids_of(tmp_path, products) == ["table", "chair", "lamp"]
    assert ids_of(tmp_path, {"products": {"table": products["table"]}}) == ["table"]
    wrapped = {"shop": {"id": 1, "name": "x"}, "owner": {"id": 2, "name": "y"}, "products": [{"id": 7, "name": "Hat"}]}
    assert ids_of(tmp_path, wrapped) == [7]


def test_products_longer_than_what_is_read_at_once(tmp_path: Path):
    products = {f"A{i}": {"name": f"Hat {i}", "blob": "x" * 70_000} for i in range(3)}
    assert ids_of(tmp_path, {"total": 3, "products": products}) == ids_of(tmp_path, products) == ["A0", "A1", "A2"]


@pytest.mark.parametrize(("name", "value"), [("code", "value"), ("name", "value"), ("key", "values")])
def test_names_with_values_are_no_variants(tmp_path: Path, name: str, value: str):
    products = [
        {"id": i, "name": f"Hat {i}", "variants": [{name: "color", value: "red"}, {name: "size", value: "M"}]}
        for i in range(3)
    ]
    rows = values_of(write(tmp_path, products))
    assert [(row["id"], row["variants_color"], row["variants_size"]) for row in rows] == [
        (i, "red", "M") for i in range(3)
    ]


@pytest.mark.parametrize(
    "variants",
    [
        [{"id": 1, "size": "S"}, {"id": 2, "size": "M"}],
        [{"id": 2, "sku": "S-1"}, {"id": 3, "sku": "S-2"}],
        {"0": {"size": "S"}, "2": {"size": "M"}},
        [{"id": 1, "size": "S"}],
    ],
)
def test_ids_that_count_within_a_product_stand_behind_its_own(tmp_path: Path, variants: Any):
    own = list(variants) if isinstance(variants, dict) else [variant["id"] for variant in variants]
    products = [{"id": f"p{i}", "name": f"Hat {i}", "variants": variants} for i in range(3)]
    assert ids_of(tmp_path, products) == [f"p{i}-{k}" for i in range(3) for k in own]


def test_the_place_of_a_variant_is_not_its_id_if_it_has_one(tmp_path: Path):
    products = [{"id": 7, "name": "Hat", "variants": {"0": {"sku": "H-S"}, "1": {"sku": "H-M"}}}]
    assert ids_of(tmp_path, products) == ["H-S", "H-M"]


@pytest.mark.parametrize("first", [1, 1000])
def test_a_second_variant_leaves_the_first_as_it_is(tmp_path: Path, first: int):
    def products(n: int) -> list[dict[str, Any]]:
        return [
            {
                "id": i,
                "name": f"Oak {KINDS[i % 12]} {i}",
                "variants": [{"id": first + 10 * i * (first > 1) + k, "size": SIZES[k]} for k in range(n)],
            }
            for i in range(1, 7)
        ]

    import_catalogue(write(tmp_path, products(1)), tmp_path / "c.gergo")
    catalogue = import_catalogue(write(tmp_path, products(2)), tmp_path / "c.gergo")
    assert (catalogue.manifest.counts.items, catalogue.manifest.counts.groups) == (12, 6), (
        "tied from the first import on"
    )
    assert sorted(catalogue.items()["id"].to_pylist()) == sorted(map(str, ids_of(tmp_path, products(2))))


def test_names_within_objects_are_read(tmp_path: Path):
    roles = map_columns(open_source(write(tmp_path, {"products": inventory()}))).roles
    assert roles.texts == ("text_fields_name", "text_fields_description", "text_fields_name|en")
    assert roles.brand is None


def test_a_whole_name_goes_before_one_within_an_object(tmp_path: Path):
    products = [{"title": f"Hat number {i}", **product} for i, product in enumerate(inventory().values())]
    texts = map_columns(open_source(write(tmp_path, products))).roles.texts
    assert texts == ("title", "text_fields_description")
