"""Shoes, hats, bags and jewellery, drawn."""

from __future__ import annotations

import random

from .pen import Pen
from .things import thing

KIND = "piece of clothing|garment|item of clothing"


@thing("sneaker|trainer|running shoe|sports shoe", "shoe|piece of footwear", materials="leather|canvas|mesh",
       turn="upright")  # fmt: skip
def sneaker(pen: Pen, draw: random.Random) -> None:
    high = draw.choice((-0.35, -0.35, -0.7))
    pen.smooth([(-0.85, 0.3), (-0.82, high), (-0.35, high + 0.02), (-0.2, -0.2), (0.3, 0.0), (0.8, 0.12), (0.92, 0.35)])
    pen.rect((-0.92, 0.28, 0.95, 0.48), draw.choice(("light", "accent", "dark")), radius=0.1)
    pen.smooth([(-0.3, 0.25), (0.0, -0.05), (0.15, 0.0), (-0.1, 0.27)], "accent")
    for step in range(3):
        x, y = -0.2 + 0.16 * step, -0.18 + 0.07 * step
        pen.line([(x - 0.1, y + 0.1), (x + 0.06, y - 0.02)], 0.045, "light")


@thing("leather shoe|formal shoe|dress shoe|oxford", "shoe|piece of footwear", materials="leather|suede",
       colours="black|brown|maroon|mustard|navy|charcoal")  # fmt: skip
def formal_shoe(pen: Pen, _draw: random.Random) -> None:
    pen.polygon([(-0.88, 0.3), (-0.5, 0.3), (-0.52, 0.52), (-0.88, 0.52)], "dark")
    pen.smooth([(-0.88, 0.32), (-0.84, -0.3), (-0.4, -0.32), (-0.1, -0.05), (0.5, 0.05), (0.93, 0.3), (0.9, 0.38)])
    pen.polygon([(-0.88, 0.32), (0.93, 0.32), (0.9, 0.42), (-0.5, 0.42)], "dark")
    for step in range(3):
        pen.line([(-0.36 + 0.12 * step, -0.2 + 0.08 * step), (-0.24 + 0.12 * step, -0.26 + 0.08 * step)], 0.03, "dark")


@thing(
    "high heel|high-heeled shoe|stiletto|pump", "shoe|piece of footwear", materials="leather|patent leather|satin|suede"
)
def high_heel(pen: Pen, draw: random.Random) -> None:
    heel = draw.uniform(0.04, 0.14)
    pen.polygon(
        [(-0.82, -0.25), (-0.55, -0.2), (-0.72 + heel, 0.62), (-0.78, 0.62)], draw.choice(("body", "dark", "accent"))
    )
    pen.smooth([(-0.88, -0.5), (-0.7, -0.4), (-0.2, -0.1), (0.25, 0.2), (0.7, 0.35), (0.95, 0.58), (0.5, 0.62),
                (0.15, 0.55), (-0.4, 0.05), (-0.85, -0.15)])  # fmt: skip
    pen.smooth([(-0.65, -0.35), (0.2, 0.18), (0.1, 0.25), (-0.5, -0.15)], "inner")


@thing("boot|ankle boot|leather boot", "shoe|piece of footwear", materials="leather|rubber|suede")
def boot(pen: Pen, draw: random.Random) -> None:
    top = draw.uniform(-0.9, -0.4)
    pen.smooth(
        [(-0.6, top), (0.02, top), (0.05, 0.05), (0.55, 0.25), (0.8, 0.5), (0.78, 0.65), (-0.6, 0.65), (-0.58, 0.2)]
    )
    pen.polygon([(-0.62, 0.6), (0.82, 0.6), (0.8, 0.75), (-0.15, 0.73), (-0.2, 0.85), (-0.62, 0.85)], "dark")
    pen.rect((-0.62, top - 0.03, 0.04, top + 0.1), tone=0.75)


@thing("sandal|flip flop|slipper", "shoe|piece of footwear", materials="leather|rubber|cork", turn="any")
def sandal(pen: Pen, draw: random.Random) -> None:
    pen.smooth([(-0.25, 0.9), (-0.3, 0.3), (-0.4, -0.4), (-0.1, -0.92), (0.3, -0.8), (0.38, -0.3), (0.25, 0.4),
            (0.25, 0.9)],
               "wood" if draw.random() < 0.4 else "body", tone=0.85)  # fmt: skip
    pen.line([(-0.42, -0.1), (-0.1, -0.6), (0.36, -0.1)], 0.12, "accent")
    if draw.random() < 0.5:
        pen.line([(-0.3, 0.4), (0.28, 0.4)], 0.12, "accent")


@thing("sock|ankle sock", KIND, materials="cotton|wool", turn="any", patterned=True)
def sock(pen: Pen, _draw: random.Random) -> None:
    pen.smooth([(-0.5, -0.85), (0.0, -0.85), (0.0, 0.0), (0.3, 0.3), (0.68, 0.52), (0.62, 0.85), (0.2, 0.85),
            (-0.4, 0.5),
                (-0.5, 0.1)])  # fmt: skip
    pen.rect((-0.54, -0.92, 0.03, -0.72), "accent", radius=0.03)
    pen.ellipse(0.55, 0.7, 0.18, role="accent")


@thing("cap|baseball cap", "piece of headwear|accessory|hat", materials="cotton|polyester|denim")
def cap(pen: Pen, draw: random.Random) -> None:
    pen.smooth([(-0.75, 0.3), (-0.68, -0.25), (-0.1, -0.6), (0.4, -0.3), (0.5, 0.28), (0, 0.36)])
    pen.smooth(
        [(0.2, 0.2), (0.6, 0.2), (0.98, 0.42), (0.6, 0.45), (0.1, 0.38)],
        "accent" if draw.random() < 0.5 else "body",
        tone=0.8,
    )
    pen.line([(-0.1, -0.58), (0.05, 0.3)], 0.02, tone=0.7)
    pen.ellipse(-0.1, -0.6, 0.06, 0.04, "accent")


@thing("hat|brimmed hat|sun hat|fedora", "piece of headwear|accessory", materials="straw|felt|wool|cotton")
def hat(pen: Pen, _draw: random.Random) -> None:
    pen.ellipse(0, 0.4, 0.95, 0.2, tone=0.85)
    pen.smooth([(-0.5, 0.4), (-0.45, -0.35), (-0.15, -0.5), (0.15, -0.5), (0.45, -0.35), (0.5, 0.4), (0, 0.48)])
    pen.smooth([(-0.5, 0.4), (-0.48, 0.15), (0, 0.24), (0.48, 0.15), (0.5, 0.4), (0, 0.48)], "accent")


@thing("beanie|woolly hat|knit cap", "piece of headwear|accessory|hat", materials="wool|knit|fleece", patterned=True)
def beanie(pen: Pen, draw: random.Random) -> None:
    if draw.random() < 0.6:
        pen.ellipse(0, -0.72, 0.2, role="accent")
    pen.smooth([(-0.6, 0.4), (-0.55, -0.2), (0, -0.65), (0.55, -0.2), (0.6, 0.4)])
    pen.rect((-0.65, 0.25, 0.65, 0.6), "body", radius=0.08, tone=0.82)


@thing(
    "scarf|muffler|shawl",
    "accessory|piece of clothing",
    materials="wool|silk|cotton|cashmere",
    patterned=True,
    plural="scarves",
)
def scarf(pen: Pen, _draw: random.Random) -> None:
    pen.polygon([(-0.4, -0.4), (-0.02, -0.3), (-0.08, 0.85), (-0.5, 0.85)], tone=0.85)
    pen.polygon([(0.0, -0.35), (0.4, -0.45), (0.52, 0.65), (0.1, 0.7)])
    pen.smooth([(-0.5, -0.75), (0, -0.55), (0.5, -0.75), (0.5, -0.4), (0, -0.2), (-0.5, -0.4)])
    for step in range(6):
        pen.line([(-0.47 + 0.07 * step, 0.85), (-0.48 + 0.07 * step, 0.96)], 0.02, "accent")


@thing("tie|necktie", "accessory|piece of clothing", materials="silk|polyester|wool", patterned=True)
def tie(pen: Pen, _draw: random.Random) -> None:
    pen.polygon([(-0.09, -0.72), (0.09, -0.72), (0.25, 0.65), (0, 0.95), (-0.25, 0.65)])
    pen.polygon([(-0.17, -0.95), (0.17, -0.95), (0.1, -0.7), (-0.1, -0.7)], tone=0.85)


@thing("glove|mitten", "accessory|piece of clothing", materials="wool|leather|fleece|rubber", turn="any")
def glove(pen: Pen, draw: random.Random) -> None:
    if draw.random() < 0.5:
        for x, top in ((-0.3, -0.6), (-0.1, -0.8), (0.1, -0.78), (0.3, -0.6)):
            pen.line([(x * 0.9, 0.1), (x, top)], 0.19)
    else:
        pen.smooth([(-0.4, 0.2), (-0.38, -0.5), (0, -0.85), (0.38, -0.5), (0.4, 0.2)])
    pen.line([(0.25, 0.3), (0.65, -0.1)], 0.2)
    pen.rect((-0.4, -0.05, 0.4, 0.55), radius=0.1)
    pen.rect((-0.42, 0.5, 0.42, 0.9), "accent", radius=0.05)


@thing("belt|leather belt", "accessory", materials="leather|canvas", turn="any")
def belt(pen: Pen, _draw: random.Random) -> None:
    pen.line(
        [(0.0, 0.0), (0.5, 0.3), (0.55, -0.35), (-0.1, -0.55), (-0.65, -0.05), (-0.2, 0.55), (0.9, 0.5)],
        0.13,
        smooth=True,
    )
    pen.rect((-0.12, -0.12, 0.16, 0.14), "metal", radius=0.04)
    pen.rect((-0.05, -0.05, 0.09, 0.07), "body")


@thing("handbag|purse|shoulder bag", "bag|accessory", materials="leather|suede|canvas|fabric", patterned=True)
def handbag(pen: Pen, draw: random.Random) -> None:
    pen.line([(-0.42, -0.2), (-0.35, -0.75), (0, -0.9), (0.35, -0.75), (0.42, -0.2)], 0.07, tone=0.8, smooth=True)
    pen.smooth([(-0.6, -0.25), (0.6, -0.25), (0.75, 0.65), (0.6, 0.75), (-0.6, 0.75), (-0.75, 0.65)])
    pen.polygon(
        [(-0.6, -0.25), (0.6, -0.25), (0.5, 0.2), (0, 0.32), (-0.5, 0.2)],
        "accent" if draw.random() < 0.4 else "body",
        tone=0.85,
    )
    pen.ellipse(0, 0.28, 0.07, role="gold")


@thing("backpack|rucksack|school bag", "bag|accessory", materials="nylon|canvas|leather|polyester")
def backpack(pen: Pen, _draw: random.Random) -> None:
    pen.line([(-0.15, -0.75), (0, -0.93), (0.15, -0.75)], 0.07, "dark", smooth=True)
    for side in (-1, 1):
        pen.rect((side * 0.62 - 0.14, 0.1, side * 0.62 + 0.14, 0.7), tone=0.75, radius=0.08)
    pen.smooth([(-0.5, 0.85), (-0.6, 0.1), (-0.45, -0.7), (0, -0.82), (0.45, -0.7), (0.6, 0.1), (0.5, 0.85)])
    pen.rect((-0.42, 0.15, 0.42, 0.75), "accent", radius=0.1)
    pen.line([(-0.42, 0.3), (0.42, 0.3)], 0.03, "dark")
    pen.line([(-0.45, -0.25), (0, -0.33), (0.45, -0.25)], 0.03, "dark", smooth=True)


@thing("suitcase|luggage|travel case", "bag|luggage", materials="plastic|leather|aluminium|fabric")
def suitcase(pen: Pen, _draw: random.Random) -> None:
    pen.line([(-0.2, -0.5), (-0.2, -0.92), (0.2, -0.92), (0.2, -0.5)], 0.06, "dark")
    for x in (-0.4, 0.4):
        pen.ellipse(x, 0.88, 0.09, role="dark")
    pen.rect((-0.58, -0.6, 0.58, 0.85), radius=0.14)
    for x in (-0.3, 0.0, 0.3):
        pen.line([(x, -0.5), (x, 0.75)], 0.035, tone=0.78)


@thing(
    "sunglasses|shades|spectacles|glasses",
    "accessory|eyewear",
    materials="plastic|metal",
    turn="any",
    plural="pairs of sunglasses",
)
def sunglasses(pen: Pen, _draw: random.Random) -> None:
    pen.line([(-0.15, -0.08), (0, -0.14), (0.15, -0.08)], 0.07, smooth=True)
    for side in (-1, 1):
        pen.line([(side * 0.8, -0.15), (side * 0.97, -0.3)], 0.07)
        shape = [(side * 0.12, -0.2), (side * 0.82, -0.24), (side * 0.8, 0.15), (side * 0.5, 0.32), (side * 0.2, 0.2)]
        pen.smooth(shape)
        pen.smooth(
            [(side * 0.48 + (x - side * 0.48) * 0.78, 0.02 + (y - 0.02) * 0.76) for x, y in shape], "dark", tone=1.2
        )


@thing("umbrella|brolly|parasol", "accessory", materials="nylon|polyester", patterned=True)
def umbrella(pen: Pen, draw: random.Random) -> None:
    pen.line([(0, -0.75), (0, 0.75), (0.12, 0.9), (0.25, 0.75)], 0.05, draw.choice(("wood", "dark", "metal")))
    pen.smooth([(-0.95, 0.05), (-0.75, -0.5), (0, -0.85), (0.75, -0.5), (0.95, 0.05), (0.62, -0.05), (0.32, 0.08),
            (0, -0.05),
                (-0.32, 0.08), (-0.62, -0.05)])  # fmt: skip


@thing(
    "ring|finger ring", "piece of jewellery|accessory", materials="gold|silver|metal", colours="gold|silver", turn="any"
)
def ring(pen: Pen, _draw: random.Random) -> None:
    pen.ellipse(0, 0.2, 0.6)
    pen.round_hole(0, 0.2, 0.48, 0.48)
    pen.polygon([(-0.2, -0.7), (0.2, -0.7), (0.32, -0.5), (0, -0.2), (-0.32, -0.5)], "accent", tone=1.2)


@thing(
    "necklace|pendant necklace|chain",
    "piece of jewellery|accessory",
    materials="gold|silver|pearl",
    colours="gold|silver|white",
)
def necklace(pen: Pen, draw: random.Random) -> None:
    curve = [(-0.6, -0.85), (-0.5, -0.1), (0, 0.45), (0.5, -0.1), (0.6, -0.85)]
    pen.line(curve, 0.04, smooth=True)
    if draw.random() < 0.5:
        for x, y in ((-0.5, -0.1), (-0.35, 0.2), (-0.18, 0.38), (0.18, 0.38), (0.35, 0.2), (0.5, -0.1)):
            pen.ellipse(x, y, 0.08)
    pen.smooth([(0, 0.4), (0.16, 0.65), (0, 0.85), (-0.16, 0.65)], "accent")
