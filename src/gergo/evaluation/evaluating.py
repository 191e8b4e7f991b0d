"""`gergo.evaluate`: model and baseline on the same rows, every task on every split, and a verdict."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from platform import python_version

import numpy as np
from numpy.typing import NDArray

from gergo.catalogue.splits import SPLITS
from gergo.catalogue.store import Catalogue
from gergo.errors import GergoError, NotEnoughData, UsageError
from gergo.evaluation import verdict as verdicts
from gergo.evaluation.bootstrap import LEVEL, RESAMPLES
from gergo.evaluation.measured_rows import Measured, choose, count_reasons
from gergo.evaluation.pairing import HELD_OUT, Pair
from gergo.evaluation.registry import DEFAULT, TaskOptions, build
from gergo.evaluation.report import Report
from gergo.evaluation.results import CatalogueCard, Figures, Making, ModelCard, Skipped, Verdict
from gergo.evaluation.task import Encoder, Outcome, Rows, Task
from gergo.evaluation.zero_shot import TEMPLATE
from gergo.progress import say
from gergo.towers.cache import VectorCache
from gergo.towers.geometry import ImageLike
from gergo.towers.model import Model
from gergo.towers.saliency import Method

EVALUATED_SPLITS = ("test", "held_out_brands", "held_out_categories")
VERSIONS_OF = ("gergo", "torch", "transformers", "numpy", "lancedb", "pillow")


def evaluate(
    model: Model,
    catalogue: Catalogue | str | Path,
    *,
    baseline: Model | None = None,
    tasks: Sequence[str | Task] = DEFAULT,
    label_column: str | None = None,
    splits: Sequence[str] = EVALUATED_SPLITS,
    margin: float = 1.0,
    template: str = TEMPLATE,
    boxes: str | Path | None = None,
    seed: int = 0,
) -> Report:
    """Measure a model on rows it was not trained on, beside a baseline, and say whether to ship it.

    Args:
        baseline: what to compare with, as a rule the untuned base; None gives figures without differences.
        tasks: "retrieval" (text->image, image->text, image->image), "zero_shot", or objects of the `Task` protocol.
        label_column: whose values zero-shot chooses from; None is the catalogue's category column.
        margin: how much worse still counts as not worse, in points of a percentage.
        template: the sentence a label is put into, with one `{}`.
        boxes: a table of boxes for the task "grounding" (see docs/seeing.md).
        seed: of the bootstrap, and of what tasks draw.

    Raises:
        UsageError: an unknown task, split or label column, a margin below zero, a template without `{}`.
        NotEnoughData: nothing at all could be measured; the message says why.
        GergoError: a model gave a vector that is not finite.
    """
    started_s = time.monotonic()
    catalogue = catalogue if isinstance(catalogue, Catalogue) else Catalogue.open(catalogue)
    runners = build(tasks, TaskOptions(template=template, boxes=boxes, seed=seed))
    _check(splits, margin)
    models = {"model": model} | ({"baseline": baseline} if baseline is not None else {})
    seen_by = {who: each.has_seen for who, each in models.items()}
    measured = choose(catalogue, splits, seen_by=seen_by, label_column=label_column)
    encoders = [FiniteEncoder(VectorCache(catalogue, each), each.name) for each in models.values()]
    pairs, skipped = _observe(runners, measured, splits, encoders)
    results = [result for pair in pairs for result in pair.results(seed=seed)]
    labels = next((rows.labels for rows in measured.rows.values() if rows.labels is not None), None)
    figures = Figures(
        model=_model_card(model),
        baseline=_model_card(baseline) if baseline is not None else None,
        catalogue=_catalogue_card(catalogue, measured, skipped),
        verdict=_verdict(pairs, measured, model, baseline, margin, seed),
        results=results,
        made_with=Making(
            command=_command(model, catalogue, baseline, label_column, margin),
            seed=seed,
            resamples=RESAMPLES,
            level=LEVEL,
            margin=margin,
            splits=list(splits),
            tasks=[runner.name for runner in runners],
            template=template,
            changed_labels=labels.changed if labels is not None else {},
            versions={name: version(name) for name in VERSIONS_OF} | {"python": python_version()},
            time=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            duration_s=round(time.monotonic() - started_s, 1),
        ),
    )
    return Report(figures, pairs, measured.rows, catalogue)


class FiniteEncoder:
    """An encoder that keeps a split's picture vectors at hand, and stops at a vector that is not finite.

    A NaN compares false with everything: it would rank first or last without a word, and the figure would be wrong.
    """

    def __init__(self, encoder: Encoder, name: str) -> None:
        self._encoder, self._name = encoder, name
        self._views: dict[tuple[int, ...], NDArray[np.float32]] = {}

    def texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vector_ND = self._encoder.texts(texts)
        self._check(vector_ND, lambda row: f"the text '{texts[row]}'")
        return vector_ND

    def views(self, views: Sequence[int]) -> NDArray[np.float32]:
        known = tuple(views)
        if known not in self._views:
            vector_ND = self._encoder.views(views)
            self._check(vector_ND, lambda row: f"picture {views[row]}")
            self._views = {known: vector_ND}
        return self._views[known]

    def images(self, images: Sequence[ImageLike]) -> NDArray[np.float32]:
        vector_ND = self._encoder.images(images)
        self._check(vector_ND, lambda row: f"picture {row} of those that a task made")
        return vector_ND

    def maps(self, image: ImageLike, texts: Sequence[str], method: Method) -> NDArray[np.float32]:
        return self._encoder.maps(image, texts, method)

    @property
    def logit_scale(self) -> float:
        return self._encoder.logit_scale

    def _check(self, vector_ND: NDArray[np.float32], what: Callable[[int], str]) -> None:
        bad_N = np.logical_not(np.isfinite(vector_ND).all(axis=1))
        if bad_N.any():
            raise GergoError(
                f"model '{self._name}' gives a vector that is not finite for {what(int(bad_N.argmax()))} "
                f"({int(bad_N.sum()):,} of {len(vector_ND):,} vectors)",
                hint="its weights may be damaged, or its training may have diverged: nothing was measured",
            )


def _check(splits: Sequence[str], margin: float) -> None:
    for split in splits:
        if split not in SPLITS:
            raise UsageError(f"there is no split '{split}'", hint="splits are " + ", ".join(SPLITS))
    if margin < 0:
        raise UsageError(f"the margin is {margin:g} points; it cannot be below 0")


def _observe(
    runners: Sequence[Task], measured: Measured, splits: Sequence[str], encoders: Sequence[Encoder]
) -> tuple[list[Pair], list[Skipped]]:
    pairs: list[Pair] = []
    skipped: list[Skipped] = []
    for split in splits:
        rows = measured.rows.get(split)
        say(f"measuring on {split}: {len(rows.id_N) if rows else 0:,} items")
        for task in runners:
            try:
                pairs += _both(task, rows, encoders, measured, split)
            except NotEnoughData as lack:
                skipped.append(Skipped(task=task.name, split=split, reason=str(lack)))
    if not pairs:
        reasons = dict.fromkeys(f"{skip.split}: {skip.reason}" for skip in skipped)
        raise NotEnoughData("nothing could be measured; " + "; ".join(reasons))
    return pairs, skipped


def _both(task: Task, rows: Rows | None, encoders: Sequence[Encoder], measured: Measured, split: str) -> list[Pair]:
    if rows is None:
        reasons = count_reasons([item for item in measured.left_out if item.split == split])
        why = ", ".join(f"{reason}: {n:,}" for reason, n in reasons.items())
        raise NotEnoughData(f"every item of the split was left out ({why})" if why else "the split is empty")
    outcomes: list[list[Outcome]] = [list(task.observe(encode, rows)) for encode in encoders]
    if len(outcomes) == 1:
        return [Pair(outcome, None) for outcome in outcomes[0]]
    return [Pair(ours, theirs) for ours, theirs in zip(*outcomes, strict=True)]


def _verdict(
    pairs: Sequence[Pair], measured: Measured, model: Model, baseline: Model | None, margin: float, seed: int
) -> Verdict:
    if baseline is None:
        return verdicts.undecided("No baseline was given: there is nothing to compare with.", margin=margin)
    evidence, on_held_out = verdicts.gather(pairs, seed=seed)
    if not evidence:
        return verdicts.undecided("Nothing was measured on test: no gain can be shown.", margin=margin)
    there = any(split.startswith(HELD_OUT) for split in measured.splits)
    return verdicts.decide(
        evidence,
        margin=margin,
        held_out="measured" if on_held_out else "not_measured" if there else "absent",
        same_weights=model.hash == baseline.hash,
        caveats=_caveats(model, baseline),
    )


def _caveats(model: Model, baseline: Model) -> list[str]:
    base = model.record.get("base")
    if isinstance(base, dict) and base.get("hash") not in (None, baseline.hash) and model.hash != baseline.hash:
        return [
            f"The model was tuned from {base.get('name')}, not from the baseline {baseline.name}: the difference is "
            "not what tuning alone gained."
        ]
    return []


def _model_card(model: Model) -> ModelCard:
    base = model.record.get("base")
    return ModelCard(
        name=model.name,
        hash=model.hash,
        dim=model.dim,
        pretrained_on=len(model.seen),
        base=str(base.get("name", "")) if isinstance(base, dict) else base,
    )


def _catalogue_card(catalogue: Catalogue, measured: Measured, skipped: list[Skipped]) -> CatalogueCard:
    return CatalogueCard(
        name=catalogue.name,
        version=catalogue.version,
        hash=catalogue.hash,
        items={split: len(rows.id_N) for split, rows in measured.rows.items()},
        left_out=len(measured.left_out),
        left_out_reasons=count_reasons(measured.left_out),
        left_out_items=measured.left_out,
        skipped=skipped,
    )


def _command(
    model: Model, catalogue: Catalogue, baseline: Model | None, label_column: str | None, margin: float
) -> str:
    parts = ["gergo evaluate", model.name, catalogue.path.name]
    parts += [f"--baseline {baseline.name}"] if baseline is not None else []
    parts += [f"--label-column {label_column}"] if label_column is not None else []
    return " ".join([*parts, f"--margin {margin:g}"])
