"""Several claims at once: one-sided p-values from intervals, and Holm's correction over the claims of a verdict.

A p-value is what the interval itself says: exactly .025 where its end lies on the bound, smaller where it lies beyond,
by the normal distribution on the side of the interval that faces the bound (BCa intervals may be lopsided).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import asin, sqrt
from statistics import NormalDist

ALPHA = 0.025  # one-sided: a 95% interval's
_NORMAL = NormalDist()
_REACH = _NORMAL.inv_cdf(1 - ALPHA)


def p_above(value: float, low: float, bound: float) -> float:
    """The p-value of "the truth is above the bound", given an estimate and the lower end of its 95% interval.

    An interval from .02 up around .05 ends as far from 0 as its lower arm is long, times 5 / 3:

    >>> round(p_above(0.05, 0.02, 0.0), 4), round(p_above(0.05, 0.02, 0.02), 4)
    (0.0005, 0.025)
    """
    arm = value - low
    if arm <= 0:
        return 0.0 if value > bound else 1.0
    return _NORMAL.cdf(-_REACH * (value - bound) / arm)


def p_below(value: float, high: float, bound: float) -> float:
    """The p-value of "the truth is below the bound", given the upper end.

    >>> round(p_below(-0.05, -0.02, -0.02), 4)
    0.025
    """
    return p_above(-value, -high, -bound)


def holm(p: Sequence[float]) -> list[float]:
    """Adjusted p-values: reject those at most alpha, and no true hypothesis is rejected but with probability alpha.

    Holm 1979, "A simple sequentially rejective multiple test procedure". The smallest of three counts three times, the
    next twice and at least as much as the one before it:

    >>> [round(value, 3) for value in holm([0.02, 0.01, 0.04])]
    [0.04, 0.03, 0.04]
    """
    adjusted = [0.0] * len(p)
    highest = 0.0
    for place, i in enumerate(sorted(range(len(p)), key=lambda i: p[i])):
        highest = max(highest, min(1.0, (len(p) - place) * p[i]))
        adjusted[i] = highest
    return adjusted


def widened(arm: float, claims: float) -> float:
    """The arm of a 95% interval, made as long as one that is to hold for so many claims at once (Bonferroni).

    >>> round(widened(1.0, 1), 3), round(widened(1.0, 3), 3)
    (1.0, 1.221)
    """
    return arm * _NORMAL.inv_cdf(1 - ALPHA / claims) / _REACH


def cohens_h(after: float, before: float) -> float:
    """Effect size of a difference of two shares: .2 is small, .5 medium, .8 large (Cohen 1988), whatever n is.

    From 50% to 60%, and from 90% to 100%, which is much more:

    >>> round(cohens_h(0.6, 0.5), 2), round(cohens_h(1.0, 0.9), 2)
    (0.2, 0.64)
    """
    angles = [2 * asin(sqrt(min(1.0, max(0.0, share)))) for share in (after, before)]
    return angles[0] - angles[1]
