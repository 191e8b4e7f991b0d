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
                     (side * (shoulder + reach - wide), down + 0.1),
                     (side * shoulder * 0.85, -0.3)], tone=0.92)  # fmt: skip


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
    pen.panel((-0.4, -0.42, 0.4, 0.2))


@thing(
    "shirt|dress shirt|button-down shirt|long-sleeved shirt",
    KIND + "|top",
    materials="cotton|linen|silk|denim",
    patterned=True,
)
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
def polo(pen: Pen, _draw: random.Random) -> None:
    _sleeves(pen, 0.55, reach=0.3, down=-0.25, wide=0.28)
    _torso(pen, shoulder=0.55, hem=(0.47, 0.75), neck=0.18)
    pen.rect((-0.06, -0.66, 0.06, -0.25), tone=0.85)
    _collar(pen, "accent")
    for y in (-0.5, -0.34):
        pen.ellipse(0, y, 0.025, role="light")


@thing(
    "sweater|jumper|pullover", KIND + "|top|piece of knitwear", materials="wool|cashmere|knit|cotton", patterned=True
)
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
    pen.panel((-0.4, -0.38, 0.4, 0.15))


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


@thing(
    "trousers|pants|slacks",
    KIND,
    materials="cotton|wool|linen|polyester|corduroy",
    plural="pairs of trousers",
    patterned=True,
)
def trousers(pen: Pen, draw: random.Random) -> None:
    hem, gap = draw.uniform(0.16, 0.26), draw.uniform(0.03, 0.12)
    pen.polygon([(-0.36, -0.92), (0.36, -0.92), (0.46, -0.3), (gap + 2 * hem, 0.95), (gap, 0.95), (0, -0.25),
            (-gap, 0.95),
                 (-gap - 2 * hem, 0.95), (-0.46, -0.3)])  # fmt: skip
    pen.rect((-0.36, -0.95, 0.36, -0.83), "body" if draw.random() < 0.6 else "dark", tone=0.75)
    pen.line([(0, -0.82), (0, -0.3)], 0.025, tone=0.65)
    for side in (-1, 1):
        pen.line([(side * 0.22, -0.8), (side * 0.38, -0.55)], 0.025, tone=0.65)


@thing("jeans|denim jeans|blue jeans", KIND + "|pair of trousers", materials="denim",
       colours="blue|navy|sky blue|black|charcoal", plural="pairs of jeans")  # fmt: skip
def jeans(pen: Pen, draw: random.Random) -> None:
    trousers(pen, draw)
    for side in (-1, 1):
        pen.line([(side * 0.15, -0.8), (side * 0.2, -0.62), (side * 0.4, -0.6)], 0.03, "stitch", smooth=True)
    pen.ellipse(0, -0.89, 0.035, role="stitch")
    if draw.random() < 0.4:
        pen.ellipse(0.25, 0.2, 0.09, 0.06, "light")


@thing(
    "shorts|short trousers|bermudas",
    KIND,
    materials="cotton|denim|polyester|linen",
    plural="pairs of shorts",
    patterned=True,
)
def shorts(pen: Pen, draw: random.Random) -> None:
    length = draw.uniform(0.15, 0.5)
    pen.polygon([(-0.5, -0.6), (0.5, -0.6), (0.72, length), (0.08, length + 0.06), (0, -0.05), (-0.08, length + 0.06),
                 (-0.72, length)])  # fmt: skip
    pen.rect((-0.51, -0.66, 0.51, -0.5), "accent" if draw.random() < 0.5 else "body", tone=0.8)
    if draw.random() < 0.5:
        for x in (-0.05, 0.05):
            pen.line([(x, -0.52), (x * 2, -0.28)], 0.03, "light")


@thing(
    "long-sleeved t-shirt|longsleeve|long-sleeved top",
    KIND + "|top",
    materials="cotton|jersey|polyester",
    patterned=True,
)
def longsleeve(pen: Pen, draw: random.Random) -> None:
    _sleeves(pen, 0.5, reach=draw.uniform(0.12, 0.4), down=draw.uniform(0.2, 0.6), wide=0.2)
    _torso(pen, shoulder=0.52, hem=(draw.uniform(0.4, 0.5), draw.uniform(0.65, 0.85)), neck=0.2)
    pen.ellipse(0, -0.78, 0.22, draw.uniform(0.1, 0.16), "accent" if draw.random() < 0.4 else "body", tone=0.9)
    pen.ellipse(0, -0.8, 0.18, 0.1, "inner")
    pen.panel((-0.4, -0.42, 0.4, 0.2))


@thing("blouse|women's blouse|top", KIND + "|top", materials="silk|chiffon|cotton|satin", patterned=True)
def blouse(pen: Pen, draw: random.Random) -> None:
    _sleeves(pen, 0.46, reach=draw.uniform(0.2, 0.4), down=draw.uniform(-0.1, 0.4), wide=draw.uniform(0.25, 0.4))
    pen.turned([(0.16, -0.8), (0.46, -0.68), (0.38, -0.2), (0.32, 0.1), (draw.uniform(0.45, 0.6), 0.7)])
    pen.polygon(
        [(-0.17, -0.82), (0.17, -0.82), (0, draw.uniform(-0.6, -0.35))], "skin" if draw.random() < 0.3 else "inner"
    )
    if draw.random() < 0.5:
        pen.smooth(
            [(0, -0.55), (0.16, -0.66), (0.2, -0.5), (0.05, -0.5), (0.12, -0.2), (-0.05, -0.48), (-0.2, -0.55)],
            "accent",
        )


@thing(
    "blazer|suit jacket|sports jacket",
    KIND + "|piece of outerwear",
    materials="wool|cotton|linen|velvet|tweed",
    patterned=True,
)
def blazer(pen: Pen, draw: random.Random) -> None:
    _sleeves(pen, 0.52, reach=draw.uniform(0.12, 0.22), down=0.55, wide=0.22)
    _torso(pen, shoulder=0.56, hem=(0.5, 0.85), neck=0.18)
    pen.polygon([(-0.17, -0.82), (0.17, -0.82), (0.0, 0.05)], "light")
    if draw.random() < 0.4:
        pen.polygon([(-0.05, -0.7), (0.05, -0.7), (0.07, -0.2), (0, 0.0), (-0.07, -0.2)], "accent")
    for side in (-1, 1):
        pen.polygon(
            [(side * 0.16, -0.84), (side * 0.34, -0.5), (side * 0.22, -0.42), (0.0, 0.08), (side * 0.05, -0.35)],
            tone=0.78,
        )
        pen.rect((min(side * 0.2, side * 0.4), 0.4, max(side * 0.2, side * 0.4), 0.46), tone=0.75)
    pen.line([(0, 0.05), (0.03, 0.84)], 0.02, tone=0.6)
    for y in (0.15, 0.35):
        pen.ellipse(0.05, y, 0.03, role="dark")


@thing(
    "coat|overcoat|winter coat|trench coat", KIND + "|piece of outerwear", materials="wool|cotton|polyester|cashmere"
)
def coat(pen: Pen, draw: random.Random) -> None:
    _sleeves(pen, 0.46, reach=0.2, down=0.3, wide=0.2)
    pen.turned([(0.18, -0.85), (0.48, -0.74), (0.4, -0.1), (draw.uniform(0.45, 0.6), 0.95)])
    for side in (-1, 1):
        pen.polygon([(0, -0.35), (side * 0.16, -0.9), (side * 0.32, -0.78), (side * 0.26, -0.5)], tone=0.82)
        for y in (-0.2, 0.1, 0.4):
            pen.ellipse(side * 0.12, y, 0.035, role="dark")
    pen.line([(0.0, -0.35), (0.0, 0.93)], 0.025, tone=0.65)
    if draw.random() < 0.5:
        pen.rect((-0.42, -0.08, 0.42, 0.02), tone=0.7)


@thing("leggings|tights", KIND, materials="lycra|cotton|nylon", plural="pairs of leggings", patterned=True)
def leggings(pen: Pen, _draw: random.Random) -> None:
    pen.polygon([(-0.28, -0.93), (0.28, -0.93), (0.36, -0.5), (0.22, 0.2), (0.2, 0.95), (0.08, 0.95), (0.0, -0.35),
            (-0.08, 0.95),
                 (-0.2, 0.95), (-0.22, 0.2), (-0.36, -0.5)])  # fmt: skip
    pen.rect((-0.28, -0.95, 0.28, -0.86), tone=0.8)


@thing(
    "baby bodysuit|romper|onesie|baby romper",
    KIND + "|piece of baby clothing",
    materials="cotton|jersey",
    patterned=True,
)
def bodysuit(pen: Pen, _draw: random.Random) -> None:
    _sleeves(pen, 0.5, reach=0.25, down=-0.25, wide=0.26)
    pen.turned([(0.22, -0.8), (0.5, -0.68), (0.44, 0.3), (0.5, 0.45), (0.2, 0.72), (0.14, 0.85)])
    pen.ellipse(0, -0.8, 0.22, 0.14, "accent")
    pen.ellipse(0, -0.83, 0.17, 0.1, "inner")
    for x in (-0.08, 0.0, 0.08):
        pen.ellipse(x, 0.78, 0.025, role="light")
    pen.panel((-0.36, -0.4, 0.36, 0.2))


@thing("swimsuit|bathing suit|one-piece swimsuit", KIND + "|piece of swimwear", materials="lycra|nylon", patterned=True)
def swimsuit(pen: Pen, draw: random.Random) -> None:
    pen.turned([(0.16, -0.93), (0.24, -0.93), (0.3, -0.55), (0.36, -0.4), (0.26, 0.05), (0.4, 0.45), (0.12, 0.85)])
    pen.hole([(-0.15, -1), (0.15, -1), (0.16, -0.7), (0, draw.uniform(-0.55, -0.3)), (-0.16, -0.7)])


@thing("bra|brassiere|bikini top", KIND + "|piece of underwear", materials="lace|cotton|nylon", patterned=True)
def bra(pen: Pen, _draw: random.Random) -> None:
    for side in (-1, 1):
        pen.line([(side * 0.35, -0.2), (side * 0.42, -0.85)], 0.05)
        pen.polygon([(side * 0.6, 0.0), (side * 0.95, 0.05), (side * 0.95, 0.2), (side * 0.6, 0.35)], tone=0.9)
        pen.smooth([(0.0, 0.05), (side * 0.3, -0.35), (side * 0.65, 0.0), (side * 0.6, 0.38), (side * 0.2, 0.35)])
        pen.line([(side * 0.05, 0.22), (side * 0.32, 0.42), (side * 0.6, 0.3)], 0.03, tone=0.75, smooth=True)


@thing("briefs|underpants|boxer shorts|trunks", KIND + "|piece of underwear", materials="cotton|lycra",
       plural="pairs of briefs", patterned=True)  # fmt: skip
def briefs(pen: Pen, draw: random.Random) -> None:
    leg = draw.uniform(0.1, 0.55)
    pen.polygon(
        [(-0.62, -0.45), (0.62, -0.45), (0.7, leg), (0.2, leg + 0.1), (0, 0.35), (-0.2, leg + 0.1), (-0.7, leg)]
    )
    pen.rect((-0.63, -0.55, 0.63, -0.36), draw.choice(("accent", "dark", "light")))


@thing("tunic|kurta|long shirt", KIND + "|top", materials="cotton|linen|silk", patterned=True)
def tunic(pen: Pen, draw: random.Random) -> None:
    _sleeves(pen, 0.4, reach=draw.uniform(0.15, 0.3), down=draw.uniform(-0.1, 0.4), wide=0.2)
    pen.turned([(0.14, -0.88), (0.42, -0.76), (0.36, -0.1), (0.44, 0.92)])
    pen.line([(0, -0.85), (0, -0.35)], 0.1, "accent")
    pen.rect((-0.44, 0.84, 0.44, 0.93), "accent")
    pen.line([(0.37, 0.35), (0.43, 0.9)], 0.02, tone=0.6)


@thing("waistcoat|vest|gilet", KIND, materials="wool|cotton|denim|nylon", patterned=True)
def waistcoat(pen: Pen, draw: random.Random) -> None:
    pen.turned([(0.14, -0.85), (0.36, -0.8), (0.34, -0.45), (0.44, -0.25), (0.4, 0.55), (0.18, 0.6), (0.02, 0.8)])
    pen.polygon([(-0.15, -0.87), (0.15, -0.87), (0, draw.uniform(-0.3, 0.0))], draw.choice(("light", "inner")))
    for y in (0.1, 0.3, 0.5):
        pen.ellipse(0, y, 0.035, role="dark")
    for side in (-1, 1):
        pen.line([(side * 0.14, 0.3), (side * 0.3, 0.26)], 0.04, tone=0.65)
