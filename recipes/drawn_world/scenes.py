"""Pictures composed: one thing, several, two in a relation, a heap, printed words, shapes, cloth; and captions."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator

import numpy as np
from PIL import Image

from . import (
    accessories,
    captions,
    clothes,
    electronics,
    food,
    fruit,
    furniture,
    kitchenware,
    leisure,
    nature,
    packaging,
    shapes,
    tools,
)
from .backdrops import Backdrop, draw_backdrop
from .colours import draw_colour
from .compositing import exposed, put
from .looks import draw_look, draw_thing
from .surfaces import PATTERNS, pattern, wood, woven
from .things import THINGS, Thing
from .words import draw_words, print_on

# Importing a module of drawings registers its things.
DRAWINGS = (
    accessories, clothes, electronics, food, fruit, furniture, kitchenware, leisure, nature, packaging, shapes, tools,
)  # fmt: skip
_SHAPES = tuple(thing for thing in THINGS if "shape" in thing.kinds)
_OBJECTS = tuple(thing for thing in THINGS if "shape" not in thing.kinds)
_HEAPED = tuple(thing for thing in _OBJECTS if thing.heaped)
_PRINTED_NAMES = frozenset((
    "t-shirt", "long-sleeved t-shirt", "baby bodysuit", "hoodie", "mug", "bottle", "jar", "box", "milk carton", "can",
    "paper bag", "bag of crisps", "tube", "spray bottle", "tub", "book", "notebook", "sign", "label", "price tag",
    "poster",
    "banner", "soap", "perfume bottle", "truck",
))  # fmt: skip
_PRINTED = tuple(thing for thing in _OBJECTS if thing.names[0] in _PRINTED_NAMES)
Sample = tuple[np.ndarray, list[str]]


def samples(n: int, seed: int, size_px: int = 112, *, start: int = 0) -> Iterator[Sample]:
    """Pictures uint8 [size_px, size_px, 3] in RGB with three to six captions each.

    Picture i of a seed is the same whatever `n` and `start`, on machines with the same fonts; so workers may
    split a run by `start`.
    """
    for index in range(start, start + n):
        yield sample(seed, index, size_px)


def sample(seed: int, index: int, size_px: int = 112) -> Sample:
    """Picture `index` of a seed, as `samples`."""
    draw = random.Random(f"drawn world {seed} {index}")
    scene = draw.choices((one, printed, words, group, heap, pair, composition, swatch), (42, 13, 6, 8, 7, 8, 12, 4))[0]
    canvas, said = scene(draw, size_px)
    return exposed(draw, canvas), said


def one(draw: random.Random, size: int) -> Sample:
    """A thing by itself, in a studio or in the world, whole or cut off by the frame."""
    return _single(draw, size, draw.choice(_OBJECTS), "")


def printed(draw: random.Random, size: int) -> Sample:
    """A thing with words on it, large enough to read."""
    return _single(draw, size, draw.choice(_PRINTED), draw_words(draw))


def _single(draw: random.Random, size: int, thing: Thing, text: str) -> Sample:
    backdrop = draw_backdrop(draw, size)
    look = draw_look(draw, thing, away_from=backdrop.rgb)
    share = (
        draw.uniform(0.8, 1.1)
        if text
        else draw.choice((draw.uniform(0.42, 0.8), draw.uniform(0.75, 1.0), draw.uniform(0.9, 1.4)))
    )
    side = int(size * share)
    canvas = backdrop.pixels.astype(np.float32)
    room = max(0.06, (1 - share) / 2 * 0.8)
    x, y = (int(size * (0.5 + draw.uniform(-room, room))) for _ in range(2))
    put(draw, canvas, draw_thing(draw, look, side, text=text), x, y, flat=look.style != "shaded")
    size_word = (
        draw.choice(("small", "little", "tiny"))
        if share < 0.5
        else draw.choice(("large", "big"))
        if share > 1.05
        else ""
    )
    place = _place(draw, backdrop)
    if look.staging is not None and draw.random() < 0.7:
        place = draw.choice(look.staging.sayings)
    return canvas, captions.of_one(draw, look, place, size_word, text)


def words(draw: random.Random, size: int) -> Sample:
    """Nothing but words, large, on whatever surface."""
    backdrop = draw_backdrop(draw, size)
    text = draw_words(draw)
    picture = Image.fromarray(backdrop.pixels)
    wide, high = size * draw.uniform(0.35, 0.48), size * draw.uniform(0.14, 0.35)
    x, y, turn = size * draw.uniform(0.48, 0.52), size * draw.uniform(0.38, 0.62), draw.gauss(0, 0.12)
    across = np.array([math.cos(turn), math.sin(turn)]) * wide
    down = np.array([-math.sin(turn), math.cos(turn)]) * high
    panel = [
        (x + i * across[0] + j * down[0], y + i * across[1] + j * down[1])
        for i, j in ((-1, -1), (1, -1), (1, 1), (-1, 1))
    ]
    ink = print_on(draw, picture, panel, text, backdrop.rgb)
    return np.asarray(picture).astype(np.float32), captions.of_words(draw, text, ink, _place(draw, backdrop))


def group(draw: random.Random, size: int) -> Sample:
    """Two to nine of one thing, in rows."""
    backdrop = draw_backdrop(draw, size, busy=0.4)
    look = draw_look(draw, draw.choice(_OBJECTS if draw.random() < 0.7 else _SHAPES), away_from=backdrop.rgb)
    count = draw.choice((2, 2, 2, 3, 3, 3, 4, 4, 5, 6, 7, 8, 9))
    columns = count if count <= 3 and draw.random() < 0.7 else math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    cell = size / max(columns, rows)
    side = max(14, int(cell * draw.uniform(0.85, 1.02)))
    canvas = backdrop.pixels.astype(np.float32)
    turn = draw.gauss(0, 0.2)
    layers = [draw_thing(draw, look, side, turn=turn) for _ in range(min(count, 2))]
    top = (size - rows * cell) / 2
    for number in range(count):
        row, column = divmod(number, columns)
        in_row = min(columns, count - row * columns)
        x = (size - in_row * cell) / 2 + (column + 0.5) * cell + draw.uniform(-0.05, 0.05) * cell
        y = top + (row + 0.5) * cell + draw.uniform(-0.05, 0.05) * cell
        put(draw, canvas, layers[number % len(layers)], int(x), int(y), flat=look.style != "shaded")
    return canvas, captions.of_many(draw, look, count, _place(draw, backdrop))


def heap(draw: random.Random, size: int) -> Sample:
    """A market stall's worth of one kind of fruit or vegetable, filling the picture."""
    backdrop = draw_backdrop(draw, size, busy=0.9)
    look = draw_look(draw, draw.choice(_HEAPED), style="shaded")
    side = int(size * draw.uniform(0.26, 0.5))
    layers = [draw_thing(draw, look, side) for _ in range(3)]
    canvas = backdrop.pixels.astype(np.float32)
    step = side * draw.uniform(0.5, 0.65)
    y = step * 0.3
    while y < size + step * 0.4:
        x = draw.uniform(0, step)
        while x < size + step * 0.5:
            put(draw, canvas, draw.choice(layers), int(x), int(y + draw.uniform(-0.2, 0.2) * step), flat=False)
            x += step * draw.uniform(0.85, 1.15)
        y += step
    return canvas, captions.of_many(draw, look, 99, "")


_RELATIONS = (
    ("to the left of", "to the right of", (-0.24, 0.0)),
    ("left of", "right of", (-0.24, 0.0)),
    ("next to", "beside", (-0.24, 0.02)),
    ("above", "below", (0.0, -0.24)),
    ("over", "under", (0.0, -0.24)),
)


def pair(draw: random.Random, size: int) -> Sample:
    """Two things, or a thing and a shape, one beside or above the other."""
    backdrop = draw_backdrop(draw, size, busy=0.4)
    first, second = (
        draw_look(draw, draw.choice(_OBJECTS if draw.random() < 0.8 else _SHAPES), away_from=backdrop.rgb)
        for _ in range(2)
    )
    relation, reverse, (dx, dy) = draw.choice(_RELATIONS)
    canvas = backdrop.pixels.astype(np.float32)
    for look, sign in ((first, 1), (second, -1)):
        side = int(size * draw.uniform(0.4, 0.54))
        x, y = size * (0.5 + sign * dx), size * (0.5 + sign * dy + (draw.uniform(-0.06, 0.06) if not dy else 0))
        put(draw, canvas, draw_thing(draw, look, side), int(x), int(y), flat=look.style != "shaded")
    return canvas, captions.of_pair(draw, first, second, relation, reverse, _place(draw, backdrop))


def composition(draw: random.Random, size: int) -> Sample:
    """Flat shapes in colours, sizes, counts and relations: the grammar of pictures."""
    chance = draw.random()
    backdrop = draw_backdrop(draw, size, busy=0.35)
    if chance < 0.4:
        share = draw.uniform(0.25, 0.9)
        look = draw_look(draw, draw.choice(_SHAPES), away_from=backdrop.rgb, style=draw.choice(("flat", "shaded")))
        canvas = backdrop.pixels.astype(np.float32)
        room = (1 - share) / 2
        dx, dy = draw.uniform(-room, room), draw.uniform(-room, room)
        put(
            draw,
            canvas,
            draw_thing(draw, look, int(size * share)),
            int(size * (0.5 + dx)),
            int(size * (0.5 + dy)),
            flat=True,
        )
        size_word = (
            draw.choice(("small", "little")) if share < 0.4 else draw.choice(("large", "big")) if share > 0.7 else ""
        )
        place = _corner(dx, dy) or _place(draw, backdrop)
        return canvas, captions.of_one(draw, look, place, size_word, "")
    first, second = (draw_look(draw, draw.choice(_SHAPES), away_from=backdrop.rgb, style="flat") for _ in range(2))
    canvas = backdrop.pixels.astype(np.float32)
    if chance < 0.7:
        put(
            draw, canvas, draw_thing(draw, second, int(size * draw.uniform(0.85, 1.0))), size // 2, size // 2, flat=True
        )
        second_rgb_apart = draw_look(draw, first.thing, away_from=second.colour.rgb, style="flat")
        put(
            draw,
            canvas,
            draw_thing(draw, second_rgb_apart, int(size * draw.uniform(0.25, 0.4))),
            size // 2,
            size // 2,
            flat=True,
        )
        return canvas, captions.of_pair(
            draw, second_rgb_apart, second, draw.choice(("inside", "on", "in front of")), "around", ""
        )
    relation, reverse, (dx, dy) = draw.choice(_RELATIONS)
    for look, sign in ((first, 1), (second, -1)):
        x, y = size * (0.5 + sign * dx), size * (0.5 + sign * dy)
        put(draw, canvas, draw_thing(draw, look, int(size * draw.uniform(0.3, 0.48))), int(x), int(y), flat=True)
    return canvas, captions.of_pair(draw, first, second, relation, reverse, _place(draw, backdrop))


def swatch(draw: random.Random, size: int) -> Sample:
    """A surface filling the picture: cloth, wood, a plain colour."""
    first = draw_colour(draw)
    chance = draw.random()
    view = draw.choice(("a close-up of", "a swatch of", "a piece of", "a sample of", ""))
    if chance < 0.2:
        brown = draw_colour(draw, ("brown", "beige", "mustard"))
        forms = [
            f"{view} wood",
            "a wooden surface",
            "wood grain",
            f"{brown.said(draw)} wood",
            "a wooden board",
            "timber",
        ]
        return np.asarray(wood(draw, size, brown.rgb)).astype(np.float32), captions.picked(draw, forms, first=1)
    if chance < 0.35:
        cloth = woven(draw, Image.new("RGB", (size, size), first.rgb))
        name = first.said(draw)
        forms = [
            f"{view} plain {name} fabric",
            f"{name} cloth",
            f"plain {name}",
            f"{name} textile",
            f"the colour {name}",
            name,
        ]
        return np.asarray(cloth).astype(np.float32), captions.picked(draw, forms, first=1)
    second, kind = draw_colour(draw, away_from=first.rgb), draw.choice(PATTERNS)
    cloth = woven(draw, pattern(draw, kind, size, first.rgb, second.rgb))
    words = captions.PATTERN_WORDS[kind]
    noun = draw.choice(
        ("fabric", "cloth", "textile", "wallpaper", "paper", "material", "curtain", "bedding", "tablecloth")
    )
    word = draw.choice([word for word in words if not word.startswith("with")])
    one_name, other = first.said(draw), second.said(draw)
    forms = [f"{view} {word} {noun}", f"{one_name} and {other} {word} {noun}",
    f"{word} pattern in {one_name} and {other}",
             f"{one_name} {noun} {words[1] if words[1].startswith('with') else ''}", f"{word} {noun}",
             f"a {kind} pattern"]  # fmt: skip
    return np.asarray(cloth).astype(np.float32), captions.picked(draw, forms, first=2)


def _place(draw: random.Random, backdrop: Backdrop) -> str:
    return draw.choice(backdrop.sayings) if draw.random() < 0.7 else ""


def _corner(dx: float, dy: float) -> str:
    if abs(dx) < 0.14 or abs(dy) < 0.14:
        return ""
    return f"in the {'top' if dy < 0 else 'bottom'} {'left' if dx < 0 else 'right'} corner"
