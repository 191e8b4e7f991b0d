"""One result a group: of items that are variants of one product, or show one photograph, only the best is shown.

What search engines call field collapsing. A ranking is read on until it has as many groups as are wanted, so that a
product in forty sizes takes one place and not the whole page.

Shapes: N items of the catalogue, K items asked for or ranked.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa

from gergo.search.flat import Hits
from gergo.search.ranking import Ranked

READ_ON = 4  # times as many items are ranked where they fall into too few groups


class Groups:
    """Which items belong together.

    Args:
        numbers_N: of all items, int64, ascending.
        groups_N: the name of each one's group.
    """

    def __init__(self, numbers_N: np.ndarray, groups_N: pa.ChunkedArray) -> None:
        self._numbers_N = numbers_N
        self._group_N = groups_N.combine_chunks().dictionary_encode().indices.to_numpy().astype(np.int64)

    def of(self, items_K: np.ndarray) -> np.ndarray:
        """The group of each item, as a number from 0: int64 [K]."""
        return self._group_N[np.searchsorted(self._numbers_N, items_K)]

    def firsts(self, items_K: np.ndarray) -> np.ndarray:
        """Of items in an order, the first of each group: int64."""
        return items_K[self._places_of_firsts(items_K)]

    def sizes(self, items_K: np.ndarray, among: np.ndarray) -> np.ndarray:
        """How many of the items `among` are in the group of each item: int64 [K]."""
        return np.bincount(self.of(among), minlength=int(self._group_N.max()) + 1)[self.of(items_K)]

    def members(self, item: int) -> np.ndarray:
        """All items of an item's group, itself too, ascending: int64."""
        return self._numbers_N[self._group_N == self.of(np.array([item]))]

    def best(self, ranked_to: Callable[[int], Ranked], count: int) -> Ranked:
        """The best item of each of the first `count` groups (fewer where there are fewer), in the order of a ranking.

        Args:
            ranked_to: how many items -> the ranking's first ones; what stands where does not depend on how many.
        """
        depth = count
        while True:
            hits, scores_K, worded_K = ranked_to(depth)
            first = self._places_of_firsts(hits.items_K)[:count]
            if len(first) == count or len(hits.items_K) < depth:
                return Ranked(Hits(*(values[first] for values in hits)), scores_K[first], worded_K[first])
            depth *= READ_ON

    def _places_of_firsts(self, items_K: np.ndarray) -> np.ndarray:
        return np.sort(np.unique(self.of(items_K), return_index=True)[1])
