"""Class labels as words: what a column calls a class, and what a model is asked for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from gergo.catalogue import texts

# A capital after two small letters and before a small one: "casualShoes", but not "iPhone", "eBay" or "USB".
_HUMP = re.compile(r"(?<=[a-zà-öø-ÿ]{2})(?=[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ])")
_UNDERSCORE = re.compile(r"(?<=\w)_+(?=\w)")


@dataclass(frozen=True)
class Labels:
    """The classes of a column, in alphabetical order. K classes.

    name_K: as the column spells them (the commonest spelling); word_K: as the model is asked; number: key -> class.
    """

    column: str
    name_K: list[str]
    word_K: list[str]
    number: dict[str, int]

    @property
    def changed(self) -> dict[str, str]:
        """The labels whose words differ from their name: the report prints them, so that nothing changes silently."""
        return {name: word for name, word in zip(self.name_K, self.word_K, strict=True) if name != word}

    def of(self, value: object) -> int:
        """The class of a cell, -1 where it names none."""
        return self.number.get(texts.key(texts.normalise(value)), -1)


def read_labels(column: str, values: Iterable[object]) -> Labels:
    """The classes among the cells of a column; labels that differ in case or spaces alone are one class."""
    spellings: dict[str, Counter[str]] = {}
    for value in values:
        if name := texts.normalise(value):
            spellings.setdefault(texts.key(name), Counter())[name] += 1
    names = sorted((min(counts, key=lambda name: (-counts[name], name)), key) for key, counts in spellings.items())
    name_K = [name for name, _ in names]
    return Labels(column, name_K, words(name_K), {key: number for number, (_, key) in enumerate(names)})


def words(names: list[str]) -> list[str]:
    """Identifiers as words: `running_shoes` and `runningShoes` become `running shoes`; everything else stays.

    Capitals are only split where no label of the column has a space (a column of identifiers, not of brand names)
    and the label starts small: `PlayStation` stays. A label keeps its own spelling where its words would be those
    of another.

    >>> words(["running_shoes", "T-shirt", "hexBolt", "iPhone", "PlayStation"])
    ['running shoes', 'T-shirt', 'hex bolt', 'iPhone', 'PlayStation']
    >>> words(["snake_case", "snake case", "hexBolt"])
    ['snake_case', 'snake case', 'hexBolt']
    """
    identifiers = not any(" " in name for name in names)
    split = [_split(name, humps=identifiers) for name in names]
    uses = Counter(texts.key(word) for word in split)
    return [word if uses[texts.key(word)] == 1 else name for name, word in zip(names, split, strict=True)]


def _split(name: str, *, humps: bool) -> str:
    if humps and name[:1].islower() and _HUMP.search(name):
        name = " ".join(part.lower() for part in _HUMP.split(name))
    return _UNDERSCORE.sub(" ", name)
