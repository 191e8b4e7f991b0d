"""Fruit, drawn."""

from __future__ import annotations

import math
import random

from .pen import Pen
from .things import thing

FRUIT = "fruit|piece of fruit"


def rounded(pen: Pen, draw: random.Random, wide: float, high: float) -> None:
    """Something round that has grown: an ellipse, not quite."""
    wobble = [(math.cos(a) * wide * draw.uniform(0.95, 1.04), math.sin(a) * high * draw.uniform(0.95, 1.04))
              for a in (step * math.pi / 5 for step in range(10))]  # fmt: skip
    pen.smooth(wobble)


def _leaf(pen: Pen, x: float, y: float, reach: float = 0.35) -> None:
    pen.smooth(
        [(x, y), (x + reach * 0.4, y - reach * 0.35), (x + reach, y - reach * 0.2), (x + reach * 0.5, y + 0.05)], "leaf"
    )


@thing("apple", FRUIT, colours="red|green|yellow|maroon|lime", turn="any", heaped=True)
def apple(pen: Pen, draw: random.Random) -> None:
    pen.smooth([(0, -0.5), (0.35, -0.65), (0.7, -0.35), (0.68, 0.2), (0.35, 0.68), (0, 0.6), (-0.35, 0.68),
            (-0.68, 0.2),
                (-0.7, -0.35), (-0.35, -0.65)])  # fmt: skip
    if draw.random() < 0.4:
        pen.ellipse(0.3, -0.1, 0.25, 0.35, "accent")
    pen.ellipse(0, -0.5, 0.16, 0.07, tone=0.6)
    pen.line([(0, -0.48), (0.08, -0.82)], 0.06, "wood")
    if draw.random() < 0.4:
        _leaf(pen, 0.06, -0.68)


@thing("orange|citrus fruit", FRUIT + "|citrus fruit", colours="orange", turn="any", heaped=True)
def orange(pen: Pen, draw: random.Random) -> None:
    rounded(pen, draw, 0.7, 0.7)
    pen.ellipse(0.1, -0.45, 0.06, role="leaf")
    for _ in range(14):
        pen.ellipse(draw.uniform(-0.5, 0.5), draw.uniform(-0.4, 0.5), 0.025, tone=0.88)


@thing("lemon", FRUIT + "|citrus fruit", colours="yellow", turn="any", heaped=True)
def lemon(pen: Pen, _draw: random.Random) -> None:
    pen.smooth([(-0.85, 0), (-0.62, -0.2), (-0.2, -0.5), (0.3, -0.48), (0.65, -0.2), (0.88, 0.02), (0.65, 0.22),
            (0.2, 0.5),
                (-0.3, 0.48), (-0.65, 0.2)])  # fmt: skip


@thing("lime", FRUIT + "|citrus fruit", colours="lime|green", turn="any", heaped=True)
def lime(pen: Pen, _draw: random.Random) -> None:
    pen.smooth(
        [(-0.75, 0), (-0.4, -0.45), (0.2, -0.5), (0.6, -0.25), (0.75, 0.0), (0.6, 0.25), (0.2, 0.5), (-0.4, 0.45)]
    )
    pen.ellipse(-0.68, 0, 0.06, role="wood")


@thing("banana", FRUIT, colours="yellow|lime", turn="any", heaped=True)
def banana(pen: Pen, draw: random.Random) -> None:
    for shift in range(draw.choice((1, 1, 2, 3))):
        d = 0.16 * shift
        pen.smooth([(-0.8, -0.5 + d), (-0.7, -0.52 + d), (-0.35, 0.0 + d), (0.25, 0.15 + d), (0.8, -0.15 + d),
                (0.85, -0.05 + d),
                    (0.35, 0.42 + d), (-0.4, 0.35 + d), (-0.78, -0.1 + d)], tone=1 - 0.1 * shift)  # fmt: skip
    pen.line([(-0.78, -0.48), (-0.82, -0.66)], 0.1, "wood")


@thing("pear", FRUIT, colours="green|lime|yellow|mustard", turn="any", heaped=True)
def pear(pen: Pen, draw: random.Random) -> None:
    pen.turned([(0.05, -0.72), (0.25, -0.62), (0.32, -0.25), (0.6, 0.25), (0.5, 0.65), (0.1, 0.8)], smooth=True)
    pen.line([(0, -0.7), (0.1, -0.95)], 0.06, "wood")
    if draw.random() < 0.4:
        _leaf(pen, 0.08, -0.82)


@thing("peach|nectarine", FRUIT, colours="coral|orange|pink", turn="any", plural="peaches", heaped=True)
def peach(pen: Pen, draw: random.Random) -> None:
    rounded(pen, draw, 0.68, 0.66)
    pen.ellipse(0.25, 0.1, 0.3, 0.4, "red", tone=1.2)
    pen.line([(0, -0.65), (-0.12, -0.2), (-0.05, 0.5)], 0.04, tone=0.75, smooth=True)


@thing("plum", FRUIT, colours="purple|maroon|navy", turn="any", heaped=True)
def plum(pen: Pen, draw: random.Random) -> None:
    rounded(pen, draw, 0.55, 0.65)
    pen.line([(0, -0.62), (0.15, 0.0), (0.0, 0.6)], 0.035, tone=0.7, smooth=True)
    pen.line([(0, -0.62), (0.05, -0.85)], 0.05, "wood")


@thing("strawberry", FRUIT + "|berry", colours="red", turn="any", heaped=True)
def strawberry(pen: Pen, _draw: random.Random) -> None:
    pen.turned([(0.1, -0.5), (0.55, -0.42), (0.6, -0.1), (0.3, 0.5), (0.05, 0.8)], smooth=True)
    for row, count in ((-0.2, 5), (0.05, 4), (0.3, 3), (0.52, 2)):
        for column in range(count):
            pen.ellipse((column - (count - 1) / 2) * 0.2, row, 0.03, 0.045, "cream")
    for x in (-0.4, -0.2, 0.0, 0.2, 0.4):
        pen.polygon([(x * 0.4, -0.6), (x * 1.3 - 0.08, -0.38), (x * 1.3 + 0.08, -0.42)], "leaf")


@thing("cherry|pair of cherries", FRUIT + "|berry", colours="red|maroon", turn="any", heaped=True)
def cherry(pen: Pen, _draw: random.Random) -> None:
    for x in (-0.35, 0.35):
        pen.line([(x, 0.2), (x * 0.5, -0.4), (0.1, -0.85)], 0.05, "leaf", smooth=True)
        pen.ellipse(x, 0.42, 0.34)
    _leaf(pen, 0.1, -0.82, 0.5)


@thing(
    "grapes|bunch of grapes",
    FRUIT,
    colours="purple|lime|maroon|green",
    turn="upright",
    plural="bunches of grapes",
    heaped=True,
)
def grapes(pen: Pen, draw: random.Random) -> None:
    pen.line([(0, -0.6), (0.05, -0.95)], 0.07, "wood")
    for row, count in enumerate((4, 5, 4, 3, 2, 1)):
        for column in range(count):
            x = (column - (count - 1) / 2) * 0.27 + draw.uniform(-0.03, 0.03)
            pen.ellipse(x, -0.5 + 0.24 * row, 0.165, tone=draw.uniform(0.8, 1.15))
    if draw.random() < 0.5:
        _leaf(pen, 0.05, -0.75, 0.5)


@thing("melon|honeydew melon", FRUIT, colours="lime|yellow|green|beige", turn="any", heaped=True)
def melon(pen: Pen, draw: random.Random) -> None:
    rounded(pen, draw, 0.82, 0.74)
    for x in (-0.5, -0.18, 0.18, 0.5):
        pen.line([(x * 0.4, -0.7), (x * 1.15, 0), (x * 0.4, 0.7)], 0.035, tone=0.85, smooth=True)


@thing("watermelon|slice of watermelon", FRUIT, colours="green|dark green", turn="any")
def watermelon(pen: Pen, draw: random.Random) -> None:
    half = [(math.cos(a) * 0.9, math.sin(a) * 0.8 - 0.3) for a in (step * math.pi / 14 for step in range(15))]
    pen.polygon(half)
    pen.polygon([(x * 0.93, (y + 0.3) * 0.93 - 0.3) for x, y in half], "cream")
    pen.polygon([(x * 0.87, (y + 0.3) * 0.86 - 0.3) for x, y in half], "red")
    for _ in range(9):
        pen.ellipse(draw.uniform(-0.5, 0.5), draw.uniform(-0.2, 0.2), 0.03, 0.05, "dark")


@thing("pineapple", FRUIT, colours="mustard|gold|orange", turn="upright", heaped=True)
def pineapple(pen: Pen, _draw: random.Random) -> None:
    for x in (-0.35, -0.18, 0, 0.18, 0.35):
        pen.polygon([(x * 0.4 - 0.1, -0.2), (x * 1.2, -0.95 + abs(x) * 0.6), (x * 0.4 + 0.1, -0.2)], "leaf")
    pen.turned([(0.2, -0.3), (0.45, -0.1), (0.5, 0.4), (0.35, 0.85), (0.1, 0.93)], smooth=True)
    for step in range(-3, 4):
        pen.line([(step * 0.2 - 0.25, -0.1), (step * 0.12 + 0.25, 0.8)], 0.025, tone=0.7)
        pen.line([(step * 0.2 + 0.25, -0.1), (step * 0.12 - 0.25, 0.8)], 0.025, tone=0.7)


@thing("kiwi|kiwi fruit", FRUIT, colours="lime|olive", turn="any", heaped=True)
def kiwi(pen: Pen, _draw: random.Random) -> None:
    pen.ellipse(0, 0, 0.68, 0.6, "wood")
    pen.ellipse(0, 0, 0.6, 0.52)
    pen.ellipse(0, 0, 0.2, 0.16, "cream")
    for step in range(12):
        a = step * math.pi / 6
        pen.ellipse(0.32 * math.cos(a), 0.27 * math.sin(a), 0.03, role="dark")


@thing("avocado", FRUIT + "|vegetable", colours="lime|mint", turn="any", heaped=True)
def avocado(pen: Pen, _draw: random.Random) -> None:
    shape = [(0.05, -0.8), (0.3, -0.6), (0.4, -0.15), (0.58, 0.3), (0.4, 0.72), (0.08, 0.82)]
    pen.turned(shape, "leaf", smooth=True, tone=0.5)
    pen.turned([(x * 0.84, y * 0.88 + 0.02) for x, y in shape], smooth=True)
    pen.ellipse(0, 0.28, 0.26, role="wood")
