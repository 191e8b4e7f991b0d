"""A linear probe: multinomial logistic regression on frozen vectors, as Radford et al. 2021 probe CLIP.

It minimises what scikit-learn's `LogisticRegression` does,

    C * (sum over the examples of the cross-entropy) + |W|^2 / 2        (the intercepts are not held back)

by L-BFGS, from the strongest regularisation to the weakest, each starting where the last one ended.

Shapes: N examples, Q queries, K classes, D the latent space.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional as F

STRENGTHS = (1.0, 10.0, 100.0, 1000.0, 10000.0)
ITERATIONS = 200


@dataclass(frozen=True)
class LinearProbe:
    """weight_KD, bias_K: a vector's score for class k is its product with row k, plus the intercept. c: C above."""

    weight_KD: NDArray[np.float32]
    bias_K: NDArray[np.float32]
    c: float

    def scores(self, query_QD: NDArray[np.float32]) -> NDArray[np.float32]:
        """Logits [Q, K]."""
        return query_QD @ self.weight_KD.T + self.bias_K


def fit(
    vector_ND: NDArray[np.float32],
    class_N: NDArray[np.int64],
    classes: int,
    *,
    strengths: Sequence[float] = STRENGTHS,
    iterations: int = ITERATIONS,
    dtype: torch.dtype = torch.float32,
) -> Iterator[LinearProbe]:
    """A probe for each C of `strengths`, in that order: ascend, so that each is a good start for the next."""
    vector = torch.from_numpy(np.ascontiguousarray(vector_ND)).to(dtype)
    target = torch.from_numpy(class_N)
    weight = torch.zeros(classes, vector.shape[1], dtype=dtype, requires_grad=True)
    bias = torch.zeros(classes, dtype=dtype, requires_grad=True)
    for c in strengths:
        optimizer = torch.optim.LBFGS(
            [weight, bias],
            max_iter=iterations,
            tolerance_grad=1e-6,
            tolerance_change=1e-9,
            line_search_fn="strong_wolfe",
        )

        def loss(c: float = c, optimizer: torch.optim.LBFGS = optimizer) -> torch.Tensor:
            optimizer.zero_grad()
            # Divided by C and N: the same minimum, and gradients of one size whatever C is.
            value = F.cross_entropy(vector @ weight.T + bias, target) + weight.square().sum() / (2 * c * len(vector))
            value.backward()
            return value

        optimizer.step(loss)  # pyright: ignore[reportArgumentType]
        yield LinearProbe(
            weight.detach().numpy().astype(np.float32), bias.detach().numpy().astype(np.float32), float(c)
        )
