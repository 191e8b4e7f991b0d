"""How clothes are shown: lying flat, on a hanger, on somebody."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from .pen import Pen
from .things import Thing

_BOTTOMS = frozenset(("trousers", "jeans", "shorts", "skirt", "leggings"))


class Staging(NamedTuple):
    """What is drawn before the garment, the room it needs (a matrix [3, 3] on the garment), the ways to say it."""

    prepare: Callable[[Pen, random.Random], None]
    fit: np.ndarray
    sayings: tuple[str, ...]


def _fit(scale: float, down: float) -> np.ndarray:
    return np.array([[scale, 0, 0], [0, scale, down], [0, 0, 1]])


def _hanger(pen: Pen, draw: random.Random) -> None:
    role = draw.choice(("wood", "metal", "dark"))
    pen.line([(0, -0.88), (0, -1.0), (0.09, -1.08), (0.02, -1.17), (-0.07, -1.12)], 0.035, "metal", smooth=True)
    pen.line([(-0.46, -0.66), (0, -0.88), (0.46, -0.66)], 0.07, role)


def _body(pen: Pen, draw: random.Random) -> None:
    """Somebody behind a top, a dress or a coat."""
    skin, trousers = draw.choice(("skin", "skin", "toast", "wood")), draw.choice(("dark", "stitch", "metal"))
    for side in (-1, 1):
        pen.line([(side * 0.2, 0.3), (side * 0.24, 1.6)], 0.3, trousers)
        pen.line([(side * 0.44, -0.55), (side * 0.66, -0.1), (side * draw.uniform(0.6, 0.85), 0.45)], 0.17, skin)
    pen.rect((-0.12, -1.0, 0.12, -0.6), skin, tone=0.9)
    if draw.random() < 0.75:
        hair, length = draw.choice(("dark", "coffee", "gold")), draw.uniform(-1.1, -0.7)
        pen.smooth([(-0.24, -1.2), (0, -1.45), (0.24, -1.2), (0.28, length), (-0.28, length)], hair)
        pen.ellipse(0, -1.14, 0.2, 0.25, skin)


def _legs(pen: Pen, draw: random.Random) -> None:
    """Somebody in trousers or a skirt, from the chest down."""
    skin, shoe = draw.choice(("skin", "skin", "toast", "wood")), draw.choice(("dark", "light", "accent"))
    for side in (-1, 1):
        pen.line([(side * 0.22, -0.5), (side * 0.24, 1.1)], 0.24, skin)
        pen.ellipse(side * 0.27, 1.16, 0.17, 0.09, shoe)
        pen.line([(side * 0.44, -1.4), (side * 0.56, -0.5)], 0.15, skin)
    pen.polygon([(-0.42, -1.5), (0.42, -1.5), (0.37, -0.8), (-0.37, -0.8)], draw.choice(("light", "dark", "metal")))


_ON_HANGER = Staging(_hanger, _fit(0.86, 0.1), ("on a hanger", "on a clothes hanger", "hanging up", "hung on a hook"))
_WORN = Staging(_body, _fit(0.7, -0.02), ("worn by a person", "on a model", "worn by someone", "being worn"))
_WORN_BELOW = Staging(_legs, _fit(0.74, 0.12), _WORN.sayings)


def draw_staging(draw: random.Random, thing: Thing) -> Staging | None:
    """Every third garment hangs or is worn; other things, and the other garments, are shown as they are."""
    if "garment" not in thing.kinds or draw.random() < 0.62:
        return None
    if thing.names[0] in _BOTTOMS:
        return _WORN_BELOW
    if not {"top", "piece of outerwear"} & set(thing.kinds) and thing.names[0] not in ("dress", "waistcoat"):
        return None
    return draw.choice((_ON_HANGER, _WORN))
