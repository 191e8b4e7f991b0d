"""Losses against values worked out by hand, against the plain loss of CLIP, and against numerical gradients."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from gergo.contrastive.losses import MAX_LOG_SCALE, Relation, clamp_scale_, info_nce, relate


def unit(rows: int, dim: int, seed: int, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    return F.normalize(torch.randn(rows, dim, generator=torch.Generator().manual_seed(seed), dtype=dtype), dim=1)


def alone(count: int) -> Relation:
    """Everybody is the one positive of himself, nobody is ignored."""
    return Relation(torch.eye(count, dtype=torch.bool), torch.zeros(count, count, dtype=torch.bool))


def clip_loss(a_BD: torch.Tensor, b_BD: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
    """The pseudocode of Radford et al. (2021), figure 3."""
    logits = scale * a_BD @ b_BD.T
    labels = torch.arange(len(logits))
    return (F.cross_entropy(logits, labels) + F.cross_entropy(logits.T, labels)) / 2


def test_worked_example_with_two_positives_and_a_mask() -> None:
    """Cosines chosen so that the softmax can be read off: logits ln 1, ln 2, ln 3 at scale 1.

    Row 0 has logits [ln 3, ln 1, ln 2] and two positives, columns 0 and 1, nothing ignored: softmax [3, 1, 2] / 6, loss
    (ln 2 + ln 6) / 2. Row 1 ignores column 2: logits [ln 1, ln 3], positive column 1: ln(4/3). Row 2 ignores column 1:
    logits [ln 1, ln 1], positive column 2: ln 2. Columns: the positives of column 1 are rows 0 and 1.
    """
    logits = torch.tensor([[3.0, 1.0, 2.0], [1.0, 3.0, 9.0], [1.0, 9.0, 1.0]]).log()
    positive = torch.tensor([[1, 1, 0], [0, 1, 0], [0, 0, 1]], dtype=torch.bool)
    ignored = torch.tensor([[0, 0, 0], [0, 0, 1], [0, 1, 0]], dtype=torch.bool)
    rows = [(math.log(2) + math.log(6)) / 2, math.log(4 / 3), math.log(2)]
    columns = [math.log(5 / 3), (math.log(4) + math.log(4 / 3)) / 2, math.log(3)]
    loss = info_nce(logits, torch.eye(3), torch.tensor(1.0), Relation(positive, ignored))
    assert loss.item() == pytest.approx((sum(rows) + sum(columns)) / 6, abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(count=st.integers(1, 12), scale=st.floats(1, 100), seed=st.integers(0, 1000))
def test_without_repeats_and_masks_it_is_the_loss_of_clip(count: int, scale: float, seed: int) -> None:
    a_BD, b_BD = unit(count, 8, seed), unit(count, 8, seed + 1)
    ids = torch.arange(count)
    relation = relate(ids, ids, ids[:, None], ids)
    ours = info_nce(a_BD, b_BD, torch.tensor(scale), relation)
    assert ours.item() == pytest.approx(clip_loss(a_BD, b_BD, torch.tensor(scale)).item(), abs=1e-6, rel=1e-6)


def test_gradients_agree_with_finite_differences() -> None:
    items, groups = torch.tensor([0, 1, 2, 3, 4]), torch.tensor([0, 0, 1, 2, 2])
    relation = relate(items, groups, torch.tensor([[5], [6], [5], [7], [7]]), torch.tensor([5, 6, 5, 7, 7]))
    assert relation.ignored_BB.any()
    assert (relation.positive_BB.sum(1) > 1).any()
    raw = [torch.randn(5, 4, dtype=torch.float64, requires_grad=True) for _ in range(2)]
    log_scale = torch.tensor(1.0, dtype=torch.float64, requires_grad=True)

    def loss(a: torch.Tensor, b: torch.Tensor, log_scale: torch.Tensor) -> torch.Tensor:
        return info_nce(F.normalize(a, dim=1), F.normalize(b, dim=1), log_scale.exp(), relation)

    assert torch.autograd.gradcheck(loss, (*raw, log_scale))


def test_an_ignored_pair_neither_pulls_nor_pushes() -> None:
    a_BD = unit(3, 4, 0).requires_grad_()
    b_BD = unit(3, 4, 1)
    relation = alone(3)
    relation.ignored_BB[0, 1] = relation.ignored_BB[1, 0] = True
    before = info_nce(a_BD, b_BD, torch.tensor(10.0), relation)
    moved = b_BD.clone()
    moved[1] = unit(1, 4, 9)[0]
    row_0 = torch.autograd.grad(before, a_BD)[0][0]
    row_0_moved = torch.autograd.grad(info_nce(a_BD, moved, torch.tensor(10.0), relation), a_BD)[0][0]
    torch.testing.assert_close(row_0, row_0_moved)


def test_the_loss_of_equal_texts_is_least_when_probability_is_shared() -> None:
    """Two items with one title: the target is half and half, so the least loss is ln 2, never 0."""
    same = torch.tensor([[1.0, 0.0], [1.0, 0.0]])
    relation = Relation(torch.ones(2, 2, dtype=torch.bool), torch.zeros(2, 2, dtype=torch.bool))
    assert info_nce(same, same, torch.tensor(50.0), relation).item() == pytest.approx(math.log(2))


def test_a_text_is_a_positive_of_every_item_that_bears_it_even_when_another_was_drawn() -> None:
    """Item 0 bears texts 7 and 8 and drew 8; item 1 drew 7: its text fits the picture of item 0."""
    relation = relate(torch.tensor([0, 1]), torch.tensor([0, 1]), torch.tensor([[7, 8], [7, -1]]), torch.tensor([8, 7]))
    assert relation.positive_BB.tolist() == [[True, True], [False, True]]


def test_padding_makes_no_positives() -> None:
    relation = relate(torch.arange(2), torch.arange(2), torch.tensor([[1, -1], [2, -1]]), torch.tensor([1, 2]))
    assert torch.equal(relation.positive_BB, torch.eye(2, dtype=torch.bool))


@pytest.mark.parametrize(("before", "after"), [(9.0, MAX_LOG_SCALE), (-1.0, 0.0), (2.0, 2.0)])
def test_the_logit_scale_stays_between_1_and_100(before: float, after: float) -> None:
    log_scale = torch.nn.Parameter(torch.tensor(before))
    clamp_scale_(log_scale)
    assert log_scale.item() == pytest.approx(after)


def test_a_text_that_both_items_bear_is_positive_whichever_side_it_was_drawn_for() -> None:
    """Items 0 and 1 share text 7; drawn for both rows, it is true of both columns, whose own texts are drawn there."""
    items_B, bears_BK = torch.tensor([0, 1]), torch.tensor([[7, 1], [7, 2]])
    shared_B, own_B = torch.tensor([7, 7]), torch.tensor([1, 2])
    assert relate(items_B, items_B, bears_BK, own_B).positive_BB.int().tolist() == [[1, 0], [0, 1]]
    assert relate(items_B, items_B, bears_BK, own_B, shared_B).positive_BB.all()
    other_side = relate(items_B, items_B, bears_BK, shared_B, own_B).positive_BB
    assert other_side.all(), "seen from the other side"
    assert relate(items_B, items_B + 5, bears_BK, own_B, own_B).positive_BB.int().tolist() == [[1, 0], [0, 1]]
