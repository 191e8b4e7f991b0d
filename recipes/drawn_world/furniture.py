"""Furniture and what stands about a home, drawn."""

from __future__ import annotations

import random

from .pen import Pen
from .things import thing

KIND = "piece of furniture|household item"
WOOD = "wood|wood|plastic|metal"


@thing("chair|dining chair|wooden chair", KIND + "|seat", materials=WOOD)
def chair(pen: Pen, draw: random.Random) -> None:
    for x, y in ((-0.4, 0.9), (0.42, 0.9), (-0.3, 0.7), (0.5, 0.7)):
        pen.line([(x * 0.9, 0.1), (x, y)], 0.09, tone=0.8)
    for x in (-0.38, 0.38):
        pen.line([(x, 0.1), (x * 0.95, -0.9)], 0.09)
    if draw.random() < 0.5:
        for y in (-0.8, -0.5, -0.2):
            pen.line([(-0.36, y), (0.36, y)], 0.12, tone=0.92)
    else:
        pen.rect((-0.38, -0.88, 0.38, -0.25), "body", radius=0.1, tone=0.92)
    pen.polygon([(-0.45, 0.1), (0.45, 0.1), (0.55, 0.25), (-0.5, 0.25)], draw.choice(("body", "accent")), tone=1.15)
    pen.polygon([(-0.5, 0.25), (0.55, 0.25), (0.54, 0.33), (-0.49, 0.33)], tone=0.75)


@thing("office chair|desk chair|swivel chair", KIND + "|seat", materials="leather|fabric|mesh|plastic")
def office_chair(pen: Pen, _draw: random.Random) -> None:
    for x in (-0.5, 0.0, 0.5):
        pen.line([(0, 0.7), (x, 0.88)], 0.06, "metal")
        pen.ellipse(x, 0.92, 0.06, role="dark")
    pen.line([(0, 0.3), (0, 0.72)], 0.09, "metal")
    pen.rect((-0.36, -0.92, 0.36, 0.05), radius=0.14)
    for side in (-1, 1):
        pen.line([(side * 0.45, 0.25), (side * 0.52, -0.1), (side * 0.3, -0.1)], 0.07, "dark")
    pen.rect((-0.45, 0.12, 0.45, 0.34), radius=0.1, tone=0.85)


@thing("armchair|easy chair|upholstered chair", KIND + "|seat", materials="fabric|leather|velvet", patterned=True)
def armchair(pen: Pen, _draw: random.Random) -> None:
    for x in (-0.6, 0.6):
        pen.rect((x - 0.05, 0.65, x + 0.05, 0.88), "wood")
    pen.rect((-0.55, -0.75, 0.55, 0.4), radius=0.22)
    for side in (-1, 1):
        pen.rect((side * 0.66 - 0.17, -0.15, side * 0.66 + 0.17, 0.7), radius=0.15, tone=0.88)
    pen.rect((-0.5, 0.1, 0.5, 0.42), radius=0.1, tone=1.12)
    pen.rect((-0.5, 0.42, 0.5, 0.7), tone=0.8)


@thing("sofa|couch|settee", KIND + "|seat", materials="fabric|leather|velvet", patterned=True)
def sofa(pen: Pen, draw: random.Random) -> None:
    for x in (-0.8, 0.8):
        pen.rect((x - 0.04, 0.45, x + 0.04, 0.62), draw.choice(("wood", "metal")))
    seats = draw.choice((2, 3))
    step = 1.5 / seats
    for seat in range(seats):
        x = -0.75 + seat * step
        pen.rect((x + 0.01, -0.5, x + step - 0.01, 0.2), radius=0.12)
        pen.rect((x + 0.01, 0.05, x + step - 0.01, 0.28), radius=0.07, tone=1.15)
    pen.rect((-0.75, 0.27, 0.75, 0.5), tone=0.8)
    for side in (-1, 1):
        pen.rect((side * 0.84 - 0.13, -0.15, side * 0.84 + 0.13, 0.5), radius=0.11, tone=0.88)
    if draw.random() < 0.5:
        pen.polygon([(-0.6, -0.2), (-0.32, -0.25), (-0.28, 0.04), (-0.58, 0.07)], "accent")


@thing("table|dining table|wooden table", KIND, materials=WOOD)
def table(pen: Pen, draw: random.Random) -> None:
    low = draw.uniform(0.5, 0.85)
    for x, y in ((-0.75, low), (0.75, low), (-0.55, low - 0.15), (0.55, low - 0.15)):
        pen.line([(x * 0.97, -0.05), (x, y)], 0.09, tone=0.75)
    pen.polygon([(-0.65, -0.3), (0.65, -0.3), (0.95, -0.05), (-0.95, -0.05)], tone=1.15)
    pen.rect((-0.95, -0.05, 0.95, 0.06), tone=0.85)


@thing("round table|coffee table|side table", KIND + "|table", materials=WOOD + "|glass|marble")
def round_table(pen: Pen, draw: random.Random) -> None:
    pen.line([(0, -0.1), (0, 0.6)], 0.12, draw.choice(("body", "metal", "dark")), tone=0.8)
    for x in (-0.4, 0.4):
        pen.line([(0, 0.55), (x, 0.75)], 0.08, tone=0.75)
    pen.ellipse(0, -0.13, 0.85, 0.25, tone=0.75)
    pen.ellipse(0, -0.2, 0.85, 0.25, tone=1.1)


@thing("stool|bar stool", KIND + "|seat", materials=WOOD)
def stool(pen: Pen, draw: random.Random) -> None:
    for x in (-0.45, 0.45, -0.2, 0.2):
        pen.line([(x * 0.6, -0.45), (x, 0.9)], 0.08, tone=0.8)
    pen.line([(-0.36, 0.35), (0.36, 0.35)], 0.06, tone=0.7)
    pen.ellipse(0, -0.5, 0.5, 0.16, draw.choice(("body", "accent")), tone=1.1)


@thing("shelf|bookcase|bookshelf|shelving unit", KIND, materials="wood|metal", plural="shelves")
def shelf(pen: Pen, draw: random.Random) -> None:
    wide, boards = draw.uniform(0.5, 0.75), draw.randint(3, 5)
    pen.rect((-wide, -0.92, wide, 0.92), tone=0.55)
    for board in range(boards + 1):
        y = -0.9 + 1.8 * board / boards
        if board < boards and draw.random() < 0.7:
            x, high = -wide + 0.1, 1.8 / boards
            while x < wide - 0.2:
                thick = draw.uniform(0.06, 0.13)
                pen.rect((x, y + high * draw.uniform(0.2, 0.45), x + thick, y + high),
                         draw.choice(("accent", "light", "red", "gold", "leaf", "dark")))  # fmt: skip
                x += thick + draw.choice((0.01, 0.01, 0.2))
        pen.line([(-wide, y), (wide, y)], 0.06)
    for x in (-wide, wide):
        pen.line([(x, -0.92), (x, 0.92)], 0.07)


@thing("chest of drawers|dresser|cabinet|cupboard", KIND, materials="wood|wood|plastic", plural="chests of drawers")
def drawers(pen: Pen, draw: random.Random) -> None:
    wide, count = draw.uniform(0.5, 0.8), draw.randint(2, 5)
    for x in (-wide + 0.08, wide - 0.08):
        pen.rect((x - 0.05, 0.75, x + 0.05, 0.93), "wood")
    pen.rect((-wide - 0.05, -0.75, wide + 0.05, -0.65), tone=1.15)
    pen.rect((-wide, -0.65, wide, 0.8))
    for drawer in range(count):
        y, high = -0.6 + 1.36 * drawer / count, 1.36 / count - 0.05
        pen.rect((-wide + 0.06, y, wide - 0.06, y + high), tone=0.88)
        for x in (0,) if draw.random() < 0.4 else (-wide / 2, wide / 2):
            pen.ellipse(x, y + high / 2, 0.045, role="metal")


@thing("wardrobe|closet|armoire", KIND, materials="wood")
def wardrobe(pen: Pen, _draw: random.Random) -> None:
    pen.rect((-0.62, -0.93, 0.62, 0.9))
    for side in (-1, 1):
        pen.rect((min(side * 0.04, side * 0.56), -0.85, max(side * 0.04, side * 0.56), 0.82), tone=0.88)
        pen.line([(side * 0.09, -0.1), (side * 0.09, 0.15)], 0.04, "metal")


@thing("bed|double bed|bed frame", KIND, materials="wood|metal|fabric")
def bed(pen: Pen, draw: random.Random) -> None:
    pen.rect((-0.85, -0.65, 0.85, 0.2), draw.choice(("wood", "body", "dark")), radius=0.1)
    pen.polygon([(-0.85, 0.0), (0.85, 0.0), (0.95, 0.5), (-0.95, 0.5)], "light")
    for x in (-0.4, 0.4):
        pen.rect((x - 0.32, -0.2, x + 0.32, 0.08), "light", radius=0.12, tone=0.92)
    pen.polygon([(-0.88, 0.15), (0.88, 0.15), (0.95, 0.5), (0.95, 0.72), (-0.95, 0.72), (-0.95, 0.5)])
    pen.line([(-0.9, 0.5), (0.9, 0.5)], 0.03, tone=0.75)


@thing("cushion|pillow|throw pillow",
        "piece of home textile|household item", materials="cotton|velvet|linen|silk", turn="any",
       patterned=True)  # fmt: skip
def cushion(pen: Pen, _draw: random.Random) -> None:
    pen.smooth([(-0.82, -0.82), (0, -0.68), (0.82, -0.82), (0.7, 0), (0.82, 0.82), (0, 0.68), (-0.82, 0.82), (-0.7, 0)])


@thing("towel|bath towel|hand towel", "piece of home textile|household item", materials="cotton|linen", patterned=True)
def towel(pen: Pen, draw: random.Random) -> None:
    for layer in range(draw.choice((1, 3, 4))):
        y = 0.4 - 0.24 * layer
        pen.rect((-0.78, y - 0.16, 0.78, y + 0.1), radius=0.11, tone=1 - 0.08 * layer)
    pen.line([(0.45, 0.48), (0.45, -0.1)], 0.06, "accent")


@thing("rug|carpet|mat", "piece of home textile|household item", materials="wool|cotton|jute", patterned=True)
def rug(pen: Pen, _draw: random.Random) -> None:
    for step in range(14):
        for side in (-1, 1):
            pen.line([(side * 0.85, -0.5 + 0.077 * step), (side * 0.96, -0.5 + 0.077 * step)], 0.025, "light")
    pen.rect((-0.86, -0.55, 0.86, 0.55), "accent")
    pen.rect((-0.74, -0.45, 0.74, 0.45))


@thing(
    "curtain|drape|window curtain",
    "piece of home textile|household item",
    materials="cotton|linen|velvet|silk",
    patterned=True,
)
def curtain(pen: Pen, draw: random.Random) -> None:
    pen.rect((-0.6, -0.78, 0.6, 0.6), "glass")
    for side in (-1, 1):
        pen.polygon(
            [(side * 0.85, -0.85), (side * 0.1, -0.85), (side * 0.45, 0.1), (side * 0.5, 0.92), (side * 0.85, 0.92)]
        )
        for x in (0.3, 0.5, 0.7):
            pen.line([(side * x, -0.82), (side * (0.4 + 0.6 * x), 0.9)], 0.03, tone=0.78)
    pen.line([(-0.95, -0.87), (0.95, -0.87)], 0.06, draw.choice(("wood", "metal", "dark")))


@thing("vase|flower vase", "decoration|household item", materials="ceramic|glass|porcelain", patterned=True)
def vase(pen: Pen, draw: random.Random) -> None:
    if draw.random() < 0.6:
        for x in (-0.3, 0.0, 0.28):
            pen.line([(x * 0.2, -0.2), (x, -0.7)], 0.04, "leaf")
            for dx, dy in ((-0.1, 0), (0.1, 0), (0, -0.1), (0, 0.1)):
                pen.ellipse(x + dx, -0.72 + dy, 0.1, role="accent")
            pen.ellipse(x, -0.72, 0.06, role="glow")
    neck = draw.uniform(0.12, 0.25)
    pen.turned(
        [(neck * 1.3, -0.28), (neck, -0.1), (draw.uniform(0.35, 0.5), 0.35), (0.25, 0.85), (0.22, 0.92)], smooth=True
    )


@thing("candle|scented candle", "decoration|household item", materials="wax|glass")
def candle(pen: Pen, draw: random.Random) -> None:
    wide = draw.uniform(0.2, 0.5)
    pen.rect((-wide, -0.2, wide, 0.8), radius=0.06)
    pen.ellipse(0, -0.2, wide, wide * 0.22, tone=1.3)
    pen.line([(0, -0.2), (0, -0.42)], 0.035, "dark")
    if draw.random() < 0.7:
        pen.turned([(0.02, -0.88), (0.12, -0.55), (0.04, -0.4)], "flame", smooth=True)
        pen.turned([(0.01, -0.7), (0.06, -0.52), (0.02, -0.42)], "glow", smooth=True)


@thing("clock|wall clock", "timepiece|household item", materials="wood|plastic|metal")
def clock(pen: Pen, draw: random.Random) -> None:
    pen.ellipse(0, 0, 0.9)
    pen.ellipse(0, 0, 0.78, role=draw.choice(("light", "light", "dark")))
    for x, y in ((0, -0.65), (0.65, 0), (0, 0.65), (-0.65, 0)):
        pen.ellipse(x, y, 0.05, role="metal", tone=0.5)
    pen.line([(0, 0), (draw.uniform(-0.4, 0.4), draw.uniform(-0.4, 0.1))], 0.07, "metal", tone=0.45)
    pen.line([(0, 0), (draw.uniform(-0.5, 0.5), -0.45)], 0.045, "metal", tone=0.45)


@thing("mirror|wall mirror|round mirror", "decoration|household item", materials="wood|metal|gold")
def mirror(pen: Pen, draw: random.Random) -> None:
    high = draw.uniform(0.7, 0.92)
    pen.ellipse(0, 0, 0.7, high)
    pen.ellipse(0, 0, 0.58, high - 0.12, "glass")
    pen.polygon([(-0.3, 0.1), (0.1, -0.4), (0.2, -0.32), (-0.22, 0.2)], "light")


@thing("picture frame|photo frame|framed picture", "decoration|household item", materials="wood|metal|plastic")
def frame(pen: Pen, draw: random.Random) -> None:
    high = draw.uniform(0.55, 0.9)
    pen.rect((-0.75, -high, 0.75, high))
    pen.rect((-0.62, -high + 0.13, 0.62, high - 0.13), "light")
    pen.rect((-0.5, -high + 0.25, 0.5, high - 0.25), "glass")
    pen.polygon([(-0.5, high - 0.25), (-0.1, 0.0), (0.15, 0.15), (0.5, -0.1), (0.5, high - 0.25)], "leaf")
    pen.ellipse(0.2, -high / 3, 0.1, role="glow")


@thing("floor lamp|standing lamp", KIND + "|light|lamp", materials="metal|fabric", patterned=True)
def floor_lamp(pen: Pen, draw: random.Random) -> None:
    pen.ellipse(0, 0.9, 0.28, 0.06, "dark")
    pen.line([(0, -0.4), (0, 0.88)], 0.04, draw.choice(("metal", "dark", "gold")))
    pen.polygon([(-0.22, -0.95), (0.22, -0.95), (0.38, -0.4), (-0.38, -0.4)])


@thing("bucket|pail", "container|household item", materials="plastic|metal|steel")
def bucket(pen: Pen, _draw: random.Random) -> None:
    pen.line([(-0.62, -0.35), (-0.4, -0.9), (0.4, -0.9), (0.62, -0.35)], 0.035, "metal", smooth=True)
    pen.polygon([(-0.65, -0.4), (0.65, -0.4), (0.48, 0.85), (-0.48, 0.85)])
    pen.ellipse(0, -0.4, 0.65, 0.14, tone=1.25)
    pen.ellipse(0, -0.39, 0.57, 0.1, "inner")


@thing("basket|wicker basket|laundry basket", "container|household item", materials="wicker|rattan|plastic",
       colours="brown|beige|mustard|white|grey")  # fmt: skip
def basket(pen: Pen, draw: random.Random) -> None:
    if draw.random() < 0.5:
        pen.line([(-0.6, -0.2), (-0.4, -0.8), (0.4, -0.8), (0.6, -0.2)], 0.08, tone=0.85, smooth=True)
    pen.polygon([(-0.75, -0.25), (0.75, -0.25), (0.55, 0.75), (-0.55, 0.75)])
    for row in range(5):
        for column in range(8):
            x = -0.6 + 0.172 * column + 0.08 * (row % 2)
            pen.line(
                [(x * (1 - 0.06 * row), -0.12 + 0.19 * row), (x * (1 - 0.06 * row) + 0.07, -0.1 + 0.19 * row)],
                0.05,
                tone=0.72,
            )
    pen.line([(-0.76, -0.25), (0.76, -0.25)], 0.1, tone=0.85)
