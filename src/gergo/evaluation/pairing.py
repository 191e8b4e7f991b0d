"""Two models on the same queries: their outcomes paired, pooled over splits, and turned into figures with
intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from gergo.evaluation.bootstrap import RESAMPLES, Paired, Resamples
from gergo.evaluation.multiplicity import cohens_h
from gergo.evaluation.results import Result
from gergo.evaluation.task import Metric, Observed, Outcome

HELD_OUT = "held_out"
"""The name of what several held-out splits are pooled to."""

SEEN = "test"
"""The split whose classes training saw."""

_VARIANT = ("text_column", "queries", "labels", "label_column", "catalogue")


@dataclass(frozen=True)
class Pair:
    """What the model and the baseline (None: not given) did with the same queries."""

    model: Outcome
    baseline: Outcome | None

    def __post_init__(self) -> None:
        if self.baseline is not None:
            ours, theirs = self.model, self.baseline
            assert (ours.task, ours.split, ours.settings) == (theirs.task, theirs.split, theirs.settings)
            assert np.array_equal(ours.cluster_Q, theirs.cluster_Q), "both models answer the same queries"

    @property
    def variant(self) -> tuple[object, ...]:
        """What tells the outcomes of one task and split apart; equal in outcomes that may be pooled."""
        return (self.model.task, *(self.model.settings.get(name) for name in _VARIANT))

    def results(self, *, seed: int, resamples: int = RESAMPLES) -> list[Result]:
        """Every metric with its interval, in the order the task gives them."""
        draws = Resamples(self.model.cluster_Q, seed=seed, n=resamples, stratum_Q=self.model.stratum_Q)
        return [self._result(name, draws) for name in self.model.metrics]

    def result(self, metric: str, *, seed: int, resamples: int = RESAMPLES) -> Result:
        """One metric with its interval."""
        draws = Resamples(self.model.cluster_Q, seed=seed, n=resamples, stratum_Q=self.model.stratum_Q)
        return self._result(metric, draws)

    def _result(self, name: str, draws: Resamples) -> Result:
        statistics = [
            partial(outcome.metrics[name], outcome.observed)
            for outcome in (self.model, self.baseline)
            if outcome is not None
        ]
        is_share = name not in self.model.unbounded
        paired = draws.paired(*statistics, is_share=is_share)
        return Result(
            task=self.model.task,
            split=self.model.split,
            metric=name,
            value=paired.model.value,
            low=paired.model.low,
            high=paired.model.high,
            n=len(self.model.cluster_Q),
            settings=dict(self.model.settings),
            clusters=draws.clusters,
            **_against(paired, is_share=is_share),
        )


def _against(paired: Paired, *, is_share: bool) -> Mapping[str, float | None]:
    if paired.baseline is None or paired.delta is None:
        return {}
    return {
        "effect_size": cohens_h(paired.model.value, paired.baseline.value) if is_share else None,
        "baseline": paired.baseline.value,
        "baseline_low": paired.baseline.low,
        "baseline_high": paired.baseline.high,
        "delta": paired.delta.value,
        "delta_low": paired.delta.low,
        "delta_high": paired.delta.high,
    }


def pool(pairs: Sequence[Pair], split: str = HELD_OUT) -> Pair:
    """The queries of several splits together, each still ranked in its own split's gallery; split: its name."""
    assert len({pair.variant for pair in pairs}) == 1, "only outcomes of one kind are pooled"
    if len(pairs) == 1:
        return pairs[0]
    baselines = [pair.baseline for pair in pairs if pair.baseline is not None]
    pooled = _pool([pair.model for pair in pairs], split)
    return Pair(pooled, _pool(baselines, split) if len(baselines) == len(pairs) else None)


def harmonic(seen: Pair, new: Pair) -> Pair:
    """The queries of two splits together, each resampled by itself; a metric is the harmonic mean of what it is on each
    (0 where either is).

    How classes never trained on are counted among those that were (Xian et al. 2019, "Zero-shot learning: a
    comprehensive evaluation of the good, the bad and the ugly"): a model that gives everything a new class's name finds
    all of that class, and nothing else.
    """
    both = pool([seen, new], new.model.split)
    parts = np.repeat([False, True], [len(seen.model.cluster_Q), len(new.model.cluster_Q)])
    baseline = None if both.baseline is None else _harmonic(both.baseline, parts)
    return Pair(_harmonic(both.model, parts), baseline)


def _harmonic(outcome: Outcome, new_Q: NDArray[np.bool_]) -> Outcome:
    def of(metric: Metric) -> Metric:
        def measured(observed: Observed, weight: NDArray[np.floating] | None) -> NDArray[np.float64]:
            weighted = np.ones(len(new_Q)) if weight is None else weight
            seen, new = (
                metric({name: value[part] for name, value in observed.items()}, weighted[..., part])
                for part in (~new_Q, new_Q)
            )
            return 2 * seen * new / np.maximum(seen + new, 1e-12)

        return measured

    return replace(
        outcome,
        settings={**outcome.settings, "mean_with": SEEN},
        metrics={name: of(metric) for name, metric in outcome.metrics.items()},
        stratum_Q=new_Q.astype(np.int64),
    )


def _pool(outcomes: Sequence[Outcome], split: str) -> Outcome:
    first = outcomes[0]
    settings = {name: first.settings[name] for name in _VARIANT if name in first.settings}
    galleries = {outcome.split: outcome.settings.get("gallery") for outcome in outcomes}
    return replace(
        first,
        split=split,
        settings={**settings, "pooled": list(galleries), "galleries": galleries},
        cluster_Q=np.concatenate([outcome.cluster_Q for outcome in outcomes]),
        observed={name: np.concatenate([outcome.observed[name] for outcome in outcomes]) for name in first.observed},
        answers=None,
        exhibits=(),
        remarks=(),
    )
