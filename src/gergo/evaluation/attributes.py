"""The attributes of a catalogue as its own texts speak of them: words for words, in whatever language.

A vocabulary is the values of one column; a caption is a text of an item, or a sentence of a longer one. Words are runs
of letters and digits, so a language written without spaces has no mentions to be found.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from gergo.evaluation.task import Rows

MAX_VALUES = 300
MAX_VALUE_WORDS = 4
MAX_CAPTION_WORDS = 24  # text towers cut longer texts off, and the word that matters might be what is cut
MIN_REPEATS = 2.0  # items a value, on average
SHARED = 0.02  # share of a value's items whose texts name another value, at which the two are not exclusive

_WORD = re.compile(r"[^\W_]+")
_SENTENCE = re.compile(r"(?<=[.!?;:])\s+|\n+")
# Values that claim several others or none, in a few languages: nothing is false of what they describe.
_ANYTHING = frozenset(
    " ".join(
        [
            "multi multicolor multicolour multicolored multicoloured assorted mixed various other others unisex",
            "any all none",
            "misto vari altro altri nessuno assortiti bunt gemischt diverse sonstige andere keine mehrfarbig",
            "divers autre autres aucun mixte surtido varios otro otros ninguno mixto",
        ]
    ).split()
)


@dataclass(frozen=True)
class Word:
    """A word of a text, folded, and where it stands."""

    folded: str
    start: int
    end: int


@dataclass(frozen=True)
class Mention:
    """Where a text names a value: the words first to last (exclusive)."""

    value: str
    first: int
    last: int


@dataclass(frozen=True)
class Caption:
    """A text and its words."""

    text: str
    words: list[Word]

    @property
    def folded(self) -> list[str]:
        return [word.folded for word in self.words]


@dataclass
class Vocabulary:
    """The values of a column. items: folded value -> how many items have it; spelling: as the column writes it.

    together: pairs of values that some items are told to have both.
    """

    column: str
    items: Counter[str] = field(default_factory=Counter)
    spelling: dict[str, str] = field(default_factory=dict)
    told: Counter[str] = field(default_factory=Counter)
    together: set[tuple[str, str]] = field(default_factory=set)
    _by_first: dict[str, list[list[str]]] = field(default_factory=lambda: defaultdict(list))

    def mentions(self, caption: Caption) -> list[Mention]:
        """The values that the caption names, the longest where they overlap."""
        folded, found, at = caption.folded, [], 0
        while at < len(folded):
            fits = [v for v in self._by_first.get(folded[at], ()) if folded[at : at + len(v)] == v]
            if fits:
                longest = max(fits, key=len)
                found.append(Mention(" ".join(longest), at, at + len(longest)))
                at += len(longest)
            else:
                at += 1
        return found

    def exclusive(self, value: str, other: str) -> bool:
        """Is an item that has one of them told to lack the other: they share no word and are never told together."""
        if (value, other) in self.together or (other, value) in self.together:
            return False
        return not any(alike(a, b) for a in value.split() for b in other.split())


def words(text: str) -> list[Word]:
    """
    >>> [word.folded for word in words("Hex-head BOLT, M8")]
    ['hex', 'head', 'bolt', 'm8']
    """
    return [Word(match.group().casefold(), *match.span()) for match in _WORD.finditer(text)]


def fold(value: str) -> str:
    """A value as its words, folded: what vocabularies go by.

    >>> fold("Navy-Blue")
    'navy blue'
    """
    return " ".join(word.folded for word in words(value))


def alike(a: str, b: str) -> bool:
    """May two folded words mean one thing: equal, one the beginning of the other, or one letter apart.

    >>> alike("shirt", "shirts"), alike("grey", "gray"), alike("top", "topwear"), alike("red", "green")
    (True, True, True, False)
    >>> alike("m8", "m10"), alike("m8", "m6")
    (False, False)
    """
    if a == b:
        return True
    if any(character.isdigit() for character in a + b):
        return False  # M6 and M8 are a letter apart, and worlds
    short, long = sorted((a, b), key=len)
    if len(short) >= 3 and long.startswith(short):
        return True
    return len(short) >= 4 and _one_edit(short, long)


def _one_edit(short: str, long: str) -> bool:
    if len(long) - len(short) > 1:
        return False
    at = next((i for i, (x, y) in enumerate(zip(short, long, strict=False)) if x != y), len(short))
    return short[at + (len(short) == len(long)) :] == long[at + 1 :]


def captions_of(texts: Iterable[str]) -> list[Caption]:
    """The texts of an item and the sentences of its longer ones, short enough to be read whole, each once."""
    parts: dict[str, None] = {}
    for text in texts:
        parts |= dict.fromkeys(part.strip() for part in ([text] if len(words(text)) <= 12 else _SENTENCE.split(text)))
    captions = [Caption(part, words(part)) for part in parts]
    return [caption for caption in captions if 1 < len(caption.words) <= MAX_CAPTION_WORDS]


def vocabularies(splits: Sequence[Rows]) -> list[Vocabulary]:
    """The columns that hold attributes: few different values, a few words each, that repeat and that texts name.

    Texts are no attributes, nor are values without a letter, lists of values, and those that claim anything ("multi").
    """
    texts = set(splits[0].texts)
    found = []
    for column in splits[0].columns:
        if column in texts:
            continue
        vocabulary = Vocabulary(column)
        for rows in splits:
            for value in rows.columns[column]:
                if value:
                    _note(vocabulary, value)
        kept = 1 < len(vocabulary.items) <= MAX_VALUES
        if kept and sum(vocabulary.items.values()) >= MIN_REPEATS * len(vocabulary.items):
            for folded in vocabulary.items:
                vocabulary._by_first[folded.split()[0]].append(folded.split())
            found.append(vocabulary)
    return found


def _note(vocabulary: Vocabulary, value: str) -> None:
    folded = fold(value)
    parts = folded.split()
    lettered = any(character.isalpha() for character in folded)
    listed = any(mark in value for mark in ";,|/+&")
    if lettered and not listed and len(parts) <= MAX_VALUE_WORDS and not _ANYTHING.intersection(parts):
        vocabulary.items[folded] += 1
        vocabulary.spelling.setdefault(folded, value)


def read_usage(vocabulary: Vocabulary, splits: Sequence[Rows], captions: Mapping[str, list[list[Caption]]]) -> None:
    """Count how often texts name each value, and which values are told of one item together."""
    named: dict[str, Counter[str]] = defaultdict(Counter)
    for rows in splits:
        for value, of_item in zip(rows.columns[vocabulary.column], captions[rows.split], strict=True):
            mentioned = {mention.value for caption in of_item for mention in vocabulary.mentions(caption)}
            vocabulary.told.update(mentioned)
            named[fold(value)].update(mentioned)
    for value, counts in named.items():
        enough = max(2, SHARED * vocabulary.items[value])
        vocabulary.together |= {(value, other) for other, n in counts.items() if other != value and n >= enough}
