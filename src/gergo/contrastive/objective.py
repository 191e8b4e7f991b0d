"""What a batch is pulled towards: one of the losses with its settings, at one or several lengths of the vectors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gergo.contrastive.chunking import chunked
from gergo.contrastive.losses import Members, info_nce, relate, sigmoid_loss, sigmoid_rows, softmax_rows
from gergo.contrastive.settings import Settings
from gergo.towers.network import DualEncoder

ROWS = 1024


class Objective(nn.Module):
    """The loss of a batch of pairs; its one weight is the bias of the sigmoid loss, where the base has none.

    Softmax is blind to a bias, so a base that was trained by it has none: the first batch sets one, at which the
    probabilities of a row add up to its positives. It serves the training and is not a part of the model.
    """

    bias: Tensor

    def __init__(self, settings: Settings, *, rows: int = ROWS) -> None:
        super().__init__()
        self.settings, self.rows = settings, rows
        self.sigmoid = settings.loss == "sigmoid"
        if self.sigmoid:
            self.bias = nn.Parameter(torch.tensor(math.nan))
        else:
            self.register_buffer("bias", torch.tensor(0.0), persistent=False)

    def forward(
        self, a_BD: Tensor, b_BD: Tensor, scale: Tensor, members: Members, *, bias: Tensor | None = None
    ) -> Tensor:
        """A scalar; where there are several lengths, the mean over them. bias: the model's own, where it has one."""
        lengths = prefixes(self.settings.matryoshka, a_BD.shape[1])
        if bias is None or not self.sigmoid:
            bias = self.bias
        if bias.isnan():
            self._set_bias(a_BD, b_BD, scale, members)
        losses = [self._one(*shortened(a_BD, b_BD, length), scale, bias, members) for length in lengths]
        return torch.stack(losses).mean() if len(losses) > 1 else losses[0]

    def _one(self, a_BD: Tensor, b_BD: Tensor, scale: Tensor, bias: Tensor, members: Members) -> Tensor:
        options = {"smoothing": self.settings.label_smoothing, "hardness": self.settings.hardness}
        if len(a_BD) > self.rows:
            rows_loss = partial(sigmoid_rows if self.sigmoid else softmax_rows, **options)
            return chunked(rows_loss, a_BD, b_BD, scale, bias, members, both=not self.sigmoid, rows=self.rows)
        relation = relate(*members)
        if self.sigmoid:
            return sigmoid_loss(a_BD, b_BD, scale, bias, relation, **options)
        return info_nce(a_BD, b_BD, scale, relation, **options)

    @torch.no_grad()
    def _set_bias(self, a_BD: Tensor, b_BD: Tensor, scale: Tensor, members: Members) -> None:
        some = slice(0, self.rows)
        positive_RB, ignored_RB = relate(*members, rows=some)
        logits = (scale * (a_BD[some] @ b_BD.T))[~ignored_RB]
        self.bias.fill_(balanced_bias(logits, int(positive_RB.sum())))


def own_bias(network: DualEncoder) -> Tensor | None:
    """The bias that a network of the sigmoid loss has among its own weights, None for all others."""
    return dict(network.named_parameters(recurse=False)).get("logit_bias")


def prefixes(lengths: Sequence[int], dim: int) -> list[int]:
    """The lengths at which the loss is taken: those asked for that are shorter than the vector, and all of it
    (Kusupati et al., 2022, "Matryoshka representation learning").

    >>> prefixes((128, 64, 512), 256)
    [64, 128, 256]
    """
    return [*sorted({length for length in lengths if length < dim}), dim]


def shortened(a_BD: Tensor, b_BD: Tensor, length: int) -> tuple[Tensor, Tensor]:
    """The first numbers of each vector, as unit vectors."""
    if length == a_BD.shape[1]:
        return a_BD, b_BD
    return F.normalize(a_BD[:, :length], dim=1), F.normalize(b_BD[:, :length], dim=1)


def balanced_bias(logits: Tensor, positives: int) -> float:
    """The bias at which the sigmoids of all logits add up to `positives`, by halving.

    Two logits of 3 and one positive: each must be 1/2.

    >>> round(balanced_bias(torch.tensor([3.0, 3.0]), 1), 4)
    -3.0
    """
    low, high = -float(logits.max()) - 30.0, -float(logits.min()) + 30.0
    for _ in range(60):
        middle = (low + high) / 2
        above = float((logits + middle).sigmoid().sum()) > positives
        low, high = (low, middle) if above else (middle, high)
    return (low + high) / 2
