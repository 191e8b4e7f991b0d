"""The worked examples in docstrings hold."""

from __future__ import annotations

import doctest
from types import ModuleType

import pytest

from gergo.towers import exported, preprocessing
from gergo.towers.exporting import agreement


@pytest.mark.parametrize("module", [exported, preprocessing, agreement], ids=lambda module: module.__name__)
def test_examples(module: ModuleType) -> None:
    failed, attempted = doctest.testmod(module)
    assert attempted > 0
    assert failed == 0
