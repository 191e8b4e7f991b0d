"""The few-shot ladder: how far 0, 1, 2, 4, 8 and 16 labelled examples a class get, and where to stop.

The examples are items of train (each by its first picture), drawn several times; every rung, zero-shot too, chooses
among the classes that have an example, on the same items. Three methods:

    zero_shot       the words of the labels alone
    tip_adapter     those and the examples, nothing trained (`gergo.evaluation.tip_adapter`)
    linear_probe    the examples alone (`gergo.evaluation.linear_probe`)

What the last two leave open (alpha and beta; C) is chosen on the validation split, which costs its labels too: the
report says how many. A class with fewer examples than a rung asks for gives all it has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from gergo.errors import NotEnoughData
from gergo.evaluation import metrics
from gergo.evaluation.bootstrap import Resamples
from gergo.evaluation.few_shot_learning import Ladder, Learned, best_picture, learn, plan, sample, splits_to_learn_from
from gergo.evaluation.few_shot_told import Told
from gergo.evaluation.labels import Labels
from gergo.evaluation.prompts import PLAIN, Prompts
from gergo.evaluation.task import Encoder, Metric, Observed, Outcome, Rows
from gergo.evaluation.zero_shot import classify, label_vectors

DRAWS = 5
RESAMPLES = 1000


def _over_draws(
    metric: Callable[..., NDArray[np.float64]], seen: Observed, weight: NDArray[np.floating] | None
) -> NDArray[np.float64]:
    predicted = [value_Q for name, value_Q in seen.items() if name.startswith("predicted_")]
    return np.mean([metric(seen["true"], each, weight) for each in predicted], axis=0)


def _accuracy(
    true_Q: NDArray[np.int64], predicted_Q: NDArray[np.int64], weight: NDArray[np.floating] | None
) -> NDArray[np.float64]:
    return metrics.mean(true_Q == predicted_Q, weight)


METRICS: Mapping[str, Metric] = {
    "acc1": partial(_over_draws, _accuracy),
    "mean_per_class_recall": partial(_over_draws, metrics.mean_per_class_recall),
}


class FewShot:
    """Climb the ladder. prompts: the sentences that labels are put into; seed: of the draws."""

    name = "few_shot"

    def __init__(self, prompts: Prompts = PLAIN, *, seed: int = 0, draws: int = DRAWS) -> None:
        self.prompts, self.seed, self.draws = prompts, seed, draws
        self._learned: WeakKeyDictionary[Encoder, Learned] = WeakKeyDictionary()

    def observe(self, encode: Encoder, rows: Rows) -> Iterator[Outcome]:
        labels, train, validation = splits_to_learn_from(rows)
        ladder = plan(train, validation, seeds=range(self.seed, self.seed + self.draws))
        measured_N = np.isin(rows.label_N, ladder.class_K)
        if not measured_N.any():
            raise NotEnoughData("none of its classes has an item in train to learn from")
        measured = sample(rows, np.flatnonzero(measured_N), ladder.class_K)
        label_KD = label_vectors(encode, [labels.word_K[k] for k in ladder.class_K], self.prompts)
        if encode not in self._learned:
            self._learned[encode] = learn(encode, ladder, label_KD)
        learned = self._learned[encode]
        view_VD = encode.views(measured.view_V)
        cluster_N = rows.group_N[measured_N]
        true_N = measured.class_N
        seen: dict[tuple[str, int], Observed] = {}
        for rung, scorers in learned.scorer.items():
            predicted = [classify(best_picture(scorer(view_VD), measured.owner_V), true_N)[1] for scorer in scorers]
            seen[rung] = {"true": true_N} | {f"predicted_{draw}": each for draw, each in enumerate(predicted)}
        settings = self._settings(rows, labels, ladder, true_N)
        told = Told(labels, ladder, learned, Resamples(cluster_N, seed=self.seed, n=RESAMPLES), true_N, seen)
        for (method, shots), observed in seen.items():
            first = method == "zero_shot"
            at = {"method": method, "shots": shots, "short_classes": int((ladder.shown_K < shots).sum())}
            yield Outcome(
                self.name,
                rows.split,
                settings | at,
                cluster_N,
                observed,
                METRICS,
                exhibits=told.exhibits() if first else (),
                remarks=told.remarks() if first else (),
            )

    def _settings(self, rows: Rows, labels: Labels, ladder: Ladder, true_N: NDArray[np.int64]) -> dict[str, object]:
        labelled = int((rows.label_N >= 0).sum())
        return {
            "label_column": labels.column,
            "candidates": len(ladder.class_K),
            "classes": len(np.unique(true_N)),
            "draws": self.draws,
            "unlabelled": len(rows.id_N) - labelled,
            "without_examples": labelled - len(true_N),
            "chosen_on": len(ladder.choosing.class_N),
            **self.prompts.settings,
        }
