"""Plain shapes, the letters of pictures."""

from __future__ import annotations

import math
import random

from .pen import Pen
from .things import thing

KIND = "shape|figure|geometric shape"


def _regular(corners: int, *, inner: float = 0.0, start: float = -math.pi / 2) -> list[tuple[float, float]]:
    """Corners of a regular polygon on the circle of radius .9, or of a star where `inner` is a share of it."""
    steps = corners * 2 if inner else corners
    reach = [0.9 if not inner or step % 2 == 0 else 0.9 * inner for step in range(steps)]
    return [
        (r * math.cos(start + 2 * math.pi * k / steps), r * math.sin(start + 2 * math.pi * k / steps))
        for k, r in enumerate(reach)
    ]


@thing("circle|disc|round dot", KIND, patterned=True)
def circle(pen: Pen, _draw: random.Random) -> None:
    pen.ellipse(0, 0, 0.88)


@thing("oval|ellipse", KIND, turn="any", patterned=True)
def oval(pen: Pen, draw: random.Random) -> None:
    pen.ellipse(0, 0, 0.9, draw.uniform(0.45, 0.6))


@thing("square", KIND, patterned=True)
def square(pen: Pen, _draw: random.Random) -> None:
    pen.rect((-0.78, -0.78, 0.78, 0.78))


@thing("rectangle|oblong", KIND, patterned=True)
def rectangle(pen: Pen, draw: random.Random) -> None:
    high = draw.uniform(0.35, 0.5)
    pen.rect((-0.9, -high, 0.9, high))


@thing("triangle", KIND, patterned=True)
def triangle(pen: Pen, _draw: random.Random) -> None:
    pen.polygon(_regular(3))


@thing("diamond|rhombus|lozenge", KIND, patterned=True)
def diamond(pen: Pen, draw: random.Random) -> None:
    pen.polygon([(0, -0.92), (draw.uniform(0.55, 0.7), 0), (0, 0.92), (-0.62, 0)])


@thing("pentagon", KIND, patterned=True)
def pentagon(pen: Pen, _draw: random.Random) -> None:
    pen.polygon(_regular(5))


@thing("hexagon", KIND, patterned=True)
def hexagon(pen: Pen, _draw: random.Random) -> None:
    pen.polygon(_regular(6))


@thing("star|five-pointed star", KIND, patterned=True)
def star(pen: Pen, draw: random.Random) -> None:
    pen.polygon(_regular(draw.choice((5, 5, 5, 6, 8)), inner=draw.uniform(0.38, 0.55)))


@thing("heart", KIND, patterned=True)
def heart(pen: Pen, _draw: random.Random) -> None:
    outline = []
    for t in (2 * math.pi * k / 36 for k in range(36)):
        y = 13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)
        outline.append((0.96 * math.sin(t) ** 3, -0.06 * y))
    pen.polygon(outline)


@thing("cross|plus sign", KIND, plural="crosses", patterned=True)
def cross(pen: Pen, draw: random.Random) -> None:
    w = draw.uniform(0.2, 0.32)
    pen.polygon([(-w, -0.88), (w, -0.88), (w, -w), (0.88, -w), (0.88, w), (w, w), (w, 0.88), (-w, 0.88), (-w, w),
            (-0.88, w),
                 (-0.88, -w), (-w, -w)])  # fmt: skip


@thing("arrow", KIND, turn="any")
def arrow(pen: Pen, _draw: random.Random) -> None:
    pen.polygon([(-0.9, -0.2), (0.2, -0.2), (0.2, -0.6), (0.92, 0), (0.2, 0.6), (0.2, 0.2), (-0.9, 0.2)])


@thing("crescent|moon|half moon", KIND)
def crescent(pen: Pen, draw: random.Random) -> None:
    pen.ellipse(0, 0, 0.85)
    pen.round_hole(draw.uniform(0.35, 0.5), -0.1, 0.68, 0.68)


@thing("ring shape|hoop|circle outline", KIND)
def hoop(pen: Pen, draw: random.Random) -> None:
    inner = draw.uniform(0.5, 0.7)
    pen.ellipse(0, 0, 0.88)
    pen.round_hole(0, 0, inner, inner)


@thing("stripe|bar|band", KIND, turn="any")
def stripe(pen: Pen, _draw: random.Random) -> None:
    pen.rect((-0.98, -0.16, 0.98, 0.16))


@thing("half circle|semicircle", KIND, turn="any", patterned=True)
def semicircle(pen: Pen, _draw: random.Random) -> None:
    pen.polygon([(0.88 * math.cos(a), 0.4 - 0.88 * math.sin(a)) for a in (math.pi * k / 20 for k in range(21))])


@thing("wave|wavy line", KIND)
def wave(pen: Pen, draw: random.Random) -> None:
    pen.line([(-0.9 + 0.3 * k, draw.uniform(0.2, 0.35) * (-1) ** k) for k in range(7)], 0.16, smooth=True)


@thing("spiral|swirl", KIND)
def spiral(pen: Pen, _draw: random.Random) -> None:
    pen.line([(0.042 * k * math.cos(0.6 * k), 0.042 * k * math.sin(0.6 * k)) for k in range(21)], 0.11, smooth=True)
