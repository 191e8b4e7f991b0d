"""Siblings told apart, and the parent column found among others."""

from __future__ import annotations

import numpy as np
import pytest
from small_shops import HandMade, make_shop

from gergo.errors import NotEnoughData, UsageError
from gergo.evaluation.exhibits import Gallery, Table
from gergo.evaluation.families import find_parent
from gergo.evaluation.fine_grained import FineGrained

WORDS = {"a photo of fuji": (1, 0, 0), "a photo of gala": (0, 1, 0), "a photo of kefir": (0.9, 0.1, 0.2)}


def test_only_siblings_compete() -> None:
    """The first fuji is nearest to kefir, which is no apple: among apples it is right. The kefir has no sibling."""
    test = {"kind": ["fuji", "fuji", "gala", "kefir"], "family": ["apple", "apple", "apple", "milk"], "n": list("abcd")}
    train = {
        "kind": ["fuji", "gala"] * 3 + ["kefir"] * 3,
        "family": ["apple"] * 6 + ["milk"] * 3,
        "n": list("efghijklm"),
    }
    shop = make_shop({"test": test, "train": train})
    encode = HandMade(np.array([[0.9, 0.1, 0.2], [0.1, 1, 0], [0, 1, 0], [0, 0, 1]] + [[1, 0, 0]] * 9), WORDS)
    (outcome,) = FineGrained().observe(encode, shop.splits["test"])
    assert outcome.settings["parent_column"] == "family"
    assert outcome.settings["without_siblings"] == 1
    assert outcome.settings["chance"] == 0.5
    assert outcome.observed["predicted"].tolist() == [0, 1, 1]
    assert float(outcome.metrics["acc1"](outcome.observed, None)) == pytest.approx(2 / 3)
    assert float(outcome.metrics["mean_per_parent_accuracy"](outcome.observed, None)) == pytest.approx(2 / 3)
    table, pairs, gallery = outcome.exhibits
    assert isinstance(table, Table)
    assert list(table.rows[0][:3]) == ["apple", 2, 3]
    assert isinstance(pairs, Table)
    assert list(pairs.rows[0]) == ["fuji", "gala", "apple", 1, 2, 0, 1]
    assert isinstance(gallery, Gallery)
    assert [tile.picture for tile in gallery.tiles] == [1, 2]


def test_a_named_parent_is_taken_whatever_its_case() -> None:
    columns = {"kind": ["fuji", "gala", "kefir"], "family": ["apple", "apple", "milk"], "shop": ["x", "x", "y"]}
    shop = make_shop({"test": columns})
    encode = HandMade(np.eye(3), WORDS)
    (outcome,) = FineGrained(parent_column="SHOP").observe(encode, shop.splits["test"])
    assert outcome.settings["parent_column"] == "shop"
    with pytest.raises(UsageError, match="no column 'colour'"):
        list(FineGrained(parent_column="colour").observe(encode, shop.splits["test"]))


def test_without_families_it_says_so() -> None:
    shop = make_shop({"test": {"kind": ["fuji", "gala"] * 3, "size": list("SMSLLM")}})
    with pytest.raises(NotEnoughData, match="no column groups the labels of 'kind'"):
        list(FineGrained().observe(HandMade(np.eye(6), WORDS), shop.splits["test"]))
    shop = make_shop({"test": {"size": ["S"]}})
    with pytest.raises(NotEnoughData, match="no label column"):
        list(FineGrained().observe(HandMade(np.eye(1), WORDS), shop.splits["test"]))


def test_the_finest_column_that_labels_determine_wins() -> None:
    label_N = np.repeat(np.arange(8), 10)
    columns = {
        "department": [f"d{k // 4}" for k in label_N],
        "family": [f"f{k // 2}" for k in label_N],
        "label again": [f"l{k}" for k in label_N],
        "constant": ["x"] * 80,
        "nearly constant": ["x"] * 79 + ["y"],
        "random": list(np.random.default_rng(0).permutation([f"r{k // 2}" for k in label_N])),
        "empty": [""] * 80,
    }
    found = find_parent(columns, label_N, 8)
    assert found is not None
    assert (found.column, found.shared, found.exceptions) == ("family", 4, 0)
    columns["family"][0] = "f3"  # an export that contradicts itself once
    again = find_parent(columns, label_N, 8)
    assert again is not None
    assert (again.column, again.exceptions) == ("family", 1)


def test_classes_of_one_item_are_no_evidence_of_a_parent() -> None:
    assert find_parent({"colour": ["red", "red", "blue"]}, np.array([0, 1, 2]), 3) is None
