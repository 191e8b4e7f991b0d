"""One result a group: of items that are variants of one product, or show one photograph, only the best is shown.

What search engines call field collapsing. A ranking is read on until it has as many groups as are wanted, so that a
product in forty sizes takes one place and not the whole page.

Shapes: K items ranked.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gergo.search.flat import Hits
from gergo.search.ranking import Ranked

READ_ON = 4  # times as many items are ranked where they fall into too few groups


def best_of_groups(
    ranked_to: Callable[[int], Ranked], groups_of: Callable[[np.ndarray], np.ndarray], count: int
) -> Ranked:
    """The best item of each of the first `count` groups (fewer where there are fewer), in the order of the ranking.

    Args:
        ranked_to: how many items -> the ranking's first ones; what stands where does not depend on how many.
        groups_of: item numbers, int64 [K] -> the group of each, int64 [K].
    """
    depth = count
    while True:
        hits, scores_K, worded_K = ranked_to(depth)
        first = np.sort(np.unique(groups_of(hits.items_K), return_index=True)[1])[:count]
        if len(first) == count or len(hits.items_K) < depth:
            return Ranked(Hits(*(values[first] for values in hits)), scores_K[first], worded_K[first])
        depth *= READ_ON
