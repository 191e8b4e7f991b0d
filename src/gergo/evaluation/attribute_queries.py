"""Queries as people type them: a kind of thing and an attribute or two of it ("black casual shoes").

They are composed of the catalogue's own columns (`attribute_columns` says of which), in the word order of the shop's
own titles, and every item whose cells hold the values is relevant. A query names a kind and at most two attributes.
Those that fit more than half of the split are left out, since any answer would do. Queries about one kind overlap in
what is relevant to them: they are one cluster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from gergo.catalogue import texts
from gergo.catalogue.attribute_columns import attribute_columns, word_order
from gergo.errors import NotEnoughData
from gergo.evaluation import metrics
from gergo.evaluation.exhibits import Table
from gergo.evaluation.labels import words
from gergo.evaluation.ranking import Ranking, Vectors, rank
from gergo.evaluation.retrieval import SHOWN, UNBOUNDED, best_picture, observed, retrieval_metrics
from gergo.evaluation.task import Answers, Encoder, Outcome, Rows

MOST_ATTRIBUTES = 2
MOST_QUERIES = 300  # of each number of attributes, drawn by hash of their words
MOST_RELEVANT = 0.5  # of the gallery


@dataclass(frozen=True)
class AttributeQuery:
    """text: as typed; attributes: how many beside the kind; kind: its words; relevant: positions of items."""

    text: str
    attributes: int
    kind: str
    relevant: tuple[int, ...]


class AttributeQueries:
    """Text->image retrieval by short queries with many right answers."""

    name = "attribute_queries"

    def observe(self, encode: Encoder, rows: Rows) -> Iterator[Outcome]:
        columns = choose_columns(rows)
        queries = compose(rows.columns, columns, _called(rows, columns[0])) if columns else []
        if len(queries) < 2:
            raise NotEnoughData(
                "no two queries can be composed: the catalogue has no columns of short values that repeat, or the "
                "split's items are all alike in them"
            )
        text_QD = encode.texts([query.text for query in queries])
        pair_P2 = [(number, item) for number, query in enumerate(queries) for item in query.relevant]
        gallery = Vectors(encode.views(rows.view_V), rows.owner_V)
        ranking = rank(Vectors.one_each(text_QD), gallery, np.array(pair_P2, np.int64))
        _, kind_Q = np.unique([query.kind for query in queries], return_inverse=True)
        by_name = retrieval_metrics("image_retrieval_recall")
        first = "ndcg@10"  # of many right answers one among the first five is no feat
        yield Outcome(
            "retrieval_attributes_to_image",
            rows.split,
            {
                "queries": "kind and attributes",
                "columns": columns,
                "kinds": int(kind_Q.max()) + 1,
                "relevant_median": int(np.median(ranking.relevant_Q)),
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
    known = rows.shop.rows("train") if rows.shop is not None and rows.own_split != "train" else None
    pooled = {name: [*(known.columns.get(name, []) if known else []), *values] for name, values in rows.columns.items()}
    lead = rows.shop.category_column if rows.shop is not None else None
    chosen = attribute_columns(pooled, lead=lead, never=list(rows.texts))
    if not chosen or not rows.texts:
        return chosen
    title = next(iter(rows.texts))
    titles = [*(known.texts.get(title, []) if known else []), *rows.texts[title]]
    order = word_order(chosen, pooled, titles)
    # The leading column stays first in the list of what a query is about; the words follow the titles.
    return [chosen[0], *order]


def _called(rows: Rows, column: str) -> dict[str, str]:
    """What a labels file calls the values of a column, by their keys."""
    if rows.labels is None or rows.labels.column != column:
        return {}
    return {key: rows.labels.word_K[number] for key, number in rows.labels.number.items()}


def compose(
    columns: Mapping[str, Sequence[str]], chosen: Sequence[str], called: Mapping[str, str] | None = None
) -> list[AttributeQuery]:
    """Every query that some item answers, at most `MOST_QUERIES` of each number of attributes.

    chosen: the column of the kind, then all columns in the order of their words (the kind's among them). called: key of
    a kind -> its words, where they are not its own.

    >>> table = {"kind": ["shoe", "shoe", "bag", "hat"], "colour": ["black", "red", "black", ""]}
    >>> [(query.text, query.relevant) for query in compose(table, ["kind", "colour", "kind"])]
    [('bag', (2,)), ('hat', (3,)), ('shoe', (0, 1)), ('black bag', (2,)), ('black shoe', (0,)), ('red shoe', (1,))]
    """
    lead, order = chosen[0], chosen[1:] or [chosen[0]]
    others = [name for name in order if name != lead]
    keys = {name: [texts.key(value) for value in columns[name]] for name in order}
    spelled = {name: _spelling(columns[name]) for name in order}
    spelled[lead] |= {key: _typed(word) for key, word in (called or {}).items()}
    items = len(keys[lead])
    queries: list[AttributeQuery] = []
    for attributes in range(MOST_ATTRIBUTES + 1):
        answers: dict[str, tuple[str, set[int]]] = {}  # the same words may come from two columns, or two values
        for some in combinations(others, attributes):
            named = [name for name in order if name == lead or name in some]
            for text, kind, relevant in _combined(spelled, keys, named, lead):
                answers.setdefault(text, (kind, set()))[1].update(relevant)
        found = {
            text: AttributeQuery(text, attributes, kind, tuple(sorted(relevant)))
            for text, (kind, relevant) in answers.items()
            if len(relevant) <= MOST_RELEVANT * items
        }
        drawn = sorted(found, key=lambda text: sha256(text.encode()).digest())[:MOST_QUERIES]
        queries += [found[text] for text in sorted(drawn)]
    return queries


def _combined(
    spelled: Mapping[str, Mapping[str, str]], keys: Mapping[str, Sequence[str]], named: Sequence[str], lead: str
) -> Iterator[tuple[str, str, tuple[int, ...]]]:
    """The text, the kind and the items of every combination of values that occurs."""
    together: dict[tuple[str, ...], list[int]] = {}
    for item, values in enumerate(zip(*(keys[name] for name in named), strict=True)):
        if all(values):
            together.setdefault(values, []).append(item)
    for values, relevant in together.items():
        text = " ".join(spelled[name][value] for name, value in zip(named, values, strict=True))
        yield text, spelled[lead][values[named.index(lead)]], tuple(relevant)


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
