"""Class labels as words: what a column calls a class, and what a model is asked for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from gergo.catalogue import texts
from gergo.catalogue.category_paths import path_words
from gergo.evaluation.label_words import LabelWords

# A capital after two small letters and before a small one: "casualShoes", but not "iPhone", "eBay" or "USB".
_HUMP = re.compile(r"(?<=[a-zà-öø-ÿ]{2})(?=[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ])")
_UNDERSCORE = re.compile(r"(?<=\w)_+(?=\w)")


@dataclass(frozen=True)
class Labels:
    """The classes of a column, in alphabetical order. K classes.

    name_K: as the column spells them (the commonest spelling); word_K: as the model is asked; number: key -> class.
    merged: the classes that several values make up because a labels file gives them the same words: class -> values.
    unused: values of the labels file that the column does not hold.
    """

    column: str
    name_K: list[str]
    word_K: list[str]
    number: dict[str, int]
    merged: dict[str, list[str]] = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)

    @property
    def changed(self) -> dict[str, str]:
        """The labels whose words differ from their name: the report prints them, so that nothing changes silently."""
        return {name: word for name, word in zip(self.name_K, self.word_K, strict=True) if name != word}

    def of(self, value: object) -> int:
        """The class of a cell, -1 where it names none."""
        return self.number.get(texts.key(texts.normalise(value)), -1)


def read_labels(column: str, values: Iterable[object], renamed: LabelWords | None = None) -> Labels:
    """The classes among the cells of a column; labels that differ in case or spaces alone are one class.

    renamed: what the user calls some of them; values that are given the same words are one class, since no model
    could tell them apart.
    """
    spellings: dict[str, Counter[str]] = {}
    for value in values:
        if name := texts.normalise(value):
            spellings.setdefault(texts.key(name), Counter())[name] += 1
    names = sorted((min(counts, key=lambda name: (-counts[name], name)), key) for key, counts in spellings.items())
    word_of = dict(zip((key for _, key in names), words([name for name, _ in names]), strict=True))
    if renamed is not None:
        word_of |= {key: word for key, word in renamed.word_of.items() if key in word_of}
    classes: dict[str, list[tuple[str, str]]] = {}
    for name, key in names:
        classes.setdefault(texts.key(word_of[key]), []).append((name, key))
    name_K = [" / ".join(name for name, _ in values) for values in classes.values()]
    return Labels(
        column,
        name_K,
        [word_of[values[0][1]] for values in classes.values()],
        {key: number for number, values in enumerate(classes.values()) for _, key in values},
        {
            name: [value for value, _ in values]
            for name, values in zip(name_K, classes.values(), strict=True)
            if len(values) > 1
        },
        [value for key, value in renamed.value_of.items() if key not in word_of] if renamed else [],
    )


def words(names: list[str]) -> list[str]:
    """Paths and identifiers as words; everything else stays.

    A path is called as `gergo.catalogue.category_paths` says; `running_shoes` and `runningShoes` become `running
    shoes`. Capitals are only split where no label of the column has a space (a column of identifiers, not of brand
    names) and the label starts small: `PlayStation` stays. A label keeps its own spelling where its words would be
    those of another.

    >>> words(["running_shoes", "T-shirt", "hexBolt", "iPhone", "PlayStation"])
    ['running shoes', 'T-shirt', 'hex bolt', 'iPhone', 'PlayStation']
    >>> words(["snake_case", "snake case", "hexBolt"])
    ['snake_case', 'snake case', 'hexBolt']
    >>> words(["Shop/Body_parts", "Shop/Hats"])
    ['Body parts', 'Hats']
    """
    told = path_words(names)
    identifiers = not any(" " in name for name in names)
    split = [_split(told.get(name, name), humps=identifiers) for name in names]
    uses = Counter(texts.key(word) for word in split)
    return [word if uses[texts.key(word)] == 1 else name for name, word in zip(names, split, strict=True)]


def _split(name: str, *, humps: bool) -> str:
    if humps and name[:1].islower() and _HUMP.search(name):
        name = " ".join(part.lower() for part in _HUMP.split(name))
    return _UNDERSCORE.sub(" ", name)
