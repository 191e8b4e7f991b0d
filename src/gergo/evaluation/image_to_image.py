"""Image->image retrieval: another picture of the same product, among the pictures of all the others.

One query a group: its first picture. The gallery is every other picture of the split (the pictures of groups that
have only one, too, so that there is something to be mistaken for), and it counts items: an item is the best of its
pictures that are in it. A copy of the query's own picture is not in the gallery, since finding it would prove
nothing: the same pixels, or the same photograph in another size or quality.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from gergo.errors import NotEnoughData
from gergo.evaluation.ranking import Vectors, rank
from gergo.evaluation.retrieval import UNBOUNDED, observed, retrieval_metrics
from gergo.evaluation.same_pictures import equal_pairs
from gergo.evaluation.task import Encoder, Outcome, Rows


class ImageToImage:
    """Find the other pictures of a product by one of them."""

    name = "image_to_image"

    def observe(self, encode: Encoder, rows: Rows) -> Iterator[Outcome]:
        query_V, gallery_V = query_and_gallery(rows)
        if not query_V.any():
            raise NotEnoughData("no product has two different pictures")
        vector_VD = encode.views(rows.view_V)
        item_G, owner_V = np.unique(rows.owner_V[gallery_V], return_inverse=True)
        group_Q = rows.group_N[rows.owner_V[query_V]]
        ranking = rank(
            Vectors.one_each(vector_VD[query_V]),
            Vectors(vector_VD[gallery_V], owner_V),
            equal_pairs(group_Q, rows.group_N[item_G]),
        )
        yield Outcome(
            "retrieval_image_to_image",
            rows.split,
            {
                "queries": "one picture a group",
                "gallery": len(item_G),
                "gallery_unit": "items",
                "copies_left_out": copies_left_out(query_V, gallery_V),
            },
            group_Q,
            observed(ranking),
            retrieval_metrics("image_retrieval_recall"),
            UNBOUNDED,
        )


def query_and_gallery(rows: Rows) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which pictures are queries, and which are in the gallery: bool [V] each."""
    _, first_G, group_V = np.unique(rows.group_N[rows.owner_V], return_index=True, return_inverse=True)
    copy_V = _copies(rows, first_G[group_V])
    others_G = np.bincount(group_V, weights=~copy_V) > 0
    query_V = np.zeros(len(group_V), bool)
    query_V[first_G[others_G]] = True
    return query_V, ~(copy_V & others_G[group_V])


def copies_left_out(query_V: NDArray[np.bool_], gallery_V: NDArray[np.bool_]) -> int:
    """How many pictures are not in the gallery since they are copies of a query."""
    return int((~query_V & ~gallery_V).sum())


def _copies(rows: Rows, first_V: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether each picture is the one that stands first in its group, or a copy of it. first_V: its place."""
    hash_V = np.unique(np.array(rows.hash_V), return_inverse=True)[1]
    copy_V = hash_V == hash_V[first_V]
    if rows.shop is not None:
        others = np.flatnonzero(~copy_V)
        view_V = np.array(rows.view_V, np.int64)
        copy_V[others] = rows.shop.same_photograph(view_V[first_V[others]], view_V[others])
    return copy_V
