"""Exports as shops make them, small: a CSV and pictures that no two of are alike."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image


def picture(seed: int, size_px: int = 64, *, format: str = "JPEG", quality: int = 90) -> bytes:
    """A picture of soft patches of colour, another for every seed."""
    patches = np.random.default_rng(seed).integers(0, 256, (6, 6, 3), dtype=np.uint8)
    image = Image.fromarray(patches).resize((size_px, size_px), Image.Resampling.BICUBIC)
    return saved(image, format=format, quality=quality)


def saved(image: Image.Image, *, format: str = "JPEG", quality: int = 90) -> bytes:
    data = io.BytesIO()
    image.save(data, format, quality=quality)
    return data.getvalue()


def write_csv(path: Path, rows: Sequence[Mapping[str, object]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(name for row in rows for name in row)))
        writer.writeheader()
        writer.writerows(rows)
    return path


BRANDS = ("Acme", "Bolt", "Corda", "Dorn", "Ente", "Falk", "Gamma", "Hobel", "Ivo", "Jolly", "Kant", "Lux")
KINDS = ("bolt", "nut", "washer", "screw", "anchor", "hinge", "hook", "rivet", "clamp", "bracket", "dowel", "spring")


def shop_rows(n: int, *, first: int = 0) -> list[dict[str, object]]:
    """Rows of a shop with a picture each, named images/<number>.jpg."""
    return [
        {
            "sku": f"P{i:04d}",
            "title": f"{BRANDS[i % 12]} {KINDS[i * 7 // 3 % 12]} number {i}",
            "brand": BRANDS[i % 12],
            "category": KINDS[i * 7 // 3 % 12],
            "price": f"{i % 90 + 0.5:.2f}",
            "image": f"images/{i}.jpg",
        }
        for i in range(first, first + n)
    ]


def write_shop(folder: Path, n: int = 60) -> Path:
    """`n` rows in products.csv, and their pictures."""
    rows = shop_rows(n)
    write_pictures(folder, range(n))
    return write_csv(folder / "products.csv", rows)


def write_pictures(folder: Path, seeds: Sequence[int] | range) -> None:
    (folder / "images").mkdir(parents=True, exist_ok=True)
    for seed in seeds:
        (folder / "images" / f"{seed}.jpg").write_bytes(picture(seed))
