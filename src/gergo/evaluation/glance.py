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
    """The first figure of a task on a split. at: positions on the axis, in percent of its width."""

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
    reach = max((abs(end) for r in first.values() for end in (r.delta_low, r.delta_high) if end is not None), default=0)
    reach = 1.05 * max(reach, LEAST_REACH)
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
    if result.delta is None or result.delta_low is None or result.delta_high is None:
        at = {"delta": result.value, "low": result.low, "high": result.high}
        return Row(where, result, "", {name: round(100 * min(max(v, 0), 1), 2) for name, v in at.items()})
    at = {"delta": result.delta, "low": result.delta_low, "high": result.delta_high}
    return Row(where, result, _tone(result), {name: round(50 + 50 * v / reach, 2) for name, v in at.items()})


def _tone(result: Result) -> Tone:
    """Better or worse where the interval of the change holds no zero."""
    assert result.delta_low is not None
    assert result.delta_high is not None
    better, worse = result.delta_low > 0, result.delta_high < 0
    if smaller_is_better(result.metric):
        better, worse = worse, better
    return "good" if better else "bad" if worse else ""
