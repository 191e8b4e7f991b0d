"""Exact search over vectors, counted in items.

Shapes: R rows (one vector each: a picture, or the title of an item without pictures), D the latent space, K results.

A row-wise top k is not an item-wise top k: an item with eight pictures may fill it alone. When no item has more than
m rows, the k x m best rows hold at least k items, and each of those k items by its best row.
"""

from __future__ import annotations

from collections.abc import Callable
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


class FlatIndex:
    """Every vector is looked at for every query (faiss `IndexFlatIP`): exact, and fast enough below 100 k rows.

    Args:
        vectors_RD: float32, unit rows.
        items_R: int64, the item that each row belongs to.
    """

    def __init__(self, vectors_RD: np.ndarray, items_R: np.ndarray) -> None:
        assert len(vectors_RD) == len(items_R)
        self.items_R = items_R.astype(np.int64)
        self._faiss = faiss.IndexFlatIP(vectors_RD.shape[1])
        self._faiss.add(np.ascontiguousarray(vectors_RD, np.float32))
        self._rows_an_item = int(np.unique(items_R, return_counts=True)[1].max(initial=1))
        self._places = ItemRows(self.items_R)

    def __len__(self) -> int:
        return len(self.items_R)

    @property
    def vectors_RD(self) -> np.ndarray:
        """The vectors, float32; not a copy."""
        shape = (self._faiss.ntotal, self._faiss.d)
        return faiss.rev_swig_ptr(self._faiss.get_xb(), shape[0] * shape[1]).reshape(shape)

    def rows_of(self, item: int) -> np.ndarray:
        """The rows of one item, int64; none where it has none."""
        return self._places.of(np.array([item], np.int64))[0]

    def first_rows(self, items_K: np.ndarray) -> np.ndarray:
        """The first row of each item, int64; every item has one."""
        return self._places.first(items_K)

    def best_rows(self, query_D: np.ndarray, items_K: np.ndarray) -> Hits:
        """The given items in the order given, each by its best row."""
        return best_rows(query_D, items_K, self._places, lambda rows: self.vectors_RD[rows])

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
            scores, rows = self._top_rows(query_D, rows_asked, allowed_R)
            hits = _best_of_each_item(self.items_R[rows], scores, rows, k)
            cut_through_a_tie = len(scores) > 0 and scores[-1] >= hits.scores_K[-1]
            if rows_asked == rows_allowed or not cut_through_a_tie:
                return hits
            rows_asked = min(rows_allowed, 2 * rows_asked)

    def _top_rows(self, query_D: np.ndarray, k: int, allowed_R: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        if k == 0:
            return np.empty(0, np.float32), np.empty(0, np.int64)
        parameters = None
        if allowed_R is not None:
            bits = np.packbits(allowed_R, bitorder="little")
            selector = faiss.IDSelectorBitmap(len(bits), faiss.swig_ptr(bits))  # faiss keeps no reference: these do
            parameters = faiss.SearchParameters()
            parameters.sel = selector
        query_1D = np.ascontiguousarray(query_D[None], np.float32)
        scores_1K, rows_1K = self._faiss.search(query_1D, k, params=parameters)
        return scores_1K[0].round(TIE_DIGITS), rows_1K[0]


class ItemRows:
    """Where the rows of an item are."""

    def __init__(self, items_R: np.ndarray) -> None:
        self._order = np.argsort(items_R, kind="stable")
        self._sorted = items_R[self._order]

    def of(self, items_K: np.ndarray) -> list[np.ndarray]:
        """The rows of each item, int64."""
        starts = np.searchsorted(self._sorted, items_K, side="left")
        ends = np.searchsorted(self._sorted, items_K, side="right")
        return [self._order[start:end] for start, end in zip(starts, ends, strict=True)]

    def first(self, items_K: np.ndarray) -> np.ndarray:
        """The first row of each item, int64."""
        return self._order[np.searchsorted(self._sorted, items_K, side="left")]


def best_rows(
    query_D: np.ndarray, items_K: np.ndarray, places: ItemRows, vectors: Callable[[np.ndarray], np.ndarray]
) -> Hits:
    """The given items (each has a row) in the order given, each by the row that is nearest to the query."""
    if not len(items_K):
        return Hits(items_K.astype(np.int64), np.empty(0, np.float32), np.empty(0, np.int64))
    rows = places.of(items_K)
    flat = np.concatenate(rows)
    scores = (vectors(flat) @ query_D.astype(np.float32)).round(TIE_DIGITS)
    starts = np.cumsum([0, *(len(part) for part in rows)])
    best = [start + int(np.argmax(scores[start:end])) for start, end in pairwise(starts.tolist())]
    return Hits(items_K.astype(np.int64), scores[best], flat[best])


def _best_of_each_item(items: np.ndarray, scores: np.ndarray, rows: np.ndarray, k: int) -> Hits:
    order = np.lexsort((rows, items, -scores))
    items, scores, rows = items[order], scores[order], rows[order]
    _, first = np.unique(items, return_index=True)
    best = np.sort(first)[:k]
    return Hits(items[best], scores[best], rows[best])
