"""A shop whose products come in sizes, each size a row of its own."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

SIZES = ["S", "M", "L", "XL"]
SHIRTS = ["red", "blue", "green", "yellow", "black", "white", "orange", "purple", "brown"]
SOCKS = ["pink", "gray"]


def write_sized_shop(folder: Path) -> Path:
    """A CSV of nine shirts in four sizes, the sizes of each with one photograph, and of two socks without sizes."""
    rows: list[dict[str, Any]] = []
    for number, colour in enumerate([*SHIRTS, *SOCKS]):
        photograph = Image.new("RGB", (64, 64), "lightgray")
        ImageDraw.Draw(photograph).pieslice((4, 4, 60, 60), 30 * number, 30 * number + 120, fill=colour)
        photograph.save(folder / f"{colour}.png")
        title = f"{colour} {'sock' if colour in SOCKS else 'shirt'}"
        for size in SIZES if colour in SHIRTS else [""]:
            row = {"sku": f"{colour}-{size}", "model": colour, "title": title, "size": size, "image": f"{colour}.png"}
            rows.append(row)
    path = folder / "export.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path
