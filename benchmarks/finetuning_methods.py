"""What each method gains and what it forgets, with and without mixing with the base.

    python benchmarks/finetuning_methods.py --catalogue shop.gergo --base MODEL [--methods probe lit lora full]
        [--retained other.gergo] [--seeds 0 1 2] [--write NAME] [--settings KEY=VALUE ...]

Every run is trained without mixing; the mixes of its best epoch with the base are then measured on all splits, and the
rule picks an alpha from the validation split alone, as `gergo finetune` does. The figure is the mean of both
directions' mean reciprocal rank. BASE must not have seen the catalogue. --retained names one of another trade that BASE
knows: its test split says what is forgotten, along all mixes. With --write the table goes to benchmarks/results/.
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

import gergo
from gergo.catalogue.splits import HELD_OUT_BRANDS, HELD_OUT_CATEGORIES, TEST, VALIDATION
from gergo.cli.arguments import parse_settings
from gergo.contrastive.interpolation import ALPHAS, Point, choose, interpolate
from gergo.contrastive.methods import examples_of
from gergo.contrastive.pairs import TextShares, read_pairs
from gergo.contrastive.selection import DOMAIN, Selection
from gergo.contrastive.settings import METHODS, Settings

RETAINED = "another trade"
SHOWN = (TEST, HELD_OUT_BRANDS, HELD_OUT_CATEGORIES, RETAINED)
RESULTS = Path(__file__).parent / "results"


def selections(
    catalogue: gergo.Catalogue, retained: gergo.Catalogue | None, base: gergo.Model, folder: Path
) -> dict[str, Selection]:
    """What measures each split that holds at least 20 items."""
    settings, found = Settings.parse({}).filled("full", 1000), {}
    places = {split: (catalogue, split) for split in (VALIDATION, *SHOWN) if split != RETAINED}
    if retained is not None:
        places[RETAINED] = (retained, TEST)
    for split, (of, part) in places.items():
        pairs = read_pairs(of, [part], TextShares(1.0, 0.0))
        if len(pairs) >= 20 or split == VALIDATION:
            examples = examples_of(of, base, "full", pairs, settings, folder=folder, learns=False)
            found[split] = Selection(examples, {DOMAIN: np.ones(len(pairs), dtype=bool)})
    return found


def walk(base: gergo.Model, tuned: gergo.Model, of: dict[str, Selection]) -> dict[str, Any]:
    """The alpha that the rule takes, and the figures of every split at all alphas: the base is the first, the tuned
    weights are the last."""
    mixed, points = base.copy(), []
    figures: dict[str, list[float]] = {split: [] for split in of}
    for alpha in ALPHAS:
        mixed.network.load_state_dict(interpolate(base.network.state_dict(), tuned.network.state_dict(), alpha))
        for split, selection in of.items():
            measured = selection.measure(mixed.network, mixed.precision)
            figures[split].append(measured.figures[DOMAIN])
            if split == VALIDATION:
                points.append(Point(alpha, measured.figures[DOMAIN], None, measured.domain_C))
    alpha = choose(points, margin=0.0).alpha
    return {"alpha": alpha, **figures}


def table(runs: dict[str, list[dict[str, Any]]]) -> list[str]:
    """Markdown: one line a method and split; the mean over seeds, and their range."""
    lines = ["| method | alphas | split | base | mixed, by the rule | tuned |", "|---|---|---|---|---|---|"]
    for method, each in runs.items():
        alphas = ", ".join(f"{run['alpha']:g}" for run in each)
        for split in (split for split in (VALIDATION, *SHOWN) if split in each[0]):
            mixed, tuned = [run[split][ALPHAS.index(run["alpha"])] for run in each], [run[split][-1] for run in each]
            cells = " | ".join(f"{mean(c):.3f} ({min(c):.3f} to {max(c):.3f})" for c in (mixed, tuned))
            lines.append(f"| {method} | {alphas} | {split} | {each[0][split][0]:.3f} | {cells} |")
    return lines


def curves(runs: dict[str, list[dict[str, Any]]]) -> list[str]:
    """Markdown: each split along all mixes with the base, the mean over seeds."""
    lines = ["| method | split | " + " | ".join(f"alpha {alpha:g}" for alpha in ALPHAS) + " |"]
    lines.append("|---|---|" + "---:|" * len(ALPHAS))
    for method, each in runs.items():
        for split in (split for split in (VALIDATION, *SHOWN) if split in each[0]):
            cells = [f"{mean(run[split][place] for run in each):.3f}" for place in range(len(ALPHAS))]
            lines.append(f"| {method} | {split} | {' | '.join(cells)} |")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--catalogue", type=Path, required=True)
    parser.add_argument("--base", required=True)
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS))
    parser.add_argument("--retained", type=Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--write", metavar="NAME")
    parser.add_argument("--settings", nargs="*", default=[], metavar="KEY=VALUE")
    arguments = parser.parse_args()
    catalogue, base = gergo.Catalogue.open(arguments.catalogue), gergo.Model.load(arguments.base)
    named = parse_settings(arguments.settings)
    runs: dict[str, list[dict[str, Any]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        retained = gergo.Catalogue.open(arguments.retained) if arguments.retained else None
        of = selections(catalogue, retained, base, Path(folder))
        for method in arguments.methods:
            for seed in arguments.seeds:
                out = Path(folder) / f"{method}-{seed}"
                settings = {"interpolate": False, "seed": seed, **named}
                tuned = gergo.finetune(catalogue, base=base, out=out, method=method, **settings)
                runs.setdefault(method, []).append(walk(base, tuned, of))
                print("\n".join(table(runs)), flush=True)
    sizes = ", ".join(f"{split} {len(selection.examples.pairs):,}" for split, selection in of.items())
    head = [
        f"# Fine-tuning methods on {catalogue.name}",
        "",
        f"Base {base.name} ({base.hash[:12]}); {sizes} items; settings {named or 'as they come'}; torch "
        f"{torch.__version__}, {os.cpu_count()} cores, {platform.machine()}. Mean over seeds (lowest to highest).",
        "",
    ]
    if arguments.write:
        path = RESULTS / f"{date.today().isoformat()}-finetuning-methods-{arguments.write}.md"
        path.write_text("\n".join([*head, *table(runs), "", *curves(runs), ""]), "utf-8")


if __name__ == "__main__":
    main()
