"""Contrastive losses: pure functions of unit vectors and of who belongs to whom.

Shapes: B examples of a batch, R some of its rows, D the shared latent space, K contents that an item bears.

An example is a pair of views of one item, `a` and `b` (a picture and a title, or any two kinds). Row i of a
matrix is view `a` of example i, column j is view `b` of example j.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

MAX_LOG_SCALE = math.log(100.0)


class Relation(NamedTuple):
    """Who belongs to whom in a batch; the two never overlap, what is in neither is a negative.

    positive_BB: bool, `a` of row i and `b` of column j may be drawn together.
    ignored_BB: bool, the pair says nothing: it is left out of the loss.
    """

    positive_BB: Tensor
    ignored_BB: Tensor


ALL = slice(None)


class Members(NamedTuple):
    """Who the examples of a batch are: what `relate` takes."""

    items_B: Tensor
    groups_B: Tensor
    bears_BK: Tensor
    contents_B: Tensor
    own_contents_B: Tensor | None = None


def relate(
    items_B: Tensor,
    groups_B: Tensor,
    bears_BK: Tensor,
    contents_B: Tensor,
    own_contents_B: Tensor | None = None,
    rows: slice = ALL,
    columns: slice = ALL,
) -> Relation:
    """Positives and masks of a batch, or of some of its rows and columns.

    Positive: the same item, or a content that the row's item bears as well (another shirt with the same
    title). Ignored: another member of the same group: a red and a blue T-shirt are not the same thing, and
    not each other's best counter-example either.

    Args:
        items_B, groups_B: int64, the item and the group of each example.
        bears_BK: int64, ids of all contents that item i has of the kind that the columns are drawn from;
            padded with -1.
        contents_B: int64, the id of the content drawn for column j.
        own_contents_B: int64, that drawn for row i, where rows and columns are of one kind (two texts): then what the
            column's item bears of it is positive too.
        rows, columns: which part of the matrix.

    Three examples: items 0 and 1 share the title 7, items 1 and 2 share a group.

    >>> relation = relate(torch.tensor([0, 1, 2]), torch.tensor([0, 1, 1]),
    ...                   torch.tensor([[7], [7], [8]]), torch.tensor([7, 7, 8]))
    >>> relation.positive_BB.int().tolist()
    [[1, 1, 0], [1, 1, 0], [0, 0, 1]]
    >>> relation.ignored_BB.int().tolist()
    [[0, 0, 0], [0, 0, 1], [0, 1, 0]]
    """
    positive_BB = items_B[rows, None] == items_B[None, columns]
    for bears_B in bears_BK[rows].T:
        positive_BB |= bears_B[:, None] == contents_B[None, columns]
    if own_contents_B is not None:
        for bears_B in bears_BK[columns].T:
            positive_BB |= own_contents_B[rows, None] == bears_B[None, :]
    return Relation(positive_BB, (groups_B[rows, None] == groups_B[None, columns]) & ~positive_BB)


def info_nce(
    a_BD: Tensor, b_BD: Tensor, scale: Tensor, relation: Relation, *, smoothing: float = 0.0, hardness: float = 0.0
) -> Tensor:
    """Symmetric InfoNCE with several positives and with masks: a scalar, the mean of both directions.

    A row's loss is the cross-entropy between the softmax of its logits over what is not ignored, and the
    uniform distribution over its positives (van den Oord et al., 2018, "Representation learning with
    contrastive predictive coding"; Khosla et al., 2020, "Supervised contrastive learning", equation 2; Yang
    et al., 2022, "Unified contrastive learning in image-text-label space"). With one positive a row and
    nothing ignored it is the loss of CLIP.

    Args:
        a_BD, b_BD: unit vectors, float32 (a logit at scale 100 does not survive bf16).
        scale: what cosines are multiplied by, 1 to 100.
        smoothing, hardness: see `softmax_rows`.

    Two examples, both cosines of the first picture 1, the second's 0 and 1, scale ln 3: logits [[ln 3, ln 3],
    [0, ln 3]]. Rows: softmax [1/2, 1/2] and [1/4, 3/4]; columns: [3/4, 1/4] and [1/2, 1/2]. The loss is the
    mean of -ln(1/2), -ln(3/4), -ln(3/4), -ln(1/2).

    >>> a_BD, b_BD = torch.tensor([[1.0, 1.0], [0.0, 1.0]]), torch.eye(2)
    >>> plain = Relation(torch.eye(2, dtype=torch.bool), torch.zeros(2, 2, dtype=torch.bool))
    >>> round(info_nce(a_BD, b_BD, torch.tensor(math.log(3)), plain).item(), 4)
    0.4904
    >>> round((math.log(2) + math.log(4 / 3)) / 2, 4)
    0.4904
    """
    logits_BB = scale * (a_BD @ b_BD.T)
    forth_B = softmax_rows(logits_BB, relation, smoothing=smoothing, hardness=hardness)
    transposed = Relation(relation.positive_BB.T, relation.ignored_BB.T)
    back_B = softmax_rows(logits_BB.T, transposed, smoothing=smoothing, hardness=hardness)
    return (forth_B.mean() + back_B.mean()) / 2


def softmax_rows(logits_RB: Tensor, relation: Relation, *, smoothing: float = 0.0, hardness: float = 0.0) -> Tensor:
    """InfoNCE in one direction: the loss of each row, [R].

    Args:
        smoothing: the share of a row's target that is spread evenly over all that is not ignored (Szegedy et al.,
            2016).
        hardness: see `emphasis`; 0 takes all negatives alike.

    Logits ln 3 and 0, the first positive: softmax [3/4, 1/4]. Smoothed by 0.2 the target is [0.9, 0.1].

    >>> logits, one = torch.tensor([[math.log(3), 0.0]]), torch.tensor([[True, False]])
    >>> relation = Relation(one, torch.zeros_like(one))
    >>> round(softmax_rows(logits, relation, smoothing=0.2).item(), 4)
    0.3975
    >>> round(-0.9 * math.log(3 / 4) - 0.1 * math.log(1 / 4), 4)
    0.3975
    """
    if hardness:
        logits_RB = logits_RB + emphasis(logits_RB, relation, hardness).log()
    ignored_RB = relation.ignored_BB
    logs_RB = F.log_softmax(logits_RB.masked_fill(ignored_RB, -math.inf), dim=1)
    positive_logs_RB = logs_RB.masked_fill(~relation.positive_BB, 0.0)
    loss_R = -(positive_logs_RB.sum(dim=1) / relation.positive_BB.sum(dim=1))
    if smoothing:
        even_R = -(logs_RB.masked_fill(ignored_RB, 0.0).sum(dim=1) / (~ignored_RB).sum(dim=1))
        loss_R = (1 - smoothing) * loss_R + smoothing * even_R
    return loss_R


def sigmoid_loss(
    a_BD: Tensor,
    b_BD: Tensor,
    scale: Tensor,
    bias: Tensor,
    relation: Relation,
    *,
    smoothing: float = 0.0,
    hardness: float = 0.0,
) -> Tensor:
    """Every pair of a batch by itself, together or not: a scalar, the sum over a row's columns, meant over rows.

    Zhai et al., 2023, "Sigmoid loss for language image pre-training"; several positives a row, ignored pairs left out.

    Args:
        a_BD, b_BD: unit vectors, float32.
        scale, bias: a logit is scale x cosine + bias.
        smoothing, hardness: see `sigmoid_rows`.

    Logits ln 3 on the diagonal and -ln 3 off it: every pair is right with probability 3/4, two pairs a row.

    >>> plain = Relation(torch.eye(2, dtype=torch.bool), torch.zeros(2, 2, dtype=torch.bool))
    >>> scale, bias = torch.tensor(2 * math.log(3)), torch.tensor(-math.log(3))
    >>> round(sigmoid_loss(torch.eye(2), torch.eye(2), scale, bias, plain).item(), 4)
    0.5754
    >>> round(-2 * math.log(3 / 4), 4)
    0.5754
    """
    logits_BB = scale * (a_BD @ b_BD.T) + bias
    return sigmoid_rows(logits_BB, relation, smoothing=smoothing, hardness=hardness).mean()


def sigmoid_rows(logits_RB: Tensor, relation: Relation, *, smoothing: float = 0.0, hardness: float = 0.0) -> Tensor:
    """The sigmoid loss of each row, [R].

    Args:
        smoothing: the share of a row's positives that is spread evenly over all that is not ignored, so that the
            targets of a row keep their sum.
        hardness: see `emphasis`.
    """
    kept_RB = ~relation.ignored_BB
    target_RB = relation.positive_BB.to(logits_RB.dtype)
    if smoothing:
        even_R1 = target_RB.sum(dim=1, keepdim=True) / kept_RB.sum(dim=1, keepdim=True)
        target_RB = (1 - smoothing) * target_RB + smoothing * even_R1
    loss_RB = F.binary_cross_entropy_with_logits(logits_RB, target_RB, reduction="none")
    if hardness:
        loss_RB = loss_RB * emphasis(logits_RB, relation, hardness)
    return loss_RB.masked_fill(~kept_RB, 0.0).sum(dim=1)


@torch.no_grad()
def emphasis(logits_RB: Tensor, relation: Relation, hardness: float) -> Tensor:
    """How much each negative counts: exp(hardness x logit), scaled to a mean of 1 over a row's negatives; 1 for all
    others. A constant to the gradient (Robinson et al., 2021, "Contrastive learning with hard negative samples").

    Negatives with logits ln 3 and 0, at hardness 1: 3 and 1, whose mean is 2.

    >>> relation = Relation(torch.tensor([[True, False, False]]), torch.tensor([[False, False, False]]))
    >>> emphasis(torch.tensor([[5.0, math.log(3), 0.0]]), relation, 1.0).tolist()
    [[1.0, 1.5, 0.5]]
    """
    negative_RB = ~(relation.positive_BB | relation.ignored_BB)
    logs_RB = (hardness * logits_RB).masked_fill(~negative_RB, -math.inf)
    counts_R1 = negative_RB.sum(dim=1, keepdim=True)
    means_R1 = logs_RB.logsumexp(dim=1, keepdim=True) - counts_R1.log()
    # A weight of 0 would be a logit of minus infinity, whose gradient is no number.
    return (logs_RB - means_R1).exp().clamp(min=1e-30).where(negative_RB, torch.ones_like(logits_RB))


@torch.no_grad()
def clamp_scale_(log_scale: Tensor, ceiling: float = MAX_LOG_SCALE) -> None:
    """Hold the logarithm of the logit scale in [0, ln 100], in place, as CLIP does: beyond it training diverges.

    ceiling: ln 100, or more where the base came with more (SigLIP's is 117).
    """
    log_scale.clamp_(0.0, ceiling)
