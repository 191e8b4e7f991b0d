"""Metrics against scikit-learn and torchmetrics, and what a weight means: a query counted twice is two queries."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import balanced_accuracy_score, f1_score, ndcg_score, recall_score, top_k_accuracy_score
from torchmetrics.functional.retrieval import (
    retrieval_hit_rate,
    retrieval_normalized_dcg,
    retrieval_reciprocal_rank,
)

from gergo.evaluation import metrics, retrieval
from gergo.evaluation.ranking import TIE, Vectors, rank
from gergo.evaluation.vectors import unit

CLASSES = 5
labelled = st.lists(st.tuples(st.integers(0, CLASSES - 1), st.integers(0, CLASSES - 1)), min_size=1, max_size=60).map(
    lambda pairs: np.array(pairs).T
)
ranks = st.lists(st.integers(1, 30), min_size=1, max_size=40).map(np.array)


@settings(deadline=None)  # scikit-learn takes its time on a busy machine
@given(labelled)
def test_class_metrics_equal_scikit_learn(pair: np.ndarray) -> None:
    true, predicted = pair
    present = np.unique(true)
    weighted = f1_score(true, predicted, average="weighted", zero_division=0.0)
    macro = f1_score(true, predicted, labels=present, average="macro", zero_division=0.0)
    recall = recall_score(true, predicted, labels=present, average="macro", zero_division=0.0)
    assert float(metrics.weighted_f1(true, predicted)) == pytest.approx(weighted, abs=1e-6)
    assert float(metrics.macro_f1(true, predicted)) == pytest.approx(macro, abs=1e-6)
    assert float(metrics.mean_per_class_recall(true, predicted)) == pytest.approx(recall, abs=1e-6)


def test_mean_per_class_recall_is_balanced_accuracy() -> None:
    true, predicted = np.array([0, 0, 0, 1, 2]), np.array([0, 0, 1, 1, 0])
    assert float(metrics.mean_per_class_recall(true, predicted)) == pytest.approx(
        balanced_accuracy_score(true, predicted), abs=1e-6
    )


@settings(deadline=None)  # scikit-learn takes its time on a busy machine
@given(st.integers(0, 2**32 - 1), st.integers(1, 5))
def test_recall_at_k_of_ranks_is_top_k_accuracy(seed: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    score_QK = rng.permutation(20 * 6).reshape(20, 6).astype(float)  # no ties: scikit-learn breaks them its own way
    true_Q = np.concatenate([np.arange(6), rng.integers(0, 6, 14)])
    rank_Q = 1 + (score_QK > score_QK[np.arange(20), true_Q][:, None]).sum(1)
    expected = top_k_accuracy_score(true_Q, score_QK, k=k)
    assert float(metrics.recall_at_k(rank_Q, k)) == pytest.approx(expected, abs=1e-6)


@settings(deadline=None)  # scikit-learn takes its time on a busy machine
@given(st.integers(0, 2**32 - 1), st.integers(2, 12))
def test_ndcg_equals_scikit_learn(seed: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    relevance_QG = rng.random((5, 15)) < 0.3
    relevance_QG[:, 0] |= ~relevance_QG.any(1)
    score_QG = rng.permutation(5 * 15).reshape(5, 15) * 10 * TIE
    top_QK = np.argsort(-score_QG, axis=1)[:, :k]
    ours = metrics.ndcg_at_k(np.take_along_axis(relevance_QG, top_QK, 1), relevance_QG.sum(1))
    theirs = [ndcg_score([r], [s], k=k) for r, s in zip(relevance_QG.astype(int), score_QG, strict=True)]
    assert ours == pytest.approx(theirs, abs=1e-6)


@settings(deadline=None)  # scikit-learn takes its time on a busy machine
@given(st.integers(0, 2**32 - 1), st.integers(2, 12))
def test_graded_ndcg_equals_scikit_learn(seed: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    grade_QG = rng.integers(0, 4, (5, 15)).astype(float)
    grade_QG[:, 0] += 1
    score_QG = rng.permutation(5 * 15).reshape(5, 15).astype(float)
    top_QK = np.argsort(-score_QG, axis=1)[:, :k]
    ideal_QK = -np.sort(-grade_QG, axis=1)[:, :k]
    ours = metrics.graded_ndcg_at_k(np.take_along_axis(grade_QG, top_QK, 1), ideal_QK)
    theirs = [ndcg_score([g], [s], k=k) for g, s in zip(grade_QG, score_QG, strict=True)]
    assert ours == pytest.approx(theirs, abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_retrieval_metrics_equal_torchmetrics(seed: int) -> None:
    """From vectors to figures, so that ranking is part of what is compared."""
    rng = np.random.default_rng(seed)
    query_QD, gallery_GD = (unit(rng.normal(size=(n, 6))) for n in (8, 30))
    relevant_QG = rng.random((8, 30)) < 0.15
    relevant_QG[:, 0] |= ~relevant_QG.any(1)
    ranking = rank(Vectors.one_each(query_QD), Vectors.one_each(gallery_GD), np.argwhere(relevant_QG))
    seen = retrieval.observed(ranking)
    ours = {name: float(metric(seen, None)) for name, metric in retrieval.retrieval_metrics("recall").items()}
    # torchmetrics takes what scores 0 or less for irrelevant, so that a cosine has to be lifted.
    scores, targets = torch.from_numpy(2 + query_QD @ gallery_GD.T), torch.from_numpy(relevant_QG)
    reference = {
        "mrr": retrieval_reciprocal_rank,
        "ndcg@10": partial(retrieval_normalized_dcg, top_k=10),
        **{f"recall@{k}": partial(retrieval_hit_rate, top_k=k) for k in (1, 5, 10)},
    }
    for name, function in reference.items():
        theirs = np.mean([float(function(s, t)) for s, t in zip(scores, targets, strict=True)])
        assert ours[name] == pytest.approx(theirs, abs=1e-6), name


@given(ranks, st.integers(0, 2**32 - 1))
def test_a_weight_counts_a_query_so_many_times(rank: np.ndarray, seed: int) -> None:
    times = np.random.default_rng(seed).integers(0, 4, len(rank))
    times[0] += 1
    repeated = np.repeat(rank, times)
    for metric in (metrics.mean_reciprocal_rank, metrics.median_rank, lambda r, w=None: metrics.recall_at_k(r, 5, w)):
        assert float(metric(rank, times.astype(float))) == pytest.approx(float(metric(repeated)))


@given(labelled, st.integers(0, 2**32 - 1))
def test_a_weight_counts_a_row_so_many_times(pair: np.ndarray, seed: int) -> None:
    true, predicted = pair
    times = np.random.default_rng(seed).integers(0, 4, len(true))
    times[0] += 1
    for metric in (metrics.weighted_f1, metrics.macro_f1, metrics.mean_per_class_recall):
        expected = float(metric(np.repeat(true, times), np.repeat(predicted, times)))
        assert float(metric(true, predicted, times.astype(float))) == pytest.approx(expected)


def test_weights_of_many_resamples_give_one_value_each() -> None:
    rank = np.array([1, 2, 10])
    weight = np.array([[1.0, 1.0, 1.0], [3.0, 0.0, 0.0], [0.0, 1.0, 3.0]])
    assert metrics.recall_at_k(rank, 1, weight).tolist() == pytest.approx([1 / 3, 1.0, 0.0])
    assert metrics.median_rank(rank, weight).tolist() == [2.0, 1.0, 10.0]


def test_a_metric_over_nothing_is_our_mistake() -> None:
    with pytest.raises(AssertionError, match="no queries"):
        metrics.mean_reciprocal_rank(np.array([], np.int64))
