"""Parquet: columns with types, pictures as paths, bytes or Hugging Face image structs; other structs are opened."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gergo.catalogue.sources.inner_objects import InnerObjects, closed
from gergo.catalogue.sources.rows import TableRow
from gergo.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS_A_BATCH = 1024
_ROWS_A_BATCH_WITH_BYTES = 32


class ParquetTable:
    """A Parquet file, read a small batch at a time."""

    def __init__(self, path: Path) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        self._path = path
        try:
            with pq.ParquetFile(path) as file:
                schema, row_count = file.schema_arrow, file.metadata.num_rows
        except (pa.ArrowException, OSError) as error:
            raise InputError(f"{path} is not a readable Parquet file: {error}", hint="write it again") from None
        self._inner = InnerObjects()
        self._inner.observe(_example(path, schema))
        self._field_of = self._inner.settle()  # column -> the field of the file that it is in
        self.columns = list(self._field_of)
        kinds = self._inner.opened({field.name: _parts(field.type) for field in schema})
        self._text_columns = self._undeclared_texts(kinds)
        heavy = [name for name, kind in kinds.items() if _holds_bytes(kind)]
        self.picture_columns = [name for name in heavy if name not in self._text_columns]
        self._class_names = _class_names(schema.metadata)
        self.description = f"Parquet, {row_count:,} rows"

    def rows(self, columns: Collection[str] | None = None) -> Iterator[TableRow]:
        """Rows in order; unread columns cost nothing."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        wanted = [column for column in self.columns if columns is None or column in columns]
        fields = list(dict.fromkeys(self._field_of[column] for column in wanted))
        heavy = not {self._field_of[column] for column in self.picture_columns}.isdisjoint(fields)
        size = _ROWS_A_BATCH_WITH_BYTES if heavy else _ROWS_A_BATCH
        number = 0
        try:
            with pq.ParquetFile(self._path, pre_buffer=False) as file:
                for batch in file.iter_batches(size, columns=fields, use_threads=False):
                    for values in batch.to_pylist():
                        number += 1
                        cells = self._inner.opened(values)
                        yield TableRow(
                            number, {name: self._cell(name, cells[name]) for name in wanted if name in cells}
                        )
        except (pa.ArrowException, OSError) as error:
            raise InputError(f"{self._path} breaks off after row {number}: {error}", hint="write it again") from None

    def _cell(self, column: str, value: object) -> object:
        names = self._class_names.get(column)
        if names and isinstance(value, int) and not isinstance(value, bool):
            return names[value] if 0 <= value < len(names) else None
        if isinstance(value, bytes) and column in self._text_columns:
            return value.decode("utf-8", "replace")
        return _plain(value)

    def _undeclared_texts(self, kinds: dict[str, Any]) -> set[str]:
        """Binary columns that hold text whose writer did not declare it as UTF-8; told by their first values."""
        binary = [name for name, kind in kinds.items() if _is_binary(kind)]
        first = _first_rows(self._path, [self._field_of[name] for name in binary])
        rows = [self._inner.opened(row) for row in first]
        return {n for n in binary if any(row.get(n) for row in rows) and all(_is_utf8(row.get(n)) for row in rows)}


def _example(path: Path, schema: pa.Schema) -> dict[str, object]:
    """A row as the schema has it, with the first values there are: a struct's places tell whether it is a picture's."""
    import pyarrow.types as types

    structs = [field.name for field in schema if types.is_struct(field.type) and not _holds_bytes(_parts(field.type))]
    rows = _first_rows(path, structs)
    return {field.name: _filled(_parts(field.type), [row.get(field.name) for row in rows]) for field in schema}


def _filled(kind: Any, values: list[Any]) -> object:
    found = [value for value in values if value is not None]
    if isinstance(kind, dict):
        return {name: _filled(part, [value[name] for value in found]) for name, part in kind.items()}
    return found[0] if found else None


def _first_rows(path: Path, columns: list[str]) -> list[dict[str, Any]]:
    import pyarrow.parquet as pq

    if not columns:
        return []
    with pq.ParquetFile(path) as file:
        batch = next(file.iter_batches(_ROWS_A_BATCH_WITH_BYTES, columns=columns, use_threads=False), None)
    return batch.to_pylist() if batch is not None else []


def _is_utf8(value: bytes | None) -> bool:
    try:
        return value is None or b"\0" not in value.decode("utf-8").encode()
    except UnicodeDecodeError:
        return False


def _plain(value: object) -> object:
    """Types that JSON and CSV have as well; a picture's struct stays one."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, list):
        return [part if isinstance(part, dict) else _plain(part) for part in value]
    return closed(value)


def _parts(kind: pa.DataType) -> Any:
    """A struct's type as a dict, name -> type, like its values; other types as they are."""
    import pyarrow.types as types

    return {field.name: _parts(field.type) for field in kind} if types.is_struct(kind) else kind


def _holds_bytes(kind: Any) -> bool:
    import pyarrow.types as types

    if isinstance(kind, dict):
        return "bytes" in kind and _holds_bytes(kind["bytes"])
    if types.is_list(kind) or types.is_large_list(kind):
        return _holds_bytes(_parts(kind.value_type))
    return _is_binary(kind)


def _is_binary(kind: Any) -> bool:
    import pyarrow.types as types

    return not isinstance(kind, dict) and (types.is_binary(kind) or types.is_large_binary(kind))


def _class_names(metadata: dict[bytes, bytes] | None) -> dict[str, list[str]]:
    """Column -> label names, where Hugging Face datasets stored numbers for them (`ClassLabel`)."""
    try:
        features = json.loads((metadata or {}).get(b"huggingface", b"{}"))["info"]["features"]
        return {name: kind["names"] for name, kind in features.items() if kind.get("_type") == "ClassLabel"}
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}
