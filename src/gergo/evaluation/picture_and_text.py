"""Picture and text together: a product by one of its pictures and its title, among the pictures of all the others.

The query is the sum of the two unit vectors, made a unit vector again, as shops do that let a search by photograph be
narrowed by words. Queries, gallery and what is right are those of `image_to_image`, without the products that have no
text: what the words add can be read off beside it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gergo.errors import NotEnoughData
from gergo.evaluation.image_to_image import copies_left_out, query_and_gallery
from gergo.evaluation.ranking import Vectors, rank
from gergo.evaluation.retrieval import UNBOUNDED, observed, retrieval_metrics
from gergo.evaluation.same_pictures import equal_pairs
from gergo.evaluation.task import Encoder, Outcome, Rows
from gergo.evaluation.vectors import unit


class PictureAndText:
    """Find the other pictures of a product by one of them and its title."""

    name = "picture_and_text"

    def observe(self, encode: Encoder, rows: Rows) -> Iterator[Outcome]:
        title = next(iter(rows.texts), None)
        if title is None:
            raise NotEnoughData("the catalogue has no text column")
        query_V, gallery_V = query_and_gallery(rows)
        copies = copies_left_out(query_V, gallery_V)
        query_V &= np.array([bool(text) for text in rows.texts[title]])[rows.owner_V]
        if not query_V.any():
            raise NotEnoughData("no product has a text and two different pictures")
        vector_VD = encode.views(rows.view_V)
        item_G, owner_V = np.unique(rows.owner_V[gallery_V], return_inverse=True)
        item_Q = rows.owner_V[query_V]
        text_QD = encode.texts([rows.texts[title][item] for item in item_Q])
        ranking = rank(
            Vectors.one_each(unit(vector_VD[query_V] + text_QD)),
            Vectors(vector_VD[gallery_V], owner_V),
            equal_pairs(rows.group_N[item_Q], rows.group_N[item_G]),
        )
        yield Outcome(
            "retrieval_image_and_text_to_image",
            rows.split,
            {
                "queries": "one picture a group and its text",
                "text_column": title,
                "gallery": len(item_G),
                "gallery_unit": "items",
                "copies_left_out": copies,
            },
            rows.group_N[item_Q],
            observed(ranking),
            retrieval_metrics("image_retrieval_recall"),
            UNBOUNDED,
        )
