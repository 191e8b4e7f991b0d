"""Parquet: columns with types, pictures as paths, bytes or Hugging Face image structs."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

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
        self.columns = [str(name) for name in schema.names]
        self._text_columns = _undeclared_texts(path, schema)
        heavy = [field.name for field in schema if _holds_bytes(field.type)]
        self.picture_columns = [name for name in heavy if name not in self._text_columns]
        self._class_names = _class_names(schema.metadata)
        self.description = f"Parquet, {row_count:,} rows"

    def rows(self, columns: Collection[str] | None = None) -> Iterator[TableRow]:
        """Rows in order; unread columns cost nothing."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        wanted = [column for column in self.columns if columns is None or column in columns]
        heavy = any(column in self.picture_columns for column in wanted)
        size = _ROWS_A_BATCH_WITH_BYTES if heavy else _ROWS_A_BATCH
        number = 0
        try:
            with pq.ParquetFile(self._path, pre_buffer=False) as file:
                for batch in file.iter_batches(size, columns=wanted, use_threads=False):
                    for values in batch.to_pylist():
                        number += 1
                        yield TableRow(number, {name: self._cell(name, value) for name, value in values.items()})
        except (pa.ArrowException, OSError) as error:
            raise InputError(f"{self._path} breaks off after row {number}: {error}", hint="write it again") from None

    def _cell(self, column: str, value: object) -> object:
        names = self._class_names.get(column)
        if names and isinstance(value, int) and not isinstance(value, bool):
            return names[value] if 0 <= value < len(names) else None
        if isinstance(value, bytes) and column in self._text_columns:
            return value.decode("utf-8", "replace")
        return _plain(value)


def _undeclared_texts(path: Path, schema: pa.Schema) -> set[str]:
    """Binary columns that hold text, as writers leave them that do not declare UTF-8; told by their first values."""
    import pyarrow.parquet as pq
    import pyarrow.types as types

    binary = [field.name for field in schema if types.is_binary(field.type) or types.is_large_binary(field.type)]
    if not binary:
        return set()
    with pq.ParquetFile(path) as file:
        batch = next(file.iter_batches(_ROWS_A_BATCH_WITH_BYTES, columns=binary, use_threads=False), None)
    rows = batch.to_pylist() if batch is not None else []
    return {name for name in binary if any(row[name] for row in rows) and all(_is_utf8(row[name]) for row in rows)}


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
        return [_plain(part) for part in value]
    if isinstance(value, dict) and not ({"bytes", "path", "url", "src"} & value.keys()):
        return json.dumps(value, ensure_ascii=False, default=str)
    return value


def _holds_bytes(kind: pa.DataType) -> bool:
    import pyarrow.types as types

    if types.is_list(kind) or types.is_large_list(kind):
        return _holds_bytes(kind.value_type)
    if types.is_struct(kind):
        return any(field.name == "bytes" and _holds_bytes(field.type) for field in kind)
    return types.is_binary(kind) or types.is_large_binary(kind)


def _class_names(metadata: dict[bytes, bytes] | None) -> dict[str, list[str]]:
    """Column -> label names, where Hugging Face datasets stored numbers for them (`ClassLabel`)."""
    try:
        features = json.loads((metadata or {}).get(b"huggingface", b"{}"))["info"]["features"]
        return {name: kind["names"] for name, kind in features.items() if kind.get("_type") == "ClassLabel"}
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}
