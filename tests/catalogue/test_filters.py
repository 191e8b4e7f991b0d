"""Filters: column names as people write them, values untouched."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gergo.catalogue import filters
from gergo.catalogue.filters import quoted
from gergo.errors import UsageError

COLUMNS = ["id", "brand", "Base Colour", "Größe", "order", "price", "price_eur", "in", "Price ($)"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("brand = 'Nike'", "`brand` = 'Nike'"),
        ("BRAND='brand'", "`brand`='brand'"),
        ("base colour = 'Red' AND PRICE<50", "`Base Colour` = 'Red' AND `price`<50"),
        ("größe in ('M', 'L')", "`Größe` in ('M', 'L')"),
        ("Order = 3 or price_eur >= 1.5e2", "`order` = 3 or `price_eur` >= 1.5e2"),
        ("\"Base colour\" like 'R%'", "`Base Colour` like 'R%'"),
        ("`ORDER` is not null", "`order` is not null"),
        ('brand = "Levi\'s"', "`brand` = 'Levi''s'"),
        ("brand = 'O''Neill'", "`brand` = 'O''Neill'"),
        ("lower(brand) = 'nike'", "lower(`brand`) = 'nike'"),
        ('"in" = 1', "`in` = 1"),
        ("price ($) between 1 and 2", "`Price ($)` between 1 and 2"),
        ("cast(price as int) = 3", "cast(`price` as int) = 3"),
        ("GRÖSSE = 'L'", "`Größe` = 'L'"),
        ("(brand = ')' or price < 3)", "(`brand` = ')' or `price` < 3)"),
        ("brand='x' and not(price>1)", "`brand`='x' and not(`price`>1)"),
    ],
)
def test_names_are_quoted_and_values_are_not(written: str, expected: str):
    assert quoted(written, COLUMNS) == expected


@pytest.mark.parametrize(
    "written",
    ["brand='Nike')) and price > 1000", "brand='Nike')", "brand='x') or (price<100", "(brand='x'", "((price<1)"],
)
def test_what_would_be_dropped_without_a_word_is_refused(written: str):
    with pytest.raises(UsageError, match=r"a [()] too many"):
        quoted(written, COLUMNS)


def test_an_unknown_column_is_told_with_the_known_ones():
    with pytest.raises(UsageError, match="no column 'brnad'") as raised:
        quoted("brnad = 'Nike'", COLUMNS)
    assert "did you mean brand?" in raised.value.hint
    assert "Base Colour" in raised.value.hint


def test_a_quote_that_is_never_closed_is_told():
    with pytest.raises(UsageError, match="never closed"):
        quoted("brand = 'Nike", COLUMNS)


@given(st.text(max_size=20))
def test_whatever_stands_in_quotes_stays(value: str):
    literal = "'" + value.replace("'", "''") + "'"
    assert quoted(f"brand = {literal}", COLUMNS) == f"`brand` = {literal}"


def test_examples():
    failed, attempted = doctest.testmod(filters)
    assert (failed, attempted > 0) == (0, True)
