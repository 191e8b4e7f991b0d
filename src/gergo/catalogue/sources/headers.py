"""Where a table's header stands: after a report's title and date, before or among several lines of names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gergo.catalogue.pictures.locating import looks_like_picture

_FIRST_RECORDS = 12
_RECORDS_BELOW = 50
_TYPICAL_SHARE = 0.9
_NUMBER = re.compile(r"[+-]?\d[\d.,\s]*%?")
_NAME = re.compile(r"[^\W\d][\w.:#\[\]-]*")
_MACHINE_NAME = re.compile(r"[a-z][a-z\d]*([_.:#-][a-z\d]+)*")

Record = list[str]


class Header(NamedTuple):
    """place: of the header among the records. rows: the place of the first product; what is between is left out."""

    place: int
    rows: int


def find_header(records: Sequence[Record]) -> Header:
    """The line that names the columns.

    A second line of names is no product: it holds words where every row below holds numbers or pictures. Of two such
    lines the one written for machines names the columns (item_sku under "Seller SKU"); else it is the first.
    """
    place = _first_full(records)
    header = records[place]
    if not _is_second_header(header, records[place + 1 : place + 2 + _RECORDS_BELOW]):
        return Header(place, place + 1)
    second = records[place + 1]
    machine = sum(bool(_MACHINE_NAME.fullmatch(cell.strip())) for cell in second)
    if machine > sum(bool(_MACHINE_NAME.fullmatch(cell.strip())) for cell in header):
        return Header(place + 1, place + 2)
    return Header(place, place + 2)


def usual_width(records: Sequence[Record]) -> int:
    """How many cells most records have."""
    return Counter(map(len, records)).most_common(1)[0][0] if records else 0


def is_data(header: Record) -> bool:
    """Whether a first line is already data: names are no numbers and no pictures."""
    cells = [cell.strip() for cell in header if cell.strip()]
    numbers = [bool(_NUMBER.fullmatch(cell)) for cell in cells]
    return any(map(looks_like_picture, cells)) or (len(cells) > 1 and numbers[0] and sum(numbers) > len(cells) / 2)


def _first_full(records: Sequence[Record]) -> int:
    """The first record that is more than half full; if that is a product, the line above it with as many cells."""
    usual = usual_width(records)
    if usual < 2:
        return 0
    filled = [sum(bool(cell.strip()) for cell in record) for record in records[:_FIRST_RECORDS]]
    several = next((place for place, count in enumerate(filled) if count > 1), 0)
    full = next(_full(records, filled, usual), several)
    if full == 0 or not _is_row(records[full], records[full + 1 : full + 1 + _RECORDS_BELOW]):
        return full
    return next((place for place in reversed(range(full)) if len(records[place]) == usual), min(several, full))


def _full(records: Sequence[Record], filled: list[int], usual: int) -> Iterator[int]:
    """The places of the first records that may name the columns: well filled, and no date that a report opens with."""
    most = max((count for record, count in zip(records, filled, strict=False) if len(record) <= usual), default=0)
    for place, count in enumerate(filled):
        dated = count < most and any(_kind(cell) == "number" for cell in records[place])
        if count > 1 and most < 2 * count and not dated and len(records[place]) <= usual:
            yield place


def _is_row(record: Record, below: Sequence[Record]) -> bool:
    """Whether a record is a product like those below: a number, a picture, a code of the same shape, a word again."""
    for column, cell in enumerate(record):
        cells = [other[column].strip() for other in below if column < len(other)]
        alike = bool(re.search(r"\d", cell)) and _shape(cell) in map(_shape, cells[:2])
        # The first one below may be a second line of names.
        if _kind(cell) in ("number", "picture") or alike or (cell.strip() and cell.strip() in cells[1:]):
            return True
    return False


def _is_second_header(header: Record, after: Sequence[Record]) -> bool:
    """Whether the first record after a header names the columns again, in one word each, all different."""
    if len(after) < 3 or len(after[0]) != len(header):
        return False
    second, below = [cell.strip() for cell in after[0]], after[1:]
    names = [cell.casefold() for cell in second if cell]
    if not all(map(_NAME.fullmatch, names)) or len(set(names)) < len(names):
        return False
    if any(cell.strip() and not name for cell, name in zip(header, second, strict=True)):
        return False
    typical = [_typical_kind([row[column] for row in below if column < len(row)]) for column in range(len(second))]
    told = [kind != _kind(name) for kind, name in zip(typical, second, strict=True) if kind != "words" and name]
    return len(told) >= 2 and all(told)


def _typical_kind(cells: list[str]) -> str:
    kinds = Counter(kind for cell in cells if (kind := _kind(cell)))
    kind, count = kinds.most_common(1)[0] if kinds else ("words", 0)
    return kind if count >= max(2, _TYPICAL_SHARE * kinds.total()) else "words"


def _kind(cell: str) -> str:
    """What a cell looks like: "picture" (an address, too), "number" (a date, a price), "code", "words", "" if blank."""
    cell = cell.strip()
    if not cell:
        return ""
    if "://" in cell or looks_like_picture(cell):
        return "picture"
    if not any(map(str.isdigit, cell)):
        return "words"
    if not any(map(str.isalpha, cell)):
        return "number"
    return "words" if " " in cell else "code"


def _shape(cell: str) -> str:
    return re.sub(r"[^\W\d_]", "a", re.sub(r"\d", "9", cell.strip()))
