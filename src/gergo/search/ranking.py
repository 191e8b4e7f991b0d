"""Items ranked by words, or by words and vectors together.

Shapes: D the latent space, K items ranked, F items fused.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gergo.search.flat import Hits, VectorIndex
from gergo.search.fulltext import FullText
from gergo.search.fusion import fuse, in_tiers, shared_ranks

FUSED_DEPTH = 1000  # items that each ranking brings to a fusion
TEXT_WEIGHT = 2.0


class Ranked(NamedTuple):
    """Items in order, and what they are ordered by."""

    hits: Hits
    scores_K: np.ndarray


def by_text(words: str, vectors: VectorIndex, text: FullText, among: np.ndarray | None) -> Ranked:
    """All items that have a word of the query, by BM25, each with its first row."""
    found = text.search(words, among=among)
    return Ranked(Hits(found.items_K, found.scores_K, vectors.first_rows(found.items_K)), found.scores_K)


def fused(
    words: str, query_D: np.ndarray, vectors: VectorIndex, text: FullText, *, among: np.ndarray | None, count: int
) -> Ranked:
    """The first `count` items by both rankings; an item's place does not depend on how many are asked.

    The best of each ranking are fused, items that have the query's brands and codes before others; after them comes
    what is left of the vectors' ranking.
    """
    near = vectors.top_items(query_D, FUSED_DEPTH, among=among)
    found = text.search(words, among=among)
    said, scores = found.items_K[:FUSED_DEPTH], found.scores_K[:FUSED_DEPTH]
    items_F, worth_F = fuse(
        [
            (near.items_K, np.arange(1, len(near.items_K) + 1), 1.0),
            (said, shared_ranks(scores), TEXT_WEIGHT),
        ]
    )
    items_F, worth_F = in_tiers(items_F, worth_F, [text.holding(token) for token in text.exact_words(words)])
    if count > len(items_F):
        more = vectors.top_items(query_D, count, among=among)
        left = more.items_K[~np.isin(more.items_K, items_F)]
        items_F = np.concatenate([items_F, left])
        worth_F = np.concatenate([worth_F, np.zeros(len(left), np.float32)])
    return Ranked(vectors.best_rows(query_D, items_F[:count]), worth_F[:count])
