"""Rows that show one more picture of an item and say the rest again: exports of one row a picture.

Such rows have one key and agree: every cell is the same or blank in all of them, but for those that are of the picture
(its place, its position, its text). Where some rows of a key differ elsewhere, it is not known whose a blank cell is:
then only rows that say the very same are one item. A row that repeats the picture as well is a copy.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from gergo.catalogue.column_names import hint, is_of_picture, is_plain_position
from gergo.catalogue.column_profiles import MAX_DISTINCT
from gergo.catalogue.sources import RawRow, Source

_LAST_POSITION = 999
_LEAST_COUNTING = 0.5  # of the keys whose rows have several positions; others may have lost a row


def columns_of_pictures(source: Source, key: str, images: Sequence[str]) -> list[str]:
    """The columns of pictures, and those that say something of a picture: named so, or a position within the key."""
    light = [column for column in source.columns if column not in source.picture_columns]
    others = [column for column in light if not {"id", "group", "title"} & hint(column).roles.keys()]
    said = [column for column in others if is_of_picture(column)]
    counted = [column for column in others if column not in said and is_plain_position(column)]
    return list(dict.fromkeys([*images, *said, *_counting(source, key, counted)]))


def _counting(source: Source, key: str, columns: Sequence[str]) -> list[str]:
    """Those of the columns that count the rows of a key: 1, 2, 3 or 0, 1, 2."""
    found: dict[str, dict[tuple[str, int], int]] = {column: {} for column in columns}  # key -> a bit for each position
    for row in source.rows([key, *columns]) if columns else ():
        if row.problem or (mark := _mark(row.values[key])) is None:
            continue
        place = (row.source, mark)
        for column, positions in list(found.items()):
            text = str(row.values[column] if row.values[column] is not None else "").strip().removesuffix(".0")
            if text and not (text.isdecimal() and int(text) <= _LAST_POSITION):
                del found[column]
            elif text and (place in positions or len(positions) < MAX_DISTINCT):
                positions[place] = positions.get(place, 0) | 1 << int(text)
    return [column for column, positions in found.items() if _count_up(positions.values())]


def _count_up(found: Iterable[int]) -> bool:
    several = [bits for bits in found if bits.bit_count() > 1]
    from_zero = [bits if bits & 1 else bits >> 1 for bits in several]
    return sum(bits & (bits + 1) == 0 for bits in from_zero) > _LEAST_COUNTING * len(several)


def agrees(one: Sequence[object], other: Sequence[object]) -> bool:
    """Whether every cell is the same, or blank (None) in one of them.

    >>> agrees(["A1", None, "Hat"], ["A1", "red", "Hat"]), agrees(["A1", "blue"], ["A1", "red"])
    (True, False)
    """
    return all(a == b or a is None or b is None for a, b in zip(one, other, strict=True))


def merged(one: Sequence[object], other: Sequence[object]) -> list[object]:
    """The cells of rows that agree.

    >>> merged(["A1", None, "Hat"], ["A1", "red", None])
    ['A1', 'red', 'Hat']
    """
    return [b if a is None else a for a, b in zip(one, other, strict=True)]


class Repeats:
    """Tells rows of a source that show one more picture; of as many keys as a census counts, so memory stays flat."""

    def __init__(self, source: Source, key: str, images: Collection[str], own: Collection[str]) -> None:
        light = [column for column in source.columns if column not in source.picture_columns]
        self._has_bytes = len(light) < len(source.columns)
        self._key, self._images = key, [column for column in light if column in images]
        self._own = [column for column in light if column in own]
        self._said = [column for column in light if column not in own]
        self._products: dict[tuple[str, int], Sequence[object] | None] = {}  # None: its rows differ
        self._items: dict[tuple[object, ...], tuple[int, int]] = {}  # what the first row shows, a bit for a filled cell
        self.count = 0
        for row in source.rows(self._said):
            if not row.problem:
                self._compare(row)

    def __call__(self, row: RawRow) -> list[str] | None:
        """The columns of cells that the row adds to an item that came before; None for an item of its own."""
        if (mark := _mark(row.values[self._key])) is None or (product := (row.source, mark)) not in self._products:
            return None
        said, shown = self._marks(row, self._said), hash(self._marks(row, self._images))
        item = product if self._products[product] is not None else (*product, hash(said))
        filled = sum(1 << i for i, mark in enumerate(said) if mark is not None)
        if item not in self._items:
            if len(self._items) < MAX_DISTINCT:
                self._items[item] = shown, filled
            return None
        first, before = self._items[item]
        if shown == first and not self._has_bytes:
            return None
        self.count += 1
        self._items[item] = first, before | filled
        return self._own + [column for i, column in enumerate(self._said) if filled & ~before & 1 << i]

    def _compare(self, row: RawRow) -> None:
        if (mark := _mark(row.values[self._key])) is None:
            return
        product, said = (row.source, mark), self._marks(row, self._said)
        if product not in self._products:
            if len(self._products) < MAX_DISTINCT:
                self._products[product] = said
        elif (known := self._products[product]) is not None:
            self._products[product] = merged(known, said) if agrees(known, said) else None

    @staticmethod
    def _marks(row: RawRow, columns: Sequence[str]) -> tuple[int | None, ...]:
        return tuple(_mark(row.values[column]) for column in columns)


def _mark(value: object) -> int | None:
    """A cell by its hash, None if it is blank."""
    text = value.strip() if isinstance(value, str) else "" if value is None or value == [] else str(value)
    return hash(text) if text else None
