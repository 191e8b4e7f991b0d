"""Rankings fused into one, by ranks alone: scores of BM25 and cosines have no common scale.

Reciprocal rank fusion (Cormack, Clarke and Büttcher, 2009): an item is worth the sum of weight / (60 + rank) over the
rankings that have it. Items that one ranking holds equal share a rank there, and the other ranking decides.

Shapes: K items of a ranking, F of the fused one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

CONSTANT = 60


def shared_ranks(scores_K: np.ndarray) -> np.ndarray:
    """Ranks from 1 of scores in descending order; equal scores share the better rank.

    >>> shared_ranks(np.array([9.0, 7.0, 7.0, 1.0])).tolist()
    [1, 2, 2, 4]
    """
    return np.searchsorted(-scores_K, -scores_K, side="left") + 1


def fuse(rankings: Sequence[tuple[np.ndarray, np.ndarray, float]]) -> tuple[np.ndarray, np.ndarray]:
    """One ranking of several (items_K, ranks_K, weight): items_F best first, and their worth, 1 for first in all.

    Equal worth in the order of item numbers.

    >>> items, worth = fuse([(np.array([3, 5]), np.array([1, 2]), 1.0), (np.array([5]), np.array([1]), 1.0)])
    >>> items.tolist(), [f"{value:.3f}" for value in worth]
    ([5, 3], ['0.992', '0.500'])
    """
    items_F, place = np.unique(np.concatenate([items for items, _, _ in rankings]), return_inverse=True)
    worth = np.concatenate([weight * (CONSTANT + 1) / (CONSTANT + ranks) for _, ranks, weight in rankings])
    total = sum(weight for _, _, weight in rankings)
    worth_F = np.bincount(place, weights=worth, minlength=len(items_F)) / total if len(items_F) else np.empty(0)
    order = np.lexsort((items_F, -worth_F))
    return items_F[order], worth_F[order].astype(np.float32)
