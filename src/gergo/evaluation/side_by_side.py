"""Exhibits of the model and of its baseline as one: curves over each other, tables joined row by row, pictures paired.

What is not the same on both sides (other columns, other rows, other pictures) is shown one side at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from gergo.evaluation.exhibits import Curve, Exhibit, Gallery, Series, Table, Tile
from gergo.pages import exhibits as pages
from gergo.pages.grids import MOST_ROWS, Cell, Column, Grid, Value, cell, change, grid, is_number
from gergo.pages.plots import Line, Plot, y_range

Thumbnail = Callable[[int | bytes], str]
"""A view of the catalogue, or an encoded picture, as a data URI."""

OVERLAID = 3  # series of one plot when the baseline's are there too; more get a plot each
ALONE = 6  # without the baseline's
CHANGES = 2  # columns that differ for which the change is shown too
MOST_TILES = 60


def side_by_side(ours: Sequence[Exhibit], theirs: Sequence[Exhibit], thumbnail: Thumbnail | None) -> list[pages.Shown]:
    """The model's exhibits in their order, each with the baseline's of the same name and kind.

    thumbnail: None leaves galleries out. Exhibits that hold nothing are left out.
    """
    before = {(type(exhibit), exhibit.name): exhibit for exhibit in theirs}
    shown: list[pages.Shown] = []
    for exhibit in ours:
        match = before.get((type(exhibit), exhibit.name))
        if isinstance(exhibit, Table) and exhibit.rows:
            shown.append(tables(exhibit, match if isinstance(match, Table) and _says_something(match) else None))
        elif isinstance(exhibit, Curve):
            figure = curves(exhibit, match if isinstance(match, Curve) else None)
            shown += [] if figure.is_empty else [figure]
        elif isinstance(exhibit, Gallery) and thumbnail and exhibit.tiles:
            shown.append(galleries(exhibit, match if isinstance(match, Gallery) else None, thumbnail))
    return shown


def _says_something(table: Table) -> bool:
    """Whether a table has rows, or tells by having none, as one of counts does."""
    return bool(table.rows) or table.missing is not None


def tables(ours: Table, theirs: Table | None) -> Grid | pages.Switch:
    """One table where rows answer each other, else two to switch between."""
    if theirs is None or (ours.columns, ours.rows) == (theirs.columns, theirs.rows):
        return _grid(ours)
    keys = _key_columns(ours, theirs) if list(ours.columns) == list(theirs.columns) else None
    if keys is None:
        return pages.Switch(ours.name, [("after", _grid(ours)), ("before", _grid(theirs))])
    after, before = ({tuple(row[:keys]): row for row in table.rows} for table in (ours, theirs))
    first = [list(side)[: ours.most] for side in (after, before)]
    every = list(dict.fromkeys([*after, *before]))
    if ours.missing is not None:
        filling = [ours.missing] * (len(ours.columns) - keys)
        for side in (after, before):
            side |= {name: [*name, *filling] for name in every if name not in side}
    return _joined(ours, list(dict.fromkeys([*first[0], *first[1]])), after, before, len(every))


def _grid(table: Table) -> Grid:
    shown = grid(table.name, table.columns, table.rows[: table.most], shares=table.shares, note=table.note)
    return replace(shown, left_out=len(table.rows) - len(shown.rows))


def _key_columns(ours: Table, theirs: Table) -> int | None:
    """How many leading columns name a row: those of words and what more tells rows apart; None where none do.

    >>> table = Table("t", ["change", "step", "recall"], [["blur", 1, 0.5], ["blur", 2, 0.4]])
    >>> _key_columns(table, table)
    2
    >>> _key_columns(table, Table("t", table.columns, [["crop", 1, 0.5]])) is None
    True
    """
    words = next((i for i in range(len(ours.columns)) if is_number(row[i] for row in ours.rows)), 1)
    for keys in range(max(words, 1), len(ours.columns)):
        names, before = ([tuple(row[:keys]) for row in table.rows] for table in (ours, theirs))
        if len(set(names)) == len(names) and len(set(before)) == len(before):
            answered = 2 * len(set(names) & set(before)) >= len(names)
            return keys if answered or ours.missing is not None else None
    return None


def _joined(
    table: Table,
    every: Sequence[tuple[Value, ...]],
    after: Mapping[tuple[Value, ...], Sequence[Value]],
    before: Mapping[tuple[Value, ...], Sequence[Value]],
    of: int,
) -> Grid:
    """The rows of some names, both models' values in one row; of: how many names there are."""
    keys, columns = len(every[0]), list(table.columns)
    both = [name for name in every if name in after and name in before]
    differ = {i for i in range(keys, len(columns)) if any(after[name][i] != before[name][i] for name in both)}
    sides = [side.values() for side in (after, before)]
    of_numbers = {i for i in range(len(columns)) if is_number(row[i] for side in sides for row in side)}
    with_change = differ & of_numbers if len(differ & of_numbers) <= CHANGES else set()
    heads: list[Column] = []
    for i, name in enumerate(columns):
        if i in differ:
            heads += [Column(f"{name}, before", i in of_numbers), Column(f"{name}, after", i in of_numbers)]
            heads += [Column("change", True)] if i in with_change else []
        else:
            heads.append(Column(name, i in of_numbers))
    rows = []
    for name in every:
        row: list[Cell] = []
        for i, column in enumerate(columns):
            is_share = column in table.shares
            ours, theirs = (side[name][i] if name in side else None for side in (after, before))
            if i in differ:
                row += [replace(cell(theirs, is_share=is_share), tone="quiet"), cell(ours, is_share=is_share)]
                row += [change(theirs, ours, is_share=is_share)] if i in with_change else []
            else:
                row.append(cell(ours if name in after else theirs, is_share=is_share))
        rows.append(row)
    most = rows[:MOST_ROWS]
    return Grid(table.name, heads, most, table.note, of - len(most))


def curves(ours: Curve, theirs: Curve | None) -> pages.Figure:
    """All lines in one frame where that can be read, else a frame for each series, all with one axis."""
    before = {series.name: series for series in theirs.series} if theirs else {}
    alone = len(ours.series) == 1
    lines: list[tuple[str, list[Line]]] = []
    for hue, series in enumerate(ours.series):
        after = _line(series, hue, "after" if alone and before else series.name)
        lines.append((series.name, [after, *_before(series, before, hue, alone)]))
    apart = len(lines) > (OVERLAID if before else ALONE)
    if not apart:
        together = [line for _, of_series in lines for line in of_series]
        together.sort(key=lambda line: line.role == "after")  # what is drawn last lies on top
        return pages.Figure(ours.name, [pages.Frame("", _plot(ours, together))], ours.note)
    frames = [(name, [replace(line, hue=0, name=line.role) for line in of_series]) for name, of_series in lines]
    plots = [replace(_plot(ours, of_series[::-1]), small=True) for _, of_series in frames]
    shared = y_range(plots)
    titled = [(name, replace(plot, y_range=shared)) for (name, _), plot in zip(frames, plots, strict=True)]
    return pages.Figure(ours.name, [pages.Frame(name, plot) for name, plot in titled], ours.note)


def _before(series: Series, before: dict[str, Series], hue: int, alone: bool) -> list[Line]:
    match = before.get(series.name)
    if match is None:
        return []
    return [replace(_line(match, hue, "before" if alone else f"{series.name}, before"), role="before")]


def _line(series: Series, hue: int, name: str) -> Line:
    return Line(name, series.x, series.y, series.low, series.high, hue=hue)


def _plot(curve: Curve, lines: Sequence[Line]) -> Plot:
    return Plot(curve.x_label, curve.y_label, lines, curve.x_scale, curve.diagonal, curve.chance)


def galleries(ours: Gallery, theirs: Gallery | None, thumbnail: Thumbnail) -> pages.Sheet | pages.Switch:
    """Tile by tile side by side where both sides show the same things, else two sheets to switch between."""
    if theirs is None or not theirs.tiles or list(ours.tiles) == list(theirs.tiles):
        return _sheet(ours, thumbnail)
    captions = [[tile.caption for tile in side.tiles] for side in (ours, theirs)]
    if captions[0] != captions[1]:
        return pages.Switch(ours.name, [("after", _sheet(ours, thumbnail)), ("before", _sheet(theirs, thumbnail))])
    tiles = [
        _paired(after, before, thumbnail)
        for after, before in zip(ours.tiles[:MOST_TILES], theirs.tiles[:MOST_TILES], strict=True)
    ]
    return pages.Sheet(ours.name, tiles, ours.note, max(0, len(ours.tiles) - MOST_TILES))


def _paired(after: Tile, before: Tile, thumbnail: Thumbnail) -> pages.Tile:
    note = after.note if after.note == before.note else f"before: {before.note}; after: {after.note}"
    if after.picture == before.picture:
        return pages.Tile([pages.Picture(thumbnail(after.picture))], after.caption, note)
    pair = [pages.Picture(thumbnail(before.picture), "before"), pages.Picture(thumbnail(after.picture), "after")]
    return pages.Tile(pair, after.caption, note)


def _sheet(gallery: Gallery, thumbnail: Thumbnail) -> pages.Sheet:
    tiles = [
        pages.Tile([pages.Picture(thumbnail(tile.picture))], tile.caption, tile.note)
        for tile in gallery.tiles[:MOST_TILES]
    ]
    return pages.Sheet(gallery.name, tiles, gallery.note, max(0, len(gallery.tiles) - MOST_TILES))
