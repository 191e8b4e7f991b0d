"""Where the terms of a glossary occur in a text: longest match, plurals, capitals, hyphens, brackets in a word."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from gergo.language.glossary import Entry

# A word; "(over)fitting" and "model(s)" are one word each; a sign; hyphens and spaces are what lies between.
_TOKEN = re.compile(r"\([^\W_]{2,}\)[^\W_]+|[^\W_]+\([^\W_]{1,3}\)(?![\w(])|[^\W_]+|[^\w\s\-‐‑]|_")
_GAP = re.compile(r"[\s\-‐‑]*")
_IRREGULAR = {
    "analysis": "analyses",
    "axis": "axes",
    "matrix": "matrices",
    "vertex": "vertices",
    "index": "indices",
    "datum": "data",
    "man": "men",
    "woman": "women",
    "child": "children",
    "foot": "feet",
    "person": "people",
    "knife": "knives",
    "shelf": "shelves",
    "leaf": "leaves",
    "mouse": "mice",
    "criterion": "criteria",
}
_SINGULARS = {plural: singular for singular, plural in _IRREGULAR.items()}


@dataclass(frozen=True)
class Token:
    """A word or sign of a text; `word` is what is compared (brackets within it dropped)."""

    start: int
    end: int
    word: str


@dataclass(frozen=True)
class Occurrence:
    """A term found at `text[start:end]`.

    Attributes:
        entry: index of the glossary's entry.
        text: what stands there.
        plural: whether it stands in the plural where the glossary's name does not, or the glossary's name is one.
    """

    entry: int
    start: int
    end: int
    text: str
    plural: bool


@dataclass(frozen=True)
class _Pattern:
    entry: int
    words: tuple[str, ...]  # as written
    glued: tuple[bool, ...]  # whether word i + 1 follows word i with nothing between them
    exact: bool
    inflects: bool


def tokens_of(text: str) -> list[Token]:
    """Words and signs in order; spaces and hyphens only separate."""
    return [Token(m.start(), m.end(), re.sub(r"[()](?=.)|(?<=.)[()]", "", m[0])) for m in _TOKEN.finditer(text)]


def singular_of(word: str) -> str:
    """The singular of an English noun, the noun itself where it looks like none: models, tasks, boxes, libraries.

    >>> [singular_of(w) for w in ("models", "boxes", "libraries", "loss", "analyses", "bias")]
    ['model', 'box', 'library', 'loss', 'analysis', 'bias']
    """
    low = word.casefold()
    if low in _SINGULARS:
        return _SINGULARS[low]
    if len(low) > 4 and low.endswith("ies"):
        return word[:-3] + "y"
    if low.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if len(low) > 2 and low.endswith("s") and not low.endswith(("ss", "us", "is", "as")):
        return word[:-1]
    return word


def plural_of(word: str) -> str:
    """The plural of an English noun in the singular."""
    low = word.casefold()
    if low in _IRREGULAR:
        return _IRREGULAR[low]
    if low.endswith("y") and len(low) > 1 and low[-2] not in "aeiou":
        return word[:-1] + "ies"
    return word + ("es" if low.endswith(("s", "x", "z", "ch", "sh")) else "s")


def is_plural(word: str) -> bool:
    """Whether an English noun looks like a plural."""
    return singular_of(word).casefold() != word.casefold()


class Matcher:
    """Finds entries in texts of the source language (`side="source"`) or of the target (`side="target"`).

    In the target an entry that is kept stands under any of its names, one that is translated under its target, whose
    last letters may inflect.
    """

    def __init__(self, entries: Sequence[Entry], *, side: str = "source") -> None:
        self.entries = entries
        self._patterns: dict[str, list[_Pattern]] = defaultdict(list)
        self._target_side = side == "target"
        for i, entry in enumerate(entries):
            translated = self._target_side and not entry.kept
            for name in (entry.target,) if translated else entry.names:
                self._add(i, name, entry, translated)
        for patterns in self._patterns.values():
            patterns.sort(key=lambda p: -len(p.words))

    def _add(self, index: int, name: str, entry: Entry, translated: bool) -> None:
        tokens = tokens_of(name)
        if not tokens:
            return
        glued = tuple(a.end == b.start for a, b in pairwise(tokens))
        words = tuple(token.word for token in tokens)
        exact = entry.case == "exact" or (entry.case == "" and words[0].isupper() and entry.exact and len(words) == 1)
        pattern = _Pattern(index, words, glued, exact, translated)
        for first in _forms(words[0], translated or len(words) == 1, translated):
            self._patterns[first.casefold()].append(pattern)

    def find(self, text: str) -> list[Occurrence]:
        """Occurrences in order, never overlapping; of those that start at one word the longest wins."""
        tokens = tokens_of(text)
        found, at = [], 0
        while at < len(tokens):
            for pattern in self._patterns.get(tokens[at].word.casefold(), ()):
                if self._fits(pattern, tokens, at, text):
                    last = tokens[at + len(pattern.words) - 1]
                    start = tokens[at].start
                    found.append(
                        Occurrence(pattern.entry, start, last.end, text[start : last.end], _stands_plural(last.word))
                    )
                    at += len(pattern.words)
                    break
            else:
                at += 1
        return found

    def _fits(self, pattern: _Pattern, tokens: Sequence[Token], at: int, text: str) -> bool:
        n = len(pattern.words)
        if at + n > len(tokens):
            return False
        for i, word in enumerate(pattern.words):
            token = tokens[at + i]
            inflected = pattern.inflects or i == n - 1
            wanted = _forms(word, inflected, pattern.inflects)
            same = token.word in wanted if pattern.exact else token.word.casefold() in {w.casefold() for w in wanted}
            if not same:
                return False
            if i and not self._joined(pattern.glued[i - 1], text[tokens[at + i - 1].end : token.start]):
                return False
        return True

    @staticmethod
    def _joined(glued: bool, gap: str) -> bool:
        return gap == "" if glued else bool(gap) and _GAP.fullmatch(gap) is not None and "\n\n" not in gap


def _stands_plural(word: str) -> bool:
    return is_plural(word) and not word.isupper()


def _forms(word: str, inflected: bool, italian: bool) -> set[str]:
    """The forms under which a word of a term is recognised."""
    if not inflected or not word[-1:].isalpha():
        return {word}
    if italian:
        stem = word[:-1]
        return {word} | ({stem + v for v in "aeio"} | {stem + "hi", stem + "he"} if word[-1] in "aeio" else set())
    singular = singular_of(word)
    return {word, singular, plural_of(singular)}


def uncovered(text: str, occurrences: Iterable[Occurrence]) -> Iterator[Token]:
    """The words of `text` that no occurrence covers."""
    spans = [(o.start, o.end) for o in occurrences]
    for token in tokens_of(text):
        if not any(start <= token.start < end for start, end in spans):
            yield token
