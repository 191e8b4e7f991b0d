"""Patterns, grains and noises: square textures, made of a few array operations each."""

from __future__ import annotations

import functools
import math
import random

import numpy as np
from PIL import Image, ImageDraw

from .colours import RGB, toned

PATTERNS = ("striped", "checked", "dotted", "floral", "zigzag", "camouflage", "marbled", "starry")
_FIELD_PX = 320


@functools.cache
def _noise_fields() -> tuple[np.ndarray, ...]:
    """Eight smooth noises [320, 320] float32 of mean 0 and deviation 1, from coarse to fine."""
    generator = np.random.default_rng(20121)
    fields = []
    for cells in (4, 6, 9, 14, 22, 36, 60, 110):
        total = np.zeros((_FIELD_PX, _FIELD_PX), np.float32)
        for octave in range(3):
            side = cells * 2**octave
            coarse = Image.fromarray(generator.standard_normal((side, side)).astype(np.float32))
            total += np.asarray(coarse.resize((_FIELD_PX, _FIELD_PX), Image.Resampling.BICUBIC)) * 0.55**octave
        fields.append(((total - total.mean()) / total.std()).astype(np.float32))
    return tuple(fields)


def noise(draw: random.Random, size: int, *, fineness: int) -> np.ndarray:
    """A piece [size, size] of a smooth noise of mean 0 and deviation about 1; fineness 0 (coarse) to 7."""
    whole = _noise_fields()[fineness]
    if size > _FIELD_PX:
        whole = np.tile(whole, (2, 2))
    x, y = draw.randint(0, whole.shape[1] - size), draw.randint(0, whole.shape[0] - size)
    piece = whole[y : y + size, x : x + size]
    if draw.random() < 0.5:
        piece = piece.T
    return piece[:, ::-1] if draw.random() < 0.5 else piece


@functools.cache
def grid(size: int) -> tuple[np.ndarray, np.ndarray]:
    """x [1, size] and y [size, 1] from -1 to 1, float32."""
    axis = np.linspace(-1, 1, size, dtype=np.float32)
    return axis[None, :], axis[:, None]


def mixed(mask: np.ndarray, first: RGB, second: RGB) -> np.ndarray:
    """uint8 [h, w, 3]: `second` where the mask (bool, or a share from 0 to 1) says so, else `first`."""
    if mask.dtype == bool:
        return np.where(mask[..., None], np.array(second, np.uint8), np.array(first, np.uint8))
    start, end = np.array(first, np.float32), np.array(second, np.float32)
    return (start + np.clip(mask, 0, 1)[..., None] * (end - start)).astype(np.uint8)


def pattern(draw: random.Random, kind: str, size: int, first: RGB, second: RGB) -> Image.Image:
    """A pattern in two colours, the first being the ground."""
    x, y = grid(size)
    period = draw.uniform(0.16, 0.42)
    if kind in ("striped", "checked", "zigzag"):
        # Stripes lie across or along more often than aslant.
        angle = draw.choice((0, 0, math.pi / 2, math.pi / 2, draw.uniform(0, math.pi)))
        along, across = x * math.cos(angle) + y * math.sin(angle), y * math.cos(angle) - x * math.sin(angle)
        share = draw.uniform(0.3, 0.6)
        if kind == "zigzag":
            along = along + np.abs((across / period) % 2 - 1) * period * 0.8
        stripes = (along / period) % 1 < share
        if kind != "checked":
            return Image.fromarray(mixed(stripes, first, second))
        crossing = (across / period) % 1 < share
        return Image.fromarray(mixed((stripes * 0.5 + crossing * 0.5).astype(np.float32), first, second))
    if kind == "camouflage":
        field = noise(draw, size, fineness=draw.randint(2, 3))
        cloth = mixed(field > 0.3, first, second)
        cloth[field < -0.8] = toned(first, 0.5)
        return Image.fromarray(cloth)
    if kind == "marbled":
        veins = np.abs(np.sin(3 * (x + y) + 1.6 * noise(draw, size, fineness=1)))
        return Image.fromarray(mixed((veins < 0.22) * 0.8 + 0.1 * veins, first, second))
    return _scattered(draw, kind, size, first, second)


def _scattered(draw: random.Random, kind: str, size: int, first: RGB, second: RGB) -> Image.Image:
    """Dots, flowers or stars: in rows (dots mostly are), else anywhere."""
    cloth = Image.new("RGB", (size, size), first)
    pencil = ImageDraw.Draw(cloth)
    step = size * draw.uniform(0.08, 0.16)
    radius = step * draw.uniform(0.2, 0.36)
    loose = 0.0 if kind == "dotted" else 0.3
    middle = toned(second, 1.6) if sum(second) < 450 else (240, 190, 60)
    count = int(size / step) + 2
    for row in range(count):
        for column in range(count):
            x = (column + 0.5 * (row % 2) + draw.uniform(-loose, loose)) * step
            y = (row + draw.uniform(-loose, loose)) * step
            _motif(pencil, kind, (x, y, radius), second, middle)
    return cloth


def _motif(pencil: ImageDraw.ImageDraw, kind: str, at: tuple[float, float, float], rgb: RGB, middle: RGB) -> None:
    x, y, radius = at
    if kind == "dotted":
        pencil.ellipse((x - radius, y - radius, x + radius, y + radius), fill=rgb)
    elif kind == "starry":
        pencil.regular_polygon((x, y, radius), 3, fill=rgb)
        pencil.regular_polygon((x, y, radius), 3, rotation=180, fill=rgb)
    else:
        petal = radius * 0.62
        for dx, dy in ((-1, -0.3), (1, -0.3), (0, -1), (-0.6, 0.9), (0.6, 0.9)):
            px, py = x + dx * radius * 0.8, y + dy * radius * 0.8
            pencil.ellipse((px - petal, py - petal, px + petal, py + petal), fill=rgb)
        pencil.ellipse((x - petal / 1.6, y - petal / 1.6, x + petal / 1.6, y + petal / 1.6), fill=middle)


def wood(draw: random.Random, size: int, rgb: RGB) -> Image.Image:
    """Planks' grain along one direction, in shades of a brown."""
    field = noise(draw, size, fineness=draw.randint(1, 3))
    # Stretched noise is grain: one column of it, bent by a coarser noise.
    rows = noise(draw, size, fineness=6)[:, :1] * 0.5
    grain = rows + np.sin(9 * grid(size)[1] * draw.uniform(0.6, 2.0) + field * 0.9) * 0.5 + field * 0.12
    if draw.random() < 0.5:
        grain = grain.T
    return Image.fromarray(mixed(grain * 0.28 + 0.5, toned(rgb, 0.72), toned(rgb, 1.14)))


def woven(draw: random.Random, cloth: Image.Image, *, strength: float = 9.0) -> Image.Image:
    """A cloth with its weave and folds laid over."""
    size = cloth.width
    folds = noise(draw, size, fineness=draw.randint(1, 3)) * strength
    weave = noise(draw, size, fineness=7) * (strength * 0.5)
    values = np.asarray(cloth).astype(np.float32) + (folds + weave)[..., None]
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))
