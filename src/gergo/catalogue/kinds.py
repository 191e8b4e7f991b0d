"""Values and their kinds: every column of a table is of one kind, found from the values themselves."""

from __future__ import annotations

import datetime
import json
import math
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Literal

import pyarrow as pa

Kind = Literal["bool", "int", "float", "string"]
Plain = bool | int | float | str | None

ARROW_TYPES: dict[Kind, pa.DataType] = {
    "bool": pa.bool_(),
    "int": pa.int64(),
    "float": pa.float64(),
    "string": pa.string(),
}

# A leading zero or a plus sign makes a code, not a number: 007, 0049, +39.
_INT = re.compile(r"-?(?:0|[1-9]\d{0,17})")
_FLOAT = re.compile(r"-?(?:0|[1-9]\d*)\.\d+")
_BOOLS = {"true": True, "false": False}


def plain(value: object) -> Plain:
    """`value` as something a column can hold: bool, int, float, string, or None for nothing."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _encodable(value) if value.strip() else None
    if isinstance(value, int):
        return value if -(2**63) <= value < 2**63 else str(value)
    if isinstance(value, float | Decimal):
        number = float(value)
        return number if math.isfinite(number) else None
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return None
    if isinstance(value, list | tuple | dict):
        return _encodable(json.dumps(value, ensure_ascii=False, default=str)) if value else None
    return _encodable(str(value))


def _encodable(text: str) -> str:
    """Half characters, which JSON can hold and files cannot, become question marks."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def kind(value: Plain, *, is_text: bool) -> Kind | None:
    """The narrowest kind that holds `value`, None for None; `is_text`: it comes from a file that only has texts."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        return "int"
    if isinstance(value, float):
        return "float"
    if is_text:
        text = value.strip()
        if _INT.fullmatch(text):
            return "int"
        if _FLOAT.fullmatch(text):
            return "float"
        if text.lower() in _BOOLS:
            return "bool"
    return "string"


def joined(one: Kind | None, other: Kind | None) -> Kind | None:
    """The kind that holds both: integers are floats too, everything else that is mixed is a string."""
    if one == other or other is None:
        return one
    if one is None:
        return other
    return "float" if {one, other} == {"int", "float"} else "string"


def cast(value: Plain, to: Kind) -> Plain:
    """`value` as `to` holds it."""
    if value is None:
        return None
    if to == "string":
        return value if isinstance(value, str) else json.dumps(value)
    if not isinstance(value, str):
        return float(value) if to == "float" else value
    text = value.strip()
    if to == "bool":
        return _BOOLS[text.lower()]
    return int(text) if to == "int" else float(text)


class KindTracker:
    """Learns the kind of every column from the values that pass by."""

    def __init__(self, known: Mapping[str, Kind] | None = None) -> None:
        self._kinds: dict[str, Kind | None] = dict(known or {})

    def observe(self, column: str, value: Plain, *, is_text: bool) -> None:
        before = self._kinds.get(column)
        if before != "string":
            self._kinds[column] = joined(before, kind(value, is_text=is_text))

    def kinds(self, columns: Iterable[str]) -> dict[str, Kind]:
        """The kind of each of `columns`; one without any value is a string."""
        return {column: self._kinds.get(column) or "string" for column in columns}
