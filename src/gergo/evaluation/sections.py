"""The report's sections: one a task, whatever the task, from its figures, its exhibits and what it remarks."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from gergo.evaluation import wording
from gergo.evaluation.pairing import Pair
from gergo.evaluation.results import Result
from gergo.evaluation.side_by_side import Thumbnail, side_by_side
from gergo.pages.exhibits import Shown
from gergo.pages.grids import Cell, Column, Grid, cell
from gergo.pages.numbers import percent, points
from gergo.pages.plots import plain

METRICS = {
    "image_retrieval_recall@1": "first answer",
    "image_retrieval_recall@5": "among the first 5",
    "image_retrieval_recall@10": "among the first 10",
    "text_retrieval_recall@1": "first answer",
    "text_retrieval_recall@5": "among the first 5",
    "text_retrieval_recall@10": "among the first 10",
    "weighted_f1": "weighted F1",
    "macro_f1": "macro F1",
    "acc1": "accuracy",
    "acc5": "right class among 5",
    "mean_per_class_recall": "mean recall of the classes",
    "mrr": "mean reciprocal rank",
    "ndcg@10": "nDCG@10",
    "median_rank": "median rank",
    "auroc": "AUROC",
    "ece": "calibration error (ECE)",
    "iou": "IoU",
}
HIDDEN = frozenset({"mrr", "ndcg@10", "macro_f1"})  # of the bars: the table of all figures has them
SMALLER_IS_BETTER = ("error", "ece", "fpr", "brier", "nll", "rank", "loss")
SINGLE = (
    "text_column",
    "label_column",
    "queries",
    "labels",
    "candidates",
    "gallery",
)  # settings that tell outcomes apart
BARS = 6  # metrics of an unknown task drawn as bars


@dataclass(frozen=True)
class Bar:
    """A figure with its label; is_share: it can be drawn from 0 to 100%."""

    label: str
    result: Result
    is_share: bool


@dataclass(frozen=True)
class Bars:
    """The figures of one task on one split."""

    split: str
    described: str
    bars: list[Bar]


@dataclass
class Shows:
    """What one outcome shows beside its figures. where: the split; variant: what tells it from the split's first."""

    where: str
    variant: str
    remarks: list[str]
    remarks_before: list[str]
    exhibits: list[Shown]


@dataclass
class Section:
    """One task. shows: of the split that matters most; elsewhere: of the others."""

    task: str
    title: str
    intro: str
    bars: list[Bars] = field(default_factory=list)
    shows: list[Shows] = field(default_factory=list)
    elsewhere: list[Shows] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        return anchor(self.task)

    @property
    def exhibits(self) -> list[Shown]:
        return [shown for shows in [*self.shows, *self.elsewhere] for shown in shows.exhibits]


def sections(pairs: Sequence[Pair], results: Sequence[Result], thumbnail: Thumbnail | None) -> list[Section]:
    """A section a task, in the order they were measured."""
    found: dict[str, Section] = {}
    unbounded = shares_not(pairs)
    for result in results:
        if result.task not in found:
            found[result.task] = Section(result.task, title(result.task), _intro(result.task, result.settings))
    for (task, split), of_split in _first_results(results).items():
        found[task].bars.append(_bars(split, of_split, unbounded))
    first: dict[tuple[str, str], Pair] = {}
    leading: dict[str, str] = {}
    for pair in pairs:
        outcome = pair.model
        of_split = first.setdefault((outcome.task, outcome.split), pair)
        shows = _shows(pair, of_split, thumbnail)
        if shows is not None:
            lead = leading.setdefault(outcome.task, outcome.split)
            section = found[outcome.task]
            (section.shows if outcome.split == lead else section.elsewhere).append(shows)
    return list(found.values())


def anchor(task: str) -> str:
    """The id of a task's section.

    >>> anchor("zero_shot")
    'task-zero-shot'
    """
    return "task-" + re.sub(r"\W|_", "-", task)


def title(task: str) -> str:
    """What a task is called for people.

    >>> title("zero_shot"), title("a_users_own")
    ('Classification without examples', 'A users own')
    """
    return wording.TASKS.get(task, task.replace("_", " ").capitalize())


def metric(name: str) -> str:
    """What a metric is called for people.

    >>> metric("acc1"), metric("pointing_game"), metric("fpr@95")
    ('accuracy', 'pointing game', 'fpr@95')
    """
    return METRICS.get(name, name.replace("_", " "))


def smaller_is_better(name: str) -> bool:
    """Whether a metric counts what went wrong, as its name says.

    >>> smaller_is_better("calibration_error"), smaller_is_better("median_rank"), smaller_is_better("precision")
    (True, True, False)
    """
    return any(word in SMALLER_IS_BETTER for word in name.lower().replace("@", "_").split("_"))


def shares_not(pairs: Sequence[Pair]) -> frozenset[tuple[str, str]]:
    """(task, metric) whose values are no shares."""
    return frozenset((pair.model.task, name) for pair in pairs for name in pair.model.unbounded)


def _first_results(results: Sequence[Result]) -> dict[tuple[str, str], list[Result]]:
    """(task, split) -> the figures of its first outcome; those of the others are in the table."""
    found: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        of_split = found.setdefault((result.task, result.split), [])
        if not of_split or of_split[0].settings == result.settings:
            of_split.append(result)
    return found


def _bars(split: str, results: Sequence[Result], unbounded: frozenset[tuple[str, str]]) -> Bars:
    known = [result for result in results if result.metric in METRICS and result.metric not in HIDDEN]
    order = list(METRICS)
    known.sort(key=lambda result: order.index(result.metric))
    shown = known if len(known) > 1 else list(results)[:BARS]
    bars = []
    for result in shown:
        label = metric(result.metric) + (" (smaller is better)" if smaller_is_better(result.metric) else "")
        values = (v for v in (result.low, result.high, result.value, result.baseline) if v is not None)
        is_share = (result.task, result.metric) not in unbounded and all(0 <= value <= 1 for value in values)
        bars.append(Bar(label, result, is_share))
    return Bars(wording.SPLITS.get(split, split), _sizes(results[0]), bars)


def _sizes(result: Result) -> str:
    settings = result.settings
    if isinstance(settings.get("gallery"), int):
        unit = "products" if settings.get("gallery_unit") == "items" else "texts"
        return f"{result.n:,} queries among {settings['gallery']:,} {unit}"
    if isinstance(settings.get("candidates"), int):
        return f"{result.n:,} products, {settings['candidates']:,} labels to choose from"
    return f"{result.n:,} queries"


def _intro(task: str, settings: dict[str, object]) -> str:
    column, template = settings.get("text_column", "text"), settings.get("template")
    sentence = f" (“{template}”)" if template else ""
    return {
        "retrieval_text_to_image": f"Every distinct {column} is searched for among the pictures of its split.",
        "retrieval_image_to_text": f"Every product’s pictures look for its {column} among those of its split.",
        "retrieval_image_to_image": "One picture a product looks for the others, among all pictures of its split.",
        "zero_shot": f"The model is given the pictures and the words of {settings.get('label_column')}{sentence}, and "
        "no examples. All labels of the catalogue compete.",
    }.get(task, "")


def _shows(pair: Pair, first: Pair, thumbnail: Thumbnail | None) -> Shows | None:
    outcome, baseline = pair.model, pair.baseline
    exhibits = side_by_side(outcome.exhibits, baseline.exhibits if baseline else (), thumbnail)
    if not exhibits and not outcome.remarks:
        return None
    theirs = [remark for remark in baseline.remarks if remark not in outcome.remarks] if baseline else []
    differ = [
        f"{name.replace('_', ' ')}: {value}"
        for name, value in outcome.settings.items()
        if name in SINGLE and first.model.settings.get(name) != value
    ]
    where = wording.SPLITS.get(outcome.split, outcome.split)
    return Shows(where, ", ".join(differ), list(outcome.remarks), theirs, exhibits)


def every_figure(results: Sequence[Result], unbounded: frozenset[tuple[str, str]], *, has_baseline: bool) -> Grid:
    """All figures, a row each."""
    names = ["Task", "Split", "Metric", *(["Before"] if has_baseline else [])]
    names += ["After" if has_baseline else "Figure", "95% interval"]
    names += ["Change", "95% interval of the change"] if has_baseline else []
    numbers = {"Before", "After", "Figure", "Change", "Queries"}
    heads = [Column(name, name in numbers) for name in [*names, "Queries", "Settings"]]
    rows = [_row(result, (result.task, result.metric) not in unbounded, has_baseline) for result in results]
    return Grid("Every figure", heads, rows)


def _row(result: Result, is_share: bool, has_baseline: bool) -> list[Cell]:
    say, say_change = (percent, points) if is_share else (plain, _signed)
    settings = ", ".join(f"{k.replace('_', ' ')}: {v}" for k, v in result.settings.items() if k != "template")
    row = [
        Cell(title(result.task), title(result.task)),
        Cell(wording.SPLITS.get(result.split, result.split), result.split),
        Cell(result.metric, result.metric),
    ]
    if has_baseline:
        row.append(_number(result.baseline, say))
    row += [_number(result.value, say), _span(result.low, result.high, say)]
    if has_baseline:
        row.append(_number(result.delta, say_change))
        row.append(_span(result.delta_low, result.delta_high, say_change))
    return [*row, cell(result.n), Cell(settings, settings)]


def _span(low: float | None, high: float | None, say: Callable[[float], str]) -> Cell:
    return cell(None) if low is None or high is None else Cell(f"{say(low)} to {say(high)}", low)


def _number(value: float | None, say: Callable[[float], str]) -> Cell:
    return cell(None) if value is None else Cell(say(value), value)


def _signed(value: float) -> str:
    return ("+" if value > 0 else "") + plain(value)
