"""Options that come as a name beside a value become columns, and their names are no words about a product."""

from __future__ import annotations

import json
from pathlib import Path

from tests.catalogue.exports import write_csv

from gergo.catalogue.attribute_columns import usable_columns
from gergo.catalogue.editing import upsert
from gergo.catalogue.importing import import_catalogue
from gergo.catalogue.manifest import FILE
from gergo.catalogue.sources import open_source
from gergo.catalogue.store import Catalogue


def shop(folder: Path, *, option: str = "Size") -> Path:
    """Every third product comes in one make only; the others in three sizes, the option named in the first row."""
    rows: list[dict[str, object]] = []
    for i in range(60):
        made = ["Default Title"] if i % 3 == 0 else ["S", "M", "L"]
        for k, value in enumerate(made):
            name = "Title" if i % 3 == 0 else option.format(i)
            said = (f"Garden rake number {i}", name) if k == 0 else ("", "")
            rows.append(
                {
                    "Handle": f"rake-{i}", "Title": said[0], "Option1 Name": said[1], "Option1 Value": value,
                    "Variant SKU": f"R{i}-{k}", "Price": "9.50",
                }
            )  # fmt: skip
    return write_csv(folder / "products.csv", rows)


def test_an_option_s_value_stands_under_its_name_in_every_variant(tmp_path: Path, capsys):
    source = shop(tmp_path)
    catalogue = import_catalogue(source, tmp_path / "shop.gergo")
    said = capsys.readouterr().err
    assert "options as columns: Size" in said
    items = {row["Variant SKU"]: row for row in catalogue.items().to_pylist()}
    assert [items[f"R7-{k}"]["Size"] for k in range(3)] == ["S", "M", "L"]
    assert items["R6-0"]["Size"] is None
    assert items["R7-1"]["Option1 Value"] == "M"  # the source's own columns stay
    assert import_catalogue(source, tmp_path / "shop.gergo").version == 1


def test_names_and_values_of_options_are_no_attributes(tmp_path: Path):
    catalogue = import_catalogue(shop(tmp_path), tmp_path / "shop.gergo")
    table = catalogue.items()
    columns = {name: [str(value or "") for value in table[name].to_pylist()] for name in catalogue.columns}
    assert usable_columns(columns, never=catalogue.roles.texts) == ["Size"]
    kinds = ["Hat", "Bag", "Cap", "Belt", "Scarf"]
    rows = [
        {"sku": f"A{i}", "name": f"Number {i} of all", "option_1_name": "Kind", "option_1_value": kinds[i % 5]}
        for i in range(60)
    ]
    catalogue = import_catalogue(write_csv(tmp_path / "kinds.csv", rows), tmp_path / "kinds.gergo")
    assert catalogue.roles.category == "Kind"


def test_names_that_differ_from_product_to_product_make_no_columns(tmp_path: Path):
    source = open_source(shop(tmp_path, option="Make {}"))
    assert source.columns[-1] == "Price"


def test_numbered_attributes_share_a_column_by_name(tmp_path: Path):
    rows = [
        {
            "ID": n, "Name": f"Chair {n}", "Attribute 1 name": ("Colour", "size")[n % 2],
            "Attribute 1 value(s)": ("red", "L")[n % 2], "Attribute 2 name": ("Size", "Colour")[n % 2],
            "Attribute 2 value(s)": ("M", "blue")[n % 2], "Attribute 1 visible": 1, "Colour": "see below",
        }
        for n in range(10)
    ]  # fmt: skip
    source = open_source(write_csv(tmp_path / "p.csv", rows))
    assert source.columns[-2:] == ["Colour (option)", "Size"]
    assert [(row.values["Colour (option)"], row.values["Size"]) for row in source.rows()][:2] == [
        ("red", "M"),
        ("blue", "L"),
    ]
    assert [row.values for row in source.rows(["Size"])][:2] == [{"Size": "M"}, {"Size": "L"}]


def test_a_catalogue_knows_its_options_however_few_rows_come_later(tmp_path: Path):
    source, to = shop(tmp_path / "all"), tmp_path / "shop.gergo"
    assert import_catalogue(source, to).manifest.options == {"Size": "size"}
    row = {"Handle": "rake-7", "Title": "Garden rake number 7", "Option1 Name": "SIZE", "Option1 Value": "S"}
    delta = write_csv(tmp_path / "delta" / "products.csv", [row | {"Variant SKU": "R7-0", "Price": "8.50"}])
    items = {one["Variant SKU"]: one for one in import_catalogue(delta, to).items().to_pylist()}
    assert (items["R7-0"]["Price"], items["R7-0"]["Size"], items["R7-1"]["Size"]) == (8.5, "S", "M")


def test_options_of_single_rows_are_known_too(tmp_path: Path):
    catalogue = import_catalogue(shop(tmp_path), tmp_path / "shop.gergo")
    new = {"Handle": "rake-99", "Title": "Garden rake number 99", "Option1 Name": "Size", "Option1 Value": "M"}
    edits: list[dict[str, object]] = [
        new | {"id": "R99-0"}, {"id": "R7-0", "Option1 Value": "XXL"}, {"id": "R7-1", "Price": 7},
        {"id": "R7-2", "Option1 Value": "XS", "Size": "L"},  # as it was: the row came with all its cells
        {"id": "R8-0", "Option1 Value": "XL", "Size": "X-large"}, {"id": "R8-1", "Option1 Value": None},
    ]  # fmt: skip
    items = {one["Variant SKU"]: one for one in upsert(catalogue, edits).items().to_pylist()}
    found = [items[id]["Size"] for id in ("R99-0", "R7-0", "R7-1", "R7-2", "R8-0", "R8-1", "R8-2")]
    assert found == ["M", "XXL", "M", "XS", "X-large", None, "L"]


def test_a_manifest_that_says_nothing_of_options_is_read(tmp_path: Path):
    catalogue = import_catalogue(shop(tmp_path), tmp_path / "shop.gergo")
    written = json.loads((catalogue.path / FILE).read_text("utf-8"))
    del written["options"]
    (catalogue.path / FILE).write_text(json.dumps(written), "utf-8")
    after = upsert(Catalogue.open(catalogue.path), [{"id": "R7-0", "Option1 Value": "XXL"}])
    assert after.manifest.options == {}
    assert import_catalogue(shop(tmp_path), catalogue.path).manifest.options == {"Size": "size"}
