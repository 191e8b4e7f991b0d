"""Filters find what they say, whatever the strings in them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gergo.catalogue.store import Catalogue
from gergo.serving import conditions
from gergo.serving.conditions import compile_filters
from gergo.serving.failures import Refusal
from gergo.serving.schemas import Filter

KINDS: dict[str, Any] = {"brand": "string", "price": "float", "pack_size": "int", "new": "bool"}
INJECTIONS = [
    "' OR 1=1 --",
    "'; DROP TABLE items; --",
    "x') OR ('1'='1",
    "\\' OR ''='",
    "%",
    "`price`",
    '"',
    "\x00",
    "🔩",
]


def test_worked_examples() -> None:
    import doctest

    assert doctest.testmod(conditions).failed == 0


@pytest.mark.parametrize("value", INJECTIONS)
@pytest.mark.parametrize("op", ["eq", "ne", "in", "contains"])
def test_values_are_values(shop: Catalogue, value: str, op: Any) -> None:
    where = compile_filters(
        [Filter(column="brand", op=op, value=[value] if op == "in" else value)], shop.manifest.kinds
    )
    brands = [brand for brand in shop.items(columns=["brand"])["brand"].to_pylist() if brand is not None]
    found = len(shop.items(where=where, columns=[]))
    assert found == (len(brands) if op == "ne" else 0)


@given(value=st.text(max_size=20))
@settings(max_examples=40, deadline=None)
def test_no_string_makes_anything_but_a_value(shop: Catalogue, value: str) -> None:
    found = shop.items(where=compile_filters([Filter(column="brand", op="eq", value=value)], shop.manifest.kinds))
    assert {row["brand"] for row in found.to_pylist()} <= {value}


@pytest.mark.parametrize(
    ("one", "holds"),
    [
        (Filter(column="price", op="lt", value=5), lambda row: row["price"] < 5),
        (Filter(column="pack_size", op="gt", value=10.5), lambda row: row["pack_size"] > 10.5),
        (Filter(column="pack_size", op="in", value=[50, 100]), lambda row: row["pack_size"] in (50, 100)),
        (Filter(column="title", op="contains", value="SCREW"), lambda row: "screw" in row["title"].lower()),
        (Filter(column="drive", op="is_null"), lambda row: row["drive"] is None),
        (Filter(column="drive", op="not_null"), lambda row: row["drive"] is not None),
        (Filter(column="brand", op="in", value=[]), lambda _: False),
    ],
)
def test_conditions_hold_of_what_is_found_and_of_nothing_else(shop: Catalogue, one: Filter, holds: Any) -> None:
    rows = shop.items().to_pylist()
    nulls = one.op in ("is_null", "not_null")
    wanted = {row["id"] for row in rows if (nulls or row[one.column] is not None) and holds(row)}
    found = shop.items(where=compile_filters([one], shop.manifest.kinds))["id"].to_pylist()
    assert set(found) == wanted
    assert 0 < len(wanted) < len(rows) or one.value == []


@pytest.mark.parametrize(
    ("one", "code"),
    [
        (Filter(column="nope", value="x"), "unknown_column"),
        (Filter(column="texts", value="x"), "unknown_column"),
        (Filter(column="_digest", value="x"), "unknown_column"),
        (Filter(column="price", value="cheap"), "wrong_kind"),
        (Filter(column="price", value=True), "wrong_kind"),
        (Filter(column="brand", value=5), "wrong_kind"),
        (Filter(column="brand", value=None), "wrong_kind"),
        (Filter(column="brand", op="eq", value=["a"]), "wrong_kind"),
        (Filter(column="price", op="contains", value="1"), "wrong_kind"),
    ],
)
def test_what_cannot_be_compared_is_refused(one: Filter, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        compile_filters([one], KINDS)
    assert refused.value.code == code
