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
    "data", [{"en": {"name": "Hat"}, "it": {"name": "Cappello"}}, {"size1": {"name": "S"}, "made": {"by": "hand"}}]
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
            "variants": [{"id": 11, "title": "S / red"}, {"id": 12, "price": "7"}],
        },
        {"id": 2, "title": "Hat", "variants": [{"id": 21, "title": "Default", "price": "5"}]},
        {"id": 3, "title": "Rug", "variants": ["red", "blue"]},
    ]
    rows = values_of(write(tmp_path, products))
    assert [row["id"] for row in rows] == [11, 12, 2, 3]
    assert [row["variant_of"] for row in rows] == [1, 1, None, None]
    assert [row["title"] for row in rows] == ["Shirt", "Shirt", "Hat", "Rug"]
    assert rows[0]["variants_title"] == "S / red"
    assert (rows[0]["price"], rows[1]["price"]) == ("9", "7")
    assert rows[3]["variants"] == ["red", "blue"]


def test_names_within_objects_are_read(tmp_path: Path):
    roles = map_columns(open_source(write(tmp_path, {"products": inventory()}))).roles
    assert roles.texts == ("text_fields_name", "text_fields_description", "text_fields_name|en")
    assert roles.brand is None


def test_a_whole_name_goes_before_one_within_an_object(tmp_path: Path):
    products = [{"title": f"Hat number {i}", **product} for i, product in enumerate(inventory().values())]
    texts = map_columns(open_source(write(tmp_path, products))).roles.texts
    assert texts == ("title", "text_fields_description")
