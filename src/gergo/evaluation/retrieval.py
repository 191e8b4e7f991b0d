"""Retrieval between texts and pictures, both ways, among the items of a split.

The score of an item and a text is the cosine of the text and the best of the item's pictures. A text->image query
is a distinct text (equal when `gergo.catalogue.texts.key` is) and every item that bears it is relevant; an
image->text query is an item, and its own text is relevant among all distinct texts. What is relevant for an item is so
for all that show exactly the same pictures (`same_pictures`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from gergo.catalogue.hashing import text_hash
from gergo.errors import NotEnoughData
from gergo.evaluation import metrics
from gergo.evaluation.ranking import Ranking, Vectors, rank
from gergo.evaluation.same_pictures import looks, sharing, with_same_pictures
from gergo.evaluation.task import Answers, Encoder, Metric, Observed, Outcome, Rows

SHOWN = 5  # answers kept for the report's examples
UNBOUNDED = frozenset({"median_rank"})


def _recall(k: int, observed: Observed, weight: NDArray[np.floating] | None) -> NDArray[np.float64]:
    return metrics.recall_at_k(observed["rank"], k, weight)


def retrieval_metrics(recall: str) -> Mapping[str, Metric]:
    """The metrics of a ranked gallery; recall: the name CLIP_benchmark gives it, "image_retrieval_recall" say."""
    return {
        f"{recall}@5": partial(_recall, 5),
        f"{recall}@1": partial(_recall, 1),
        f"{recall}@10": partial(_recall, 10),
        "mrr": lambda observed, weight: metrics.mean_reciprocal_rank(observed["rank"], weight),
        "ndcg@10": lambda observed, weight: metrics.mean(observed["ndcg"], weight),
        "median_rank": lambda observed, weight: metrics.median_rank(observed["rank"], weight),
    }


def observed(ranking: Ranking) -> Observed:
    """What `retrieval_metrics` read."""
    return {"rank": ranking.rank_Q, "ndcg": metrics.ndcg_at_k(ranking.hit_QK, ranking.relevant_Q)}


@dataclass(frozen=True)
class TextColumn:
    """The distinct texts of a column and the items that bear them. T texts, N items of which some have a text.

    pair_P2: (text, item); seen_T: was a model trained on this text.
    """

    column: str
    text_T: list[str]
    pair_P2: NDArray[np.int64]
    seen_T: NDArray[np.bool_]


class Retrieval:
    """Text->image and image->text retrieval over every text column, the title first."""

    name = "retrieval"

    def observe(self, encode: Encoder, rows: Rows) -> Iterator[Outcome]:
        columns = [column for name in rows.texts if (column := read_column(rows, name)) is not None]
        if not columns:
            raise NotEnoughData("no item has both a picture and a text, or all bear the same text")
        pictures = Vectors(encode.views(rows.view_V), rows.owner_V)
        look_N = looks(rows.owner_V, rows.hash_V)
        for column in columns:
            text_TD = encode.texts(column.text_T)
            yield from _text_to_image(rows, column, text_TD, pictures, look_N)
            yield from _image_to_text(rows, column, text_TD, pictures, look_N)


def read_column(rows: Rows, column: str) -> TextColumn | None:
    """The queries of a text column; None where there are not two different texts to tell apart."""
    number: dict[str, int] = {}
    text_T: list[str] = []
    pairs = []
    for item, text in enumerate(rows.texts[column]):
        if not text:
            continue
        hash = text_hash(text)
        if hash not in number:
            number[hash] = len(text_T)
            text_T.append(text)
        pairs.append((number[hash], item))
    if len(text_T) < 2:
        return None
    seen_T = np.array([hash in rows.seen_texts for hash in number])
    return TextColumn(column, text_T, np.array(sorted(pairs), np.int64), seen_T)


def best_picture(text_QD: NDArray[np.float32], pictures: Vectors, rows: Rows) -> Callable[[int, int], int]:
    """The view of an item that is nearest to a query, by the numbers of both."""
    start_N = pictures.start

    def nearest(query: int, item: int) -> int:
        first, end = int(start_N[item]), int(start_N[item + 1])
        return rows.view_V[first + int(np.argmax(pictures.vector_VD[first:end] @ text_QD[query]))]

    return nearest


def _text_to_image(
    rows: Rows, column: TextColumn, text_TD: NDArray[np.float32], pictures: Vectors, look_N: NDArray[np.int64]
) -> Iterator[Outcome]:
    ranking = rank(Vectors.one_each(text_TD), pictures, with_same_pictures(column.pair_P2, look_N))
    text_P, item_P = column.pair_P2.T
    first_T = item_P[np.searchsorted(text_P, np.arange(len(column.text_T)))]
    settings = _settings(column, len(rows.id_N), "items", look_N)
    answers = Answers(
        query_Q=column.text_T,
        right_Q=first_T,
        top_QK=ranking.top_QK[:, :SHOWN],
        hit_QK=ranking.hit_QK[:, :SHOWN],
        picture=best_picture(text_TD, pictures, rows),
        caption_G=rows.texts[next(iter(rows.texts))],
    )
    # Texts of one group of products are variants of each other: they are drawn together.
    yield from _with_and_without_seen(
        Outcome(
            "retrieval_text_to_image",
            rows.split,
            settings,
            rows.group_N[first_T],
            observed(ranking),
            retrieval_metrics("image_retrieval_recall"),
            UNBOUNDED,
            answers,
        ),
        column.seen_T,
    )


def _image_to_text(
    rows: Rows, column: TextColumn, text_TD: NDArray[np.float32], pictures: Vectors, look_N: NDArray[np.int64]
) -> Iterator[Outcome]:
    item_Q = np.sort(column.pair_P2[:, 1])
    text_P, item_P = with_same_pictures(column.pair_P2, look_N).T
    asks_P = np.isin(item_P, item_Q)  # an item without a text is no query
    text_P, query_P = text_P[asks_P], np.searchsorted(item_Q, item_P[asks_P])
    ranking = rank(pick(pictures, item_Q), Vectors.one_each(text_TD), np.stack([query_P, text_P], axis=1))
    seen_Q = np.bincount(query_P, column.seen_T[text_P]) > 0
    settings = _settings(column, len(column.text_T), "texts", look_N)
    yield from _with_and_without_seen(
        Outcome(
            "retrieval_image_to_text",
            rows.split,
            settings,
            rows.group_N[item_Q],
            observed(ranking),
            retrieval_metrics("text_retrieval_recall"),
            UNBOUNDED,
        ),
        seen_Q,
    )


def _settings(column: TextColumn, gallery: int, unit: str, look_N: NDArray[np.int64]) -> dict[str, object]:
    return {
        "text_column": column.column,
        "gallery": gallery,
        "gallery_unit": unit,
        "items_sharing_pictures": sharing(look_N),
    }


def pick(vectors: Vectors, owner_O: NDArray[np.int64]) -> Vectors:
    """The vectors of some owners (ascending), renumbered from 0."""
    assert isinstance(vectors.vector_VD, np.ndarray)
    chosen = np.isin(vectors.owner_V, owner_O)
    return Vectors(vectors.vector_VD[chosen], np.searchsorted(owner_O, vectors.owner_V[chosen]))


def _with_and_without_seen(outcome: Outcome, seen_Q: NDArray[np.bool_]) -> Iterator[Outcome]:
    """The outcome over all queries, and over those whose text no model was trained on, where they are only a part."""
    seen = {"queries": "all", "texts_seen_in_training": int(seen_Q.sum())}
    yield replace(outcome, settings=outcome.settings | seen)
    if seen_Q.any() and not seen_Q.all():
        unseen = {"queries": "unseen_texts", "texts_seen_in_training": 0}
        yield replace(
            outcome,
            settings=outcome.settings | unseen,
            cluster_Q=outcome.cluster_Q[~seen_Q],
            observed={name: value_Q[~seen_Q] for name, value_Q in outcome.observed.items()},
            answers=None,
        )
