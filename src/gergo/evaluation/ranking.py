"""Where the right answers stand: exact cosine ranks of queries against a gallery, tile by tile.

Shapes: Q queries, G gallery entries, V vectors, D dimensions, P pairs, K first answers.

A query or a gallery entry may own several vectors (a product and its pictures); the score of a query and an entry
is the best over their vectors. Ties are pessimistic: an entry within `TIE` of a relevant one stands before it, and
of relevant ones that tie the less relevant does. The tolerance is there because equal vectors get scores that differ
in the last bits when a matrix product takes them in different tiles.

Memory is that of the queries, their first answers and one tile of scores: the gallery may be a `VectorFile`, which is
read once, in blocks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

TIE = 1e-6
TILE_VECTORS = 16_384  # of the gallery; 32 MB at 512 dimensions
TILE_SCORES = 16_000_000  # 64 MB of float32 at a time


class VectorFile:
    """Vectors in a `.npy` file, float32 [V, D], of which only the slice asked for is in memory."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.shape: tuple[int, ...] = np.load(self.path, mmap_mode="r").shape

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: slice) -> NDArray[np.float32]:
        # A new mapping each time: what an old one has read would stay in this process's memory.
        return np.array(np.load(self.path, mmap_mode="r")[rows], np.float32)


@dataclass(frozen=True)
class Vectors:
    """Unit vectors and whose they are: `owner_V` int64 [V] ascending from 0, every owner having at least one
    vector."""

    vector_VD: NDArray[np.float32] | VectorFile
    owner_V: NDArray[np.int64]

    def __post_init__(self) -> None:
        steps = np.diff(self.owner_V)
        assert len(self.vector_VD) == len(self.owner_V) > 0, "one owner a vector, and at least one vector"
        contiguous = self.owner_V[0] == 0 and bool(((steps == 0) | (steps == 1)).all())
        assert contiguous, "owners ascend from 0 without a gap"

    @classmethod
    def one_each(cls, vector_VD: NDArray[np.float32] | VectorFile) -> Vectors:
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


def rank(
    query: Vectors,
    gallery: Vectors,
    relevant_P2: NDArray[np.int64],
    *,
    first: int = 10,
    grade_P: NDArray[np.float64] | None = None,
    left_out_QG: NDArray[np.bool_] | None = None,
) -> Ranking:
    """Rank the gallery for every query; keeps the `first` answers (fewer where the gallery is smaller).

    grade_P: how relevant each pair is, above 0; by itself all are alike. It decides ties between relevant entries.
    left_out_QG: entries that are not in a query's gallery, neither right nor wrong; what is relevant is in it all the
    same. Where fewer than `first` entries are left to a query, its last answers are none: any number, and no hit.
    """
    relevant_P2, kept_P = np.unique(relevant_P2, axis=0, return_index=True)
    relevant_Q = np.bincount(relevant_P2[:, 0], minlength=query.owners)
    assert bool((relevant_Q > 0).all()), "every query has a relevant entry"
    behind_P = np.full(len(relevant_P2), TIE, np.float32)
    if grade_P is not None:
        behind_P *= 1 + (grade_P[kept_P] / grade_P.max()).astype(np.float32)
    search = _Search(query, relevant_P2, behind_P, min(first, gallery.owners), left_out_QG)
    for block in _blocks(gallery):
        search.score_relevant(block)
    for block in _blocks(gallery):
        search.look_through(block)
    hit_QK = _is_pair(search.top_QK, relevant_P2, gallery.owners) & (search.best_QK > -np.inf)
    return Ranking(1 + search.above_Q, search.top_QK, hit_QK, relevant_Q)


@dataclass(frozen=True)
class _Block:
    """Some consecutive entries of a gallery: the number of the first, their vectors, and where each one's begin."""

    first: int
    vector_VD: NDArray[np.float32]
    start: NDArray[np.int64]

    @property
    def end(self) -> int:
        return self.first + len(self.start) - 1


def _blocks(vectors: Vectors, size: int | None = None) -> Iterator[_Block]:
    start = vectors.start
    size = max(1, int((size or TILE_VECTORS) * vectors.owners / start[-1]))
    for owner in range(0, vectors.owners, size):
        of_block = start[owner : owner + size + 1]
        yield _Block(owner, vectors.vector_VD[int(of_block[0]) : int(of_block[-1])], of_block - of_block[0])


class _Search:
    """What is known of every query while the gallery passes by twice: first its relevant entries, then all."""

    def __init__(
        self,
        query: Vectors,
        pair_P2: NDArray[np.int64],
        behind_P: NDArray[np.float32],
        first: int,
        left_out_QG: NDArray[np.bool_] | None,
    ) -> None:
        assert isinstance(query.vector_VD, np.ndarray), "queries are held in memory"
        self._query, self._query_VD, self._start = query, query.vector_VD, query.start
        self._query_P, self._entry_P = pair_P2.T
        self._behind_P, self._left_out_QG = behind_P, left_out_QG
        self._score_P = np.empty(len(pair_P2), np.float32)
        self._pair_start = np.searchsorted(self._query_P, np.arange(query.owners))
        self.above_Q = np.zeros(query.owners, np.int64)
        self.best_QK = np.full((query.owners, first), -np.inf, np.float32)
        self.top_QK = np.zeros((query.owners, first), np.int64)

    def score_relevant(self, block: _Block) -> None:
        """The scores of the relevant entries of a block, behind whatever ties with them."""
        pair_P = self._pairs_in(block)
        for part_P in np.array_split(pair_P, 1 + len(pair_P) // TILE_VECTORS):
            if len(part_P):
                query, entry = self._query_P[part_P], self._entry_P[part_P] - block.first
                score = _best_products(self._query_VD, self._start, query, block.vector_VD, block.start, entry)
                self._score_P[part_P] = score - self._behind_P[part_P]

    def look_through(self, block: _Block) -> None:
        """Count what stands before each query's first relevant entry, and keep the best answers so far."""
        pair_P = self._pairs_in(block)
        threshold_Q = np.maximum.reduceat(self._score_P, self._pair_start)
        per_query = len(self._query_VD) / self._query.owners
        rows = max(1, int(TILE_SCORES / (len(block.vector_VD) * per_query)))
        for start in range(0, self._query.owners, rows):
            end = min(start + rows, self._query.owners)
            score_QG = self._tile(start, end, block)
            of_tile_P = pair_P[slice(*np.searchsorted(self._query_P[pair_P], [start, end]))]
            at = self._query_P[of_tile_P] - start, self._entry_P[of_tile_P] - block.first
            score_QG[at] = -np.inf
            if self._left_out_QG is not None:
                score_QG[self._left_out_QG[start:end, block.first : block.end]] = -np.inf
            self.above_Q[start:end] += np.count_nonzero(score_QG > threshold_Q[start:end, None], axis=1)
            score_QG[at] = self._score_P[of_tile_P]
            self._keep_best(start, score_QG, block.first)

    def _pairs_in(self, block: _Block) -> NDArray[np.int64]:
        return np.flatnonzero((self._entry_P >= block.first) & (self._entry_P < block.end))

    def _tile(self, start: int, end: int, block: _Block) -> NDArray[np.float32]:
        of_query = self._start[start : end + 1]
        score = self._query_VD[of_query[0] : of_query[-1]] @ block.vector_VD.T
        if len(block.vector_VD) > len(block.start) - 1:
            score = np.maximum.reduceat(score, block.start[:-1], axis=1)
        if len(score) > end - start:
            score = np.maximum.reduceat(score, of_query[:-1] - of_query[0], axis=0)
        return score

    def _keep_best(self, start: int, score_QG: NDArray[np.float32], first_entry: int) -> None:
        rows = self.best_QK[start : start + len(score_QG)]
        row_R = np.flatnonzero(score_QG.max(axis=1) > rows[:, -1])
        if not len(row_R):
            return
        k = min(rows.shape[1], score_QG.shape[1])
        found_RK = np.sort(np.argpartition(score_QG[row_R], -k, axis=1)[:, -k:], axis=1)
        score_RK = np.concatenate([rows[row_R], score_QG[row_R[:, None], found_RK]], axis=1)
        entry_RK = np.concatenate([self.top_QK[start + row_R], found_RK + first_entry], axis=1)
        order_RK = np.argsort(-score_RK, axis=1, kind="stable")[:, : rows.shape[1]]
        self.best_QK[start + row_R] = np.take_along_axis(score_RK, order_RK, 1)
        self.top_QK[start + row_R] = np.take_along_axis(entry_RK, order_RK, 1)


def _best_products(
    query_VD: NDArray[np.float32],
    query_start: NDArray[np.int64],
    query_P: NDArray[np.int64],
    entry_VD: NDArray[np.float32],
    entry_start: NDArray[np.int64],
    entry_P: NDArray[np.int64],
) -> NDArray[np.float32]:
    """The best product of each pair of owners over their vectors, [P]. C counts combinations of vectors."""
    entries_P = entry_start[entry_P + 1] - entry_start[entry_P]
    combinations_P = (query_start[query_P + 1] - query_start[query_P]) * entries_P
    begin_P = np.cumsum(combinations_P) - combinations_P
    pair_C = np.repeat(np.arange(len(query_P)), combinations_P)
    within_C = np.arange(len(pair_C)) - begin_P[pair_C]
    of_query_C = query_start[query_P][pair_C] + within_C // entries_P[pair_C]
    of_entry_C = entry_start[entry_P][pair_C] + within_C % entries_P[pair_C]
    return np.maximum.reduceat(np.einsum("cd,cd->c", query_VD[of_query_C], entry_VD[of_entry_C]), begin_P)


def _is_pair(entry_QK: NDArray[np.int64], pair_P2: NDArray[np.int64], entries: int) -> NDArray[np.bool_]:
    """Which of each query's entries are relevant to it."""
    query_Q1 = np.arange(len(entry_QK))[:, None]
    return np.isin(query_Q1 * entries + entry_QK, pair_P2[:, 0] * entries + pair_P2[:, 1])
