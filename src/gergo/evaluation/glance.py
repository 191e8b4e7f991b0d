"""All that was measured, at a glance: a row for each task and split, and where its change lies on one common axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from gergo.evaluation import wording
from gergo.evaluation.results import Result
from gergo.evaluation.sections import anchor, metric, smaller_is_better, title
from gergo.pages.grids import Tone

LEAST_REACH = 0.02


@dataclass(frozen=True)
class Row:
    """The first figure of a task on a split. at: positions on the axis, in percent of its width; "low" and "high" are
    absent where there are too few groups for an interval."""

    where: str
    result: Result
    tone: Tone
    at: dict[str, float]


@dataclass(frozen=True)
class Rows:
    """One task's rows, under what they count."""

    task: str
    title: str
    counted: str
    rows: list[Row]

    @property
    def anchor(self) -> str:
        return anchor(self.task)


def glance(results: Sequence[Result], unbounded: frozenset[tuple[str, str]]) -> list[Rows]:
    """The first figure of every task and split whose figure is a share, in the order measured."""
    first: dict[tuple[str, str], Result] = {}
    for result in results:
        if (result.task, result.metric) not in unbounded:
            first.setdefault((result.task, result.split), result)
    changes = (change for r in first.values() for change in (r.delta, r.delta_low, r.delta_high))
    reach = 1.05 * max([LEAST_REACH, *(abs(change) for change in changes if change is not None)])
    ordered = sorted(first.values(), key=lambda result: list(dict.fromkeys(t for t, _ in first)).index(result.task))
    found = []
    for task, of_task in groupby(ordered, key=lambda result: result.task):
        rows = list(of_task)
        counted = metric(rows[0].metric)
        if smaller_is_better(rows[0].metric):
            counted += ", smaller is better"
        found.append(Rows(task, title(task), counted, [_row(result, reach) for result in rows]))
    return found


def _row(result: Result, reach: float) -> Row:
    where = wording.SPLITS.get(result.split, result.split)
    if result.delta is None:
        at = _known(result.value, result.low, result.high)
        return Row(where, result, "", {name: round(100 * min(max(v, 0), 1), 2) for name, v in at.items()})
    at = _known(result.delta, result.delta_low, result.delta_high)
    return Row(where, result, _tone(result), {name: round(50 + 50 * v / reach, 2) for name, v in at.items()})


def _known(value: float, low: float | None, high: float | None) -> dict[str, float]:
    return {"delta": value} if low is None or high is None else {"delta": value, "low": low, "high": high}


def _tone(result: Result) -> Tone:
    """Better or worse where the interval of the change holds no zero."""
    if result.delta_low is None or result.delta_high is None:
        return ""
    better, worse = result.delta_low > 0, result.delta_high < 0
    if smaller_is_better(result.metric):
        better, worse = worse, better
    return "good" if better else "bad" if worse else ""
