"""Tip-Adapter: labelled examples beside the words of the labels, with nothing trained (Zhang et al. 2022, "Tip-Adapter:
Training-free Adaption of CLIP for Few-shot Classification").

    score = cosine with the label's words + alpha * mean over the class's examples of exp(-beta * (1 - cosine))

The mean (the paper has a sum, over as many examples in every class) keeps a class that has fewer examples from being
put back for it. Cosines are not multiplied by the logit scale, so alpha is the paper's divided by it; alpha = 0 is
zero-shot.

Shapes: Q queries, E examples, K classes, D the latent space.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ALPHAS = (0.0, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
BETAS = (1.0, 3.0, 5.5, 10.0, 20.0, 40.0)
CHUNK_COSINES = 8_000_000


@dataclass(frozen=True)
class TipAdapter:
    """The examples by class (ascending; every class has one), and how much they count."""

    example_ED: NDArray[np.float32]
    class_E: NDArray[np.int64]
    alpha: float = 1.0
    beta: float = 5.5

    def scores(self, query_QD: NDArray[np.float32], cosine_QK: NDArray[np.float32]) -> NDArray[np.float32]:
        """cosine_QK: of each query with the words of each label."""
        if self.alpha == 0:
            return cosine_QK
        near_QK = affinity(query_QD, self.example_ED, self.class_E, self.beta)
        return (cosine_QK + self.alpha * near_QK).astype(np.float32)


def affinity(
    query_QD: NDArray[np.float32], example_ED: NDArray[np.float32], class_E: NDArray[np.int64], beta: float
) -> NDArray[np.float32]:
    """How near each query is to the examples of each class, [Q, K] in (0, 1]; class_E: ascending, none skipped.

    The query is the one example of class 0 and at right angles to the two of class 1: 1, and exp(-beta) = 0.1353.

    >>> examples = np.array([[1, 0], [0, 1], [0, 1]], np.float32)
    >>> near = affinity(np.array([[1, 0]], np.float32), examples, np.array([0, 1, 1]), beta=2.0)
    >>> [round(float(each), 4) for each in near[0]]
    [1.0, 0.1353]
    """
    start_K = np.flatnonzero(np.r_[True, np.diff(class_E) > 0])
    count_K = np.diff(np.r_[start_K, len(class_E)]).astype(np.float32)
    rows = max(1, CHUNK_COSINES // len(example_ED))
    parts = [
        np.add.reduceat(np.exp(-beta * (1 - query_QD[at : at + rows] @ example_ED.T)), start_K, axis=1) / count_K
        for at in range(0, len(query_QD), rows)
    ]
    return np.concatenate(parts)


def candidates(
    query_QD: NDArray[np.float32],
    cosine_QK: NDArray[np.float32],
    example_ED: NDArray[np.float32],
    class_E: NDArray[np.int64],
    *,
    alphas: Sequence[float] = ALPHAS,
    betas: Sequence[float] = BETAS,
) -> Iterator[tuple[TipAdapter, NDArray[np.float32]]]:
    """Every adapter of the grid and its scores of the queries: zero-shot first, then what leans least on examples."""
    near = {beta: affinity(query_QD, example_ED, class_E, beta) for beta in betas}
    for alpha in alphas:
        for beta in betas if alpha else betas[:1]:
            yield TipAdapter(example_ED, class_E, alpha, beta), (cosine_QK + alpha * near[beta]).astype(np.float32)
