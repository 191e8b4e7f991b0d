"""The vectors that an index is made of: one a picture, and one a title where an item has no picture.

Shapes: R rows, D the latent space.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gergo.catalogue.store import Catalogue
from gergo.search.gap import Gap, gap_between
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

    def gap(self) -> Gap | None:
        """The gap between pictures and titles, over items that have both, evenly drawn; None: no title needs it."""
        numbers, items = self._pictured
        with_both = np.flatnonzero([item in self._titles for item in items.tolist()])
        drawn = with_both[:: max(1, len(with_both) // GAP_SAMPLE)]
        if not len(drawn) or not self.rows.titles:
            return None
        titles_SD = self.cache.texts([self._titles[item] for item in items[drawn].tolist()])
        return gap_between(self.cache.views(numbers[drawn].tolist()), titles_SD)

    def all_vectors(self) -> np.ndarray:
        """The vectors of all rows, float32 [R, D], unit rows."""
        return self.cache.gather(self.rows.keys)
