"""Several columns at once: from which cosine on an item has "red", and "men", and "casual", each by its own threshold.

The threshold of a value is the one with the best F1 on validation; a value with fewer than `RARE` items there takes
its column's, found over all of its values together.

Shapes: N items, K values of a column, D the latent space.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from gergo.evaluation.confidence import best_f1_threshold
from gergo.evaluation.labels import Labels, read_labels
from gergo.evaluation.prompts import Prompts
from gergo.evaluation.task import Encoder, Rows
from gergo.evaluation.zero_shot import RARE, item_scores, label_vectors

MAX_VALUES = 60
MIN_TOLD = 30  # items of validation that must have a value in the column


def attribute_columns(rows: Rows) -> Iterator[Labels]:
    """The columns whose values are attributes: 2 to 60 of them that repeat, in letters; texts are none."""
    for column, values in rows.columns.items():
        told = [value for value in values if value]
        if column in rows.texts or len(told) < MIN_TOLD:
            continue
        labels = read_labels(column, told)
        lettered = sum(any(character.isalpha() for character in value) for value in told)
        if 2 <= len(labels.name_K) <= min(MAX_VALUES, len(told) // 3) and lettered > len(told) / 2:
            yield labels


def scores(
    encode: Encoder, rows: Rows, labels: Labels, prompts: Prompts
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Cosine of the items that have a value in the column with every value [N, K], and which they have [N]."""
    value_N = np.array([labels.of(value) if value else -1 for value in rows.columns[labels.column]])
    told_N = np.array([bool(value) for value in rows.columns[labels.column]])
    value_KD = label_vectors(encode, labels.word_K, prompts)
    return item_scores(encode.views(rows.view_V), rows.owner_V, value_KD)[told_N], value_N[told_N]


def fit(score_NK: NDArray[np.float32], value_N: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """A threshold for each value, and whether it is the column's because the value is rare."""
    has_NK = value_N[:, None] == np.arange(score_NK.shape[1])
    of_column = best_f1_threshold(score_NK.ravel(), has_NK.ravel())
    rare_K = has_NK.sum(0) < RARE
    own = [of_column if rare else best_f1_threshold(score_NK[:, k], has_NK[:, k]) for k, rare in enumerate(rare_K)]
    return np.array(own), rare_K


def counts(
    score_NK: NDArray[np.float32], value_N: NDArray[np.int64], threshold_K: NDArray[np.float64]
) -> Mapping[str, NDArray[np.int64]]:
    """What is said of each item: right values, wrong ones, and those it has that were not said.

    >>> counts(np.array([[0.9, 0.8]], np.float32), np.array([0]), np.array([0.5, 0.5]))["wrong"].tolist()
    [1]
    """
    has_NK = value_N[:, None] == np.arange(score_NK.shape[1])
    said_NK = score_NK >= threshold_K
    return {
        "right": (said_NK & has_NK).sum(1),
        "wrong": (said_NK & ~has_NK).sum(1),
        "missed": (~said_NK & (value_N >= 0)[:, None] & has_NK).sum(1) + (value_N < 0),
    }


def micro_f1(observed: Mapping[str, NDArray], weight: NDArray[np.floating] | None = None) -> NDArray[np.float64]:
    """F1 over all that was said of all items.

    One right, one wrong, none missed: 2 / (2 + 1).

    >>> round(float(micro_f1({"right": np.array([1]), "wrong": np.array([1]), "missed": np.array([0])})), 4)
    0.6667
    """
    weight = np.ones(len(observed["right"])) if weight is None else weight
    right, wrong, missed = (weight @ observed[name].astype(np.float64) for name in ("right", "wrong", "missed"))
    whole = 2 * right + wrong + missed
    return np.divide(2 * right, whole, out=np.zeros_like(whole), where=whole > 0)
