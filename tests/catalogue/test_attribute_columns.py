"""The worked examples of attribute columns hold, and columns are told apart by what they hold, whatever their names."""

from __future__ import annotations

import doctest

from gergo.catalogue import attribute_columns as module
from gergo.catalogue.attribute_columns import attribute_columns, usable_columns


def test_worked_examples() -> None:
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0


def test_names_decide_nothing() -> None:
    kinds, colours = ["Hemd", "Schuh", "Hemd", "Schuh"] * 10, ["rot", "rot", "blau", "blau"] * 10
    table = {"colour": [f"{n}.jpg" for n in range(40)], "x9": colours, "price": kinds, "id": ["1", "2"] * 20}
    assert set(usable_columns(table, never=[])) == {"x9", "price"}
    assert usable_columns(table, never=["x9"]) == ["price"]


def test_a_column_that_follows_from_the_kind_is_usable_and_not_chosen() -> None:
    kinds = ["apple", "pear", "milk", "yoghurt"] * 10
    table = {"kind": kinds, "shelf": ["fruit" if kind in ("apple", "pear") else "dairy" for kind in kinds]}
    assert set(usable_columns(table, never=[])) == {"kind", "shelf"}
    assert attribute_columns(table, lead="kind", never=[]) == ["kind"]


def test_where_a_gathered_row_is_from_is_no_attribute() -> None:
    columns = {"kind": ["hat", "bag", "shoe"] * 8, "evidence": ["json_ld", "alt"] * 12, "size": ["small", "large"] * 12}
    assert set(usable_columns(columns, never=[])) == {"kind", "size"}
