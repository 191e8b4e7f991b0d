"""Options that come as a name beside a value become columns, and their names are no words about a product."""

from __future__ import annotations

from pathlib import Path

from tests.catalogue.exports import write_csv

from gergo.catalogue.attribute_columns import usable_columns
from gergo.catalogue.importing import import_catalogue
from gergo.catalogue.sources import open_source


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
