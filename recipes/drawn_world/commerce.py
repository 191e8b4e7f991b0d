"""Phrases of commerce, composed: what the text tower reads besides captions and WordNet.

A phrase is a noun of some trade with a few qualities, said the way a person, a label or a shop's title would
say it. The combinations run to hundreds of millions, so that a phrase seldom comes twice.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator

from .trades import TRADES, Trade

COLOURS = (
    "red", "green", "blue", "yellow", "orange", "purple", "pink", "brown", "black", "white", "grey",
    "gray", "navy", "navy blue", "beige", "maroon", "teal", "turquoise", "olive", "khaki", "burgundy",
    "cream", "ivory", "lavender", "mint green", "mustard", "peach", "coral", "magenta", "violet",
    "lilac", "tan", "charcoal", "silver", "gold", "bronze", "copper", "rose", "salmon", "light blue",
    "dark green", "sky blue", "off-white", "multicoloured", "rust",
)  # fmt: skip
PATTERNS = (
    "striped", "checked", "plaid", "polka dot", "floral", "plain", "printed", "geometric", "paisley",
    "camouflage", "leopard print", "tie-dye", "herringbone", "solid", "abstract", "two-tone",
    "marbled", "transparent",
)  # fmt: skip
BRANDS = (
    "Aldana", "Bergholt", "Castello", "Delmare", "Ekholm", "Fenwick", "Garrison", "Holloway", "Idun",
    "Jasper & Co", "Kestrel", "Lumina", "Marlow", "Northpeak", "Orsini", "Pinewood", "Quanta",
    "Rivera", "Solvang", "Tindale", "Urbana", "Valmont", "Westbrook", "Xenia", "Yara", "Zephyr",
    "Basics", "Nordica", "Everline", "Bluebird",
)  # fmt: skip
PLACES = (
    "on a white background", "on a wooden table", "on a shelf", "on the floor", "in a box",
    "in a shop window", "on a bed", "on a hanger", "on grass", "in the kitchen", "next to a window",
    "in a shopping basket", "on a tiled floor", "held in a hand", "worn by a man", "worn by a woman",
    "on a grey background", "in its packaging", "on a market stall",
)  # fmt: skip
VIEWS = (
    "a photo of", "a picture of", "a close-up of", "a product photo of", "a studio shot of",
    "a blurry photo of", "a drawing of", "an image of", "a photograph of", "a view from above of",
    "a side view of", "a cropped photo of", "this is", "detail of",
)  # fmt: skip
AUDIENCES = (
    "men", "women", "boys", "girls", "kids", "children", "babies", "adults", "everyone", "ladies",
    "unisex",
)  # fmt: skip
SEASONS = (
    "summer", "winter", "spring", "autumn", "Christmas", "back to school", "2012", "2019", "2024",
)  # fmt: skip


_AFTER_HEAD = re.compile(r" (?:of|with) ")


def with_article(phrase: str) -> str:
    """`phrase` with its indefinite article: "an apple", "a mug"; plurals and masses of the trades stay.

    >>> with_article("orange scarf")
    'an orange scarf'
    >>> with_article("striped socks")
    'striped socks'
    """
    # What follows "of" or "with" does not count: "a bunch of grapes", "a star with stripes".
    head = _AFTER_HEAD.split(phrase)[0].split()[-1]
    if head.endswith("s") and not head.endswith(("ss", "us", "as")):
        return phrase
    # By sound, not by letter: "a unisex top", "an LED lamp", "an M8 nut".
    spelled = phrase.startswith(("LED", "HD", "SD", "SS", "MD", "LP"))
    hidden = phrase.lower().startswith(("uni", "usb", "eu", "one", "uv", "uk", "use"))
    return ("an " if spelled or (phrase[0].lower() in "aeiou" and not hidden) else "a ") + phrase


class Phrases:
    """One stream of phrases, drawn from one generator."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(f"commerce {seed}")
        # Common forms are listed more than once: a form is drawn evenly.
        self._forms: tuple[Callable[[Trade, str], str], ...] = (
            self._described, self._described, self._photographed, self._photographed, self._title,
            self._title, self._title, self._listing, self._placed, self._for_purpose, self._kind,
            self._bare, self._two, self._sentence, self._query, self._query,
        )  # fmt: skip

    def next(self) -> str:
        """The next phrase."""
        trade = self._random.choice(TRADES)
        noun = self._random.choice(self._random.choice(trade.nouns))
        return self._random.choice(self._forms)(trade, noun)

    def _adjectives(self, trade: Trade, most: int) -> str:
        """Up to `most` qualities in the order English has them: quality, pattern, colour, material."""
        draw = self._random
        kinds = [draw.choice(trade.qualities), "", "", draw.choice(trade.materials)]
        if trade.coloured:
            kinds[1], kinds[2] = draw.choice(PATTERNS), draw.choice(COLOURS)
        there = [at for at, kind in enumerate(kinds) if kind]
        # Colour is what is said most often.
        count = min(draw.randint(0, most), len(there))
        kept = set(draw.sample(there, count))
        if trade.coloured and kept and draw.random() < 0.5:
            kept.add(2)
        return " ".join(kind for at, kind in enumerate(kinds) if at in kept)

    def _phrase(self, trade: Trade, noun: str, most: int = 2) -> str:
        return f"{self._adjectives(trade, most)} {noun}".strip()

    def _bare(self, _trade: Trade, noun: str) -> str:
        return noun

    def _described(self, trade: Trade, noun: str) -> str:
        return with_article(self._phrase(trade, noun, 3))

    def _photographed(self, trade: Trade, noun: str) -> str:
        return f"{self._random.choice(VIEWS)} {with_article(self._phrase(trade, noun))}"

    def _placed(self, trade: Trade, noun: str) -> str:
        return f"{with_article(self._phrase(trade, noun))} {self._random.choice(PLACES)}"

    def _for_purpose(self, trade: Trade, noun: str) -> str:
        return f"{self._phrase(trade, noun, 1)} for {self._random.choice(trade.purposes)}"

    def _kind(self, trade: Trade, noun: str) -> str:
        form = self._random.choice(("{}, a kind of {}", "{} ({})", "{1}: {0}", "{1} > {0}"))
        return form.format(self._phrase(trade, noun, 1), trade.name)

    def _title(self, trade: Trade, noun: str) -> str:
        draw = self._random
        parts = [draw.choice(BRANDS)]
        if draw.random() < 0.4:
            parts.append(draw.choice(AUDIENCES).title())
        parts.append(self._phrase(trade, noun, 3).title())
        if draw.random() < 0.3:
            parts.append(draw.choice(trade.sizes))
        return " ".join(parts).replace("'S", "'s")

    def _listing(self, trade: Trade, noun: str) -> str:
        draw = self._random
        parts = [self._phrase(trade, noun, 1), draw.choice(trade.materials), draw.choice(trade.sizes)]
        if trade.coloured:
            parts.append(draw.choice(COLOURS))
        parts.append(draw.choice(trade.qualities))
        return draw.choice((", ", " - ", " | ", " ")).join(parts)

    def _two(self, trade: Trade, noun: str) -> str:
        other = self._random.choice(self._random.choice(trade.nouns))
        link = self._random.choice(("and", "with", "next to", "or", "on top of", "behind", "instead of"))
        first, second = self._phrase(trade, noun, 1), self._phrase(trade, other, 1)
        return f"{with_article(first)} {link} {with_article(second)}"

    def _sentence(self, trade: Trade, noun: str) -> str:
        draw = self._random
        phrase = self._phrase(trade, noun, 2)
        thing = with_article(phrase)
        sentence = draw.choice((
            f"this {phrase} is {draw.choice(trade.qualities)} and made for {draw.choice(trade.purposes)}.",
            f"our new {phrase} comes in {draw.choice(COLOURS)} and {draw.choice(COLOURS)}.",
            f"{thing} in {draw.choice(trade.materials)} for {draw.choice(AUDIENCES)}.",
            f"{thing} from the {draw.choice(SEASONS)} collection of {draw.choice(BRANDS)}.",
            f"perfect for {draw.choice(trade.purposes)}: {thing}, {draw.choice(trade.sizes)}.",
        ))  # fmt: skip
        return sentence[0].upper() + sentence[1:]

    def _query(self, trade: Trade, noun: str) -> str:
        draw = self._random
        return draw.choice((
            self._phrase(trade, noun, 2),
            f"{noun} {draw.choice(COLOURS)}",
            f"{draw.choice(trade.materials)} {noun}",
            f"{noun} {draw.choice(trade.sizes)}",
            f"{draw.choice(AUDIENCES)} {self._phrase(trade, noun, 1)}",
            f"cheap {self._phrase(trade, noun, 1)}",
        )).lower()  # fmt: skip


def caption_corpus(n: int, seed: int) -> Iterator[str]:
    """`n` phrases of commerce in English, the same for the same seed; about 100,000 a second.

    Written the ways people write of goods: descriptions, queries, shop titles, listings, sentences.
    """
    phrases = Phrases(seed)
    for _ in range(n):
        yield phrases.next()
