"""Options that shop systems write as a name beside a value: Shopify's Option1 Name "Size", Option1 Value "S".

Such a name says nothing of the product, and such a column of values holds sizes beside colours. Where a file has few
names, each becomes a column of its own, beside those of the source: Size "S". A catalogue that has such a column keeps
it up, however few rows come later.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from gergo.catalogue import texts
from gergo.catalogue.column_names import words_of

_NAMES = frozenset({"name", "names", "nom", "nome", "nombre", "label", "key"})
_VALUES = frozenset({"value", "values", "wert", "werte", "valeur", "valore", "valor", "s"})  # value(s)
_MOST_NAMES = 20
_LEAST_ROWS = 2  # with a name, on average: fewer, and the names are no columns
_REMEMBERED = 10_000


class Pair(NamedTuple):
    """The columns of an option's name and of its value."""

    name: str
    value: str


def pairs(columns: Iterable[str]) -> list[Pair]:
    """Columns that hold a name and the value under it: numbered, and called so.

    >>> pairs(["Title", "Option1 Name", "Option1 Value", "Attribute 1 name", "Attribute 1 value(s)", "Name"])
    [Pair(name='Option1 Name', value='Option1 Value'), Pair(name='Attribute 1 name', value='Attribute 1 value(s)')]
    """
    named = {stem: column for column in columns if (stem := _stem(column, _NAMES))}
    valued = {stem: column for column in columns if (stem := _stem(column, _VALUES))}
    return [Pair(column, valued[stem]) for stem, column in named.items() if stem in valued]


def columns_of_options(columns: Collection[str]) -> set[str]:
    """Names and values of options, and what else is said of them ("Option1 Linked To"): none is an attribute.

    >>> sorted(columns_of_options(["Option1 Name", "Option1 Value", "Option1 Linked To", "Size"]))
    ['Option1 Linked To', 'Option1 Name', 'Option1 Value']
    """
    stems = [set(_stem(pair.name, _NAMES)) for pair in pairs(columns)]
    return {column for column in columns if any(stem <= set(words_of(column)) for stem in stems)}


@dataclass
class Options:
    """The columns that options become, and what they hold. It remembers rows, so every pass takes a `fresh` one.

    columns: the new ones -> the option's name, as `texts.key` has it. read_with: those that are to be read for them.
    """

    source_columns: list[str]
    columns: dict[str, str] = field(default_factory=dict)
    _names: dict[tuple[str, str], str] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        self._pairs = pairs(self.source_columns)
        self.read_with = wanted(self.source_columns)

    @classmethod
    def found(
        cls, source_columns: list[str], rows: Iterable[Mapping[str, object]], known: Mapping[str, str]
    ) -> Options:
        """Those of a source.

        Args:
            rows: all of them, with at least the columns that `wanted` says.
            known: columns that a catalogue has -> their options' names; they need no number of rows.
        """
        taken = {column.casefold() for column in source_columns}
        columns = {column: key for column, key in known.items() if column.casefold() not in taken}
        options = cls(source_columns)
        counts: Counter[str] = Counter()
        spelled: dict[str, str] = {}
        for row in rows:
            for name in options._said(row):
                spelled.setdefault(texts.key(name), name)
                counts[texts.key(name)] += 1
        few = len(counts) <= _MOST_NAMES and counts.total() >= _LEAST_ROWS * len(counts)
        for key, name in spelled.items() if few else ():
            if key not in columns.values():
                columns[f"{name} (option)" if name.casefold() in taken else name] = key
        return cls(source_columns, columns)

    def fresh(self) -> Options:
        """The same for another pass over the rows."""
        return Options(self.source_columns, self.columns)

    def cells(self, row: Mapping[str, object]) -> dict[str, str | None]:
        """What the new columns hold in a row."""
        said = {texts.key(name): value for name, value in self._said(row).items()}
        return {column: said.get(key) for column, key in self.columns.items()}

    def _said(self, row: Mapping[str, object]) -> dict[str, str]:
        """Name -> value of a row. One without names has those of the first with the same key, as variants do."""
        said: dict[str, str] = {}
        key = texts.key(texts.normalise(row.get(self.source_columns[0])))
        for pair in self._pairs:
            name, value = texts.normalise(row.get(pair.name)), texts.normalise(row.get(pair.value))
            if name and key:
                self._names[key, pair.name] = name
            name = name or self._names.get((key, pair.name), "")
            if name and value:
                said[name] = value
        while len(self._names) > _REMEMBERED:
            del self._names[next(iter(self._names))]
        return said


def wanted(columns: list[str]) -> set[str]:
    """The columns that options are read from: theirs, and the key that ties a product's rows; empty without any."""
    found = pairs(columns)
    return {columns[0], *(column for pair in found for column in pair)} if found else set()


def _stem(column: str, ends: frozenset[str]) -> tuple[str, ...]:
    """The words of a column without those that say which half of a pair it is; empty if it says no half, or no number.

    >>> _stem("Option1 Name", _NAMES), _stem("Option Value 2", _VALUES), _stem("Name", _NAMES)
    (('option', '1'), ('option', '2'), ())
    """
    words = words_of(column)
    stem = tuple(word for word in words if word not in ends)
    return stem if len(stem) < len(words) and len(stem) > 1 and any(word.isdigit() for word in stem) else ()
