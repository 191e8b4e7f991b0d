"""The catalogue on disk: a CSV that reads back as the truth, and pictures that are the renderer's."""

from __future__ import annotations

import csv
import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gergo import demo
from gergo.demo import drawing, writing
from gergo.errors import GergoError, UsageError


def digest(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_one_row_a_product_and_every_cell_true_or_empty(tmp_path: Path) -> None:
    path = demo.write_catalogue(tmp_path, products=6, views=2, seed=5, size_px=48)
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    truth = demo.products(6, seed=5)
    assert [row["sku"] for row in rows] == [product.id for product in truth]
    for row, product in zip(rows, truth, strict=True):
        for name in ("title", "title_it", "brand", "category", "product_type", "material", "thread"):
            assert row[name] == getattr(product, name)
        for name in writing.OFTEN_MISSING:
            true = getattr(product, name)
            said = "" if true in (None, "none") else f"{true:g}" if isinstance(true, float) else str(true)
            assert row[name] in ("", said)
        for view, name in enumerate(("image_1", "image_2")):
            with Image.open(tmp_path / row[name]) as picture:
                assert picture.size == (48, 48)
                off = np.abs(np.asarray(picture, int) - np.asarray(demo.render(product, view, 48).image, int))
            assert off.mean() < 12  # JPEG


def test_processes_write_the_same_bytes_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    demo.write_catalogue(tmp_path / "one", products=4, views=1, size_px=32)
    monkeypatch.setattr(drawing, "SPAWN_FROM", 0)
    monkeypatch.setattr(drawing, "_processors", lambda: 3)
    demo.write_catalogue(tmp_path / "many", products=4, views=1, size_px=32)
    assert digest(tmp_path / "one") == digest(tmp_path / "many")
    assert len(digest(tmp_path / "one")) == 5


def test_counts_below_one_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="views=0"):
        demo.write_catalogue(tmp_path, views=0)


def test_a_script_without_a_main_guard_can_write_one(tmp_path: Path) -> None:
    script = tmp_path / "ten_lines.py"
    script.write_text(
        "from gergo import demo\nfrom gergo.demo import drawing\ndrawing.SPAWN_FROM = 0\n"
        f"demo.write_catalogue({str(tmp_path / 'shop')!r}, products=2, views=1, size_px=32)\n"
    )
    subprocess.run([sys.executable, script], check=True, capture_output=True)
    assert len(digest(tmp_path / "shop")) == 3


def test_a_failing_process_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "SPAWN_FROM", 0)
    monkeypatch.setattr(drawing, "_processors", lambda: 2)
    first = demo.products(1, seed=0)[0]
    (tmp_path / drawing.picture_path(first, 0)).with_suffix(".partial").mkdir(parents=True)  # cannot be written to
    with pytest.raises(GergoError, match="failed"):
        demo.write_catalogue(tmp_path, products=2, views=1, size_px=32)
    assert not (tmp_path / "products.csv").exists()
