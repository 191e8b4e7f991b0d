"""Plants and pets, drawn."""

from __future__ import annotations

import math
import random

from .pen import Pen
from .things import thing


@thing("plant|potted plant|houseplant", "plant|decoration", colours="green|dark green|lime|olive")
def plant(pen: Pen, draw: random.Random) -> None:
    for _ in range(draw.randint(5, 9)):
        x, y = draw.uniform(-0.75, 0.75), draw.uniform(-0.9, -0.3)
        pen.smooth(
            [(0, 0.25), (x * 0.45 - 0.12, y * 0.5), (x, y), (x * 0.55 + 0.12, y * 0.4)], tone=draw.uniform(0.7, 1.25)
        )
    pen.polygon([(-0.4, 0.2), (0.4, 0.2), (0.3, 0.93), (-0.3, 0.93)], "accent")
    pen.rect((-0.45, 0.15, 0.45, 0.32), "accent", tone=1.12)


@thing("cactus|potted cactus", "plant|decoration", colours="green|dark green|mint", plural="cacti")
def cactus(pen: Pen, draw: random.Random) -> None:
    pen.line([(0, 0.4), (0, -0.7)], 0.34)
    pen.line([(0.1, 0.1), (0.45, 0.05), (0.45, -0.3)], 0.18, tone=0.9)
    if draw.random() < 0.5:
        pen.line([(-0.1, -0.05), (-0.42, -0.1), (-0.42, -0.45)], 0.18, tone=0.9)
    for x in (-0.08, 0.0, 0.08):
        pen.line([(x, -0.75), (x, 0.3)], 0.015, "light")
    pen.polygon([(-0.42, 0.3), (0.42, 0.3), (0.3, 0.93), (-0.3, 0.93)], "accent")


@thing("flower|blossom|daisy", "plant|decoration")
def flower(pen: Pen, draw: random.Random) -> None:
    pen.line([(0, 0), (0.05, 0.5), (0, 0.93)], 0.06, "leaf", smooth=True)
    pen.smooth([(0.02, 0.6), (0.3, 0.35), (0.45, 0.45), (0.2, 0.65)], "leaf")
    petals = draw.randint(5, 9)
    for k in range(petals):
        a = 2 * math.pi * k / petals
        pen.ellipse(0.32 * math.cos(a), -0.35 + 0.32 * math.sin(a), 0.22, tone=draw.uniform(0.9, 1.1))
    pen.ellipse(0, -0.35, 0.2, role=draw.choice(("glow", "wood")))


@thing("tulip", "plant|flower|decoration", colours="red|yellow|pink|purple|orange|white", turn="upright")
def tulip(pen: Pen, _draw: random.Random) -> None:
    pen.line([(0, -0.2), (0, 0.93)], 0.06, "leaf")
    pen.smooth([(0, 0.9), (0.35, 0.3), (0.4, 0.0), (0.15, 0.4)], "leaf")
    pen.polygon(
        [
            (-0.35, -0.85),
            (-0.15, -0.6),
            (0, -0.9),
            (0.15, -0.6),
            (0.35, -0.85),
            (0.35, -0.35),
            (0, -0.1),
            (-0.35, -0.35),
        ]
    )


@thing("tree|leafy tree", "plant", colours="green|dark green|lime|olive|orange")
def tree(pen: Pen, draw: random.Random) -> None:
    pen.polygon([(-0.1, 0.1), (0.1, 0.1), (0.16, 0.93), (-0.16, 0.93)], "wood")
    for _ in range(14):
        pen.ellipse(
            draw.uniform(-0.5, 0.5), draw.uniform(-0.65, 0.1), draw.uniform(0.2, 0.32), tone=draw.uniform(0.75, 1.15)
        )


@thing("Christmas tree|fir tree", "plant|decoration", colours="green|dark green")
def fir(pen: Pen, draw: random.Random) -> None:
    pen.rect((-0.1, 0.6, 0.1, 0.93), "wood")
    for y, wide in ((0.65, 0.65), (0.25, 0.5), (-0.15, 0.36)):
        pen.polygon([(-wide, y), (wide, y), (0, y - 0.65)])
    for _ in range(draw.choice((0, 8, 12))):
        y = draw.uniform(-0.5, 0.55)
        pen.ellipse(draw.uniform(-0.25, 0.25) * (1.2 + y), y, 0.055, role=draw.choice(("red", "gold", "accent")))


@thing("cat|toy cat|kitten", "pet|animal", colours="black|grey|orange|white|brown|cream")
def cat(pen: Pen, _draw: random.Random) -> None:
    pen.line([(0.3, 0.75), (0.75, 0.6), (0.7, 0.1)], 0.12, smooth=True)
    pen.smooth([(-0.4, 0.88), (-0.38, 0.2), (0, -0.15), (0.38, 0.2), (0.45, 0.88)])
    for side in (-1, 1):
        pen.polygon([(side * 0.08, -0.65), (side * 0.36, -0.95), (side * 0.4, -0.45)])
    pen.ellipse(0, -0.38, 0.42, 0.36, tone=1.08)
    for x in (-0.16, 0.16):
        pen.ellipse(x, -0.42, 0.07, 0.09, "leaf", tone=1.4)
        pen.ellipse(x, -0.42, 0.025, 0.07, "dark")
    pen.ellipse(0, -0.28, 0.045, 0.03, "pink")
    for side in (-1, 1):
        pen.line([(side * 0.12, -0.25), (side * 0.5, -0.3)], 0.015, "keys")


@thing("dog|toy dog|puppy", "pet|animal", colours="brown|beige|black|white|mustard|cream")
def dog(pen: Pen, draw: random.Random) -> None:
    for x in (-0.42, -0.25, 0.3, 0.45):
        pen.line([(x, 0.3), (x, 0.82)], 0.14, tone=0.85)
    pen.line([(-0.5, 0.0), (-0.85, -0.35)], 0.1)
    pen.smooth([(-0.6, 0.0), (-0.5, -0.15), (0.4, -0.2), (0.55, 0.1), (0.45, 0.42), (-0.5, 0.42)])
    pen.ellipse(0.5, -0.42, 0.32, 0.3)
    pen.ellipse(0.76, -0.32, 0.2, 0.14, tone=1.12)
    pen.ellipse(0.92, -0.38, 0.055, role="dark")
    pen.ellipse(0.57, -0.5, 0.045, role="dark")
    pen.smooth([(0.22, -0.68), (0.4, -0.6), (0.36, -0.15), (0.18, -0.2)], tone=0.65)
    if draw.random() < 0.5:
        pen.line([(0.26, -0.12), (0.6, -0.08)], 0.08, "red")


@thing("fish|goldfish", "pet|animal", colours="orange|red|gold|blue|silver|yellow", plural="fish")
def fish(pen: Pen, _draw: random.Random) -> None:
    pen.polygon([(-0.5, 0), (-0.93, -0.4), (-0.8, 0), (-0.93, 0.4)], tone=0.85)
    pen.polygon([(-0.2, -0.3), (0.1, -0.65), (0.3, -0.3)], tone=0.85)
    pen.smooth([(-0.6, 0), (-0.1, -0.4), (0.5, -0.35), (0.9, 0), (0.5, 0.35), (-0.1, 0.4)])
    pen.ellipse(0.6, -0.08, 0.08, role="light")
    pen.ellipse(0.62, -0.08, 0.04, role="dark")
    pen.line([(0.35, -0.28), (0.27, 0), (0.35, 0.28)], 0.03, tone=0.7, smooth=True)


@thing("bird|parrot|budgie", "pet|animal", colours="green|blue|yellow|red|turquoise|white")
def bird(pen: Pen, _draw: random.Random) -> None:
    pen.polygon([(-0.3, 0.3), (-0.9, 0.75), (-0.75, 0.85), (-0.1, 0.5)], tone=0.75)
    pen.smooth([(-0.5, 0.4), (-0.2, -0.2), (0.2, -0.5), (0.5, -0.2), (0.35, 0.3), (-0.1, 0.6)])
    pen.ellipse(0.32, -0.45, 0.28)
    pen.polygon([(0.55, -0.55), (0.85, -0.4), (0.55, -0.32)], "flame")
    pen.ellipse(0.38, -0.5, 0.05, role="dark")
    pen.smooth([(-0.45, 0.3), (-0.1, -0.1), (0.2, 0.0), (0.0, 0.35)], "accent")
