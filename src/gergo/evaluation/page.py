"""What the report's page shows, worked out: `pages/templates/report.html` only lays it out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gergo.evaluation import wording
from gergo.evaluation.examples import Confusion, Example, confusions, examples, movements
from gergo.evaluation.glance import glance
from gergo.evaluation.mixing import mixing_figures
from gergo.evaluation.pairing import Pair
from gergo.evaluation.results import Figure, Figures, Making
from gergo.evaluation.sections import Section, every_figure, sections, shares_not
from gergo.evaluation.side_by_side import Thumbnail
from gergo.evaluation.task import Rows
from gergo.pages.grids import Grid, grid
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
SEARCHES, CLASSES = "retrieval_text_to_image", "zero_shot"
"""The tasks whose sections hold the searches won and lost, and the classes one by one."""
THUMBNAIL_PX = 180
EXHIBIT_PX = 300


@dataclass(frozen=True)
class Deciding:
    """A deciding figure; `at` maps a difference to percent of the width of its axis.

    p: the p-value of `claim`, which is what the finding was held against: of harm where harm was found.
    """

    figure: Figure
    title: str
    where: str
    tone: str
    found: str
    at: dict[str, float]
    claim: str
    p: float | None


def report_page(figures: Figures, pairs: Sequence[Pair], rows: dict[str, Rows], pictures: Pictures | None) -> str:
    """The report as HTML. pictures: None writes figures alone, for reports that may not carry pictures."""
    gains, losses = examples(pairs) if pictures else ([], [])
    confused = confusions(pairs, rows)
    unbounded = shares_not(pairs)
    tasks = sections(pairs, figures.results, _thumbnail(pictures) if pictures else None)
    has_baseline = figures.baseline is not None
    mixing = figures.model.mixing
    return render(
        "report.html",
        figures=figures,
        tone=TONES[figures.verdict.decision],
        word=wording.HEADS[figures.verdict.decision] if figures.verdict.figures else wording.NO_VERDICT,
        deciding=[_deciding(figure, figures.made_with) for figure in figures.verdict.figures],
        margin=wording.points(figures.made_with.margin),
        notes=_notes(figures),
        glance=glance(figures.results, unbounded),
        sections=tasks,
        mixes=mixing_figures(mixing) if mixing else [],
        contents=_contents(tasks, has_baseline=has_baseline, has_mixes=mixing is not None),
        every_figure=every_figure(figures.results, unbounded, has_baseline=has_baseline),
        gains=gains,
        losses=losses,
        moved=movements(pairs),
        confusions=confused,
        left_out=_left_out(figures),
        searches=SEARCHES,
        classes=CLASSES,
        splits=wording.SPLITS,
        image=_thumbnails(pictures, [*gains, *losses], confused) if pictures else {},
        has_pictures=pictures is not None,
        has_plots=mixing is not None or any(shown.kind == "figure" for task in tasks for shown in task.exhibits),
    )


def _contents(tasks: Sequence[Section], *, has_baseline: bool, has_mixes: bool) -> list[tuple[str, str]]:
    """Where the page leads: (id, title)."""
    return [
        ("verdict", "Verdict"),
        ("figures", "Before and after" if has_baseline else "The figures"),
        *((section.anchor, section.title) for section in tasks),
        *([("mixing", "Between base and tuned")] if has_mixes else []),
        ("every-figure", "Every figure"),
        ("left-out", "What was left out"),
        ("reproduce", "How to repeat it"),
    ]


def _deciding(figure: Figure, making: Making) -> Deciding:
    result, margin = figure.result, making.margin
    assert result.delta is not None
    tone, found = FINDINGS[figure.finding]
    values = {"zero": 0.0, "margin": -margin / 100, "delta": result.delta}
    if result.delta_low is not None and result.delta_high is not None:
        values |= {"low": result.delta_low, "high": result.delta_high}
    reach = 1.15 * max(2 * margin / 100, 0.01, *map(abs, values.values()))
    at = {name: round(50 + 50 * value / reach, 2) for name, value in values.items()}
    what, where = wording.counted(result), f"on {wording.where(result)}"
    is_worse = figure.finding == "worse"
    asked = making.min_gain if figure.role == "gain" else 0.0
    claim = wording.claimed("worse" if is_worse else figure.claim, margin, asked)
    p = figure.p_harm if is_worse else figure.p_holm
    return Deciding(figure, what[:1].upper() + what[1:], where, tone, found, at, claim, p)


def _notes(figures: Figures) -> list[str]:
    """The reasons that neither the headline nor the deciding figures' own cards give."""
    verdict = figures.verdict
    on_cards = tuple(figure.sentence for figure in verdict.figures)
    return [reason for reason in verdict.reasons if not reason.startswith(on_cards) and reason not in verdict.sentence]


def _left_out(figures: Figures) -> Grid:
    listed = figures.catalogue.left_out_items
    rows = [[item.id, wording.SPLITS.get(item.split, item.split), item.reason] for item in listed]
    return grid("The products left out", ["Id", "Split", "Why"], rows)


def _thumbnails(pictures: Pictures, shown: Sequence[Example], confused: Sequence[Confusion]) -> dict[int, str]:
    views = {confusion.view for confusion in confused} | {example.right_view for example in shown}
    views |= {answer.view for example in shown for side in example.sides for answer in side.answers}
    order = sorted(views)
    return {view: data_uri(data, size_px=THUMBNAIL_PX) for view, data in zip(order, pictures(order), strict=True)}


def _thumbnail(pictures: Pictures) -> Thumbnail:
    """A view of the catalogue, or a picture that a task made, as it stands in an exhibit."""

    def thumbnail(picture: int | bytes) -> str:
        data = picture if isinstance(picture, bytes) else pictures([picture])[0]
        return data_uri(data, size_px=EXHIBIT_PX)

    return thumbnail
