"""Tools and things for care, kept general, drawn. No fasteners: those are the demo's."""

from __future__ import annotations

import random

from .pen import Pen
from .things import thing


@thing(
    "hammer|claw hammer",
    "tool|hand tool",
    materials="steel|metal",
    colours="silver|grey|charcoal|red|black",
    turn="any",
)
def hammer(pen: Pen, draw: random.Random) -> None:
    pen.rect((-0.08, -0.6, 0.08, 0.93), draw.choice(("wood", "accent")), radius=0.06)
    pen.polygon([(-0.1, -0.75), (0.4, -0.75), (0.4, -0.45), (-0.1, -0.45)])
    pen.smooth([(-0.1, -0.76), (-0.4, -0.72), (-0.68, -0.45), (-0.4, -0.58), (-0.1, -0.5)])


@thing("saw|handsaw", "tool|hand tool", materials="steel|metal", colours="silver|grey", turn="any")
def saw(pen: Pen, draw: random.Random) -> None:
    teeth = [(-0.4 + 0.068 * k, 0.3 - 0.013 * k + (0.06 if k % 2 else 0)) for k in range(20)]
    pen.polygon([(-0.4, -0.2), (0.95, -0.02), *teeth[::-1]])
    pen.smooth([(-0.95, -0.25), (-0.4, -0.25), (-0.4, 0.35), (-0.8, 0.4)], draw.choice(("wood", "accent", "dark")))
    pen.hole([(-0.8, -0.08), (-0.55, -0.08), (-0.55, 0.2), (-0.75, 0.2)])


@thing("paintbrush|paint brush", "tool|hand tool", materials="wood", turn="any", plural="paintbrushes")
def paintbrush(pen: Pen, draw: random.Random) -> None:
    pen.turned([(0.12, -0.1), (0.09, 0.4), (0.13, 0.9), (0.03, 0.95)], draw.choice(("wood", "body")))
    pen.rect((-0.24, -0.35, 0.24, -0.08), "metal")
    pen.polygon([(-0.24, -0.35), (0.24, -0.35), (0.2, -0.9), (-0.16, -0.85)], "toast")
    if draw.random() < 0.6:
        pen.polygon([(-0.22, -0.58), (0.22, -0.55), (0.2, -0.92), (-0.16, -0.87)])


@thing("tape measure|measuring tape", "tool|hand tool", materials="plastic", turn="any")
def tape_measure(pen: Pen, _draw: random.Random) -> None:
    pen.rect((0.2, 0.35, 0.97, 0.47), "glow")
    for step in range(7):
        pen.line([(0.5 + 0.065 * step, 0.36), (0.5 + 0.065 * step, 0.42)], 0.02, "dark")
    pen.rect((-0.65, -0.55, 0.5, 0.5), radius=0.25)
    pen.ellipse(-0.08, -0.03, 0.3, role="dark")


@thing("ladder|step ladder", "tool|household item", materials="wood|aluminium|metal")
def ladder(pen: Pen, _draw: random.Random) -> None:
    for x in (-0.3, 0.3):
        pen.line([(x * 0.8, -0.93), (x * 1.2, 0.93)], 0.08)
    for step in range(6):
        y = -0.75 + 0.3 * step
        pen.line([(-0.26 - 0.02 * step, y), (0.26 + 0.02 * step, y)], 0.06, tone=0.85)


@thing("broom|brush|sweeping brush", "cleaning tool|household item", materials="wood|plastic", turn="any")
def broom(pen: Pen, draw: random.Random) -> None:
    pen.line([(0, -0.93), (0, 0.35)], 0.07, draw.choice(("wood", "metal", "body")))
    pen.rect((-0.3, 0.32, 0.3, 0.5), radius=0.05)
    pen.polygon([(-0.28, 0.5), (0.28, 0.5), (0.4, 0.93), (-0.4, 0.93)], draw.choice(("toast", "accent")))


@thing("watering can", "garden tool|household item", materials="metal|plastic")
def watering_can(pen: Pen, _draw: random.Random) -> None:
    pen.line([(-0.35, -0.3), (-0.75, -0.2), (-0.7, 0.4), (-0.4, 0.5)], 0.08, smooth=True)
    pen.polygon([(0.3, 0.5), (0.3, 0.2), (0.72, -0.5), (0.82, -0.42)], tone=0.9)
    pen.polygon([(0.6, -0.6), (0.92, -0.3), (0.85, -0.25), (0.56, -0.53)], tone=0.75)
    pen.turned([(0.36, -0.3), (0.45, 0.75)])
    pen.ellipse(0, -0.3, 0.36, 0.09, "inner")


@thing(
    "key|door key", "household item|metal item", materials="metal|brass|steel", colours="silver|gold|grey", turn="any"
)
def key(pen: Pen, draw: random.Random) -> None:
    pen.ellipse(-0.6, 0, 0.32)
    pen.round_hole(-0.68, 0, 0.12, 0.12)
    pen.rect((-0.35, -0.09, 0.9, 0.09))
    for x in (0.5, 0.68, 0.84):
        pen.rect((x - 0.05, 0.05, x + 0.05, draw.uniform(0.2, 0.3)))


@thing("toothbrush", "toiletry|household item", materials="plastic|bamboo", turn="any", plural="toothbrushes")
def toothbrush(pen: Pen, draw: random.Random) -> None:
    pen.rect((-0.35, -0.3, -0.0, -0.05), "light")
    pen.line([(0.9, 0.05), (0.3, 0.02), (-0.1, 0.0), (-0.92, 0.0)], 0.11, smooth=True)
    for k in range(6):
        pen.line([(-0.85 + 0.09 * k, -0.05), (-0.85 + 0.09 * k, -0.28)], 0.05, draw.choice(("light", "accent")))


@thing("comb|hair comb", "beauty product|toiletry", materials="plastic|wood|metal", turn="any")
def comb(pen: Pen, _draw: random.Random) -> None:
    pen.rect((-0.9, -0.3, 0.9, -0.08), radius=0.08)
    for k in range(18):
        pen.rect((-0.86 + 0.1 * k, -0.1, -0.81 + 0.1 * k, 0.32))


@thing("hairbrush|brush", "beauty product|toiletry", materials="plastic|wood", turn="any", plural="hairbrushes")
def hairbrush(pen: Pen, _draw: random.Random) -> None:
    pen.rect((-0.08, 0.1, 0.08, 0.95), radius=0.07)
    pen.ellipse(0, -0.4, 0.36, 0.52)
    pen.ellipse(0, -0.4, 0.27, 0.42, "accent")
    for row in range(5):
        for column in range(3):
            pen.ellipse(-0.14 + 0.14 * column, -0.68 + 0.14 * row, 0.03, role="dark")
