"""What fine-tuning gains on real catalogues, from a base pretrained without the catalogue in question.

    python benchmarks/real_catalogues.py --data DATA --bases BASES [--seeds 0 1 2] [--only fashion] [--write]

BASES holds `base-without-fashion` and `base-without-grocery`, made by recipes/base.py. Every seed is a fine-tuning of
its own; the untuned base and the tuned models are measured on the same rows. With --write the table and all figures go
to benchmarks/results/.
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

SOURCES = {"fashion": ("fashion/products.csv", "articleType"), "grocery": ("grocery", "title")}
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


def measure(name: str, data: Path, bases: Path, work: Path, seed: int) -> dict[str, Any]:
    """Tune once and evaluate: the report's JSON, with the time each took in seconds."""
    source, label_column = SOURCES[name]
    folder = work / f"{name}.gergo"
    catalogue = gergo.Catalogue.open(folder) if folder.exists() else gergo.import_catalogue(data / source, to=folder)
    base = gergo.Model.load(bases / f"base-without-{name}")
    out = work / f"{name}-seed{seed}"
    started = time.monotonic()
    done = (out / "model.json").is_file()
    model = gergo.Model.load(out) if done else gergo.finetune(catalogue, base=base, out=out, seed=seed)
    tuned_s = time.monotonic() - started
    report = gergo.evaluate(model, catalogue, baseline=base, label_column=label_column).to_json()
    taken = model.record.get("training", {}).get("time_s", tuned_s) if done else tuned_s
    return {"seed": seed, "finetune_s": round(taken), "report": report}


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
        intervals = "; ".join(f"{100 * r['delta_low']:+.1f} to {100 * r['delta_high']:+.1f}" for r in each)
        size = first["settings"].get("gallery", first["settings"].get("candidates"))
        lines.append(
            f"| {split} | {task} {metric}{note} | {first['n']} | {size} | "
            f"{first['baseline']:.3f} | {mean(values):.3f} ({min(values):.3f} to {max(values):.3f}) | "
            f"{mean(gains):+.1f} | {intervals} |"
        )
    decisions = ", ".join(run["report"]["verdict"]["decision"] for run in runs)
    times = ", ".join(str(run["finetune_s"]) for run in runs)
    return [*lines, "", f"Verdicts: {decisions}. Fine-tuning took {times} s.", ""]


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
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--bases", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path("build/real"))
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--only", choices=sorted(SOURCES))
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    names = [arguments.only] if arguments.only else list(SOURCES)
    runs = {
        name: [measure(name, arguments.data, arguments.bases, arguments.work, seed) for seed in arguments.seeds]
        for name in names
    }
    lines = [
        "# Fine-tuning on real catalogues",
        "",
        f"`python benchmarks/real_catalogues.py --seeds {' '.join(map(str, arguments.seeds))}`; "
        f"torch {torch.__version__}, {os.cpu_count()} cores, {platform.machine()}. "
        "Each base was pretrained without the catalogue it is measured on. "
        "Gains are tuned minus base, in points; intervals are paired bootstraps over queries, clustered by group.",
        "",
    ]
    for name in names:
        lines += table(name, runs[name])
    text = "\n".join(lines)
    print(text)
    if arguments.write:
        stem = RESULTS / f"{date.today().isoformat()}-real-catalogues"
        stem.with_suffix(".md").write_text(text, "utf-8")
        figures = {name: [{**run, "report": run["report"]["results"]} for run in runs[name]] for name in names}
        stem.with_suffix(".json").write_text(json.dumps(figures, indent=1), "utf-8")


if __name__ == "__main__":
    main()
