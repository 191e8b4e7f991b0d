"""What a task shows beside its figures: tables, curves and pictures, as data; the report draws them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Cell = str | int | float | None


@dataclass(frozen=True)
class Table:
    """Rows of cells. shares: columns whose floats are shares in [0, 1], shown as percent; note: one sentence.

    most: how many rows a page shows, the first of each model's; None is all. All rows are handed over all the same: one
    that is among the first of one model is looked up in the other's. missing: what the numbers of a row are that a
    model's table does not have, as 0 where rows are counts; None where nobody knows.
    """

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    shares: frozenset[str] = frozenset()
    note: str = ""
    most: int | None = None
    missing: int | None = None


@dataclass(frozen=True)
class Series:
    """One line of a curve: y at each x, and its interval where there is one (NaN at an x that has none)."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    low: Sequence[float] | None = None
    high: Sequence[float] | None = None


@dataclass(frozen=True)
class Curve:
    """Lines over one axis. diagonal: draw y = x, as reliability diagrams do; chance: a level that guessing reaches."""

    name: str
    x_label: str
    y_label: str
    series: Sequence[Series]
    x_scale: Literal["linear", "log", "steps"] = "linear"
    diagonal: bool = False
    chance: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Tile:
    """A picture with a caption. picture: a view of the catalogue, or encoded bytes of a picture that was made."""

    picture: int | bytes
    caption: str
    note: str = ""


@dataclass(frozen=True)
class Gallery:
    """Pictures side by side; left out of reports that may not carry pictures."""

    name: str
    tiles: Sequence[Tile]
    note: str = ""


Exhibit = Table | Curve | Gallery
