"""Clothes, shoes and accessories, drawn as they lie or hang."""

from __future__ import annotations

import random

from .pen import Pen
from .things import thing

KIND = "piece of clothing|garment|item of clothing"
CLOTH = "cotton|linen|wool|polyester|silk|denim"


def _torso(pen: Pen, *, shoulder: float, hem: tuple[float, float], neck: float) -> None:
    """The front of a garment from its neck to its hem (half width, y)."""
    pen.turned([(neck, -0.78), (shoulder, -0.66), (shoulder * 0.86, -0.2), (hem[0], hem[1])])


def _sleeves(pen: Pen, shoulder: float, *, reach: float, down: float, wide: float) -> None:
    for side in (-1, 1):
        pen.polygon([(side * shoulder * 0.75, -0.74), (side * shoulder, -0.67), (side * (shoulder + reach), down),
                     (side * (shoulder + reach - wide), down + 0.1), (side * shoulder * 0.85, -0.3)], tone=0.92)  # fmt: skip


def _collar(pen: Pen, role: str) -> None:
    for side in (-1, 1):
        pen.polygon([(0, -0.6), (side * 0.16, -0.85), (side * 0.28, -0.74), (side * 0.14, -0.52)], role, tone=1.1)


@thing("t-shirt|tee|tee shirt|short-sleeved top", KIND + "|top", materials="cotton|jersey|polyester", patterned=True)
def t_shirt(pen: Pen, draw: random.Random) -> None:
    shoulder, bottom = draw.uniform(0.5, 0.58), draw.uniform(0.6, 0.85)
    _sleeves(pen, shoulder, reach=draw.uniform(0.28, 0.4), down=draw.uniform(-0.35, -0.1), wide=0.3)
    _torso(pen, shoulder=shoulder, hem=(draw.uniform(0.42, 0.52), bottom), neck=0.2)
    if draw.random() < 0.75:
        pen.ellipse(0, -0.78, 0.22, draw.uniform(0.1, 0.18), "accent")
        pen.ellipse(0, -0.8, 0.18, draw.uniform(0.08, 0.14), "inner")
    else:
        pen.polygon([(-0.2, -0.8), (0.2, -0.8), (0, -0.45)], "inner")
    pen.panel((-0.3, -0.4, 0.3, 0.2))


@thing("shirt|dress shirt|button-down shirt|long-sleeved shirt", KIND + "|top", materials="cotton|linen|silk|denim", patterned=True)
def shirt(pen: Pen, draw: random.Random) -> None:
    _sleeves(pen, 0.5, reach=draw.uniform(0.15, 0.35), down=draw.uniform(0.35, 0.6), wide=0.2)
    _torso(pen, shoulder=0.52, hem=(draw.uniform(0.42, 0.5), 0.85), neck=0.16)
    pen.polygon([(-0.13, -0.8), (0.13, -0.8), (0, -0.6)], "inner")
    _collar(pen, "body")
    pen.line([(0.0, -0.58), (0.0, 0.83)], 0.025, tone=0.75)
    for step in range(5):
        pen.ellipse(0.0, -0.42 + 0.26 * step, 0.028, role="light" if draw.random() < 0.5 else "dark")
    if draw.random() < 0.5:
        pen.rect((0.14, -0.35, 0.36, -0.1), tone=0.9)


@thing("polo shirt|polo", KIND + "|top", materials="cotton|polyester", patterned=True)
def polo(pen: Pen, draw: random.Random) -> None:
    _sleeves(pen, 0.55, reach=0.3, down=-0.25, wide=0.28)
    _torso(pen, shoulder=0.55, hem=(0.47, 0.75), neck=0.18)
    pen.rect((-0.06, -0.66, 0.06, -0.25), tone=0.85)
    _collar(pen, "accent")
    for y in (-0.5, -0.34):
        pen.ellipse(0, y, 0.025, role="light")


@thing("sweater|jumper|pullover", KIND + "|top|piece of knitwear", materials="wool|cashmere|knit|cotton", patterned=True)
def sweater(pen: Pen, draw: random.Random) -> None:
    _sleeves(pen, 0.52, reach=draw.uniform(0.18, 0.35), down=draw.uniform(0.4, 0.55), wide=0.26)
    _torso(pen, shoulder=0.55, hem=(0.5, 0.66), neck=0.22)
    pen.rect((-0.5, 0.62, 0.5, 0.78), "accent", radius=0.03)
    pen.ellipse(0, -0.78, 0.25, 0.14, "accent")
    pen.ellipse(0, -0.82, 0.18, 0.09, "inner")


@thing("hoodie|hooded sweatshirt|sweatshirt with a hood", KIND + "|top", materials="cotton|fleece")
def hoodie(pen: Pen, draw: random.Random) -> None:
    _sleeves(pen, 0.52, reach=0.3, down=0.5, wide=0.26)
    _torso(pen, shoulder=0.56, hem=(0.5, 0.75), neck=0.25)
    pen.smooth([(-0.3, -0.55), (-0.36, -0.85), (0, -0.98), (0.36, -0.85), (0.3, -0.55), (0, -0.45)], tone=0.85)
    pen.ellipse(0, -0.74, 0.22, 0.18, "inner")
    pen.polygon([(-0.3, 0.55), (-0.2, 0.2), (0.2, 0.2), (0.3, 0.55)], tone=0.85)
    if draw.random() < 0.5:
        pen.line([(0, -0.5), (0, 0.75)], 0.03, "metal")
    for x in (-0.08, 0.08):
        pen.line([(x, -0.55), (x * 1.2, -0.2)], 0.03, "light")
    pen.panel((-0.3, -0.35, 0.3, 0.15))


@thing("jacket|zip-up jacket|coat", KIND + "|piece of outerwear", materials="leather|denim|nylon|wool|polyester")
def jacket(pen: Pen, draw: random.Random) -> None:
    bottom = draw.uniform(0.6, 0.95)
    _sleeves(pen, 0.52, reach=0.26, down=0.45, wide=0.24)
    _torso(pen, shoulder=0.57, hem=(0.5, bottom), neck=0.2)
    pen.line([(0, -0.7), (0, bottom - 0.02)], 0.05, draw.choice(("metal", "dark", "accent")))
    for side in (-1, 1):
        pen.polygon([(0, -0.3), (side * 0.18, -0.85), (side * 0.32, -0.74), (side * 0.24, -0.4)], "body", tone=0.8)
        pen.line([(side * 0.2, 0.35), (side * 0.36, 0.2)], 0.03, "dark")


@thing("tank top|sleeveless top|vest top", KIND + "|top", materials="cotton|jersey|lycra", patterned=True)
def tank_top(pen: Pen, draw: random.Random) -> None:
    pen.turned([(0.2, -0.82), (0.33, -0.82), (0.32, -0.45), (0.47, -0.2), (0.42, 0.2), (0.5, 0.85)], smooth=False)
    pen.ellipse(0, -0.8, 0.2, draw.uniform(0.25, 0.4), "inner")
    pen.hole([(-0.19, -1), (0.19, -1), (0.19, -0.75), (0.1, -0.55), (-0.1, -0.55), (-0.19, -0.75)])


@thing("dress|summer dress|frock", KIND, materials="cotton|silk|satin|chiffon|linen|velvet", patterned=True)
def dress(pen: Pen, draw: random.Random) -> None:
    waist, hem = draw.uniform(0.22, 0.3), draw.uniform(0.42, 0.75)
    length = draw.uniform(0.6, 0.95)
    if draw.random() < 0.5:
        _sleeves(pen, 0.36, reach=0.22, down=-0.4, wide=0.2)
        top = [(0.15, -0.86), (0.38, -0.76)]
    else:
        top = [(0.14, -0.92), (0.22, -0.92), (0.24, -0.68), (0.34, -0.5)]
    pen.turned([*top, (waist, -0.12), (hem, length)])
    pen.ellipse(0, -0.88, 0.15, draw.uniform(0.1, 0.25), "inner", tone=0.9)
    if draw.random() < 0.6:
        pen.rect((-waist - 0.01, -0.16, waist + 0.01, -0.06), "accent")
    for x in (-0.4, 0.0, 0.4):
        pen.line([(x * waist, 0.0), (x * hem, length - 0.03)], 0.02, tone=0.8)


@thing("skirt|short skirt", KIND, materials="cotton|denim|leather|wool|chiffon", patterned=True)
def skirt(pen: Pen, draw: random.Random) -> None:
    hem, length = draw.uniform(0.5, 0.85), draw.uniform(0.3, 0.85)
    pen.turned([(0.36, -0.6), (0.42, -0.4), (hem, length)])
    for fold in (-0.6, -0.2, 0.2, 0.6):
        pen.line([(fold * 0.4, -0.45), (fold * hem, length - 0.03)], 0.025, tone=0.75)
    pen.rect((-0.37, -0.68, 0.37, -0.5), "accent" if draw.random() < 0.5 else "body", tone=0.85)


@thing("trousers|pants|slacks", KIND, materials="cotton|wool|linen|polyester|corduroy", plural="pairs of trousers", patterned=True)
def trousers(pen: Pen, draw: random.Random) -> None:
    hem, gap = draw.uniform(0.16, 0.26), draw.uniform(0.03, 0.12)
    pen.polygon([(-0.36, -0.92), (0.36, -0.92), (0.46, -0.3), (gap + 2 * hem, 0.95), (gap, 0.95), (0, -0.25), (-gap, 0.95),
                 (-gap - 2 * hem, 0.95), (-0.46, -0.3)])  # fmt: skip
    pen.rect((-0.36, -0.95, 0.36, -0.83), "body" if draw.random() < 0.6 else "dark", tone=0.75)
    pen.line([(0, -0.82), (0, -0.3)], 0.025, tone=0.65)
    for side in (-1, 1):
        pen.line([(side * 0.22, -0.8), (side * 0.38, -0.55)], 0.025, tone=0.65)


@thing("jeans|denim jeans|blue jeans", KIND + "|pair of trousers", materials="denim", colours="blue|navy|sky blue|black|charcoal",
       plural="pairs of jeans")  # fmt: skip
def jeans(pen: Pen, draw: random.Random) -> None:
    trousers(pen, draw)
    for side in (-1, 1):
        pen.line([(side * 0.15, -0.8), (side * 0.2, -0.62), (side * 0.4, -0.6)], 0.03, "stitch", smooth=True)
    pen.ellipse(0, -0.89, 0.035, role="stitch")
    if draw.random() < 0.4:
        pen.ellipse(0.25, 0.2, 0.09, 0.06, "light")


@thing("shorts|short trousers|bermudas", KIND, materials="cotton|denim|polyester|linen", plural="pairs of shorts", patterned=True)
def shorts(pen: Pen, draw: random.Random) -> None:
    length = draw.uniform(0.15, 0.5)
    pen.polygon([(-0.5, -0.6), (0.5, -0.6), (0.72, length), (0.08, length + 0.06), (0, -0.05), (-0.08, length + 0.06),
                 (-0.72, length)])  # fmt: skip
    pen.rect((-0.51, -0.66, 0.51, -0.5), "accent" if draw.random() < 0.5 else "body", tone=0.8)
    if draw.random() < 0.5:
        for x in (-0.05, 0.05):
            pen.line([(x, -0.52), (x * 2, -0.28)], 0.03, "light")


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
def formal_shoe(pen: Pen, draw: random.Random) -> None:
    pen.polygon([(-0.88, 0.3), (-0.5, 0.3), (-0.52, 0.52), (-0.88, 0.52)], "dark")
    pen.smooth([(-0.88, 0.32), (-0.84, -0.3), (-0.4, -0.32), (-0.1, -0.05), (0.5, 0.05), (0.93, 0.3), (0.9, 0.38)])
    pen.polygon([(-0.88, 0.32), (0.93, 0.32), (0.9, 0.42), (-0.5, 0.42)], "dark")
    for step in range(3):
        pen.line([(-0.36 + 0.12 * step, -0.2 + 0.08 * step), (-0.24 + 0.12 * step, -0.26 + 0.08 * step)], 0.03, "dark")


@thing("high heel|high-heeled shoe|stiletto|pump", "shoe|piece of footwear", materials="leather|patent leather|satin|suede")
def high_heel(pen: Pen, draw: random.Random) -> None:
    heel = draw.uniform(0.04, 0.14)
    pen.polygon([(-0.82, -0.25), (-0.55, -0.2), (-0.72 + heel, 0.62), (-0.78, 0.62)], draw.choice(("body", "dark", "accent")))
    pen.smooth([(-0.88, -0.5), (-0.7, -0.4), (-0.2, -0.1), (0.25, 0.2), (0.7, 0.35), (0.95, 0.58), (0.5, 0.62),
                (0.15, 0.55), (-0.4, 0.05), (-0.85, -0.15)])  # fmt: skip
    pen.smooth([(-0.65, -0.35), (0.2, 0.18), (0.1, 0.25), (-0.5, -0.15)], "inner")


@thing("boot|ankle boot|leather boot", "shoe|piece of footwear", materials="leather|rubber|suede")
def boot(pen: Pen, draw: random.Random) -> None:
    top = draw.uniform(-0.9, -0.4)
    pen.smooth([(-0.6, top), (0.02, top), (0.05, 0.05), (0.55, 0.25), (0.8, 0.5), (0.78, 0.65), (-0.6, 0.65), (-0.58, 0.2)])
    pen.polygon([(-0.62, 0.6), (0.82, 0.6), (0.8, 0.75), (-0.15, 0.73), (-0.2, 0.85), (-0.62, 0.85)], "dark")
    pen.rect((-0.62, top - 0.03, 0.04, top + 0.1), tone=0.75)


@thing("sandal|flip flop|slipper", "shoe|piece of footwear", materials="leather|rubber|cork", turn="any")
def sandal(pen: Pen, draw: random.Random) -> None:
    pen.smooth([(-0.25, 0.9), (-0.3, 0.3), (-0.4, -0.4), (-0.1, -0.92), (0.3, -0.8), (0.38, -0.3), (0.25, 0.4), (0.25, 0.9)],
               "wood" if draw.random() < 0.4 else "body", tone=0.85)  # fmt: skip
    pen.line([(-0.42, -0.1), (-0.1, -0.6), (0.36, -0.1)], 0.12, "accent")
    if draw.random() < 0.5:
        pen.line([(-0.3, 0.4), (0.28, 0.4)], 0.12, "accent")


@thing("sock|ankle sock", KIND, materials="cotton|wool", turn="any", patterned=True)
def sock(pen: Pen, draw: random.Random) -> None:
    pen.smooth([(-0.5, -0.85), (0.0, -0.85), (0.0, 0.0), (0.3, 0.3), (0.68, 0.52), (0.62, 0.85), (0.2, 0.85), (-0.4, 0.5),
                (-0.5, 0.1)])  # fmt: skip
    pen.rect((-0.54, -0.92, 0.03, -0.72), "accent", radius=0.03)
    pen.ellipse(0.55, 0.7, 0.18, role="accent")


@thing("cap|baseball cap", "piece of headwear|accessory|hat", materials="cotton|polyester|denim")
def cap(pen: Pen, draw: random.Random) -> None:
    pen.smooth([(-0.75, 0.3), (-0.68, -0.25), (-0.1, -0.6), (0.4, -0.3), (0.5, 0.28), (0, 0.36)])
    pen.smooth([(0.2, 0.2), (0.6, 0.2), (0.98, 0.42), (0.6, 0.45), (0.1, 0.38)], "accent" if draw.random() < 0.5 else "body", tone=0.8)
    pen.line([(-0.1, -0.58), (0.05, 0.3)], 0.02, tone=0.7)
    pen.ellipse(-0.1, -0.6, 0.06, 0.04, "accent")


@thing("hat|brimmed hat|sun hat|fedora", "piece of headwear|accessory", materials="straw|felt|wool|cotton")
def hat(pen: Pen, draw: random.Random) -> None:
    pen.ellipse(0, 0.4, 0.95, 0.2, tone=0.85)
    pen.smooth([(-0.5, 0.4), (-0.45, -0.35), (-0.15, -0.5), (0.15, -0.5), (0.45, -0.35), (0.5, 0.4), (0, 0.48)])
    pen.smooth([(-0.5, 0.4), (-0.48, 0.15), (0, 0.24), (0.48, 0.15), (0.5, 0.4), (0, 0.48)], "accent")


@thing("beanie|woolly hat|knit cap", "piece of headwear|accessory|hat", materials="wool|knit|fleece", patterned=True)
def beanie(pen: Pen, draw: random.Random) -> None:
    if draw.random() < 0.6:
        pen.ellipse(0, -0.72, 0.2, role="accent")
    pen.smooth([(-0.6, 0.4), (-0.55, -0.2), (0, -0.65), (0.55, -0.2), (0.6, 0.4)])
    pen.rect((-0.65, 0.25, 0.65, 0.6), "body", radius=0.08, tone=0.82)


@thing("scarf|muffler|shawl", "accessory|piece of clothing", materials="wool|silk|cotton|cashmere", patterned=True, plural="scarves")
def scarf(pen: Pen, draw: random.Random) -> None:
    pen.polygon([(-0.4, -0.4), (-0.02, -0.3), (-0.08, 0.85), (-0.5, 0.85)], tone=0.85)
    pen.polygon([(0.0, -0.35), (0.4, -0.45), (0.52, 0.65), (0.1, 0.7)])
    pen.smooth([(-0.5, -0.75), (0, -0.55), (0.5, -0.75), (0.5, -0.4), (0, -0.2), (-0.5, -0.4)])
    for step in range(6):
        pen.line([(-0.47 + 0.07 * step, 0.85), (-0.48 + 0.07 * step, 0.96)], 0.02, "accent")


@thing("tie|necktie", "accessory|piece of clothing", materials="silk|polyester|wool", patterned=True)
def tie(pen: Pen, draw: random.Random) -> None:
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
def belt(pen: Pen, draw: random.Random) -> None:
    pen.line([(0.0, 0.0), (0.5, 0.3), (0.55, -0.35), (-0.1, -0.55), (-0.65, -0.05), (-0.2, 0.55), (0.9, 0.5)], 0.13, smooth=True)
    pen.rect((-0.12, -0.12, 0.16, 0.14), "metal", radius=0.04)
    pen.rect((-0.05, -0.05, 0.09, 0.07), "body")


@thing("handbag|purse|shoulder bag", "bag|accessory", materials="leather|suede|canvas|fabric", patterned=True)
def handbag(pen: Pen, draw: random.Random) -> None:
    pen.line([(-0.42, -0.2), (-0.35, -0.75), (0, -0.9), (0.35, -0.75), (0.42, -0.2)], 0.07, tone=0.8, smooth=True)
    pen.smooth([(-0.6, -0.25), (0.6, -0.25), (0.75, 0.65), (0.6, 0.75), (-0.6, 0.75), (-0.75, 0.65)])
    pen.polygon([(-0.6, -0.25), (0.6, -0.25), (0.5, 0.2), (0, 0.32), (-0.5, 0.2)], "accent" if draw.random() < 0.4 else "body", tone=0.85)
    pen.ellipse(0, 0.28, 0.07, role="gold")


@thing("backpack|rucksack|school bag", "bag|accessory", materials="nylon|canvas|leather|polyester")
def backpack(pen: Pen, draw: random.Random) -> None:
    pen.line([(-0.15, -0.75), (0, -0.93), (0.15, -0.75)], 0.07, "dark", smooth=True)
    for side in (-1, 1):
        pen.rect((side * 0.62 - 0.14, 0.1, side * 0.62 + 0.14, 0.7), tone=0.75, radius=0.08)
    pen.smooth([(-0.5, 0.85), (-0.6, 0.1), (-0.45, -0.7), (0, -0.82), (0.45, -0.7), (0.6, 0.1), (0.5, 0.85)])
    pen.rect((-0.42, 0.15, 0.42, 0.75), "accent", radius=0.1)
    pen.line([(-0.42, 0.3), (0.42, 0.3)], 0.03, "dark")
    pen.line([(-0.45, -0.25), (0, -0.33), (0.45, -0.25)], 0.03, "dark", smooth=True)


@thing("suitcase|luggage|travel case", "bag|luggage", materials="plastic|leather|aluminium|fabric")
def suitcase(pen: Pen, draw: random.Random) -> None:
    pen.line([(-0.2, -0.5), (-0.2, -0.92), (0.2, -0.92), (0.2, -0.5)], 0.06, "dark")
    for x in (-0.4, 0.4):
        pen.ellipse(x, 0.88, 0.09, role="dark")
    pen.rect((-0.58, -0.6, 0.58, 0.85), radius=0.14)
    for x in (-0.3, 0.0, 0.3):
        pen.line([(x, -0.5), (x, 0.75)], 0.035, tone=0.78)


@thing("sunglasses|shades|spectacles|glasses", "accessory|eyewear", materials="plastic|metal", turn="any", plural="pairs of sunglasses")
def sunglasses(pen: Pen, draw: random.Random) -> None:
    pen.line([(-0.15, -0.08), (0, -0.14), (0.15, -0.08)], 0.07, smooth=True)
    for side in (-1, 1):
        pen.line([(side * 0.8, -0.15), (side * 0.97, -0.3)], 0.07)
        shape = [(side * 0.12, -0.2), (side * 0.82, -0.24), (side * 0.8, 0.15), (side * 0.5, 0.32), (side * 0.2, 0.2)]
        pen.smooth(shape)
        pen.smooth([(side * 0.48 + (x - side * 0.48) * 0.78, 0.02 + (y - 0.02) * 0.76) for x, y in shape], "dark", tone=1.2)


@thing("umbrella|brolly|parasol", "accessory", materials="nylon|polyester", patterned=True)
def umbrella(pen: Pen, draw: random.Random) -> None:
    pen.line([(0, -0.75), (0, 0.75), (0.12, 0.9), (0.25, 0.75)], 0.05, draw.choice(("wood", "dark", "metal")))
    pen.smooth([(-0.95, 0.05), (-0.75, -0.5), (0, -0.85), (0.75, -0.5), (0.95, 0.05), (0.62, -0.05), (0.32, 0.08), (0, -0.05),
                (-0.32, 0.08), (-0.62, -0.05)])  # fmt: skip


@thing("ring|finger ring", "piece of jewellery|accessory", materials="gold|silver|metal", colours="gold|silver", turn="any")
def ring(pen: Pen, draw: random.Random) -> None:
    pen.ellipse(0, 0.2, 0.6)
    pen.round_hole(0, 0.2, 0.48, 0.48)
    pen.polygon([(-0.2, -0.7), (0.2, -0.7), (0.32, -0.5), (0, -0.2), (-0.32, -0.5)], "accent", tone=1.2)


@thing("necklace|pendant necklace|chain", "piece of jewellery|accessory", materials="gold|silver|pearl", colours="gold|silver|white")
def necklace(pen: Pen, draw: random.Random) -> None:
    curve = [(-0.6, -0.85), (-0.5, -0.1), (0, 0.45), (0.5, -0.1), (0.6, -0.85)]
    pen.line(curve, 0.04, smooth=True)
    if draw.random() < 0.5:
        for x, y in ((-0.5, -0.1), (-0.35, 0.2), (-0.18, 0.38), (0.18, 0.38), (0.35, 0.2), (0.5, -0.1)):
            pen.ellipse(x, y, 0.08)
    pen.smooth([(0, 0.4), (0.16, 0.65), (0, 0.85), (-0.16, 0.65)], "accent")
