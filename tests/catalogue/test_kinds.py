"""Kinds of columns: found from all values, and no value changed by them."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gergo.catalogue.columns import stored_names
from gergo.catalogue.kinds import Kind, KindTracker, cast, plain


def kind_of(values: list, *, is_text: bool) -> Kind:
    tracker = KindTracker()
    for value in values:
        tracker.observe("column", plain(value), is_text=is_text)
    return tracker.kinds(["column"])["column"]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1", "22", "", "-3"], "int"),
        (["1", "2.50"], "float"),
        (["007", "12"], "string"),
        (["4006381333931", "12"], "int"),
        (["12,50", "3"], "float"),
        (["1.299,00", "12,50", "0,125"], "float"),
        (["1 299,00", "12"], "float"),
        (["12,50", "1,299"], "float"),
        (["1.299", "12,50"], "float"),
        (["1,299", "2,500"], "string"),
        (["1,299", "980"], "string"),
        (["12.50", "12,50"], "string"),
        (["1,299.00", "2,450.50", "4.50"], "float"),
        (["1'299.50", "12.50"], "float"),
        (["1,23,456.00", "99.00"], "float"),
        (["$1,201.00", "$3.50"], "float"),
        (["€ 1.201,00", "201,00 EUR", "12"], "float"),
        (["¥1,980", "¥980"], "int"),
        (["CHF 12.50", "-CHF 3"], "float"),
        (["1 299,00 zł", "49,99 zł"], "float"),
        (["1.299 €", "980 €"], "int"),
        (["1.459 €", "1.519 €"], "string"),
        (["$1,299", "$2,500"], "string"),
        (["1,980円", "2,500円"], "int"),
        (["1.299 €", "1.299.000 €"], "int"),
        (["EUR 38", "EUR 39"], "int"),
        (["€ 12", "$ 12"], "string"),
        (["€ 1,299", "€ 1.299"], "string"),
        (["1.2.2024", "1.3.2024"], "string"),
        (["104.567.890", "304.567.891"], "string"),
        (["101,102,103", "104,105,106"], "string"),
        (["6 ft", "10 ft"], "string"),
        (["12 kg", "3 kg"], "string"),
        (["€ 5", "true"], "string"),
        (["true", "FALSE", ""], "bool"),
        (["true", "1"], "string"),
        (["", ""], "string"),
        (["99999999999999999999"], "string"),
    ],
)
def test_the_kind_of_a_column_of_text(values: list[str], kind: str):
    assert kind_of(values, is_text=True) == kind


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1, 2, None], "int"),
        ([1, 2.5], "float"),
        ([True, False], "bool"),
        ([True, 1], "string"),
        (["1", "2"], "string"),
        ([2**70], "string"),
        ([Decimal("1.5"), 2], "float"),
        ([float("nan"), 3], "int"),
        ([datetime.date(2024, 1, 2)], "string"),
    ],
)
def test_the_kind_of_a_column_of_typed_values(values: list, kind: str):
    assert kind_of(values, is_text=False) == kind


def test_a_decimal_comma_is_a_number_to_filter_by():
    assert [cast(value, "float") for value in ("12,50", "-0,5", "1.299,00", "1\u202f299,5", "3")] == [
        12.5,
        -0.5,
        1299.0,
        1299.5,
        3.0,
    ]


def numbers_of(values: list[str]) -> list:
    tracker = KindTracker()
    for value in values:
        tracker.observe("price", value, is_text=True)
    return [cast(value, tracker.kinds(["price"])["price"], tracker.mark("price")) for value in values]


def test_a_column_decides_what_its_thousands_are():
    assert numbers_of(["1,299", "1,299.50"]) == [1299.0, 1299.5]
    assert numbers_of(["1,299", "12,50"]) == [1.299, 12.5]
    assert numbers_of(["1.299", "12,50"]) == [1299.0, 12.5]
    assert numbers_of(["1.299", "12.5"]) == [1.299, 12.5]
    assert numbers_of(["1,299,000", "12.5"]) == [1299000.0, 12.5]
    assert numbers_of(["¥1,980", "￥980"]) == [1980, 980]
    assert numbers_of(["-$1,201.00", "US$ 5"][:1]) == [-1201.0]
    assert numbers_of(["kr 1.299", "12,50 kr."]) == [1299.0, 12.5]


def test_the_currency_of_a_column_is_known_and_there_is_only_one():
    tracker = KindTracker()
    for value in ("12,50 €", "1.299,00 EUR", "7"):
        tracker.observe("price", value, is_text=True)
    assert (tracker.currency("price"), tracker.reading("price")) == ("EUR", "'12,50 €' is 12.5")
    again = KindTracker({"price": "float"}, {"price": "EUR"})
    again.observe("price", "$5", is_text=True)
    assert again.kinds(["price"]) == {"price": "string"}
    tracker.observe("price", "$ 5", is_text=True)
    assert tracker.kinds(["price"]) == {"price": "string"}
    assert tracker.why_text("price") == "its currencies are mixed: EUR ('12,50 €'), $ ('$ 5')"


def test_three_decimals_or_thousands_of_a_price_nobody_knows_but_a_stored_column():
    tracker = KindTracker()
    tracker.observe("price", "1.459 €", is_text=True)
    assert tracker.why_text("price") == "'1.459 €' may be thousands or decimals"
    again = KindTracker({"price": "float"}, {"price": "EUR"})
    again.observe("price", "1.459 €", is_text=True)
    assert (again.kinds(["price"]), again.mark("price")) == ({"price": "float"}, ",")


@pytest.mark.parametrize("column", ["size", "Schuhgröße", "taglia_scarpe", "Taille", "talla"])
def test_shoes_of_size_38_cost_no_38_euros(column: str):
    tracker = KindTracker()
    for value in ("EUR 38", "EUR 38.5", "EUR 41"):
        tracker.observe(column, value, is_text=True)
    assert tracker.kinds([column]) == {column: "string"}
    assert tracker.why_text(column) == "'EUR 38' is none"
    priced = KindTracker()
    priced.observe(column, "EUR 380.00", is_text=True)
    assert priced.kinds([column]) == {column: "float"}


def test_a_column_that_is_stored_as_text_stays_so():
    tracker = KindTracker({"price": "string"})
    tracker.observe("price", "€ 12,50", is_text=True)
    assert tracker.kinds(["price"]) == {"price": "string"}
    assert tracker.currency("price") == tracker.reading("price") == ""


def test_an_export_with_commas_again_stays_a_number():
    tracker = KindTracker({"column": "float"})
    tracker.observe("column", "12,50", is_text=True)
    assert tracker.kinds(["column"]) == {"column": "float"}


PRICES = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "€", "$ ", "CHF "]),
    st.from_regex(r"\d{1,4}(?:[.,' ]\d{2,3}){0,3}", fullmatch=True),
    st.sampled_from(["", " EUR", "kr.", " kg"]),
)


@given(st.lists(PRICES, max_size=5))
def test_prices_in_whatever_mixture_fit_the_kind_of_their_column(values: list[str]):
    kind = kind_of(values, is_text=True)
    for value, number in zip(values, numbers_of(values), strict=True):
        assert type(number) is {"int": int, "float": float, "string": str}[kind]
        assert kind == "string" or number != 0 or not set(value) & set("123456789")


@given(st.lists(st.one_of(st.integers(), st.floats(), st.booleans(), st.text(), st.none())), st.booleans())
def test_every_value_fits_the_kind_of_its_column(values: list, is_text: bool):
    types = {"int": int, "float": float, "bool": bool, "string": str}
    kind = kind_of(values, is_text=is_text)
    for value in map(plain, values):
        stored = cast(value, kind)
        assert stored is None if value is None else type(stored) is types[kind]
        if isinstance(value, str) and kind == "string":
            assert stored == value


def test_names_that_clash_with_ours_are_changed_and_the_id_keeps_its_own():
    names = stored_names(["id", "Group", "split", "title", "price.net", "group_original"], "id")
    assert names == {
        "id": "id",
        "Group": "Group_original",
        "split": "split_original",
        "title": "title",
        "price.net": "price_net",
        "group_original": "group_original_original",
    }


def test_an_id_column_that_is_not_the_id_is_renamed():
    assert stored_names(["id", "sku"], "sku") == {"id": "id_original", "sku": "sku"}
    assert stored_names(["ID"], "ID") == {"ID": "ID_original"}


@pytest.mark.parametrize("values", [["0000520812605", "0000575759353"], ["4006381333931", "0000575759353"]])
def test_numbers_with_zeros_in_front_are_codes_and_that_is_the_reason(values: list[str]):
    tracker = KindTracker()
    for value in values:
        tracker.observe("gtin", value, is_text=True)
    assert tracker.kinds(["gtin"]) == {"gtin": "string"}
    assert "has zeros in front, as codes have" in tracker.why_text("gtin")
