"""The examples in the docstrings hold: they are small enough to check by hand, and are what the metrics promise."""

from __future__ import annotations

import doctest
from importlib import import_module

import pytest

MODULES = ["attribute_thresholds", "attributes", "confidence", "examples", "families", "few_shot_learning"]
MODULES += ["fine_grained", "hard_negatives", "labels", "metrics", "ranking", "shots", "tip_adapter", "zero_shot"]


@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples(name: str) -> None:
    outcome = doctest.testmod(import_module(f"gergo.evaluation.{name}"))
    assert outcome.attempted > 0
    assert outcome.failed == 0
