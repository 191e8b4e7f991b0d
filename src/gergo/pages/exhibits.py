"""What stands in one place of a page: a table, plots that belong together, pictures, or two of these to switch between.

`templates/exhibits.html` lays them out; `kind` says which is which.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from gergo.pages.grids import Cell, Column, Grid, cell
from gergo.pages.plots import Line, Plot


@dataclass(frozen=True)
class Frame:
    """One plot of a figure. title: "" where the figure has only this one."""

    title: str
    plot: Plot


@dataclass(frozen=True)
class Figure:
    """Plots under one title, with one key; the numbers that they draw are a table too."""

    name: str
    frames: Sequence[Frame]
    note: str = ""
    kind: Literal["figure"] = "figure"

    @property
    def key(self) -> list[tuple[int, Line]]:
        """The lines of every frame, by their numbers, the model's before the baseline's."""
        return sorted(enumerate(self.frames[0].plot.lines), key=lambda each: each[1].role == "before")

    @property
    def is_empty(self) -> bool:
        return not any(frame.plot.points for frame in self.frames)

    @property
    def numbers(self) -> Grid:
        """Every point, a row each."""
        plot = self.frames[0].plot
        several = len(self.frames) > 1
        heads = ["Plot"] if several else []
        heads += ["Line", plot.x_label, plot.y_label]
        has_interval = any(low is not None for f in self.frames for *_, low, _ in f.plot.points)
        heads += ["From", "To"] if has_interval else []
        rows = []
        for frame in self.frames:
            for line, x, y, low, high in frame.plot.points:
                row = [Cell(frame.title, frame.title)] if several else []
                row += [Cell(line.name, line.name), Cell(frame.plot.say_x(x), x), Cell(frame.plot.say_y(y), y)]
                if has_interval:
                    row += [cell(None) if v is None else Cell(frame.plot.say_y(v), v) for v in (low, high)]
                rows.append(row)
        words = 2 if several else 1
        return Grid(self.name, [Column(head, i >= words) for i, head in enumerate(heads)], rows)


@dataclass(frozen=True)
class Picture:
    """A picture in a page. uri: `data:...`; who: "before" or "after" where both stand side by side."""

    uri: str
    who: str = ""


@dataclass(frozen=True)
class Tile:
    """Pictures of one thing, with a caption and a line below it."""

    pictures: Sequence[Picture]
    caption: str
    note: str = ""


@dataclass(frozen=True)
class Sheet:
    """Tiles side by side. left_out: tiles there were beyond those shown."""

    name: str
    tiles: Sequence[Tile]
    note: str = ""
    left_out: int = 0
    kind: Literal["sheet"] = "sheet"

    @property
    def is_paired(self) -> bool:
        return any(len(tile.pictures) > 1 for tile in self.tiles)


@dataclass(frozen=True)
class Switch:
    """The same of two models, one at a time."""

    name: str
    sides: Sequence[tuple[str, Grid | Sheet]]
    kind: Literal["switch"] = "switch"


Shown = Grid | Figure | Sheet | Switch


def in_order(shown: Sequence[Shown]) -> list[tuple[str, list[Shown]]]:
    """Neighbours of a kind together, so that plots may stand side by side.

    >>> [(kind, len(run)) for kind, run in in_order([Sheet("a", []), Sheet("b", []), Grid("c", [], [])])]
    [('sheet', 2), ('grid', 1)]
    """
    return [(kind, list(run)) for kind, run in groupby(shown, key=lambda each: each.kind)]
