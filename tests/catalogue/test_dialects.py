"""The separator: the one that fits every line, the header's too."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from gergo.catalogue.sources import Source, open_source

NAMES = ["sku", "name", "text", "price", "colour"]


def opened(path: Path, lines: list[str]) -> Source:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return open_source(path)


@pytest.mark.parametrize(("separator", "other"), list(itertools.permutations(",;\t|", 2)))
@pytest.mark.parametrize("width", [2, 3, 5])
@pytest.mark.parametrize("others_a_row", [1, 2, 6])
@pytest.mark.parametrize("before", [[], ["Export"]])
def test_another_separator_in_every_row_keeps_the_header(
    tmp_path: Path, separator: str, other: str, width: int, others_a_row: int, before: list[str]
) -> None:
    rows = [[f"A{n}", f"oak{other}" * others_a_row + f" chair {n}", "text", "1.90", "red"][:width] for n in range(30)]
    lines = before + [separator.join(cells) for cells in [NAMES[:width], *rows]]
    source = opened(tmp_path / "p.csv", lines)
    assert source.columns == NAMES[:width]
    assert [list(row.values.values()) for row in source.rows()] == rows


def test_a_row_of_another_length_does_not_give_the_header_away(tmp_path: Path) -> None:
    rows = [f"A{n};Stuhl {n};Buche, geölt, stabil;{n},90" for n in range(30)]
    rows[1] += ";stray"
    source = opened(tmp_path / "p.csv", ["sku;name;text;price", *rows])
    assert source.columns == ["sku", "name", "text", "price"]
    assert {row.row: row.problem for row in source.rows() if row.problem} == {2: "row_too_many_fields"}


@pytest.mark.parametrize(("header", "end"), [("sku;name;text;", ""), ("sku;name;text", ";")])
def test_a_blank_cell_at_the_end_of_header_or_rows_fits(tmp_path: Path, header: str, end: str) -> None:
    rows = [f"A{n};Stuhl {n};Buche, geölt, stabil{end}" for n in range(30)]
    source = opened(tmp_path / "p.csv", [header, *rows])
    assert source.columns[:3] == ["sku", "name", "text"]
    assert [row.values["text"] for row in source.rows()] == ["Buche, geölt, stabil"] * 30
    assert not any(row.problem for row in source.rows())


def test_a_title_that_holds_the_other_separator_is_still_no_header(tmp_path: Path) -> None:
    rows = [f"A{n};Chair {n};1,90" for n in range(30)]
    source = opened(tmp_path / "p.csv", ["Export, May", "sku;name;price", *rows])
    assert source.columns == ["sku", "name", "price"]
    assert [row.row for row in source.rows()] == list(range(1, 31))
