"""Dates as people write them: the year first or last, and then day or month before the other, maybe with a time.

One date alone may not say which: 02/01/2020 is of January or of February. The others of its column say (31/01/2020), or
the point, which stands in dates of day before month only. They are stored with the year first, as 2020-01-02, so that
texts compare as dates do. Lots and versions are written with points and dashes as well (20.1.2020), so those are dates
only in a column named so, and no column named as codes has any.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from gergo.catalogue.column_names import is_of_codes, is_of_dates
from gergo.catalogue.texts import normalise

Order = Literal["", "ymd", "dmy", "mdy"]  # "": a column that is none of dates, or where nothing says

_LONGEST = 40
_TIME = (
    r"(?:(?P<gap>T|,? +)(?P<hour>\d\d?):(?P<minute>\d\d)(?P<rest>(?::\d\d)?(?:[.,]\d+)?)"
    r" ?(?P<half>[AaPp]\.?[Mm]\.?)?(?P<zone> ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?)?"
)
_YEAR_FIRST = re.compile(
    r"(?P<year>\d{4})(?:(?P<sign>[-/.])(?P<one>\d\d?)(?P=sign)(?P<two>\d\d?)"
    rf"|[年년] ?(?P<month>\d\d?)[月월] ?(?P<day>\d\d?)[日일]){_TIME}"
)
_YEAR_LAST = re.compile(rf"(?P<one>\d\d?)(?P<sign>[-/.]) ?(?P<two>\d\d?)(?P=sign) ?(?P<year>\d{{4}}){_TIME}")


def read(text: str) -> dict[Order, str]:
    """What a text may be as a date: order -> the date as it is stored; empty for what is none.

    >>> read("31.12.2023 9:05")
    {'dmy': '2023-12-31 09:05'}
    >>> read("02/01/2020"), read("2020-1-2"), read("1.5")
    ({'dmy': '2020-01-02', 'mdy': '2020-02-01'}, {'ymd': '2020-01-02'}, {})
    """
    text = text.strip()
    if not text[:1].isdigit() or len(text) > _LONGEST:
        return {}
    if found := _YEAR_FIRST.fullmatch(text):
        month, day = found["one"] or found["month"], found["two"] or found["day"]
        written: dict[Order, str] = {"ymd": _written(found, month, day)}
    elif found := _YEAR_LAST.fullmatch(text):
        written = {"dmy": _written(found, found["two"], found["one"])}
        if found["sign"] != ".":
            written["mdy"] = _written(found, found["one"], found["two"])
    else:
        return {}
    return {order: date for order, date in written.items() if date}


def iso(text: str, order: Order) -> str:
    """A date of a column as it is stored, whatever is none as it is.

    >>> iso("02/01/2020", "dmy"), iso("2020-1-2", "dmy"), iso("soon", "dmy")
    ('2020-01-02', '2020-01-02', 'soon')
    """
    found = read(text)
    return found.get(order) or found.get("ymd") or text


def _written(found: re.Match[str], month: str, day: str) -> str:
    """The date with the year first, "" where there is no such day; programs write zeros for none."""
    year, m, d = int(found["year"]), int(month), int(day)
    hour, minute = int(found["hour"] or 0), int(found["minute"] or 0)
    if (year, m, d) != (0, 0, 0) and not (1800 <= year < 2200 and _is_day(year, m, d)):
        return ""
    if hour > 23 or minute > 59:
        return ""
    date = f"{year:04}-{m:02}-{d:02}"
    if found["hour"] is None:
        return date
    half = (found["half"] or "").lower()[:1]
    hour = hour % 12 + 12 * (half == "p") if half else hour
    gap = "T" if found["gap"] == "T" else " "
    return f"{date}{gap}{hour:02}:{found['minute']}{found['rest']}{found['zone'] or ''}"


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        datetime.date(year, month, day)
    except ValueError:
        return False
    return True


def _is_plainly_date(text: str) -> bool:
    """Whether nothing else is written so, whatever its column is called: with slashes, the year first, or a time."""
    found = _YEAR_FIRST.fullmatch(text) or _YEAR_LAST.fullmatch(text)
    if not found or found["hour"]:
        return True
    return found["sign"] in (None, "/") or (found["sign"] == "-" and found.re is _YEAR_FIRST)


@dataclass(slots=True)
class _Seen:
    """The dates of a column that passed by. left: the orders that all with the year last may have, with an example."""

    left: dict[Order, str] = field(default_factory=dict)
    example: str = ""  # that is not written as it will be stored
    other: str = ""  # the first that contradicts the others
    odd: str = ""  # the first that is none
    doubtful: str = ""  # the first that may be the number of a lot or a version
    any: bool = False
    year_last: bool = False


class DateTracker:
    """Learns the order of every column of dates. known, orders: of the columns as they are stored already."""

    def __init__(self, known: Mapping[str, object], orders: Mapping[str, Order]) -> None:
        self._known, self._orders = known, orders
        self._seen: dict[str, _Seen] = {}

    def observe(self, column: str, text: str) -> None:
        """Take in a value; words for nothing are left out."""
        seen = self._seen.get(column) or self._seen.setdefault(column, _Seen())
        if seen.other or (seen.odd and column not in self._orders):
            return
        text = text.strip()
        found = read(text)
        if not found:
            seen.odd = seen.odd or (text if normalise(text) else "")
            return
        seen.any = True
        if "ymd" not in found:
            fitting = found.keys() & seen.left.keys() if seen.year_last else found.keys()
            seen.other = "" if fitting else text
            seen.left = {order: seen.left.get(order, text) for order in found if order in fitting} or seen.left
            seen.year_last = True
        if not seen.doubtful and not _is_plainly_date(text):
            seen.doubtful = text
        if not seen.example and text not in found.values():
            seen.example = text

    def order(self, column: str) -> Order:
        """How a column's dates are read; "" where it is none of dates, was stored as texts, or nothing says.

        A stored order stays; only one that was never asked about the month (all had the year first) learns it.
        """
        stored = self._orders.get(column, "")
        if stored in ("dmy", "mdy") or (column in self._known and not stored):
            return stored
        seen = self._seen.get(column)
        if seen is None or not seen.any or self._why_not(column, seen):
            return stored
        return next(iter(seen.left)) if seen.left else "ymd"

    def stored(self, column: str, text: str) -> str:
        """A value of a column of dates as it is stored.

        Where the file contradicts the catalogue's order, only what can be read in one way is a date.
        """
        order = self.order(column)
        if self._contradiction(column) and len(read(text)) > 1:
            return text
        return iso(text, order)

    def reading(self, column: str) -> str:
        """An example of a column's dates that are not stored as they are written."""
        seen = self._seen.get(column)
        if seen is None or not seen.example or not self.order(column):
            return ""
        date = self.stored(column, seen.example)
        return "" if date == seen.example else f"{seen.example!r} is {date}"

    def why_text(self, column: str) -> str:
        """Why a column with dates in it is kept as text; "" where it compares as dates do all the same."""
        seen = self._seen.get(column, _Seen())
        if column in self._known and not self._orders.get(column):
            return "the catalogue has it so" if seen.example or seen.odd else ""
        return self._why_not(column, seen)

    def why_some(self, column: str) -> str:
        """Why some values of a column of dates are kept as they are; "" where all are dates."""
        seen = self._seen.get(column, _Seen())
        if other := self._contradiction(column):
            return f"{other!r} is not written as the catalogue's are, so what may be read in two ways"
        unread = seen.odd or (seen.year_last and self.order(column) == "ymd")
        return f"{self._why_not(column, seen)}, so it" if unread and self._orders.get(column) else ""

    def _contradiction(self, column: str) -> str:
        """A value that the stored order of its column cannot read, and another could."""
        stored, seen = self._orders.get(column, ""), self._seen.get(column)
        if stored not in ("dmy", "mdy") or seen is None or not seen.year_last:
            return ""
        return seen.other or ("" if stored in seen.left else next(iter(seen.left.values())))

    def _why_not(self, column: str, seen: _Seen) -> str:
        """Why values are no reason to take a column for one of dates."""
        if seen.odd:
            return f"{seen.odd[:_LONGEST]!r} is none of day, month and a year of four digits"
        if is_of_codes(column):
            return "its name is one of codes"
        if seen.doubtful and not is_of_dates(column):
            return f"{seen.doubtful!r} may be a code, and its name says nothing of dates"
        first = next(iter(seen.left.values()), "")
        if seen.other:
            return f"{first!r} and {seen.other!r} are not written alike"
        return f"in {first!r} and all others either number may be the month" if len(seen.left) > 1 else ""
