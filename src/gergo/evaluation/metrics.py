"""Metrics: pure functions of what was observed for each query, and of how much each query counts.

Shapes: Q queries, K classes, `...` any leading axes of `weight`.

Every function takes `weight` last: None counts each query once and gives a 0-d result; an array [..., Q] gives a
result of shape [...], so a bootstrap is one call with the weights of all its resamples ([B, Q] -> [B]).

Ranks start at 1 and are pessimistic: what ties with the first relevant answer is counted as standing before it, so
a model that gives every answer the same score earns nothing by it (`gergo.evaluation.ranking` makes them so).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Weight = NDArray[np.floating] | None


def mean(value_Q: NDArray[np.generic], weight: Weight = None) -> Floats:
    """Weighted mean of one value a query.

    >>> float(mean(np.array([1.0, 0.0, 0.5])))
    0.5
    """
    value_Q = np.asarray(value_Q, np.float64)
    weight = _weight(weight, len(value_Q))
    return (weight @ value_Q) / weight.sum(-1)


def recall_at_k(rank_Q: Ints, k: int, weight: Weight = None) -> Floats:
    """Share of queries with a hit among the first `k` answers (also called hit rate, or top-k accuracy).

    rank_Q: rank of the first relevant answer, from 1.

    >>> float(recall_at_k(np.array([1, 3, 12, 2]), k=2))
    0.5
    """
    return mean(rank_Q <= k, weight)


def mean_reciprocal_rank(rank_Q: Ints, weight: Weight = None) -> Floats:
    """Mean of 1 / rank of the first relevant answer, over all ranks.

    >>> float(mean_reciprocal_rank(np.array([1, 2, 4, 4])))
    0.5
    """
    return mean(1.0 / rank_Q, weight)


def median_rank(rank_Q: Ints, weight: Weight = None) -> Floats:
    """The smallest rank that at least half of the queries reach (the lower median: always a rank that occurred).

    >>> float(median_rank(np.array([7, 1, 3, 100])))
    3.0
    """
    weight = _weight(weight, len(rank_Q))
    order_Q = np.argsort(rank_Q, kind="stable")
    reached = np.cumsum(weight[..., order_Q], axis=-1)
    half = reached[..., -1:] / 2
    return rank_Q[order_Q][np.argmax(reached >= half, axis=-1)].astype(np.float64)


def ndcg_at_k(hit_QK: NDArray[np.bool_], relevant_Q: Ints) -> Floats:
    """Normalised discounted cumulated gain of the first K answers, one value a query; relevance is yes or no.

    hit_QK: is the answer at this rank relevant; relevant_Q: how many answers in the whole gallery are (at least one).
    Järvelin and Kekäläinen 2002, with the logarithmic discount 1 / log2(1 + rank).

    One relevant answer at rank 2: (1 / log2 3) / 1. Two of two, at ranks 1 and 3: (1 + 1/2) / (1 + 1 / log2 3).

    >>> hits = np.array([[False, True, False], [True, False, True]])
    >>> ndcg_at_k(hits, np.array([1, 2])).round(4).tolist()
    [0.6309, 0.9197]
    """
    discount_K = 1.0 / np.log2(np.arange(2, hit_QK.shape[1] + 2))
    ideal_K = np.cumsum(discount_K)
    best_Q = ideal_K[np.minimum(relevant_Q, hit_QK.shape[1]) - 1]
    return (hit_QK @ discount_K) / best_Q


def graded_ndcg_at_k(grade_QK: Floats, ideal_QK: Floats) -> Floats:
    """Normalised discounted cumulated gain of the first K answers by grades, one value a query.

    grade_QK: the grade of the answer at this rank, 0 where it is not relevant; ideal_QK: the K highest grades that the
    gallery has for the query, in falling order, 0 where there are fewer (at least one is above 0). The gain is the
    grade itself (trec_eval's and scikit-learn's choice), the discount that of `ndcg_at_k`.

    Grades 1 then 3, where 3 then 1 was possible: (1 + 3 / log2 3) / (3 + 1 / log2 3).

    >>> graded_ndcg_at_k(np.array([[1.0, 3.0]]), np.array([[3.0, 1.0]])).round(4).tolist()
    [0.7967]
    """
    discount_K = 1.0 / np.log2(np.arange(2, grade_QK.shape[1] + 2))
    return (grade_QK @ discount_K) / (ideal_QK @ discount_K)


def mean_per_class_recall(true_Q: Ints, predicted_Q: Ints, weight: Weight = None) -> Floats:
    """Mean over the classes that have rows of the share of them that was recognised (balanced accuracy).

    Class 0: 1 of 2 found, class 1: 1 of 1 found.

    >>> float(mean_per_class_recall(np.array([0, 0, 1]), np.array([0, 1, 1])))
    0.75
    """
    hit, support, _ = _class_counts(true_Q, predicted_Q, weight)
    return _mean_over_present(_ratio(hit, support), support)


def weighted_f1(true_Q: Ints, predicted_Q: Ints, weight: Weight = None) -> Floats:
    """F1 of each class, averaged by its number of rows (scikit-learn's `f1_score(average="weighted")`).

    Class 0: precision 1, recall 1/2, F1 2/3, two rows. Class 1: precision 1/2, recall 1, F1 2/3, one row.

    >>> round(float(weighted_f1(np.array([0, 0, 1]), np.array([0, 1, 1]))), 4)
    0.6667
    """
    hit, support, predicted = _class_counts(true_Q, predicted_Q, weight)
    return (_ratio(2 * hit, support + predicted) * support).sum(-1) / support.sum(-1)


def macro_f1(true_Q: Ints, predicted_Q: Ints, weight: Weight = None) -> Floats:
    """F1 averaged over the classes that have rows, each counting the same.

    Classes that are only ever predicted are not averaged in (scikit-learn: `labels=np.unique(true)`): two models are
    then averaged over the same classes. Their false alarms still cost the true class its recall.

    Class 0: F1 2/3 (1 of 2 found, never wrongly predicted). Class 1: F1 1. Class 2 has no rows.

    >>> round(float(macro_f1(np.array([0, 0, 1]), np.array([0, 2, 1]))), 4)
    0.8333
    """
    hit, support, predicted = _class_counts(true_Q, predicted_Q, weight)
    return _mean_over_present(_ratio(2 * hit, support + predicted), support)


def _class_counts(true_Q: Ints, predicted_Q: Ints, weight: Weight) -> tuple[Floats, Floats, Floats]:
    """Rows recognised, rows of the class, rows predicted to be it: each [..., K] over the classes that have rows."""
    weight = _weight(weight, len(true_Q))
    present_K = np.unique(true_Q)
    hit = _sums_by_class(weight * (true_Q == predicted_Q), true_Q, present_K)
    support = _sums_by_class(weight, true_Q, present_K)
    predicted = _sums_by_class(weight, predicted_Q, present_K)
    return hit, support, predicted


def _sums_by_class(weight: NDArray[np.floating], class_Q: Ints, present_K: Ints) -> Floats:
    # Sorted by class and cumulated, so that the cost is B x Q however many classes there are.
    order_Q = np.argsort(class_Q, kind="stable")
    zero = np.zeros((*weight.shape[:-1], 1))
    cumulated = np.concatenate([zero, np.cumsum(weight[..., order_Q], axis=-1, dtype=np.float64)], axis=-1)
    start_K = np.searchsorted(class_Q[order_Q], present_K, side="left")
    end_K = np.searchsorted(class_Q[order_Q], present_K, side="right")
    return cumulated[..., end_K] - cumulated[..., start_K]


def _mean_over_present(value: Floats, support: Floats) -> Floats:
    # A class may vanish from a resample: it is then left out of that resample's average.
    present = support > 0
    return (value * present).sum(-1) / present.sum(-1)


def _ratio(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def _weight(weight: Weight, n: int) -> NDArray[np.floating]:
    assert n > 0, "a metric over no queries has no value"
    return np.ones(n) if weight is None else weight
