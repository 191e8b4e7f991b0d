"""Article numbers, with and without their zeros, and slips of the pen: which of them decide, and how far."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from gergo.catalogue.importing import import_catalogue
from gergo.search.flat import FlatIndex
from gergo.search.fulltext import FullText
from gergo.search.index import Index, index
from gergo.search.ranking import fused
from gergo.search.words import misspelt
from gergo.towers.model import Model

ROWS = [
    ("SK-100-1", "SK-100", "069840957960", "Wren in red"),
    ("SK-100-2", "SK-100", "069840957961", "Wren in blue"),
    ("SK-100", "", "069840957962", "Null island"),
    ("000007", "", "069840957963", "Size 7 lamp"),
    ("AB-9", "", "069840957964", "Another lamp"),
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("numbers")
    with (folder / "shop.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("sku", "parent", "ean", "title"), *ROWS])
    return index(import_catalogue(folder / "shop.csv", folder / "shop.gergo", id="sku"), Model.load("base"))


def first(made: Index, query: str) -> str:
    found = made.search(query, k=5)
    assert [result.score for result in found] == sorted((result.score for result in found), reverse=True)
    return found[0].id


@pytest.mark.parametrize(("id_", "parent", "ean", "title"), ROWS)
def test_a_number_finds_its_item_first(made: Index, id_: str, parent: str, ean: str, title: str) -> None:
    assert first(made, id_) == first(made, id_.lower()) == id_
    assert first(made, ean) == first(made, ean.lstrip("0")) == id_


def test_zeros_that_a_spreadsheet_dropped_are_forgiven(made: Index) -> None:
    assert first(made, "7") == "000007"
    assert first(made, "0007") == "000007"
    assert made.mode_for("69840957960") == "hybrid"
    assert [result.id for result in made.search("69840957960", mode="text")] == ["SK-100-1"]
    assert made.search("7", where="id != '000007'", k=5)[0].id != "000007"


def test_the_number_as_it_is_written_is_first() -> None:
    text = FullText(np.arange(3), [["7"], ["007"], ["lamp"]], numbers=[["7", "007", "x"]])
    vectors = FlatIndex(np.eye(3, dtype=np.float32), np.arange(3))
    for query, best in (("7", 0), ("007", 1), ("00007", 0)):
        assert fused(query, np.eye(3)[2], vectors, text, among=None, count=3).hits.items_K[0] == best


def test_a_code_that_no_item_has_is_said(made: Index) -> None:
    assert made.unknown_codes("lamp SK-200 069840957960 69840957961") == ["SK-200"]
    assert made.unknown_codes(None) == made.unknown_codes("a lamp") == []


def test_words_for_nothing_can_be_looked_for(made: Index) -> None:
    for words in ("Null", "none", "Keine", "n/a"):
        assert len(made.search(words, k=5)) == 5
    assert made.search("null", k=1)[0].id == "SK-100"


def test_another_letter_in_a_short_word_is_another_word() -> None:
    vocabulary = {"ferro", "salon", "balin", "adidas", "zither", "wallpaper"}
    alphabet = "abcdefghijklmnopqrstuvwxyz"
    assert misspelt("perro", vocabulary, alphabet) == misspelt("balon", vocabulary, alphabet) == []
    assert misspelt("wollpaper", vocabulary, alphabet) == ["wallpaper"]
    assert misspelt("adiddas", vocabulary, alphabet) == ["adidas"]
    assert misspelt("zihter", vocabulary, alphabet) == misspelt("zithr", vocabulary, alphabet) == ["zither"]


def test_of_several_words_that_may_be_meant_the_most_frequent_is_taken() -> None:
    index = FullText(np.arange(4), [["curtain"], ["curtain"], ["curtail"], ["lamp"]])
    assert index.corrected("curtaim") == {"curtaim": ["curtain"]}


def test_a_slip_weighs_less_than_a_word_beside_vectors() -> None:
    """The nearest item has none of the words, the second has one that is a slip away, or the word itself."""
    vectors = FlatIndex(np.array([[1, 0], [0.3, 0.95], [0, 1]], np.float32), np.arange(3))
    text = FullText(np.arange(3), [["dog"], ["wallpaper"], ["thing"]])
    best = {
        word: fused(word, np.array([1, 0]), vectors, text, among=None, count=3).hits.items_K[0]
        for word in ("wallpaper", "wollpaper")
    }
    assert best == {"wallpaper": 1, "wollpaper": 0}


def test_corrections_are_written_as_greek_is(tmp_path: Path) -> None:
    with (tmp_path / "shop.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("id", "title"), ("a", "Πράσινος βάτραχος"), ("b", "Σκύλος")])
    greek = index(import_catalogue(tmp_path / "shop.csv", tmp_path / "shop.gergo"), Model.load("base"))
    assert greek.corrections("βάτραχχος", "hybrid") == {"βατραχχος": ["βατραχος"]}
