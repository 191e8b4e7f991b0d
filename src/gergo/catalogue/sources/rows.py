"""What a source gives: rows of named values, each knowing where it stands."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from gergo.catalogue.options import Options
from gergo.catalogue.pictures.locating import PictureFolders


@dataclass(frozen=True)
class RawRow:
    """One row as the source has it.

    source: the file it is from, relative to the source's folder. row: its number there, 1 the first row of data.
    values: column -> str | int | float | bool | bytes | list | dict | None; pictures are paths, addresses, bytes or
    structs {"bytes", "path"}, several in a list. root: where its pictures are looked for.
    problem: a short code ("row_too_many_fields") when the row is malformed and its values cannot be trusted; detail
    says what was found. more: rows that only show further pictures of the same item. also: of other rows, the pictures
    that the item shares with them. shown: column -> its pictures, where they are not those that its cell names.
    """

    source: str
    row: int
    values: dict[str, object]
    root: PictureFolders
    problem: str = ""
    detail: str = ""
    more: tuple[RawRow, ...] = ()
    also: tuple[RawRow, ...] = ()
    shown: dict[str, list[bytes]] = field(default_factory=dict)


@dataclass(frozen=True)
class TableRow:
    """A row within one table; `problem`, `detail` and `shown` as in `RawRow`."""

    row: int
    values: dict[str, object]
    problem: str = ""
    detail: str = ""
    shown: dict[str, list[bytes]] = field(default_factory=dict)


class Table(Protocol):
    """One file of rows (or a folder of pictures seen as rows), read as a stream and as often as asked."""

    columns: list[str]
    description: str

    @property
    def picture_columns(self) -> Collection[str]:
        """The columns whose type alone says that they hold pictures."""
        ...

    def rows(self, columns: Collection[str] | None = None) -> Iterator[TableRow]:
        """All rows, or only some of their columns (cheaper where the format allows)."""
        ...


@dataclass(frozen=True)
class Part:
    """A table within a source: its name there, and where its pictures are looked for."""

    name: str
    table: Table
    root: PictureFolders


@dataclass(frozen=True)
class Source:
    """One or several tables of one schema, read as one.

    columns: the union of the tables' columns, in order, and then those that options become. description: what was
    detected, for people. root: the folder that pictures are relative to (several tables in several folders: see
    `RawRow.root`).
    """

    root: Path
    parts: list[Part]
    columns: list[str] = field(default_factory=list)
    description: str = ""
    options: Options | None = None

    @property
    def picture_columns(self) -> set[str]:
        """Columns whose type says picture: bytes, and image structs of Parquet."""
        return {column for part in self.parts for column in part.table.picture_columns}

    def rows(self, columns: Collection[str] | None = None) -> Iterator[RawRow]:
        """Every row in order, each with all columns (None where its file lacks one), or with those asked for."""
        wanted = [column for column in self.columns if columns is None or column in columns]
        for part in self.parts:
            for row in self._read(part, columns):
                values = {column: row.values.get(column) for column in wanted}
                yield RawRow(part.name, row.row, values, part.root, row.problem, row.detail, shown=row.shown)

    def _read(self, part: Part, columns: Collection[str] | None) -> Iterator[TableRow]:
        options = self.options
        if options is None or (columns is not None and not set(columns) & set(options.columns)):
            yield from part.table.rows(columns)
            return
        options = options.fresh()
        for row in part.table.rows(None if columns is None else {*columns, *options.read_with}):
            yield replace(row, values=row.values | options.cells(row.values))
