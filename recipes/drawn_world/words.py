"""Words to print, and their printing onto a panel of an object."""

from __future__ import annotations

import functools
import random
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from .colours import ANCHORS, RGB, distance
from .commerce import BRANDS
from .trades import TRADES

FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts")
_SIZES = (10, 13, 17, 22, 28, 36, 48, 64)
_FIXED = (
    "sale", "new", "open", "closed", "free", "fresh", "organic", "best", "hello", "love", "welcome", "exit", "push",
    "pull", "today", "offer", "menu", "home", "stop", "yes", "no", "bio", "light", "pure", "extra", "classic", "mild",
    "strong", "vegan", "natural", "original", "premium", "special", "limited", "made in Italy", "two for one",
    "thank you",
    "half price", "keep calm", "good morning", "handle with care", "this way up", "fragile", "no smoking", "on sale",
)  # fmt: skip


@functools.cache
def vocabulary() -> tuple[str, ...]:
    """Words of 2 to 9 letters from the trades' nouns and qualities, brands, and a list of what signs say."""
    # The demo's trade is left out: its words are the ones that the base must not have met in a picture.
    trades = [trade for trade in TRADES if trade.name != "DIY"]
    texts = [word for trade in trades for noun in trade.nouns for word in noun]
    texts += [word for trade in trades for word in (*trade.qualities, *trade.materials)]
    singles = {word for text in texts for word in text.split() if word.isalpha() and 3 <= len(word) <= 9}
    return tuple(sorted(singles | set(BRANDS) | set(_FIXED)))


def draw_words(draw: random.Random) -> str:
    """What a label says: mostly a word, at times a number, a quantity, a price or a made-up name."""
    chance = draw.random()
    if chance < 0.62:
        return draw.choice(vocabulary())
    if chance < 0.72:
        return f"{draw.choice(vocabulary())} {draw.choice(vocabulary())}"
    if chance < 0.82:
        return str(draw.choice((draw.randint(0, 9), draw.randint(10, 99), draw.randint(100, 2030))))
    if chance < 0.87:
        return draw.choice(("-{}%", "{}% off", "{}%")).format(5 * draw.randint(1, 15))
    if chance < 0.92:
        return f"{draw.choice('€$£')}{draw.randint(1, 99)}.{draw.choice(('00', '50', '95', '99'))}"
    if chance < 0.95:
        return f"{draw.choice((1, 2, 5, 10, 100, 250, 500))} {draw.choice(('g', 'kg', 'ml', 'l', 'cm', 'pcs', 'm'))}"
    return "".join(draw.choice("bcdfglmnprstvz") + draw.choice("aeiou") for _ in range(draw.randint(2, 4)))


@functools.cache
def _font_paths() -> tuple[str, ...]:
    """Fonts of the system that have Latin letters, in a fixed order; oblique ones too. DejaVu and Liberation."""
    found = {path.name: str(path) for folder in FONT_FOLDERS if folder.is_dir() for path in folder.rglob("*.ttf")}
    known = [name for name in sorted(found) if name.startswith(("DejaVu", "Liberation")) and "Math" not in name]
    return tuple(found[name] for name in known or sorted(found))


@functools.lru_cache(maxsize=400)
def _font(which: int, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    paths = _font_paths()
    return ImageFont.truetype(paths[which % len(paths)], size) if paths else ImageFont.load_default(size)


def print_on(
    draw: random.Random, picture: Image.Image, panel: list[tuple[float, float]], text: str, behind: RGB
) -> str:
    """Print `text` into the quadrilateral `panel` (pixels, from the top left corner clockwise), in place.

    Keeps the letters' proportions, within the panel; the ink, whose name is returned, contrasts with `behind`.
    """
    text = draw.choice((text, text, text.upper(), text.title()))
    (x0, y0), (x1, y1), _, (x3, y3) = panel
    wide, high = float(np.hypot(x1 - x0, y1 - y0)), float(np.hypot(x3 - x0, y3 - y0))
    lines = text.split() if len(text) > 9 and " " in text else [text]
    glyph = high * 0.9 / len(lines)
    guess = min(glyph, 1.7 * wide / max(len(line) for line in lines))
    font = _font(draw.randint(0, 10_000), min(_SIZES, key=lambda size: abs(size - guess)))
    block = "\n".join(lines)
    pencil = ImageDraw.Draw(picture)
    left, top, right, bottom = pencil.multiline_textbbox((0, 0), block, font=font, align="center", spacing=2)
    text_wide, text_high = right - left, bottom - top
    ink = Image.new("L", (int(text_wide) + 2, int(text_high) + 2), 0)
    ImageDraw.Draw(ink).multiline_text((1 - left, 1 - top), block, fill=255, font=font, align="center", spacing=2)
    # The words fill their panel in one direction and are centred in the other.
    share = min(wide / ink.width, high / ink.height) * draw.uniform(0.8, 1.0)
    placed = _inset(panel, share * ink.width / wide, share * ink.height / high)
    mask = ink.transform(
        picture.size, Image.Transform.PERSPECTIVE, _homography(placed, ink.size), Image.Resampling.BICUBIC
    )
    inks = [name for name in _INKS if distance(ANCHORS[name], behind) > 300]
    name = draw.choice(inks or ["black" if sum(behind) > 380 else "white"])
    picture.paste(ANCHORS[name], mask=mask)
    return name


# Black and white are what most is printed in.
_INKS = (
    "black",
    "white",
    "black",
    "white",
    "black",
    "white",
    "red",
    "blue",
    "green",
    "yellow",
    "purple",
    "orange",
    "navy",
)


def _inset(panel: list[tuple[float, float]], across: float, down: float) -> list[tuple[float, float]]:
    """The middle `across` by `down` share of a quadrilateral."""
    corners = np.array(panel)
    kept = []
    for u, v in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        s, t = 0.5 + u * across / 2, 0.5 + v * down / 2
        top, bottom = corners[0] + s * (corners[1] - corners[0]), corners[3] + s * (corners[2] - corners[3])
        kept.append(tuple(top + t * (bottom - top)))
    return kept


def _homography(corners: list[tuple[float, float]], size: tuple[int, int]) -> list[float]:
    """PIL's eight numbers that take a place in the picture back to one in an image of `size`."""
    wide, high = size
    rows, values = [], []
    for (x, y), (u, v) in zip(corners, ((0, 0), (wide, 0), (wide, high), (0, high)), strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return np.linalg.solve(np.array(rows, float), np.array(values, float)).tolist()
