"""Values and their kinds: every column of a table is of one kind, found from the values themselves."""

from __future__ import annotations

import datetime
import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

import pyarrow as pa

from gergo.catalogue.column_names import is_of_sizes
from gergo.catalogue.dates import DateTracker, Order
from gergo.catalogue.numerals import WHOLE, Form, Mark, decimal_mark, has_decimals, read

Kind = Literal["bool", "int", "float", "string"]
Plain = bool | int | float | str | None

ARROW_TYPES: dict[Kind, pa.DataType] = {
    "bool": pa.bool_(),
    "int": pa.int64(),
    "float": pa.float64(),
    "string": pa.string(),
}

_BOOLS = {"true": True, "false": False}
_SIZE = re.compile(r"[A-Z]{3}\s?\d\d?(?:[.,]5)?")  # EUR 38 is a shoe's, where the column is one of sizes
_SHOWN = 40


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


def joined(one: Kind | None, other: Kind | None) -> Kind | None:
    """The kind that holds both: integers are floats too, everything else that is mixed is a string."""
    if one == other or other is None:
        return one
    if one is None:
        return other
    return "float" if {one, other} == {"int", "float"} else "string"


def cast(value: Plain, to: Kind, mark: Mark = ".") -> Plain:
    """`value` as `to` holds it; `mark`: the decimal mark of its column, where the value has not one for certain."""
    if value is None:
        return None
    if to == "string":
        return value if isinstance(value, str) else json.dumps(value)
    if not isinstance(value, str):
        return float(value) if to == "float" else value
    if to == "bool":
        return _BOOLS[value.strip().lower()]
    numeral = read(value)
    assert numeral is not None, f"{value!r} is in a column of numbers"
    number = numeral.value(mark)
    return float(number) if to == "float" else number


@dataclass(slots=True)
class _Seen:
    """What passed by of a column. kind: of values that are no numerals; numerals, currencies: with an example each.

    A currency without an example is that of the column as it is stored. known: it is stored, as one of numbers;
    stored_mark: with this mark. quoted: a file that knows numbers wrote some of them as texts.
    """

    kind: Kind | None = None
    numerals: dict[Form, str] = field(default_factory=dict)
    currencies: dict[str, str] = field(default_factory=dict)
    known: bool = False
    stored_mark: Mark | None = None
    odd: str = ""  # the first that is no number, where numbers came before
    quoted: bool = False

    @property
    def mark(self) -> Mark | None:
        known = self.known or not WHOLE.isdisjoint(self.currencies)
        return decimal_mark(self.numerals, priced=any(self.currencies), known=known, stored=self.stored_mark)

    @property
    def is_mixed(self) -> bool:
        return len(self.currencies.keys() - {""}) > 1

    @property
    def _are_codes(self) -> bool:
        """Whether texts of a file that knows numbers are all whole, without a currency: an EAN, a size, a year."""
        return self.quoted and self.numerals.keys() <= {"whole"} and not any(self.currencies)

    def found(self) -> Kind | None:
        """The narrowest kind that holds everything."""
        if not self.numerals:
            return self.kind
        if self.mark is None or self.is_mixed or (self._are_codes and not self.known):
            return "string"
        return joined(self.kind, "float" if has_decimals(self.numerals, self.mark) else "int")

    def why_text(self) -> str:
        """Why a column with numbers in it is none of numbers."""
        if self.odd.strip().isdigit() and self.odd.strip().startswith("0"):
            return f"{self.odd.strip()[:_SHOWN]!r} has zeros in front, as codes have"
        if self.odd:
            return f"{self.odd[:_SHOWN]!r} is none"
        if self.is_mixed:
            written = [f"{name} ({text!r})" if text else name for name, text in self.currencies.items() if name]
            return f"its currencies are mixed: {', '.join(written)}"
        if self.numerals and self.mark is None:
            marked = [repr(text) for form, text in self.numerals.items() if form not in ("whole", "apart")]
            return f"{' and '.join(marked) or 'it'} may be thousands or decimals"
        if self._are_codes:
            return "its file has them as texts"
        return "not all of its values are plain ones"


class KindTracker:
    """Learns the kind of every column from the values that pass by.

    known, currencies, marks, orders: of the columns as they are stored already; a column has one currency at most, so
    a price in another makes it a text. dates: what is known of those texts.
    """

    def __init__(
        self,
        known: Mapping[str, Kind] | None = None,
        currencies: Mapping[str, str] | None = None,
        marks: Mapping[str, Mark] | None = None,
        orders: Mapping[str, Order] | None = None,
    ) -> None:
        self._known: dict[str, Kind] = dict(known or {})
        self._currencies: dict[str, str] = dict(currencies or {})
        self._marks: dict[str, Mark] = dict(marks or {})
        self._seen: dict[str, _Seen] = {}
        self.dates = DateTracker(self._known, orders or {})

    def observe(self, column: str, value: Plain, *, is_text: bool, quoted: bool = False) -> None:
        """Take in a value; `is_text`: a text may be a number. `quoted`: though its file knows numbers, as JSON does;
        "12.50" is a price then, "4006381333931" a code.
        """
        if value is None:
            return
        if isinstance(value, str):
            self.dates.observe(column, value)
        seen = self._seen.get(column) or self._seen.setdefault(column, self._fresh(column))
        if seen.kind == "string":
            return
        numeral = read(value) if is_text and isinstance(value, str) else None
        if not seen.known and numeral and _SIZE.fullmatch(str(value).strip()) and is_of_sizes(column):
            numeral, seen.odd = None, str(value)
        if numeral is None:
            before, seen.kind = seen.found(), joined(seen.kind, _kind(value, is_text=is_text))
            is_code = is_text and str(value).strip().isdigit()  # with zeros in front
            if seen.found() == "string" and not seen.odd and (before in ("int", "float") or is_code):
                seen.odd = str(value)
            return
        if seen.kind == "bool":
            seen.kind = "string"
        seen.quoted |= quoted
        seen.numerals.setdefault(numeral.form, str(value).strip())
        seen.currencies[numeral.currency] = seen.currencies.get(numeral.currency) or str(value).strip()

    def kinds(self, columns: Iterable[str]) -> dict[str, Kind]:
        """The kind of each of `columns`; one without any value is a string."""
        return {column: self._kind(column) for column in columns}

    def mark(self, column: str) -> Mark:
        """The decimal mark of a column's numbers."""
        seen = self._seen.get(column)
        return (seen and seen.mark) or self._marks.get(column, ".")

    def currency(self, column: str) -> str:
        """What the numbers of a column are in, "" where nothing says."""
        seen = self._seen.get(column)
        found = seen.currencies if seen else [self._currencies.get(column, "")]
        return next(filter(None, found), "") if self._kind(column) in ("int", "float") else ""

    def order(self, column: str) -> Order:
        """How the dates of a column were written, "" where it is none of dates."""
        return self.dates.order(column) if self._kind(column) == "string" else ""

    def reading(self, column: str) -> str:
        """How a column's numbers were read, where they are more than digits and a point: an example."""
        seen = self._seen.get(column)
        if seen is None or self._kind(column) not in ("int", "float"):
            return ""
        shown = [text for form, text in seen.numerals.items() if form not in ("whole", "point")]
        shown += [text for currency, text in seen.currencies.items() if currency and text]
        return f"{shown[0]!r} is {cast(shown[0], self._kind(column), self.mark(column))}" if shown else ""

    def why_text(self, column: str) -> str:
        """Why a column with numbers in it is kept as text."""
        if self._known.get(column) == "string":
            return "the catalogue has it so"
        return self._seen[column].why_text() if column in self._seen else "it has no values"

    def _kind(self, column: str) -> Kind:
        seen = self._seen.get(column)
        return joined(self._known.get(column), seen.found() if seen else None) or "string"

    def _fresh(self, column: str) -> _Seen:
        stored = self._currencies.get(column)
        known = self._known.get(column) in ("int", "float")
        return _Seen(currencies={stored: ""} if stored else {}, known=known, stored_mark=self._marks.get(column))


def _kind(value: Plain, *, is_text: bool) -> Kind:
    """The kind of what is no numeral in a text."""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        return "int"
    if isinstance(value, float):
        return "float"
    return "bool" if is_text and str(value).strip().lower() in _BOOLS else "string"
