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
_Found = Literal["bool", "int", "float", "comma", "string"]  # comma: a float that is written with a decimal comma
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
# 12,50 and 1.299,00 and 0,125; but 1,299 may be a thousand and more, so it stays as it is written.
_COMMA = re.compile(r"-?(?:(?:0|[1-9]\d*),(?:\d\d?|\d{4,})|0,\d+|[1-9]\d{0,2}(?:[. \u00a0\u202f']\d{3})+,\d+)")
_THOUSANDS = re.compile(r"[. \u00a0\u202f']")
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


def is_listing(value: object) -> bool:
    """Whether it is a list of words or numbers, which reads as a line: tags, a path of categories."""
    return isinstance(value, list | tuple) and all(isinstance(part, str | int | float) for part in value)


def _encodable(text: str) -> str:
    """Half characters, which JSON can hold and files cannot, become question marks."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def kind(value: Plain, *, is_text: bool) -> _Found | None:
    """The narrowest kind that holds `value`, None for None; `is_text`: it comes from a file that only has texts.

    >>> [kind(value, is_text=True) for value in ("7", "007", "12.5", "12,50", "1,299")]
    ['int', 'string', 'float', 'comma', 'string']
    """
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
        if _COMMA.fullmatch(text):
            return "comma"
        if text.lower() in _BOOLS:
            return "bool"
    return "string"


def joined(one: _Found | None, other: _Found | None) -> _Found | None:
    """The kind that holds both: integers are floats too, everything else that is mixed is a string.

    So are points and commas in one column: 1.299 would be read as a little more than one.
    """
    if one == other or other is None:
        return one
    if one is None:
        return other
    mixed = {one, other}
    return "float" if mixed == {"int", "float"} else "comma" if mixed == {"int", "comma"} else "string"


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
    if to == "int":
        return int(text)
    return float(_THOUSANDS.sub("", text).replace(",", ".") if "," in text else text)


class KindTracker:
    """Learns the kind of every column from the values that pass by; `known`: as they are stored already.

    spoiled: of a column of numbers that became one of texts, the first value that is no number.
    """

    def __init__(self, known: Mapping[str, Kind] | None = None) -> None:
        self.spoiled: dict[str, Plain] = {}
        self._known: dict[str, Kind] = dict(known or {})
        self._found: dict[str, _Found | None] = {}

    def observe(self, column: str, value: Plain, *, is_text: bool) -> None:
        before = self._found.get(column)
        if before != "string":
            after = self._found[column] = joined(before, kind(value, is_text=is_text))
            if after == "string" and before in ("int", "float", "comma"):
                self.spoiled[column] = value

    def kinds(self, columns: Iterable[str]) -> dict[str, Kind]:
        """The kind of each of `columns`; one without any value is a string."""
        return {column: self._kind(column) for column in columns}

    def _kind(self, column: str) -> Kind:
        found = self._found.get(column)
        both = joined(self._known.get(column), "float" if found == "comma" else found)
        return "float" if both == "comma" else both or "string"
