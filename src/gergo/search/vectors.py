"""The vectors that an index is made of: one a picture, and one a title where an item has no picture.

Texts and pictures lie in two cones of the space ("Mind the gap", Liang et al., 2022): left alone, a title would outrank
every picture for a query in words, and none for a query by picture. Titles are therefore moved by the mean difference
between pictures and titles of the items that have both.

Shapes: R rows, D the latent space.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gergo.catalogue.store import Catalogue
from gergo.towers.cache import Key, VectorCache, text_key

GAP_SAMPLE = 1000
NO_VIEW = -1


@dataclass(frozen=True)
class Rows:
    """What is indexed of a catalogue: whose the rows are, and whose vectors.

    items_R: int64. views_R: int64, NO_VIEW where the vector is a title's. keys: modality and content hash.
    """

    items_R: np.ndarray
    views_R: np.ndarray
    keys: list[Key]

    def __len__(self) -> int:
        return len(self.items_R)

    @property
    def titles(self) -> int:
        """How many rows are titles."""
        return int((self.views_R == NO_VIEW).sum())


class Embedded:
    """A catalogue whose pictures and titles all have vectors; only new ones are computed, none is loaded."""

    def __init__(self, catalogue: Catalogue, cache: VectorCache) -> None:
        self.cache = cache
        views = catalogue.views()
        numbers, items = (views[name].to_numpy().astype(np.int64) for name in ("view", "item"))
        table = catalogue.items(columns=[])
        self._titles: dict[int, str] = {
            item: texts[0]["text"]
            for item, texts in zip(table["item"].to_pylist(), table["texts"].to_pylist(), strict=True)
            if texts
        }
        hashes = cache.embed_views(numbers.tolist())
        pictured = set(items.tolist())
        bare = [item for item in self._titles if item not in pictured]
        cache.embed_texts([self._titles[item] for item in bare])
        self._pictured = (numbers, items)
        self.rows = Rows(
            np.concatenate([items, np.array(bare, np.int64)]),
            np.concatenate([numbers, np.full(len(bare), NO_VIEW, np.int64)]),
            [("image", h) for h in hashes] + [text_key(self._titles[item]) for item in bare],
        )

    @cached_property
    def gap_D(self) -> np.ndarray:
        """Mean picture minus mean title, float32, over items that have both, evenly drawn; zeros where none has."""
        numbers, items = self._pictured
        with_both = np.flatnonzero([item in self._titles for item in items.tolist()])
        drawn = with_both[:: max(1, len(with_both) // GAP_SAMPLE)]
        if not len(drawn) or not self.rows.titles:
            return np.zeros(self.cache.model.dim, np.float32)
        titles_SD = self.cache.texts([self._titles[item] for item in items[drawn].tolist()])
        return self.cache.views(numbers[drawn].tolist()).mean(axis=0) - titles_SD.mean(axis=0)

    def all_vectors(self) -> np.ndarray:
        """The vectors of all rows, float32 [R, D], unit rows."""
        vectors_RD = self.cache.gather(self.rows.keys)
        bare = self.rows.views_R == NO_VIEW
        if bare.any():
            vectors_RD[bare] = moved(vectors_RD[bare], self.gap_D)
        return vectors_RD


def moved(titles_TD: np.ndarray, gap_D: np.ndarray) -> np.ndarray:
    """Titles among the pictures, of unit length again."""
    moved_TD = titles_TD + gap_D
    return moved_TD / np.linalg.norm(moved_TD, axis=1, keepdims=True)
