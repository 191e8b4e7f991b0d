"""A shop of plain coloured shapes, of which even the smallest model knows something."""

from __future__ import annotations

import csv
import itertools
import random
from pathlib import Path

from PIL import Image, ImageDraw

COLOURS = {"red": (200, 30, 30), "green": (30, 150, 50), "blue": (40, 60, 200), "yellow": (230, 210, 40)}
KINDS = ("disc", "square", "ring", "triangle", "bar")


def write_coloured_shop(folder: Path, *, items: int, columns: bool = True) -> Path:
    """A CSV of `items` products and their pictures; without columns there are only ids, titles and pictures."""
    folder.mkdir(parents=True)
    draw = random.Random(0)
    rows = []
    for number, (kind, colour) in zip(range(items), itertools.cycle(itertools.product(KINDS, COLOURS)), strict=False):
        picture = f"{number}.png"
        _shape(kind, COLOURS[colour], draw).save(folder / picture)
        row = {"id": f"p{number}", "image": picture, "title": f"{colour} {kind} number {number}"}
        rows.append(row | ({"category": kind, "colour": colour} if columns else {}))
    path = folder / "products.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def _shape(kind: str, colour: tuple[int, int, int], draw: random.Random) -> Image.Image:
    image = Image.new("RGB", (48, 48), (draw.randint(225, 255),) * 3)
    x, y, r = draw.randint(18, 30), draw.randint(18, 30), draw.randint(8, 16)
    shade = tuple(min(255, max(0, channel + draw.randint(-25, 25))) for channel in colour)
    box, pen = (x - r, y - r, x + r, y + r), ImageDraw.Draw(image)
    if kind == "disc":
        pen.ellipse(box, fill=shade)
    elif kind == "square":
        pen.rectangle(box, fill=shade)
    elif kind == "triangle":
        pen.polygon([(x - r, y + r), (x + r, y + r), (x, y - r)], fill=shade)
    elif kind == "bar":
        pen.rectangle((x - r, y - 3, x + r, y + 3), fill=shade)
    else:
        pen.ellipse(box, outline=shade, width=3)
    return image
