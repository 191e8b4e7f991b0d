"""Colours and what people call them."""

from __future__ import annotations

import random
from typing import NamedTuple

RGB = tuple[int, int, int]

# Name, anchor, and other names for the same colour. Anchors are far enough apart that the jitter of
# `draw_colour` never carries one colour into another's name.
_TABLE: tuple[tuple[str, RGB, tuple[str, ...]], ...] = (
    ("red", (205, 30, 35), ("bright red", "scarlet")),
    ("green", (45, 140, 60), ("grass green",)),
    ("blue", (40, 90, 195), ("royal blue",)),
    ("yellow", (245, 210, 45), ("bright yellow",)),
    ("orange", (240, 130, 30), ("bright orange",)),
    ("purple", (115, 45, 140), ("violet",)),
    ("pink", (240, 140, 180), ("rose", "light pink")),
    ("brown", (110, 68, 38), ("chocolate brown",)),
    ("black", (28, 28, 30), ("jet black",)),
    ("white", (246, 246, 244), ("snow white",)),
    ("grey", (135, 137, 140), ("gray",)),
    ("navy", (24, 34, 82), ("navy blue", "dark blue")),
    ("beige", (220, 200, 165), ("sand", "light brown")),
    ("maroon", (105, 20, 32), ("burgundy", "dark red", "wine red")),
    ("teal", (15, 115, 120), ("dark turquoise", "blue-green")),
    ("turquoise", (70, 205, 200), ("aqua",)),
    ("sky blue", (135, 190, 235), ("light blue", "pale blue")),
    ("lime", (165, 215, 50), ("lime green", "yellow-green")),
    ("dark green", (20, 75, 45), ("forest green", "bottle green")),
    ("olive", (110, 112, 48), ("olive green", "khaki green")),
    ("mint", (175, 228, 198), ("mint green", "pale green")),
    ("lavender", (190, 165, 225), ("lilac", "light purple")),
    ("magenta", (205, 30, 125), ("fuchsia", "hot pink")),
    ("mustard", (200, 150, 35), ("mustard yellow", "ochre")),
    ("coral", (245, 110, 90), ("salmon", "coral pink")),
    ("cream", (248, 236, 208), ("off-white", "ivory")),
    ("charcoal", (62, 65, 70), ("dark grey", "dark gray")),
    ("silver", (192, 196, 200), ("light grey", "light gray")),
    ("gold", (208, 168, 78), ("golden",)),
)
ANCHORS: dict[str, RGB] = {name: rgb for name, rgb, _ in _TABLE}
OTHER_NAMES: dict[str, tuple[str, ...]] = {name: others for name, _, others in _TABLE}
ALL_COLOURS = tuple(ANCHORS)
# The twelve that people name most are drawn as often as all others together.
COMMON = ALL_COLOURS[:14]


class Colour(NamedTuple):
    """A colour as drawn, and the name it goes by."""

    name: str
    rgb: RGB

    def said(self, draw: random.Random) -> str:
        """One of the colour's names, the usual one more often than not."""
        return self.name if draw.random() < 0.6 else draw.choice((self.name, *OTHER_NAMES[self.name]))


def draw_colour(
    draw: random.Random, among: tuple[str, ...] = (), *, away_from: RGB | None = None, jitter: int = 10
) -> Colour:
    """A colour by name, off its anchor by up to `jitter` of 255 a channel, and contrasting with `away_from`."""
    name = ""
    for _ in range(12):
        name = draw.choice(among or (COMMON if draw.random() < 0.5 else ALL_COLOURS))
        if away_from is None or distance(ANCHORS[name], away_from) > 90:
            break
    red, green, blue = (max(0, min(255, value + draw.randint(-jitter, jitter))) for value in ANCHORS[name])
    return Colour(name, (red, green, blue))


def distance(first: RGB, second: RGB) -> float:
    """How far two colours are apart to the eye, 0 to about 765 (the "redmean" weighting of RGB)."""
    mean = (first[0] + second[0]) / 2
    red, green, blue = (one - other for one, other in zip(first, second, strict=True))
    return ((2 + mean / 256) * red**2 + 4 * green**2 + (2 + (255 - mean) / 256) * blue**2) ** 0.5


def toned(rgb: RGB, factor: float) -> RGB:
    """`rgb` made darker (factor under 1) or lighter (over 1: that share of the way to white, less 1)."""
    if factor <= 1:
        return (int(rgb[0] * factor), int(rgb[1] * factor), int(rgb[2] * factor))
    share = min(factor - 1, 1.0)
    red, green, blue = (int(value + (255 - value) * share) for value in rgb)
    return (red, green, blue)
