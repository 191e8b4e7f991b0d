"""Vegetables and other food, drawn."""

from __future__ import annotations

import math
import random

from .fruit import rounded
from .pen import Pen
from .things import thing

VEGETABLE = "vegetable"


@thing("tomato|vine tomato", VEGETABLE, colours="red|coral|orange", turn="any", plural="tomatoes", heaped=True)
def tomato(pen: Pen, draw: random.Random) -> None:
    rounded(pen, draw, 0.72, 0.6)
    for step in range(5):
        a = step * 2 * math.pi / 5
        pen.line([(0, -0.35), (0.28 * math.cos(a), -0.35 + 0.16 * math.sin(a))], 0.07, "leaf")


@thing("carrot", VEGETABLE, colours="orange", turn="any", heaped=True)
def carrot(pen: Pen, _draw: random.Random) -> None:
    for x in (-0.18, 0, 0.18):
        pen.line([(0, -0.4), (x, -0.7), (x * 1.5, -0.95)], 0.06, "leaf", smooth=True)
    pen.turned([(0.18, -0.5), (0.24, -0.38), (0.15, 0.3), (0.02, 0.95)], smooth=True)
    for y in (-0.25, 0.0, 0.25, 0.5):
        pen.line([(-0.12 + y * 0.1, y), (0.04, y + 0.02)], 0.02, tone=0.8)


@thing("cucumber|courgette|zucchini", VEGETABLE, colours="green|dark green", turn="any", heaped=True)
def cucumber(pen: Pen, draw: random.Random) -> None:
    bend = draw.uniform(-0.2, 0.2)
    pen.line([(-0.75, 0), (-0.2, bend), (0.3, bend), (0.75, 0)], 0.33, smooth=True)
    for dy in (-0.07, 0.05):
        pen.line([(-0.7, dy), (-0.2, bend + dy), (0.3, bend + dy), (0.7, dy)], 0.025, tone=1.3, smooth=True)


@thing("aubergine|eggplant", VEGETABLE, colours="purple|navy", turn="any", heaped=True)
def aubergine(pen: Pen, _draw: random.Random) -> None:
    pen.turned([(0.12, -0.6), (0.25, -0.4), (0.3, 0.0), (0.48, 0.45), (0.3, 0.85), (0.05, 0.93)], smooth=True)
    pen.polygon(
        [(-0.28, -0.35), (-0.14, -0.66), (0.14, -0.66), (0.28, -0.35), (0.1, -0.48), (0, -0.3), (-0.1, -0.48)], "leaf"
    )
    pen.line([(0, -0.62), (0.06, -0.92)], 0.09, "leaf")


@thing(
    "pepper|bell pepper|sweet pepper|capsicum", VEGETABLE, colours="red|green|yellow|orange", turn="any", heaped=True
)
def pepper(pen: Pen, _draw: random.Random) -> None:
    pen.smooth([(0, -0.5), (0.3, -0.65), (0.62, -0.4), (0.55, 0.2), (0.35, 0.75), (0.12, 0.66), (0, 0.78),
            (-0.12, 0.66),
                (-0.35, 0.75), (-0.55, 0.2), (-0.62, -0.4), (-0.3, -0.65)])  # fmt: skip
    for x in (-0.25, 0.22):
        pen.line([(x * 0.5, -0.45), (x, 0.1), (x * 0.7, 0.65)], 0.035, tone=0.75, smooth=True)
    pen.line([(0, -0.5), (0.02, -0.68), (0.12, -0.88)], 0.12, "leaf", smooth=True)


@thing("onion|bulb onion", VEGETABLE, colours="mustard|maroon|white|beige", turn="any", heaped=True)
def onion(pen: Pen, _draw: random.Random) -> None:
    pen.turned([(0.06, -0.9), (0.1, -0.6), (0.55, -0.2), (0.62, 0.25), (0.3, 0.62), (0.08, 0.72)], smooth=True)
    for x in (-0.35, 0, 0.35):
        pen.line([(x * 0.15, -0.6), (x, 0.1), (x * 0.3, 0.65)], 0.02, tone=0.8, smooth=True)
    for x in (-0.06, 0, 0.06):
        pen.line([(x, 0.7), (x * 2, 0.85)], 0.02, "wood")


@thing(
    "garlic|head of garlic|bulb of garlic",
    VEGETABLE,
    colours="white|cream",
    turn="any",
    plural="heads of garlic",
    heaped=True,
)
def garlic(pen: Pen, _draw: random.Random) -> None:
    pen.turned([(0.05, -0.8), (0.09, -0.5), (0.52, 0.0), (0.55, 0.4), (0.2, 0.62)], smooth=True)
    for x in (-0.3, 0.0, 0.3):
        pen.line([(x * 0.15, -0.45), (x, 0.2), (x * 0.6, 0.55)], 0.025, tone=0.82, smooth=True)


@thing("potato", VEGETABLE, colours="beige|mustard|brown", turn="any", plural="potatoes", heaped=True)
def potato(pen: Pen, draw: random.Random) -> None:
    rounded(pen, draw, 0.8, 0.55)
    for _ in range(5):
        pen.ellipse(draw.uniform(-0.5, 0.5), draw.uniform(-0.3, 0.3), 0.04, 0.025, tone=0.7)


@thing("mushroom|button mushroom", VEGETABLE, colours="white|beige|brown|cream", turn="any", heaped=True)
def mushroom(pen: Pen, _draw: random.Random) -> None:
    pen.turned([(0.2, -0.1), (0.2, 0.4), (0.28, 0.78)], "cream")
    pen.smooth([(-0.75, 0.0), (-0.5, -0.5), (0, -0.65), (0.5, -0.5), (0.75, 0.0), (0, 0.12)])


@thing("broccoli|head of broccoli", VEGETABLE, colours="green|dark green", plural="heads of broccoli", heaped=True)
def broccoli(pen: Pen, draw: random.Random) -> None:
    pen.polygon([(-0.2, -0.1), (0.2, -0.1), (0.14, 0.85), (-0.14, 0.85)], "leaf", tone=1.4)
    for _ in range(16):
        pen.ellipse(
            draw.uniform(-0.5, 0.5), draw.uniform(-0.6, 0.05), draw.uniform(0.18, 0.26), tone=draw.uniform(0.75, 1.1)
        )


@thing("cabbage|lettuce|head of lettuce", VEGETABLE, colours="lime|green|mint|purple", heaped=True)
def cabbage(pen: Pen, draw: random.Random) -> None:
    rounded(pen, draw, 0.75, 0.7)
    for reach in (0.68, 0.5, 0.32):
        pen.smooth([(-reach, 0.2), (-reach * 0.5, -reach), (reach * 0.6, -reach * 0.8), (reach, 0.3), (0, reach)],
                   tone=draw.uniform(0.85, 1.25))  # fmt: skip
    for x in (-0.4, 0.0, 0.4):
        pen.line([(0, 0.6), (x * 0.7, 0.0), (x, -0.45)], 0.03, tone=1.5, smooth=True)


@thing(
    "corn|corn on the cob|sweetcorn",
    VEGETABLE,
    colours="yellow|mustard",
    turn="any",
    plural="ears of corn",
    heaped=True,
)
def corn(pen: Pen, _draw: random.Random) -> None:
    pen.turned([(0.06, -0.9), (0.26, -0.5), (0.28, 0.3), (0.2, 0.7)], smooth=True)
    for row in range(9):
        for column in range(4):
            pen.ellipse(-0.17 + 0.115 * column, -0.6 + 0.14 * row, 0.05, tone=1.25)
    for side in (-1, 1):
        pen.smooth([(side * 0.02, 0.92), (side * 0.5, 0.4), (side * 0.4, -0.2), (side * 0.18, 0.3)], "leaf")


@thing("bread|loaf of bread|loaf", "food|baked goods", colours="brown|mustard|beige", plural="loaves of bread")
def bread(pen: Pen, _draw: random.Random) -> None:
    pen.smooth([(-0.85, 0.4), (-0.9, -0.1), (-0.5, -0.42), (0.5, -0.42), (0.9, -0.1), (0.85, 0.4), (0, 0.5)])
    for x in (-0.5, -0.15, 0.2, 0.55):
        pen.line([(x - 0.08, -0.1), (x + 0.1, -0.32)], 0.07, tone=1.45)


@thing("cake|birthday cake|layer cake", "food|dessert", colours="pink|brown|white|cream|mint|lavender")
def cake(pen: Pen, draw: random.Random) -> None:
    pen.ellipse(0, 0.62, 0.95, 0.16, "light")
    pen.rect((-0.7, -0.15, 0.7, 0.6), "toast", radius=0.05)
    pen.rect((-0.7, 0.15, 0.7, 0.28), "accent")
    pen.smooth([(-0.72, -0.3), (0.72, -0.3), (0.72, 0.05), (0.45, 0.0), (0.25, 0.15), (0, 0.0), (-0.25, 0.14),
            (-0.5, 0.0),
                (-0.72, 0.08)])  # fmt: skip
    for step in range(draw.randint(1, 5)):
        x = -0.4 + 0.2 * step
        pen.line([(x, -0.3), (x, -0.6)], 0.05, "accent")
        pen.ellipse(x, -0.68, 0.04, 0.07, "glow")


@thing("egg", "food", colours="beige|white|cream", turn="any", heaped=True)
def egg(pen: Pen, _draw: random.Random) -> None:
    pen.turned([(0.05, -0.75), (0.35, -0.5), (0.55, 0.15), (0.4, 0.6), (0.08, 0.75)], smooth=True)


@thing(
    "cheese|piece of cheese|wedge of cheese",
    "food|dairy product",
    colours="yellow|mustard|cream",
    plural="pieces of cheese",
)
def cheese(pen: Pen, draw: random.Random) -> None:
    pen.polygon([(-0.85, 0.05), (0.3, -0.5), (0.85, -0.1)], tone=1.3)
    pen.polygon([(-0.85, 0.05), (0.85, -0.1), (0.85, 0.45), (-0.85, 0.6)])
    for _ in range(5):
        pen.ellipse(draw.uniform(-0.6, 0.7), draw.uniform(0.1, 0.4), draw.uniform(0.05, 0.1), role="body", tone=0.75)


@thing("ice cream|ice cream cone", "food|dessert", colours="pink|cream|brown|mint|lavender", plural="ice creams")
def ice_cream(pen: Pen, draw: random.Random) -> None:
    pen.polygon([(-0.36, -0.05), (0.36, -0.05), (0, 0.95)], "toast")
    for step in (-0.2, 0.0, 0.2):
        pen.line([(step, 0.0), (step * 0.2 + 0.1, 0.55)], 0.02, "wood")
    if draw.random() < 0.5:
        pen.ellipse(0, -0.55, 0.33, role="accent")
    pen.ellipse(0, -0.2, 0.42)


@thing("doughnut|donut", "food|dessert", colours="pink|brown|white|beige", turn="any", heaped=True)
def doughnut(pen: Pen, draw: random.Random) -> None:
    pen.ellipse(0, 0, 0.78, role="toast")
    pen.ellipse(0, 0, 0.7)
    for _ in range(16):
        a, r = draw.uniform(0, 6.3), draw.uniform(0.34, 0.62)
        x, y = r * math.cos(a), r * math.sin(a)
        pen.line([(x, y), (x + draw.uniform(-0.08, 0.08), y + 0.06)], 0.04, draw.choice(("accent", "light", "leaf")))
    pen.ellipse(0, 0, 0.28, role="toast")
    pen.round_hole(0, 0, 0.22, 0.22)
