"""The examples in the docstrings of the pages come out as they say."""

from __future__ import annotations

import doctest
from types import ModuleType

import pytest

from gergo.evaluation import sections, side_by_side
from gergo.pages import exhibits, grids, plots, tallies


@pytest.mark.parametrize("module", [exhibits, grids, plots, tallies, sections, side_by_side], ids=lambda m: m.__name__)
def test_worked_examples(module: ModuleType) -> None:
    failed, tried = doctest.testmod(module)
    assert tried > 0
    assert failed == 0
