"""The tables of a catalogue: their names, and what their columns are."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from gergo.catalogue.kinds import ARROW_TYPES, Kind

ITEMS, VIEWS, QUARANTINE = "items", "views", "quarantine"

YIELDED = "_original"  # behind the name of a shop's column that one of ours has
OURS = ("item", "id", "group", "split", "texts", "source", "row")
PRIVATE = ("_source_id", "_digest", "_more_rows")  # of items: what an import compares, of no interest to others

_TEXT = pa.struct([("column", pa.string()), ("text", pa.string()), ("hash", pa.string())])
VIEWS_SCHEMA = pa.schema(
    [
        ("view", pa.int64()),
        ("item", pa.int64()),
        ("column", pa.string()),
        ("hash", pa.string()),
        ("width", pa.int32()),
        ("height", pa.int32()),
        ("perceptual", pa.uint64()),
        ("source_hash", pa.string()),
        ("thumbnail", pa.binary()),
        ("picture", pa.large_binary()),
    ]
)
QUARANTINE_SCHEMA = pa.schema(
    [
        ("source", pa.string()),
        ("row", pa.int64()),
        ("column", pa.string()),
        ("kind", pa.string()),
        ("reason", pa.string()),
        ("detail", pa.string()),
    ]
)


VIEW_COLUMNS = ("view", "item", "column", "hash", "width", "height")
QUARANTINE_COLUMNS = tuple(QUARANTINE_SCHEMA.names)


def items_schema(columns: Mapping[str, Kind]) -> pa.Schema:
    """Our columns, then the source's."""
    fields: list[tuple[str, pa.DataType]] = [
        ("item", pa.int64()),
        ("id", pa.string()),
        ("group", pa.string()),
        ("split", pa.string()),
        ("texts", pa.list_(_TEXT)),
        ("source", pa.string()),
        ("row", pa.int64()),
        ("_source_id", pa.string()),
        ("_digest", pa.string()),
        ("_more_rows", pa.list_(pa.int64())),
    ]
    return pa.schema(fields + [(name, ARROW_TYPES[kind]) for name, kind in columns.items() if name != "id"])
