"""Paths are known by what they hold and called by their last level; alternatives, codes and addresses are no paths."""

from __future__ import annotations

import doctest
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gergo.catalogue import category_paths as module
from gergo.catalogue.category_paths import path_words, read_paths

TREE = ["Home{}Beds", "Home{}Lamps", "Home{}Lamps{}Floor", "Garden{}Tables", "Garden{}Lamps", "Garden"]


def test_worked_examples() -> None:
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0


@pytest.mark.parametrize("separator", [" > ", ">", " / ", "/", "|", " | ", " » ", "::", " → ", " -> ", "; ", "\\"])
def test_a_path_is_called_by_its_last_level_and_what_tells_it_from_its_namesakes(separator: str) -> None:
    paths = read_paths([one.replace("{}", separator) for one in TREE] * 3)
    assert paths is not None
    assert paths.separator == separator
    assert list(paths.word_of.values()) == ["Beds", "Home Lamps", "Floor", "Tables", "Garden Lamps", "Garden"]


@pytest.mark.parametrize(
    "values",
    [
        ["S/M", "M/L", "L/XL", "S/L"],
        ["24/7", "30/32", "30/34", "32/32"],
        ["Black/White", "Black/Red", "White/Black", "Red/White"],
        ["Black", "White", "Red", "Blue", "Black/White", "Black/Red"],
        ["new; sale", "sale; new", "gift; new", "gift; sale", "new"],
        ["cotton|silk", "cotton|wool", "silk|wool", "linen|silk"],
        ["REF/AN.0001", "REF/AN.0002", "REF/FO.0001", "REF/FO.0002"],
        ["https://shop.test/a/one", "https://shop.test/a/two", "https://shop.test/b/three"],
        ["pictures/red/one.jpg", "pictures/red/two.jpg", "pictures/blue/three.jpg"],
        ["A shirt for work and/or play", "Shoes of leather, black/white", "A hat, one size/unisex", "Wool w/o dye"],
        ["Red wool shirt", "Blue wool shirt", "Hat", "Boots"],
        ["Shoes", None, 3, ""],
        [],
    ],
)
def test_what_is_no_path(values: list[object]) -> None:
    assert read_paths(values) is None


def test_levels_keep_a_mark_that_does_not_part_them() -> None:
    assert path_words(["Shop > Tops / Tees", "Shop > Food & Drink"])["Shop > Tops / Tees"] == "Tops / Tees"


def test_capitals_and_spaces_make_no_other_path() -> None:
    assert path_words(["Men > Shoes", "men>shoes", "Men > Hats"])["men>shoes"] == "shoes"


@given(st.sets(st.lists(st.sampled_from(["ab", "cd", "ef", "gh"]), min_size=2, max_size=4).map(tuple), min_size=2))
def test_paths_that_differ_have_words_that_differ(paths: set[tuple[str, ...]]) -> None:
    words = path_words([" > ".join(path) for path in paths])
    assert len(set(words.values())) == len(paths)
    assert all(" > ".join(path).endswith(words[" > ".join(path)].replace(" ", " > ")) for path in paths)


def test_a_grid_of_attributes_says_both() -> None:
    words = path_words([f"{size} / {colour}" for size, colour in product(("Small", "Large"), ("Red", "Blue", "Sand"))])
    assert words["Small / Red"] == "Small Red"
