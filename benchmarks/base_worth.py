"""What the base is worth in rows: tuned on few rows of a catalogue it never saw, beside the same network untaught.

    python -m benchmarks.base_worth SOURCE [KEY=VALUE ...] --base MODEL [--rows 100 500 2000] [--seeds 0 1 2]
        [--label-column COL] [--work build/worth] [--write NAME]

MODEL is an embedded base that was pretrained without SOURCE. Both are tuned with the same settings, `method=full`, on
the same rows, the same number of steps, and neither is mixed with what it began as; the untaught one has the base's
tokenizer and random weights. Both are measured on the whole test split and on held-out brands, where there are any.
"""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import mean
from typing import Any

import torch
from benchmarks.finetuning_gains import RESULTS
from benchmarks.small_catalogue import SmallShop, shown_figure, small_shop
from torch import nn

from gergo import Catalogue, Model, evaluate, finetune, import_catalogue
from gergo.catalogue.splits import TRAIN, VALIDATION
from gergo.cli.arguments import parse_settings
from gergo.towers.embedded import BpeTexts, EmbeddedConfig, assemble

Runs = dict[tuple[str, str], list[dict[str, Any]]]


def untaught(base: Model, seed: int) -> Model:
    """The base's architecture and tokenizer, random weights; it has seen nothing."""
    torch.manual_seed(seed)
    tokenizer = base.network.text.tokenizer
    assert isinstance(tokenizer, BpeTexts)
    network = assemble(EmbeddedConfig.model_validate(base.config), tokenizer)
    for module in network.modules():
        if isinstance(module, nn.Conv2d):  # no batch normalisation evens them out (He et al., 2015)
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
    return Model(network, family="embedded", config=base.config, name="untaught", hash=f"untaught-{seed}")


def few_rows(catalogue: Catalogue, rows: int, seed: int) -> SmallShop:
    """So many rows of the train split, and all that validates."""
    return small_shop(catalogue, rows, seed, inside=[TRAIN], always=[VALIDATION])


def figures(model: Model, catalogue: Catalogue, label_column: str | None) -> list[dict[str, Any]]:
    report = evaluate(model, catalogue, tasks=["retrieval", "zero_shot"], label_column=label_column)
    return [shown for result in report.to_json()["results"] if (shown := shown_figure(result))]


def table(found: Runs, sizes: list[str]) -> list[str]:
    """A line a figure and beginning, a column a number of rows: the mean over seeds (lowest to highest)."""
    starts = list(dict.fromkeys(start for start, _ in found))
    lines = ["| split | figure | n | | " + " | ".join(sizes) + " |", "|---|---|---:|---|" + "---|" * len(sizes)]
    first = next(iter(found.values()))[0]["figures"]
    for place, figure in enumerate(first):
        for start in starts:
            cells = []
            for size in sizes:
                values = [run["figures"][place]["value"] for run in found.get((start, size), [])]
                shown = f"{mean(values):.3f} ({min(values):.3f} to {max(values):.3f})" if values else ""
                cells.append(shown)
            if any(cells):
                name = f"{figure['task']} {figure['metric']}"
                lines.append(f"| {figure['split']} | {name} | {figure['n']} | {start} | {' | '.join(cells)} |")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("settings", nargs="*", metavar="KEY=VALUE")
    parser.add_argument("--base", required=True)
    parser.add_argument("--rows", type=int, nargs="+", default=[100, 500, 2000])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--label-column")
    parser.add_argument("--work", type=Path, default=Path("build/worth"))
    parser.add_argument("--write", metavar="NAME")
    options = parser.parse_intermixed_args()
    options.work.mkdir(parents=True, exist_ok=True)
    folder = options.work / f"{options.source.stem}.gergo"
    catalogue = Catalogue.open(folder) if folder.exists() else import_catalogue(options.source, to=folder)
    base, found, sizes = Model.load(options.base), {}, [f"{rows:,} rows" for rows in options.rows]
    found[base.name, "no row"] = [{"figures": figures(base, catalogue, options.label_column)}]
    starts: dict[str, Callable[[int], Model]] = {base.name: lambda _: base, "untaught": lambda s: untaught(base, s)}
    for rows, size in zip(options.rows, sizes, strict=True):
        for seed in options.seeds:
            shop = few_rows(catalogue, rows, seed)
            for name, begin in starts.items():
                out = options.work / f"{base.hash[:8]}-{name}-{rows}-seed{seed}"
                settings = {"seed": seed, "interpolate": False, **parse_settings(options.settings)}
                done = (out / "model.json").is_file()
                tuned = (
                    Model.load(out) if done else finetune(shop, base=begin(seed), out=out, method="full", **settings)
                )
                run = {"seed": seed, "figures": figures(tuned, catalogue, options.label_column)}
                found.setdefault((name, size), []).append(run)
        print("\n".join(table(found, ["no row", *sizes])), flush=True)
    lines = [
        f"# What the base is worth in rows: {options.source.stem}",
        "",
        f"`python -m benchmarks.base_worth {' '.join([options.source.name, *options.settings])} --base "
        f"{Path(options.base).name} --seeds {' '.join(map(str, options.seeds))}`; base {base.hash[:12]}, torch "
        f"{torch.__version__}, {os.cpu_count()} cores {platform.machine()}. Mean over seeds (lowest to highest).",
        "",
        *table(found, ["no row", *sizes]),
        "",
    ]
    print("\n".join(lines))
    if options.write:
        path = RESULTS / f"{date.today().isoformat()}-base-worth-{options.write}.md"
        path.write_text("\n".join(lines), "utf-8")


if __name__ == "__main__":
    main()
