"""Queries as people type them: a kind of thing and an attribute or two of it ("black casual shoes").

They are composed of the catalogue's own columns (`attribute_columns` says of which), in the word order of the shop's
own titles, and every item whose cells hold the values is relevant, and what shows the same pictures as one of these. A
query names a kind and at most two attributes. Those that fit more than half of the items are left out, since any answer
would do. Queries about one kind overlap in what is relevant to them: they are one cluster.

An empty cell says nothing: an item that has one in a column that the query names, and whose other cells do not
contradict the query, is neither right nor wrong, and is not in that query's gallery.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import combinations, islice, product

import numpy as np
from numpy.typing import NDArray

from gergo.catalogue import texts
from gergo.catalogue.attribute_columns import attribute_columns, word_order
from gergo.catalogue.category_paths import in_words, path_words
from gergo.errors import NotEnoughData
from gergo.evaluation import metrics
from gergo.evaluation.exhibits import Table
from gergo.evaluation.labels import words
from gergo.evaluation.ranking import Ranking, Vectors, rank
from gergo.evaluation.retrieval import SHOWN, UNBOUNDED, best_picture, observed, retrieval_metrics
from gergo.evaluation.same_pictures import looks, with_same_pictures
from gergo.evaluation.task import Answers, Encoder, Outcome, Rows

MOST_ATTRIBUTES = 2
MOST_QUERIES = 300  # of each number of attributes, drawn by hash of their words
MOST_RELEVANT = 0.5  # of the query's gallery


@dataclass(frozen=True)
class AttributeQuery:
    """text: as typed; attributes: how many beside the kind; kind: its words; relevant: positions of items; unknown: of
    those of which an empty cell leaves open whether they are."""

    text: str
    attributes: int
    kind: str
    relevant: tuple[int, ...]
    unknown: tuple[int, ...] = ()


@dataclass(frozen=True)
class _Reading:
    """One way to read a text: the words of its kind, and a value in each of some columns.

    items: of every combination of values in these columns that occurs, "" for an empty cell, the positions.
    """

    kind: str
    values: tuple[str, ...]
    items: Mapping[tuple[str, ...], list[int]]

    def unknown(self) -> Iterator[int]:
        """Items with an empty cell, or several, that hold the values in the others."""
        for filled in product((True, False), repeat=len(self.values)):
            if not all(filled):
                values = (value if there else "" for value, there in zip(self.values, filled, strict=True))
                yield from self.items.get(tuple(values), ())


class AttributeQueries:
    """Text->image retrieval by short queries with many right answers."""

    name = "attribute_queries"

    def observe(self, encode: Encoder, rows: Rows) -> Iterator[Outcome]:
        columns = choose_columns(rows)
        queries = compose(rows.columns, columns, called(rows, columns)) if columns else []
        if len(queries) < 2:
            raise NotEnoughData(
                "no two queries can be composed: the catalogue has no columns of short values that repeat, or the "
                "split's items are all alike in them"
            )
        text_QD = encode.texts([query.text for query in queries])
        pair_P2 = np.array([(q, item) for q, query in enumerate(queries) for item in query.relevant], np.int64)
        pair_P2 = with_same_pictures(pair_P2, looks(rows.owner_V, rows.hash_V))
        unknown_QN = marked([query.unknown for query in queries], len(rows.id_N))
        unknown_QN[tuple(pair_P2.T)] = False
        gallery = Vectors(encode.views(rows.view_V), rows.owner_V)
        ranking = rank(Vectors.one_each(text_QD), gallery, pair_P2, left_out_QG=unknown_QN)
        _, kind_Q = np.unique([query.kind for query in queries], return_inverse=True)
        by_name = retrieval_metrics("image_retrieval_recall")
        first = "ndcg@10"  # of many right answers one among the first five is no feat
        yield Outcome(
            "retrieval_attributes_to_image",
            rows.split,
            {
                "queries": "kind and attributes",
                "columns": list(dict.fromkeys(columns)),
                "kinds": int(kind_Q.max()) + 1,
                "relevant_median": int(np.median(ranking.relevant_Q)),
                "left_out_median": int(np.median(unknown_QN.sum(axis=1))),
                "left_out_most": int(unknown_QN.sum(axis=1).max()),
                "gallery": len(rows.id_N),
                "gallery_unit": "items",
            },
            kind_Q.astype(np.int64),
            observed(ranking),
            {first: by_name[first], **by_name},
            UNBOUNDED,
            _answers(queries, ranking, rows, best_picture(text_QD, gallery, rows)),
            [_by_attributes(queries, ranking)],
        )


def choose_columns(rows: Rows) -> list[str]:
    """The columns of the queries in word order, found in the train split and this one together."""
    known = _train(rows)
    lead = rows.shop.category_column if rows.shop is not None else None
    judged = [name for name in rows.columns if name == lead or name not in rows.texts]
    pooled = {name: in_words(_pooled(rows, known, name)) for name in judged}
    chosen = attribute_columns(pooled, lead=lead, never=list(rows.texts))
    if not chosen or not rows.texts:
        return [*chosen, *chosen[:1]]
    title = next(iter(rows.texts))
    titles = [*(known.texts.get(title, []) if known else []), *rows.texts[title]]
    order = word_order(chosen, pooled, titles)
    # The leading column stays first in the list of what a query is about; the words follow the titles.
    return [chosen[0], *order]


def called(rows: Rows, columns: Sequence[str]) -> dict[str, dict[str, str]]:
    """column -> key of a value -> its words where they are not its own: those of paths, and of a labels file."""
    known = _train(rows)
    found = {
        name: {texts.key(value): word for value, word in path_words(_pooled(rows, known, name)).items()}
        for name in dict.fromkeys(columns)
    }
    if rows.labels is not None and rows.labels.column == columns[0]:
        found[columns[0]] = {key: rows.labels.word_K[number] for key, number in rows.labels.number.items()}
    return found


def _train(rows: Rows) -> Rows | None:
    return rows.shop.rows("train") if rows.shop is not None and rows.own_split != "train" else None


def _pooled(rows: Rows, known: Rows | None, column: str) -> list[str]:
    return [*(known.columns.get(column, []) if known is not None else []), *rows.columns[column]]


def compose(
    columns: Mapping[str, Sequence[str]],
    chosen: Sequence[str],
    called: Mapping[str, Mapping[str, str]] | None = None,
) -> list[AttributeQuery]:
    """Every query that some item answers, at most `MOST_QUERIES` of each number of attributes.

    chosen: the column of the kind, then all columns in the order of their words (the kind's among them). called: column
    -> key of a value -> its words, where they are not its own.

    >>> table = {"kind": ["shoe", "shoe", "bag", "hat"], "colour": ["black", "red", "black", ""]}
    >>> [(query.text, query.relevant) for query in compose(table, ["kind", "colour", "kind"])]
    [('bag', (2,)), ('hat', (3,)), ('shoe', (0, 1)), ('black bag', (2,)), ('black shoe', (0,)), ('red shoe', (1,))]
    """
    lead, order = chosen[0], chosen[1:] or [chosen[0]]
    others = [name for name in order if name != lead]
    keys = {name: [texts.key(value) for value in columns[name]] for name in order}
    spelled = {name: _spelling(columns[name]) for name in order}
    for name, words_of in (called or {}).items():
        spelled[name] |= {key: _typed(word) for key, word in words_of.items()}
    queries: list[AttributeQuery] = []
    for attributes in range(MOST_ATTRIBUTES + 1):
        readings: dict[str, list[_Reading]] = {}  # the same words may come from two columns, or two values
        for some in combinations(others, attributes):
            named = [name for name in order if name == lead or name in some]
            for text, reading in _readings(spelled, keys, named, lead):
                readings.setdefault(text, []).append(reading)
        drawn = sorted(readings, key=lambda text: sha256(text.encode()).digest())
        composed = (_query(text, attributes, readings[text]) for text in drawn)
        told_apart = (query for query in composed if _tells_apart(query, len(keys[lead])))
        queries += sorted(islice(told_apart, MOST_QUERIES), key=lambda query: query.text)
    return queries


def _readings(
    spelled: Mapping[str, Mapping[str, str]], keys: Mapping[str, Sequence[str]], named: Sequence[str], lead: str
) -> Iterator[tuple[str, _Reading]]:
    """The text of every combination of values that occurs, and how it was come by."""
    items: dict[tuple[str, ...], list[int]] = {}
    for item, values in enumerate(zip(*(keys[name] for name in named), strict=True)):
        items.setdefault(values, []).append(item)
    for values in items:
        if all(values):
            text = " ".join(spelled[name][value] for name, value in zip(named, values, strict=True))
            yield text, _Reading(spelled[lead][values[named.index(lead)]], values, items)


def _query(text: str, attributes: int, readings: Sequence[_Reading]) -> AttributeQuery:
    relevant = {item for reading in readings for item in reading.items[reading.values]}
    unknown = {item for reading in readings for item in reading.unknown()} - relevant
    return AttributeQuery(text, attributes, readings[0].kind, tuple(sorted(relevant)), tuple(sorted(unknown)))


def _tells_apart(query: AttributeQuery, items: int) -> bool:
    """Whether enough items are known not to fit, and enough are known at all to make a first page of answers."""
    known = items - len(query.unknown)
    return len(query.relevant) <= MOST_RELEVANT * known and known >= min(SHOWN, items)


def marked(items_Q: Sequence[Sequence[int]], items: int) -> NDArray[np.bool_]:
    """Some items of each query, by their positions, as bool [Q, N].

    >>> marked([(0, 2), ()], 3).astype(int).tolist()
    [[1, 0, 1], [0, 0, 0]]
    """
    marked_QN = np.zeros((len(items_Q), items), bool)
    for q, positions in enumerate(items_Q):
        marked_QN[q, list(positions)] = True
    return marked_QN


def _spelling(values: Sequence[str]) -> dict[str, str]:
    """Key of a value -> as a person would type it."""
    names = list({texts.key(value): value for value in values if value}.values())
    return {texts.key(name): _typed(text) for name, text in zip(names, words(names), strict=True)}


def _typed(text: str) -> str:
    """Words without their capital, unless there are more than one: "Navy Blue" is typed "navy blue", "USB" is not.

    >>> _typed("Navy Blue"), _typed("USB Kabel")
    ('navy blue', 'USB kabel')
    """
    return " ".join(word.lower() if word[1:] == word[1:].lower() else word for word in text.split())


def _answers(
    queries: Sequence[AttributeQuery], ranking: Ranking, rows: Rows, picture: Callable[[int, int], int]
) -> Answers:
    return Answers(
        query_Q=[query.text for query in queries],
        right_Q=np.array([query.relevant[0] for query in queries]),
        top_QK=ranking.top_QK[:, :SHOWN],
        hit_QK=ranking.hit_QK[:, :SHOWN],
        picture=picture,
        caption_G=next(iter(rows.texts.values()), rows.id_N),
    )


def _by_attributes(queries: Sequence[AttributeQuery], ranking: Ranking) -> Table:
    attributes_Q = np.array([query.attributes for query in queries])
    ndcg_Q = metrics.ndcg_at_k(ranking.hit_QK, ranking.relevant_Q)
    rows = [_line(n, attributes_Q == n, queries, ndcg_Q, ranking) for n in np.unique(attributes_Q)]
    return Table(
        "Queries by number of attributes",
        ("attributes", "queries", "nDCG@10", "first answer right", "for example"),
        rows,
        frozenset({"nDCG@10", "first answer right"}),
    )


def _line(
    n: int,
    mask_Q: NDArray[np.bool_],
    queries: Sequence[AttributeQuery],
    ndcg_Q: NDArray[np.float64],
    ranking: Ranking,
) -> tuple[int, int, float, float, str]:
    example = queries[int(np.argmax(mask_Q))].text
    return int(n), int(mask_Q.sum()), float(ndcg_Q[mask_Q].mean()), float((ranking.rank_Q[mask_Q] == 1).mean()), example
