"""How far an exported model gives what its original gives.

Shapes: N pairs, D the latent space. All vectors are unit rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from gergo.errors import GergoError
from gergo.towers.exporting.samples import Sample
from gergo.towers.model import Model

AMONG = 5
NEIGHBOURS = 10


@dataclass(frozen=True)
class Limits:
    """What an export must keep to: the least mean cosine of any tower, the most points of recall that may be lost."""

    cosine: float
    points: float


LIMITS = {"fp32": Limits(0.9999, 1.0), "fp16": Limits(0.999, 1.0), "int8": Limits(0.95, 3.0)}


@dataclass(frozen=True)
class Agreement:
    """What was found.

    Attributes:
        mean_cosine: of each value's vector with its original, by modality.
        least_cosine: of the value that moved most, by modality.
        recall: recall@5 of each title's own picture among all, of the exported model.
        original_recall: the same of the original.
        kept: share of each title's 10 nearest pictures that are still among its 10 nearest.
        pairs: how many pairs it was found on.
        source: where these are from.
    """

    mean_cosine: dict[str, float]
    least_cosine: dict[str, float]
    recall: float
    original_recall: float
    kept: float
    pairs: int
    source: str

    def lines(self) -> list[str]:
        """The findings in words, a line each."""
        towers = ", ".join(
            f"{name} {self.mean_cosine[name]:.5f} (least {self.least_cosine[name]:.5f})" for name in self.mean_cosine
        )
        return [
            f"checked on {self.pairs} pairs ({self.source})",
            f"cosine to the original, mean: {towers}",
            f"recall@{AMONG} of a title's picture: {self.recall:.3f}, the original's {self.original_recall:.3f}; "
            f"{self.kept:.1%} of the {NEIGHBOURS} nearest are the same",
        ]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def compare(original: Model, exported: Model, sample: Sample) -> Agreement:
    """Encode a sample by both."""
    before = {"image": original.encode_images(sample.images), "text": original.encode_texts(sample.texts)}
    after = {"image": exported.encode_images(sample.images), "text": exported.encode_texts(sample.texts)}
    cosines = {name: (before[name] * after[name]).sum(axis=1) for name in before}
    return Agreement(
        mean_cosine={name: float(values_N.mean()) for name, values_N in cosines.items()},
        least_cosine={name: float(values_N.min()) for name, values_N in cosines.items()},
        recall=recall_at(after["text"] @ after["image"].T, sample.texts),
        original_recall=recall_at(before["text"] @ before["image"].T, sample.texts),
        kept=neighbours_kept(before["text"] @ before["image"].T, after["text"] @ after["image"].T),
        pairs=len(sample),
        source=sample.source,
    )


def recall_at(scores_NN: np.ndarray, texts: Any, k: int = AMONG) -> float:
    """Share of the distinct texts (rows) that have a picture of their own among the `k` best columns.

    Column j is a picture of row i where their texts are equal.

    >>> recall_at(np.array([[0.9, 0.1, 0.0], [0.8, 0.2, 0.1], [0.0, 0.3, 0.2]]), ["a", "b", "c"], k=1)
    0.3333333333333333
    """
    best_NK = np.argsort(-scores_NN, axis=1, kind="stable")[:, :k]
    distinct = {text: row for row, text in reversed(list(enumerate(texts)))}
    hits = [any(texts[column] == text for column in best_NK[row]) for text, row in distinct.items()]
    return float(np.mean(hits))


def neighbours_kept(before_NN: np.ndarray, after_NN: np.ndarray, k: int = NEIGHBOURS) -> float:
    """Mean share of each row's `k` best columns before that are among its `k` best after.

    >>> neighbours_kept(np.array([[3, 2, 1, 0]]), np.array([[3, 0, 2, 1]]), k=2)
    0.5
    """
    k = min(k, before_NN.shape[1])
    tops = (np.argsort(-scores_NN, axis=1, kind="stable")[:, :k] for scores_NN in (before_NN, after_NN))
    return float(np.mean([len(set(a) & set(b)) / k for a, b in zip(*tops, strict=True)]))


def require(agreement: Agreement, limits: Limits, what: str) -> None:
    """Refuse an export that is too far from its original.

    Raises:
        GergoError: a tower's mean cosine is under the limit, or recall fell by more than the limit.
    """
    low: Mapping[str, float] = {n: value for n, value in agreement.mean_cosine.items() if not value >= limits.cosine}
    lost = 100 * (agreement.original_recall - agreement.recall)
    if not low and lost <= limits.points:
        return
    found = [f"the {name} tower's mean cosine to the original is {value:.4f}" for name, value in low.items()]
    if lost > limits.points:
        found.append(f"recall@{AMONG} fell by {lost:.1f} points")
    raise GergoError(
        f"the {what} is too far from the original and was not written: {'; '.join(found)} "
        f"(limits: {limits.cosine}, {limits.points:g} points; {agreement.pairs} pairs, {agreement.source})",
        hint="a higher --precision, your own pictures to calibrate on (--catalogue), or a wider --max-loss",
    )
