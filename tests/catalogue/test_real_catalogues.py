"""The real catalogues, imported: counts add up, nothing leaks, about a twentieth is held out, again is a no-op."""

from __future__ import annotations

from pathlib import Path

import pytest

from gergo.catalogue.importing import import_catalogue
from gergo.catalogue.inspecting import inspect
from gergo.catalogue.leaks import leaks
from gergo.catalogue.splits import HELD_OUT_BRANDS, HELD_OUT_CATEGORIES, TEST, TRAIN, VALIDATION
from gergo.catalogue.store import Catalogue

pytestmark = pytest.mark.real


def check(catalogue: Catalogue, rows: int) -> dict[str, float]:
    """What holds for every catalogue; returns the share of the items in each split."""
    counts = catalogue.manifest.counts
    assert (counts.rows_in, counts.rows_kept, counts.rows_quarantined, counts.views) == (rows, rows, 0, rows)
    assert leaks(catalogue) == []
    splits = inspect(catalogue).to_json()["splits"]
    assert sum(splits.values()) == rows
    rest = sum(splits[name] for name in (TRAIN, VALIDATION, TEST))
    assert splits[TRAIN] / rest == pytest.approx(0.8, abs=0.03)
    assert splits[TEST] / rest == pytest.approx(0.1, abs=0.03)
    return {name: n / rows for name, n in splits.items()}


def test_fashion(real_data: Path, tmp_path: Path):
    source = real_data / "fashion" / "products.csv"
    catalogue = import_catalogue(source, tmp_path / "fashion.gergo")
    shares = check(catalogue, 7242)
    assert catalogue.roles.category == "articleType"
    assert shares[HELD_OUT_BRANDS] == pytest.approx(0.05, abs=0.012)
    assert shares[HELD_OUT_CATEGORIES] == pytest.approx(0.05, abs=0.012)
    held_out = catalogue.items(splits=HELD_OUT_BRANDS)
    assert set(held_out["brand"].to_pylist()) >= set(catalogue.manifest.held_out_brands)
    assert 90 <= catalogue.manifest.counts.rows_kept - catalogue.manifest.counts.groups <= 130
    again = import_catalogue(source, tmp_path / "fashion.gergo")
    assert (again.version, again.hash) == (catalogue.version, catalogue.hash)


def test_grocery_with_ids_that_repeat(real_data: Path, tmp_path: Path):
    source = real_data / "grocery"
    catalogue = import_catalogue(source, tmp_path / "grocery.gergo")
    shares = check(catalogue, 2936)
    assert shares[HELD_OUT_BRANDS] == 0
    assert shares[HELD_OUT_CATEGORIES] == pytest.approx(0.05, abs=0.012)
    assert catalogue.manifest.counts.id_collisions == 296
    again = import_catalogue(source, tmp_path / "grocery.gergo")
    assert (again.version, again.hash) == (catalogue.version, catalogue.hash)


def test_grocery_one_file_after_the_other(real_data: Path, tmp_path: Path):
    import_catalogue(real_data / "grocery" / "val.parquet", tmp_path / "c.gergo")
    both = import_catalogue(real_data / "grocery" / "train.parquet", tmp_path / "c.gergo")
    counts = both.manifest.counts
    assert (counts.rows_kept, counts.views, counts.rows_quarantined) == (2936, 2936, 0)
    assert leaks(both) == []
