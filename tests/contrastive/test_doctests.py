"""The worked examples in docstrings hold."""

from __future__ import annotations

import doctest
from types import ModuleType

import pytest

from gergo.contrastive import (
    adapters,
    interpolation,
    losses,
    objective,
    optimization,
    pairs,
    sampler,
    selection,
    templates,
)

MODULES = [adapters, interpolation, losses, objective, optimization, pairs, sampler, selection, templates]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_examples(module: ModuleType) -> None:
    failed, attempted = doctest.testmod(module)
    assert attempted > 0
    assert failed == 0
