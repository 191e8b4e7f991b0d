"""Rows that show one more picture of an item and say the rest again: exports of one row a picture.

Such a row has the key of a row before it and agrees with it: every cell is the same or blank in one of them, but for
those that are of the picture (its place, its position, its text). Rows of one key that differ elsewhere are variants,
or two products; one that repeats the very picture as well is a copy.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from gergo.catalogue.column_names import NameHint, is_position
from gergo.catalogue.column_profiles import MAX_DISTINCT, Profile
from gergo.catalogue.sources import RawRow, Source


def columns_of_pictures(
    images: Collection[str], names: Mapping[str, NameHint], profiles: Mapping[str, Profile]
) -> list[str]:
    """The columns of pictures, and those that say something of a picture: named so, or a position."""
    keys = {column for column, name in names.items() if {"id", "group", "title"} & name.roles.keys()}
    said = [c for c, name in names.items() if c not in keys and name.is_image]
    counted = [c for c, p in profiles.items() if c not in keys and is_position(c) and _is_whole(p)]
    return list(dict.fromkeys([*images, *said, *counted]))


def _is_whole(found: Profile) -> bool:
    return all(str(value).strip().removesuffix(".0").isdigit() for value in found.sample)


def agrees(one: Sequence[object], other: Sequence[object]) -> bool:
    """Whether every cell is the same, or blank (None) in one of them.

    >>> agrees(["A1", None, "Hat"], ["A1", "red", "Hat"]), agrees(["A1", "blue"], ["A1", "red"])
    (True, False)
    """
    return all(a == b or a is None or b is None for a, b in zip(one, other, strict=True))


class Repeats:
    """Tells rows of a source that show one more picture; of as many keys as a census counts, so memory stays flat."""

    def __init__(self, source: Source, keys: Sequence[str], images: Collection[str], own: Collection[str]) -> None:
        light = [column for column in source.columns if column not in source.picture_columns]
        self._has_bytes = len(light) < len(source.columns)
        self._keys, self._images = keys, [column for column in light if column in images]
        self._said = [column for column in light if column not in own]
        self._first: dict[tuple[str, str, int], tuple[int, tuple[int | None, ...]]] = {}
        self.count = 0

    def __call__(self, row: RawRow) -> bool:
        shown = hash(tuple(_mark(row.values[column]) for column in self._images))
        said = tuple(_mark(row.values[column]) for column in self._said)
        known = [(row.source, key, mark) for key in self._keys if (mark := _mark(row.values[key])) is not None]
        for key in known:
            first = self._first.get(key)
            if first is not None and (self._has_bytes or shown != first[0]) and agrees(first[1], said):
                self.count += 1
                return True
        if len(self._first) < MAX_DISTINCT * len(self._keys):
            for key in known:
                self._first.setdefault(key, (shown, said))
        return False


def _mark(value: object) -> int | None:
    """A cell by its hash, None if it is blank."""
    text = value.strip() if isinstance(value, str) else "" if value is None or value == [] else str(value)
    return hash(text) if text else None
