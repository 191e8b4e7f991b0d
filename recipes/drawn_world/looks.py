"""How a thing looks this time: colours, pattern, material, light."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

from .colours import RGB, Colour, draw_colour, toned
from .pen import OVERSAMPLING, Layer, Paint, Pen, soft_waves, view_matrix
from .staging import Staging, draw_staging
from .surfaces import PATTERNS, grid, noise, pattern, wood, woven
from .things import Thing
from .words import print_on

FABRICS = frozenset((
    "cotton", "linen", "wool", "polyester", "silk", "denim", "jersey", "cashmere", "knit", "fleece", "velvet", "satin",
    "chiffon", "corduroy", "canvas", "nylon", "suede", "fabric", "felt", "mesh", "straw", "lycra", "plush", "lace",
    "tweed",
))  # fmt: skip
METALS = frozenset((
    "steel", "stainless steel", "metal", "cast iron", "copper", "aluminium", "silver", "gold", "tin", "foil", "brass",
))  # fmt: skip
GLOSSY = frozenset((
    "ceramic", "porcelain", "china", "plastic", "enamel", "stoneware", "patent leather", "leather", "rubber",
    "silicone",
))  # fmt: skip
CLEAR = frozenset(("glass", "crystal"))
# A material that is a colour too, and the colours that metal has when nothing is painted on it.
_METAL_COLOURS = {
    "gold": ("gold",),
    "silver": ("silver",),
    "copper": ("coral", "brown"),
    "cast iron": ("black", "charcoal"),
}
_BARE = ("silver", "silver", "grey")

FIXED_PAINTS: dict[str, RGB] = {
    "dark": (36, 36, 40), "light": (240, 239, 235), "metal": (172, 176, 182), "wood": (132, 88, 50),
    "leaf": (72, 140, 58),
    "coffee": (88, 54, 32), "wine": (112, 16, 38), "toast": (202, 148, 84), "glow": (255, 228, 130),
    "red": (200, 52, 46),
    "stitch": (206, 162, 84), "gold": (208, 168, 78), "cream": (246, 236, 208), "pink": (232, 150, 165),
    "skin": (224, 178, 146), "glass": (170, 205, 225), "tyre": (42, 42, 44), "flame": (245, 150, 40),
}  # fmt: skip


@dataclass(frozen=True)
class Look:
    """A thing with everything that is said about it."""

    thing: Thing
    colour: Colour
    second: Colour
    pattern: str
    material: str
    style: str
    staging: Staging | None = None


def draw_look(draw: random.Random, thing: Thing, *, away_from: RGB | None = None, style: str = "") -> Look:
    """Decide how a thing looks: colour first, since that is what is said most."""
    material = draw.choice(thing.materials) if thing.materials and draw.random() < 0.8 else ""
    among = thing.colours
    if material in METALS and not among and draw.random() < 0.7:
        among = _METAL_COLOURS.get(material, _BARE)
    if material in ("wood", "bamboo", "cardboard", "cork", "straw") and not among:
        among = ("brown", "beige", "mustard")
    colour = draw_colour(draw, among, away_from=away_from)
    second = draw_colour(draw, away_from=colour.rgb)
    plain = not thing.patterned or material in CLEAR | METALS or draw.random() < 0.55
    kind = "" if plain else draw.choice(PATTERNS)
    style = style or draw.choices(("shaded", "flat", "outlined"), (78, 12, 10))[0]
    return Look(thing, colour, second, kind, material, style, draw_staging(draw, thing))


def _paints(draw: random.Random, look: Look, size: int) -> dict[str, Paint]:
    body: Image.Image | None = None
    if look.pattern:
        body = pattern(draw, look.pattern, size, look.colour.rgb, look.second.rgb)
    elif look.material in ("wood", "bamboo") and look.style == "shaded":
        body = wood(draw, size, look.colour.rgb)
    if look.style == "shaded" and look.material in FABRICS and draw.random() < 0.6:
        body = woven(draw, body or Image.new("RGB", (size, size), look.colour.rgb))
    shift = draw.randint(-14, 14)
    paints = {role: Paint((r + shift, g + shift, min(255, b + shift))) for role, (r, g, b) in FIXED_PAINTS.items()}
    dark_body = sum(look.colour.rgb) < 300
    paints["body"] = Paint(look.colour.rgb, body)
    paints["accent"] = Paint(look.second.rgb)
    paints["inner"] = Paint(toned(look.colour.rgb, 1.5 if dark_body else 0.6))
    paints["keys"] = Paint((225, 225, 228) if dark_body else (50, 50, 54))
    paints["screen"] = Paint(draw.choice(((22, 24, 30), (40, 70, 120), (90, 150, 200), (30, 30, 34), (60, 110, 100))))
    return paints


def draw_thing(
    draw: random.Random, look: Look, side_px: int, *, text: str = "", turn: float | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """A thing on a square of its own: colours float32 [s, s, 3] of 0 to 255, coverage float32 [s, s] of 0 to 1."""
    if turn is None:
        turn = draw.gauss(0, 0.09)
        if look.thing.turn == "any" and not text:
            turn = draw.choice((turn, draw.uniform(-math.pi, math.pi), draw.choice((math.pi / 4, -math.pi / 4))))
    view = view_matrix(draw, turn=turn, mirror=not text and draw.random() < 0.5)
    if look.staging is not None:
        view = view @ look.staging.fit
    soft = "garment" in look.thing.kinds or "piece of home textile" in look.thing.kinds
    waves = soft_waves(draw, 0.07) if soft and draw.random() < 0.7 else None
    outline = draw.choice(((25, 25, 28), toned(look.colour.rgb, 0.35))) if look.style == "outlined" else None
    pen = Pen(side_px, view, _paints(draw, look, side_px * OVERSAMPLING), outline=outline, waves=waves)
    if look.staging is not None:
        look.staging.prepare(pen, draw)
    look.thing.draw(pen, draw)
    layer = pen.lift()
    if text and layer.panels:
        corners = layer.panels[-1]
        x, y = (int(sum(axis) / 4) for axis in zip(*corners, strict=True))
        behind = layer.rgb.getpixel((min(max(x, 0), side_px - 1), min(max(y, 0), side_px - 1)))
        assert isinstance(behind, tuple)
        print_on(draw, layer.rgb, corners, text, (int(behind[0]), int(behind[1]), int(behind[2])))
    return _lit(draw, look, layer)


def _lit(draw: random.Random, look: Look, layer: Layer) -> tuple[np.ndarray, np.ndarray]:
    """The layer under a light: the blurred coverage is taken for a height, whose slope faces the light or not."""
    rgb = np.asarray(layer.rgb).astype(np.float32)
    alpha = np.asarray(layer.alpha).astype(np.float32) / 255
    if look.style != "shaded":
        return rgb, alpha
    side = alpha.shape[0]
    height = np.asarray(layer.alpha.filter(ImageFilter.BoxBlur(side * draw.uniform(0.05, 0.13)))).astype(np.float32)
    down, across = np.gradient(height)
    angle = draw.uniform(-2.6, -0.5)
    facing = (across * math.cos(angle) + down * math.sin(angle)) * (-side / 2200.0)
    x, y = grid(side)
    shade = 1 + facing * draw.uniform(0.25, 0.6) + draw.uniform(0, 0.16) * (x * math.cos(angle) + y * math.sin(angle))
    if look.material in METALS:
        lie = draw.uniform(-0.5, 0.5)
        shade = shade + draw.uniform(0.06, 0.2) * np.sin((x + lie * y) * draw.uniform(3, 7) + draw.uniform(0, 6))
    elif look.material in FABRICS or "garment" in look.thing.kinds:
        # Folds: soft ones everywhere, and creases where another noise crosses zero.
        shade = shade + draw.uniform(0.02, 0.07) * noise(draw, side, fineness=draw.randint(0, 3))
        crease = np.minimum(np.abs(noise(draw, side, fineness=draw.randint(0, 2))) * 4, 1)
        shade = shade - draw.uniform(0, 0.22) * (1 - crease)
    rgb = rgb * shade[..., None]
    if look.material in GLOSSY or look.material in CLEAR or look.material in METALS:
        shine = np.clip(facing - draw.uniform(0.15, 0.35), 0, 1) * draw.uniform(120, 330)
        rgb = rgb + shine[..., None]
    if look.material in CLEAR:
        rim = 1 - np.clip(height / 255, 0, 1)
        alpha = alpha * np.clip(draw.uniform(0.35, 0.7) + 1.2 * rim, 0, 1)
    return np.clip(rgb, 0, 255), alpha
