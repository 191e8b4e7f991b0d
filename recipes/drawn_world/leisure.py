"""Toys, sports, music and vehicles, drawn."""

from __future__ import annotations

import math
import random

from .pen import Pen
from .things import thing


@thing("ball|beach ball|rubber ball", "toy|sports item", materials="rubber|plastic", turn="any")
def ball(pen: Pen, draw: random.Random) -> None:
    pen.ellipse(0, 0, 0.8)
    for tilt in (-0.5, 0.5):
        pen.smooth(
            [(0, -0.78), (tilt * 0.9, -0.3), (tilt * 0.9, 0.3), (0, 0.78), (tilt * 0.25, 0)],
            draw.choice(("accent", "light")),
        )
    pen.ellipse(0, -0.7, 0.1, 0.06, "light")


@thing("football|soccer ball", "ball|sports item", colours="white", materials="leather", turn="any")
def football(pen: Pen, _draw: random.Random) -> None:
    pen.ellipse(0, 0, 0.8)
    for k in range(6):
        a = 2 * math.pi * k / 5 - math.pi / 2
        x, y, r = (0, 0, 0.25) if k == 5 else (0.62 * math.cos(a), 0.62 * math.sin(a), 0.17)
        if k < 5:
            pen.line([(0, 0), (x, y)], 0.03, "dark")
        pen.polygon([(x + r * math.cos(a + 1.2566 * j), y + r * math.sin(a + 1.2566 * j)) for j in range(5)], "dark")


@thing("basketball", "ball|sports item", colours="orange", materials="rubber|leather", turn="any")
def basketball(pen: Pen, _draw: random.Random) -> None:
    pen.ellipse(0, 0, 0.8)
    pen.line([(-0.8, 0), (0.8, 0)], 0.04, "dark")
    pen.line([(0, -0.8), (0, 0.8)], 0.04, "dark")
    for side in (-1, 1):
        pen.line([(side * 0.6, -0.55), (side * 0.3, 0), (side * 0.6, 0.55)], 0.04, "dark", smooth=True)


@thing("tennis ball", "ball|sports item", colours="lime", turn="any")
def tennis_ball(pen: Pen, _draw: random.Random) -> None:
    pen.ellipse(0, 0, 0.75)
    for side in (-1, 1):
        pen.line([(side * 0.6, -0.45), (side * 0.22, 0), (side * 0.6, 0.45)], 0.06, "light", smooth=True)


@thing("tennis racket|racket", "sports item|sports equipment", materials="carbon|aluminium", turn="any")
def racket(pen: Pen, _draw: random.Random) -> None:
    pen.line([(0, 0.1), (0, 0.92)], 0.1, "dark")
    pen.ellipse(0, -0.4, 0.42, 0.54)
    pen.round_hole(0, -0.4, 0.34, 0.46)
    for k in range(-3, 4):
        reach = math.sqrt(max(0.0, 1 - (k * 0.1 / 0.36) ** 2))
        pen.line([(k * 0.1, -0.4 - 0.47 * reach), (k * 0.1, -0.4 + 0.47 * reach)], 0.015, "light")
        pen.line([(-0.36 * reach, -0.4 + k * 0.13), (0.36 * reach, -0.4 + k * 0.13)], 0.015, "light")


@thing("dumbbell|weight|hand weight", "sports item|sports equipment", materials="steel|rubber", turn="any")
def dumbbell(pen: Pen, _draw: random.Random) -> None:
    pen.rect((-0.6, -0.09, 0.6, 0.09), "metal")
    for side in (-1, 1):
        pen.rect((side * 0.52 - 0.11, -0.45, side * 0.52 + 0.11, 0.45), radius=0.06)
        pen.rect((side * 0.78 - 0.11, -0.33, side * 0.78 + 0.11, 0.33), radius=0.06, tone=0.85)


@thing("skateboard|longboard", "sports item|toy", materials="wood|plastic")
def skateboard(pen: Pen, draw: random.Random) -> None:
    for x in (-0.55, 0.55):
        pen.polygon([(x - 0.08, 0.05), (x + 0.08, 0.05), (x + 0.04, 0.22), (x - 0.04, 0.22)], "metal")
        pen.ellipse(x, 0.26, 0.13, role=draw.choice(("accent", "light")))
    pen.smooth(
        [(-0.95, -0.22), (-0.7, -0.03), (0, 0.0), (0.7, -0.03), (0.95, -0.22), (0.72, 0.1), (0, 0.12), (-0.72, 0.1)]
    )


@thing("bicycle|bike|push bike", "vehicle|sports item", materials="steel|aluminium|carbon")
def bicycle(pen: Pen, _draw: random.Random) -> None:
    for x in (-0.55, 0.55):
        pen.line(
            [(x + 0.38 * math.cos(a), 0.35 + 0.38 * math.sin(a)) for a in (k * math.pi / 12 for k in range(25))],
            0.06,
            "tyre",
        )
        for k in range(4):
            a = k * math.pi / 4
            dx, dy = 0.36 * math.cos(a), 0.36 * math.sin(a)
            pen.line([(x - dx, 0.35 - dy), (x + dx, 0.35 + dy)], 0.012, "metal")
    pen.line([(-0.55, 0.35), (-0.25, -0.25), (0.38, -0.3), (0.0, 0.35), (-0.55, 0.35)], 0.07)
    pen.line([(-0.0, 0.35), (-0.28, -0.4)], 0.07)
    pen.line([(0.55, 0.35), (0.36, -0.5), (0.6, -0.58)], 0.07)
    pen.line([(-0.42, -0.42), (-0.15, -0.42)], 0.1, "dark")
    pen.ellipse(0, 0.35, 0.1, role="dark")


@thing("car|toy car|automobile", "vehicle|toy", materials="metal|plastic")
def car(pen: Pen, draw: random.Random) -> None:
    roof = draw.uniform(-0.5, -0.3)
    pen.smooth(
        [
            (-0.92, 0.3),
            (-0.9, 0.0),
            (-0.55, -0.08),
            (-0.35, roof),
            (0.25, roof),
            (0.5, -0.06),
            (0.9, 0.05),
            (0.95, 0.3),
            (0, 0.34),
        ]
    )
    pen.polygon([(-0.46, -0.07), (-0.3, roof + 0.08), (-0.05, roof + 0.06), (-0.05, -0.06)], "glass")
    pen.polygon([(0.02, -0.06), (0.02, roof + 0.06), (0.2, roof + 0.08), (0.38, -0.05)], "glass")
    for x in (-0.55, 0.55):
        pen.ellipse(x, 0.33, 0.19, role="tyre")
        pen.ellipse(x, 0.33, 0.1, role="metal")
    pen.ellipse(0.88, 0.1, 0.05, role="glow")


@thing("truck|lorry|toy truck|van", "vehicle|toy", materials="metal|plastic")
def truck(pen: Pen, _draw: random.Random) -> None:
    pen.rect((-0.93, -0.5, 0.35, 0.35), "accent")
    pen.polygon([(0.38, -0.25), (0.7, -0.25), (0.93, 0.05), (0.93, 0.35), (0.38, 0.35)])
    pen.polygon([(0.5, -0.16), (0.68, -0.16), (0.82, 0.04), (0.5, 0.04)], "glass")
    for x in (-0.6, -0.1, 0.65):
        pen.ellipse(x, 0.42, 0.17, role="tyre")
        pen.ellipse(x, 0.42, 0.08, role="metal")
    pen.panel((-0.85, -0.4, 0.28, 0.2))


@thing("sailing boat|boat|toy boat|sailboat", "vehicle|toy", materials="wood|plastic")
def boat(pen: Pen, _draw: random.Random) -> None:
    pen.line([(0, -0.9), (0, 0.4)], 0.05, "wood")
    pen.polygon([(0.05, -0.85), (0.7, 0.2), (0.05, 0.2)], "light")
    pen.polygon([(-0.05, -0.7), (-0.55, 0.2), (-0.05, 0.2)], "accent")
    pen.polygon([(-0.85, 0.35), (0.9, 0.35), (0.6, 0.8), (-0.6, 0.8)])


@thing("aeroplane|airplane|toy plane|plane", "vehicle|toy", materials="metal|plastic", turn="any")
def aeroplane(pen: Pen, _draw: random.Random) -> None:
    pen.polygon([(-0.1, -0.1), (0.25, -0.1), (-0.15, -0.85), (-0.35, -0.85)], tone=0.85)
    pen.polygon([(-0.8, -0.05), (-0.6, -0.05), (-0.75, -0.4), (-0.92, -0.4)], "accent")
    pen.smooth([(-0.92, 0.0), (-0.5, -0.14), (0.5, -0.15), (0.95, 0.05), (0.5, 0.15), (-0.5, 0.12)])
    pen.polygon([(-0.1, 0.05), (0.25, 0.05), (-0.15, 0.85), (-0.35, 0.85)], tone=0.9)
    for k in range(5):
        pen.ellipse(-0.3 + 0.18 * k, -0.04, 0.035, role="glass")


@thing("train|toy train|locomotive", "vehicle|toy", materials="wood|metal|plastic")
def train(pen: Pen, _draw: random.Random) -> None:
    pen.rect((0.45, -0.65, 0.62, -0.15), "dark")
    pen.rect((-0.2, -0.25, 0.85, 0.35), radius=0.12)
    pen.rect((-0.85, -0.7, -0.15, 0.35), "accent")
    pen.rect((-0.9, -0.8, -0.1, -0.66), "dark")
    pen.rect((-0.7, -0.5, -0.3, -0.1), "glass")
    for x in (-0.6, 0.0, 0.55):
        pen.ellipse(x, 0.48, 0.21, role="dark")
        pen.ellipse(x, 0.48, 0.09, role="red")


@thing(
    "teddy bear|soft toy|cuddly toy|stuffed bear",
    "toy|soft toy",
    materials="plush|fabric|cotton",
    colours="brown|beige|cream|white|pink|mustard|grey",
)
def teddy(pen: Pen, _draw: random.Random) -> None:
    for side in (-1, 1):
        pen.ellipse(side * 0.34, -0.78, 0.16)
        pen.ellipse(side * 0.34, -0.78, 0.08, role="body", tone=0.75)
        pen.ellipse(side * 0.52, 0.12, 0.16, 0.32, "body", tone=0.9)
        pen.ellipse(side * 0.36, 0.75, 0.22, 0.2, "body", tone=0.9)
    pen.ellipse(0, 0.3, 0.46, 0.5)
    pen.ellipse(0, 0.34, 0.28, 0.32, "body", tone=1.35)
    pen.ellipse(0, -0.48, 0.42, 0.37)
    pen.ellipse(0, -0.36, 0.18, 0.14, "body", tone=1.4)
    for x in (-0.15, 0.15):
        pen.ellipse(x, -0.55, 0.045, role="dark")
    pen.ellipse(0, -0.41, 0.06, 0.04, "dark")


@thing("doll|rag doll", "toy", materials="fabric|plastic")
def doll(pen: Pen, draw: random.Random) -> None:
    pen.ellipse(0, -0.55, 0.4, 0.38, draw.choice(("wood", "dark", "gold")))
    for side in (-1, 1):
        pen.line([(side * 0.12, 0.5), (side * 0.14, 0.9)], 0.1, "skin")
        pen.line([(side * 0.15, -0.1), (side * 0.45, 0.2)], 0.1, "skin")
    pen.polygon([(-0.15, -0.2), (0.15, -0.2), (0.45, 0.6), (-0.45, 0.6)])
    pen.ellipse(0, -0.48, 0.3, 0.29, "skin")
    for x in (-0.1, 0.1):
        pen.ellipse(x, -0.5, 0.035, role="dark")
    pen.line([(-0.08, -0.36), (0, -0.33), (0.08, -0.36)], 0.025, "red")


@thing("toy robot|robot", "toy", materials="metal|plastic")
def robot(pen: Pen, _draw: random.Random) -> None:
    pen.line([(0, -0.7), (0, -0.9)], 0.04, "metal")
    pen.ellipse(0, -0.92, 0.05, role="red")
    for side in (-1, 1):
        pen.line([(side * 0.45, -0.1), (side * 0.72, 0.3)], 0.12, "metal")
        pen.rect((side * 0.22 - 0.12, 0.4, side * 0.22 + 0.12, 0.9), "metal", radius=0.03)
    pen.rect((-0.45, -0.2, 0.45, 0.5), radius=0.06)
    pen.rect((-0.33, -0.72, 0.33, -0.24), radius=0.06, tone=1.1)
    for x in (-0.15, 0.15):
        pen.ellipse(x, -0.52, 0.08, role="glow")
    pen.rect((-0.25, -0.02, 0.25, 0.3), "accent")


@thing("building blocks|toy blocks|wooden blocks", "toy", materials="wood|plastic", plural="building blocks")
def blocks(pen: Pen, draw: random.Random) -> None:
    for x, y, role in ((-0.45, 0.45, "body"), (0.25, 0.45, "accent"), (-0.1, -0.2, "glow")):
        pen.rect((x - 0.33, y - 0.32, x + 0.33, y + 0.33), role)
        pen.rect((x - 0.24, y - 0.23, x + 0.24, y + 0.24), role, tone=1.25)
    if draw.random() < 0.6:
        pen.polygon([(-0.45, -0.52), (0.25, -0.52), (-0.1, -0.93)], "red")


@thing("kite", "toy", materials="paper|nylon", patterned=True)
def kite(pen: Pen, _draw: random.Random) -> None:
    pen.line([(0, 0.3), (-0.15, 0.55), (0.15, 0.7), (-0.05, 0.95)], 0.03, "dark", smooth=True)
    pen.polygon([(0, -0.95), (0.55, -0.35), (0, 0.4), (-0.55, -0.35)])
    pen.polygon([(0, -0.95), (0.55, -0.35), (0, -0.35)], "accent")
    pen.polygon([(0, 0.4), (-0.55, -0.35), (0, -0.35)], "accent")


@thing("balloon|party balloon", "toy|party item", materials="rubber")
def balloon(pen: Pen, _draw: random.Random) -> None:
    pen.line([(0, 0.4), (0.06, 0.7), (-0.05, 0.95)], 0.025, "dark", smooth=True)
    pen.turned([(0.1, -0.92), (0.5, -0.6), (0.52, -0.15), (0.2, 0.3), (0.02, 0.42)], smooth=True)
    pen.polygon([(-0.07, 0.46), (0, 0.38), (0.07, 0.46)])


@thing("die|dice", "toy|game piece", materials="plastic|wood", plural="dice", turn="any")
def dice(pen: Pen, draw: random.Random) -> None:
    pen.rect((-0.7, -0.7, 0.7, 0.7), radius=0.18)
    spots = {1: "c", 2: "ai", 3: "aci", 4: "agdi", 5: "agcdi", 6: "abdfgi"}[draw.randint(1, 6)]
    places = {"a": (-1, -1), "b": (-1, 0), "c": (0, 0), "d": (1, -1), "f": (1, 0), "g": (-1, 1), "i": (1, 1)}
    for spot in spots:
        x, y = places[spot]
        pen.ellipse(x * 0.38, y * 0.38, 0.12, role="keys")


@thing(
    "guitar|acoustic guitar",
    "musical instrument",
    materials="wood",
    colours="brown|mustard|beige|black|red",
    turn="any",
)
def guitar(pen: Pen, _draw: random.Random) -> None:
    pen.rect((-0.06, -0.75, 0.06, 0.2), "dark")
    pen.rect((-0.1, -0.95, 0.1, -0.72), "wood", radius=0.03)
    pen.turned([(0.1, -0.08), (0.3, 0.02), (0.27, 0.28), (0.42, 0.6), (0.3, 0.9), (0.05, 0.94)], smooth=True)
    pen.ellipse(0, 0.3, 0.12, role="dark")
    pen.rect((-0.13, 0.66, 0.13, 0.73), "dark")
    pen.line([(0, -0.75), (0, 0.68)], 0.015, "light")


@thing("drum|toy drum", "musical instrument|toy", materials="wood|metal")
def drum(pen: Pen, _draw: random.Random) -> None:
    pen.turned([(0.7, -0.35), (0.7, 0.5), (0.5, 0.64)])
    for k in range(6):
        pen.line([(-0.7 + 0.28 * k, -0.3 if k % 2 else 0.5), (-0.42 + 0.28 * k, 0.5 if k % 2 else -0.3)], 0.03, "light")
    pen.ellipse(0, -0.38, 0.74, 0.2, "accent")
    pen.ellipse(0, -0.4, 0.66, 0.15, "light")
