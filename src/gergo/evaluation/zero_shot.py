"""Zero-shot classification over a column: which of the catalogue's labels, put into a sentence, is nearest to the
item.

All labels of the catalogue compete, on every split: on held-out categories that is generalised zero-shot, where the
new classes have to be told from those of training too (Chao et al. 2016); the figure among the split's own labels
stands beside it. A label's vector is the mean direction of its words in several sentences (`prompts`). The score of
an item is the best of its pictures. Ties count against the model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from gergo.errors import NotEnoughData
from gergo.evaluation import metrics
from gergo.evaluation.class_tables import exhibits_of_classes
from gergo.evaluation.prompts import PLAIN, Prompts
from gergo.evaluation.ranking import TIE
from gergo.evaluation.task import Encoder, Metric, Outcome, Rows
from gergo.evaluation.vectors import mean_direction

RARE = 10  # rows under which a class's own figures mean little

METRICS: Mapping[str, Metric] = {
    "weighted_f1": lambda seen, weight: metrics.weighted_f1(seen["true"], seen["predicted"], weight),
    "acc1": lambda seen, weight: metrics.recall_at_k(seen["rank"], 1, weight),
    "acc5": lambda seen, weight: metrics.recall_at_k(seen["rank"], 5, weight),
    "mean_per_class_recall": lambda seen, weight: metrics.mean_per_class_recall(
        seen["true"], seen["predicted"], weight
    ),
    "macro_f1": lambda seen, weight: metrics.macro_f1(seen["true"], seen["predicted"], weight),
}


class ZeroShot:
    """Classify the items by the words of their labels. prompts: the sentences that these are put into."""

    name = "zero_shot"

    def __init__(self, prompts: Prompts = PLAIN) -> None:
        self.prompts = prompts

    def observe(self, encode: Encoder, rows: Rows) -> Iterator[Outcome]:
        labels = rows.labels
        if labels is None:
            raise NotEnoughData("no label column was given and the catalogue has no category column")
        labelled_N = rows.label_N >= 0
        if not labelled_N.any():
            raise NotEnoughData(f"no item has a label in column '{labels.column}'")
        if len(labels.name_K) < 2:
            raise NotEnoughData(f"column '{labels.column}' holds one class, '{labels.name_K[0]}'")
        label_KD = label_vectors(encode, labels.word_K, self.prompts)
        view_VD = encode.views(rows.view_V)
        score_NK = item_scores(view_VD, rows.owner_V, label_KD)[labelled_N]
        true_N = rows.label_N[labelled_N]
        cluster_N = rows.group_N[labelled_N]
        yield self._outcome(rows, "all", score_NK, true_N, cluster_N)
        own_K = np.unique(true_N)
        if 1 < len(own_K) < len(labels.name_K):
            among_own_NK = np.full_like(score_NK, -np.inf)
            among_own_NK[:, own_K] = score_NK[:, own_K]
            yield self._outcome(rows, "of_this_split", among_own_NK, true_N, cluster_N)

    def _outcome(
        self,
        rows: Rows,
        candidates: str,
        score_NK: NDArray[np.float32],
        true_N: NDArray[np.int64],
        cluster_N: NDArray[np.int64],
    ) -> Outcome:
        assert rows.labels is not None
        rank_N, predicted_N = classify(score_NK, true_N)
        support_K = np.bincount(true_N, minlength=score_NK.shape[1])
        settings = {
            "label_column": rows.labels.column,
            "labels": candidates,
            "candidates": int(np.isfinite(score_NK[0]).sum()),
            "classes": int((support_K > 0).sum()),
            "rare_classes": int(((support_K > 0) & (support_K < RARE)).sum()),
            "unlabelled": len(rows.id_N) - len(true_N),
            **self.prompts.settings,
        }
        observed = {"true": true_N, "predicted": predicted_N, "rank": rank_N}
        exhibits = exhibits_of_classes(rows.labels, true_N, predicted_N, rare=RARE) if candidates == "all" else []
        return Outcome("zero_shot", rows.split, settings, cluster_N, observed, METRICS, exhibits=exhibits)


def label_vectors(encode: Encoder, words: list[str], prompts: Prompts) -> NDArray[np.float32]:
    """One unit vector a label: the mean direction of its words in every sentence, [K, D]."""
    vector_XD = encode.texts(prompts.fill(words))
    return mean_direction(vector_XD.reshape(len(words), len(prompts.sentences), -1))


def item_scores(
    view_VD: NDArray[np.float32], owner_V: NDArray[np.int64], label_KD: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Cosine of every item's best picture with every label, [N, K]."""
    start_N = np.searchsorted(owner_V, np.arange(owner_V[-1] + 1))
    return np.maximum.reduceat(view_VD @ label_KD.T, start_N, axis=0)


def classify(score_NK: NDArray[np.float32], true_N: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rank of the true label among all (from 1), and the label predicted; what ties with the truth stands before it.

    >>> rank, predicted = classify(np.array([[0.9, 0.1], [0.5, 0.5]]), np.array([0, 1]))
    >>> rank.tolist(), predicted.tolist()
    ([1, 2], [0, 0])
    """
    score_NK = score_NK.copy()
    row_N = np.arange(len(true_N))
    score_NK[row_N, true_N] -= TIE
    rank_N = 1 + (score_NK > score_NK[row_N, true_N][:, None]).sum(1)
    return rank_N, score_NK.argmax(1)
