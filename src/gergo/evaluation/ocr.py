"""Reading: which of eight words is printed here.

Brands and sizes are the catalogue's, threads, dates and prices our own; they are printed on plain, fabric and
photographic grounds (the catalogue's pictures), one factor made harder at a time, and stamped into the heads of the
demo's bolts. Two answers: zero-shot, the nearest of eight sentences; and a linear probe on the picture vectors, learnt
from easy prints of the same words on other grounds. Where the probe reads and zero-shot does not, the word is in the
vector and only the text does not find it.

The pictures do not depend on the split: they are measured once, with the first split that has photographs.

Shapes: P pictures, T those to be tested on, N those that the probe learns from, K words of a kind, D the latent space.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from gergo.demo import products, render
from gergo.demo.fittings import solid
from gergo.demo.product import Product
from gergo.demo.seeds import generator
from gergo.errors import NotEnoughData
from gergo.evaluation import metrics
from gergo.evaluation.exhibits import Curve, Exhibit, Gallery, Series, Table, Tile
from gergo.evaluation.overlays import png
from gergo.evaluation.printed_words import (
    FACTORS,
    GROUNDS,
    GROUNDS_A_PART,
    WORDS,
    Print,
    Vocabulary,
    draw,
    ground,
    prints,
    vocabulary,
)
from gergo.evaluation.task import Encoder, Metric, Outcome, Rows
from gergo.evaluation.word_probe import probe_scores
from gergo.evaluation.zero_shot import classify
from gergo.towers.geometry import open_rgb

SENTENCE = 'a photo that says "{}"'
CHANCE = 1 / WORDS
DIFFICULTIES = ("easy", "harder", "hard", "hardest", "stamped")
STAMPED = len(DIFFICULTIES) - 1
STAMPS_A_WORD = 2
STAMP_KINDS = ("brand", "thread", "price")
BOLTS = 400  # products of the demo among which those with a stampable head are taken


@dataclass(frozen=True)
class Drawn:
    """Some of the pictures. kind_P and word_P: what is printed, by number; step_P: 0 easy to 3, 4 stamped."""

    prints: list[Print]
    images: list[Image.Image]
    kinds: tuple[str, ...]

    @cached_property
    def kind_P(self) -> NDArray[np.int64]:
        return np.array([self.kinds.index(each.kind) for each in self.prints])

    @cached_property
    def word_P(self) -> NDArray[np.int64]:
        return np.array([each.word for each in self.prints])

    @cached_property
    def step_P(self) -> NDArray[np.int64]:
        return np.array([each.step for each in self.prints])


@dataclass(frozen=True)
class Pictures:
    """All of them: what the probe learns from, and what is read."""

    words: Vocabulary
    learn: Drawn
    test: Drawn


@dataclass(frozen=True)
class Reading:
    """What one model read on the T pictures that are not learnt from. said_T: the word that zero-shot took."""

    said_T: NDArray[np.int64]
    right_T: NDArray[np.bool_]
    probed_T: NDArray[np.bool_]


class Ocr:
    """Read printed words. seed: of the words, grounds and places."""

    name = "ocr"

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed
        self._split = ""
        self._pictures: Pictures | None = None

    def observe(self, encode: Encoder, rows: Rows) -> Iterator[Outcome]:
        if self._split not in ("", rows.split):
            raise NotEnoughData(f"the pictures are drawn and the same on every split: measured with {self._split}")
        self._split = rows.split
        if self._pictures is None:
            self._pictures = pictures(rows, self.seed)
        shown = self._pictures
        reading = read(encode, shown)
        own = dict(shown.words.own)
        common = {"words": WORDS, "kinds": list(shown.test.kinds), "own_words": own, "chance": CHANCE}
        zero_shot = {"reading": "zero_shot", "sentence": SENTENCE, **common}
        probe = {"reading": "linear_probe", "learnt_from": len(shown.learn.images), **common}
        exhibits = [*tables(shown.test, reading), *curves(shown.test, reading), gallery(shown, reading)]
        for settings, right_T in ((zero_shot, reading.right_T), (probe, reading.probed_T)):
            for outcome in _outcomes(rows, shown.test, settings, right_T):
                yield replace(outcome, exhibits=exhibits, remarks=remarks(shown.words)) if exhibits else outcome
                exhibits = []


def pictures(rows: Rows, seed: int) -> Pictures:
    """Draw every picture.

    Raises:
        NotEnoughData: the split has too few pictures to print on.
    """
    assert rows.shop is not None
    wanted = 2 * GROUNDS_A_PART
    views = generator("photographs", seed).permutation(np.array(rows.first_view_N))[:wanted]
    if len(views) < wanted:
        raise NotEnoughData(f"words are printed on {wanted} pictures of the split, and it has {len(views)}")
    photographs = [open_rgb(data) for data in rows.shop.pictures([int(view) for view in views])]
    brands = rows.columns.get(rows.shop.brand_column or "", [])
    cells = [cell for column in rows.columns.values() for cell in column]
    words = vocabulary(brands, cells, seed=seed)
    kinds = tuple(words.words)
    grounds = {
        (kind, part, number): ground(kind, part, number, photographs, seed=seed)
        for kind in GROUNDS
        for part in ("train", "test")
        for number in range(GROUNDS_A_PART)
    }
    parts: dict[str, list[tuple[Print, Image.Image]]] = {"train": [], "test": []}
    for each in prints(kinds):
        under = grounds[each.ground, each.part, each.ground_number]
        parts[each.part].append((each, draw(each, words.words[each.kind][each.word], under, seed=seed)))
    parts["test"] += _stamps(words, seed)
    learn, test = (Drawn([each for each, _ in part], [image for _, image in part], kinds) for part in parts.values())
    return Pictures(words, learn, test)


def _stamps(words: Vocabulary, seed: int) -> list[tuple[Print, Image.Image]]:
    """Words stamped into the heads of the demo's bolts, seen from above."""
    made = []
    for kind in STAMP_KINDS:
        bolts = generator("bolts", seed, kind).permutation(len(_bolts(seed)))
        for number in range(STAMPS_A_WORD * WORDS):
            word = number % WORDS
            bolt = replace(_bolts(seed)[bolts[number % len(bolts)]], stamps=(words.words[kind][word],))
            made.append((Print(kind, word, "stamped", STAMPED, "metal", number, "test"), render(bolt, "top").image))
    return made


@lru_cache(maxsize=2)
def _bolts(seed: int) -> list[Product]:
    return [product for product in products(BOLTS, seed) if solid(replace(product, stamps=("M8",))).prints]


def read(encode: Encoder, shown: Pictures) -> Reading:
    """What a model makes of the pictures, both ways."""
    learn, test = shown.learn, shown.test
    image_ND, image_TD = np.split(encode.images([*learn.images, *test.images]), [len(learn.images)])
    said_T, probed_T = np.zeros(len(image_TD), np.int64), np.zeros(len(image_TD), np.int64)
    for number, kind in enumerate(test.kinds):
        of_kind_N, of_kind_T = learn.kind_P == number, test.kind_P == number
        text_KD = encode.texts([SENTENCE.format(word) for word in shown.words.words[kind]])
        _, said_T[of_kind_T] = classify(image_TD[of_kind_T] @ text_KD.T, test.word_P[of_kind_T])
        score_TK = probe_scores(image_ND[of_kind_N], learn.word_P[of_kind_N], image_TD[of_kind_T], WORDS)
        probed_T[of_kind_T] = score_TK.argmax(1)
    return Reading(said_T, said_T == test.word_P, probed_T == test.word_P)


def _outcomes(rows: Rows, test: Drawn, settings: dict[str, object], right_T: NDArray[np.bool_]) -> Iterator[Outcome]:
    """One way of reading, over all pictures and by difficulty; pictures of one word are not independent."""
    word_T = test.kind_P * WORDS + test.word_P
    yield Outcome("ocr", rows.split, {**settings, "difficulty": "all"}, word_T, {"right": right_T}, METRICS)
    for step, name in enumerate(DIFFICULTIES):
        of_step_T = test.step_P == step
        observed = {"right": right_T[of_step_T]}
        yield Outcome("ocr", rows.split, {**settings, "difficulty": name}, word_T[of_step_T], observed, METRICS)


METRICS: Mapping[str, Metric] = {"acc1": lambda seen, weight: metrics.mean(seen["right"], weight)}


def tables(test: Drawn, reading: Reading) -> list[Exhibit]:
    """Both ways of reading by difficulty, by ground and by kind of word, chance beside them."""
    ground_T = np.array([each.ground for each in test.prints])
    by = {
        "difficulty": {name: test.step_P == step for step, name in enumerate(DIFFICULTIES)},
        "ground": {name: (test.step_P == 0) & (ground_T == name) for name in GROUNDS},
        "kind of word": {kind: (test.kind_P == n) & (test.step_P < STAMPED) for n, kind in enumerate(test.kinds)},
    }
    notes = {
        "difficulty": "The probe learnt from easy prints on other grounds; nothing stamped was among them.",
        "ground": "Easy prints.",
        "kind of word": "All that is printed, nothing stamped.",
    }
    return [
        Table(
            f"Reading by {name}",
            [name, "pictures", "chance", "zero-shot", "linear probe"],
            [
                [
                    row,
                    int(chosen_T.sum()),
                    CHANCE,
                    _share(reading.right_T[chosen_T]),
                    _share(reading.probed_T[chosen_T]),
                ]
                for row, chosen_T in rows.items()
            ],
            shares=frozenset({"chance", "zero-shot", "linear probe"}),
            note=notes[name],
        )
        for name, rows in by.items()
    ]


def _share(right_T: NDArray[np.bool_]) -> float | None:
    return float(right_T.mean()) if len(right_T) else None


def curves(test: Drawn, reading: Reading) -> list[Exhibit]:
    """One curve a factor: accuracy at each of its steps, the others held easy."""
    factor_T = np.array([each.factor for each in test.prints])
    labels = {
        "rotation": "degrees",
        "blur": "radius of the blur over the height of a letter",
        "size": "height of a letter over that of the picture",
        "contrast": "contrast of ink and ground",
    }
    made: list[Exhibit] = []
    for factor, values in FACTORS.items():
        at = [(test.step_P == step) & np.isin(factor_T, [factor, ""]) for step in range(len(values))]
        series = [
            Series(name, values, [float(right_T[chosen_T].mean()) for chosen_T in at])
            for name, right_T in (("zero-shot", reading.right_T), ("linear probe", reading.probed_T))
        ]
        made.append(Curve(f"Reading by {factor}", labels[factor], "read right", series, chance=CHANCE))
    return made


def gallery(shown: Pictures, reading: Reading) -> Exhibit:
    """One picture of every difficulty and kind: what is to be read, and what was."""
    test, tiles = shown.test, []
    for step, name in enumerate(DIFFICULTIES):
        for number, kind in enumerate(test.kinds):
            chosen_T = np.flatnonzero((test.step_P == step) & (test.kind_P == number))
            if len(chosen_T):
                at = int(chosen_T[7 * (number + step) % len(chosen_T)])
                words = shown.words.words[kind]
                said, true = words[reading.said_T[at]], words[test.word_P[at]]
                found = "read right" if said == true else f"read as {said}"
                tiles.append(Tile(png(test.images[at]), true, f"{name}; {found}"))
    return Gallery("What was to be read", tiles, f"Zero-shot, {WORDS} words to choose from.")


def remarks(words: Vocabulary) -> list[str]:
    """What the words are, and what could not be printed."""
    lines = [
        f"{words.own['brand']} of {WORDS} brands and {words.own['size']} of {WORDS} sizes that were printed are the "
        "catalogue's own; the other words are generic."
    ]
    if words.undrawable:
        lines.append(
            f"{words.undrawable:,} brands were not printed: the font that every installation has is plain ASCII."
        )
    return lines
