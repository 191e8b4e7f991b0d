"""Contrastive losses: pure functions of unit vectors and of who belongs to whom.

Shapes: B examples of a batch, D the shared latent space, K contents that an item bears.

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
    ignored_BB: bool, the pair says nothing: it is left out of the softmax.
    """

    positive_BB: Tensor
    ignored_BB: Tensor


def relate(items_B: Tensor, groups_B: Tensor, bears_BK: Tensor, contents_B: Tensor) -> Relation:
    """Positives and masks of a batch.

    Positive: the same item, or a content that the row's item bears as well (another shirt with the same
    title). Ignored: another member of the same group: a red and a blue T-shirt are not the same thing, and
    not each other's best counter-example either.

    Args:
        items_B, groups_B: int64, the item and the group of each example.
        bears_BK: int64, ids of all contents that item i has of the kind that the columns are drawn from;
            padded with -1.
        contents_B: int64, the id of the content drawn for column j.

    Three examples: items 0 and 1 share the title 7, items 1 and 2 share a group.

    >>> relation = relate(torch.tensor([0, 1, 2]), torch.tensor([0, 1, 1]),
    ...                   torch.tensor([[7], [7], [8]]), torch.tensor([7, 7, 8]))
    >>> relation.positive_BB.int().tolist()
    [[1, 1, 0], [1, 1, 0], [0, 0, 1]]
    >>> relation.ignored_BB.int().tolist()
    [[0, 0, 0], [0, 0, 1], [0, 1, 0]]
    """
    same_item_BB = items_B[:, None] == items_B[None, :]
    shared_BB = (bears_BK[:, :, None] == contents_B[None, None, :]).any(dim=1)
    positive_BB = same_item_BB | shared_BB
    return Relation(positive_BB, (groups_B[:, None] == groups_B[None, :]) & ~positive_BB)


def info_nce(a_BD: Tensor, b_BD: Tensor, scale: Tensor, relation: Relation) -> Tensor:
    """Symmetric InfoNCE with several positives and with masks: a scalar, the mean of both directions.

    A row's loss is the cross-entropy between the softmax of its logits over what is not ignored, and the
    uniform distribution over its positives (van den Oord et al., 2018, "Representation learning with
    contrastive predictive coding"; Khosla et al., 2020, "Supervised contrastive learning", equation 2; Yang
    et al., 2022, "Unified contrastive learning in image-text-label space"). With one positive a row and
    nothing ignored it is the loss of CLIP.

    Args:
        a_BD, b_BD: unit vectors, float32 (a logit at scale 100 does not survive bf16).
        scale: what cosines are multiplied by, 1 to 100.

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
    forth = _multi_positive(logits_BB, *relation)
    back = _multi_positive(logits_BB.T, relation.positive_BB.T, relation.ignored_BB.T)
    return (forth + back) / 2


def _multi_positive(logits_BB: Tensor, positive_BB: Tensor, ignored_BB: Tensor) -> Tensor:
    logs_BB = F.log_softmax(logits_BB.masked_fill(ignored_BB, -math.inf), dim=1)
    positive_logs_BB = logs_BB.masked_fill(~positive_BB, 0.0)
    return -(positive_logs_BB.sum(dim=1) / positive_BB.sum(dim=1)).mean()


@torch.no_grad()
def clamp_scale_(log_scale: Tensor) -> None:
    """Hold the logarithm of the logit scale in [0, ln 100], in place, as CLIP does: beyond it training diverges."""
    log_scale.clamp_(0.0, MAX_LOG_SCALE)
