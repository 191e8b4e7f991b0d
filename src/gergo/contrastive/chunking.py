"""The losses without the B x B matrix: forward and backward, a few rows at a time.

Each chunk of rows is scored, its loss taken and its gradient found at once, in the forward pass; what is kept are the
gradients of the vectors, [B, D] each. So a batch of 32,768 needs rows x B numbers at a time instead of B x B, and
nothing is computed again in the backward pass. Equal to the plain losses up to rounding.

Shapes: B examples of a batch, R rows of a chunk, D the shared latent space.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from gergo.contrastive.losses import ALL, Members, Relation, relate

RowsLoss = Callable[[Tensor, Relation], Tensor]


def chunked(
    rows_loss: RowsLoss,
    a_BD: Tensor,
    b_BD: Tensor,
    scale: Tensor,
    bias: Tensor,
    members: Members,
    *,
    both: bool,
    rows: int,
) -> Tensor:
    """The mean of `rows_loss` over all rows, and over all columns as well where `both`, as a scalar.

    Args:
        rows_loss: logits [R, B] and their relation to the loss of each row [R], as `losses.softmax_rows`.
        rows: how many rows are held at a time.
    """
    return _Chunked.apply(a_BD, b_BD, scale, bias, rows_loss, members, both, rows)  # pyright: ignore[reportReturnType]


class _Chunked(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        a_BD: Tensor,
        b_BD: Tensor,
        scale: Tensor,
        bias: Tensor,
        rows_loss: RowsLoss,
        members: Members,
        both: bool,
        rows: int,
    ) -> Tensor:
        vectors = [value.detach().requires_grad_() for value in (a_BD, b_BD, scale, bias)]
        sums = [torch.zeros_like(value) for value in vectors]
        total = torch.zeros_like(scale)
        share = 1 / (len(a_BD) * (2 if both else 1))
        for start in range(0, len(a_BD), rows):
            some = slice(start, start + rows)
            for back in (False, True)[: 2 if both else 1]:
                with torch.enable_grad():
                    loss = share * rows_loss(*_scored(vectors, members, some, back=back)).sum()
                    gradients = torch.autograd.grad(loss, vectors, allow_unused=True)
                total += loss.detach()
                for summed, gradient in zip(sums, gradients, strict=True):
                    if gradient is not None:
                        summed += gradient
        ctx.save_for_backward(*sums)
        return total

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:  # pyright: ignore[reportIncompatibleMethodOverride]
        return (*(gradient * summed for summed in ctx.saved_tensors), None, None, None, None)


def _scored(vectors: list[Tensor], members: Members, some: slice, *, back: bool) -> tuple[Tensor, Relation]:
    """Logits and relation of some rows, or of some columns turned into rows."""
    a_BD, b_BD, scale, bias = vectors
    if not back:
        return scale * (a_BD[some] @ b_BD.T) + bias, relate(*members, rows=some)
    relation = relate(*members, rows=ALL, columns=some)
    return scale * (b_BD[some] @ a_BD.T) + bias, Relation(relation.positive_BB.T, relation.ignored_BB.T)
