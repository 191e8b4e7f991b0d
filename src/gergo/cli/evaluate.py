"""`gergo evaluate`: what a model is worth on a catalogue, beside another, and a verdict."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from gergo.cli.arguments import CataloguePath, ModelName, split_commas
from gergo.cli.printing import print_json, print_table
from gergo.progress import say

TASKS = ["retrieval", "zero_shot"]
SHOWN = {"image_retrieval_recall@5", "text_retrieval_recall@5", "weighted_f1", "pointing"}
EXIT_CODES = {"ship": 0, "dont_ship": 1, "not_enough_data": 4}


def command(
    model: ModelName,
    catalogue: CataloguePath,
    baseline: Annotated[str | None, typer.Option(metavar="MODEL", help="What to measure against, as base.")] = None,
    tasks: Annotated[
        list[str] | None,
        typer.Option(
            metavar="A,B", help="What to measure: retrieval, zero_shot (both when not named), ocr, grounding."
        ),
    ] = None,
    label_column: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="Whose values zero-shot chooses from; the category when not named."),
    ] = None,
    boxes: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Boxes for grounding: id or picture, text, x0, y0, x1, y1.")
    ] = None,
    margin: Annotated[
        float, typer.Option(metavar="POINTS", min=0.0, help="How much worse still counts as not worse.")
    ] = 1.0,
    json: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the figures as JSON; - is stdout.")] = None,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the report as one page.")] = None,
) -> None:
    """Measure a model on rows it was not trained on, and say whether to ship it.

    Exit code 0: ship it; 1: don't; 4: too little data to decide.
    """
    import gergo

    report = gergo.evaluate(
        gergo.Model.load(model),
        gergo.Catalogue.open(catalogue),
        baseline=gergo.Model.load(baseline) if baseline else None,
        tasks=split_commas(tasks) if tasks else TASKS,
        label_column=label_column,
        boxes=boxes,
        margin=margin,
    )
    if html is not None:
        report.save_html(html)
        say(f"report written to {html}")
    figures = report.to_json()
    if json is not None and str(json) == "-":
        print_json(figures)
    else:
        if json is not None:
            report.save_json(json)
            say(f"figures written to {json}")
        _print_figures(figures)
    if baseline:
        raise typer.Exit(EXIT_CODES[figures["verdict"]["decision"]])


def _print_figures(figures: dict[str, Any]) -> None:
    """One line a task, split and text or label column; all metrics are in the JSON and the report."""
    rows = [
        [
            result["split"],
            result["task"],
            _about(result["settings"]),
            result["metric"],
            result["value"],
            _interval(result, "low", "high"),
            result.get("baseline"),
            result.get("delta"),
            _interval(result, "delta_low", "delta_high"),
            result["n"],
        ]
        for result in figures["results"]
        if (result["metric"] in SHOWN or (result["task"], result["metric"]) == ("ocr", "acc1"))
        and result["settings"].get("labels", "all") == "all"
    ]
    names = ["split", "task", "column", "metric", "value", "95%", "baseline", "change", "95%", "queries"]
    has_baseline = figures["baseline"] is not None
    kept = [i for i in range(len(names)) if has_baseline or i not in (6, 7, 8)]
    print_table("", [names[i] for i in kept], [[row[i] for i in kept] for row in rows])
    if has_baseline:
        verdict = figures["verdict"]
        print("\n".join([f"Verdict: {verdict['decision'].replace('_', ' ')}", *verdict["reasons"]]))


def _about(settings: dict[str, Any]) -> str:
    """The text or label column; of what is no column, what was read or looked for and how."""
    names = ("text_column", "label_column", "reading", "truth", "method")
    return ", ".join(str(settings[name]) for name in names if settings.get(name))


def _interval(result: dict[str, Any], low: str, high: str) -> str:
    return "" if result.get(low) is None else f"{result[low]:.3f} to {result[high]:.3f}"
