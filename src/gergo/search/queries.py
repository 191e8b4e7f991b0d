"""What is looked for, as one unit vector.

Shapes: D the latent space, N several vectors.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gergo.errors import UsageError

MINUS_WEIGHT = 0.5


def unit(vector_D: np.ndarray) -> np.ndarray:
    """The vector at length 1; one of length 0 stays."""
    return vector_D / max(float(np.linalg.norm(vector_D)), 1e-12)


def blend(words_D: np.ndarray | None, pictures: Sequence[np.ndarray], text_weight: float) -> np.ndarray:
    """The query's vector: words and the mean of the pictures, weighed where there are both.

    >>> blend(np.array([1.0, 0.0]), [np.array([0.0, 1.0])], 0.75).round(3).tolist()
    [0.949, 0.316]

    Raises:
        UsageError: a weight out of range, or nothing to look for.
    """
    if not 0 <= text_weight <= 1:
        raise UsageError(f"text_weight is {text_weight}", hint="it goes from 0 (picture) to 1 (words)")
    if words_D is None and not pictures:
        raise UsageError("there is nothing to look for", hint="give words, a picture, or both")
    if not pictures:
        assert words_D is not None
        return unit(words_D)
    pictures_D = unit(np.mean(np.stack(list(pictures)), axis=0))
    if words_D is None:
        return pictures_D
    return unit(text_weight * words_D + (1 - text_weight) * pictures_D)


def steer_away(query_D: np.ndarray, minus_D: np.ndarray, weight: float = MINUS_WEIGHT) -> np.ndarray:
    """The query's vector, turned away from what is not wanted.

    All texts share a direction, and so do query and `minus`; only what `minus` has beyond the query is taken off, else
    "shirt" without "stripes" would move away from everything that is sold.

    >>> steer_away(np.array([1.0, 0.0]), np.array([0.6, 0.8])).round(3).tolist()
    [0.894, -0.447]
    """
    beyond_D = minus_D - float(minus_D @ query_D) * query_D
    return unit(query_D - weight * unit(beyond_D))
