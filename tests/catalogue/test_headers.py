"""The header: below what a report or a template says first, and never a product."""

from __future__ import annotations

from pathlib import Path

import pytest

from gergo.catalogue.sources import Source, open_source

ROWS = [f"A{n};Garden chair {n};{n + 1},90;{('red', 'blue', 'green')[n % 3]}" for n in range(30)]
NAMES = ["sku", "name", "price", "colour"]


def opened(path: Path, lines: list[str]) -> Source:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return open_source(path)


def cells(source: Source) -> list[list[object]]:
    return [list(row.values.values()) for row in source.rows()]


@pytest.mark.parametrize(
    "before",
    [
        ["Export;25.11.2025;;"],
        ["Export;25.11.2025"],
        ["Export;25.11.2025;10:30;"],
        ["Shop;Acme;;", ";;;", "Date;2025-11-25;;", "", "by;hand;;"],
        ["Export;;;", ";;;", ";;;"],
    ],
)
def test_a_preamble_of_several_cells_is_no_header(tmp_path: Path, before: list[str]) -> None:
    source = opened(tmp_path / "p.csv", [*before, ";".join(NAMES), *ROWS])
    assert source.columns == NAMES
    assert cells(source) == [row.split(";") for row in ROWS]
    assert [row.row for row in source.rows()] == list(range(1, 31))
    assert "before the header left out" in source.description
    assert before[0].split(";")[0] in source.description  # what is left out can be read
    assert "WARNING" not in source.description


def test_a_header_that_names_few_columns_keeps_every_row(tmp_path: Path) -> None:
    source = opened(tmp_path / "p.csv", ["sku;;;", *ROWS])
    assert cells(source) == [row.split(";") for row in ROWS]
    assert source.columns == ["sku", "column_2", "column_3", "column_4"]
    assert "WARNING: most columns have no name" in source.description
    words = [["red", "chair", "oak", "new"], ["blue", "chair", "ash", "old"], ["red", "table", "elm", "new"]] * 9
    source = opened(tmp_path / "q.csv", ["tone;thing;;", *map(";".join, words)])
    assert cells(source) == words


def test_columns_that_are_blank_throughout_do_not_make_a_header_sparse(tmp_path: Path) -> None:
    source = opened(tmp_path / "p.csv", ["sku;name" + ";" * 6, *(f"A{n};Chair" + ";" * 6 for n in range(20))])
    assert source.columns[:2] == ["sku", "name"]
    assert len(cells(source)) == 20


def flat_file(labels: list[str], names: list[str]) -> list[str]:
    """As marketplaces have it: a template's version, labels, names, then products that leave many cells blank."""
    width = len(names)
    first = ["TemplateType=fptcustom", "Version=2018.0125", "TemplateSignature=Rm9v", "The top 3 rows are not for you."]
    first += [""] * (width - 5) + ["Images"]
    rows = [
        ([f"A-{n}", f"Garden chair {n}", f"{n}.90"] + [""] * (width - 4) + [f"http://x.org/{n}.jpg"]) for n in range(20)
    ]
    return ["\t".join(line) for line in (first, labels, names, *rows)]


LABELS = ["Seller SKU", "Product Name", "Price", *(f"Bullet Point {n}" for n in range(1, 12)), "Image"]
MACHINE = ["item_sku", "item_name", "standard_price", *(f"bullet_point{n}" for n in range(1, 12)), "main_image_url"]


def test_a_flat_file_is_named_by_its_line_of_names(tmp_path: Path) -> None:
    source = opened(tmp_path / "p.txt.csv", flat_file(LABELS, MACHINE))
    assert source.columns == MACHINE
    assert [row[0] for row in cells(source)] == [f"A-{n}" for n in range(20)]
    assert "2 lines before the header left out ('TemplateType=fptcustom" in source.description
    assert "'Seller SKU Product Name" in source.description


def test_a_second_line_of_names_is_no_product(tmp_path: Path) -> None:
    labels = "Artikelnummer;Bezeichnung;Preis;Farbe"
    source = opened(tmp_path / "p.csv", [labels, ";".join(NAMES), *ROWS])
    assert source.columns == NAMES
    assert cells(source) == [row.split(";") for row in ROWS]
    assert "1 line before the header left out ('Artikelnummer Bezeichnung Preis Farbe')" in source.description
    source = opened(tmp_path / "q.csv", [";".join(NAMES), "Text;Zeichen;Dezimal;Wort", *ROWS])
    assert source.columns == NAMES
    assert "1 line of names after the header left out ('Text Zeichen Dezimal Wort')" in source.description
    assert [row.row for row in source.rows()] == list(range(1, 31))


@pytest.mark.parametrize(
    "first",
    [
        "GIFT;Gift card;varies;red",  # two words in a cell
        "GIFT;Voucher;tba;",  # a cell that the header names is blank
        "A99;Voucher;tba;gold",  # a code like those below
        "GIFT;Voucher;9,90;gold",  # a price like those below
    ],
)
def test_a_product_unlike_the_others_stays(tmp_path: Path, first: str) -> None:
    source = opened(tmp_path / "p.csv", [";".join(NAMES), first, *ROWS])
    assert cells(source) == [row.split(";") for row in [first, *ROWS]]


def test_a_table_of_words_keeps_its_first_row(tmp_path: Path) -> None:
    words = [["chair", "oak", "red"], ["table", "ash", "blue"], ["shelf", "elm", "green"], ["stool", "fir", "grey"]]
    source = opened(tmp_path / "p.csv", ["thing;wood;tone", *map(";".join, words)])
    assert source.columns == ["thing", "wood", "tone"]
    assert cells(source) == words
