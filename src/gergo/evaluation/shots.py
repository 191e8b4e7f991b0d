"""A few labelled examples a class: how they are drawn, and what a ladder of ever more of them shows.

Shapes: N items, S draws, R rungs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, log2

import numpy as np
from numpy.typing import NDArray

from gergo.evaluation.bootstrap import Interval

# Student's t, 97.5%, by degrees of freedom: so few draws are made that no approximation would do.
_T = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262}


@dataclass(frozen=True)
class Rung:
    """A method and the examples a class that it is given, with the accuracy it reached."""

    method: str
    shots: int
    value: float


def places(class_N: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    """The place of each item in the random queue of its class, from 0, int64 [N].

    The items with a place below n are a draw of n examples a class (or all there are), and each draw holds the smaller
    ones of the same seed, so that a ladder climbs over the same examples.

    >>> sorted(places(np.array([7, 7, 3, 7]), seed=0)[[0, 1, 3]].tolist()), places(np.array([7, 7, 3, 7]), seed=0)[2]
    ([0, 1, 2], np.int64(0))
    """
    order_N = np.random.default_rng(seed).permutation(len(class_N))
    order_N = order_N[np.argsort(class_N[order_N], kind="stable")]
    sorted_N = class_N[order_N]
    place_N = np.empty(len(class_N), np.int64)
    place_N[order_N] = np.arange(len(class_N)) - np.searchsorted(sorted_N, sorted_N)
    return place_N


def cheapest(rungs: Sequence[Rung], *, margin: float) -> Rung:
    """The rung with the fewest examples whose accuracy is at most `margin` below the best rung's.

    rungs: of equal shots, the simpler method first.

    >>> ladder = [Rung("zero-shot", 0, 0.60), Rung("probe", 4, 0.695), Rung("probe", 16, 0.70)]
    >>> cheapest(ladder, margin=0.01).shots
    4
    """
    best = max(rung.value for rung in rungs)
    good = [rung for rung in rungs if rung.value >= best - margin - 1e-12]
    return min(good, key=lambda rung: rung.shots)


def worth(shots_R: Sequence[int], value_R: Sequence[float], level: float) -> float:
    """How many examples a class a method needs to reach `level`, interpolated between rungs on a scale of doublings.

    0 where its first rung is there already (fewer would do), inf where none is.

    Half way between 2 and 8 examples on that scale are 4.

    >>> worth([2, 8], [0.5, 0.7], 0.6), worth([2, 8], [0.5, 0.7], 0.5), worth([2, 8], [0.5, 0.7], 0.8)
    (4.0, 0, inf)
    """
    if value_R[0] >= level:
        return 0
    for step in range(1, len(shots_R)):
        below, above = value_R[step - 1], value_R[step]
        if above >= level:
            share = (level - below) / (above - below)
            few, many = log2(shots_R[step - 1]), log2(shots_R[step])
            return 2 ** (few + share * (many - few))
    return inf


def widened(interval: Interval, value_S: Sequence[float]) -> Interval:
    """An interval over the items that were measured, made to cover the draw of the examples too.

    value_S: the value of each draw. The two errors are independent: their half-widths add as squares, that of the
    mean of the draws being t * sd / sqrt(S).

    Draws of 0.49 and 0.51 have an sd of 0.01414; 12.706 * 0.01414 / sqrt(2) is 0.127; with 0.05 that makes 0.137.

    >>> wide = widened(Interval(0.5, 0.45, 0.55), [0.49, 0.51])
    >>> round(wide.low or 0, 3), round(wide.high or 0, 3)
    (0.363, 0.637)
    """
    draws = len(value_S)
    if draws < 2 or interval.low is None or interval.high is None:
        return interval
    reach = _T.get(draws - 1, 2.228) * float(np.std(value_S, ddof=1)) / draws**0.5
    low = interval.value - float(np.hypot(interval.value - interval.low, reach))
    high = interval.value + float(np.hypot(interval.high - interval.value, reach))
    return Interval(interval.value, max(0.0, low), min(1.0, high))
