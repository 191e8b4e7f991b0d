"""A trade whose figures can be known: tiles of one mean colour each, and models that read colours by rules.

A tile's title names its colour as a number ("Tile #c81e1e"). A sharp model reads that number and the pictures' mean
colour exactly; a blunt one rounds them to a few levels, so that many tiles tie, which counts against it.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageColor

from gergo.towers.geometry import ImageLike, open_rgb

TILES = 480
SHADES = ["crimson", "coral", "salmon", "orange", "gold", "khaki", "olive", "lime", "green", "teal", "cyan", "navy"]
SHADES += ["blue", "indigo", "violet", "magenta", "pink", "plum", "maroon", "brown", "tan", "wheat", "gray", "tomato"]
ANCHORS = {name: ImageColor.getrgb(name)[:3] for name in SHADES}


class ColourReader:
    """A model by hand: picture -> its mean colour, text -> the colour it names; rounded to `levels` a channel."""

    dim = 4
    logit_scale = 20.0
    precision = "auto"

    def __init__(self, name: str, *, levels: int = 256, seen: Sequence[str] = ()) -> None:
        self.name, self.levels, self.seen = name, levels, frozenset(seen)
        self.record: dict[str, object] = {}
        self.hash = hashlib.sha256(f"{name} {levels}".encode()).hexdigest()

    def has_seen(self, hash: str) -> bool:
        return hash in self.seen

    def same_weights(self, other: ColourReader) -> bool:
        return self.hash == other.hash

    def encode_images(self, images: Sequence[ImageLike]) -> np.ndarray:
        means = [np.asarray(open_rgb(image), np.float64).mean((0, 1)) for image in images]
        return self._unit(np.array(means))

    def prepare(self, modality: str, values: Sequence[bytes]) -> dict[str, Sequence[bytes]]:
        assert modality == "image"
        return {"images": values}

    def encode_batch(self, modality: str, batch: dict[str, Sequence[bytes]]) -> torch.Tensor:
        assert modality == "image"
        return torch.from_numpy(self.encode_images(batch["images"]))

    def encode_texts(self, texts: Sequence[str]) -> np.ndarray:
        return self._unit(np.array([self._named(text) for text in texts], np.float64))

    def _named(self, text: str) -> tuple[int, ...]:
        if number := re.search(r"#([0-9a-f]{6})", text.lower()):
            return tuple(bytes.fromhex(number[1]))
        return next((rgb for name, rgb in ANCHORS.items() if name in text.lower()), (128, 128, 128))

    def _unit(self, rgb_N3: np.ndarray) -> np.ndarray:
        step = 256 / self.levels
        centred_N3 = np.floor(np.round(rgb_N3) / step) * step / 128 - 1
        lifted_N4 = np.concatenate([centred_N3, np.ones((len(rgb_N3), 1))], axis=1)
        return (lifted_N4 / np.linalg.norm(lifted_N4, axis=1, keepdims=True)).astype(np.float32)


def write_tiles(folder: Path, n: int = TILES, *, grain: int = 7) -> Path:
    """products.csv and images/: two pictures a tile of the same mean colour and different grain (its seed)."""
    rng = np.random.default_rng(grain)
    (folder / "images").mkdir(parents=True)
    rows = []
    for number in range(n):
        shade = SHADES[number % len(SHADES)]
        rgb = tuple(int(c) for c in np.clip(np.array(ANCHORS[shade]) + rng.integers(-24, 25, 3), 0, 255))
        names = [f"images/{number}_{view}.png" for view in range(2)]
        for name in names:
            Image.fromarray(_grain(rgb, rng)).save(folder / name)
        title = f"Tile #{bytes(rgb).hex()}"
        brand = f"Maker {'ABCDEFGHIJKLMNOPQRSTUVWX'[int(rng.integers(24))]}"
        rows.append({"sku": f"t{number:04}", "title": title, "brand": brand, "shade": shade})
        rows[-1] |= {"image_1": names[0], "image_2": names[1]}
    with (folder / "products.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return folder / "products.csv"


def _grain(rgb: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Coarse checks in a random pattern that keep the mean exactly: half of them lighter, half as much darker."""
    swing = min(min(rgb), 255 - max(rgb), 30)
    sign = rng.permutation(np.repeat([1, -1], 18)).reshape(6, 6)
    checks = np.kron(sign, np.ones((6, 6), int))[..., None] * swing
    return (np.array(rgb)[None, None] + checks).astype(np.uint8)
