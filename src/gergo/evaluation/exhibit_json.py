"""Exhibits and remarks as the JSON report carries them: tables and curves as data, no pictures."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from gergo.evaluation.exhibits import Curve, Exhibit, Table
from gergo.evaluation.pairing import Pair
from gergo.evaluation.results import Remarks, ShownExhibit


def shown_exhibits(pairs: Sequence[Pair]) -> list[ShownExhibit]:
    """Every table and curve of the model, beside the baseline's of the same name and kind."""
    return [
        ShownExhibit(
            task=pair.model.task,
            split=pair.model.split,
            settings=dict(pair.model.settings),
            name=exhibit.name,
            kind="table" if isinstance(exhibit, Table) else "curve",
            model=_content(exhibit),
            baseline=_beside(exhibit, pair.baseline.exhibits if pair.baseline is not None else ()),
        )
        for pair in pairs
        for exhibit in pair.model.exhibits
        if isinstance(exhibit, Table | Curve)
    ]


def shown_remarks(pairs: Sequence[Pair]) -> list[Remarks]:
    """The remarks of every outcome that has some."""
    return [
        Remarks(
            task=pair.model.task,
            split=pair.model.split,
            settings=dict(pair.model.settings),
            model=list(pair.model.remarks),
            baseline=list(pair.baseline.remarks) if pair.baseline is not None else [],
        )
        for pair in pairs
        if pair.model.remarks or (pair.baseline is not None and pair.baseline.remarks)
    ]


def _beside(exhibit: Table | Curve, of_baseline: Iterable[Exhibit]) -> dict[str, Any] | None:
    same = (other for other in of_baseline if type(other) is type(exhibit) and other.name == exhibit.name)
    found = next(same, None)
    return _content(found) if isinstance(found, Table | Curve) else None


def _content(exhibit: Table | Curve) -> dict[str, Any]:
    if isinstance(exhibit, Table):
        return {
            "columns": list(exhibit.columns),
            "rows": [[_plain(cell) for cell in row] for row in exhibit.rows],
            "shares": sorted(exhibit.shares),
            "note": exhibit.note,
        }
    series = [
        {"name": line.name}
        | {
            axis: [_plain(value) for value in values]
            for axis in ("x", "y", "low", "high")
            if (values := getattr(line, axis)) is not None
        }
        for line in exhibit.series
    ]
    return {
        "x_label": exhibit.x_label,
        "y_label": exhibit.y_label,
        "x_scale": exhibit.x_scale,
        "chance": _plain(exhibit.chance),
        "series": series,
        "note": exhibit.note,
    }


def _plain(value: object) -> object:
    """A number JSON can hold: NumPy's become Python's, what is not finite becomes null."""
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
