"""`gergo evaluate`: what a model is worth on a catalogue, beside another, and a verdict."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from gergo.cli.arguments import CataloguePath, ModelName, split_commas, writable
from gergo.cli.printing import print_json, print_table
from gergo.pages.leading import leading
from gergo.progress import say


class JsonFormat(StrEnum):
    """What `--json` writes."""

    GERGO = "gergo"
    CLIP_BENCHMARK = "clip-benchmark"


EXIT_CODES = {"ship": 0, "dont_ship": 1, "not_enough_data": 4}
# Named here and not read from the registry, because a task's module imports torch and --help must not; a test compares.
TASKS = {
    "retrieval": "text, picture, and both, to picture; picture to text",
    "zero_shot": "classification by the words of the labels",
    "attribute_queries": "short queries made of the columns",
    "queries": "with --queries",
    "few_shot": "a ladder of labelled examples",
    "fine_grained": "siblings told apart",
    "compositionality": "which attribute belongs to what",
    "calibration": "are probabilities what they say",
    "refusal": "pictures of another trade",
    "robustness": "damaged pictures",
    "ocr": "printed words",
    "grounding": "where a phrase is seen",
}
DEFAULT_TASKS = ["retrieval", "zero_shot", "attribute_queries"]
TASKS_HELP = (
    "What to measure: "
    + "; ".join(f"{name} ({what})" for name, what in TASKS.items())
    + f"; all; or a task that is installed. When not named: {', '.join(DEFAULT_TASKS)}."
)


def command(
    model: ModelName,
    catalogue: CataloguePath,
    baseline: Annotated[str | None, typer.Option(metavar="MODEL", help="What to measure against, as base.")] = None,
    tasks: Annotated[list[str] | None, typer.Option(metavar="A,B", help=TASKS_HELP)] = None,
    label_column: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="Whose values zero-shot chooses from; the category when not named."),
    ] = None,
    labels_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Lines value,words: what a value is called, as Tshirts,T-shirt."),
    ] = None,
    prompts: Annotated[
        str | None,
        typer.Option(
            metavar="PACK",
            help="Sentences that labels are put into: general (when not named), fashion, grocery, electronics, diy, or "
            "a file of your own.",
        ),
    ] = None,
    queries: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Your own queries: a table of query, id and, if you grade, grade."),
    ] = None,
    boxes: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Boxes for grounding: id or picture, text, x0, y0, x1, y1.")
    ] = None,
    parent_column: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="What groups labels for fine_grained; found when not named.")
    ] = None,
    strangers: Annotated[
        Path | None,
        typer.Option(metavar="CATALOGUE", help="Another trade's catalogue for refusal; drawn when not named."),
    ] = None,
    margin: Annotated[
        float, typer.Option(metavar="POINTS", min=0.0, help="How much worse still counts as not worse.")
    ] = 1.0,
    min_gain: Annotated[
        float, typer.Option(metavar="POINTS", min=0.0, help="How much better it must be on test at least.")
    ] = 0.0,
    retain: Annotated[
        Path | None,
        typer.Option(metavar="CATALOGUE", help="Another catalogue that must not be forgotten: a guard."),
    ] = None,
    json: Annotated[
        Path | None, typer.Option(metavar="FILE", callback=writable, help="Write the figures as JSON; - is stdout.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", callback=writable, help="Write the report as one page.")
    ] = None,
    format: Annotated[
        JsonFormat,
        typer.Option(help="What the JSON is: gergo's schema, or a list of results with CLIP_benchmark's keys."),
    ] = JsonFormat.GERGO,
) -> None:
    """Measure a model on rows it was not trained on, and say whether to ship it.

    Exit code 0: ship it; 1: don't; 4: too little data to decide.
    """
    import gergo

    report = gergo.evaluate(
        gergo.Model.load(model),
        gergo.Catalogue.open(catalogue),
        baseline=gergo.Model.load(baseline) if baseline else None,
        tasks=split_commas(tasks) if tasks else DEFAULT_TASKS,
        label_column=label_column,
        labels_file=labels_file,
        prompts=prompts,
        queries=queries,
        boxes=boxes,
        parent_column=parent_column,
        strangers=strangers,
        margin=margin,
        min_gain=min_gain,
        retain=gergo.Catalogue.open(retain) if retain else None,
    )
    if html is not None:
        report.save_html(html)
        say(f"report written to {html}")
    figures = report.to_json()
    if str(json) == "-" or (json is None and format is not JsonFormat.GERGO):
        print_json(figures if format is JsonFormat.GERGO else report.to_clip_benchmark())
    else:
        if json is not None:
            report.save_json(json, format=format.value)
            say(f"figures written to {json}")
        _print_figures(figures)
    if baseline:
        raise typer.Exit(EXIT_CODES[figures["verdict"]["decision"]])


def _print_figures(figures: dict[str, Any]) -> None:
    """One line a task, split and what it is about: its first metric; all are in the JSON and the report."""
    rows = [
        [
            result["split"],
            result["task"],
            about,
            result["metric"],
            result["value"],
            _interval(result, "low", "high"),
            result.get("baseline"),
            result.get("delta"),
            _interval(result, "delta_low", "delta_high"),
            result["n"],
        ]
        for about, result in leading(figures["results"])
    ]
    names = ["split", "task", "about", "metric", "value", "95%", "baseline", "change", "95%", "queries"]
    has_baseline = figures["baseline"] is not None
    kept = [i for i in range(len(names)) if has_baseline or i not in (6, 7, 8)]
    print_table("", [names[i] for i in kept], [[row[i] for i in kept] for row in rows])
    if has_baseline:
        _print_verdict(figures["verdict"])


def _print_verdict(verdict: dict[str, Any]) -> None:
    """The decision and its reasons; the reason alone where no task was measured that decides."""
    from gergo.evaluation.wording import DECISIONS

    if verdict["figures"]:
        print("\n".join([f"Verdict: {DECISIONS[verdict['decision']]}", *verdict["reasons"]]))
    else:
        print(verdict["sentence"])


def _interval(result: Mapping[str, Any], low: str, high: str) -> str:
    return "too few groups" if result.get(low) is None else f"{result[low]:.3f} to {result[high]:.3f}"
