"""Approximate search for large catalogues: faiss IVF-SQ8, in memory a byte a number, the vectors themselves on disk.

Vectors are sorted into cells around centroids (k-means), and a query looks into the nearest cells only (Jegou, Douze
and Schmid, 2011). How many is decided when the index is built, by the recall that is measured then. A filter that keeps
few rows is answered by an exact scan of those rows.

Shapes: R rows, D the latent space, Q queries, K results.
"""

from __future__ import annotations

import math
from typing import Any

import faiss
import numpy as np

from gergo.search.flat import TIE_DIGITS, VectorIndex, selecting

Cells = Any  # faiss.IndexIVFScalarQuantizer, which the library's types take for a bare Index

RECALL_WANTED = 0.98
BLOCK = 128  # rows that are compared by their own vectors at once
SCANNED_ROWS = 20_000  # as many rows as a filter keeps are compared one by one
_SAMPLE_A_CELL = 64  # vectors that k-means sees
_ADDED_AT_ONCE = 65_536
_FEWEST_PROBES = 8
_WORTHWHILE = 0.001  # recall that twice the work has to bring


class InvertedIndex(VectorIndex):
    """IVF-SQ8 over rows whose vectors lie in a mapped file.

    Args:
        vectors_RD: float32, unit rows; may be a memory map.
        items_R: int64, the item of each row; negative where the row is gone.
        cells: the trained faiss index; its ids are row numbers.
        probes: how many cells a query looks into.
    """

    def __init__(self, vectors_RD: np.ndarray, items_R: np.ndarray, cells: Cells, probes: int) -> None:
        super().__init__(items_R)
        self._vectors_RD, self.cells, self.probes = vectors_RD, cells, probes

    def vectors(self, rows: np.ndarray) -> np.ndarray:
        return np.asarray(self._vectors_RD[rows])

    def top_rows(self, query_D: np.ndarray, k: int, allowed_R: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        if k == 0:
            return np.empty(0, np.float32), np.empty(0, np.int64)
        kept = len(self) if allowed_R is None else int(allowed_R.sum())
        if allowed_R is not None and kept <= SCANNED_ROWS:
            return self._scan(query_D, k, np.flatnonzero(allowed_R))
        parameters = faiss.SearchParametersIVF()
        parameters.nprobe = min(self.probes_for(kept), self.cells.nlist)
        if allowed_R is not None:
            _bits, selector = selecting(allowed_R)
            parameters.sel = selector
        blocks = math.ceil(k / BLOCK)
        query_1D = np.ascontiguousarray(query_D[None], np.float32)
        rows = self.cells.search(query_1D, blocks * BLOCK, params=parameters)[1][0]
        rows = rows[rows >= 0]
        return self._compared(query_D, rows, k)

    def _compared(self, query_D: np.ndarray, rows: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        """Rows as the cells rank them, ordered anew within blocks by their own vectors: a byte a number tells
        neighbours apart badly. Blocks always begin at the same ranks, so what stands where does not depend on `k`."""
        scores = (self.vectors(rows) @ query_D.astype(np.float32)).round(TIE_DIGITS)
        order = np.lexsort((rows, -scores, np.arange(len(rows)) // BLOCK))
        return np.minimum.accumulate(scores[order])[:k], rows[order][:k]

    def probes_for(self, kept: int) -> int:
        """How many cells to look into where a filter keeps `kept` rows: what it keeps lies farther from the query."""
        return math.ceil(self.probes / math.sqrt(max(kept, 1) / max(len(self), 1)))

    def _scan(self, query_D: np.ndarray, k: int, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        scores = (self.vectors(rows) @ query_D.astype(np.float32)).round(TIE_DIGITS)
        best = np.lexsort((rows, -scores))[:k]
        return scores[best], rows[best]


def cells_for(rows: int) -> int:
    """The number of cells: about the square root of the rows, a power of two.

    >>> [cells_for(rows) for rows in (1_000, 100_000, 1_000_000)]
    [32, 256, 1024]
    """
    return 2 ** max(1, round(math.log2(math.sqrt(max(rows, 4)))))


def train(vectors_RD: np.ndarray, *, seed: int = 0) -> Cells:
    """Cells for these vectors, still empty."""
    dim, cells = vectors_RD.shape[1], cells_for(len(vectors_RD))
    index: Cells = faiss.index_factory(dim, f"IVF{cells},SQ8", faiss.METRIC_INNER_PRODUCT)
    index.cp.seed, index.cp.max_points_per_centroid = 1234 + seed, _SAMPLE_A_CELL
    drawn = np.random.default_rng(seed).permutation(len(vectors_RD))[: cells * _SAMPLE_A_CELL]
    index.train(np.ascontiguousarray(vectors_RD[np.sort(drawn)], np.float32))
    return index


def add(cells: Cells, vectors_RD: np.ndarray, rows: np.ndarray) -> None:
    """Put rows into their cells, a part at a time."""
    for start in range(0, len(rows), _ADDED_AT_ONCE):
        part = rows[start : start + _ADDED_AT_ONCE]
        cells.add_with_ids(np.ascontiguousarray(vectors_RD[part], np.float32), part.astype(np.int64))


def probes_needed(index: InvertedIndex, queries_QD: np.ndarray, exact_QK: np.ndarray) -> tuple[int, float]:
    """How many cells a query has to look into for the recall that is wanted, and the recall@K measured then.

    Where twice as many find nothing more, it is left at that.
    """
    best = (_FEWEST_PROBES, -1.0)
    probes = _FEWEST_PROBES
    while True:
        index.probes = probes = min(probes, index.cells.nlist)
        recall = recall_of(index, queries_QD, exact_QK)
        if recall <= best[1] + _WORTHWHILE:
            return best
        best = (probes, recall)
        if recall >= RECALL_WANTED or probes == index.cells.nlist:
            return best
        probes *= 2


def recall_of(index: VectorIndex, queries_QD: np.ndarray, exact_QK: np.ndarray) -> float:
    """The share of the exact K best items that an index finds among its K best, over all queries."""
    k = exact_QK.shape[1]
    found = [index.top_items(query_D, k).items_K for query_D in queries_QD]
    return float(np.mean([np.isin(exact_K, items_K).mean() for exact_K, items_K in zip(exact_QK, found, strict=True)]))


def exact_items(vectors_RD: np.ndarray, items_R: np.ndarray, queries_QD: np.ndarray, k: int) -> np.ndarray:
    """The K best items of each query by comparing every row, part by part: int64 [Q, K]."""
    rows = np.flatnonzero(items_R >= 0)
    most = int(np.unique(items_R[rows], return_counts=True)[1].max(initial=1))
    best = [np.empty((0, 2)) for _ in queries_QD]
    for start in range(0, len(rows), _ADDED_AT_ONCE):
        part = rows[start : start + _ADDED_AT_ONCE]
        scores_QP = queries_QD @ np.asarray(vectors_RD[part], np.float32).T
        kept = min(k * most, len(part))
        top_QP = np.argpartition(-scores_QP, kept - 1, axis=1)[:, :kept]
        for q, top_P in enumerate(top_QP):
            found = np.column_stack([scores_QP[q, top_P], items_R[part[top_P]]])
            best[q] = _items_by_score(np.concatenate([best[q], found]))[:k]
    return np.array([found[:, 1] for found in best], np.int64)


def _items_by_score(found: np.ndarray) -> np.ndarray:
    ordered = found[np.lexsort((found[:, 1], -found[:, 0]))]
    _, first = np.unique(ordered[:, 1], return_index=True)
    return ordered[np.sort(first)]
