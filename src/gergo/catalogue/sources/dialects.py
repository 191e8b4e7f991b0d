"""How the cells of a line are told apart: by comma, semicolon, tab or pipe, and how a quote is escaped."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from gergo.catalogue.sources.headers import Record, find_header

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
SAMPLE_RECORDS = 500
ENTITY = re.compile(r"&(#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,8});", re.I)
_MAX_CELL_CHARACTERS = 1 << 22
_MOST = 0.8

csv.field_size_limit(_MAX_CELL_CHARACTERS)  # the module's own limit is less than some shops' HTML descriptions


@dataclass(frozen=True)
class Dialect:
    """How the cells of a line are told apart."""

    separator: str
    escape: str | None = None

    def reader(self, lines: Iterable[str]) -> Iterator[Record]:
        return csv.reader(lines, delimiter=self.separator, escapechar=self.escape, doublequote=True)


@dataclass(frozen=True)
class _Reading:
    """A sample under one dialect. start: the place of its header; fits: which records are as long as the header."""

    dialect: Dialect
    start: int
    width: int
    fits: list[bool]

    @property
    def share(self) -> float:
        rows = self.fits[self.start :]
        return round(sum(rows) / len(rows), 2)

    def explains_what_is_dropped_by(self, other: _Reading) -> bool:
        """Whether lines that the other takes for a preamble are, in this reading, a header and rows like the rest."""
        return self.start < other.start and self.share >= _MOST and all(self.fits[self.start : other.start + 1])


def detect_dialect(sample: str, *, cut: bool, separators: Collection[str] = SEPARATORS.keys()) -> Dialect:
    """The separator under which most rows of the sample are as long as its header, and longer than one cell.

    cut: the sample ends in the middle of the file, so its last row says nothing.
    """
    escapes = (None, "\\") if '\\"' in sample else (None,)
    dialects = [Dialect(separator, escape) for escape in escapes for separator in separators]
    readings = [reading for dialect in dialects if (reading := _read(sample, dialect, cut=cut))]
    sound = [
        reading for reading in readings if not any(other.explains_what_is_dropped_by(reading) for other in readings)
    ]
    best = max(sound, key=lambda reading: (reading.share, reading.width), default=None)
    return best.dialect if best else dialects[0]


def _read(sample: str, dialect: Dialect, *, cut: bool) -> _Reading | None:
    text = ENTITY.sub("", sample) if dialect.separator == ";" else sample
    records = list(islice(sample_records(text, dialect), SAMPLE_RECORDS))
    if cut and len(records) > 2:
        records.pop()
    if not records:
        return None
    start = find_header(records).place
    header = records[start]
    reading = _Reading(dialect, start, len(header), [_fits(record, header) for record in records])
    return reading if len(header) > 1 and reading.share else None


def _fits(record: Record, header: Record) -> bool:
    """Whether a record is as long as the header, but for blank cells at the end of either."""
    both = min(len(record), len(header))
    return both > 1 and not any(cell.strip() for cell in (*record[both:], *header[both:]))


def sample_records(sample: str, dialect: Dialect) -> Iterator[Record]:
    """The records of a text that are not blank, up to the first that cannot be read."""
    records = dialect.reader(io.StringIO(sample, newline=""))
    while True:
        try:
            record = next(records)
        except (StopIteration, csv.Error):
            return
        if any(cell.strip() for cell in record):
            yield record
