"""What a few-shot ladder learns from, and what a model makes of it.

Shapes: N items of a sample, V pictures, K classes, M items of train that a draw uses, S draws, D the latent space.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from gergo.errors import NotEnoughData
from gergo.evaluation import linear_probe, tip_adapter
from gergo.evaluation.labels import Labels
from gergo.evaluation.shots import places
from gergo.evaluation.task import Encoder, Rows
from gergo.evaluation.zero_shot import classify

SHOTS = (1, 2, 4, 8, 16)
MAX_CLASSES = 300
MAX_CHOOSING = 2000  # validation items that settings are chosen on

Scorer = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""Vectors [V, D] -> scores [V, K]."""


@dataclass(frozen=True)
class Sample:
    """Some items and their pictures. view_V, owner_V: as in `Rows`; class_N: among the ladder's classes."""

    view_V: list[int]
    owner_V: NDArray[np.int64]
    class_N: NDArray[np.int64]


@dataclass(frozen=True)
class Ladder:
    """What is compared, whatever the model. K classes that have an example in train, M items of train that have one.

    class_K: their numbers among the labels; shown_K: examples there are; place_SM: see `shots.places`; view_M: the
    picture of an example; too_many: classes left out because `MAX_CLASSES` others have more examples.
    """

    class_K: NDArray[np.int64]
    shown_K: NDArray[np.int64]
    class_M: NDArray[np.int64]
    view_M: NDArray[np.int64]
    place_SM: NDArray[np.int64]
    choosing: Sample
    rungs: list[int]
    too_many: int


@dataclass
class Learned:
    """What one model made of the examples. scorer: (method, shots) -> one a draw; chosen: the settings of each."""

    scorer: dict[tuple[str, int], list[Scorer]] = field(default_factory=dict)
    chosen: dict[tuple[str, int], list[str]] = field(default_factory=dict)


def splits_to_learn_from(rows: Rows) -> tuple[Labels, Rows, Rows]:
    """The labels, and the items of train and validation.

    Raises:
        NotEnoughData: any of them is missing, or the split measured is one of the two.
    """
    labels = rows.labels
    if labels is None:
        raise NotEnoughData("no label column was given and the catalogue has no category column")
    if len(labels.name_K) < 2:
        raise NotEnoughData(f"column '{labels.column}' holds one class, '{labels.name_K[0]}'")
    if rows.own_split in ("train", "validation"):
        raise NotEnoughData(f"examples and settings are taken from {rows.split}: it cannot be measured as well")
    train, validation = (rows.shop.rows(split) if rows.shop else None for split in ("train", "validation"))
    if train is None or not (train.label_N >= 0).any():
        raise NotEnoughData("train has no item with a picture and a label to learn from")
    if validation is None or not (validation.label_N >= 0).any():
        raise NotEnoughData("validation has no item with a picture and a label to choose settings by")
    return labels, train, validation


def plan(train: Rows, validation: Rows, *, seeds: Sequence[int]) -> Ladder:
    """Which classes, which examples, which rungs.

    Raises:
        NotEnoughData: fewer than two classes have an example, or validation holds none of them.
    """
    class_K, shown_K = np.unique(train.label_N[train.label_N >= 0], return_counts=True)
    too_many = max(0, len(class_K) - MAX_CLASSES)
    if too_many:
        kept = np.sort(np.argsort(-shown_K, kind="stable")[:MAX_CLASSES])
        class_K, shown_K = class_K[kept], shown_K[kept]
    if len(class_K) < 2:
        raise NotEnoughData("fewer than two classes have an item in train")
    item_M = np.flatnonzero(np.isin(train.label_N, class_K))
    class_M = np.searchsorted(class_K, train.label_N[item_M])
    place_SM = np.stack([places(class_M, seed) for seed in seeds])
    rungs = [shots for shots in SHOTS if (shown_K >= shots).sum() >= 2]
    used_M = (place_SM < rungs[-1] if rungs else place_SM < 1).any(0)
    choosing_N = np.flatnonzero(np.isin(validation.label_N, class_K))
    if not len(choosing_N):
        raise NotEnoughData("validation holds no item of the classes that train has")
    if len(choosing_N) > MAX_CHOOSING:
        choosing_N = np.sort(np.random.default_rng(seeds[0]).permutation(choosing_N)[:MAX_CHOOSING])
    return Ladder(
        class_K=class_K,
        shown_K=shown_K,
        class_M=class_M[used_M],
        view_M=train.first_view_N[item_M[used_M]],
        place_SM=place_SM[:, used_M],
        choosing=sample(validation, choosing_N, class_K),
        rungs=rungs or [1],
        too_many=too_many,
    )


def sample(rows: Rows, item_I: NDArray[np.int64], class_K: NDArray[np.int64]) -> Sample:
    """Some items of a split (ascending), with all of their pictures."""
    chosen_V = np.isin(rows.owner_V, item_I)
    return Sample(
        view_V=[view for view, chosen in zip(rows.view_V, chosen_V, strict=True) if chosen],
        owner_V=np.searchsorted(item_I, rows.owner_V[chosen_V]),
        class_N=np.searchsorted(class_K, rows.label_N[item_I]),
    )


def best_picture(score_VK: NDArray[np.float32], owner_V: NDArray[np.int64]) -> NDArray[np.float32]:
    """An item's score for a class is the best of its pictures', [N, K].

    >>> best_picture(np.array([[1, 2], [3, 0], [5, 5]], np.float32), np.array([0, 0, 1])).tolist()
    [[3.0, 2.0], [5.0, 5.0]]
    """
    return np.maximum.reduceat(score_VK, np.searchsorted(owner_V, np.arange(owner_V[-1] + 1)), axis=0)


def learn(encode: Encoder, ladder: Ladder, label_KD: NDArray[np.float32]) -> Learned:
    """Every method on every rung and draw, its settings chosen on validation; of equal ones the most cautious."""
    learned = Learned({("zero_shot", 0): [lambda view_VD: view_VD @ label_KD.T]}, {("zero_shot", 0): [""]})
    example_MD = encode.views(ladder.view_M.tolist())
    choosing = ladder.choosing
    choosing_VD = encode.views(choosing.view_V)
    cosine_VK = choosing_VD @ label_KD.T

    def accuracy(score_VK: NDArray[np.float32]) -> float:
        predicted_N = classify(best_picture(score_VK, choosing.owner_V), choosing.class_N)[1]
        return float((predicted_N == choosing.class_N).mean())

    for shots in ladder.rungs:
        for place_M in ladder.place_SM:
            drawn = np.flatnonzero(place_M < shots)
            drawn = drawn[np.argsort(ladder.class_M[drawn], kind="stable")]
            example_ED, class_E = example_MD[drawn], ladder.class_M[drawn]
            adapters = tip_adapter.candidates(choosing_VD, cosine_VK, example_ED, class_E)
            adapter = max(adapters, key=lambda pair: accuracy(pair[1]))[0]
            probes = linear_probe.fit(example_ED, class_E, len(ladder.class_K))
            probe = max(probes, key=lambda each: accuracy(each.scores(choosing_VD)))
            _note(learned, ("tip_adapter", shots), partial(_tip, adapter, label_KD), _tip_settings(adapter))
            _note(learned, ("linear_probe", shots), probe.scores, f"C {probe.c:g}")
    return learned


def _tip(
    adapter: tip_adapter.TipAdapter, label_KD: NDArray[np.float32], view_VD: NDArray[np.float32]
) -> NDArray[np.float32]:
    return adapter.scores(view_VD, view_VD @ label_KD.T)


def _tip_settings(adapter: tip_adapter.TipAdapter) -> str:
    return f"alpha {adapter.alpha:g}, beta {adapter.beta:g}" if adapter.alpha else "alpha 0"


def _note(learned: Learned, rung: tuple[str, int], scorer: Scorer, chosen: str) -> None:
    learned.scorer.setdefault(rung, []).append(scorer)
    learned.chosen.setdefault(rung, []).append(chosen)
