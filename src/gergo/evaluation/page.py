"""What the report's page shows, worked out: `pages/templates/report.html` only lays it out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gergo.evaluation import wording
from gergo.evaluation.examples import Confusion, Example, class_rows, confusions, examples, movements
from gergo.evaluation.pairing import Pair
from gergo.evaluation.results import Figure, Figures, Result
from gergo.evaluation.task import Rows
from gergo.pages.rendering import render
from gergo.pages.thumbnails import data_uri

Pictures = Callable[[Sequence[int]], list[bytes]]
"""Encoded pictures by their view numbers, in the order asked."""

TONES = {"ship": "good", "dont_ship": "bad", "not_enough_data": "warn"}
FINDINGS = {
    "better": ("good", "Better"),
    "not_worse": ("good", "Not worse"),
    "worse": ("bad", "Worse"),
    "unclear": ("warn", "Not settled"),
}
SHOWN_METRICS = {
    "image_retrieval_recall@1": "first answer",
    "image_retrieval_recall@5": "among the first 5",
    "image_retrieval_recall@10": "among the first 10",
    "text_retrieval_recall@1": "first answer",
    "text_retrieval_recall@5": "among the first 5",
    "text_retrieval_recall@10": "among the first 10",
    "weighted_f1": "weighted F1",
    "acc1": "accuracy",
    "acc5": "right class among 5",
    "mean_per_class_recall": "mean recall of the classes",
}
RANKED = frozenset({"median_rank"})
THUMBNAIL_PX = 180


@dataclass(frozen=True)
class Bars:
    """The bars of one task on one split."""

    split: str
    described: str
    results: list[tuple[str, Result]]


@dataclass(frozen=True)
class Block:
    """One task: its bars on every split."""

    title: str
    intro: str
    splits: list[Bars]


@dataclass(frozen=True)
class Deciding:
    """A deciding figure; `at` maps a difference to percent of the width of its axis."""

    figure: Figure
    title: str
    where: str
    tone: str
    found: str
    at: dict[str, float]


def report_page(figures: Figures, pairs: Sequence[Pair], rows: dict[str, Rows], pictures: Pictures | None) -> str:
    """The report as HTML. pictures: None writes figures alone, for reports that may not carry pictures."""
    shown = examples(pairs) if pictures else ([], [])
    confused = confusions(pairs, rows)
    return render(
        "report.html",
        figures=figures,
        tone=TONES[figures.verdict.decision],
        word=wording.HEADS[figures.verdict.decision],
        deciding=[_deciding(figure, figures.made_with.margin) for figure in figures.verdict.figures],
        margin=wording.points(figures.made_with.margin),
        notes=_notes(figures),
        blocks=_blocks(figures.results),
        gains=shown[0],
        losses=shown[1],
        moved=movements(pairs),
        confusions=confused,
        classes=class_rows(pairs, rows),
        splits=wording.SPLITS,
        tasks=wording.TASKS,
        ranked=RANKED,
        image=_thumbnails(pictures, [*shown[0], *shown[1]], confused) if pictures else {},
    )


def _deciding(figure: Figure, margin: float) -> Deciding:
    result = figure.result
    assert result.delta is not None
    assert result.delta_low is not None
    assert result.delta_high is not None
    tone, found = FINDINGS[figure.finding]
    reach = 1.15 * max(abs(result.delta_low), abs(result.delta_high), 2 * margin / 100, 0.01)
    values = {
        "zero": 0.0,
        "margin": -margin / 100,
        "delta": result.delta,
        "low": result.delta_low,
        "high": result.delta_high,
    }
    at = {name: round(50 + 50 * value / reach, 2) for name, value in values.items()}
    what, _, where = wording.described(result).rpartition(", ")
    return Deciding(figure, what[:1].upper() + what[1:], where, tone, found, at)


def _notes(figures: Figures) -> list[str]:
    """The reasons that the deciding figures' own cards do not give."""
    on_cards = tuple(figure.sentence for figure in figures.verdict.figures)
    return [reason for reason in figures.verdict.reasons if not reason.startswith(on_cards)]


def _blocks(results: Sequence[Result]) -> list[Block]:
    """The first outcome of every task and split: the others are in the table."""
    blocks: dict[str, dict[str, list[Result]]] = {}
    for result in results:
        of_split = blocks.setdefault(result.task, {}).setdefault(result.split, [])
        if not of_split or of_split[0].settings == result.settings:
            of_split.append(result)
    return [_block(task, splits) for task, splits in blocks.items()]


def _block(task: str, splits: dict[str, list[Result]]) -> Block:
    bars = []
    for split, results in splits.items():
        by_metric = {result.metric: result for result in results}
        labelled = [(label, by_metric[name]) for name, label in SHOWN_METRICS.items() if name in by_metric]
        if not labelled:
            labelled = [(result.metric, result) for result in results]
        bars.append(Bars(wording.SPLITS.get(split, split), _sizes(results[0]), labelled))
    settings = next(iter(splits.values()))[0].settings
    column = settings.get("text_column", "text")
    intro = {
        "retrieval_text_to_image": f"Every distinct {column} is searched for among the pictures of its split.",
        "retrieval_image_to_text": f"Every product’s pictures look for its {column} among those of its split.",
        "retrieval_image_to_image": "One picture a product looks for the others, among all pictures of its split.",
        "zero_shot": f"The model is given the pictures and the words of {settings.get('label_column')} "
        f"(“{settings.get('template')}”), and no examples. All labels of the catalogue compete.",
    }.get(task, "")
    return Block(wording.TASKS.get(task, task.replace("_", " ").capitalize()), intro, bars)


def _sizes(result: Result) -> str:
    if "gallery" in result.settings:
        unit = "products" if result.settings.get("gallery_unit") == "items" else "texts"
        return f"{result.n:,} queries among {result.settings['gallery']:,} {unit}"
    if "candidates" in result.settings:
        return f"{result.n:,} products, {result.settings['candidates']:,} labels to choose from"
    return f"{result.n:,} queries"


def _thumbnails(pictures: Pictures, shown: Sequence[Example], confused: Sequence[Confusion]) -> dict[int, str]:
    views = {confusion.view for confusion in confused} | {example.right_view for example in shown}
    views |= {answer.view for example in shown for side in example.sides for answer in side.answers}
    order = sorted(views)
    return {view: data_uri(data, size_px=THUMBNAIL_PX) for view, data in zip(order, pictures(order), strict=True)}
