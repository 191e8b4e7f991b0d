"""Rows that come one by one, as a table that an import can read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from gergo.catalogue.adding import made_of
from gergo.catalogue.dates import iso, read
from gergo.catalogue.filters import column_named
from gergo.catalogue.intake import Lost
from gergo.catalogue.item import Item
from gergo.catalogue.kinds import Kind, KindTracker, cast, plain
from gergo.catalogue.manifest import Manifest
from gergo.catalogue.matching import UPSERTS
from gergo.catalogue.options import Options
from gergo.catalogue.pictures.locating import split
from gergo.catalogue.sources.rows import TableRow
from gergo.catalogue.store import Catalogue
from gergo.catalogue.texts import normalise
from gergo.errors import InputError, UsageError

_AT_ONCE = 500


def source_columns(manifest: Manifest) -> list[str]:
    """The columns as the source calls them."""
    return [manifest.renamed.get(name, name) for name in manifest.kinds]


class EditRows:
    """Rows as given, completed by what the items that they update have already; a `Table` of an import's source.

    Attributes:
        targets: row number -> the stored item that the row updates.
        same: numbers of the rows that say nothing new of their items.
        lost: what was lost before of the pictures of rows that say something new, in columns that stay as they are.

    Raises:
        UsageError: no such column, or an id twice.
        InputError: a value that does not fit its column, or an id where the catalogue makes its own.
    """

    def __init__(
        self, catalogue: Catalogue, items: Sequence[Item], rows: Sequence[Mapping[str, Any]], pictures: dict[str, bytes]
    ) -> None:
        self._catalogue, self._manifest, self._pictures = catalogue, catalogue.manifest, pictures
        self.columns = source_columns(self._manifest)
        self.description = "rows written one by one"
        self.first_row = 1 + next((s.rows_in for s in self._manifest.sources if s.name == UPSERTS), 0)
        self.targets: dict[int, Item] = {}
        self.same: set[int] = set()
        self.lost: list[Lost] = []
        self._shown_of: dict[int, dict[str, list[bytes]]] = {}  # row number -> column -> stored pictures that stay
        self._written = {name: self._manifest.renamed.get(name, name) for name in self._manifest.kinds}
        self._stored_as = {column: name for name, column in self._written.items()}
        self._options = Options(self.columns, self._manifest.options)
        self._rows = self._read(rows, {item.id: item for item in items})

    @property
    def picture_columns(self) -> Collection[str]:
        """None by its type alone."""
        return ()

    def rows(self, columns: Collection[str] | None = None) -> Iterator[TableRow]:
        """All rows, or some of their columns."""
        wanted = [name for name in self.columns if columns is None or name in columns]
        for number, row in self._rows.items():
            yield TableRow(number, {name: row.get(name) for name in wanted}, shown=self._shown_of.get(number, {}))

    def _read(self, rows: Sequence[Mapping[str, Any]], items: Mapping[str, Item]) -> dict[int, dict[str, Any]]:
        given = {number: self._named(row, number) for number, row in enumerate(rows, self.first_row)}
        ids: set[str] = set()
        for number, row in given.items():
            id_ = self._id(row)
            if id_ is None:
                continue
            if id_ in ids:
                raise UsageError(f"row {self._place(number)}: the id {id_!r} comes twice", hint="write an item once")
            ids.add(id_)
            if id_ in items:
                self.targets[number] = items[id_]
            elif self._manifest.roles.id is None:
                raise InputError(
                    f"row {self._place(number)}: no item has the id {id_!r}, and ids are made from content here",
                    hint="leave the id of a new item out",
                )
        stored = self._stored([item.number for item in self.targets.values()])
        full = {number: self._completed(number, row, stored) for number, row in given.items()}
        self._keep_losses()
        return full

    def _place(self, number: int) -> int:
        return number - self.first_row + 1

    def _named(self, row: Mapping[str, Any], number: int) -> dict[str, Any]:
        """The row by stored column; "id" for the id whatever its column is."""
        named: dict[str, Any] = {}
        for column, value in row.items():
            if column == "id":
                name = self._manifest.roles.id or "id"
            else:
                name = self._stored_as.get(column) or column_named(column, list(self._written))
            if name in named and named[name] != value:
                raise UsageError(f"row {self._place(number)}: the column {name!r} comes twice", hint="give it once")
            named[name] = value
        return named

    def _fitted(self, row: Mapping[str, Any], before: Mapping[str, Any], number: int) -> dict[str, Any]:
        """The row with its values as the columns hold them; a text that an item has already fits."""
        roles = self._manifest.roles
        free = {*roles.images, roles.id, "id"}
        return {
            name: value
            if name in free or (isinstance(value, str) and value == before.get(name))
            else self._fitting(name, value, number)
            for name, value in row.items()
        }

    def _fitting(self, name: str, value: Any, number: int) -> Any:
        wanted: Kind = self._manifest.kinds[name]
        found = plain(value)
        order = self._manifest.orders.get(name)
        if order and isinstance(found, str) and normalise(found):
            if not read(found).keys() & {order, "ymd"}:
                raise InputError(
                    f"row {self._place(number)}, column {name!r}: {value!r} is no date",
                    hint="that is what the column holds: dates, as 2023-12-31",
                )
            return iso(found, order)
        if wanted == "string" or found is None:
            return found
        tracker = KindTracker({name: wanted}, self._manifest.currencies, self._manifest.marks)
        tracker.observe(name, found, is_text=isinstance(found, str))
        as_written = tracker.kinds([name])[name]
        if as_written == "string":
            currency = self._manifest.currencies.get(name)
            raise InputError(
                f"row {self._place(number)}, column {name!r}: {value!r} is no {_NAMES[wanted]}",
                hint=f"that is what the column holds: {_NAMES[wanted]}" + (f", in {currency}" if currency else ""),
            )
        return cast(found, as_written, tracker.mark(name))

    def _id(self, row: Mapping[str, Any]) -> str | None:
        value = plain(row.get(self._manifest.roles.id or "id"))
        return None if value is None else str(value).strip()

    def _stored(self, numbers: Sequence[int]) -> dict[int, dict[str, Any]]:
        found: dict[int, dict[str, Any]] = {}
        for start in range(0, len(numbers), _AT_ONCE):
            listed = ", ".join(map(str, numbers[start : start + _AT_ONCE]))
            found |= {row["item"]: row for row in self._catalogue.items(where=f"`item` IN ({listed})").to_pylist()}
        return found

    def _completed(self, number: int, row: dict[str, Any], stored: Mapping[int, dict[str, Any]]) -> dict[str, Any]:
        """The row by source column: what is given, else what is stored, unless it was made from what is now another."""
        target = self.targets.get(number)
        images = self._manifest.roles.images
        before = stored[target.number] if target else {}
        row = self._opened(self._fitted(row, before, number), before, number)
        if target is None:
            pictured = {*images} - {self._manifest.roles.id}  # an id may name the file
            return {self._written[name]: self._shown(v) if name in pictured else v for name, v in row.items()}
        changed = {name for name, value in row.items() if value != before.get(name)} - {"id", self._manifest.roles.id}
        if not changed:
            self.same.add(number)
        stale = made_of(changed, self._manifest.mapping) - row.keys()
        full: dict[str, Any] = {}
        for name, column in self._written.items():
            if name == self._manifest.roles.id:
                full[column] = target.source_id
            elif name in images and name in changed:
                full[column] = self._shown(row[name])
            elif name in images:
                full[column] = before[name]
                views = [view.view for view in target.views if view.column == name]
                self._shown_of.setdefault(number, {})[column] = self._catalogue.pictures(views)
            elif name in stale:
                full[column] = None
            else:
                full[column] = row[name] if name in changed else before[name]
        return full

    def _opened(self, row: dict[str, Any], before: Mapping[str, Any], number: int) -> dict[str, Any]:
        """The row with what it changes of the columns that options became, unless it says itself what they hold."""
        changed = {name for name, value in row.items() if value != before.get(name)}
        whole = {**before, **row}
        then, now = (
            self._options.cells({column: values.get(name) for name, column in self._written.items()})
            for values in (before, whole)
        )
        cells = {self._stored_as[column]: value for column, value in now.items() if value != then[column]}
        return row | {name: self._fitting(name, value, number) for name, value in cells.items() if name not in changed}

    def _shown(self, value: Any) -> list[Any]:
        """Pictures of a cell, those that came along with their bytes."""
        parts = [value] if isinstance(value, str) and value in self._pictures else split(value)
        return [
            {"bytes": self._pictures[part], "path": part} if isinstance(part, str) and part in self._pictures else part
            for part in parts
        ]

    def _keep_losses(self) -> None:
        """Take over what was lost of pictures, in columns that stay as they are."""
        kept = {
            (target.source, target.row, self._stored_as[column])
            for number, target in self.targets.items()
            if number not in self.same
            for column in self._shown_of.get(number, ())
        }
        stored = [Lost(**entry) for entry in self._catalogue.quarantine().to_pylist()] if kept else []
        self.lost = [lost for lost in stored if (lost.source, lost.row, lost.column) in kept]


_NAMES: dict[Kind, str] = {"bool": "true or false", "int": "whole number", "float": "number", "string": "text"}
