"""Printed words: stamped into heads, printed on cartons and header cards; where every word is, to the pixel."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from gergo.demo.distance import Array
from gergo.demo.product import Product
from gergo.demo.seeds import generator

LABEL_PX = (330, 220)
STAMP_PX = 40
LARGE_STAMP_PX = 160


@dataclass(frozen=True)
class Print:
    """Something printed on a plane of a solid.

    The plane runs from `corner` along `across` and `down` (mm, the solid's own axes), which span the whole print.
    `words` maps each word to where its ink is, bool [h, w]; `ink` is linear RGB [h, w, 3], or None for a stamp.
    """

    corner: tuple[float, float, float]
    across: tuple[float, float, float]
    down: tuple[float, float, float]
    words: dict[str, np.ndarray]
    ink: Array | None = None

    def locate(self, local: Array, tolerance_mm: float) -> tuple[np.ndarray, Array, Array]:
        """Which points [3, N] lie on the print (indices), and where: u and v, 0 to 1."""
        off = local - np.asarray(self.corner, np.float32)[:, None]
        u, v = (_along(off, np.asarray(axis, np.float32)) for axis in (self.across, self.down))
        normal = np.cross(self.across, self.down)
        depth = np.abs(_along(off, (normal / np.linalg.norm(normal)).astype(np.float32)))
        on = np.flatnonzero((u >= 0) & (u < 1) & (v >= 0) & (v < 1) & (depth < tolerance_mm))
        return on, u[on], v[on]


def sample(mask: np.ndarray, u: Array, v: Array) -> np.ndarray:
    """A picture's values at u, v in 0 to 1 (clipped), nearest pixel."""
    height, width = mask.shape[:2]
    rows = np.clip((v * height).astype(np.intp), 0, height - 1)
    return mask[rows, np.clip((u * width).astype(np.intp), 0, width - 1)]


@lru_cache(maxsize=256)
def stamp(text: str, height_z: float, *, letter_mm: float, y: float, height_px: int = STAMP_PX) -> Print:
    """A word stamped flat into a head at height `height_z`, its middle at (0, y)."""
    ink = _word(text, height_px)
    width_mm = letter_mm * ink.shape[1] / ink.shape[0]
    return Print((-width_mm / 2, y + letter_mm / 2, height_z), (width_mm, 0, 0), (0, -letter_mm, 0), {text: ink})


def stamped_lines(words: tuple[str, ...], height_z: float, *, room_mm: float) -> tuple[Print, ...]:
    """Words stamped one below the other into a head at height `height_z`, each as large as `room_mm` square allows."""
    pitch_mm = room_mm / len(words)
    prints = []
    for line, text in enumerate(words):
        height_px, width_px = _word(text, LARGE_STAMP_PX).shape
        letter_mm = min(0.7 * pitch_mm, room_mm * height_px / width_px)
        middle_y = room_mm / 2 - (line + 0.5) * pitch_mm
        prints.append(stamp(text, height_z, letter_mm=letter_mm, y=middle_y, height_px=LARGE_STAMP_PX))
    return tuple(prints)


@lru_cache(maxsize=64)
def label(product: Product) -> tuple[Array, dict[str, np.ndarray]]:
    """A pack's label, linear RGB [220, 330, 3], and its words: brand, type, thread, count (never the length)."""
    rng = generator("label", product.brand)
    hue = rng.uniform(0.15, 0.6, 3) * rng.permutation([1.0, 0.4, 0.15])
    light = bool(rng.random() < 0.4)
    paper = np.array([0.86, 0.86, 0.84]) if not light else 0.35 * hue + 0.5
    width, height = LABEL_PX
    picture = np.broadcast_to(paper, (height, width, 3)).copy()
    picture[: height * 3 // 10] = hue
    words: dict[str, np.ndarray] = {}
    lines = [
        (product.brand.upper(), 14, 20, 36, (0.92, 0.92, 0.92)),
        (product.product_type.capitalize(), 14, 84, 25, (0.03, 0.03, 0.03)),
        (product.thread.replace(" mm", "") if not product.metric else product.thread, 14, 122, 62, (0.03, 0.03, 0.03)),
        (f"{product.pack_size} pcs", 210, 180, 22, (0.03, 0.03, 0.03)),
    ]
    for text, x, y, px, colour in lines:
        ink = _word(text, px)
        room = width - x - 14
        if ink.shape[1] > room:
            ink = _word(text, int(px * room / ink.shape[1]))
        ink = ink[: height - y, :room]
        mask = np.zeros((height, width), bool)
        mask[y : y + ink.shape[0], x : x + ink.shape[1]] = ink
        picture[mask] = colour
        words[text] = mask
    bars = np.repeat(generator("barcode", product.id).random(45) < 0.5, 2)
    picture[120:165, 215 : 215 + len(bars)][:, bars] = 0.03
    return picture.astype(np.float32), words


def _along(off: Array, axis: Array) -> Array:
    """The coordinate of vectors [3, N] along an axis, 1 being its end."""
    scaled = axis / (axis * axis).sum()
    return off[0] * scaled[0] + off[1] * scaled[1] + off[2] * scaled[2]


@lru_cache(maxsize=512)
def _word(text: str, height_px: int) -> np.ndarray:
    """The ink of a word, bool [h, w], cropped to it."""
    font = ImageFont.load_default(size=height_px)
    left, top, right, bottom = font.getbbox(text)
    canvas = Image.new("L", (int(right - left) + 2, int(bottom - top) + 2))
    ImageDraw.Draw(canvas).text((1 - left, 1 - top), text, fill=255, font=font)
    return np.asarray(canvas) > 127
