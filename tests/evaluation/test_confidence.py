"""Confidence metrics against scikit-learn, and what weights mean."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score, log_loss, precision_score, roc_auc_score, roc_curve

from gergo.evaluation import confidence
from gergo.evaluation.attribute_thresholds import counts, micro_f1

seeds = st.integers(0, 2**32 - 1)


def draw(seed: int, n: int = 40) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores with ties, of both kinds, and weights."""
    rng = np.random.default_rng(seed)
    known = rng.random(n) < 0.5
    known[:2] = True, False
    return rng.integers(0, 12, n) / 10 + known * rng.integers(0, 3) / 10, known, rng.integers(1, 4, n).astype(float)


@settings(deadline=None, max_examples=30)
@given(seeds)
def test_auroc_equals_scikit_learn(seed: int) -> None:
    score, known, weight = draw(seed)
    assert float(confidence.auroc(score, known)) == pytest.approx(roc_auc_score(known, score), abs=1e-6)
    weighted = roc_auc_score(known, score, sample_weight=weight)
    assert float(confidence.auroc(score, known, weight)) == pytest.approx(weighted, abs=1e-6)


@settings(deadline=None, max_examples=30)
@given(seeds)
def test_fpr_at_95_equals_scikit_learn(seed: int) -> None:
    score, known, weight = draw(seed)
    for weights in (None, weight):
        fpr, tpr, _ = roc_curve(known, score, sample_weight=weights, drop_intermediate=False)
        expected = fpr[np.argmax(tpr >= 0.95 - 1e-9)]
        assert float(confidence.fpr_at_tpr(score, known, weights)) == pytest.approx(expected, abs=1e-6)


@settings(deadline=None, max_examples=30)
@given(seeds)
def test_many_weights_at_once_are_each_by_itself(seed: int) -> None:
    score, known, weight = draw(seed)
    rows = np.stack([weight, np.ones_like(weight), weight**2])
    for metric in (confidence.auroc, confidence.fpr_at_tpr):
        assert metric(score, known, rows) == pytest.approx([float(metric(score, known, row)) for row in rows])
    probability = np.clip(score, 0, 1)
    assert confidence.ece(probability, known, rows) == pytest.approx(
        [float(confidence.ece(probability, known, row)) for row in rows]
    )


@settings(deadline=None, max_examples=30)
@given(seeds)
def test_nll_equals_log_loss_and_no_temperature_beats_the_fitted_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    logit, true = rng.normal(0, 4, (50, 4)), rng.integers(0, 4, 50)
    logit[np.arange(50), true] += 2
    loss = float(confidence.nll(logit, true).mean())
    assert loss == pytest.approx(log_loss(true, confidence.softmax(logit), labels=range(4)), abs=1e-6)
    fitted = confidence.fit_temperature(logit, true)
    best = float(confidence.nll(logit / fitted, true).mean())
    assert all(best <= float(confidence.nll(logit / (fitted * f), true).mean()) + 1e-9 for f in (0.5, 0.97, 1.03, 2))


@settings(deadline=None, max_examples=30)
@given(seeds)
def test_thresholds_do_what_they_are_chosen_for(seed: int) -> None:
    score, hit, _ = draw(seed)
    threshold = confidence.best_f1_threshold(score, hit)
    candidates = [f1_score(hit, score >= t) for t in np.unique(score)]
    assert f1_score(hit, score >= threshold) == pytest.approx(max(candidates), abs=1e-6)
    chosen = confidence.threshold_for(score, hit, 0.7, least=3, z=0)
    good = [t for t in np.unique(score) if (score >= t).sum() >= 3 and precision_score(hit, score >= t) >= 0.7]
    assert chosen == (min(good) if good else None)
    if chosen is not None:
        expected = precision_score(hit, score >= chosen)
        assert float(confidence.precision_at(score, hit, chosen)) == pytest.approx(expected, abs=1e-6)


@settings(deadline=None, max_examples=30)
@given(seeds)
def test_micro_f1_equals_scikit_learn(seed: int) -> None:
    rng = np.random.default_rng(seed)
    score, value = rng.random((30, 4)).astype(np.float32), rng.integers(0, 4, 30)
    threshold = rng.random(4)
    expected = f1_score(np.eye(4)[value], score >= threshold, average="micro", zero_division=0.0)
    assert float(micro_f1(counts(score, value, threshold))) == pytest.approx(expected, abs=1e-6)


def test_a_constant_score_tells_nothing() -> None:
    known = np.array([True, False, True, False])
    assert float(confidence.auroc(np.ones(4), known)) == 0.5
    assert float(confidence.fpr_at_tpr(np.ones(4), known)) == 1.0


def test_a_perfectly_calibrated_answer_has_no_error() -> None:
    assert float(confidence.ece(np.full(4, 0.75), np.array([1, 1, 1, 0]))) == pytest.approx(0.0)
    assert float(confidence.ece(np.array([1.0, 0.0]), np.array([1, 0]))) == 0.0


def test_variants_of_a_product_promise_no_more_than_the_product() -> None:
    """Groups of 6 that stand or fall together, as `threshold_for` sees them and as if all were independent."""
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(100), 6)
    broken = {"groups": 0, "alone": 0}
    for _ in range(300):
        of_group = rng.random(100)
        score = np.repeat(of_group, 6) + rng.random(600) * 1e-9
        hit = np.repeat(rng.random(100) < 0.8 + 0.2 * of_group, 6)
        for name, group_Q in (("groups", groups), ("alone", None)):
            threshold = confidence.threshold_for(score, hit, 0.95, group_Q=group_Q)
            # at or above t, 0.8 + 0.2 (1 + t) / 2 are right
            broken[name] += threshold is not None and 0.8 + 0.1 * (1 + threshold) < 0.95
    assert broken["groups"] / 300 < 0.15
    assert broken["alone"] / 300 > 0.3


def test_a_promise_needs_thirty_groups() -> None:
    score, hit = np.linspace(1, 0.5, 80), np.ones(80)
    pairs_of = np.arange(80) // 2
    assert confidence.threshold_for(score[:58], hit[:58], 0.9, group_Q=pairs_of[:58]) is None
    assert confidence.threshold_for(score[:60], hit[:60], 0.9, group_Q=pairs_of[:60]) == score[59]


def test_a_promise_needs_numbers() -> None:
    """All of 30 right promise 0.948, all of 32 promise 0.951."""
    score, hit = np.linspace(1, 0.5, 40), np.ones(40)
    assert confidence.threshold_for(score[:31], hit[:31], 0.95) is None
    assert confidence.threshold_for(score[:32], hit[:32], 0.95) == score[31]
