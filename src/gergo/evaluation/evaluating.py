"""`gergo.evaluate`: model and baseline on the same rows, every task on every split, and a verdict."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from platform import python_version

from gergo.catalogue.splits import SPLITS
from gergo.catalogue.store import Catalogue
from gergo.errors import NotEnoughData, UsageError
from gergo.evaluation import verdict as verdicts
from gergo.evaluation.bootstrap import LEVEL, RESAMPLES
from gergo.evaluation.cards import catalogue_card, command, model_card
from gergo.evaluation.exhibit_json import shown_exhibits, shown_remarks
from gergo.evaluation.finite_encoder import FiniteEncoder
from gergo.evaluation.label_words import LabelWords, read_label_words
from gergo.evaluation.labels import Labels
from gergo.evaluation.measured_rows import HasSeen, Measured, choose, count_reasons
from gergo.evaluation.own_queries import OwnQueries, QueryFile, read_queries, unknown_ids
from gergo.evaluation.pairing import HELD_OUT, Pair
from gergo.evaluation.prompts import Prompts, choose_prompts
from gergo.evaluation.registry import DEFAULT, TaskOptions, build
from gergo.evaluation.report import Report
from gergo.evaluation.results import CatalogueCard, Figures, Making, Skipped, Verdict
from gergo.evaluation.task import RETAIN, Encoder, Outcome, Rows, Task
from gergo.evaluation.verdict import Margins
from gergo.progress import say
from gergo.towers.cache import VectorCache
from gergo.towers.model import Model

EVALUATED_SPLITS = ("test", "held_out_brands", "held_out_categories")
VERSIONS_OF = ("gergo", "torch", "transformers", "numpy", "lancedb", "pillow")


def evaluate(
    model: Model | str | Path,
    catalogue: Catalogue | str | Path,
    *,
    baseline: Model | str | Path | None = None,
    tasks: Sequence[str | Task] = DEFAULT,
    label_column: str | None = None,
    labels_file: str | Path | None = None,
    splits: Sequence[str] = EVALUATED_SPLITS,
    margin: float = 1.0,
    min_gain: float = 0.0,
    prompts: str | None = None,
    template: str | None = None,
    queries: str | Path | None = None,
    boxes: str | Path | None = None,
    parent_column: str | None = None,
    strangers: str | Path | None = None,
    retain: Catalogue | str | Path | None = None,
    seed: int = 0,
) -> Report:
    """Measure a model on rows it was not trained on, beside a baseline, and say whether to ship it.

    Args:
        baseline: what to compare with, as a rule the untuned base; None gives figures without differences.
        tasks: names of `gergo.evaluation.registry.TASKS` or of installed tasks, "all", or objects of `Task`.
        label_column: whose values zero-shot chooses from; None is the catalogue's category column.
        labels_file: lines `value,words`: what the model is asked for instead of a value (`Tshirts,T-shirt`).
        margin: how much worse still counts as not worse, in points of a percentage.
        min_gain: how much better the model must be on test at least, in points.
        prompts: a pack of sentences for labels (general, fashion, grocery, electronics, diy), or a file of one's own.
        template: one sentence a label is put into, with one `{}`, instead of a pack.
        queries: a file `query,id,grade` of the shop's own queries; adds the task "queries".
        boxes: a table of boxes for the task "grounding" (see docs/seeing.md).
        parent_column: for "fine_grained", what groups labels into families; found where it is not named.
        strangers: for "refusal", the folder of a catalogue of another trade; drawn where it is not named.
        retain: another catalogue that must not be forgotten: the same tasks there, and a guard of the verdict.
        seed: of the bootstrap, and of what tasks draw.

    Raises:
        UsageError: an unknown task, split, label column or pack, a margin below zero, a template without `{}`.
        InputError: a labels file, prompts or queries that cannot be used; the message names the line.
        NotEnoughData: nothing at all could be measured; the message says why.
        GergoError: a model gave a vector that is not finite.
    """
    started_s = time.monotonic()
    asked = _Asked(tuple(splits), Margins(margin, min_gain), choose_prompts(prompts, template), seed)
    labels_file, queries, boxes, strangers = (
        Path(file) if file is not None else None for file in (labels_file, queries, boxes, strangers)
    )
    catalogue, model = Catalogue.of(catalogue), Model.of(model)
    baseline = Model.of(baseline) if baseline is not None else None
    retained = Catalogue.of(retain) if retain is not None else None
    if retained is not None:
        catalogue.require_other(retained)
    query_file = read_queries(queries) if queries is not None else None
    runners = build(
        tasks,
        TaskOptions(
            prompts=asked.prompts,
            seed=seed,
            queries=query_file,
            boxes=boxes,
            parent_column=parent_column,
            strangers=strangers,
        ),
    )
    models = {"model": model} | ({"baseline": baseline} if baseline is not None else {})
    seen_by: dict[str, HasSeen] = {who: each.has_seen for who, each in models.items()}
    renamed = read_label_words(labels_file) if labels_file is not None else None
    measured = choose(catalogue, asked.splits, seen_by=seen_by, label_column=label_column, renamed=renamed)
    labels = measured.labels
    _check_labels(labels, renamed)
    unknown = _unknown_ids(query_file, catalogue)
    pairs, skipped = _observe(runners, measured, asked.splits, _encoders(catalogue, models))
    kept, kept_pairs = _retained(retained, runners, asked, models, seen_by) if retained is not None else (None, [])
    given: dict[str, object] = {
        "baseline": baseline.name if baseline is not None else None,
        "tasks": ",".join(_names(tasks)) if tuple(tasks) != DEFAULT else None,
        "label_column": label_column,
        "labels_file": labels_file,
        "prompts": prompts,
        "queries": queries,
        "boxes": boxes,
        "parent_column": parent_column,
        "strangers": strangers,
        "retain": retained.path if retained is not None else None,
    }
    figures = Figures(
        model=model_card(model),
        baseline=model_card(baseline) if baseline is not None else None,
        catalogue=catalogue_card(catalogue, measured, skipped),
        retained=kept,
        verdict=_verdict(pairs, kept_pairs, measured, models, asked, [runner.name for runner in runners]),
        results=[result for pair in [*pairs, *kept_pairs] for result in pair.results(seed=seed)],
        exhibits=shown_exhibits([*pairs, *kept_pairs]),
        remarks=shown_remarks([*pairs, *kept_pairs]),
        made_with=asked.making(command(model, catalogue, asked.options(given)), runners, labels, unknown, started_s),
    )
    return Report(figures, pairs, measured.rows, catalogue)


@dataclass(frozen=True)
class _Asked:
    """What the user set that holds for every catalogue and task."""

    splits: tuple[str, ...]
    margins: Margins
    prompts: Prompts
    seed: int

    def __post_init__(self) -> None:
        for split in self.splits:
            if split not in SPLITS:
                raise UsageError(f"there is no split '{split}'", hint="splits are " + ", ".join(SPLITS))
        if not self.margins.worse >= 0:
            raise UsageError(f"the margin is {self.margins.worse:g} points; it cannot be below 0")
        if not self.margins.gain >= 0:
            raise UsageError(f"the gain asked for is {self.margins.gain:g} points; it cannot be below 0")

    def options(self, others: Mapping[str, object]) -> dict[str, object]:
        """The options of a command line: the others, then the margins."""
        return {**others, "min_gain": self.margins.gain or None, "margin": self.margins.worse}

    def making(
        self,
        command: str,
        runners: Sequence[Task],
        labels: Labels | None,
        unknown_ids: dict[str, int],
        started_s: float,
    ) -> Making:
        return Making(
            command=command,
            seed=self.seed,
            resamples=RESAMPLES,
            level=LEVEL,
            margin=self.margins.worse,
            min_gain=self.margins.gain,
            splits=list(self.splits),
            tasks=[runner.name for runner in runners],
            template=self.prompts.sentences[0],
            prompts=self.prompts.name,
            templates=list(self.prompts.sentences),
            changed_labels=labels.changed if labels is not None else {},
            merged_labels=labels.merged if labels is not None else {},
            unused_label_words=labels.unused if labels is not None else [],
            unknown_query_ids=unknown_ids,
            versions={name: version(name) for name in VERSIONS_OF} | {"python": python_version()},
            time=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            duration_s=round(time.monotonic() - started_s, 1),
        )


def _encoders(catalogue: Catalogue, models: dict[str, Model]) -> list[Encoder]:
    caches: dict[tuple[str, str], VectorCache] = {}  # a model beside itself has one table of vectors, not two
    for model in models.values():
        caches.setdefault((model.hash, model.precision), VectorCache(catalogue, model))
    return [FiniteEncoder(caches[model.hash, model.precision], model.name) for model in models.values()]


def _names(tasks: Sequence[str | Task]) -> list[str]:
    return [task if isinstance(task, str) else task.name for task in tasks]


def _check_labels(labels: Labels | None, renamed: LabelWords | None) -> None:
    """A labels file must name values there are; what of it is not used, and what it merges, is said."""
    if renamed is None:
        return
    if labels is None:
        raise UsageError("--labels-file needs a label column", hint="name one with --label-column")
    if len(labels.unused) == len(renamed.value_of):
        raise UsageError(
            f"{renamed.path}: none of its values is in column '{labels.column}', as '{labels.unused[0]}'",
            hint="values of the column are " + ", ".join(labels.name_K[:5]),
        )
    if labels.unused:
        say(
            f"{len(labels.unused):,} values of {renamed.path} are not in column {labels.column}, "
            f"as '{labels.unused[0]}'"
        )
    for name in labels.merged:
        say(f"one class, since they have the same words: {name}")


def _unknown_ids(queries: QueryFile | None, catalogue: Catalogue) -> dict[str, int]:
    """The ids of a file of queries that the catalogue does not have, with the row that names each first."""
    if queries is None:
        return {}
    unknown = unknown_ids(queries, set(catalogue.items(columns=[])["id"].to_pylist()))
    if unknown:
        first = f"{unknown[0]!r} in row {queries.row_of[unknown[0]]:,}"
        say(f"{len(unknown):,} of {len(queries.row_of):,} ids of {queries.path} are not in the catalogue, as {first}")
    return {id: queries.row_of[id] for id in unknown}


def _retained(
    catalogue: Catalogue,
    runners: Sequence[Task],
    asked: _Asked,
    models: dict[str, Model],
    seen_by: dict[str, HasSeen],
) -> tuple[CatalogueCard, list[Pair]]:
    """The same tasks on a catalogue that must not be forgotten; its splits are named `retain_test` and so on."""
    measured = choose(catalogue, asked.splits, seen_by=seen_by, label_column=None, trained=False)
    named = {f"{RETAIN}_{split}": split for split in asked.splits}
    rows = {name: replace(measured.rows[split], split=name) for name, split in named.items() if split in measured.rows}
    measured.rows = rows
    measured.left_out = [item.model_copy(update={"split": f"{RETAIN}_{item.split}"}) for item in measured.left_out]
    tasks = [task for task in runners if not isinstance(task, OwnQueries)]
    pairs, skipped = _observe(tasks, measured, list(named), _encoders(catalogue, models), catalogue.name)
    return catalogue_card(catalogue, measured, skipped), pairs


def _observe(
    runners: Sequence[Task],
    measured: Measured,
    splits: Sequence[str],
    encoders: Sequence[Encoder],
    retained: str = "",
) -> tuple[list[Pair], list[Skipped]]:
    """retained: the name of the catalogue where it is not the model's own; its figures carry it."""
    pairs: list[Pair] = []
    skipped: list[Skipped] = []
    for split in splits:
        rows = measured.rows.get(split)
        say(f"measuring on {split}: {len(rows.id_N) if rows else 0:,} items")
        for task in runners:
            try:
                pairs += _both(task, rows, encoders, measured, split, {"catalogue": retained} if retained else {})
            except NotEnoughData as lack:
                skipped.append(Skipped(task=task.name, split=split, reason=str(lack)))
    if not pairs:
        reasons = dict.fromkeys(f"{skip.split}: {skip.reason}" for skip in skipped)
        raise NotEnoughData("nothing could be measured; " + "; ".join(reasons))
    return pairs, skipped


def _both(
    task: Task,
    rows: Rows | None,
    encoders: Sequence[Encoder],
    measured: Measured,
    split: str,
    more: dict[str, object],
) -> list[Pair]:
    if rows is None:
        reasons = count_reasons([item for item in measured.left_out if item.split == split])
        why = ", ".join(f"{reason}: {n:,}" for reason, n in reasons.items())
        raise NotEnoughData(f"every item of the split was left out ({why})" if why else "the split is empty")
    outcomes: list[list[Outcome]] = [
        [
            replace(outcome, settings={**outcome.settings, **_origin(outcome, measured), **more})
            for outcome in task.observe(encode, rows)
        ]
        for encode in encoders
    ]
    if len(outcomes) == 1:
        return [Pair(outcome, None) for outcome in outcomes[0]]
    return [Pair(ours, theirs) for ours, theirs in zip(*outcomes, strict=True)]


def _origin(outcome: Outcome, measured: Measured) -> dict[str, object]:
    """What a text that the shop did not write was made from: a figure over it is not over the shop's own words."""
    made_from = measured.made_from.get(str(outcome.settings.get("text_column")))
    return {"made_from": made_from} if made_from else {}


def _verdict(
    pairs: Sequence[Pair],
    retained: Sequence[Pair],
    measured: Measured,
    models: dict[str, Model],
    asked: _Asked,
    tasks: Sequence[str],
) -> Verdict:
    model, baseline = models["model"], models.get("baseline")
    margin, min_gain = asked.margins.worse, asked.margins.gain
    evidence, on_held_out = verdicts.gather(pairs, seed=asked.seed) if baseline is not None else ([], False)
    evidence = [replace(item, items=measured.items) for item in evidence]
    kept = verdicts.retention(retained, seed=asked.seed) if evidence else None
    missing = ""
    if baseline is None:
        missing = "No baseline was given: there is nothing to compare with."
    elif not evidence:
        missing = verdicts.without_evidence(pairs, tasks)
    elif retained and kept is None:
        missing = "Nothing was measured on the test split of the catalogue to retain."
    if missing or baseline is None:
        return verdicts.undecided(missing, margin=margin, min_gain=min_gain)
    there = any(split.startswith(HELD_OUT) for split in measured.splits)
    return verdicts.decide(
        [*evidence, *([kept] if kept is not None else [])],
        margin=margin,
        min_gain=min_gain,
        held_out="measured" if on_held_out else "not_measured" if there else "absent",
        same_weights=model.same_weights(baseline),
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
