"""The worked examples in docstrings hold, all of them."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import pytest

import gergo

ROOT = Path(gergo.__file__).parent
# The examples of packages show a whole workflow, on files of the reader's.
MODULES = sorted(
    ".".join(("gergo", *path.relative_to(ROOT).with_suffix("").parts))
    for path in ROOT.rglob("*.py")
    if path.name != "__init__.py" and ">>>" in path.read_text("utf-8")
)


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    failed, attempted = doctest.testmod(import_module(name))
    assert attempted > 0
    assert failed == 0
