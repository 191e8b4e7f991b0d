"""Writes the tables of a new version; nothing of it is read before the manifest names it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

import pyarrow as pa
from lancedb.db import DBConnection
from lancedb.table import Table

from gergo.catalogue.schema import ITEMS, QUARANTINE, QUARANTINE_SCHEMA, VIEWS, VIEWS_SCHEMA

_ROWS_AT_ONCE = 2048
_PICTURES_AT_ONCE = 64


class TableWriter:
    """Writes the next version of a catalogue's tables; `versions` are what the manifest has to name.

    stored: the versions that are in force. What a crashed import left behind after them is undone first.
    """

    def __init__(self, database: DBConnection, stored: Mapping[str, int]) -> None:
        self._database, self._stored = database, stored
        self._present = set(database.list_tables(limit=1_000_000).tables)
        self.versions = dict(stored)

    def replace_items(self, rows: Iterable[dict], schema: pa.Schema) -> None:
        """All items, old and new; their schema may have changed."""
        self._replace(ITEMS, rows, schema)

    def replace_quarantine(self, rows: Iterable[dict]) -> None:
        """All of the quarantine."""
        self._replace(QUARANTINE, rows, QUARANTINE_SCHEMA)

    def change_views(self, removed: Sequence[int], added: Iterable[dict]) -> None:
        """Pictures are only ever added and deleted: their bytes are not written twice."""
        table = self._views()
        removed = sorted(removed)
        for start in range(0, len(removed), _ROWS_AT_ONCE):
            table.delete(f"view IN ({', '.join(map(str, removed[start : start + _ROWS_AT_ONCE]))})")
        batches = _batches(added, VIEWS_SCHEMA, _PICTURES_AT_ONCE)
        first = next(batches, None)
        if first is not None:
            table.add(pa.RecordBatchReader.from_batches(VIEWS_SCHEMA, _chain(first, batches)))
        self.versions[VIEWS] = table.version

    def _views(self) -> Table:
        if VIEWS not in self._stored:
            return self._database.create_table(VIEWS, schema=VIEWS_SCHEMA, mode=self._mode(VIEWS))
        table = self._database.open_table(VIEWS)
        if table.version != self._stored[VIEWS]:
            table.checkout(self._stored[VIEWS])
            table.restore()
        return table

    def _mode(self, name: str) -> str:
        return "overwrite" if name in self._present else "create"

    def _replace(self, name: str, rows: Iterable[dict], schema: pa.Schema) -> None:
        reader = pa.RecordBatchReader.from_batches(schema, _batches(rows, schema, _ROWS_AT_ONCE))
        with contextlib.closing(reader):
            table = self._database.create_table(name, reader, schema=schema, mode=self._mode(name))
        self.versions[name] = table.version


def _batches(rows: Iterable[dict], schema: pa.Schema, size: int) -> Iterator[pa.RecordBatch]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, size)):
        yield pa.RecordBatch.from_pylist(chunk, schema=schema)


def _chain(first: pa.RecordBatch, rest: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield first
    yield from rest
