"""A shop's own queries, with the products that answer them: a file `query,id,grade`.

Each query is ranked among the items of a split, and only answers in that split count: like every other figure this
one is about rows that no model was trained on. What of the file falls elsewhere is counted and said.

A grade above 0 makes a product relevant; nDCG counts by the grades, the other metrics only whether they are above 0.
Without the column every line counts 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gergo.catalogue import texts
from gergo.catalogue.sources import open_source
from gergo.errors import InputError, NotEnoughData
from gergo.evaluation import metrics
from gergo.evaluation.ranking import Ranking, Vectors, rank
from gergo.evaluation.retrieval import SHOWN, UNBOUNDED, best_picture, retrieval_metrics
from gergo.evaluation.task import Answers, Encoder, Outcome, Rows

SHOWN_PROBLEMS = 5
_FORM = "a header query,id,grade and one answer a line; grade is a number from 0 up, or the column is left out"


@dataclass(frozen=True)
class QueryFile:
    """text_Q: the distinct queries as typed; grade_of: (query, id) -> grade; row_of: id -> the first row that names it.

    Rows count from 1, the first after the header.
    """

    path: Path
    text_Q: list[str]
    grade_of: dict[tuple[int, str], float]
    row_of: dict[str, int]


def read_queries(path: str | Path) -> QueryFile:
    """Read a file of queries; encoding and separator are detected.

    Raises:
        InputError: no such file, a column is missing, or rows cannot be used: they are counted, the first are named.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(f"there is no file of queries {path}", hint=_FORM)
    source = open_source(path)
    by_case = {name.strip().casefold(): name for name in source.columns}
    missing = [name for name in ("query", "id") if name not in by_case]
    if missing:
        raise InputError(f"{path} has no column {' and no column '.join(missing)}", hint=_FORM)
    number: dict[str, int] = {}
    found = QueryFile(path, [], {}, {})
    problems: list[str] = []
    for row in source.rows():
        values = {name: row.values.get(column) for name, column in by_case.items()}
        problem = row.detail if row.problem else _add(found, number, row.row, values)
        problems += [f"row {row.row}: {problem}"] if problem else []
    if problems:
        shown = "; ".join(problems[:SHOWN_PROBLEMS])
        raise InputError(f"{path}: {len(problems):,} rows cannot be used: {shown}", hint=_FORM)
    if not found.text_Q:
        raise InputError(f"{path} holds no query", hint=_FORM)
    return found


def _add(found: QueryFile, number: dict[str, int], row: int, values: Mapping[str, object]) -> str:
    """Take a row in, or say what is wrong with it."""
    text, id = texts.normalise(values["query"]), str(values["id"] if values["id"] is not None else "").strip()
    if not text or not id:
        return f"no {'id' if text else 'query'}"
    given = str(values.get("grade", "1")).strip()
    try:
        grade = float(given)
    except ValueError:
        return f"the grade {given!r} is not a number"
    if not math.isfinite(grade) or grade < 0:
        return f"the grade {given} is not a number from 0 up"
    key = texts.key(text)
    if key not in number:
        number[key] = len(found.text_Q)
        found.text_Q.append(text)
    pair = (number[key], id)
    if found.grade_of.setdefault(pair, grade) != grade:
        return f"'{text}' and id {id} have another grade above ({found.grade_of[pair]:g})"
    found.row_of.setdefault(id, row)
    return ""


class OwnQueries:
    """Text->image retrieval by a file of queries."""

    name = "queries"

    def __init__(self, queries: QueryFile) -> None:
        self.queries = queries

    def observe(self, encode: Encoder, rows: Rows) -> Iterator[Outcome]:
        position = {id: item for item, id in enumerate(rows.id_N)}
        pairs = [
            (query, position[id], grade)
            for (query, id), grade in self.queries.grade_of.items()
            if grade > 0 and id in position
        ]
        if not pairs:
            raise NotEnoughData(f"no query of {self.queries.path.name} has an answer among the split's items")
        query_Q, row_P = np.unique([query for query, _, _ in pairs], return_inverse=True)
        pair_P2 = np.stack([row_P, [item for _, item, _ in pairs]], axis=1).astype(np.int64)
        grade_P = np.array([grade for _, _, grade in pairs])
        text_Q = [self.queries.text_Q[query] for query in query_Q]
        gallery = Vectors(encode.views(rows.view_V), rows.owner_V)
        text_QD = encode.texts(text_Q)
        ranking = rank(Vectors.one_each(text_QD), gallery, pair_P2, grade_P=grade_P)
        by_name = retrieval_metrics("image_retrieval_recall")
        yield Outcome(
            "retrieval_queries_to_image",
            rows.split,
            {
                "queries": self.queries.path.name,
                "queries_without_an_answer_here": len(self.queries.text_Q) - len(query_Q),
                "grades": sorted({float(grade) for grade in grade_P}),
                "gallery": len(rows.id_N),
                "gallery_unit": "items",
            },
            query_Q.astype(np.int64),
            {"rank": ranking.rank_Q, "ndcg": graded_ndcg(ranking, pair_P2, grade_P)},
            {"ndcg@10": by_name["ndcg@10"], **by_name},
            UNBOUNDED,
            _answers(text_Q, (pair_P2, grade_P), ranking, rows, best_picture(text_QD, gallery, rows)),
        )


def graded_ndcg(ranking: Ranking, pair_P2: NDArray[np.int64], grade_P: NDArray[np.float64]) -> NDArray[np.float64]:
    """nDCG by grades of the first answers, one value a query."""
    queries, k = ranking.top_QK.shape
    grade_of = {(int(query), int(entry)): grade for (query, entry), grade in zip(pair_P2, grade_P, strict=True)}
    grade_QK = np.array([[grade_of.get((q, int(g)), 0.0) for g in ranking.top_QK[q]] for q in range(queries)])
    order_P = np.lexsort((-grade_P, pair_P2[:, 0]))
    query_P = pair_P2[order_P, 0]
    place_P = np.arange(len(order_P)) - np.searchsorted(query_P, query_P)
    among_first_P = place_P < k
    ideal_QK = np.zeros((queries, k))
    ideal_QK[query_P[among_first_P], place_P[among_first_P]] = grade_P[order_P][among_first_P]
    return metrics.graded_ndcg_at_k(grade_QK, ideal_QK)


def _answers(
    text_Q: list[str],
    graded: tuple[NDArray[np.int64], NDArray[np.float64]],
    ranking: Ranking,
    rows: Rows,
    picture: Callable[[int, int], int],
) -> Answers:
    pair_P2, grade_P = graded
    order_P = np.lexsort((-grade_P, pair_P2[:, 0]))
    _, first_Q = np.unique(pair_P2[order_P, 0], return_index=True)
    return Answers(
        query_Q=text_Q,
        right_Q=pair_P2[order_P][first_Q, 1],
        top_QK=ranking.top_QK[:, :SHOWN],
        hit_QK=ranking.hit_QK[:, :SHOWN],
        picture=picture,
        caption_G=next(iter(rows.texts.values()), rows.id_N),
    )


def unknown_ids(queries: QueryFile, known: set[str]) -> list[str]:
    """The ids of the file that the catalogue does not have, in the order of their rows.

    Raises:
        InputError: it has none of them.
    """
    unknown = [id for id in queries.row_of if id not in known]
    if len(unknown) == len(queries.row_of):
        raise InputError(
            f"{queries.path}: the catalogue has none of its {len(unknown):,} ids, the first is {unknown[0]!r}",
            hint=f"ids of the catalogue look like {sorted(known)[0]!r}",
        )
    return unknown
