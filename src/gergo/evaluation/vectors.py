"""Vectors made of vectors."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def unit(vector_ND: NDArray[np.floating]) -> NDArray[np.float32]:
    """Every row divided by its norm; a row that is zero, as opposite vectors sum to, stays zero and is near nothing.

    >>> unit(np.array([[3.0, 4.0], [0.0, 0.0]])).astype(float).round(4).tolist()
    [[0.6, 0.8], [0.0, 0.0]]
    """
    norm_N1 = np.linalg.norm(vector_ND, axis=1, keepdims=True)
    return np.divide(vector_ND, norm_N1, out=np.zeros_like(vector_ND), where=norm_N1 > 1e-12).astype(np.float32)


def mean_direction(vector_KTD: NDArray[np.float32]) -> NDArray[np.float32]:
    """The mean of T unit vectors for each of K things, made a unit vector again: [K, D].

    >>> mean_direction(np.array([[[1.0, 0.0], [0.0, 1.0]]], np.float32)).astype(float).round(4).tolist()
    [[0.7071, 0.7071]]
    """
    return unit(vector_KTD.mean(axis=1))
