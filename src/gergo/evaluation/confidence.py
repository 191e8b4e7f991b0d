"""How far a probability, a score or a threshold can be trusted: pure functions of what was observed.

Shapes: Q queries, K classes, `...` any leading axes of `weight` (see `gergo.evaluation.metrics`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gergo.evaluation.metrics import Floats, Ints, Weight

BINS = 15
MIN_ACCEPTED = 30  # independent answers from which a precision is read
Z = 1.2816  # 90%, one-sided


def softmax(logit_QK: NDArray[np.floating]) -> Floats:
    """
    >>> softmax(np.log([[1.0, 3.0]])).tolist()
    [[0.25, 0.75]]
    """
    power_QK = np.exp(logit_QK.astype(np.float64) - logit_QK.max(1, keepdims=True))
    return power_QK / power_QK.sum(1, keepdims=True)


def nll(logit_QK: NDArray[np.floating], true_Q: Ints) -> Floats:
    """Negative log-likelihood of the true class, one value a query.

    >>> nll(np.log([[0.25, 0.75]]), np.array([1])).round(4).tolist()
    [0.2877]
    """
    return -np.log(np.maximum(softmax(logit_QK)[np.arange(len(true_Q)), true_Q], 1e-300))


def fit_temperature(logit_QK: NDArray[np.floating], true_Q: Ints) -> float:
    """The temperature in [0.01, 100] that logits are divided by for the least mean NLL (Guo et al. 2017).

    The NLL is convex in 1 / temperature: its slope there, the mean of expected minus true logit, has one zero.

    Logits of 2 that are right 3 times in 4 should be ln 3 = 1.0986: a temperature of 1.8205.

    >>> round(fit_temperature(np.array([[2.0, 0], [2, 0], [2, 0], [2, 0]]), np.array([0, 0, 0, 1])), 4)
    1.8205
    """
    logit_QK = logit_QK.astype(np.float64)
    true_logit = logit_QK[np.arange(len(true_Q)), true_Q]
    low, high = np.log(0.01), np.log(100.0)  # of the inverse
    for _ in range(60):
        middle = (low + high) / 2
        expected = (softmax(logit_QK * np.exp(middle)) * logit_QK).sum(1)
        low, high = (middle, high) if float((expected - true_logit).mean()) < 0 else (low, middle)
    return float(np.exp(-(low + high) / 2))


def ece(confidence_Q: Floats, hit_Q: NDArray[np.generic], weight: Weight = None, *, bins: int = BINS) -> Floats:
    """Expected calibration error: |accuracy - mean confidence| of equally wide bins, averaged by their queries.

    Bin (0.8, 0.9]: 1 of 2 right at 0.9, off by 0.4. Bin (0.5, 0.6]: 1 of 1 at 0.6, off by 0.4.

    >>> round(float(ece(np.array([0.9, 0.9, 0.6]), np.array([1, 0, 1]), bins=10)), 4)
    0.4
    """
    weight = np.ones(len(hit_Q)) if weight is None else weight
    in_bin_QB = _bin(confidence_Q, bins)[:, None] == np.arange(bins)
    gap = (weight * (hit_Q.astype(np.float64) - confidence_Q)) @ in_bin_QB
    return np.abs(gap).sum(-1) / weight.sum(-1)


def reliability(
    confidence_Q: Floats, hit_Q: NDArray[np.generic], *, bins: int = BINS
) -> list[tuple[float, float, int]]:
    """Mean confidence, accuracy and queries of every bin that has any.

    >>> [(round(c, 2), a, n) for c, a, n in reliability(np.array([0.9, 0.9, 0.6]), np.array([1, 0, 1]), bins=10)]
    [(0.6, 1.0, 1), (0.9, 0.5, 2)]
    """
    bin_Q = _bin(confidence_Q, bins)
    return [
        (float(confidence_Q[bin_Q == b].mean()), float(hit_Q[bin_Q == b].mean()), int((bin_Q == b).sum()))
        for b in np.unique(bin_Q)
    ]


def _bin(confidence_Q: Floats, bins: int) -> Ints:
    # A hair below an edge is on it: 0.9 belongs to (0.8, 0.9] whichever way it was computed.
    return np.clip(np.ceil(confidence_Q * bins - 1e-9).astype(np.int64) - 1, 0, bins - 1)


def auroc(score_Q: NDArray[np.floating], known_Q: NDArray[np.bool_], weight: Weight = None) -> Floats:
    """The chance that a known query scores above an unknown one, ties counting half (area under the ROC curve).

    Known 3 and 1 against unknown 2: one of two pairs is in order.

    >>> float(auroc(np.array([3.0, 1.0, 2.0]), np.array([True, True, False])))
    0.5
    """
    weight = np.ones(len(score_Q)) if weight is None else weight
    known, unknown, start = _cumulated(score_Q, known_Q, weight)
    end = np.r_[start[1:], len(score_Q)]
    of_known = known[..., end] - known[..., start]
    wins = (of_known * (unknown[..., start] + unknown[..., end]) / 2).sum(-1)
    pairs = known[..., -1] * unknown[..., -1]
    return np.divide(wins, pairs, out=np.full_like(pairs, 0.5), where=pairs > 0)


def fpr_at_tpr(
    score_Q: NDArray[np.floating], known_Q: NDArray[np.bool_], weight: Weight = None, *, tpr: float = 0.95
) -> Floats:
    """Share of the unknown that is let in by the strictest threshold that lets in `tpr` of the known.

    To keep both known ones (4 and 2) the threshold is 2: one of the two unknown ones (3 and 1) is above it.

    >>> float(fpr_at_tpr(np.array([4.0, 2.0, 3.0, 1.0]), np.array([True, True, False, False])))
    0.5
    """
    weight = np.ones(len(score_Q)) if weight is None else weight
    known, unknown, start = _cumulated(score_Q, known_Q, weight)
    let_in = known[..., -1:] - known[..., start]
    enough = let_in >= tpr * known[..., -1:] - 1e-9
    strictest = enough.shape[-1] - 1 - np.argmax(enough[..., ::-1], axis=-1)
    outside = unknown[..., -1] - np.take_along_axis(unknown[..., start], strictest[..., None], -1)[..., 0]
    return np.divide(outside, unknown[..., -1], out=np.zeros_like(outside), where=unknown[..., -1] > 0)


def _cumulated(
    score_Q: NDArray[np.floating], known_Q: NDArray[np.bool_], weight: NDArray[np.floating]
) -> tuple[Floats, Floats, Ints]:
    """Weights of known and unknown below each place [..., Q + 1], by ascending score, and where equal scores start."""
    order_Q = np.argsort(score_Q, kind="stable")
    zero = np.zeros((*weight.shape[:-1], 1))
    sums = [
        np.concatenate([zero, np.cumsum((weight * which_Q)[..., order_Q], -1, dtype=np.float64)], -1)
        for which_Q in (known_Q, ~known_Q)
    ]
    sorted_Q = score_Q[order_Q]
    return sums[0], sums[1], np.flatnonzero(np.r_[True, sorted_Q[1:] != sorted_Q[:-1]])


def precision_at(
    score_Q: NDArray[np.floating], hit_Q: NDArray[np.generic], threshold: float, weight: Weight = None
) -> Floats:
    """Share of the answers at or above a threshold that are right; 0 where none is given.

    >>> float(precision_at(np.array([0.9, 0.8, 0.1]), np.array([1, 0, 1]), 0.5))
    0.5
    """
    weight = np.ones(len(score_Q)) if weight is None else weight
    given = weight * (score_Q >= threshold)
    right, total = given @ hit_Q.astype(np.float64), given.sum(-1)
    return np.divide(right, total, out=np.zeros_like(total), where=total > 0)


def threshold_for(
    score_Q: NDArray[np.floating],
    hit_Q: NDArray[np.generic],
    precision: float,
    *,
    group_Q: Ints | None = None,
    least: int = MIN_ACCEPTED,
    z: float = Z,
) -> float | None:
    """The lowest threshold whose answers, of `least` groups or more, are right at the wanted precision; None: there is
    none.

    group_Q: queries of one group stand or fall together, and count as one: a group is right by the share of its answers
    that are. By itself each is a group of its own.

    The lower end of Wilson's interval must reach it (z = 1.28: nine times in ten it is no higher than the truth), since
    the luckiest of many thresholds is what is looked for; z = 0 takes the share itself.

    Of the best three, two are right; of the best two, both.

    >>> threshold_for(np.array([0.9, 0.8, 0.7]), np.array([1, 1, 0]), 0.9, least=1, z=0)
    0.8
    >>> threshold_for(np.array([0.9, 0.8, 0.7]), np.array([1, 1, 0]), 0.9, group_Q=np.array([4, 4, 5]), least=2, z=0)
    """
    order_Q = np.argsort(-score_Q, kind="stable")
    group_Q = np.arange(len(score_Q)) if group_Q is None else group_Q
    right_Q, n_Q = _right_so_far(hit_Q[order_Q].astype(np.float64), group_Q[order_Q])
    last_Q = np.r_[score_Q[order_Q][1:] != score_Q[order_Q][:-1], True]  # equal scores are taken together
    good = np.flatnonzero(last_Q & (wilson_low(right_Q, n_Q, z) >= precision - 1e-12) & (n_Q >= least))
    return float(score_Q[order_Q][good[-1]]) if len(good) else None


def _right_so_far(hit_Q: Floats, group_Q: Ints) -> tuple[Floats, Ints]:
    """Of the queries up to each place: the mean over groups of the share that is right, and how many groups there are.

    A miss after a hit of its group makes it half right; a hit of another group makes that 1.5 of 2.

    >>> [values.tolist() for values in _right_so_far(np.array([1.0, 0.0, 1.0]), np.array([7, 7, 3]))]
    [[1.0, 0.5, 0.75], [1, 1, 2]]
    """
    by_group = np.argsort(group_Q, kind="stable")
    sorted_Q = group_Q[by_group]
    first = np.r_[True, sorted_Q[1:] != sorted_Q[:-1]]
    start = np.maximum.accumulate(np.where(first, np.arange(len(first)), 0))
    hits = np.cumsum(hit_Q[by_group])
    share = (hits - hits[start] + hit_Q[by_group][start]) / (np.arange(len(first)) - start + 1)
    change_Q, new_Q = np.empty(len(first)), np.empty(len(first), np.int64)
    change_Q[by_group] = share - np.where(first, 0.0, np.r_[0.0, share[:-1]])
    new_Q[by_group] = first
    n_Q = np.cumsum(new_Q)
    return np.cumsum(change_Q) / n_Q, n_Q


def wilson_low(share_Q: Floats, n_Q: Ints, z: float) -> Floats:
    """The lower end of Wilson's interval for a share of n.

    All of 30, z = 1.2816: 30 / (30 + 1.6424) = 0.9481.

    >>> float(wilson_low(np.array([1.0]), np.array([30]), 1.2816).round(4)[0])
    0.9481
    """
    spread = z * np.sqrt(share_Q * (1 - share_Q) / n_Q + (z / (2 * n_Q)) ** 2)
    return (share_Q + z**2 / (2 * n_Q) - spread) / (1 + z**2 / n_Q)


def best_f1_threshold(score_Q: NDArray[np.floating], true_Q: NDArray[np.bool_]) -> float:
    """The threshold with the best F1 of "at or above it"; of equals the highest. Needs one that is true.

    At 0.8: 2 of 3 found, none wrong, F1 0.8. At 0.6: all found, one wrong, F1 6/7.

    >>> best_f1_threshold(np.array([0.9, 0.8, 0.7, 0.6]), np.array([True, True, False, True]))
    0.6
    """
    order_Q = np.argsort(-score_Q, kind="stable")
    hit = np.cumsum(true_Q[order_Q])
    f1 = 2 * hit / (np.arange(1, len(score_Q) + 1) + true_Q.sum())
    last = np.r_[score_Q[order_Q][1:] != score_Q[order_Q][:-1], True]
    return float(score_Q[order_Q][np.argmax(np.where(last, f1, -1.0))])
