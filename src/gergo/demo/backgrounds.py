"""What a photograph stands on: studio sweeps, a bench, cardboard, slate, a cutting mat with a 10 mm grid.

A table top is a periodic square tile in linear RGB, so many pixels a millimetre, looked up where rays meet the table.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from gergo.demo.distance import Array
from gergo.demo.noise import plane

TILE_PX = 512
BACKGROUNDS = ("white", "light grey", "wood", "cardboard", "slate", "grid", "blue")
STUDIO = {"white": (1.5, 1.5, 1.5), "light grey": (0.70, 0.71, 0.72), "blue": (0.12, 0.26, 0.45)}
TILE_MM = {"wood": 180.0, "cardboard": 90.0, "slate": 150.0, "grid": 100.0, "film": 200.0}
TABLE_COLOUR = {
    "white": (0.95, 0.95, 0.95), "light grey": (0.62, 0.63, 0.64), "blue": (0.12, 0.24, 0.42),
    "wood": (0.36, 0.21, 0.11), "cardboard": (0.40, 0.27, 0.16), "slate": (0.06, 0.065, 0.07),
    "grid": (0.05, 0.22, 0.14),
}  # fmt: skip


def table_colours(name: str, ground: Array, unit_mm: float, offset: np.ndarray, turn: float) -> Array:
    """Linear RGB [3, N] of the table at ground points [3, N] in mm; `unit_mm` is the radius of what is photographed."""
    if name in STUDIO:
        colour = np.asarray(STUDIO[name], np.float32)[:, None]
        if name == "white":
            return np.broadcast_to(colour, ground.shape).copy()
        away = (ground[0] * np.float32(np.cos(turn)) + ground[1] * np.float32(np.sin(turn))) / np.float32(4 * unit_mm)
        return colour * (1 + 0.3 * np.tanh(away))
    tile = _tile(name)
    stretch = 1.0 if name == "grid" else max(0.45, unit_mm / 90)
    scale = TILE_PX / (TILE_MM[name] * stretch)
    cos, sin = math.cos(turn), math.sin(turn)
    x = (cos * ground[0] - sin * ground[1]) * scale + float(offset[0])
    y = (sin * ground[0] + cos * ground[1]) * scale + float(offset[1])
    return _bilinear(tile, x, y)


def _bilinear(tile: Array, x: Array, y: Array) -> Array:
    left, top = np.floor(x), np.floor(y)
    fx, fy = (x - left)[:, None], (y - top)[:, None]
    col, row = left.astype(np.intp) % TILE_PX, top.astype(np.intp) % TILE_PX
    right, below = (col + 1) % TILE_PX, (row + 1) % TILE_PX
    flat = tile.reshape(-1, 3)
    upper = flat[row * TILE_PX + col] * (1 - fx) + flat[row * TILE_PX + right] * fx
    lower = flat[below * TILE_PX + col] * (1 - fx) + flat[below * TILE_PX + right] * fx
    return (upper * (1 - fy) + lower * fy).T


@lru_cache(maxsize=8)
def _tile(name: str) -> Array:
    painters = {"wood": _wood, "cardboard": _cardboard, "slate": _slate, "grid": _grid, "film": _crinkles}
    return np.ascontiguousarray(np.clip(painters[name](), 0.004, 1).astype(np.float32))


def _wood() -> np.ndarray:
    """Planks with grain along x."""
    grain = plane("wood grain", TILE_PX, blur_x=60, blur_y=1.2)
    streak = plane("wood streak", TILE_PX, blur_x=25, blur_y=0.5)
    wave = plane("wood wave", TILE_PX, blur_x=90, blur_y=22)
    rows = np.arange(TILE_PX)[:, None]
    rings = np.sin(rows * 0.16 + 3.2 * wave + 0.5 * grain)
    tone = 1 + 0.12 * rings + 0.10 * grain + 0.07 * streak + 0.06 * wave
    plank = np.array([0.95, 1.1, 0.85, 1.02])[rows // 128]
    gap = 1 - 0.75 * np.exp(-((((rows % 128) - 2) / 1.6) ** 2))
    return (tone * plank * gap)[..., None] * np.asarray(TABLE_COLOUR["wood"])


def _cardboard() -> np.ndarray:
    fibre = plane("fibre", TILE_PX, blur_x=3, blur_y=0.8)
    cloud = plane("cloud", TILE_PX, blur_x=40, blur_y=40)
    flutes = np.sin(np.arange(TILE_PX)[:, None] * 2 * np.pi * 16 / TILE_PX)
    return (1 + 0.05 * fibre + 0.05 * cloud + 0.035 * flutes)[..., None] * np.asarray(TABLE_COLOUR["cardboard"])


def _slate() -> np.ndarray:
    fine = plane("slate fine", TILE_PX, blur_x=0.8, blur_y=0.8)
    ridge = plane("slate ridge", TILE_PX, blur_x=14, blur_y=6)
    return (1 + 0.12 * fine + 0.25 * ridge)[..., None] * np.asarray(TABLE_COLOUR["slate"])


def _grid() -> np.ndarray:
    """A green cutting mat: a line every 10 mm, a finer one every 5."""
    at = (np.arange(TILE_PX) + 0.5) * (TILE_MM["grid"] / TILE_PX)

    def line(every: float, width: float) -> np.ndarray:
        off = np.abs((at + every / 2) % every - every / 2)
        mark = np.clip(1.5 - off / width, 0, 1)
        return np.maximum(mark[:, None], mark[None, :])

    ink = np.maximum(line(10, 0.22), 0.35 * line(5, 0.12))[..., None]
    mat = (1 + 0.04 * plane("mat", TILE_PX, blur_x=1, blur_y=1))[..., None] * np.asarray(TABLE_COLOUR["grid"])
    return mat * (1 - ink) + ink * np.array([0.55, 0.66, 0.30])


def _crinkles() -> np.ndarray:
    """Ridges of a crumpled film, 0 to 1."""
    fold = plane("fold", TILE_PX, blur_x=34, blur_y=9)
    crease = plane("crease", TILE_PX, blur_x=10, blur_y=26)
    ridge = np.exp(-((fold / 0.12) ** 2)) * 0.7 + np.exp(-((crease / 0.08) ** 2)) * 0.5
    return np.repeat((ridge * (0.6 + 0.4 * plane("patch", TILE_PX, blur_x=30, blur_y=30)))[..., None], 3, axis=2)
