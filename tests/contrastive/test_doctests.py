"""The worked examples in docstrings hold."""

from __future__ import annotations

import doctest
from types import ModuleType

import pytest

from gergo.contrastive import losses, optimization, sampler


@pytest.mark.parametrize("module", [losses, optimization, sampler], ids=lambda module: module.__name__)
def test_examples(module: ModuleType) -> None:
    failed, attempted = doctest.testmod(module)
    assert attempted > 0
    assert failed == 0
