"""Whether an object holds rows by their keys, `{"A17": {...}, "A18": {...}}`, or is itself one.

All its entries say so together, and not the first: ids do not come and go with the products that happen to be listed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Literal

from gergo.catalogue.column_names import hint, is_language

NOTHING: tuple[object, ...] = (None, "", [], {})
By = Literal["", "ids", "numbers"]  # "": rows are in an array, or none are
_MOST = 0.75  # of the entries are objects, and say what the others say


def id_key(found: Mapping[str, Any]) -> str:
    """The key of an object's id: the most usual name of those that have a plain value; "" without any."""
    ranks = {key: hint(key).roles["id"] for key, value in found.items() if is_plain(value) and "id" in hint(key).roles}
    return min(ranks, key=ranks.__getitem__, default="")


def is_plain(value: object) -> bool:
    """Whether it is a text or a whole number, and not nothing."""
    return isinstance(value, str | int) and value not in NOTHING


class KeyedRows:
    """Learns from the entries of one object. least_words: so many keys without digits are believed to be ids."""

    def __init__(self, least_words: int) -> None:
        self._least_words = least_words
        self._keys: list[str] = []
        self._shapes: Counter[frozenset[str]] = Counter()
        self._with_ids = 0

    def observe(self, key: str, value: object) -> None:
        """Take in an entry."""
        self._keys.append(key)
        if isinstance(value, dict) and value:
            self._shapes[frozenset(value)] += 1
            self._with_ids += bool(id_key(value))

    @property
    def by(self) -> By:
        """What the keys are: ids; "numbers" where they only count objects that have ids of their own; "" for no rows.

        Keys that count objects without ids are ids as well: where some are missing they would have to be.
        """
        with_digits = sum(any(map(str.isdigit, key)) for key in self._keys)
        are_words = 2 * with_digits <= len(self._keys)
        if are_words and (len(self._keys) < self._least_words or all(map(is_language, self._keys))):
            return ""
        if not self._keys or self._shapes.total() < _MOST * len(self._keys) or not self._are_alike():
            return ""
        counted = all(map(str.isdecimal, self._keys)) and max(map(int, self._keys)) <= 2 * len(self._keys)
        return "numbers" if counted and self._with_ids >= _MOST * self._shapes.total() else "ids"

    def _are_alike(self) -> bool:
        """Whether most objects share half of their keys with those that half of all have."""
        total = self._shapes.total()
        having: Counter[str] = Counter()
        for shape, n in self._shapes.items():
            having.update(dict.fromkeys(shape, n))
        common = {key for key, n in having.items() if 2 * n > total}
        alike = sum(n for shape, n in self._shapes.items() if 2 * len(shape & common) >= min(len(shape), len(common)))
        return bool(common) and alike >= _MOST * total
