"""Exhibits of two models as one: nothing that either said is lost, and nothing that differs is joined."""

from __future__ import annotations

from gergo.evaluation.exhibits import Curve, Gallery, Series, Table, Tile
from gergo.evaluation.side_by_side import curves, galleries, side_by_side, tables
from gergo.pages.exhibits import Sheet, Switch
from gergo.pages.grids import Grid

COLUMNS = ["class", "n", "recall"]


def table(rows: list[list]) -> Table:
    return Table("By class", COLUMNS, rows, frozenset({"recall"}))


def texts(grid: object) -> list[list[str]]:
    assert isinstance(grid, Grid)
    return [[column.name for column in grid.columns], *([cell.text for cell in row] for row in grid.rows)]


def uri(picture: int | bytes) -> str:
    return f"data:{picture!r}"


def test_rows_are_joined_by_what_names_them_in_whatever_order() -> None:
    after, before = table([["a", 4, 0.75], ["b", 2, 0.5]]), table([["b", 2, 1.0], ["a", 4, 0.5]])
    assert texts(tables(after, before)) == [
        ["class", "n", "recall, before", "recall, after", "change"],
        ["a", "4", "50.0%", "75.0%", "+25.0"],
        ["b", "2", "100.0%", "50.0%", "−50.0"],
    ]


def test_a_row_of_one_side_alone_stays() -> None:
    after, before = table([["a", 4, 0.75], ["b", 2, 0.5]]), table([["a", 4, 0.5], ["c", 1, 1.0]])
    assert texts(tables(after, before))[1:] == [
        ["a", "4", "50.0%", "75.0%", "+25.0"],
        ["b", "2", "–", "50.0%", "–"],
        ["c", "1", "100.0%", "–", "–"],
    ]


def counted(*rows: tuple[str, int]) -> Table:
    return Table("Confusions", ["class", "items"], rows, most=2, missing=0)


def test_rows_of_counts_are_looked_up_before_they_are_cut() -> None:
    """d is among the first two of the baseline alone, and e of neither; x never happened to the model."""
    after, before = counted(("a", 9), ("b", 8), ("d", 3), ("e", 1)), counted(("d", 7), ("x", 6), ("b", 5), ("e", 2))
    shown = tables(after, before)
    assert texts(shown) == [
        ["class", "items, before", "items, after", "change"],
        ["a", "0", "9", "+9"],
        ["b", "5", "8", "+3"],
        ["d", "7", "3", "−4"],
        ["x", "6", "0", "−6"],
    ]
    assert isinstance(shown, Grid)
    assert shown.left_out == 1
    alone = tables(after, None)
    assert isinstance(alone, Grid)
    assert ([row[0].text for row in alone.rows], alone.left_out) == (["a", "b"], 2)


def test_a_baseline_that_counted_nothing_counts_as_zero() -> None:
    (shown,) = side_by_side([counted(("a", 9))], [counted()], None)
    assert texts(shown) == [["class", "items, before", "items, after", "change"], ["a", "0", "9", "+9"]]


def test_tables_that_do_not_answer_each_other_take_turns() -> None:
    other = Table("By class", ["class", "n"], [["a", 4]])
    twice = table([["a", 4, 0.7], ["a", 4, 0.7]])
    for before in (other, table([["x", 1, 0.1], ["y", 1, 0.1]])):
        shown = tables(table([["a", 4, 0.75], ["b", 2, 0.5]]), before)
        assert isinstance(shown, Switch)
        assert [who for who, _ in shown.sides] == ["after", "before"]
    assert isinstance(tables(twice, table([["a", 4, 0.1], ["a", 4, 0.2]])), Switch)


def test_equal_tables_are_shown_once() -> None:
    rows = [["a", 4, 0.75], ["b", 2, 0.5]]
    assert texts(tables(table(rows), table(rows)))[0] == COLUMNS


def curve(names: str, y: float) -> Curve:
    return Curve("Ladder", "examples", "accuracy", [Series(name, [1, 2], [y, y + 0.1]) for name in names])


def test_few_curves_share_a_frame_and_the_baseline_has_its_own_colour() -> None:
    figure = curves(curve("abc", 0.5), curve("abc", 0.2))
    assert len(figure.frames) == 1
    lines = figure.frames[0].plot.lines
    assert [line.role for line in lines] == ["before"] * 3 + ["after"] * 3
    assert {line.colour for line in lines if line.role == "before"} == {"var(--before-line)"}
    assert len({line.colour for line in lines if line.role == "after"}) == 3
    assert [line.name for _, line in figure.key][:4] == ["a", "b", "c", "a, before"]


def test_many_curves_get_a_frame_each_on_one_axis() -> None:
    figure = curves(curve("abcdefg", 0.5), curve("abcdefg", 0.2))
    assert [frame.title for frame in figure.frames] == list("abcdefg")
    assert len({frame.plot.y_range for frame in figure.frames}) == 1
    assert [line.name for _, line in figure.key] == ["after", "before"]
    assert len(figure.numbers.rows) == 7 * 2 * 2


def test_the_numbers_of_a_figure_are_all_in_its_table() -> None:
    figure = curves(curve("a", 0.5), curve("a", 0.2))
    assert texts(figure.numbers) == [
        ["Line", "examples", "accuracy"],
        ["before", "1", "20.0%"],
        ["before", "2", "30.0%"],
        ["after", "1", "50.0%"],
        ["after", "2", "60.0%"],
    ]


def test_pictures_of_the_same_things_stand_side_by_side() -> None:
    after = Gallery("Maps", [Tile(b"a", "hex head", "hit"), Tile(3, "washer")])
    before = Gallery("Maps", [Tile(b"b", "hex head", "miss"), Tile(3, "washer")])
    sheet = galleries(after, before, uri)
    assert isinstance(sheet, Sheet)
    assert [[picture.who for picture in tile.pictures] for tile in sheet.tiles] == [["before", "after"], [""]]
    assert sheet.tiles[0].note == "before: miss; after: hit"
    assert isinstance(galleries(after, Gallery("Maps", [Tile(1, "nut")]), uri), Switch)


def test_empty_exhibits_and_unwanted_pictures_are_left_out() -> None:
    empty = [Table("t", ["a"], []), Curve("c", "x", "y", [Series("a", [], [])]), Gallery("g", [])]
    assert side_by_side(empty, [], uri) == []
    gallery = Gallery("g", [Tile(1, "nut")])
    assert side_by_side([gallery], [], None) == []
    assert len(side_by_side([gallery], [], uri)) == 1
