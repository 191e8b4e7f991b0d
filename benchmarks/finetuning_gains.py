"""What fine-tuning gains: from a base pretrained without the catalogue in question, over several seeds.

    python benchmarks/finetuning_gains.py demo [KEY=VALUE ...] [--seeds 0 1 2] [--write]
    python benchmarks/finetuning_gains.py fashion grocery [KEY=VALUE ...] --data DATA --bases BASES [--write]

BASES holds `base-without-fashion` and `base-without-grocery`, made by recipes/base.py; the demo is tuned from the
embedded base, which never saw it. Every seed is a fine-tuning of its own; the untuned base and the tuned models are
measured on the same rows. KEY=VALUE are settings of the fine-tuning. With --write the table and all figures go to
benchmarks/results/.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from datetime import date
from pathlib import Path
from statistics import mean
from typing import Any

import torch

import gergo
from gergo import demo
from gergo.cli.arguments import parse_settings
from gergo.evaluation.wording import between
from gergo.pages.numbers import points

SOURCES = {
    "demo": (None, "product_type"),
    "fashion": ("fashion/products.csv", "articleType"),
    "grocery": ("grocery", "title"),
}
DEMO_PRODUCTS, DEMO_VIEWS = 400, 3  # what the quickstart draws
SHOWN = (
    ("retrieval_text_to_image", "image_retrieval_recall@1"),
    ("retrieval_text_to_image", "image_retrieval_recall@5"),
    ("retrieval_text_to_image", "image_retrieval_recall@10"),
    ("retrieval_text_to_image", "mrr"),
    ("retrieval_image_to_text", "text_retrieval_recall@5"),
    ("zero_shot", "weighted_f1"),
    ("zero_shot", "acc1"),
)
RESULTS = Path(__file__).parent / "results"
Run = dict[str, Any]


def catalogue_of(name: str, data: Path | None, work: Path) -> gergo.Catalogue:
    """The catalogue, imported (and the demo drawn) where it is not there yet."""
    folder = work / f"{name}.gergo"
    if folder.exists():
        return gergo.Catalogue.open(folder)
    path = SOURCES[name][0]
    if path is None:
        source = demo.write_catalogue(work / name, products=DEMO_PRODUCTS, views=DEMO_VIEWS)
        return gergo.import_catalogue(source, to=folder)
    assert data is not None, f"{name} needs --data"
    return gergo.import_catalogue(data / path, to=folder)


def measure(name: str, catalogue: gergo.Catalogue, base: gergo.Model, out: Path, settings: dict[str, Any]) -> Run:
    """Tune once (or take what an interrupted run left) and evaluate."""
    started = time.monotonic()
    done = (out / "model.json").is_file()
    model = gergo.Model.load(out) if done else gergo.finetune(catalogue, base=base, out=out, **settings)
    tuned_s = time.monotonic() - started
    report = gergo.evaluate(model, catalogue, baseline=base, label_column=SOURCES[name][1]).to_json()
    training = model.record.get("training", {})
    return {
        "seed": settings["seed"],
        "finetune_s": round(training.get("time_s", tuned_s) if done else tuned_s),
        "best_epoch": training.get("best_epoch"),
        "report": report,
    }


def table(name: str, runs: list[dict[str, Any]]) -> list[str]:
    """Markdown: one line a figure, the base beside the mean and range of the seeds and each seed's paired interval."""
    lines = [
        f"## {name}",
        "",
        "| split | figure | n | gallery or labels | base | tuned: mean (lowest to highest seed) | gain in points | "
        "95% intervals of the paired gain, seed by seed |",
        "|---|---|---|---|---|---|---|---|",
    ]
    found = [_indexed(run["report"]["results"]) for run in runs]
    for key, first in found[0].items():
        if not all(key in one for one in found):
            continue
        split, task, metric, note = key
        each = [one[key] for one in found]
        values, gains = [r["value"] for r in each], [100 * r["delta"] for r in each]
        intervals = "; ".join(between(r["delta_low"], r["delta_high"], points) for r in each)
        size = first["settings"].get("gallery", first["settings"].get("candidates"))
        lines.append(
            f"| {split} | {task} {metric}{note} | {first['n']} | {size} | "
            f"{first['baseline']:.3f} | {mean(values):.3f} ({min(values):.3f} to {max(values):.3f}) | "
            f"{mean(gains):+.1f} | {intervals} |"
        )
    decisions = ", ".join(run["report"]["verdict"]["decision"] for run in runs)
    times = ", ".join(str(run["finetune_s"]) for run in runs)
    epochs = ", ".join(str(run["best_epoch"]) for run in runs)
    return [*lines, "", f"Verdicts: {decisions}. Epochs kept: {epochs}. Fine-tuning took {times} s.", ""]


def _indexed(results: list[dict[str, Any]]) -> dict[tuple[str, str, str, str], dict[str, Any]]:
    """The figures to show by (split, task, metric, what sets this one apart from others of that name)."""
    shown: dict[tuple[str, str, str, str], dict[str, Any]] = {}
    for result in results:
        if (result["task"], result["metric"]) in SHOWN:
            notes = [result["settings"].get(key) for key in ("text_column", "queries", "labels")]
            note = "".join(f", {value}" for value in notes if value)
            shown.setdefault((result["split"], result["task"], result["metric"], note), result)
    return shown


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("arguments", nargs="+", metavar="NAME | KEY=VALUE", help="catalogues and settings")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--bases", type=Path)
    parser.add_argument("--work", type=Path, default=Path("build/gains"))
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--write", action="store_true")
    options = parser.parse_intermixed_args()
    names = [value for value in options.arguments if "=" not in value]
    settings = parse_settings([value for value in options.arguments if "=" in value])
    if unknown := set(names) - SOURCES.keys():
        parser.error(f"no such catalogue: {', '.join(sorted(unknown))}; there are {', '.join(SOURCES)}")
    runs: dict[str, list[Run]] = {}
    for name in names:
        catalogue = catalogue_of(name, options.data, options.work)
        base = gergo.Model.load("base" if name == "demo" else options.bases / f"base-without-{name}")
        runs[name] = [
            measure(name, catalogue, base, options.work / f"{name}-seed{seed}", {**settings, "seed": seed})
            for seed in options.seeds
        ]
    command = " ".join(
        ["python benchmarks/finetuning_gains.py", *options.arguments, "--seeds", *map(str, options.seeds)]
    )
    lines = [
        "# What fine-tuning gains",
        "",
        f"`{command}`; torch {torch.__version__}, {os.cpu_count()} cores, {platform.machine()}. "
        "Each base was pretrained without the catalogue it is measured on. "
        "Gains are tuned minus base, in points; intervals are paired bootstraps over queries, clustered by group.",
        "",
    ]
    for name in names:
        lines += table(name, runs[name])
    text = "\n".join(lines)
    print(text)
    if options.write:
        stem = RESULTS / f"{date.today().isoformat()}-finetuning-{'-'.join(names)}"
        stem.with_suffix(".md").write_text(text, "utf-8")
        figures = {name: [{**run, "report": run["report"]["results"]} for run in runs[name]] for name in names}
        stem.with_suffix(".json").write_text(json.dumps(figures, indent=1), "utf-8")


if __name__ == "__main__":
    main()
