"""Which kind of index a catalogue gets, by its size, and how well that finds what an exact search finds."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from gergo.catalogue.store import Catalogue
from gergo.errors import InputError
from gergo.search.cells import MEASURED_K, MEASURED_QUERIES, open_cells
from gergo.search.flat import FlatIndex, VectorIndex
from gergo.search.gap import AcrossGap
from gergo.search.inverted import exact_items, recall_of
from gergo.search.vectors import NO_VIEW, Embedded
from gergo.towers.cache import VectorCache
from gergo.towers.model import Model

FLAT_ROWS = 100_000  # from here on, cells

Kind = Literal["flat", "ivf-sq8"]


class Built(NamedTuple):
    """Vectors that can be searched. views_R: the view of each row; recall: of 10 against exact, None: not measured."""

    vectors: VectorIndex
    views_R: np.ndarray
    titles: int
    kind: Kind
    recall: float | None


def build(catalogue: Catalogue, model: Model, *, measured: bool) -> Built:
    """Embed what is new, and put all vectors into an index: Flat below 100 k rows, IVF-SQ8 above.

    Raises:
        InputError: the catalogue is empty.
    """
    embedded = Embedded(catalogue, VectorCache(catalogue, model))
    rows = embedded.rows
    if not len(rows):
        raise InputError(f"the catalogue {catalogue.path} holds no item", hint="gergo inspect shows why")
    if len(rows) > FLAT_ROWS:
        opened = open_cells(catalogue.path / f"index-{embedded.cache.name}", embedded)
        vectors = _bridged(opened.index, opened.views_R, embedded)
        return Built(vectors, opened.views_R, rows.titles, "ivf-sq8", opened.state.recall)
    vectors_RD = embedded.all_vectors()
    flat = FlatIndex(vectors_RD, rows.items_R)
    recall = _measured(flat, vectors_RD, rows.items_R) if measured else None
    return Built(_bridged(flat, rows.views_R, embedded), rows.views_R, rows.titles, "flat", recall)


def _bridged(index: VectorIndex, views_R: np.ndarray, embedded: Embedded) -> VectorIndex:
    gap = embedded.gap()
    return index if gap is None else AcrossGap(index, views_R == NO_VIEW, gap)


def _measured(index: VectorIndex, vectors_RD: np.ndarray, items_R: np.ndarray) -> float:
    drawn = np.random.default_rng(0).choice(len(items_R), min(MEASURED_QUERIES, len(items_R)), replace=False)
    k = min(MEASURED_K, len(np.unique(items_R)))
    return recall_of(index, vectors_RD[drawn], exact_items(vectors_RD, items_R, vectors_RD[drawn], k))
