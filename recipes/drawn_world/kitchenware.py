"""Kitchenware, drawn."""

from __future__ import annotations

import random

from .pen import Pen
from .things import thing

KIND = "piece of kitchenware|kitchen item|household item"
CERAMIC = "ceramic|porcelain|stoneware|enamel|plastic"
STEEL = "steel|stainless steel|metal|cast iron|copper"


@thing("mug|coffee mug|cup|coffee cup", KIND + "|drinking vessel", materials=CERAMIC, patterned=True)
def mug(pen: Pen, draw: random.Random) -> None:
    top, bottom, height = draw.uniform(0.45, 0.58), draw.uniform(0.36, 0.55), draw.uniform(0.5, 0.75)
    reach = draw.uniform(0.25, 0.36)
    pen.line([(top * 0.9, -height * 0.5), (top + reach, -height * 0.35), (top + reach * 0.9, height * 0.3),
              (bottom * 0.95, height * 0.55)], 0.12, tone=0.9, smooth=True)  # fmt: skip
    pen.turned([(top, -height), (bottom, height * 0.8), (bottom * 0.8, height)])
    pen.ellipse(0, -height, top, 0.13, tone=1.25)
    pen.ellipse(0, -height + 0.02, top * 0.88, 0.09, draw.choice(("coffee", "inner")))
    pen.panel((-top * 0.75, -height * 0.45, top * 0.75, height * 0.5))


@thing("teacup|cup|tea cup", KIND + "|drinking vessel", materials="porcelain|ceramic|china", patterned=True)
def teacup(pen: Pen, _draw: random.Random) -> None:
    pen.ellipse(0, 0.55, 0.85, 0.2, "accent")
    pen.ellipse(0, 0.53, 0.5, 0.1, "accent", tone=0.85)
    pen.line([(0.5, -0.25), (0.82, -0.25), (0.72, 0.15), (0.4, 0.25)], 0.07, smooth=True)
    pen.turned([(0.6, -0.4), (0.56, -0.05), (0.42, 0.35), (0.22, 0.52)], smooth=True)
    pen.ellipse(0, -0.4, 0.6, 0.14, tone=1.3)
    pen.ellipse(0, -0.39, 0.52, 0.1, "coffee")


@thing(
    "glass|tumbler|drinking glass", KIND + "|drinking vessel", materials="glass", colours="sky blue|silver|white|mint"
)
def tumbler(pen: Pen, draw: random.Random) -> None:
    top, bottom = draw.uniform(0.38, 0.5), draw.uniform(0.28, 0.4)
    pen.turned([(top, -0.8), (bottom, 0.8)])
    if draw.random() < 0.5:
        level = draw.uniform(-0.5, 0.2)
        side = top + (bottom - top) * (level + 0.8) / 1.6
        pen.turned([(side * 0.92, level), (bottom * 0.92, 0.72)], "accent")
    pen.ellipse(0, -0.8, top, 0.1, tone=1.4)
    pen.ellipse(0, -0.79, top * 0.9, 0.075, tone=0.85)


@thing("wine glass|goblet|stemmed glass", KIND + "|drinking vessel", materials="glass|crystal",
       colours="sky blue|silver|white", plural="wine glasses")  # fmt: skip
def wine_glass(pen: Pen, draw: random.Random) -> None:
    bowl = draw.uniform(0.35, 0.5)
    pen.line([(0, 0.05), (0, 0.8)], 0.06)
    pen.ellipse(0, 0.82, 0.36, 0.08)
    pen.turned([(bowl * 0.8, -0.9), (bowl, -0.45), (bowl * 0.6, 0.0), (0.03, 0.15)], smooth=True)
    if draw.random() < 0.6:
        pen.turned([(bowl * 0.93, -0.42), (bowl * 0.55, -0.02), (0.02, 0.1)], "wine", smooth=True)
    pen.ellipse(0, -0.9, bowl * 0.8, 0.07, tone=1.4)


@thing("frying pan|pan|skillet", KIND + "|piece of cookware", materials=STEEL + "|non-stick",
       colours="black|charcoal|silver|red|grey|teal", turn="any")  # fmt: skip
def frying_pan(pen: Pen, draw: random.Random) -> None:
    pen.line([(0.35, 0.0), (0.95, 0.0)], 0.14, draw.choice(("dark", "wood", "body")))
    pen.ellipse(-0.25, 0, 0.62, role="body")
    pen.ellipse(-0.25, 0, 0.55, role="body", tone=0.75)
    pen.ellipse(-0.25, 0, 0.47, role="body", tone=0.85)
    pen.ellipse(0.87, 0, 0.035, role="light")


@thing("pot|cooking pot|saucepan|stockpot", KIND + "|piece of cookware", materials=STEEL + "|enamel")
def pot(pen: Pen, draw: random.Random) -> None:
    height = draw.uniform(0.3, 0.6)
    for side in (-1, 1):
        pen.line([(side * 0.65, -0.1), (side * 0.88, -0.1), (side * 0.88, 0.1), (side * 0.65, 0.1)], 0.09, "dark")
    pen.rect((-0.7, -0.3, 0.7, height), radius=0.14)
    if draw.random() < 0.7:
        pen.turned([(0.05, -0.56), (0.5, -0.48), (0.74, -0.3)], "body", smooth=True, tone=0.9)
        pen.ellipse(0, -0.6, 0.12, 0.07, "dark")
    else:
        pen.ellipse(0, -0.3, 0.7, 0.14, tone=1.2)
        pen.ellipse(0, -0.29, 0.63, 0.1, "inner")


@thing("plate|dinner plate|dish", KIND + "|piece of tableware", materials=CERAMIC, turn="any", patterned=True)
def plate(pen: Pen, draw: random.Random) -> None:
    pen.ellipse(0, 0, 0.85)
    pen.ellipse(0, 0, 0.85 * draw.uniform(0.9, 0.96), role="accent" if draw.random() < 0.5 else "body", tone=0.93)
    pen.ellipse(0, 0, 0.58, role="body", tone=0.86)
    pen.ellipse(0, 0, 0.55, role="body", tone=1.1)


@thing("bowl|salad bowl|soup bowl", KIND + "|piece of tableware", materials=CERAMIC + "|glass|wood", patterned=True)
def bowl(pen: Pen, draw: random.Random) -> None:
    depth = draw.uniform(0.45, 0.7)
    pen.turned([(0.8, -0.3), (0.72, 0.05), (0.4, depth - 0.15), (0.28, depth - 0.1), (0.28, depth)], smooth=True)
    pen.ellipse(0, -0.3, 0.8, 0.2, tone=1.25)
    pen.ellipse(0, -0.28, 0.72, 0.15, draw.choice(("inner", "accent")))


@thing("bottle|glass bottle", KIND + "|container", materials="glass|plastic")
def bottle(pen: Pen, draw: random.Random) -> None:
    neck, wide, shoulder = draw.uniform(0.1, 0.14), draw.uniform(0.26, 0.36), draw.uniform(-0.35, 0.0)
    pen.turned([(neck, -0.88), (neck, shoulder - 0.3), (wide, shoulder), (wide, 0.85), (wide * 0.85, 0.92)])
    pen.rect((-neck * 1.25, -0.97, neck * 1.25, -0.8), "accent", radius=0.02)
    if draw.random() < 0.75:
        pen.rect((-wide, shoulder + 0.15, wide, 0.6), "light")
        pen.panel((-wide * 0.9, shoulder + 0.2, wide * 0.9, 0.55))


@thing("jar|glass jar|storage jar", KIND + "|container", materials="glass|ceramic")
def jar(pen: Pen, draw: random.Random) -> None:
    wide, top = draw.uniform(0.42, 0.6), draw.uniform(-0.65, -0.4)
    pen.turned([(wide * 0.8, top), (wide, top + 0.2), (wide, 0.75), (wide * 0.85, 0.85)], smooth=False)
    pen.rect((-wide * 0.88, top - 0.2, wide * 0.88, top + 0.04), draw.choice(("accent", "metal", "wood")), radius=0.05)
    if draw.random() < 0.7:
        pen.rect((-wide * 0.8, -0.05, wide * 0.8, 0.55), "light", radius=0.04)
        pen.panel((-wide * 0.72, 0.0, wide * 0.72, 0.5))


@thing("teapot|pot of tea", KIND, materials=CERAMIC + "|glass", patterned=True)
def teapot(pen: Pen, _draw: random.Random) -> None:
    pen.line([(-0.4, -0.3), (-0.88, -0.25), (-0.85, 0.25), (-0.45, 0.35)], 0.1, tone=0.9, smooth=True)
    pen.polygon([(0.4, 0.25), (0.62, 0.05), (0.8, -0.4), (0.95, -0.36), (0.82, 0.15), (0.5, 0.5)])
    pen.ellipse(0, 0.12, 0.58, 0.52)
    pen.ellipse(0, -0.34, 0.32, 0.1, tone=0.85)
    pen.ellipse(0, -0.48, 0.09, role="accent")


@thing("kettle|electric kettle|water kettle", KIND + "|small appliance", materials=STEEL + "|plastic|glass")
def kettle(pen: Pen, _draw: random.Random) -> None:
    pen.line([(-0.3, -0.6), (-0.8, -0.5), (-0.78, 0.3), (-0.5, 0.5)], 0.13, "dark", smooth=True)
    pen.polygon([(0.25, -0.6), (0.68, -0.52), (0.45, -0.2)])
    pen.turned([(0.36, -0.68), (0.55, 0.68)])
    pen.turned([(0.05, -0.86), (0.3, -0.76), (0.36, -0.66)], "dark")
    pen.rect((-0.6, 0.68, 0.6, 0.82), "dark", radius=0.05)


@thing("knife|kitchen knife|chef's knife", KIND + "|piece of cutlery|utensil", materials="steel|stainless steel|metal",
       colours="silver|grey", turn="any")  # fmt: skip
def knife(pen: Pen, draw: random.Random) -> None:
    wide = draw.uniform(0.13, 0.24)
    pen.polygon([(-0.2, -0.1), (0.75, -0.1), (0.97, -0.02), (0.6, wide - 0.1), (-0.2, wide - 0.06)])
    pen.polygon([(-0.2, wide - 0.13), (0.7, wide - 0.16), (0.6, wide - 0.1), (-0.2, wide - 0.06)], tone=1.5)
    pen.rect((-0.95, -0.11, -0.2, 0.07), draw.choice(("dark", "wood", "accent")), radius=0.06)
    for x in (-0.8, -0.55, -0.32):
        pen.ellipse(x, -0.02, 0.03, role="metal")


@thing("fork|dinner fork", KIND + "|piece of cutlery|utensil", materials="steel|stainless steel|metal|silver",
       colours="silver|grey|gold", turn="any")  # fmt: skip
def fork(pen: Pen, draw: random.Random) -> None:
    tines = draw.choice((3, 4, 4))
    pen.polygon([(-0.16, -0.45), (0.16, -0.45), (0.15, -0.2), (0.05, -0.05), (0.07, 0.9), (-0.07, 0.9), (-0.05, -0.05),
                 (-0.15, -0.2)])  # fmt: skip
    for tine in range(tines):
        x = -0.13 + 0.26 * tine / (tines - 1)
        pen.line([(x, -0.4), (x, -0.92)], 0.055)


@thing("spoon|tablespoon|teaspoon", KIND + "|piece of cutlery|utensil", materials="steel|stainless steel|wood|silver",
       colours="silver|grey|gold|brown|beige", turn="any")  # fmt: skip
def spoon(pen: Pen, _draw: random.Random) -> None:
    pen.polygon([(-0.04, -0.4), (0.04, -0.4), (0.075, 0.92), (-0.075, 0.92)])
    pen.ellipse(0, -0.6, 0.21, 0.32)
    pen.ellipse(0, -0.6, 0.16, 0.26, tone=0.8)


@thing("spatula|turner|kitchen spatula", KIND + "|utensil", materials="silicone|wood|steel|plastic", turn="any")
def spatula(pen: Pen, draw: random.Random) -> None:
    pen.line([(0, -0.2), (0, 0.9)], 0.1, draw.choice(("wood", "metal", "dark")))
    pen.rect((-0.25, -0.95, 0.25, -0.2), radius=0.08)
    if draw.random() < 0.6:
        for x in (-0.12, 0, 0.12):
            pen.hole([(x - 0.025, -0.8), (x + 0.025, -0.8), (x + 0.025, -0.4), (x - 0.025, -0.4)])


@thing(
    "whisk|balloon whisk", KIND + "|utensil", materials="steel|silicone", colours="silver|grey|red|black", turn="any"
)
def whisk(pen: Pen, draw: random.Random) -> None:
    for reach in (0.34, 0.22, 0.1):
        pen.line([(-0.04, 0.1), (-reach, -0.4), (-reach * 0.7, -0.8), (0, -0.93), (reach * 0.7, -0.8), (reach, -0.4),
                  (0.04, 0.1)], 0.035, smooth=True)  # fmt: skip
    pen.rect((-0.08, 0.05, 0.08, 0.95), draw.choice(("body", "dark", "wood")), radius=0.07)


@thing("cutting board|chopping board", KIND, materials="wood|bamboo|plastic", colours="brown|beige|mustard|green|white",
       turn="any")  # fmt: skip
def cutting_board(pen: Pen, _draw: random.Random) -> None:
    pen.rect((-0.14, -0.95, 0.14, -0.5), radius=0.1)
    pen.rect((-0.55, -0.6, 0.55, 0.85), radius=0.12)
    pen.round_hole(0, -0.8, 0.05, 0.05)


@thing("colander|strainer|sieve", KIND, materials="steel|enamel|plastic")
def colander(pen: Pen, _draw: random.Random) -> None:
    for side in (-1, 1):
        pen.line([(side * 0.7, -0.2), (side * 0.95, -0.15), (side * 0.7, 0.0)], 0.07)
    pen.turned([(0.75, -0.25), (0.65, 0.2), (0.35, 0.5), (0.2, 0.52)], smooth=True)
    for row in range(3):
        for column in range(7 - row):
            pen.ellipse(-0.5 + 0.085 * row + 0.167 * column, -0.08 + 0.17 * row, 0.035, role="dark")
    pen.ellipse(0, -0.25, 0.75, 0.14, tone=1.3)


@thing("toaster|bread toaster", KIND + "|small appliance|appliance", materials="steel|plastic|metal")
def toaster(pen: Pen, _draw: random.Random) -> None:
    for x in (-0.3, 0.12):
        pen.rect((x - 0.12, -0.75, x + 0.3, -0.3), "toast", radius=0.1)
    pen.rect((-0.75, -0.45, 0.75, 0.6), radius=0.22)
    pen.rect((-0.7, 0.55, 0.7, 0.7), "dark", radius=0.05)
    pen.rect((0.78, -0.2, 0.92, -0.05), "dark", radius=0.03)
    pen.ellipse(0.45, 0.3, 0.1, role="light")
