"""Packaging, paper goods and signs, drawn; most can carry printed words."""

from __future__ import annotations

import random

from .pen import Pen
from .things import thing

KIND = "packaging|package|container"


@thing(
    "box|cardboard box|carton",
    KIND,
    materials="cardboard",
    colours="beige|brown|mustard|white|blue|red|green",
    plural="boxes",
)
def box(pen: Pen, draw: random.Random) -> None:
    depth = draw.uniform(0.15, 0.3)
    pen.polygon([(-0.8, -0.35), (-0.8 + depth * 1.5, -0.35 - depth), (0.8, -0.35 - depth), (0.55, -0.35)], tone=1.25)
    pen.polygon([(0.55, -0.35), (0.8, -0.35 - depth), (0.8, 0.65 - depth), (0.55, 0.7)], tone=0.7)
    pen.rect((-0.8, -0.35, 0.55, 0.7))
    if draw.random() < 0.6:
        pen.rect((-0.22, -0.35, -0.04, draw.uniform(-0.15, 0.7)), "toast", tone=1.2)
    pen.panel((-0.7, -0.1, 0.45, 0.5))


@thing(
    "milk carton|carton|juice carton|drink carton", KIND + "|grocery item", materials="cardboard", plural="milk cartons"
)
def carton(pen: Pen, draw: random.Random) -> None:
    pen.polygon([(-0.45, -0.45), (-0.32, -0.8), (0.42, -0.8), (0.3, -0.45)], tone=1.2)
    pen.rect((-0.32, -0.93, 0.42, -0.79), tone=0.9)
    pen.polygon([(0.3, -0.45), (0.42, -0.8), (0.58, -0.5), (0.58, 0.82), (0.3, 0.9)], tone=0.7)
    pen.rect((-0.45, -0.45, 0.3, 0.9))
    pen.polygon([(-0.45, 0.45), (0.3, draw.uniform(0.2, 0.6)), (0.3, 0.9), (-0.45, 0.9)], "accent")
    if draw.random() < 0.5:
        pen.ellipse(0.0, -0.62, 0.12, 0.1, "accent")
    pen.panel((-0.4, -0.35, 0.25, 0.2))


@thing("can|drink can|soda can|tin can", KIND + "|grocery item", materials="metal|aluminium|tin")
def can(pen: Pen, draw: random.Random) -> None:
    wide = draw.uniform(0.38, 0.55)
    pen.turned([(wide * 0.85, -0.8), (wide, -0.68), (wide, 0.7), (wide * 0.85, 0.82)])
    pen.ellipse(0, -0.8, wide * 0.85, 0.09, "metal", tone=1.2)
    pen.ellipse(0, -0.8, wide * 0.7, 0.06, "metal", tone=0.8)
    if draw.random() < 0.6:
        pen.rect((-wide, -0.35, wide, 0.35), "accent")
    pen.panel((-wide * 0.85, -0.3, wide * 0.85, 0.3))


@thing("paper bag|shopping bag|carrier bag|gift bag", KIND + "|bag", materials="paper|plastic", patterned=True)
def paper_bag(pen: Pen, draw: random.Random) -> None:
    pen.line(
        [(-0.25, -0.5), (-0.2, -0.88), (0.2, -0.88), (0.25, -0.5)],
        0.05,
        draw.choice(("accent", "light", "dark")),
        smooth=True,
    )
    pen.rect((-0.6, -0.55, 0.6, 0.9))
    pen.polygon([(0.6, -0.55), (0.6, 0.9), (0.42, 0.75), (0.42, -0.55)], tone=0.8)
    pen.panel((-0.5, -0.2, 0.38, 0.5))


@thing(
    "bag of crisps|snack bag|packet of crisps|pouch",
    KIND + "|grocery item",
    materials="plastic|foil",
    plural="bags of crisps",
)
def pouch(pen: Pen, _draw: random.Random) -> None:
    pen.smooth([(-0.55, -0.8), (0, -0.75), (0.55, -0.8), (0.6, 0), (0.55, 0.8), (0, 0.75), (-0.55, 0.8), (-0.62, 0)])
    for y in (-0.86, 0.74):
        pen.rect((-0.57, y, 0.57, y + 0.12), tone=0.75)
    pen.ellipse(0, 0.3, 0.35, 0.25, "accent")
    pen.panel((-0.48, -0.45, 0.48, 0.05))


@thing("tube|tube of cream|toothpaste tube", KIND + "|toiletry", materials="plastic|aluminium", turn="any")
def tube(pen: Pen, draw: random.Random) -> None:
    pen.polygon([(-0.38, -0.9), (0.38, -0.9), (0.28, 0.6), (-0.28, 0.6)])
    pen.rect((-0.4, -0.95, 0.4, -0.82), tone=0.8)
    pen.rect((-0.2, 0.6, 0.2, 0.9), draw.choice(("accent", "light")), radius=0.04)
    pen.panel((-0.3, -0.55, 0.3, 0.1))


@thing("spray bottle|spray can|aerosol can", KIND + "|household item", materials="plastic|metal")
def spray(pen: Pen, draw: random.Random) -> None:
    pen.turned([(0.1, -0.75), (0.14, -0.55), (0.34, -0.4), (0.34, 0.9)])
    pen.rect((-0.17, -0.95, 0.17, -0.66), "accent", radius=0.06)
    pen.rect((-0.34, -0.05, 0.34, 0.6), draw.choice(("light", "accent")))
    pen.panel((-0.3, 0.0, 0.3, 0.55))


@thing("tub|tub of ice cream|plastic tub|yoghurt pot", KIND + "|grocery item", materials="plastic", patterned=True)
def tub(pen: Pen, _draw: random.Random) -> None:
    pen.polygon([(-0.65, -0.4), (0.65, -0.4), (0.5, 0.65), (-0.5, 0.65)])
    pen.rect((-0.72, -0.55, 0.72, -0.36), "accent", radius=0.05)
    pen.panel((-0.48, -0.2, 0.48, 0.4))


@thing("perfume bottle|bottle of perfume|flacon", "beauty product|container", materials="glass")
def perfume(pen: Pen, draw: random.Random) -> None:
    pen.rect((-0.18, -0.9, 0.18, -0.5), draw.choice(("gold", "dark", "metal")), radius=0.03)
    pen.rect((-0.1, -0.5, 0.1, -0.35), "metal")
    pen.rect((-0.5, -0.35, 0.5, 0.8), radius=draw.choice((0.05, 0.2, 0.4)))
    pen.panel((-0.36, 0.0, 0.36, 0.4))


@thing("lipstick|red lipstick", "beauty product|piece of make-up", materials="plastic", turn="any")
def lipstick(pen: Pen, _draw: random.Random) -> None:
    pen.polygon([(-0.14, 0.1), (-0.14, -0.6), (0.14, -0.9), (0.14, 0.1)])
    pen.rect((-0.2, -0.05, 0.2, 0.3), "gold")
    pen.rect((-0.27, 0.3, 0.27, 0.95), "dark", radius=0.03)


@thing(
    "nail polish|bottle of nail polish|nail varnish",
    "beauty product|piece of make-up",
    materials="glass",
    plural="bottles of nail polish",
)
def nail_polish(pen: Pen, draw: random.Random) -> None:
    pen.polygon([(-0.16, -0.9), (0.16, -0.9), (0.22, -0.15), (-0.22, -0.15)], draw.choice(("dark", "gold", "light")))
    pen.rect((-0.42, -0.15, 0.42, 0.8), radius=draw.choice((0.08, 0.35)))


@thing(
    "soap|bar of soap",
    "beauty product|toiletry",
    colours="white|pink|mint|lavender|cream|yellow",
    turn="any",
    plural="bars of soap",
)
def soap(pen: Pen, _draw: random.Random) -> None:
    pen.rect((-0.75, -0.45, 0.75, 0.45), radius=0.3)
    pen.rect((-0.6, -0.32, 0.6, 0.32), radius=0.22, tone=1.3)
    pen.panel((-0.5, -0.22, 0.5, 0.22))


@thing("gift|present|gift box|wrapped present", "package|gift", materials="paper", patterned=True, plural="gifts")
def gift(pen: Pen, _draw: random.Random) -> None:
    pen.rect((-0.7, -0.3, 0.7, 0.8))
    pen.rect((-0.78, -0.45, 0.78, -0.2), tone=0.88)
    pen.rect((-0.12, -0.45, 0.12, 0.8), "accent")
    for side in (-1, 1):
        pen.smooth([(0, -0.45), (side * 0.15, -0.8), (side * 0.5, -0.85), (side * 0.4, -0.5)], "accent")


@thing("book|hardcover book|paperback", "printed matter|item of stationery", materials="paper")
def book(pen: Pen, draw: random.Random) -> None:
    pen.polygon([(-0.5, 0.85), (0.55, 0.85), (0.65, 0.95), (-0.4, 0.95)], "light")
    pen.polygon([(0.55, -0.85), (0.65, -0.75), (0.65, 0.95), (0.55, 0.85)], "light", tone=0.85)
    pen.rect((-0.6, -0.85, 0.55, 0.85))
    pen.rect((-0.6, -0.85, -0.47, 0.85), tone=0.75)
    if draw.random() < 0.5:
        pen.rect((-0.4, 0.1, 0.48, 0.7), "accent")
    pen.panel((-0.4, -0.6, 0.48, 0.0))


@thing("notebook|spiral notebook|notepad", "item of stationery|office supply", materials="paper", patterned=True)
def notebook(pen: Pen, _draw: random.Random) -> None:
    pen.rect((-0.55, -0.8, 0.6, 0.85), "light", radius=0.04)
    pen.rect((-0.6, -0.85, 0.55, 0.8), radius=0.05)
    for step in range(9):
        pen.line([(-0.68, -0.7 + 0.17 * step), (-0.5, -0.7 + 0.17 * step)], 0.04, "metal")
    pen.rect((-0.3, -0.5, 0.4, -0.05), "light")
    pen.panel((-0.25, -0.45, 0.35, -0.1))


@thing("sign|signboard|notice", "printed matter|sign", materials="metal|wood|plastic", plural="signs")
def sign(pen: Pen, draw: random.Random) -> None:
    high = draw.uniform(0.3, 0.6)
    if draw.random() < 0.4:
        pen.rect((-0.05, 0.2, 0.05, 0.97), "metal")
    pen.rect((-0.95, -high, 0.95, high * 0.8), draw.choice(("accent", "light", "dark")), radius=0.1)
    pen.rect((-0.88, -high + 0.07, 0.88, high * 0.8 - 0.07), radius=0.07)
    pen.panel((-0.78, -high * 0.8, 0.78, high * 0.6))


@thing("label|sticker|tag", "printed matter|label", materials="paper", plural="labels")
def label(pen: Pen, draw: random.Random) -> None:
    high = draw.uniform(0.3, 0.7)
    pen.rect((-0.9, -high, 0.9, high), radius=draw.choice((0.02, 0.15, 0.3)))
    if draw.random() < 0.5:
        pen.rect((-0.83, -high + 0.07, 0.83, high - 0.07), radius=0.1, tone=1.2)
    pen.panel((-0.75, -high * 0.72, 0.75, high * 0.72))


@thing("price tag|tag|swing tag", "printed matter|label", materials="paper|cardboard", turn="any")
def price_tag(pen: Pen, _draw: random.Random) -> None:
    pen.line([(-0.75, 0), (-0.95, -0.3), (-0.85, -0.6)], 0.03, "dark", smooth=True)
    pen.polygon([(-0.9, 0), (-0.6, -0.42), (0.92, -0.42), (0.92, 0.42), (-0.6, 0.42)])
    pen.round_hole(-0.7, 0, 0.07, 0.07)
    pen.panel((-0.52, -0.3, 0.82, 0.3))


@thing("poster|placard|print", "printed matter|wall decoration", materials="paper")
def poster(pen: Pen, draw: random.Random) -> None:
    pen.rect((-0.65, -0.93, 0.65, 0.93), draw.choice(("dark", "light", "wood")))
    pen.rect((-0.6, -0.88, 0.6, 0.88))
    pen.ellipse(0, 0.35, 0.35, role="accent")
    pen.panel((-0.52, -0.75, 0.52, -0.15))


@thing("banner|flag|pennant", "sign|piece of fabric", materials="fabric|cotton|nylon")
def banner(pen: Pen, draw: random.Random) -> None:
    pen.rect((-0.95, -0.9, -0.87, 0.95), draw.choice(("wood", "metal")))
    wave = draw.uniform(-0.1, 0.1)
    pen.smooth([(-0.88, -0.6), (0, -0.6 + wave), (0.93, -0.6), (0.93, 0.3), (0, 0.3 + wave), (-0.88, 0.3)])
    pen.panel((-0.8, -0.42, 0.8, 0.12))


@thing("envelope|letter", "item of stationery|office supply", materials="paper", turn="any")
def envelope(pen: Pen, draw: random.Random) -> None:
    pen.rect((-0.9, -0.55, 0.9, 0.6))
    pen.polygon([(-0.9, -0.55), (0.9, -0.55), (0, 0.12)], tone=0.88)
    if draw.random() < 0.5:
        pen.ellipse(0, 0.08, 0.12, role="accent")


@thing("pencil|coloured pencil", "item of stationery|office supply", materials="wood", turn="any")
def pencil(pen: Pen, _draw: random.Random) -> None:
    pen.rect((-0.09, -0.75, 0.09, 0.65))
    pen.rect((-0.09, -0.95, 0.09, -0.78), "pink", radius=0.03)
    pen.rect((-0.09, -0.82, 0.09, -0.72), "metal")
    pen.polygon([(-0.09, 0.65), (0.09, 0.65), (0, 0.95)], "toast")
    pen.polygon([(-0.03, 0.86), (0.03, 0.86), (0, 0.95)], "body")


@thing(
    "scissors|pair of scissors",
    "item of stationery|tool",
    materials="steel|metal",
    turn="any",
    plural="pairs of scissors",
)
def scissors(pen: Pen, _draw: random.Random) -> None:
    for side in (-1, 1):
        pen.polygon([(side * 0.05, 0.2), (side * -0.12, 0.25), (side * -0.28, -0.9)], "metal")
        pen.line([(side * -0.05, 0.1), (side * 0.2, 0.45)], 0.1)
        pen.ellipse(side * 0.3, 0.68, 0.24, 0.26)
    for side in (-1, 1):
        pen.round_hole(side * 0.3, 0.68, 0.14, 0.16)
