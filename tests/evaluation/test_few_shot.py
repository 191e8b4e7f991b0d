"""The ladder on clusters that examples find and words do not, and its parts against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from small_shops import HandMade, SmallShop, make_shop

from gergo.errors import NotEnoughData
from gergo.evaluation import linear_probe
from gergo.evaluation.exhibits import Curve, Table
from gergo.evaluation.few_shot import FewShot
from gergo.evaluation.shots import places
from gergo.evaluation.task import Outcome

KINDS = ["bolt", "nut", "rivet"]
CENTRE = {"bolt": (3, 0, 0, 1), "nut": (0, 3, 0, 1), "rivet": (0, 0, 3, 1)}
# The words of bolt and nut are exchanged: zero-shot gets only rivets right.
WORDS = {"a photo of bolt": (0, 1, 0, 0), "a photo of nut": (1, 0, 0, 0), "a photo of rivet": (0, 0, 1, 0)}


def shop_of(counts: dict[str, dict[str, int]]) -> tuple[SmallShop, HandMade]:
    rng = np.random.default_rng(5)
    kinds = {split: [kind for kind, n in of.items() for _ in range(n)] for split, of in counts.items()}
    centre = [(*CENTRE.get(kind, (1, 1, 1)), 0)[:4] for split in kinds.values() for kind in split]
    vectors = np.array(centre, float) + rng.normal(0, 0.15, (len(centre), 4))
    return make_shop({split: {"kind": each} for split, each in kinds.items()}), HandMade(vectors, WORDS)


def at(outcomes: list[Outcome], method: str, shots: int) -> Outcome:
    return next(o for o in outcomes if (o.settings["method"], o.settings["shots"]) == (method, shots))


def accuracy(outcome: Outcome) -> float:
    return float(outcome.metrics["acc1"](outcome.observed, None))


def test_examples_teach_what_the_words_have_wrong() -> None:
    shop, encode = shop_of(
        {
            "train": {"bolt": 6, "nut": 6, "rivet": 3},
            "validation": {"bolt": 5, "nut": 5, "rivet": 5},
            "test": {"bolt": 10, "nut": 10, "rivet": 10},
        }
    )
    outcomes = list(FewShot(draws=3).observe(encode, shop.splits["test"]))
    assert accuracy(at(outcomes, "zero_shot", 0)) == pytest.approx(1 / 3)
    assert accuracy(at(outcomes, "tip_adapter", 1)) == 1.0
    assert accuracy(at(outcomes, "linear_probe", 4)) == 1.0
    assert {o.settings["shots"] for o in outcomes} == {0, 1, 2, 4}, "no two classes have 8 examples"
    assert at(outcomes, "tip_adapter", 4).settings["short_classes"] == 1
    curve, rungs, short = outcomes[0].exhibits
    assert isinstance(curve, Curve)
    assert curve.chance == pytest.approx(1 / 3)
    assert isinstance(rungs, Table)
    assert [row[2] for row in rungs.rows if row[0] == "linear probe"] == [3, 6, 11]
    assert isinstance(short, Table)
    assert list(short.rows) == [["rivet", 3]]
    assert "Tip-Adapter with 1 example a class" in outcomes[0].remarks[0]
    assert "1 or fewer" in outcomes[0].remarks[1]


def test_a_class_without_examples_is_left_out_and_listed() -> None:
    shop, encode = shop_of(
        {
            "train": {"bolt": 2, "nut": 2},
            "validation": {"bolt": 2, "nut": 2, "rivet": 2},
            "test": {"bolt": 4, "nut": 4, "rivet": 4},
        }
    )
    outcomes = list(FewShot(draws=2).observe(encode, shop.splits["test"]))
    assert outcomes[0].settings["candidates"] == 2
    assert outcomes[0].settings["without_examples"] == 4
    assert len(outcomes[0].cluster_Q) == 8
    assert ["rivet", 0] in list(outcomes[0].exhibits[2].rows)  # pyright: ignore


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        ({"test": {"bolt": 3, "nut": 3}, "validation": {"bolt": 2, "nut": 2}}, "train has no item"),
        ({"test": {"bolt": 3, "nut": 3}, "train": {"bolt": 2, "nut": 2}}, "validation has no item"),
        ({"test": {"bolt": 3}, "train": {"bolt": 2}, "validation": {"bolt": 2}}, "one class"),
        ({"test": {"rivet": 3}, "train": {"bolt": 2, "nut": 2}, "validation": {"bolt": 2}}, "none of its classes"),
        ({"test": {"nut": 3}, "train": {"bolt": 2}, "validation": {"bolt": 2}}, "fewer than two classes"),
    ],
)
def test_what_a_ladder_cannot_stand_on_is_said(counts: dict[str, dict[str, int]], reason: str) -> None:
    shop, encode = shop_of(counts)
    with pytest.raises(NotEnoughData, match=reason):
        list(FewShot().observe(encode, shop.splits["test"]))


def test_splits_that_are_learned_from_are_not_measured() -> None:
    shop, encode = shop_of({"train": {"bolt": 2, "nut": 2}, "validation": {"bolt": 2, "nut": 2}})
    for split in ("train", "validation"):
        with pytest.raises(NotEnoughData, match="cannot be measured"):
            list(FewShot().observe(encode, shop.splits[split]))


def test_linear_probe_equals_scikit_learn() -> None:
    rng = np.random.default_rng(1)
    class_N = np.arange(45) % 3
    vector_ND = (rng.normal(size=(45, 6)) + np.eye(3, 6)[class_N]).astype(np.float32)
    for probe in linear_probe.fit(vector_ND, class_N, 3, strengths=(0.1, 1.0, 10.0), dtype=torch.float64):
        theirs = LogisticRegression(C=probe.c, max_iter=5000, tol=1e-10).fit(vector_ND.astype(float), class_N)
        assert probe.weight_KD == pytest.approx(theirs.coef_, abs=2e-4)
        ours = probe.bias_K - probe.bias_K.mean()  # scikit-learn's intercepts are known up to a constant
        assert ours == pytest.approx(theirs.intercept_ - theirs.intercept_.mean(), abs=2e-4)


@settings(deadline=None)
@given(st.lists(st.integers(0, 4), min_size=1, max_size=40), st.integers(0, 100))
def test_each_class_queues_from_zero_without_a_gap(classes: list[int], seed: int) -> None:
    class_N = np.array(classes)
    place_N = places(class_N, seed)
    for each in np.unique(class_N):
        assert sorted(place_N[class_N == each]) == list(range((class_N == each).sum()))
