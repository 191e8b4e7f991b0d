"""Plots as Vega-Lite: what is drawn is what was measured, whatever the numbers and the names."""

from __future__ import annotations

import json
import math

import pytest

from gergo.pages.plots import Line, Plot, library, specification, y_range

NAN = float("nan")


def values(plot: Plot) -> list[dict]:
    return specification(plot)["data"]["values"]


def test_points_are_drawn_with_their_intervals_and_gaps_stay_gaps() -> None:
    plot = Plot("x", "accuracy", [Line("a", [1, 2, 3], [0.5, NAN, 0.7], [0.4, NAN, NAN], [0.6, NAN, 0.8])])
    assert [(point["x"], point["y"], point["low"]) for point in values(plot)] == [(1, 0.5, 0.4), (3, 0.7, None)]
    assert [point["says"] for point in values(plot)] == ["50.0% (40.0% to 60.0%)", "70.0%"]


def test_the_specification_is_strict_json_that_cannot_end_a_script() -> None:
    plot = Plot("</script>", 'a "b"', [Line("</script><b>", [0, math.inf], [1, 2])])
    assert "</" not in plot.spec
    assert json.loads(plot.spec) == specification(plot)


def test_a_logarithm_of_nothing_is_drawn_in_steps() -> None:
    line = Line("a", [0, 1, 10], [0.1, 0.2, 0.3])
    assert specification(Plot("x", "y", [line], x_scale="log"))["encoding"]["x"]["scale"]["domain"] == [0, 1, 10]
    above = Line("a", [1, 10], [0.2, 0.3])
    assert specification(Plot("x", "y", [above], x_scale="log"))["encoding"]["x"]["scale"]["type"] == "log"


@pytest.mark.parametrize(("x", "steps"), [([100, 70, 30], [100, 70, 30]), ([0, 1, 4], [0, 1, 4]), ([2], [2])])
def test_steps_fall_where_the_line_falls(x: list[float], steps: list[float]) -> None:
    plot = Plot("quality", "recall", [Line("a", x, [0.5] * len(x))], x_scale="steps")
    assert specification(plot)["encoding"]["x"]["scale"]["domain"] == steps


@pytest.mark.parametrize(
    ("y", "is_share", "said"), [([0.2, 0.9], True, "20.0%"), ([3.0, 12.0], False, "3"), ([-0.25, 0.5], False, "−0.25")]
)
def test_shares_are_told_from_other_numbers(y: list[float], is_share: bool, said: str) -> None:
    plot = Plot("x", "y", [Line("a", [1, 2], y)])
    assert plot.is_share is is_share
    assert values(plot)[0]["says"] == said


@pytest.mark.parametrize("y", [[0.62, 0.88], [0.0, 0.0], [0.5, 0.5], [-3.0, 7.0], [1200.0, 90_000.0], [1e-9, 2e-9]])
def test_every_point_is_on_the_axis(y: list[float]) -> None:
    bottom, top = y_range([Plot("x", "y", [Line("a", [1, 2], y)], chance=y[0])])
    assert bottom < top
    assert bottom <= min(y)
    assert top >= max(y) - 1e-6


def test_a_plot_without_lines_has_an_axis() -> None:
    assert y_range([Plot("x", "y", [])]) == (0.0, 1.0)
    assert Plot("x", "y", [Line("a", [], [])]).points == []


def test_the_library_is_whole_and_cannot_end_a_script() -> None:
    assert "window.vegaEmbed" in library()
    assert "BSD-3-Clause" in library()
    assert "</script" not in library()
    assert len(library()) < 1_100_000, "a report is to stay small"
