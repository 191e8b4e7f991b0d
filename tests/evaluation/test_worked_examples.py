"""The examples in the docstrings hold: they are small enough to check by hand, and are what the metrics promise."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import pytest

import gergo.evaluation

FOLDER = Path(gergo.evaluation.__path__[0])
MODULES = sorted(path.stem for path in FOLDER.glob("*.py") if ">>> " in path.read_text("utf-8"))


def test_the_pure_modules_have_examples() -> None:
    assert {"metrics", "ranking", "multiplicity", "labels", "attribute_queries", "damages"} <= set(MODULES)


@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples(name: str) -> None:
    outcome = doctest.testmod(import_module(f"gergo.evaluation.{name}"))
    assert outcome.attempted > 0
    assert outcome.failed == 0
