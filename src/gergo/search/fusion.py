"""Two rankings fused into one by their scores, each brought to one scale first.

A convex combination of min-max normalised scores (Bruch, Gai and Ingber, 2023, "An Analysis of Fusion Functions for
Hybrid Retrieval"). Why not reciprocal rank fusion: it looks at ranks alone, so an item that has
every word of the query is worth hardly more than the next one, which has a single common word.

Shapes: K items of a ranking, F of the fused one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def stretched(scores_K: np.ndarray, least: float) -> np.ndarray:
    """Scores on a scale from 0 for `least` to 1 for the greatest; all 1 where they are all `least`.

    >>> stretched(np.array([0.75, 0.5, 0.25]), 0.25).tolist(), stretched(np.array([3.0]), 3.0).tolist()
    ([1.0, 0.5, 0.0], [1.0])
    """
    width = float(scores_K.max(initial=least)) - least
    return (scores_K - least) / width if width > 0 else np.ones(len(scores_K))


def fuse(rankings: Sequence[tuple[np.ndarray, np.ndarray, float]]) -> tuple[np.ndarray, np.ndarray]:
    """One ranking of several (items_K, scores_K in [0, 1], share; shares sum to 1): items_F best first, their worth,
    1 for the best of all; an item that a ranking does not have is worth nothing there.

    Equal worth in the order of item numbers.

    >>> items, worth = fuse([(np.array([3, 5]), np.array([1.0, 0.5]), 0.5), (np.array([5]), np.array([1.0]), 0.5)])
    >>> items.tolist(), worth.tolist()
    ([5, 3], [0.75, 0.5])
    """
    items_F, place = np.unique(np.concatenate([items for items, _, _ in rankings]), return_inverse=True)
    worth = np.concatenate([share * scores for _, scores, share in rankings])
    worth_F = np.bincount(place, weights=worth, minlength=len(items_F))
    order = np.lexsort((items_F, -worth_F))
    return items_F[order], worth_F[order].astype(np.float32)


def in_tiers(items_F: np.ndarray, worth_F: np.ndarray, held: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Items that are in more of the sets `held` before others, each tier in the order it was; worth stays in [0, 1].
    A set that has none of the items makes no tier.

    >>> items, worth = in_tiers(np.array([4, 5, 6]), np.array([0.9, 0.5, 0.1]), [np.array([5, 6]), np.array([7])])
    >>> items.tolist(), [f"{value:.2f}" for value in worth]
    ([5, 6, 4], ['0.75', '0.55', '0.45'])
    """
    tiers = [inside for items in held if (inside := np.isin(items_F, items)).any()]
    tier_F = np.sum(tiers, axis=0, dtype=np.int64) if tiers else np.zeros(len(items_F), np.int64)
    order = np.argsort(-tier_F, kind="stable")
    return items_F[order], ((tier_F + worth_F) / (len(tiers) + 1))[order].astype(np.float32)
