"""CSV and its relatives: comma, semicolon, tab or pipe, quoted cells over several lines, rows of the wrong length."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Collection, Iterator
from itertools import islice
from pathlib import Path

from gergo.catalogue.sources.dialects import (
    ENTITY,
    SAMPLE_RECORDS,
    SEPARATORS,
    Dialect,
    detect_dialect,
    sample_records,
)
from gergo.catalogue.sources.encodings import detect, open_text, stated
from gergo.catalogue.sources.headers import Record, find_header, is_data, usual_width
from gergo.catalogue.sources.rows import TableRow
from gergo.catalogue.sources.stated import Stated
from gergo.errors import InputError, UsageError

_SAMPLE_CHARACTERS = 1 << 17
_MAX_LINES_A_ROW = 2_000
_SHOWN_LINES = 3
_SHOWN_CHARACTERS = 60


class DelimitedTable:
    """A CSV file, its header detected, and its encoding and separator where they are not stated; read as a stream."""

    picture_columns: Collection[str] = ()

    def __init__(self, path: Path, known: Stated | None = None) -> None:
        known = known or Stated()
        self._path = path
        self._encoding = stated(path, known.encoding) if known.encoding else detect(path)
        with open_text(path, self._encoding) as file:
            sample = file.read(_SAMPLE_CHARACTERS).replace("\0", "")
            cut = bool(file.read(1))
        declared = re.match(r"\ufeff?sep=(.)\r?\n", sample)  # Excel's own first line
        self._skipped_lines = 1 if declared else 0
        sample = sample[declared.end() :] if declared else sample
        if known.separator and sample and known.separator not in sample:
            raise UsageError(
                f"--separator {known.separator!r} does not occur in {path}", hint="leave it out, and it is detected"
            )
        separator = known.separator or (declared[1] if declared else None)
        self._dialect = detect_dialect(sample, cut=cut, separators=[separator] if separator else SEPARATORS)
        records = list(islice(sample_records(sample, self._dialect), SAMPLE_RECORDS))
        if not records:
            raise InputError(f"{path} is empty", hint="export it again with a header and one row a product")
        place, rows = find_header(records)
        header = records[place]
        self._has_header = not is_data(header)
        self._records_before = rows if self._has_header else place
        self.columns, self._renamed = _column_names(header if self._has_header else [""] * len(header))
        self._surplus = usual_width(records[rows:]) - len(header)  # every row ends in a separator
        self._optional = _trailing_blanks(header) if self._has_header else 0
        self.description = self._describe(records[:place], records[place + 1 : self._records_before])

    def _describe(self, before: list[Record], after: list[Record]) -> str:
        separator = SEPARATORS.get(self._dialect.separator, repr(self._dialect.separator))
        parts = [self._encoding.description, f"separated by {separator}"]
        parts += ["quotes escaped by backslash"] if self._dialect.escape else []
        parts += [f"{_left_out(before)} before the header left out ({_shown(before)})"] if before else []
        parts += [f"{_left_out(after)} of names after the header left out ({_shown(after)})"] if after else []
        parts += [] if self._has_header else ["no header line"]
        parts += [f"columns renamed: {', '.join(self._renamed)}"] if self._renamed and self._has_header else []
        if self._has_header and 2 * len(self._renamed) >= len(self.columns) > 1:
            parts.append("WARNING: most columns have no name of their own, is this line the header?")
        return ", ".join(parts)

    def rows(self, columns: Collection[str] | None = None) -> Iterator[TableRow]:
        """Rows in order; blank lines are no rows, a row of another length than the header has a problem."""
        with open_text(self._path, self._encoding) as file:
            lines = islice(file, self._skipped_lines, None)
            records = _records(lines, self._dialect, len(self.columns))
            before = self._records_before
            while before and (record := next(records, None)):
                before -= any(cell.strip() for cell in record[0])  # blank ones were not counted
            for number, (cells, problem) in enumerate(records, start=1):
                yield self._row(number, cells, problem, columns)

    def _row(self, number: int, cells: list[str], problem: str, columns: Collection[str] | None) -> TableRow:
        width = len(self.columns)
        if len(cells) > width and not any(cell.strip() for cell in cells[width : width + self._surplus]):
            del cells[width : width + self._surplus]
        named = zip(self.columns, cells, strict=False)
        values: dict[str, object] = {name: cell for name, cell in named if columns is None or name in columns}
        detail = f"{len(cells)} fields, the header has {width}"
        if problem:
            return TableRow(number, values, problem, detail)
        if len(cells) > width:
            return TableRow(number, values, "row_too_many_fields", detail)
        if len(cells) < width - self._optional:
            return TableRow(number, values, "row_too_few_fields", detail)
        return TableRow(number, values)


class _Lines:
    """Lines that remember what they gave since `taken` was cleared, can take lines back, and end a row in time."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines, self._back = lines, deque[str]()
        self.taken: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if len(self.taken) >= _MAX_LINES_A_ROW:
            raise StopIteration
        line = self._back.popleft() if self._back else next(self._lines).replace("\0", "")
        self.taken.append(line)
        return line

    def give_back(self, lines: list[str]) -> None:
        self._back.extendleft(reversed(lines))


def _records(lines: Iterator[str], dialect: Dialect, width: int) -> Iterator[tuple[list[str], str]]:
    """Records with a problem code ("" for none), blank lines left out.

    A stray quote swallows the lines after it up to the next quote. Such a record has another length than the header
    and, among its lines, some that are whole rows: then only its first line is malformed and the rest is read again.
    """
    source = _Lines(lines)
    while True:
        source.taken.clear()
        try:
            cells = next(dialect.reader(source), None)
        except csv.Error:
            cells = []
        taken = list(source.taken)
        if cells is None or not taken:
            return
        if len(taken) > 1 and len(cells) != width and _hides_rows(taken[1:], dialect, width):
            source.give_back(taken[1:])
            yield _first_line(taken[0], dialect), "row_unbalanced_quote"
        elif not cells and any(line.strip() for line in taken):
            source.give_back(taken[1:])
            yield _first_line(taken[0], dialect), "row_too_long"
        elif cells and (len(cells) > 1 or cells[0].strip()):
            yield _with_entities(cells, taken, dialect, width), ""


def _with_entities(cells: list[str], taken: list[str], dialect: Dialect, width: int) -> list[str]:
    """The cells, read again where an entity's semicolon was taken for a separator: Fish &amp; Chips;12."""
    if dialect.separator != ";" or len(cells) <= width or not any(map(ENTITY.search, taken)):
        return cells
    whole = (ENTITY.sub("&\\1\0", line) for line in taken)  # NUL: no line has one, they are taken out on reading
    again = [cell.replace("\0", ";") for cell in next(dialect.reader(whole), [])]
    return again if len(again) == width else cells


def _hides_rows(lines: list[str], dialect: Dialect, width: int) -> bool:
    if len(lines) >= _MAX_LINES_A_ROW - 1:
        return True
    return width > 1 and any(len(_first_line(line, dialect)) == width for line in lines)


def _first_line(line: str, dialect: Dialect) -> list[str]:
    return line.rstrip("\r\n").split(dialect.separator) if '"' not in line else next(sample_records(line, dialect), [])


def _left_out(lines: list[Record]) -> str:
    return "1 line" if len(lines) == 1 else f"{len(lines)} lines"


def _shown(lines: list[Record]) -> str:
    """The first few lines, for people to see that no product is among them."""
    words = [" ".join(cell.strip() for cell in line if cell.strip()) for line in lines]
    shown = [repr(text[:_SHOWN_CHARACTERS] + "…" * (len(text) > _SHOWN_CHARACTERS)) for text in words]
    return ", ".join(shown[:_SHOWN_LINES] + ["…"] * (len(words) > _SHOWN_LINES))


def _trailing_blanks(header: list[str]) -> int:
    return next((count for count, cell in enumerate(reversed(header)) if cell.strip()), 0)


def _column_names(header: list[str]) -> tuple[list[str], list[str]]:
    """Unique names for a header, and what was renamed: blank ones after their place, repeated ones by a number."""
    names: list[str] = []
    renamed: list[str] = []
    taken = {cell.strip("\ufeff \t\r\n") for cell in header}
    for place, cell in enumerate(header, start=1):
        wanted = cell.strip("\ufeff \t\r\n") or f"column_{place}"
        name, number = wanted, 2
        while name in names or (name != cell.strip("\ufeff \t\r\n") and name in taken):
            name, number = f"{wanted}_{number}", number + 1
        if name != cell.strip("\ufeff \t\r\n"):
            renamed.append(f"{cell.strip() or 'blank'} at {place} is {name}")
        names.append(name)
    return names, renamed
