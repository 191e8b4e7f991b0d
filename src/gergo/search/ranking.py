"""Items ranked by words, or by words and vectors together.

Shapes: D the latent space, K items ranked, F items fused.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gergo.search.flat import Hits, VectorIndex
from gergo.search.fulltext import FullText
from gergo.search.fusion import fuse, in_tiers, stretched

FUSED_DEPTH = 1000  # items that each ranking brings to a fusion
TEXT_SHARE = 0.55  # of a fused score: what words alone find best comes before what vectors alone do


class Ranked(NamedTuple):
    """Items in order, what they are ordered by, and whether words of the query are part of that."""

    hits: Hits
    scores_K: np.ndarray
    worded_K: np.ndarray


def by_vectors(query_D: np.ndarray, vectors: VectorIndex, *, among: np.ndarray | None, count: int) -> Ranked:
    """The first `count` items by likeness alone."""
    hits = vectors.top_items(query_D, count, among=among)
    return Ranked(hits, hits.scores_K, np.zeros(len(hits.items_K), bool))


def by_text(words: str, vectors: VectorIndex, text: FullText, among: np.ndarray | None) -> Ranked:
    """All items that have a word of the query, by BM25, each with its first row."""
    found = text.search(words, among=among)
    hits = Hits(found.items_K, found.scores_K, vectors.first_rows(found.items_K))
    return Ranked(hits, found.scores_K, np.ones(len(found.items_K), bool))


def fused(
    words: str, query_D: np.ndarray, vectors: VectorIndex, text: FullText, *, among: np.ndarray | None, count: int
) -> Ranked:
    """The first `count` items by both rankings; an item's place does not depend on how many are asked.

    The best of each ranking are fused. First come items whose title is the query, then those that have all its words,
    or more of its brands and codes than others; last what is left of the vectors' ranking. Before all of them comes
    the item whose number is the query.
    """
    near = vectors.top_items(query_D, FUSED_DEPTH, among=among)
    found = text.search(words, among=among)
    titled = text.titled(words)
    numbered = text.numbered(words) if among is None else np.intersect1d(text.numbered(words), among)
    pool = np.concatenate([near.items_K, found.items_K[:FUSED_DEPTH], titled, numbered])
    said = np.isin(found.items_K, pool)
    items_F, worth_F = fuse(
        [
            (near.items_K, stretched(near.scores_K, float(near.scores_K.min(initial=1))), 1 - TEXT_SHARE),
            (found.items_K[said], found.trust * stretched(found.scores_K, 0)[said], TEXT_SHARE),
            (numbered, np.ones(len(numbered)), 0),
        ]
    )
    held = [*(text.holding(token) for token in text.exact_words(words)), text.having_all(words), titled]
    items_F, worth_F = in_tiers(*in_tiers(items_F, worth_F, held), [numbered])
    worded = np.concatenate([found.items_K, *held, numbered])
    if count > len(items_F):
        more = vectors.top_items(query_D, count, among=among)
        left = more.items_K[~np.isin(more.items_K, items_F)]
        items_F = np.concatenate([items_F, left])
        worth_F = np.concatenate([worth_F, np.zeros(len(left), np.float32)])
    items_F = items_F[:count]
    return Ranked(vectors.best_rows(query_D, items_F), worth_F[:count], np.isin(items_F, worded))
