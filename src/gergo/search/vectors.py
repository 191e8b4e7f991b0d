"""The vectors that an index is made of: one a picture, and one a title where an item has no picture.

Shapes: R rows, D the latent space.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow

from gergo.catalogue.store import Catalogue
from gergo.towers.cache import VectorCache
from gergo.towers.model import Model

GAP_SAMPLE = 1000
NO_VIEW = -1


class Rows(NamedTuple):
    """Vectors and whose they are."""

    vectors_RD: np.ndarray  # float32, unit rows
    items_R: np.ndarray  # int64
    views_R: np.ndarray  # int64; NO_VIEW where the vector is a title's


def embed(catalogue: Catalogue, model: Model) -> Rows:
    """Vectors of all pictures of a catalogue, and of the titles of items without any; only new ones are computed.

    Texts and pictures lie in two cones of the space ("Mind the gap", Liang et al., 2022): left alone, a title would
    outrank every picture for a query in words, and none for a query by picture. Titles are therefore moved by the
    mean difference between pictures and titles of the items that have both.
    """
    cache = VectorCache(catalogue, model)
    views = catalogue.views()
    view_numbers, view_items = (views[name].to_numpy().astype(np.int64) for name in ("view", "item"))
    pictures_VD = cache.views(view_numbers.tolist())
    table = catalogue.items(columns=[])
    titles = {item: texts[0]["text"] for item, texts in _texts(table) if texts}
    pictured = set(view_items.tolist())
    bare = [item for item in titles if item not in pictured]
    titles_TD = cache.texts([titles[item] for item in bare])
    if bare and len(view_items):
        titles_TD = _unit(titles_TD + _gap_D(cache, pictures_VD, view_items, titles))
    return Rows(
        np.concatenate([pictures_VD, titles_TD.reshape(len(bare), -1)]) if bare else pictures_VD,
        np.concatenate([view_items, np.array(bare, np.int64)]),
        np.concatenate([view_numbers, np.full(len(bare), NO_VIEW, np.int64)]),
    )


def _texts(table: pyarrow.Table) -> list[tuple[int, list[dict[str, str]]]]:
    return list(zip(table["item"].to_pylist(), table["texts"].to_pylist(), strict=True))


def _gap_D(cache: VectorCache, pictures_VD: np.ndarray, view_items: np.ndarray, titles: dict[int, str]) -> np.ndarray:
    """Mean picture minus mean title, over items that have both, evenly drawn."""
    with_both = np.flatnonzero([item in titles for item in view_items])
    drawn = with_both[:: max(1, len(with_both) // GAP_SAMPLE)]
    if not len(drawn):
        return np.zeros(pictures_VD.shape[1], np.float32)
    titles_SD = cache.texts([titles[item] for item in view_items[drawn].tolist()])
    return pictures_VD[drawn].mean(axis=0) - titles_SD.mean(axis=0)


def _unit(vectors_RD: np.ndarray) -> np.ndarray:
    return vectors_RD / np.linalg.norm(vectors_RD, axis=1, keepdims=True)
