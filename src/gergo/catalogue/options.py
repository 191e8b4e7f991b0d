"""Options that shop systems write as a name beside a value: Shopify's Option1 Name "Size", Option1 Value "S".

Such a name says nothing of the product, and such a column of values holds sizes beside colours. Where a file has few
names, each becomes a column of its own, beside those of the source: Size "S".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
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


class Options:
    """The columns that a file's options become.

    columns: the new ones, in the order of their first row. read_with: those that are to be read for them.
    """

    def __init__(self, source_columns: list[str], rows: Iterable[Mapping[str, object]]) -> None:
        """rows: all of them, with at least the columns that `read_with` says."""
        self._pairs = pairs(source_columns)
        self.read_with = wanted(source_columns)
        self._key = source_columns[0]
        counts: Counter[str] = Counter()
        spelled: dict[str, str] = {}
        for said in self._said(rows):
            for name in said:
                spelled.setdefault(texts.key(name), name)
                counts[texts.key(name)] += 1
        few = len(counts) <= _MOST_NAMES and counts.total() >= _LEAST_ROWS * len(counts)
        taken = {column.casefold() for column in source_columns}
        self._columns = {
            key: f"{name} (option)" if name.casefold() in taken else name for key, name in spelled.items() if few
        }
        self.columns = list(self._columns.values())

    def opened(self, rows: Iterable[Mapping[str, object]]) -> Iterator[dict[str, object]]:
        """The new columns' values, of each row."""
        for said in self._said(rows):
            found = {self._columns.get(texts.key(name)): value for name, value in said.items()}
            yield {column: found.get(column) for column in self.columns}

    def _said(self, rows: Iterable[Mapping[str, object]]) -> Iterator[dict[str, str]]:
        """Name -> value of each row. A row without names has those of the first with the same key, as variants do."""
        names: dict[tuple[str, str], str] = {}
        for row in rows:
            said: dict[str, str] = {}
            key = texts.key(texts.normalise(row.get(self._key)))
            for pair in self._pairs:
                name, value = texts.normalise(row.get(pair.name)), texts.normalise(row.get(pair.value))
                if name and key:
                    names[key, pair.name] = name
                name = name or names.get((key, pair.name), "")
                if name and value:
                    said[name] = value
            while len(names) > _REMEMBERED:
                del names[next(iter(names))]
            yield said


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
