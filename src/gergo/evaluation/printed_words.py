"""Words to read and the pictures they are printed on: drawn here, the same for the same seed on every machine.

The letters are those of the font that Pillow carries (Aileron, plain ASCII); no font of the system is looked for.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from gergo.demo.noise import plane
from gergo.demo.seeds import generator

SIZE_PX = 224
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
WORDS = 8  # to choose from, all of one kind: chance is one in eight
LONGEST = 12  # letters; a longer word would have to be printed small
SEVERAL = 0.9  # of the picture's width that a word may take
GROUNDS = ("plain", "fabric", "photograph")
GROUNDS_A_PART = 3  # different ones of each kind, to learn from, and as many others to be tested on

FACTORS: Mapping[str, tuple[float, ...]] = {
    "rotation": (0.0, 15.0, 45.0, 90.0),  # degrees, to either side
    "blur": (0.0, 0.04, 0.08, 0.16),  # radius over the height of a letter
    "size": (0.22, 0.14, 0.09, 0.06),  # height of a letter over that of the picture
    "contrast": (1.0, 0.5, 0.25, 0.12),  # of ink and ground; 1 is black or white
}
"""Each factor's steps: the first is easy, and what every other factor is held at."""

_UNITS = "mm|cm|ml|cl|dl|l|g|kg|GB|TB|W|V|Ah|mAh|in|oz|lb"
_SIZE = re.compile(
    rf"(?<![\w.,/-])(?:M\d{{1,2}}|[2-5]?X{{1,3}}[SL]|\d{{1,4}}(?:[.,]\d{{1,2}})? ?(?:{_UNITS}))(?![\w/-])"
)
_BARE_SIZE = re.compile(r"[SML]|[2-5]?X{1,3}[SL]|\d{2}")  # what is a size only where it is all that a cell says
GENERIC_SIZES = ("S", "M", "XL", "38", "42", "500 g", "1 l", "250 ml", "10 mm", "60 W")
GENERIC_BRANDS = ("Fixwell", "Norrland", "KRAFTEC", "Ankora", "ProStud", "Zincor", "Titanfix", "Ostermann")
THREADS = ("M3", "M4", "M5", "M6", "M8", "M10", "M12", "M16")


@dataclass(frozen=True)
class Vocabulary:
    """WORDS words of each kind.

    own: how many of a kind are the catalogue's; undrawable: brands that our font cannot print.
    """

    words: Mapping[str, tuple[str, ...]]
    own: Mapping[str, int]
    undrawable: int


@dataclass(frozen=True)
class Print:
    """One picture to draw. word: its number among those of its kind; step: 0 is easy; part: "train" or "test".

    factor "" is the easy picture that all factors share; ground_number tells grounds of one kind and part apart.
    """

    kind: str
    word: int
    factor: str
    step: int
    ground: str
    ground_number: int
    part: str


def vocabulary(brands: Iterable[str], cells: Iterable[str], *, seed: int) -> Vocabulary:
    """The words to print: the commonest brands and sizes of a catalogue, filled up with generic ones, and our own.

    cells: every cell that may say a size.
    """
    counted = Counter(brand for brand in brands if brand)
    short = [brand for brand, _ in counted.most_common() if 2 <= len(brand) <= LONGEST]
    drawn = [brand for brand in short if printable(brand)]
    rng = generator("words", seed)
    sizes = Counter(size for cell in cells for size in sizes_in(cell))
    found = {"brand": drawn, "size": [size for size, _ in sizes.most_common()]}
    generic = {"brand": GENERIC_BRANDS, "size": GENERIC_SIZES}
    words = {kind: _first_distinct([*found[kind][:WORDS], *generic[kind]]) for kind in found}
    words |= {"thread": THREADS, "date": _dates(rng), "price": _prices(rng)}
    own = {kind: sum(word in found[kind][:WORDS] for word in words[kind]) for kind in found}
    return Vocabulary(words, own, len(short) - len(drawn))


def sizes_in(cell: str) -> list[str]:
    """The sizes that a cell names.

    >>> sizes_in("Hex bolt M8 x 40mm, 500 g"), sizes_in("XL"), sizes_in("Levi's S"), sizes_in("42")
    (['M8', '40mm', '500 g'], ['XL'], [], ['42'])
    """
    cell = cell.strip()
    return [cell] if _BARE_SIZE.fullmatch(cell) else _SIZE.findall(cell)


def printable(word: str) -> bool:
    """Whether our font has every letter.

    >>> printable("Bodgit & Sons"), printable("Häagen")
    (True, False)
    """
    return word.isascii() and word.isprintable()


def prints(kinds: Sequence[str]) -> Iterator[Print]:
    """Every picture. To learn from: each word, easy, on every ground of that part. To be tested on: each word easy on
    one ground of each kind, and at every step of every factor.

    No ground goes with a word: what is learnt cannot be the ground, and no ground is in both parts.
    """
    for kind in kinds:
        for word in range(WORDS):
            for ground_kind in GROUNDS:
                for number in range(GROUNDS_A_PART):
                    yield Print(kind, word, "", 0, ground_kind, number, "train")
                yield Print(kind, word, "", 0, ground_kind, word % GROUNDS_A_PART, "test")
            for factor, steps in FACTORS.items():
                for step in range(1, len(steps)):
                    # The same ground at every step: along a factor nothing else changes.
                    number = word // len(GROUNDS) % GROUNDS_A_PART
                    yield Print(kind, word, factor, step, GROUNDS[word % len(GROUNDS)], number, "test")


def draw(wanted: Print, word: str, ground: Image.Image, *, seed: int) -> Image.Image:
    """The word printed on the ground, as difficult as `wanted` says."""
    rng = generator("print", seed, wanted)
    value = {name: steps[wanted.step if name == wanted.factor else 0] for name, steps in FACTORS.items()}
    font, height_px = _fitting_font(word, value["size"] * SIZE_PX)
    outline_px = round(height_px / 12) if wanted.ground == "photograph" else 0
    angle = value["rotation"] * rng.choice([-1, 1]) + rng.uniform(-2, 2)
    masks = [_mask(word, font, outline_px, inner_px, angle) for inner_px in dict.fromkeys([outline_px, 0])]
    left, top = (_place(side, rng) for side in masks[0].size)
    picture = ground.copy()
    under = np.asarray(picture.crop((left, top, left + masks[0].width, top + masks[0].height)), np.float32).mean((0, 1))
    dark = float(under @ (0.299, 0.587, 0.114)) > 118
    # Letters on an uneven ground are outlined, as captions are: part of it has their own colour.
    for mask, is_dark in zip(masks, [dark] if len(masks) == 1 else [not dark, dark], strict=True):
        ink = under + value["contrast"] * ((0.0 if is_dark else 255.0) - under)
        picture.paste(tuple(int(c) for c in ink.round()), (left, top), mask)
    if value["blur"]:
        picture = picture.filter(ImageFilter.GaussianBlur(value["blur"] * height_px))
    return picture


def _mask(word: str, font: Font, room_px: int, stroke_px: int, angle: float) -> Image.Image:
    """Where the ink of a word is, turned; bare and outlined words of one room lie on each other."""
    left, top, right, bottom = font.getbbox(word, stroke_width=room_px)
    margin = 2
    mask = Image.new("L", (int(right - left) + 2 * margin, int(bottom - top) + 2 * margin))
    at = (margin - left, margin - top)
    ImageDraw.Draw(mask).text(at, word, fill=255, font=font, stroke_width=stroke_px)
    return mask.rotate(angle, Image.Resampling.BICUBIC, expand=True)


def _place(side_px: int, rng: np.random.Generator) -> int:
    """Where a word of this extent begins: about the middle, and whole where it fits."""
    middle = (SIZE_PX - side_px) // 2
    return middle + round(float(rng.uniform(-0.5, 0.5)) * max(0, middle))


def _fitting_font(word: str, letter_px: float) -> tuple[Font, float]:
    """The font at which a capital is `letter_px` high, or the word as wide as it may be; and that height."""
    size_px = letter_px / 0.72
    left, _, right, _ = ImageFont.load_default(size=100).getbbox(word)
    size_px = min(size_px, SEVERAL * SIZE_PX * 100 / (right - left))
    return ImageFont.load_default(size=size_px), 0.72 * size_px


def ground(kind: str, part: str, number: int, photographs: Sequence[Image.Image], *, seed: int) -> Image.Image:
    """A ground of SIZE_PX square. photographs: the catalogue's own pictures, those of both parts."""
    rng = generator("ground", seed, kind, part, number)
    if kind == "photograph":
        place = number + (GROUNDS_A_PART if part == "test" else 0)
        return _square(photographs[place % len(photographs)])
    colour = np.clip(rng.uniform(30, 235) + rng.normal(0, 28, 3), 0, 255)
    if kind == "plain":
        return Image.new("RGB", (SIZE_PX, SIZE_PX), tuple(int(c) for c in colour))
    return Image.fromarray(_fabric(colour, rng, (seed, part, number)))


def _fabric(colour: NDArray[np.float64], rng: np.random.Generator, name: object) -> NDArray[np.uint8]:
    """A twill or a plain weave, uneven threads, soft folds: uint8 [S, S, 3]."""
    row, col = np.mgrid[0:256, 0:256]
    period = rng.uniform(3.5, 7)
    lean = rng.choice([0.0, 1.0])
    weave = np.sin(2 * np.pi * (col + lean * row) / period) * np.sin(2 * np.pi * row / period + lean)
    thread = plane(("thread", name), 256, blur_x=0.6, blur_y=5)
    folds = plane(("folds", name), 256, blur_x=22, blur_y=30)
    shade = 1 + 0.13 * weave + 0.05 * thread + 0.09 * folds
    pixels = np.clip(colour * shade[:SIZE_PX, :SIZE_PX, None], 0, 255)
    return pixels.astype(np.uint8)


def _square(picture: Image.Image) -> Image.Image:
    side = min(picture.size)
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    square = picture.convert("RGB").crop((left, top, left + side, top + side))
    return square.resize((SIZE_PX, SIZE_PX), Image.Resampling.BICUBIC)


def _first_distinct(words: Iterable[str]) -> tuple[str, ...]:
    """The first WORDS words that differ in more than case and spaces."""
    by_key: dict[str, str] = {}
    for word in words:
        by_key.setdefault(word.casefold().replace(" ", ""), word)
    return tuple(by_key.values())[:WORDS]


def _dates(rng: np.random.Generator) -> tuple[str, ...]:
    months = rng.permutation(12)[:WORDS] + 1
    years = rng.integers(2025, 2030, WORDS)
    return tuple(f"{month:02d}/{year}" for month, year in zip(months, years, strict=True))


def _prices(rng: np.random.Generator) -> tuple[str, ...]:
    whole = rng.choice(np.arange(1, 60), WORDS, replace=False)
    return tuple(
        f"${euros}.{cents}" for euros, cents in zip(whole, rng.choice(["49", "90", "95", "99"], WORDS), strict=True)
    )
