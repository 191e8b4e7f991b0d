"""Labels become words, and never another meaning."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gergo.catalogue import texts
from gergo.errors import InputError
from gergo.evaluation.label_words import read_label_words
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


def test_paths_are_asked_for_by_their_last_level_and_stay_what_they_are() -> None:
    labels = read_labels("kind", ["Men > Shoes", "Women > Shoes", "men > shoes", "Women > Party_hats", "Women"])
    assert labels.name_K == ["Men > Shoes", "Women", "Women > Party_hats", "Women > Shoes"]
    assert labels.word_K == ["Men Shoes", "Women", "Party hats", "Women Shoes"]
    assert labels.changed["Women > Party_hats"] == "Party hats"
    assert labels.of("Women > Shoes") == 3


def test_a_labels_file_goes_before_the_words_of_a_path(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_text("Men > Shoes,boots\n", encoding="utf-8")
    assert read_labels("kind", ["Men > Shoes", "Men > Hats"], read_label_words(path)).word_K == ["Hats", "boots"]


def test_a_labels_file_says_what_values_are_called(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_text('value,words\nTshirts,T-shirt\n"Tops, other",blouse\nnever,seen\n', encoding="utf-8-sig")
    labels = read_labels("kind", ["tshirts", "Tops, other", "Jeans"], read_label_words(path))
    assert labels.name_K == ["Jeans", "Tops, other", "tshirts"]
    assert labels.word_K == ["Jeans", "blouse", "T-shirt"]
    assert labels.changed == {"Tops, other": "blouse", "tshirts": "T-shirt"}
    assert labels.unused == ["never"]


def test_values_of_the_same_words_are_one_class(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_text("Tshirts;T-Shirt\nTees;t-shirt\n", encoding="latin-1")
    labels = read_labels("kind", ["Tshirts", "Tees", "Jeans"], read_label_words(path))
    assert labels.name_K == ["Jeans", "Tees / Tshirts"]
    assert labels.of("tshirts") == labels.of("Tees") == 1
    assert labels.merged == {"Tees / Tshirts": ["Tees", "Tshirts"]}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("Tshirts,T-shirt\nJeans\n", "line 2: 1 fields"),
        ("Tshirts,T-shirt\nJeans,\n", "line 2: no words"),
        ("Tshirts,T-shirt\n\ntshirts,tee\n", "line 3: 'tshirts' is 'tee' here and 'T-shirt' above"),
        ("\n", "is empty"),
    ],
)
def test_a_labels_file_that_cannot_be_used_is_named_by_its_line(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "labels.csv").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_label_words(tmp_path / "labels.csv")
    with pytest.raises(InputError, match="no labels file"):
        read_label_words(tmp_path / "missing.csv")
