"""What a person looks at to believe a figure, or not to: searches won and lost, classes confused, class by class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gergo.evaluation.pairing import Pair
from gergo.evaluation.task import Outcome, Rows

EXAMPLES = 5
CONFUSIONS = 10
SPLIT = "test"


@dataclass(frozen=True)
class Answer:
    """A picture among the first answers, and whether it is right."""

    view: int
    caption: str
    right: bool


@dataclass(frozen=True)
class Side:
    """What one model answered; rank: where the first right answer stands."""

    who: str
    rank: int
    answers: list[Answer]


@dataclass(frozen=True)
class Example:
    """A query, its right answer, and both models' first answers, the baseline's first."""

    query: str
    right_view: int
    sides: list[Side]


@dataclass(frozen=True)
class Movements:
    """How many queries have their first right answer higher up, lower down, or where it was."""

    up: int
    down: int
    same: int


@dataclass(frozen=True)
class Confusion:
    """Items of one class that the model takes for another; view: one of them."""

    true: str
    predicted: str
    count: int
    before: int | None
    of: int
    view: int


def first_of(pairs: Sequence[Pair], task: str, split: str) -> Pair | None:
    """The outcome of a task and split that matters most: the first."""
    return next((pair for pair in pairs if (pair.model.task, pair.model.split) == (task, split)), None)


def movements(pairs: Sequence[Pair]) -> Movements | None:
    """Text->image on test, query by query."""
    pair = first_of(pairs, "retrieval_text_to_image", SPLIT)
    if pair is None or pair.baseline is None:
        return None
    after_Q, before_Q = pair.model.observed["rank"], pair.baseline.observed["rank"]
    up, down = int((after_Q < before_Q).sum()), int((after_Q > before_Q).sum())
    return Movements(up, down, len(after_Q) - up - down)


def examples(pairs: Sequence[Pair]) -> tuple[list[Example], list[Example]]:
    """The text->image queries that gained most and that lost most, by the change of 1 / rank (what MRR averages).

    With no baseline: the best and the worst searches.
    """
    pair = first_of(pairs, "retrieval_text_to_image", SPLIT)
    if pair is None:
        return [], []
    gain_Q = 1 / pair.model.observed["rank"]
    if pair.baseline is not None:
        gain_Q = gain_Q - 1 / pair.baseline.observed["rank"]
    order_Q = np.argsort(-gain_Q, kind="stable")
    best, worst = order_Q[:EXAMPLES], order_Q[::-1][:EXAMPLES]
    if pair.baseline is not None:
        best, worst = best[gain_Q[best] > 0], worst[gain_Q[worst] < 0]
    return [_example(pair, int(q)) for q in best], [_example(pair, int(q)) for q in worst]


def _example(pair: Pair, query: int) -> Example:
    answers = pair.model.answers
    assert answers is not None
    sides = [_side("before", pair.baseline, query)] if pair.baseline is not None else []
    right_view = answers.picture(query, int(answers.right_Q[query]))
    return Example(answers.query_Q[query], right_view, [*sides, _side("after", pair.model, query)])


def _side(who: str, outcome: Outcome, query: int) -> Side:
    answers = outcome.answers
    assert answers is not None
    shown = [
        Answer(answers.picture(query, int(entry)), answers.caption_G[entry], bool(hit))
        for entry, hit in zip(answers.top_QK[query], answers.hit_QK[query], strict=True)
    ]
    return Side(who, int(outcome.observed["rank"][query]), shown)


def confusions(pairs: Sequence[Pair], rows: dict[str, Rows]) -> list[Confusion]:
    """The classes of the test split that the model confuses most often, and how often the baseline did."""
    pair = first_of(pairs, "zero_shot", SPLIT)
    if pair is None:
        return []
    of_split = rows[SPLIT]
    assert of_split.labels is not None
    names, view_N = of_split.labels.name_K, of_split.first_view_N[of_split.label_N >= 0]
    true_N, after_N = pair.model.observed["true"], pair.model.observed["predicted"]
    before_N = pair.baseline.observed["predicted"] if pair.baseline is not None else None
    wrong_N = np.flatnonzero(true_N != after_N)
    kinds_M2, first_M, count_M = np.unique(
        np.stack([true_N, after_N], 1)[wrong_N], axis=0, return_index=True, return_counts=True
    )
    found = []
    for m in np.argsort(-count_M, kind="stable")[:CONFUSIONS]:
        true, predicted = kinds_M2[m]
        before = None if before_N is None else int(((true_N == true) & (before_N == predicted)).sum())
        of, view = int((true_N == true).sum()), int(view_N[wrong_N[first_M[m]]])
        found.append(Confusion(names[true], names[predicted], int(count_M[m]), before, of, view))
    return found
