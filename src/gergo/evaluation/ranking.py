"""Where the right answers stand: exact cosine ranks of queries against a gallery, in chunks.

Shapes: Q queries, G gallery entries, V vectors, D dimensions, P pairs, K first answers.

A query or a gallery entry may own several vectors (a product and its pictures); the score of a query and an entry
is the best over their vectors. Ties are pessimistic: an entry within `TIE` of a relevant one stands before it. The
tolerance is there because equal vectors get scores that differ in the last bits when a matrix product takes them in
different blocks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TIE = 1e-6
CHUNK_SCORES = 16_000_000  # 64 MB of float32 scores at a time


@dataclass(frozen=True)
class Vectors:
    """Unit vectors and whose they are: `owner_V` int64 [V] ascending from 0, every owner having at least one
    vector."""

    vector_VD: NDArray[np.float32]
    owner_V: NDArray[np.int64]

    def __post_init__(self) -> None:
        steps = np.diff(self.owner_V)
        assert len(self.vector_VD) == len(self.owner_V) > 0, "one owner a vector, and at least one vector"
        contiguous = self.owner_V[0] == 0 and bool(((steps == 0) | (steps == 1)).all())
        assert contiguous, "owners ascend from 0 without a gap"

    @classmethod
    def one_each(cls, vector_VD: NDArray[np.float32]) -> Vectors:
        """Vector i belongs to owner i."""
        return cls(vector_VD, np.arange(len(vector_VD)))

    @property
    def owners(self) -> int:
        return int(self.owner_V[-1]) + 1

    @property
    def start(self) -> NDArray[np.int64]:
        """Where each owner's vectors begin, int64 [owners + 1]."""
        return np.searchsorted(self.owner_V, np.arange(self.owners + 1))


@dataclass(frozen=True)
class Ranking:
    """For every query: the rank of its first relevant entry, the first K entries, and which of these are relevant.

    relevant_Q: how many entries of the whole gallery are.
    """

    rank_Q: NDArray[np.int64]
    top_QK: NDArray[np.int64]
    hit_QK: NDArray[np.bool_]
    relevant_Q: NDArray[np.int64]


def ranks(
    query_QD: NDArray[np.float32], gallery_GD: NDArray[np.float32], relevant_P2: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Rank (from 1) of the first relevant gallery entry of every query, int64 [Q]; one vector a query and an entry.

    relevant_P2: pairs (query, gallery entry); every query has at least one.

    Query 0 meets its entry first; query 1 scores entry 0 higher than its own entry 1.

    >>> query = np.array([[1.0, 0.0], [0.8, 0.6]], np.float32)
    >>> gallery = np.array([[1.0, 0.0], [0.0, 1.0]], np.float32)
    >>> ranks(query, gallery, np.array([[0, 0], [1, 1]])).tolist()
    [1, 2]
    """
    return rank(Vectors.one_each(query_QD), Vectors.one_each(gallery_GD), relevant_P2).rank_Q


def rank(query: Vectors, gallery: Vectors, relevant_P2: NDArray[np.int64], *, first: int = 10) -> Ranking:
    """Rank the gallery for every query; keeps the `first` answers (fewer where the gallery is smaller)."""
    relevant_P2 = np.unique(relevant_P2, axis=0)
    relevant_Q = np.bincount(relevant_P2[:, 0], minlength=query.owners)
    assert bool((relevant_Q > 0).all()), "every query has a relevant entry"
    pair_start = np.searchsorted(relevant_P2[:, 0], np.arange(query.owners + 1))
    parts = []
    for start, score_QG in _scores(query, gallery):
        end = start + len(score_QG)
        pairs_P2 = relevant_P2[pair_start[start] : pair_start[end]] - [start, 0]
        parts.append(_rank_chunk(score_QG, pairs_P2, min(first, gallery.owners)))
    rank_Q, top_QK, hit_QK = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Ranking(rank_Q, top_QK, hit_QK, relevant_Q)


def _rank_chunk(
    score_QG: NDArray[np.float32], pair_P2: NDArray[np.int64], first: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    query_P, entry_P = pair_P2.T
    score_QG[query_P, entry_P] -= TIE
    best_Q = np.maximum.reduceat(score_QG[query_P, entry_P], np.searchsorted(query_P, np.arange(len(score_QG))))
    rank_Q = 1 + (score_QG > best_Q[:, None]).sum(1)
    top_QK = np.argpartition(score_QG, -first, axis=1)[:, -first:]
    order_QK = np.argsort(-np.take_along_axis(score_QG, top_QK, 1), axis=1, kind="stable")
    top_QK = np.take_along_axis(top_QK, order_QK, 1)
    relevant_QG = np.zeros(score_QG.shape, bool)
    relevant_QG[query_P, entry_P] = True
    return rank_Q, top_QK, np.take_along_axis(relevant_QG, top_QK, 1)


def _scores(query: Vectors, gallery: Vectors) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Chunks of the score matrix: the number of the first query, and float32 [queries, G]."""
    query_start, gallery_start = query.start, gallery.start
    per_query = len(query.vector_VD) / query.owners
    rows = max(1, int(CHUNK_SCORES / (len(gallery.vector_VD) * per_query)))
    for start in range(0, query.owners, rows):
        starts = query_start[start : start + rows + 1]
        score = query.vector_VD[starts[0] : starts[-1]] @ gallery.vector_VD.T
        if len(gallery.vector_VD) > gallery.owners:
            score = np.maximum.reduceat(score, gallery_start[:-1], axis=1)
        if len(score) > len(starts) - 1:
            score = np.maximum.reduceat(score, starts[:-1] - starts[0], axis=0)
        yield start, score
