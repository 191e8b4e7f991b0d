"""What each kind of pairs teaches: two pictures, two texts, picture and text, and all of them, beside the untuned base.

    python -m benchmarks.view_pairs CATALOGUE --base MODEL [KEY=VALUE ...] [--split test] [--seeds 0 1 2]
        [--taught "two pictures" ...] [--write NAME]

Every mix of pairs is a fine-tuning of its own with the same settings (KEY=VALUE). Models are measured on a split that
they did not see, by mean reciprocal rank: titles and items find each other; a picture finds another of its item or of
an item with its title; an item's other texts (description, attributes) find its title. Gains are paired, title by
title, with 95% intervals of each seed. MODEL must not have seen CATALOGUE.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from datetime import date
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
import torch
from benchmarks.finetuning_gains import RESULTS

from gergo import Catalogue, Model, finetune
from gergo.cli.arguments import parse_settings
from gergo.contrastive.methods import examples_of
from gergo.contrastive.pairs import TextShares, read_pairs
from gergo.contrastive.reciprocal_ranks import IMAGE_IMAGE, IMAGE_TEXT, TEXT_TEXT, Kind
from gergo.contrastive.selection import DOMAIN, Selection
from gergo.contrastive.settings import Settings
from gergo.contrastive.templates import attribute_templates
from gergo.evaluation.bootstrap import Paired, Resamples
from gergo.evaluation.wording import between
from gergo.pages.numbers import points

KINDS: dict[str, Kind] = {"picture and text": IMAGE_TEXT, "two pictures": IMAGE_IMAGE, "two texts": TEXT_TEXT}
TAUGHT = {
    "picture and text": {"image_text": 1.0},
    "two pictures": {"image_text": 0.0, "image_image": 1.0},
    "two texts": {"image_text": 0.0, "text_text": 1.0},
    "all three": {"image_text": 1.0, "image_image": 0.3, "text_text": 0.3},
}
Figures = dict[str, np.ndarray]
"""By kind: the figure of every title."""


class Yardstick:
    """Measures a model by every kind of pairs that the split has."""

    def __init__(self, catalogue: Catalogue, base: Model, split: str, folder: Path) -> None:
        usual = Settings.parse({})
        shares = TextShares(
            usual.title_share,
            usual.category_share,
            usual.template_share,
            attribute_templates(catalogue, ["train"]),
        )
        pairs = read_pairs(catalogue, [split], shares)
        filled = usual.filled("full", len(pairs))
        examples = examples_of(catalogue, base, "full", pairs, filled, folder=folder, learns=False)
        part = {DOMAIN: np.ones(len(pairs), dtype=bool)}
        self.items = len(pairs)
        self.by = {name: Selection(examples, part, weights={kind: 1.0}) for name, kind in KINDS.items()}

    def figures(self, model: Model) -> Figures:
        return {name: one.measure(model.network, model.precision).domain_C for name, one in self.by.items()}


def line(taught: str, kind: str, base: Figures, runs: list[Figures]) -> str:
    """One line of the table: the base, the seeds' mean and range, and each seed's paired interval."""
    paired = [_paired(one[kind], base[kind]) for one in runs]
    values = [float(one[kind].mean()) for one in runs]
    intervals = "; ".join(between(p.delta.low, p.delta.high, points) for p in paired if p.delta)
    return (
        f"| {taught} | {kind} | {len(base[kind])} | {base[kind].mean():.3f} | "
        f"{mean(values):.3f} ({min(values):.3f} to {max(values):.3f}) | "
        f"{100 * (mean(values) - base[kind].mean()):+.1f} | {intervals} |"
    )


def _paired(tuned_T: np.ndarray, base_T: np.ndarray) -> Paired:
    resamples = Resamples(np.arange(len(base_T)), seed=0)
    tuned, base = (lambda w, of=of: (w * of).sum(-1) / w.sum(-1) for of in (tuned_T, base_T))
    return resamples.paired(tuned, base)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("catalogue", type=Path)
    parser.add_argument("settings", nargs="*", metavar="KEY=VALUE", help="settings of the fine-tuning")
    parser.add_argument("--base", required=True)
    parser.add_argument("--split", default="test")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--taught", nargs="+", choices=TAUGHT, default=list(TAUGHT))
    parser.add_argument("--write", metavar="NAME")
    options = parser.parse_intermixed_args()
    catalogue, base = Catalogue.open(options.catalogue), Model.load(options.base)
    settings: dict[str, Any] = dict(parse_settings(options.settings))
    head = ["| taught by | measured by | clusters | base | tuned: mean (seeds) | gain | 95% intervals, seed by seed |"]
    lines = [*head, "|---|---|---:|---:|---|---:|---|"]
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        yardstick = Yardstick(catalogue, base, options.split, work)
        before = yardstick.figures(base)
        for taught, weights in ((name, TAUGHT[name]) for name in options.taught):
            runs = []
            for seed in options.seeds:
                out = work / f"{taught}-{seed}"
                runs.append(
                    yardstick.figures(finetune(catalogue, base=base, out=out, seed=seed, **weights, **settings))
                )
            lines += [line(taught, kind, before, runs) for kind in KINDS]
            print("\n".join(lines), flush=True)
    if options.write:
        shown = " ".join(options.settings) or "as they come"
        text = [
            f"# What each kind of pairs teaches: {options.write}",
            "",
            f"`python -m benchmarks.view_pairs CATALOGUE --base {base.name} {' '.join(options.settings)}`: "
            f"{yardstick.items} items of the split {options.split}, settings {shown}; torch {torch.__version__}, "
            f"{os.cpu_count()} cores, {platform.machine()}. Mean reciprocal rank; gains in points.",
            "",
            *lines,
            "",
        ]
        (RESULTS / f"{date.today().isoformat()}-view-pairs-{options.write}.md").write_text("\n".join(text), "utf-8")


if __name__ == "__main__":
    main()
