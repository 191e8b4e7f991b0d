"""Lines over an axis as Vega-Lite, drawn by Vega inside the page.

Vega draws SVG: colours are the page's own custom properties, so that one plot serves light, dark and paper; words stay
words; nothing is fetched and nothing is evaluated. Plotly's script is 4.8 MB; Bokeh's 1.3 MB draws on a canvas, whose
colours are fixed when it is drawn. Vega's 0.9 MB go into a page once, and only where there is a plot.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from markupsafe import Markup

from gergo.pages import numbers

Role = Literal["after", "before"]
Scale = Literal["linear", "log", "steps"]

HEIGHT_PX = 250
SMALL_PX = 150
BANDS = 3  # of one plot; more hide each other, and so do those of the baseline beside several lines
DOTS = 16  # of one line; more run together
_SHAPES = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross")
_DASHES = {"after": [1, 0], "before": [5, 3]}
_LICENCE = (
    "/* Vega, Vega-Lite and Vega-Embed: copyright University of Washington Interactive Data Lab and contributors, "
    "BSD-3-Clause, https://vega.github.io */\n"
)


@dataclass(frozen=True)
class Line:
    """y at each x, with its interval where there is one. hue: which of the page's line colours; lines of a shape belong
    together."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    low: Sequence[float] | None = None
    high: Sequence[float] | None = None
    role: Role = "after"
    hue: int = 0

    @property
    def colour(self) -> str:
        return "var(--before-line)" if self.role == "before" else f"var(--hue-{self.hue % 6})"

    @property
    def shape(self) -> str:
        return _SHAPES[self.hue % len(_SHAPES)]


@dataclass(frozen=True)
class Plot:
    """Lines in one frame. diagonal: y = x is drawn; chance: a level is; y_range: an axis shared with other plots."""

    x_label: str
    y_label: str
    lines: Sequence[Line]
    x_scale: Scale = "linear"
    diagonal: bool = False
    chance: float | None = None
    y_range: tuple[float, float] | None = None
    small: bool = False

    @property
    def points(self) -> list[tuple[Line, float, float, float | None, float | None]]:
        """(line, x, y, low, high) wherever x and y are finite; an interval is whole or None."""
        return [
            (line, float(x), float(line.y[i]), *_interval(line, i))
            for line in self.lines
            for i, x in enumerate(line.x)
            if math.isfinite(x) and math.isfinite(line.y[i])
        ]

    @property
    def scale(self) -> Scale:
        """A logarithm wants what is above 0; x from 0 is drawn in steps instead."""
        return "steps" if self.x_scale == "log" and any(x <= 0 for _, x, *_ in self.points) else self.x_scale

    @property
    def is_share(self) -> bool:
        return all(0 <= y <= 1 for _, _, y, *_ in self.points) and "similarity" not in self.y_label

    def say_y(self, y: float) -> str:
        return numbers.percent(y) if self.is_share else plain(y)

    def say_x(self, x: float) -> str:
        return numbers.percent(x) if self.diagonal and self.is_share else plain(x)

    @property
    def spec(self) -> Markup:
        """The plot for a script of JSON in a page: no name in it can end the script."""
        return Markup(json.dumps(specification(self), ensure_ascii=False, allow_nan=False).replace("<", "\\u003c"))


def plain(value: float) -> str:
    """A number of no fixed unit.

    >>> plain(16.0), plain(0.1234), plain(12345.6)
    ('16', '0.123', '12,346')
    """
    if value == int(value) or abs(value) >= 1000:
        return f"{value:,.0f}".replace("-", numbers.MINUS)
    return f"{value:.3g}".replace("-", numbers.MINUS)


def y_range(plots: Sequence[Plot]) -> tuple[float, float]:
    """An axis that holds every point, interval and chance level of the plots, and 0 unless all is far from it.

    >>> y_range([Plot("x", "y", [Line("a", [1, 2], [0.62, 0.88])])])
    (0.5, 0.9)
    >>> y_range([Plot("x", "y", [Line("a", [1, 2], [0.1, 0.88])])])
    (0.0, 0.9)
    """
    values = [v for plot in plots for _, _, y, low, high in plot.points for v in (y, low, high) if v is not None]
    values += [plot.chance for plot in plots if plot.chance is not None]
    if not values:
        return 0.0, 1.0
    if any(plot.diagonal for plot in plots):
        return min(0.0, *values), max(1.0, *values)
    low, high = min(values), max(values)
    step = 10 ** math.floor(math.log10(max(high - low, abs(high) / 4, 1e-6)))
    bottom = min(0.0, low) if low < 0.5 * high else math.floor((low - step / 2) / step) * step
    top = math.ceil(round(high / step, 6)) * step
    return round(bottom if bottom < 0 else max(bottom, 0.0), 6), round(top if top > bottom else bottom + step, 6)


def specification(plot: Plot) -> dict[str, Any]:
    """The plot in Vega-Lite. The signal `off` holds the lines that are hidden."""
    points = [
        {"series": str(k), "x": x, "y": y, "low": low, "high": high, "says": _say(plot, y, low, high)}
        for k, of_line in enumerate(plot.lines)
        for line, x, y, low, high in plot.points
        if line is of_line
    ]
    marks = [*_references(plot), *_marks(plot), *_hover(plot, points)]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": "container",
        "height": SMALL_PX if plot.small else HEIGHT_PX,
        "background": None,
        "padding": {"left": 4, "right": 12, "top": 6, "bottom": 0},
        "params": [{"name": "off", "value": []}],
        "data": {"values": points},
        "transform": [{"filter": "indexof(off, datum.series) < 0"}],
        "encoding": {"x": _x(plot)},
        "layer": marks,
        "config": _CONFIG,
    }


@cache
def library() -> Markup:
    """Vega, Vega-Lite and Vega-Embed as one script that sets `window.vegaEmbed`; seconds, once a process."""
    import vl_convert  # it starts a JavaScript engine: only where a page has a plot

    bundle = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
    return Markup(_LICENCE + bundle.replace("</script", "<\\/script").replace("<!--", "<\\!--"))


def _x(plot: Plot) -> dict[str, Any]:
    axis: dict[str, Any] = {"title": plot.x_label, "grid": False, "labelOverlap": True, "tickCount": 6}
    if plot.scale == "steps":
        scale = {"domain": _steps(plot), "padding": 0.3}
        return {"field": "x", "type": "ordinal", "scale": scale, "axis": axis | {"labelAngle": 0, "format": "~g"}}
    if plot.diagonal:
        axis |= {"format": ".0%" if plot.is_share else "~g", "tickCount": 5}
        return {"field": "x", "type": "quantitative", "scale": {"domain": [0, 1]}, "axis": axis}
    scale = {"type": plot.scale, "nice": False, "zero": False, "padding": 8}
    xs = sorted({x for _, x, *_ in plot.points})
    few = {"values": xs, "format": "~g"} if len(xs) <= 8 else {"format": "~s" if xs[-1] >= 10_000 else "~g"}
    return {"field": "x", "type": "quantitative", "scale": scale, "axis": axis | few}


def _steps(plot: Plot) -> list[float]:
    """Every x, falling where the lines say so: what is unharmed (JPEG 100) stands first."""
    by_line = [list(line.x) for line in plot.lines]
    falls = all(x == sorted(x, reverse=True) for x in by_line)
    return sorted({x for _, x, *_ in plot.points}, reverse=falls and max(map(len, by_line), default=0) > 1)


def _y(plot: Plot, field: str = "y") -> dict[str, Any]:
    axis = {"title": plot.y_label, "format": ".0%" if plot.is_share else "~g", "tickCount": 4 if plot.small else 5}
    axis |= {"titleAngle": 0, "titleAlign": "left", "titleAnchor": "end", "titleX": -36, "titleY": -14}
    domain = list(plot.y_range or y_range([plot]))
    scale = {"domain": domain, "nice": False, "zero": False}
    return {"field": field, "type": "quantitative", "scale": scale, "axis": axis}


def _styled(plot: Plot, what: str, values: Sequence[object]) -> dict[str, Any]:
    scale = {"domain": [str(k) for k in range(len(plot.lines))], "range": list(values)}
    return {what: {"field": "series", "type": "nominal", "scale": scale, "legend": None}}


def _references(plot: Plot) -> list[dict[str, Any]]:
    """What lines are held against: the diagonal, and what guessing reaches."""
    layers = []
    if plot.diagonal:
        ends = {"values": [{"x": 0, "y": 0}, {"x": 1, "y": 1}]}
        mark = {"type": "line", "color": "var(--quiet)", "strokeDash": [2, 3], "strokeWidth": 1, "aria": False}
        layers.append({"data": ends, "mark": mark, "encoding": {"y": _y(plot)}, "transform": []})
    if plot.chance is not None:
        where = {"y": _y(plot) | {"field": "chance"}, "x": None}
        data = {"values": [{"chance": plot.chance}]}
        rule = {"type": "rule", "color": "var(--quiet)", "strokeDash": [2, 3], "aria": False}
        words = {"type": "text", "align": "right", "baseline": "bottom", "dy": -3, "dx": -2, "color": "var(--quiet)"}
        text = {"text": {"value": f"chance {plot.say_y(plot.chance)}"}}
        layers.append({"data": data, "mark": rule, "encoding": where})
        layers.append({"data": data, "mark": words, "encoding": where | text | {"x": {"value": {"expr": "width"}}}})
    return layers


def _marks(plot: Plot) -> list[dict[str, Any]]:
    colour = _styled(plot, "color", [line.colour for line in plot.lines])
    dash = _styled(plot, "strokeDash", [_DASHES[line.role] for line in plot.lines])
    shape = _styled(plot, "shape", [line.shape for line in plot.lines])
    layers: list[dict[str, Any]] = []
    banded = _banded(plot)
    if banded:
        spread = {"y": _y(plot, "low"), "y2": {"field": "high"}} | colour
        whole = [{"filter": f"isValid(datum.low) && indexof({json.dumps(banded)}, datum.series) >= 0"}]
        marks = [{"type": "area", "opacity": 0.13, "aria": False}, {"type": "rule", "opacity": 0.45, "aria": False}]
        layers += [{"transform": whole, "mark": mark, "encoding": spread} for mark in marks]
    layers.append({"mark": {"type": "line", "strokeWidth": 2}, "encoding": {"y": _y(plot)} | colour | dash})
    if max(len(line.x) for line in plot.lines) <= DOTS:
        dot = {"type": "point", "filled": True, "opacity": 1, "size": 30 if plot.small else 44}
        words = {"description": {"field": "says"}}
        layers.append({"mark": dot, "encoding": {"y": _y(plot)} | colour | shape | words})
    return layers


def _banded(plot: Plot) -> list[str]:
    """The lines whose intervals are drawn: all of two, else the model's, where they are few."""
    spread = {id(line) for line, _, _, low, _ in plot.points if low is not None}
    few = len(plot.lines) <= 2
    lines = [str(k) for k, line in enumerate(plot.lines) if id(line) in spread and (few or line.role == "after")]
    return lines if len(lines) <= BANDS else []


def _hover(plot: Plot, points: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a pointer shows: every line at the nearest x; where lines have their own x, the nearest point."""
    if not points:
        return []
    at: dict[float, dict[str, Any]] = {}
    for point in points:
        row = at.setdefault(point["x"], {"x": point["x"], "x_says": plot.say_x(point["x"])})
        row[f"says_{point['series']}"] = point["says"]
    shared = len(at) * len(plot.lines) <= 1.5 * len(points)
    near = {"type": "point", "on": "pointerover,pointermove", "nearest": True, "clear": "pointerout"}
    if not shared:
        says = [{"field": "says", "title": plot.y_label}, {"field": "x_says", "title": plot.x_label}]
        param = {"name": "near", "select": near}
        labelled = {"calculate": "format(datum.x, '.3~g')", "as": "x_says"}
        ring = {"type": "point", "size": 110, "strokeWidth": 2, "color": "var(--ink)", "aria": False}
        shown = {"condition": {"param": "near", "empty": False, "value": 0.6}, "value": 0}
        encoding = {"y": _y(plot), "opacity": shown, "tooltip": says}
        return [{"transform": [labelled], "params": [param], "mark": ring, "encoding": encoding}]
    names = [(f"says_{k}", line.name) for k, line in enumerate(plot.lines)]
    tooltip = [{"field": "x_says", "title": plot.x_label}, *({"field": f, "title": title} for f, title in names)]
    param = {"name": "near", "select": near | {"fields": ["x"]}}
    shown = {"condition": {"param": "near", "empty": False, "value": 0.6}, "value": 0}
    rule = {"type": "rule", "color": "var(--quiet)", "strokeWidth": 1, "aria": False}
    return [
        {
            "data": {"values": [at[x] for x in sorted(at)]},
            "params": [param],
            "mark": rule,
            "encoding": {"opacity": shown, "tooltip": tooltip},
        }
    ]


def _say(plot: Plot, y: float, low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return plot.say_y(y)
    return f"{plot.say_y(y)} ({plot.say_y(low)} to {plot.say_y(high)})"


def _interval(line: Line, i: int) -> tuple[float | None, float | None]:
    if line.low is None or line.high is None or not (math.isfinite(line.low[i]) and math.isfinite(line.high[i])):
        return None, None
    return float(line.low[i]), float(line.high[i])


_CONFIG = {
    "font": "var(--text)",
    "view": {"stroke": None},
    "axis": {
        "labelColor": "var(--quiet)",
        "labelFontSize": 12,
        "labelPadding": 6,
        "titleColor": "var(--quiet)",
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "titlePadding": 8,
        "gridColor": "var(--line)",
        "domainColor": "var(--line)",
        "tickColor": "var(--line)",
    },
    "axisY": {"domain": False, "ticks": False},
    "text": {"fontSize": 11},
}
