"""Items that show exactly the same pictures: sizes of one shirt, a row each, with one photograph for all.

No model can tell them apart by what they show, so whatever is right for one of them is right for all. The criterion is
the photograph, not the group: variants of one product that have pictures of their own are told apart.

Shapes: N items, V pictures, P pairs of a query and an item.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def looks(owner_V: NDArray[np.int64], hash_V: Sequence[str]) -> NDArray[np.int64]:
    """The number of each item's set of pictures, int64 [N]: equal for items that show the same ones, in any order.

    owner_V: the item each picture shows, ascending from 0 without a gap; hash_V: content hashes.

    >>> looks(np.array([0, 0, 1, 2, 2]), ["front", "back", "front", "back", "front"]).tolist()
    [0, 1, 0]
    """
    shown: list[set[str]] = [set() for _ in range(int(owner_V[-1]) + 1)]
    for owner, hash in zip(owner_V.tolist(), hash_V, strict=True):
        shown[owner].add(hash)
    number: dict[frozenset[str], int] = {}
    return np.array([number.setdefault(frozenset(hashes), len(number)) for hashes in shown], np.int64)


def sharing(look_N: NDArray[np.int64]) -> int:
    """How many items show what another one shows.

    >>> sharing(np.array([0, 1, 0, 2]))
    2
    """
    items_L = np.bincount(look_N)
    return int(items_L[items_L > 1].sum())


def with_same_pictures(pair_P2: NDArray[np.int64], look_N: NDArray[np.int64]) -> NDArray[np.int64]:
    """Pairs (query, item) and, for each, those with the items that show the same, int64 [P, 2], each once.

    Items 0 and 2 look alike, so query 0, whose answer is item 0, is answered by item 2 as well.

    >>> with_same_pictures(np.array([[0, 0], [1, 1]]), np.array([0, 1, 0])).tolist()
    [[0, 0], [0, 2], [1, 1]]
    """
    query_P, look_P = np.unique(np.stack([pair_P2[:, 0], look_N[pair_P2[:, 1]]], axis=1), axis=0).T
    place, item = equal_pairs(look_P, look_N).T
    return np.stack([query_P[place], item], axis=1)


def equal_pairs(class_Q: NDArray[np.int64], class_G: NDArray[np.int64]) -> NDArray[np.int64]:
    """Pairs (query, gallery entry) of one class, int64 [P, 2], ordered.

    >>> equal_pairs(np.array([7, 9]), np.array([9, 7, 9])).tolist()
    [[0, 1], [1, 0], [1, 2]]
    """
    order_G = np.argsort(class_G, kind="stable")
    start_Q, end_Q = (np.searchsorted(class_G[order_G], class_Q, side=side) for side in ("left", "right"))
    count_Q = end_Q - start_Q
    query_P = np.repeat(np.arange(len(class_Q)), count_Q)
    within_P = np.arange(len(query_P)) - np.repeat(np.cumsum(count_Q) - count_Q, count_Q)
    return np.stack([query_P, order_G[start_Q[query_P] + within_P]], axis=1)
