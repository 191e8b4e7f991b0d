"""Search over vectors, counted in items; and the exact one, that looks at every vector.

Shapes: R rows (one vector each: a picture, or the title of an item without pictures), D the latent space, K results.

A row-wise top k is not an item-wise top k: an item with eight pictures may fill it alone. When no item has more than
m rows, the k x m best rows hold at least k items, and each of those k items by its best row.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from itertools import pairwise
from typing import NamedTuple

import faiss
import numpy as np

TIE_DIGITS = 6  # scores are float32 sums; below this they differ by rounding only


class Hits(NamedTuple):
    """The best items, best first."""

    items_K: np.ndarray  # int64
    scores_K: np.ndarray  # float32, cosine similarity in [-1, 1]
    rows_K: np.ndarray  # int64, each item's best row


class VectorIndex(ABC):
    """Vectors by row, and the item that each row belongs to.

    Args:
        items_R: int64, the item of each row; negative where the row is gone.
    """

    def __init__(self, items_R: np.ndarray) -> None:
        self.items_R = items_R.astype(np.int64)
        self._order = np.argsort(self.items_R, kind="stable")
        self._sorted = self.items_R[self._order]
        counts = np.unique(self.items_R[self.items_R >= 0], return_counts=True)[1]
        self._rows_an_item = int(counts.max(initial=1))

    def __len__(self) -> int:
        return len(self.items_R)

    @abstractmethod
    def vectors(self, rows: np.ndarray) -> np.ndarray:
        """The vectors of some rows, float32 [n, D]."""

    @abstractmethod
    def top_rows(self, query_D: np.ndarray, k: int, allowed_R: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        """Scores and numbers of the `k` best rows, best first; fewer where no more are found."""

    def top_items(self, query_D: np.ndarray, k: int, *, among: np.ndarray | None = None) -> Hits:
        """The `k` items (fewer where there are fewer) nearest to a unit vector, each by its best row.

        Equal scores are ordered by item number. `among`: item numbers that alone may be found.

        >>> index = FlatIndex(np.eye(3, dtype=np.float32), np.array([7, 7, 8]))
        >>> index.top_items(np.array([0.6, 0.8, 0.0], np.float32), k=2).items_K.tolist()
        [7, 8]
        """
        allowed_R = None if among is None else np.isin(self.items_R, among)
        rows_allowed = len(self) if allowed_R is None else int(allowed_R.sum())
        rows_asked = min(rows_allowed, k * self._rows_an_item + 1)
        while True:
            scores, rows = self.top_rows(query_D, rows_asked, allowed_R)
            hits = _best_of_each_item(self.items_R[rows], scores, rows, k)
            cut_through_a_tie = len(scores) > 0 and scores[-1] >= hits.scores_K[-1]
            if rows_asked == rows_allowed or len(rows) < rows_asked or not cut_through_a_tie:
                return hits
            rows_asked = min(rows_allowed, 2 * rows_asked)

    def scores(self, query_D: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """What some rows score, float64: it does not depend on how many others are computed with it."""
        return (self.vectors(rows).astype(np.float64) @ query_D.astype(np.float64)).round(TIE_DIGITS)

    def rows_of(self, item: int) -> np.ndarray:
        """The rows of one item, int64; none where it has none."""
        return self._order[np.searchsorted(self._sorted, item) : np.searchsorted(self._sorted, item, side="right")]

    def first_rows(self, items_K: np.ndarray) -> np.ndarray:
        """The first row of each item, int64; every item has one."""
        return self._order[np.searchsorted(self._sorted, items_K)]

    def best_rows(self, query_D: np.ndarray, items_K: np.ndarray) -> Hits:
        """The given items (each has a row) in the order given, each by its row that is nearest to the query."""
        if not len(items_K):
            return Hits(np.empty(0, np.int64), np.empty(0, np.float32), np.empty(0, np.int64))
        rows = [self.rows_of(int(item)) for item in items_K]
        flat = np.concatenate(rows)
        scores = self.scores(query_D, flat)
        ends = np.cumsum([0, *map(len, rows)]).tolist()
        best = [start + int(np.argmax(scores[start:end])) for start, end in pairwise(ends)]
        return Hits(items_K.astype(np.int64), scores[best].astype(np.float32), flat[best])


class FlatIndex(VectorIndex):
    """Every vector is looked at for every query (faiss `IndexFlatIP`): exact, and fast enough below 100 k rows.

    Args:
        vectors_RD: float32, unit rows.
        items_R: int64, the item that each row belongs to.
    """

    def __init__(self, vectors_RD: np.ndarray, items_R: np.ndarray) -> None:
        assert len(vectors_RD) == len(items_R)
        super().__init__(items_R)
        self._faiss = faiss.IndexFlatIP(vectors_RD.shape[1])
        self._faiss.add(np.ascontiguousarray(vectors_RD, np.float32))

    def vectors(self, rows: np.ndarray) -> np.ndarray:
        shape = (self._faiss.ntotal, self._faiss.d)
        return faiss.rev_swig_ptr(self._faiss.get_xb(), shape[0] * shape[1]).reshape(shape)[rows]

    def top_rows(self, query_D: np.ndarray, k: int, allowed_R: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        if k == 0:
            return np.empty(0, np.float32), np.empty(0, np.int64)
        parameters = None
        if allowed_R is not None:
            _bits, selector = selecting(allowed_R)
            parameters = faiss.SearchParameters()
            parameters.sel = selector
        query_1D = np.ascontiguousarray(query_D[None], np.float32)
        scores_1K, rows_1K = self._faiss.search(query_1D, k, params=parameters)
        return scores_1K[0].round(TIE_DIGITS), rows_1K[0]


def selecting(allowed_R: np.ndarray) -> tuple[np.ndarray, faiss.IDSelector]:
    """A faiss selector of rows, and the bits it reads: faiss keeps no reference, whoever calls has to."""
    bits = np.packbits(allowed_R, bitorder="little")
    return bits, faiss.IDSelectorBitmap(len(bits), faiss.swig_ptr(bits))


def _best_of_each_item(items: np.ndarray, scores: np.ndarray, rows: np.ndarray, k: int) -> Hits:
    order = np.lexsort((rows, items, -scores))
    items, scores, rows = items[order], scores[order], rows[order]
    _, first = np.unique(items, return_index=True)
    best = np.sort(first)[:k]
    return Hits(items[best], scores[best], rows[best])
