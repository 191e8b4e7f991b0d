"""Fixtures shared by every test: threads kept few, and the real catalogues where there are any."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("HF_HUB_OFFLINE", "1")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real catalogues, from `GERGO_DATA`; tests that need it are skipped without."""
    folder = os.environ.get("GERGO_DATA", "")
    if not folder or not Path(folder).is_dir():
        pytest.skip("GERGO_DATA names no folder of real catalogues")
    return Path(folder)
