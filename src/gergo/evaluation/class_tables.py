"""Class by class: what was recognised, and which classes are taken for which.

Shapes: N items, K classes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gergo.evaluation.exhibits import Exhibit, Table
from gergo.evaluation.labels import Labels

MOST_PAIRS = 30


def exhibits_of_classes(
    labels: Labels, true_N: NDArray[np.int64], predicted_N: NDArray[np.int64], *, rare: int
) -> list[Exhibit]:
    """A table of the classes and one of the pairs most often confused; a class under `rare` items is flagged."""
    return [class_table(labels, true_N, predicted_N, rare=rare), confusion_table(labels, true_N, predicted_N)]


def class_table(labels: Labels, true_N: NDArray[np.int64], predicted_N: NDArray[np.int64], *, rare: int) -> Table:
    """Every class that has items, the commonest first, with precision (None where it was never predicted)."""
    classes = len(labels.name_K)
    support_K = np.bincount(true_N, minlength=classes)
    predicted_K = np.bincount(predicted_N, minlength=classes)
    hit_K = np.bincount(true_N[true_N == predicted_N], minlength=classes)
    rows = [
        (
            labels.name_K[k],
            int(support_K[k]),
            float(hit_K[k] / support_K[k]),
            float(hit_K[k] / predicted_K[k]) if predicted_K[k] else None,
            float(2 * hit_K[k] / (support_K[k] + predicted_K[k])),
            "rare" if support_K[k] < rare else "",
        )
        for k in np.argsort(-support_K, kind="stable")
        if support_K[k]
    ]
    flagged = sum(row[-1] == "rare" for row in rows)
    return Table(
        "Classes",
        ("class", "items", "recall", "precision", "F1", "trust"),
        rows,
        frozenset({"recall", "precision", "F1"}),
        f"{flagged:,} of {len(rows):,} classes have fewer than {rare} items: their figures mean little."
        if flagged
        else "",
    )


def confusion_table(labels: Labels, true_N: NDArray[np.int64], predicted_N: NDArray[np.int64]) -> Table:
    """The pairs (true class, predicted class), those with the most items first; share: of the true class's items.

    Two of three bolts are taken for nuts.

    >>> labels = Labels("kind", ["bolt", "nut"], ["bolt", "nut"], {"bolt": 0, "nut": 1})
    >>> confusion_table(labels, np.array([0, 0, 0, 1]), np.array([0, 1, 1, 1])).rows
    [('bolt', 'nut', 2, 0.6666666666666666)]
    """
    support_K = np.bincount(true_N)
    wrong_N = true_N != predicted_N
    pairs_P2, count_P = np.unique(np.stack([true_N, predicted_N], 1)[wrong_N], axis=0, return_counts=True)
    order_P = np.argsort(-count_P, kind="stable")
    rows = [
        (labels.name_K[true], labels.name_K[predicted], int(count), float(count / support_K[true]))
        for (true, predicted), count in zip(pairs_P2[order_P], count_P[order_P], strict=True)
    ]
    return Table(
        "Confusions",
        ("class", "taken for", "items", "share of the class"),
        rows,
        frozenset({"share of the class"}),
        most=MOST_PAIRS,
        missing=0,
    )
