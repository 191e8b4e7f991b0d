"""Every task of `gergo evaluate` on a catalogue, untuned beside tuned, with the time that each takes.

    python benchmarks/whole_suite.py CATALOGUE --model TUNED --base BASE [--strangers OTHER] [--other-labels COLUMN] \
        [--write]

Tasks run one after another, each in a call of its own; the first that needs the vectors of the pictures pays for them.
With --other-labels the classification is asked again in another column's words. With --write all figures go to
benchmarks/results/ as JSON, and those of the test split as a table.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from datetime import date
from pathlib import Path
from typing import Any

import torch

import gergo
from gergo.errors import NotEnoughData
from gergo.evaluation.registry import TASKS

RESULTS = Path(__file__).parent / "results"
NEEDS_FILES = {"queries"}


def told(result: dict[str, Any]) -> str:
    """One line of the table."""
    settings = ", ".join(f"{value}" for value in result["settings"].values() if isinstance(value, (str, int)))
    before = "" if result.get("baseline") is None else f"{result['baseline']:.3f}"
    gain = ""
    if result.get("delta_low") is not None:
        gain = f"{result['delta']:+.3f} ({result['delta_low']:+.3f} to {result['delta_high']:+.3f})"
    return f"| {result['metric']} | {settings} | {result['n']} | {before} | {result['value']:.3f} | {gain} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("catalogue", type=Path)
    parser.add_argument("--model", required=True)
    parser.add_argument("--base", required=True)
    parser.add_argument("--strangers", type=Path)
    parser.add_argument("--other-labels", metavar="COLUMN")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    catalogue = gergo.Catalogue.open(options.catalogue)
    model, base = gergo.Model.load(options.model), gergo.Model.load(options.base)
    times, results, skipped = [], [], []
    calls: list[tuple[str, str, str | None]] = [(task, task, None) for task in TASKS if task not in NEEDS_FILES]
    if options.other_labels:
        calls.append((f"zero_shot by {options.other_labels}", "zero_shot", options.other_labels))
    for name, task, column in calls:
        started = time.monotonic()
        try:
            report = gergo.evaluate(
                model, catalogue, baseline=base, tasks=[task], label_column=column, strangers=options.strangers
            )
        except NotEnoughData as error:
            skipped.append(f"- {name}: {error}")
            continue
        times.append((name, time.monotonic() - started))
        print(f"{name}: {times[-1][1]:.1f} s", flush=True)
        found = report.to_json()["results"]
        results += [{**result, "task": name} for result in found] if column else found
    lines = [
        f"# The whole suite on {catalogue.name}",
        "",
        f"Untuned ({base.name}, {base.hash[:8]}) and tuned ({model.name}, {model.hash[:8]}: one seed); torch "
        f"{torch.__version__}, {torch.get_num_threads()} of {os.cpu_count()} cores, {platform.machine()}, load "
        f"{os.getloadavg()[0]:.1f}. The test split; the other splits are in the JSON beside. Intervals are 95%, "
        "paired, over groups.",
        "",
        "| task | seconds, both models |",
        "|---|---:|",
        *(f"| {name} | {took_s:.1f} |" for name, took_s in times),
        f"| together | {sum(took_s for _, took_s in times):.0f} |",
        "",
        *(["Not measured:", "", *skipped, ""] if skipped else []),
    ]
    for task in dict.fromkeys(result["task"] for result in results):
        lines += [
            f"## {task}",
            "",
            "| figure | settings | n | untuned | tuned | gain |",
            "|---|---|---:|---:|---:|---|",
        ]
        lines += [told(r) for r in results if r["task"] == task and r["split"] == "test"] + [""]
    text = "\n".join(lines)
    print(text)
    if options.write:
        stem = RESULTS / f"{date.today().isoformat()}-whole-suite-{catalogue.name.removesuffix('.gergo')}"
        stem.with_suffix(".md").write_text(text, "utf-8")
        stem.with_suffix(".json").write_text(json.dumps({"times_s": dict(times), "results": results}) + "\n", "utf-8")


if __name__ == "__main__":
    main()
