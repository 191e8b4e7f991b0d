"""Intervals cover what they promise to, by simulation; pairing and clusters do what they are for."""

from __future__ import annotations

import numpy as np
import pytest

from gergo.evaluation import metrics
from gergo.evaluation.bootstrap import LEAST_CLUSTERS, Resamples, Statistic

SIMULATIONS = 300


def recall_at_1(rank_Q: np.ndarray) -> Statistic:
    return lambda weight: metrics.recall_at_k(rank_Q, 1, weight)


def ranks_of(hit_Q: np.ndarray) -> np.ndarray:
    return np.where(hit_Q, 1, 9)


@pytest.mark.parametrize("truth", [0.05, 0.3, 0.9])
def test_recall_at_1_is_covered_95_times_of_100(truth: float) -> None:
    rng = np.random.default_rng(11)
    covered = 0
    for seed in range(SIMULATIONS):
        rank_Q = ranks_of(rng.random(200) < truth)
        interval = Resamples(np.arange(200), seed=seed, n=400).paired(recall_at_1(rank_Q)).model
        covered += interval.low <= truth <= interval.high
    assert 0.92 <= covered / SIMULATIONS <= 0.98


def test_a_difference_is_covered_95_times_of_100() -> None:
    rng = np.random.default_rng(12)
    covered = 0
    for seed in range(SIMULATIONS):
        before_Q = rng.random(250) < 0.4
        after_Q = np.where(rng.random(250) < 0.7, before_Q, rng.random(250) < 0.6)  # 0.7 * 0.4 + 0.3 * 0.6 = 0.46
        paired = Resamples(np.arange(250), seed=seed, n=400).paired(
            recall_at_1(ranks_of(after_Q)), recall_at_1(ranks_of(before_Q))
        )
        assert paired.delta is not None
        covered += paired.delta.low <= 0.06 <= paired.delta.high
    assert 0.92 <= covered / SIMULATIONS <= 0.98


def test_clusters_are_drawn_whole() -> None:
    """Four queries a product that stand or fall together are worth one: drawn singly they would look twice as sure."""
    rng = np.random.default_rng(13)
    covered, covered_singly = 0, 0
    for seed in range(SIMULATIONS):
        rank_Q = np.repeat(ranks_of(rng.random(60) < 0.4), 4)
        together = Resamples(np.repeat(np.arange(60), 4), seed=seed, n=400).paired(recall_at_1(rank_Q)).model
        singly = Resamples(np.arange(240), seed=seed, n=400).paired(recall_at_1(rank_Q)).model
        covered += together.low <= 0.4 <= together.high
        covered_singly += singly.low <= 0.4 <= singly.high
    assert 0.92 <= covered / SIMULATIONS <= 0.98
    assert covered_singly / SIMULATIONS < 0.8


def test_pairing_narrows_the_difference() -> None:
    rng = np.random.default_rng(14)
    before_Q = rng.random(300) < 0.5
    after_Q = before_Q | (rng.random(300) < 0.1)
    draws = Resamples(np.arange(300), seed=0)
    paired = draws.paired(recall_at_1(ranks_of(after_Q)), recall_at_1(ranks_of(before_Q)))
    assert paired.baseline is not None
    assert paired.delta is not None
    width = paired.delta.high - paired.delta.low
    assert width < 0.6 * (paired.model.high - paired.model.low)
    assert paired.delta.low > 0
    assert paired.delta.value == pytest.approx(paired.model.value - paired.baseline.value)


def test_too_few_clusters_give_no_interval() -> None:
    hit_Q = ranks_of(np.random.default_rng(0).random(40) < 0.5)
    few, enough = (
        Resamples(np.arange(40) % clusters, seed=0, n=200).paired(recall_at_1(hit_Q), recall_at_1(hit_Q[::-1]))
        for clusters in (LEAST_CLUSTERS - 1, LEAST_CLUSTERS)
    )
    assert enough.delta is not None
    assert few.delta is not None
    assert few.baseline is not None
    assert [(each.low, each.high) for each in (few.model, few.baseline, few.delta)] == [(None, None)] * 3
    assert (few.model.value, few.delta.value) == (enough.model.value, enough.delta.value)
    assert enough.model.low is not None
    assert enough.model.low < enough.model.value


def test_the_same_seed_gives_the_same_interval() -> None:
    rank_Q = ranks_of(np.random.default_rng(0).random(100) < 0.3)
    one, two, other = (
        Resamples(np.arange(100), seed=seed).paired(lambda w: metrics.mean_reciprocal_rank(rank_Q, w)).model
        for seed in (5, 5, 6)
    )
    assert one == two
    assert one != other


def test_no_failure_in_n_is_not_certainty() -> None:
    """All 100 hit: the exact interval for an event never seen is [1 - .025 ** (1 / 100), 1]."""
    everything = ranks_of(np.ones(100, bool))
    paired = Resamples(np.arange(100), seed=0).paired(recall_at_1(everything), recall_at_1(everything))
    assert paired.model.high == 1.0
    assert paired.model.low == pytest.approx(1 - 0.0362, abs=1e-4)
    assert paired.delta is not None
    assert (paired.delta.low, paired.delta.high) == pytest.approx((-0.0362, 0.0362), abs=1e-4)


def test_a_rank_that_never_varies_has_no_interval_of_shares() -> None:
    rank_Q = np.full(50, 7)
    interval = Resamples(np.arange(50), seed=0).paired(
        lambda weight: metrics.median_rank(rank_Q, weight), is_share=False
    )
    assert (interval.model.low, interval.model.value, interval.model.high) == (7.0, 7.0, 7.0)
