"""Electronics, drawn."""

from __future__ import annotations

import random

from .pen import Pen
from .things import thing

KIND = "electronic device|piece of electronics|gadget"
PLASTIC = "plastic|metal|aluminium"


@thing("phone|smartphone|mobile phone|cell phone", KIND, materials="glass|plastic|metal", turn="any")
def phone(pen: Pen, draw: random.Random) -> None:
    wide = draw.uniform(0.4, 0.48)
    pen.rect((-wide, -0.9, wide, 0.9), radius=0.13)
    if draw.random() < 0.7:
        pen.rect((-wide + 0.05, -0.84, wide - 0.05, 0.84), "screen", radius=0.09)
        if draw.random() < 0.5:
            for row in range(4):
                for column in range(3):
                    role = draw.choice(("accent", "light", "body"))
                    x, y = -0.24 + 0.24 * column, -0.6 + 0.26 * row
                    pen.rect((x - 0.08, y - 0.08, x + 0.08, y + 0.08), role, radius=0.03)
        pen.rect((-0.1, -0.8, 0.1, -0.76), "dark", radius=0.02)
    else:
        pen.rect((-wide + 0.06, -0.84, -0.02, -0.4), "body", radius=0.08, tone=0.8)
        for y in (-0.73, -0.52):
            pen.ellipse(-wide + 0.2, y, 0.08, role="dark")


@thing("laptop|notebook computer|laptop computer", KIND + "|computer", materials="aluminium|plastic|metal")
def laptop(pen: Pen, draw: random.Random) -> None:
    pen.rect((-0.68, -0.65, 0.68, 0.25), radius=0.05, tone=0.8)
    pen.rect((-0.61, -0.58, 0.61, 0.18), "screen")
    if draw.random() < 0.5:
        pen.rect((-0.5, -0.45, draw.uniform(-0.1, 0.4), 0.0), "light")
    pen.polygon([(-0.68, 0.25), (0.68, 0.25), (0.92, 0.6), (-0.92, 0.6)])
    pen.polygon([(-0.6, 0.29), (0.6, 0.29), (0.7, 0.44), (-0.7, 0.44)], "dark")
    pen.polygon([(-0.2, 0.47), (0.2, 0.47), (0.23, 0.56), (-0.23, 0.56)], tone=0.85)
    pen.polygon([(-0.92, 0.6), (0.92, 0.6), (0.9, 0.65), (-0.9, 0.65)], tone=0.6)


@thing(
    "headphones|over-ear headphones|headset",
    KIND + "|audio device",
    materials="plastic|leather|metal",
    plural="headphones",
)
def headphones(pen: Pen, _draw: random.Random) -> None:
    pen.line([(-0.6, 0.25), (-0.62, -0.35), (0, -0.82), (0.62, -0.35), (0.6, 0.25)], 0.13, smooth=True)
    for side in (-1, 1):
        pen.ellipse(side * 0.55, 0.35, 0.2, 0.36, "dark")
        pen.ellipse(side * 0.66, 0.35, 0.18, 0.36, "body", tone=0.9)


@thing(
    "earphones|earbuds|in-ear headphones", KIND + "|audio device", materials="plastic", turn="any", plural="earphones"
)
def earphones(pen: Pen, draw: random.Random) -> None:
    bend = draw.uniform(-0.3, 0.3)
    for side in (-1, 1):
        pen.line([(side * 0.45, -0.6), (side * 0.4, -0.1), (side * 0.05, 0.2)], 0.05, smooth=True)
        pen.ellipse(side * 0.45, -0.68, 0.15, 0.17)
        pen.ellipse(side * 0.45, -0.72, 0.08, 0.09, "dark")
    pen.line([(0, 0.2), (bend, 0.5), (-bend, 0.75), (0, 0.9)], 0.05, smooth=True)


@thing("camera|digital camera|photo camera", KIND, materials=PLASTIC + "|leather",
       colours="black|silver|charcoal|red|brown|white|teal")  # fmt: skip
def camera(pen: Pen, draw: random.Random) -> None:
    pen.polygon([(-0.3, -0.45), (-0.2, -0.65), (0.2, -0.65), (0.3, -0.45)], tone=0.9)
    pen.rect((-0.65, -0.57, -0.42, -0.42), "metal", radius=0.03)
    pen.rect((-0.85, -0.45, 0.85, 0.55), radius=0.12)
    pen.rect((-0.85, -0.1, 0.85, 0.35), "accent" if draw.random() < 0.4 else "body", tone=0.85)
    lens = draw.uniform(0.34, 0.42)
    for radius, role in ((lens, "metal"), (lens * 0.88, "dark"), (lens * 0.6, "screen"), (lens * 0.25, "dark")):
        pen.ellipse(0, 0.05, radius, role=role)
    pen.ellipse(-0.1, -0.05, 0.05, role="light")
    pen.rect((0.5, -0.37, 0.72, -0.22), "light", radius=0.03)


@thing("television|TV|telly|flat-screen TV", KIND + "|screen", materials="plastic",
       colours="black|charcoal|silver|white", plural="televisions")  # fmt: skip
def television(pen: Pen, draw: random.Random) -> None:
    pen.polygon([(-0.12, 0.5), (0.12, 0.5), (0.16, 0.7), (-0.16, 0.7)], tone=0.7)
    pen.rect((-0.45, 0.67, 0.45, 0.74), radius=0.03)
    pen.rect((-0.95, -0.6, 0.95, 0.53), radius=0.03)
    pen.rect((-0.9, -0.55, 0.9, 0.46), "screen")
    if draw.random() < 0.5:
        pen.polygon([(-0.9, 0.46), (-0.3, -0.1), (0.1, 0.25), (0.45, -0.15), (0.9, 0.46)], "accent")
        pen.ellipse(0.5, -0.3, 0.12, role="light")


@thing("monitor|computer screen|display", KIND + "|screen", materials="plastic", colours="black|charcoal|silver|white")
def monitor(pen: Pen, draw: random.Random) -> None:
    pen.rect((-0.08, 0.4, 0.08, 0.75), "metal")
    pen.ellipse(0, 0.78, 0.4, 0.08, "metal")
    pen.rect((-0.8, -0.65, 0.8, 0.48), radius=0.05)
    pen.rect((-0.74, -0.59, 0.74, 0.36), "screen")
    for row in range(draw.randint(0, 4)):
        pen.rect((-0.6, -0.45 + 0.2 * row, draw.uniform(-0.2, 0.5), -0.37 + 0.2 * row), "light")


@thing("cable|charging cable|USB cable|cord", KIND + "|accessory", materials="plastic|rubber|braided nylon", turn="any")
def cable(pen: Pen, draw: random.Random) -> None:
    loops = [(draw.uniform(-0.6, 0.6), draw.uniform(-0.6, 0.6)) for _ in range(draw.randint(2, 4))]
    pen.line([(-0.75, 0.6), *loops, (0.75, -0.6)], 0.08, smooth=True)
    for x, y in ((-0.75, 0.6), (0.75, -0.6)):
        pen.rect((x - 0.1, y - 0.13, x + 0.1, y + 0.13), "dark", radius=0.04)
        pen.rect((x - 0.06, y + (0.13 if y > 0 else -0.28), x + 0.06, y + (0.28 if y > 0 else -0.13)), "metal")


@thing("plug|power plug|electric plug", "electrical item|accessory", materials="plastic|rubber", turn="any")
def plug(pen: Pen, _draw: random.Random) -> None:
    pen.line([(0, 0.3), (0.05, 0.6), (-0.15, 0.95)], 0.12, smooth=True)
    for x in (-0.17, 0.17):
        pen.rect((x - 0.05, -0.9, x + 0.05, -0.35), "metal", radius=0.03)
    pen.turned([(0.4, -0.4), (0.42, -0.1), (0.2, 0.3), (0.12, 0.45)])


@thing("keyboard|computer keyboard", KIND + "|computer accessory", materials="plastic|aluminium", turn="any")
def keyboard(pen: Pen, _draw: random.Random) -> None:
    pen.rect((-0.95, -0.36, 0.95, 0.36), radius=0.06)
    for row in range(3):
        for column in range(11):
            x, y = -0.9 + 0.165 * column, -0.3 + 0.155 * row
            pen.rect((x, y, x + 0.13, y + 0.12), "keys")
    for x0, x1 in ((-0.9, -0.6), (-0.55, 0.4), (0.45, 0.88)):
        pen.rect((x0, 0.17, x1, 0.29), "keys")


@thing("computer mouse|mouse|wireless mouse", KIND + "|computer accessory", materials="plastic", turn="any",
       plural="computer mice")  # fmt: skip
def computer_mouse(pen: Pen, draw: random.Random) -> None:
    pen.ellipse(0, 0, draw.uniform(0.42, 0.52), 0.78)
    pen.line([(0, -0.76), (0, -0.1)], 0.03, tone=0.5)
    pen.rect((-0.06, -0.55, 0.06, -0.25), "dark", radius=0.05)


@thing("desk lamp|lamp|table lamp|reading lamp", "light|lamp|household item", materials="metal|plastic")
def desk_lamp(pen: Pen, draw: random.Random) -> None:
    pen.ellipse(-0.2, 0.82, 0.42, 0.1, tone=0.85)
    pen.line([(-0.2, 0.8), (-0.5, 0.05), (0.1, -0.5)], 0.07, draw.choice(("metal", "body")))
    pen.ellipse(-0.5, 0.05, 0.06, role="dark")
    pen.polygon([(-0.02, -0.65), (0.2, -0.75), (0.85, -0.35), (0.45, 0.08)])
    pen.polygon([(0.85, -0.35), (0.45, 0.08), (0.6, 0.02), (0.82, -0.22)], "glow")


@thing("table lamp|lamp|bedside lamp", "light|lamp|household item", materials="fabric|ceramic|glass", patterned=True)
def table_lamp(pen: Pen, _draw: random.Random) -> None:
    pen.turned([(0.08, -0.2), (0.25, 0.25), (0.2, 0.6), (0.33, 0.85)], "accent", smooth=True)
    pen.rect((-0.04, -0.3, 0.04, -0.1), "metal")
    pen.polygon([(-0.35, -0.9), (0.35, -0.9), (0.62, -0.15), (-0.62, -0.15)])


@thing("light bulb|bulb|LED bulb", "light|electrical item", materials="glass", colours="cream|yellow|white", turn="any")
def light_bulb(pen: Pen, _draw: random.Random) -> None:
    pen.rect((-0.2, 0.4, 0.2, 0.85), "metal", radius=0.06)
    for y in (0.5, 0.62, 0.74):
        pen.line([(-0.2, y), (0.2, y - 0.04)], 0.03, "metal", tone=0.6)
    pen.turned([(0.05, -0.85), (0.48, -0.6), (0.5, -0.2), (0.26, 0.2), (0.2, 0.45)], smooth=True)


@thing(
    "watch|wristwatch|wrist watch",
    "accessory|timepiece|piece of jewellery",
    materials="leather|metal|steel|rubber",
    turn="any",
)
def watch(pen: Pen, draw: random.Random) -> None:
    wide = draw.uniform(0.2, 0.28)
    pen.polygon([(-wide * 0.8, -0.95), (wide * 0.8, -0.95), (wide, -0.3), (wide, 0.3), (wide * 0.7, 0.95),
                 (-wide * 0.7, 0.95), (-wide, 0.3), (-wide, -0.3)])  # fmt: skip
    pen.rect((0.38, -0.05, 0.5, 0.05), "metal", radius=0.02)
    square = draw.random() < 0.3
    for radius, role in ((0.42, "metal"), (0.34, draw.choice(("light", "dark", "accent")))):
        if square:
            pen.rect((-radius, -radius, radius, radius), role, radius=0.1)
        else:
            pen.ellipse(0, 0, radius, role=role)
    pen.line([(0, 0), (draw.uniform(-0.2, 0.2), -0.2)], 0.04, "metal", tone=0.5)
    pen.line([(0, 0), (0.22, draw.uniform(-0.15, 0.15))], 0.03, "metal", tone=0.5)


@thing("loudspeaker|speaker|hi-fi speaker", KIND + "|audio device", materials="wood|plastic")
def loudspeaker(pen: Pen, _draw: random.Random) -> None:
    pen.rect((-0.48, -0.88, 0.48, 0.88), radius=0.06)
    for y, radius in ((-0.45, 0.22), (0.3, 0.36)):
        pen.ellipse(0, y, radius, role="metal")
        pen.ellipse(0, y, radius * 0.86, role="dark")
        pen.ellipse(0, y, radius * 0.35, role="metal", tone=0.5)


@thing("game controller|gamepad|joypad", KIND + "|toy", materials="plastic", turn="any")
def game_controller(pen: Pen, _draw: random.Random) -> None:
    pen.smooth([(-0.55, -0.4), (0, -0.3), (0.55, -0.4), (0.88, 0.1), (0.78, 0.55), (0.4, 0.2), (-0.4, 0.2),
            (-0.78, 0.55),
                (-0.88, 0.1)])  # fmt: skip
    pen.rect((-0.62, -0.16, -0.36, -0.08), "dark")
    pen.rect((-0.53, -0.25, -0.45, 0.01), "dark")
    for (dx, dy), role in zip(
        ((0.1, 0), (-0.1, 0), (0, 0.1), (0, -0.1)), ("accent", "light", "dark", "metal"), strict=True
    ):
        pen.ellipse(0.5 + dx, -0.12 + dy, 0.055, role=role)


@thing("hair dryer|blow dryer", KIND + "|small appliance", materials="plastic", turn="any")
def hair_dryer(pen: Pen, _draw: random.Random) -> None:
    pen.polygon([(0.1, 0.0), (0.4, 0.0), (0.3, 0.9), (0.06, 0.88)], tone=0.85)
    pen.polygon([(-0.85, -0.5), (-0.85, 0.0), (-0.2, -0.02), (-0.2, -0.48)], "dark")
    pen.smooth([(-0.3, -0.5), (0.3, -0.6), (0.62, -0.25), (0.3, 0.1), (-0.3, 0.02)])
    pen.ellipse(0.35, -0.25, 0.15, role="accent")


@thing("fan|electric fan|table fan", "appliance|electrical item", materials="plastic|metal")
def fan(pen: Pen, _draw: random.Random) -> None:
    pen.rect((-0.05, 0.3, 0.05, 0.8), "metal")
    pen.ellipse(0, 0.84, 0.4, 0.09)
    pen.ellipse(0, -0.25, 0.62, role="body", tone=1.4)
    for blade in ((0.28, -0.4), (-0.28, -0.4), (0.0, 0.05)):
        pen.ellipse(*blade, 0.25, role="body", tone=0.8)
    pen.ellipse(0, -0.25, 0.12, role="dark")
    for angle in (
        (-0.6, -0.25, 0.6, -0.25),
        (0, -0.85, 0, 0.35),
        (-0.42, -0.67, 0.42, 0.17),
        (0.42, -0.67, -0.42, 0.17),
    ):
        pen.line([angle[:2], angle[2:]], 0.02, "metal")
