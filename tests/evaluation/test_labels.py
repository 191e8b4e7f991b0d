"""Labels become words, and never another meaning."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gergo.catalogue import texts
from gergo.evaluation.labels import read_labels, words


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("running_shoes", "running shoes"),
        ("runningShoes", "running shoes"),
        ("hexHeadBolt", "hex head bolt"),
        ("Tshirts", "Tshirts"),
        ("T-shirt", "T-shirt"),
        ("iPhone", "iPhone"),
        ("eBay", "eBay"),
        ("USB-C", "USB-C"),
        ("PlayStation", "PlayStation"),
        ("M8", "M8"),
        ("_odd_", "_odd_"),
        ("size_10", "size 10"),
    ],
)
def test_one_label(name: str, word: str) -> None:
    assert words([name]) == [word]


def test_a_column_with_spaces_is_written_by_people() -> None:
    assert words(["openOffice", "Running Shoes"]) == ["openOffice", "Running Shoes"]


def test_two_labels_never_become_the_same_words() -> None:
    assert words(["run_shoes", "runShoes"]) == ["run_shoes", "runShoes"]


@given(st.lists(st.text("abcXYZ_ -1", min_size=1, max_size=12), unique_by=texts.key, max_size=8))
def test_labels_that_differ_have_words_that_differ(names: list[str]) -> None:
    assert len({texts.key(word) for word in words(names)}) == len({texts.key(name) for name in names})


def test_cells_that_differ_in_case_or_space_are_one_class() -> None:
    labels = read_labels("kind", ["Bolt", "bolt ", "Bolt", "Nut", None, math.nan, "", "N/A", 7.0, 7])
    assert labels.name_K == ["7", "Bolt", "Nut"]
    assert [labels.of(value) for value in ("BOLT", "nut", 7, 7.0, None, "screw")] == [1, 2, 0, 0, -1, -1]


def test_what_was_changed_is_told() -> None:
    assert read_labels("kind", ["wood_screw", "Nut"]).changed == {"wood_screw": "wood screw"}
