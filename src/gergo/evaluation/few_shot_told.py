"""What a few-shot ladder shows: its curve, its rungs, the classes that are short of examples, and where to stop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from math import inf, nan

import numpy as np
from numpy.typing import NDArray

from gergo.evaluation import metrics
from gergo.evaluation.bootstrap import Interval, Resamples
from gergo.evaluation.exhibits import Curve, Exhibit, Series, Table
from gergo.evaluation.few_shot_learning import Ladder, Learned
from gergo.evaluation.labels import Labels
from gergo.evaluation.shots import Rung, cheapest, widened, worth
from gergo.evaluation.task import Observed
from gergo.evaluation.wording import between
from gergo.pages.numbers import percent, points

MARGIN = 0.01  # how far below the best rung is good enough
NAMES = {"zero_shot": "zero-shot", "tip_adapter": "Tip-Adapter", "linear_probe": "linear probe"}
At = tuple[str, int]
"""A method and its examples a class."""


@dataclass(frozen=True)
class Told:
    """The ladder of one model: what it predicted on every rung (`seen`), and the resamples of the items."""

    labels: Labels
    ladder: Ladder
    learned: Learned
    draws: Resamples
    true_N: NDArray[np.int64]
    seen: Mapping[At, Observed]

    def exhibits(self) -> list[Exhibit]:
        interval = {at: self._interval(at) for at in self.seen}
        return [self._curve(interval), self._rungs(interval), *self._short()]

    def remarks(self) -> list[str]:
        """Where to stop, what zero-shot is worth, and what all of it cost in labels of validation."""
        value = {at: float(hit_SN.mean()) for at, hit_SN in self._hits.items()}
        rungs = [Rung(method, shots, value[method, shots]) for method, shots in value]
        best = max(rungs, key=lambda rung: rung.value)
        chosen = cheapest(rungs, margin=MARGIN)
        told = [self._decision(chosen, best), self._worth(value)]
        told.append(
            f"Settings were chosen on {len(self.ladder.choosing.class_N):,} labelled items of validation, which are "
            "not counted as examples."
        )
        if self.ladder.too_many:
            told.append(
                f"{self.ladder.too_many:,} classes with the fewest examples are left out: the ladder takes "
                f"{len(self.ladder.class_K):,}."
            )
        return told

    def _decision(self, chosen: Rung, best: Rung) -> str:
        is_best = chosen == best
        start = f"Cheapest good enough: {_named(chosen)}, {percent(chosen.value)}"
        rule = f"(the fewest examples within {100 * MARGIN:g} point of the best rung)"
        if is_best:
            return f"{start}, the best rung itself {rule}."
        hits = self._hits
        behind_N = hits[chosen.method, chosen.shots].mean(0) - hits[best.method, best.shots].mean(0)
        delta = self.draws.paired(partial(metrics.mean, behind_N), is_share=False).model
        interval = between(delta.low, delta.high, points)
        return f"{start}, {points(delta.value)} points from the best, {_named(best)}, {interval} {rule}."

    def _worth(self, value: Mapping[At, float]) -> str:
        shots = self.ladder.rungs
        of_probe = [value["linear_probe", n] for n in shots]
        zero = self.draws.paired(partial(metrics.mean, self._hits["zero_shot", 0][0])).model
        ends = [zero.value if end is None else end for end in (zero.low, zero.high)]
        low, mid, high = (_examples(worth(shots, of_probe, v), shots) for v in (ends[0], zero.value, ends[1]))
        span = f" (95% interval: {low} to {high})" if low != high else ""
        return f"Zero-shot, {percent(zero.value)}, is worth {mid} labelled examples a class to a linear probe{span}."

    @cached_property
    def _hits(self) -> dict[At, NDArray[np.float64]]:
        return {
            at: np.array([each == self.true_N for name, each in seen.items() if name != "true"], np.float64)
            for at, seen in self.seen.items()
        }

    def _interval(self, at: At) -> Interval:
        hit_SN = self._hits[at]
        return widened(self.draws.paired(partial(metrics.mean, hit_SN.mean(0))).model, hit_SN.mean(1).tolist())

    def _curve(self, interval: Mapping[At, Interval]) -> Curve:
        shots = self.ladder.rungs
        flat = interval["zero_shot", 0]
        lines = {"zero_shot": [(n, flat) for n in [0, *shots]]}
        lines |= {method: [(n, interval[method, n]) for n in shots] for method in ("tip_adapter", "linear_probe")}
        series = [
            Series(
                NAMES[method],
                [n for n, _ in line],
                [each.value for _, each in line],
                [nan if each.low is None else each.low for _, each in line],
                [nan if each.high is None else each.high for _, each in line],
            )
            for method, line in lines.items()
        ]
        return Curve(
            "Few-shot ladder",
            "labelled examples a class",
            "accuracy",
            series,
            x_scale="steps",
            chance=1 / len(self.ladder.class_K),
            note=f"Mean of {len(self.ladder.place_SM)} draws of examples; the 95% intervals cover items and draws.",
        )

    def _rungs(self, interval: Mapping[At, Interval]) -> Table:
        rows = []
        for (method, shots), hit_SN in self._hits.items():
            each = interval[method, shots]
            labels = int(np.minimum(self.ladder.shown_K, shots).sum())
            spread = float(hit_SN.mean(1).std(ddof=1)) if len(hit_SN) > 1 else None
            chosen = self.learned.chosen[method, shots]
            usual = max(sorted(set(chosen)), key=chosen.count)
            rows.append([NAMES[method], shots, labels, each.value, each.low, each.high, spread, usual])
        columns = ["method", "examples a class", "examples", "accuracy", "low", "high", "sd of draws", "usual settings"]
        return Table(
            "Few-shot rungs",
            columns,
            rows,
            frozenset({"accuracy", "low", "high", "sd of draws"}),
            f"Chance is {percent(1 / len(self.ladder.class_K))}.",
        )

    def _short(self) -> list[Table]:
        """The classes that could not give as many examples as the highest rung asks for."""
        most = self.ladder.rungs[-1]
        absent = np.setdiff1d(np.arange(len(self.labels.name_K)), self.ladder.class_K)
        rows = [
            [self.labels.name_K[label], int(shown)]
            for label, shown in zip(self.ladder.class_K, self.ladder.shown_K, strict=True)
            if shown < most
        ]
        rows += [[self.labels.name_K[label], 0] for label in absent[: None if not self.ladder.too_many else 0]]
        if not rows:
            return []
        note = f"{len(rows):,} classes have fewer than {most} examples in train and give all they have."
        note += " Those with none are not measured." if len(absent) else ""
        return [
            Table("Classes short of examples", ["class", "examples in train"], sorted(rows, key=_by_need), note=note)
        ]


def _by_need(row: list[str | int]) -> tuple[int, str]:
    return int(row[1]), str(row[0])


def _named(rung: Rung) -> str:
    if not rung.shots:
        return NAMES[rung.method]
    return f"{NAMES[rung.method]} with {rung.shots} example{'s' if rung.shots > 1 else ''} a class"


def _examples(count: float, shots: list[int]) -> str:
    if count == 0:
        return f"fewer than {shots[0]}" if shots[0] > 1 else "1 or fewer"
    return f"more than {shots[-1]}" if count == inf else f"{count:.1f}"
