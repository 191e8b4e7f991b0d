"""Between the base and what training made of it: weights are mixed, and how much of each is chosen by a rule.

Wortsman et al., 2022, "Robust fine-tuning of zero-shot models" (WiSE-FT): theta = (1 - alpha) base + alpha tuned. Along
that line a good deal of the gain comes early and most of the forgetting late.

The rule, on validation figures only:

1. An alpha may be taken if the generality it keeps (unseen categories, the retain set) is not below the base's by more
   than a margin. Where nothing measures generality, every alpha may be.
2. Of these the best is the one with the highest domain figure (the validation split).
3. It is taken if it is above the base by more than one standard error of their paired difference over clusters (items
   that share a group or a title): a gain that is within noise leaves the base as it is. Of equals the smallest alpha is
   the best.

Nearness to the base is no end in itself. On samples of 400 items of the demo and of real fashion (one seed), held-out
brands gained with the domain up to alpha 1, and to take the smallest alpha within an error of the best (Breiman et al.,
1984) gave away up to a third of the gain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from gergo.contrastive.batching import Task
from gergo.contrastive.objective import prefixes
from gergo.contrastive.selection import DOMAIN, generality
from gergo.progress import bar

Floats = npt.NDArray[np.float64]
State = Mapping[str, Tensor]
ALPHAS = tuple(step / 10 for step in range(11))


@dataclass(frozen=True)
class Point:
    """What one alpha is worth.

    domain: the figure of the validation split, in [0, 1]. generality: the mean of the figures that guard it, None where
    there are none. domain_C: what every cluster of items contributes to the domain figure, in one order for all points.
    """

    alpha: float
    domain: float
    generality: float | None
    domain_C: Floats

    def record(self) -> dict[str, Any]:
        """As it is written down."""
        return {"alpha": self.alpha, "domain": self.domain, "generality": self.generality}


def interpolate(base: State, tuned: State, alpha: float) -> dict[str, Tensor]:
    """(1 - alpha) base + alpha tuned, weight by weight; the very weights of either at 0 and 1. What is no floating
    number is the tuned one's.

    >>> import torch
    >>> interpolate({"w": torch.tensor([1.0, 2.0])}, {"w": torch.tensor([3.0, 2.0])}, 0.25)
    {'w': tensor([1.5000, 2.0000])}
    """
    if alpha in (0, 1):
        return dict(tuned if alpha else base)
    return {
        name: base[name].lerp(weight, alpha) if weight.is_floating_point() else weight for name, weight in tuned.items()
    }


def interpolable(network: nn.Module) -> bool:
    """Whether a mix of weights is a network: running statistics of batch normalisation cannot be mixed."""
    return not any(isinstance(module, _BatchNorm) for module in network.modules())


def choose(points: Sequence[Point], *, margin: float) -> Point:
    """The point that the rule takes; points are in the order of alpha, the first being the base.

    Four clusters. Alpha 1 is best by domain but loses 4 points of generality. Of the rest, 0.5 is best, ahead of the
    base by 0.3 a cluster with a standard error of 0.03 / sqrt(4) x ..., far more than noise.

    >>> q = lambda *values: np.array(values)
    >>> points = [Point(0.0, 0.5, 0.8, q(0.4, 0.5, 0.5, 0.6)), Point(0.5, 0.8, 0.795, q(0.7, 0.8, 0.8, 0.9)),
    ...           Point(1.0, 0.9, 0.76, q(0.8, 0.9, 0.9, 1.0))]
    >>> choose(points, margin=0.01).alpha
    0.5
    >>> choose(points, margin=0.05).alpha
    1.0

    A gain that one cluster in four made: 0.1 with a standard error of 0.1 is noise.

    >>> choose([Point(0.0, 0.5, None, q(0.5, 0.5, 0.5, 0.5)), Point(1.0, 0.6, None, q(0.5, 0.5, 0.5, 0.9))],
    ...        margin=0.01).alpha
    0.0
    """
    floor = points[0].generality
    allowed = [p for p in points if floor is None or (p.generality is not None and p.generality >= floor - margin)]
    best = max(allowed, key=lambda point: (point.domain, -point.alpha))
    base = points[0]
    return best if best.domain - base.domain > standard_error(best.domain_C - base.domain_C) else base


def standard_error(difference_C: Floats) -> float:
    """Of the mean of paired differences; infinite where there is only one, of which nothing can be said.

    >>> round(standard_error(np.array([0.0, 0.0, 0.0, 0.4])), 6)
    0.1
    """
    count = len(difference_C)
    return float(difference_C.std(ddof=1) / np.sqrt(count)) if count > 1 else float("inf")


@dataclass(frozen=True)
class Outcome:
    """Where a run ended on the line between the base and its best epoch.

    points: what was measured, in the order of alpha. by_length: the domain
    figure at the first so many numbers of the vectors, of the base and of what was chosen.
    """

    chosen: Point
    points: list[Point]
    sentence: str
    margin: float
    by_length: dict[str, dict[str, float]]

    @property
    def alpha(self) -> float:
        return self.chosen.alpha

    def record(self) -> dict[str, Any]:
        """As it is written down: the chosen alpha, the rule in words, and the curve of domain against generality."""
        return {
            "alpha": self.alpha,
            "sentence": self.sentence,
            "margin": self.margin,
            "curve": [point.record() for point in self.points],
            "domain_by_length": self.by_length,
        }


def settle(task: Task, base: State, *, beats_base: bool) -> Outcome:
    """Leave in `task.network`, which holds the best epoch's weights, the mix that the rule takes.

    beats_base: whether these weights, as they are, are better than the base; decides where nothing is to be mixed.
    """
    network, settings = task.network, task.settings
    tuned = {name: weight.clone() for name, weight in network.state_dict().items()}
    alphas = ALPHAS if settings.interpolate and interpolable(network) else (0.0, 1.0)
    points = []
    with bar("mixing with the base", len(alphas), "mixes") as progress:
        for alpha in alphas:
            network.load_state_dict(interpolate(base, tuned, alpha))
            points.append(_measured(task, alpha))
            progress.advance(note=f"alpha {alpha:g}")
    margin = settings.generality_margin
    chosen = choose(points, margin=margin) if settings.interpolate else points[-1 if beats_base else 0]
    by_length = {}
    for name, alpha in {"base": 0.0, "tuned": chosen.alpha}.items():
        network.load_state_dict(interpolate(base, tuned, alpha))
        by_length[name] = _by_length(task)
    sentence = _in_words(chosen, points, margin if settings.interpolate else None)
    return Outcome(chosen, points, sentence, margin, by_length)


def _measured(task: Task, alpha: float) -> Point:
    found = task.selection.measure(task.network, task.precision)
    return Point(alpha, found.figures[DOMAIN], generality(found.figures), found.domain_C)


def _by_length(task: Task) -> dict[str, float]:
    """The domain figure at every length that the loss was taken at; nothing where it was at full length alone."""
    if not task.settings.matryoshka:
        return {}
    dim = task.network.tower("text").projection.out_features
    lengths = prefixes(task.settings.matryoshka, dim)
    return {
        str(length): task.selection.measure(task.network, task.precision, dim=length).figures[DOMAIN]
        for length in lengths
    }


def _in_words(point: Point, points: Sequence[Point], margin: float | None) -> str:
    what = {0.0: "the base as it is", 1.0: "the tuned weights as they are"}.get(point.alpha, "a mix with the base")
    if margin is None:
        return f"alpha {point.alpha:g} ({what}: interpolate is off)"
    if not point.alpha:
        return "alpha 0 (the base as it is): no mix is above it by more than a standard error"
    guard = f" of those within {100 * margin:g} points of the base's generality"
    if points[0].generality is None:
        guard = "; nothing measured here what it forgets, which --retain would"
    return f"alpha {point.alpha:g} ({what}), the best by the domain figure{guard}"
