"""What a model reads and where it finds things: the tasks `ocr` and `grounding`, with the time they took.

    python benchmarks/seeing.py CATALOGUE [--model base] [--boxes FILE] [--about TEXT] [--date YYYY-MM-DD]

Measured on the catalogue's test split. Writes tables to stdout and, with --date, to
benchmarks/results/<date>-seeing.md.
"""

from __future__ import annotations

import argparse
import platform
import time
from importlib.metadata import version
from pathlib import Path

import gergo
from gergo.evaluation.exhibits import Curve, Table
from gergo.evaluation.report import Report
from gergo.evaluation.wording import between

TASKS = ("ocr", "grounding")


def measured(model: gergo.Model, catalogue: gergo.Catalogue, task: str, boxes: Path | None) -> tuple[Report, float]:
    """The report of one task, and the processor seconds it took."""
    started_s = time.process_time()
    report = gergo.evaluate(model, catalogue, tasks=[task], splits=["test"], boxes=boxes)
    return report, time.process_time() - started_s


def figures(report: Report) -> list[str]:
    """The figures with their intervals, then the tables and curves that the report shows."""
    lines = ["| | figure | value | 95% | n |", "|---|---|---|---|---|"]
    for result in report.results:
        names = [result.settings.get(name) for name in ("reading", "difficulty", "truth", "method")]
        about = ", ".join(str(name) for name in names if name)
        interval = between(result.low, result.high, "{:.3f}".format)
        lines.append(f"| {about} | {result.metric} | {result.value:.3f} | {interval} | {result.n:,} |")
    for exhibit in (exhibit for pair in report.pairs for exhibit in pair.model.exhibits):
        if isinstance(exhibit, Table):
            lines += ["", f"**{exhibit.name}**", "", row(exhibit.columns), "|" + "---|" * len(exhibit.columns)]
            lines += [row(cells) for cells in exhibit.rows]
            lines += ["", exhibit.note] if exhibit.note else []
        if isinstance(exhibit, Curve):
            lines += ["", f"**{exhibit.name}** ({exhibit.x_label}; chance {exhibit.chance:.3f})", ""]
            lines += [row(["", *exhibit.series[0].x]), "|" + "---|" * (1 + len(exhibit.series[0].x))]
            lines += [row([series.name, *series.y]) for series in exhibit.series]
    return lines


def row(cells: object) -> str:
    """One line of a Markdown table."""
    assert isinstance(cells, list | tuple)
    return "| " + " | ".join(f"{cell:.3g}" if isinstance(cell, float) else str(cell) for cell in cells) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("catalogue", type=Path)
    parser.add_argument("--model", default="base")
    parser.add_argument("--boxes", type=Path)
    parser.add_argument("--about", default="", help="what the catalogue is, for the page")
    parser.add_argument("--date")
    options = parser.parse_args()
    model, catalogue = gergo.Model.load(options.model), gergo.Catalogue.open(options.catalogue)
    lines = ["# Reading and finding", ""]
    lines.append(
        f"`benchmarks/seeing.py {catalogue.name} --model {options.model}`: {len(catalogue):,} items, test split. "
        f"{options.about} torch {version('torch')}, Pillow {version('pillow')}, {platform.machine()}."
    )
    for task in TASKS:
        report, time_s = measured(model, catalogue, task, options.boxes)
        lines += ["", f"## {task}: {time_s:.0f} processor seconds", "", *figures(report)]
    print("\n".join(lines))
    if options.date:
        path = Path(__file__).parent / "results" / f"{options.date}-seeing.md"
        path.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
