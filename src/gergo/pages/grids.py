"""Tables as pages show them: every cell as printed and as sorted."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from gergo.pages import numbers
from gergo.pages.plots import plain

Value = str | int | float | None
Tone = Literal["", "good", "bad", "warn", "quiet"]

NOTHING = "\N{EN DASH}"
MOST_ROWS = 1000


@dataclass(frozen=True)
class Cell:
    """text: as printed; value: as sorted, None goes last; tag: a word of warning beside it."""

    text: str
    value: Value = None
    tone: Tone = ""
    tag: str = ""


@dataclass(frozen=True)
class Column:
    """A heading; the cells of numbers stand to the right."""

    name: str
    is_number: bool = False


@dataclass(frozen=True)
class Grid:
    """A table whose columns sort. left_out: rows there were beyond those shown."""

    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    note: str = ""
    left_out: int = 0
    kind: Literal["grid"] = "grid"


def cell(value: Value, *, is_share: bool = False) -> Cell:
    """A value as people read it.

    >>> cell(0.4832, is_share=True).text, cell(12345).text, cell(0.1234).text, cell(None).text, cell("M8").text
    ('48.3%', '12,345', '0.123', '–', 'M8')
    """
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return Cell(NOTHING, None, "quiet")
    if isinstance(value, str):
        return Cell(value, value)
    if is_share:
        return Cell(numbers.percent(value), float(value))
    return Cell(plain(float(value)) if isinstance(value, float) else numbers.count(value), value)


def change(before: Value, after: Value, *, is_share: bool) -> Cell:
    """The difference of two numbers, in points where they are shares.

    >>> change(0.5, 0.532, is_share=True).text, change(8, 3, is_share=False).text, change(None, 0.5, is_share=True).text
    ('+3.2', '−5', '–')
    """
    if not (is_finite(before) and is_finite(after)):
        return cell(None)
    assert isinstance(before, int | float)
    assert isinstance(after, int | float)
    moved = after - before
    return Cell(numbers.points(moved) if is_share else ("+" if moved > 0 else "") + plain(moved), moved)


def is_finite(value: Value) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def grid(
    name: str, columns: Sequence[str], rows: Sequence[Sequence[Value]], *, shares: Collection[str] = (), note: str = ""
) -> Grid:
    """Rows of values as a table. shares: the columns whose numbers are shares in [0, 1], printed as percent."""
    heads = [Column(name, is_number(row[i] for row in rows)) for i, name in enumerate(columns)]
    shown = [
        [cell(value, is_share=column in shares) for column, value in zip(columns, row, strict=True)]
        for row in rows[:MOST_ROWS]
    ]
    return Grid(name, heads, shown, note, max(0, len(rows) - MOST_ROWS))


def is_number(values: object) -> bool:
    """Whether a column holds numbers: at least one, and nothing else but gaps.

    >>> is_number([1, None, 0.5]), is_number(["M8", 1]), is_number([None])
    (True, False, False)
    """
    assert not isinstance(values, str)
    found = [value for value in values if value is not None]  # pyright: ignore[reportGeneralTypeIssues]
    return bool(found) and all(isinstance(value, int | float) for value in found)
