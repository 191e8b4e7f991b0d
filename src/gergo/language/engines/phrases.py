"""The lexicon's phrases and fixed words in a text: what a word-by-word dictionary cannot render."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from gergo.language import lexicon
from gergo.language.engines import Item
from gergo.language.engines.guessing import is_nominal
from gergo.language.glossary import Entry
from gergo.language.inflection import plural_of_phrase
from gergo.language.matching import Matcher, is_plural


@cache
def _matcher() -> tuple[Matcher, tuple[lexicon.Word, ...]]:
    chosen = tuple(
        found[0]
        for english, found in lexicon.words().items()
        if any(sign in english for sign in " -.'") or " " in found[0].italian or english.endswith("ing")
    )
    return Matcher([Entry(word.english, word.italian, case="any") for word in chosen]), chosen


def phrases_in(text: str, taken: Iterable[tuple[int, int]]) -> list[Item]:
    """The lexicon's phrases in `text` as items with their Italian, outside what is `taken`."""
    taken = list(taken)
    matcher, words = _matcher()
    found = []
    for occurrence in matcher.find(text):
        if any(a < occurrence.end and occurrence.start < b for a, b in taken):
            continue
        word = words[occurrence.entry]
        if word.english.endswith("ing") and not is_nominal(text, occurrence.start, occurrence.end):
            continue
        plural = word.pos == "noun" and is_plural(occurrence.text)
        found.append(
            Item(
                occurrence.start,
                occurrence.end,
                word.italian,
                _plural(word),
                kind="phrase",
                pos=word.pos,
                gender=word.gender if word.gender in ("m", "f") else "m",
                number="pl" if plural else "sg",
            )
        )
    return found


def _plural(word: lexicon.Word) -> str:
    if word.pos != "noun":
        return ""
    return word.italian if is_plural(word.english) else plural_of_phrase(word.italian, word.gender)
