"""A linear probe: is something in a vector at all, even where no text finds it.

Ridge regression onto one-hot classes; the penalty is the one with the smallest leave-one-out error on what is learnt
from (closed form, as in Rifkin and Lippert, 2007, "Notes on regularized least squares").

Shapes: N examples to learn from, M to be tested on, D dimensions, K classes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

PENALTIES = 10.0 ** np.arange(-4, 2.01, 0.5)

Floats = NDArray[np.float64]


def probe_scores(
    learn_ND: NDArray[np.floating], class_N: NDArray[np.int64], test_MD: NDArray[np.floating], classes: int
) -> Floats:
    """A score of every class for every test vector, [M, K]; the largest is what the probe says.

    Two classes left and right of 0; the test vector lies to the right.

    >>> probe_scores(np.array([[-1.0], [-1.2], [1.0], [1.2]]), np.array([0, 0, 1, 1]), np.array([[0.9]]), 2).argmax(1)
    array([1])
    """
    assert len(learn_ND) == len(class_N) > 1
    mean_D = learn_ND.mean(0, dtype=np.float64)
    target_NK = np.eye(classes)[class_N]
    base_K = target_NK.mean(0)
    weight_DK = _ridge(learn_ND - mean_D, target_NK - base_K)
    return (test_MD - mean_D) @ weight_DK + base_K


def _ridge(x_ND: Floats, y_NK: Floats) -> Floats:
    """Weights of centred x to centred y at the best of `PENALTIES`, [D, K]."""
    u_NR, s_R, v_RD = np.linalg.svd(x_ND, full_matrices=False)
    rotated_RK = u_NR.T @ y_NK
    best_error, best_R = np.inf, s_R
    for penalty in PENALTIES:
        shrunk_R = s_R**2 / (s_R**2 + penalty)
        leverage_N = (u_NR**2) @ shrunk_R + 1 / len(x_ND)  # the mean was taken off: it is a fitted parameter too
        left_over_NK = (y_NK - u_NR @ (shrunk_R[:, None] * rotated_RK)) / np.maximum(1 - leverage_N, 1e-9)[:, None]
        error = float((left_over_NK**2).sum())
        if error < best_error:
            best_error, best_R = error, s_R / (s_R**2 + penalty)
    return v_RD.T @ (best_R[:, None] * rotated_RK)
