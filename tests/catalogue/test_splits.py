"""Splits: drawn by hash, about as large as promised, whatever the order of the rows."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gergo.catalogue.splits import (
    HELD_OUT_BRANDS,
    HELD_OUT_CATEGORIES,
    TEST,
    TRAIN,
    VALIDATION,
    HeldOut,
    draw_held_out,
    group_split,
    named_held_out,
    split_by_hash,
)
from gergo.errors import UsageError


def test_groups_go_eighty_ten_ten():
    shares = Counter(split_by_hash(f"product-{i}") for i in range(20_000))
    assert shares[TRAIN] / 20_000 == pytest.approx(0.8, abs=0.01)
    assert shares[VALIDATION] / 20_000 == pytest.approx(0.1, abs=0.007)
    assert shares[TEST] / 20_000 == pytest.approx(0.1, abs=0.007)


def test_a_split_never_changes_between_versions():
    """Fixed here because catalogues are compared across versions: a change would silently make them incomparable."""
    names = ("10000", "10002", "a", "b", "Größe", "")
    assert [split_by_hash(name) for name in names] == [TEST, TEST, TRAIN, TRAIN, TRAIN, TRAIN]
    counts = {f"b{i}": i + 1 for i in range(40)}
    assert draw_held_out(HELD_OUT_BRANDS, counts, 820) == ["b14", "b26"]


counts = st.dictionaries(st.text(min_size=1, max_size=8), st.integers(1, 400), max_size=60)


@given(counts)
def test_held_out_names_are_about_five_percent(counts: dict[str, int]):
    items = sum(counts.values())
    drawn = draw_held_out("brands", counts, items)
    allowed = [n for n in counts.values() if n <= 0.1 * items]
    if len(allowed) < 2:
        assert drawn == []
        return
    held = sum(counts[name] for name in drawn)
    assert len(drawn) >= 2
    assert all(counts[name] <= 0.1 * items for name in drawn)
    two_smallest = sum(sorted(allowed)[:2])
    assert held <= max(0.06 * items, two_smallest + 0.06 * items)
    if max(allowed) <= 0.01 * items and sum(allowed) >= 0.06 * items:
        assert 0.05 * items <= held <= 0.06 * items


@given(counts, st.randoms(use_true_random=False))
def test_the_draw_does_not_depend_on_order(counts: dict[str, int], random):
    shuffled = list(counts.items())
    random.shuffle(shuffled)
    items = sum(counts.values())
    assert draw_held_out("brands", counts, items) == draw_held_out("brands", dict(shuffled), items)


@pytest.mark.parametrize(
    "counts",
    [{}, {"only": 100}, {"big": 60, "bigger": 40}, {"": 95, "one": 5}],
    ids=["no names", "one brand", "all over a tenth", "one that is small enough"],
)
def test_nothing_is_held_out_where_two_names_are_not_to_be_had(counts: dict[str, int]):
    assert draw_held_out("brands", counts, sum(counts.values())) == []


def test_two_middling_names_are_held_out_where_all_are_middling():
    counts = {f"brand {i}": 70 + i for i in range(14)}
    drawn = draw_held_out("brands", counts, sum(counts.values()))
    assert drawn == ["brand 0", "brand 1"]


def test_a_category_outranks_a_brand():
    held_out = HeldOut(["acme"], ["hinge"])
    assert held_out.wish("acme", "hinge") == HELD_OUT_CATEGORIES
    assert held_out.wish("acme", "bolt") == HELD_OUT_BRANDS
    assert held_out.wish("bolt", "bolt") is None


def test_a_group_goes_with_the_member_that_is_held_out():
    assert group_split(["1", "2", "3"], [None, HELD_OUT_BRANDS, None]) == HELD_OUT_BRANDS
    assert group_split(["1", "2"], [HELD_OUT_BRANDS, HELD_OUT_CATEGORIES]) == HELD_OUT_CATEGORIES
    assert group_split(["2", "1"], [None, None]) == split_by_hash("1")


def test_names_that_do_not_exist_are_told_with_the_nearest():
    with pytest.raises(UsageError, match="no row has the brand 'Adidsa'") as raised:
        named_held_out("brand", ["Adidsa"], ["Adidas", "Nike", "Puma"])
    assert raised.value.hint == "did you mean Adidas?"
    with pytest.raises(UsageError) as raised:
        named_held_out("brand", ["x"], [])
    assert "--brand" in raised.value.hint


def test_names_are_found_whatever_their_case():
    assert named_held_out("brand", ["ADIDAS", "adidas"], ["Adidas", "Nike"]) == ["adidas"]


def test_names_given_are_not_drawn():
    brands = ["a"] * 50 + [f"b{i}" for i in range(50)]
    drawn = HeldOut.draw(brands, [""] * 100, named_brands=["a"])
    assert drawn.brands == {"a"}
    assert drawn.categories == set()
    assert HeldOut.draw(brands, [""] * 100, named_brands=[]).brands == set()
