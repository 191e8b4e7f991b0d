"""Whether tuning on a small shop harms on brands it has never seen: the default, on 500 rows, over three seeds.

    python -m benchmarks.small_catalogue SOURCE [KEY=VALUE ...] --base MODEL [--rows 500] [--held-out 900]
        [--seeds 0 1 2] [--margin 1] [--label-column COL] [--work build/small] [--write NAME]

SOURCE is what `gergo import` reads, of several thousand rows with a brand column; MODEL must not have seen it. Brands
are held out until they have about `--held-out` rows, so that the claim rests on 500 queries and more, which no shop of
500 rows holds itself. Each seed draws a shop of its own, `--rows` rows of the rest with their splits, tunes on it by
default (KEY=VALUE are settings of the fine-tuning), and is measured on all held-out brands and on the whole test split
beside the base: recall@5 of both directions, recall@1 under 200 entries as `gergo evaluate` has it, and weighted F1.

The rule is that of `gergo evaluate`: not worse means that the 95% interval of the paired difference lies above minus
the margin, and is said from 500 queries on; fewer are named. Exit code 0 where every figure on held-out brands is not
worse in every seed, 1 where one is worse in any, 4 where neither is shown.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import sys
import time
from collections import Counter
from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from benchmarks.finetuning_gains import RESULTS

from gergo import Catalogue, Model, evaluate, finetune, import_catalogue
from gergo.catalogue.splits import TEST, TRAIN, VALIDATION
from gergo.cli.arguments import parse_settings
from gergo.evaluation.verdict import ENOUGH_FOR_NOT_WORSE, SMALL_GALLERY
from gergo.evaluation.wording import between
from gergo.pages.numbers import points

HELD_OUT = "held_out_brands"
LARGEST_BRAND = 0.1
RECALLS = ("image_retrieval_recall@", "text_retrieval_recall@")
FIELDS = ("task", "split", "metric", "n", "baseline", "value", "delta", "delta_low", "delta_high")


class SmallShop(Catalogue):
    """A catalogue that shows the rows of one small shop and no others."""

    kept = np.zeros(0, np.int64)

    def items(
        self,
        *,
        splits: str | Sequence[str] | None = None,
        columns: Sequence[str] | None = None,
        where: str | None = None,
    ) -> pa.Table:
        table = super().items(splits=splits, columns=columns, where=where)
        return table.filter(pa.array(np.isin(table["item"].to_numpy(), self.kept)))

    def views(self, *, splits: str | Sequence[str] | None = None, items: Sequence[int] | None = None) -> pa.Table:
        table = super().views(splits=splits, items=items)
        return table.filter(pa.array(np.isin(table["item"].to_numpy(), self.kept)))


def import_held_out(source: Path, work: Path, rows: int) -> Catalogue:
    """The source with brands held out, by hash of their names, until they have so many rows."""
    folder = work / f"{source.stem}-{rows}.gergo"
    if folder.exists():
        return Catalogue.open(folder)
    plain = import_catalogue(source, to=work / f"{source.stem}.gergo")
    brand = plain.roles.brand
    if brand is None:
        raise SystemExit(f"{source} has no column of brands")
    names = plain.items(columns=[brand])[brand].to_pylist()
    counts, drawn = Counter(name for name in names if name), []
    for name in sorted(counts, key=lambda name: hashlib.sha256(f"small {name}".encode()).digest()):
        if sum(counts[one] for one in drawn) >= rows:
            break
        if counts[name] <= LARGEST_BRAND * len(names):
            drawn.append(name)
    return import_catalogue(source, to=folder, held_out_brands=drawn)


def small_shop(
    catalogue: Catalogue,
    rows: int,
    seed: int,
    inside: Sequence[str] = (TRAIN, VALIDATION, TEST),
    always: Sequence[str] = (),
) -> SmallShop:
    """So many rows drawn from the splits `inside`, which they keep, and all rows of the splits `always`."""
    shop = SmallShop.open(catalogue.path)
    assert isinstance(shop, SmallShop)
    drawn, kept = (
        catalogue.items(splits=splits, columns=[])["item"].to_numpy() if splits else np.zeros(0, np.int64)
        for splits in (inside, always)
    )
    shop.kept = np.sort(np.concatenate([np.random.default_rng(seed).permutation(drawn)[:rows], kept]))
    return shop


def measure(catalogue: Catalogue, shop: SmallShop, base: Model, out: Path, options: Any, seed: int) -> dict[str, Any]:
    """Tune on the shop (or take what an earlier run left) and measure on the whole catalogue."""
    settings = {"seed": seed, **parse_settings(options.settings)}
    started_s = time.monotonic()
    done = (out / "model.json").is_file()
    tuned = Model.load(out) if done else finetune(shop, base=base, out=out, **settings)
    taken_s = time.monotonic() - started_s
    tasks = ["retrieval", "zero_shot"]
    found = evaluate(
        tuned, catalogue, baseline=base, tasks=tasks, label_column=options.label_column, splits=[TEST, HELD_OUT]
    )
    training = tuned.record["training"]
    return {
        "seed": seed,
        "method": training["method"],
        "items": training["items"],
        "alpha": training["interpolation"]["alpha"],
        "finetune_s": round(training["time_s"] if done else taken_s),
        "figures": [shown for result in found.to_json()["results"] if (shown := shown_figure(result))],
    }


def shown_figure(result: dict[str, Any]) -> dict[str, Any] | None:
    """What of a result goes into a table: recall, at 1 among few entries and at 5 among many, and weighted F1."""
    settings = result["settings"]
    if settings.get("queries", "all") != "all" or settings.get("labels", "all") != "all":
        return None
    few = settings.get("gallery", SMALL_GALLERY) < SMALL_GALLERY
    recall = result["metric"] in [f"{name}{1 if few else 5}" for name in RECALLS]
    return {name: result[name] for name in FIELDS} if recall or result["metric"] == "weighted_f1" else None


def finding(figure: dict[str, Any], margin: float) -> str:
    """What an interval shows, by the rule of `gergo.evaluation.verdict`.

    >>> finding({"n": 700, "delta_low": -0.004, "delta_high": 0.02}, 1.0)
    'not worse'
    >>> finding({"n": 300, "delta_low": -0.004, "delta_high": 0.02}, 1.0)
    'unclear: n under 500'
    """
    if figure["delta_low"] is None:
        return "unclear: too few groups for an interval"
    low, high = 100 * figure["delta_low"], 100 * figure["delta_high"]
    if low > 0:
        return "better"
    if high < -margin:
        return "worse"
    if low > -margin:
        return "not worse" if figure["n"] >= ENOUGH_FOR_NOT_WORSE else f"unclear: n under {ENOUGH_FOR_NOT_WORSE}"
    return "unclear"


def table(runs: list[dict[str, Any]], margin: float) -> list[str]:
    lines = ["| seed | split | figure | n | base | tuned | difference, points | 95% interval | |", "|---" * 9 + "|"]
    for run in runs:
        for figure in run["figures"]:
            interval = between(figure["delta_low"], figure["delta_high"], points)
            lines.append(
                f"| {run['seed']} | {figure['split']} | {figure['task']} {figure['metric']} | {figure['n']} | "
                f"{figure['baseline']:.3f} | {figure['value']:.3f} | {100 * figure['delta']:+.1f} | "
                f"{interval} | {finding(figure, margin)} |"
            )
    each = "; ".join(
        f"seed {run['seed']}: {run['method']}, {run['items']['train']} items trained on, alpha {run['alpha']:g}, "
        f"{run['finetune_s']} s"
        for run in runs
    )
    return [*lines, "", f"{each}."]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("settings", nargs="*", metavar="KEY=VALUE")
    parser.add_argument("--base", required=True)
    parser.add_argument("--rows", type=int, default=500)
    parser.add_argument("--held-out", type=int, default=900)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--margin", type=float, default=1.0)
    parser.add_argument("--label-column")
    parser.add_argument("--work", type=Path, default=Path("build/small"))
    parser.add_argument("--write", metavar="NAME")
    options = parser.parse_intermixed_args()
    options.work.mkdir(parents=True, exist_ok=True)
    catalogue, base = import_held_out(options.source, options.work, options.held_out), Model.load(options.base)
    runs = []
    for seed in options.seeds:
        shop = small_shop(catalogue, options.rows, seed)
        out = options.work / f"{catalogue.name}-{base.hash[:8]}-{options.rows}-seed{seed}"
        runs.append(measure(catalogue, shop, base, out, options, seed))
        print("\n".join(table(runs[-1:], options.margin)), flush=True)
    found = [finding(one, options.margin) for run in runs for one in run["figures"] if one["split"] == HELD_OUT]
    passed, worse = all(one in ("better", "not worse") for one in found), "worse" in found
    answer = "not worse in every seed" if passed else "worse" if worse else "not decided"
    lines = [
        f"# A shop of {options.rows} rows: is the default worse on brands it has never seen?",
        "",
        f"`python -m benchmarks.small_catalogue {options.source.name} --base {Path(options.base).name} "
        f"{' '.join(options.settings)}`; {catalogue.name}, base {base.name} ({base.hash[:12]}), margin "
        f"{options.margin:g} point(s); gergo {version('gergo')}, torch {version('torch')}, {os.cpu_count()} cores "
        f"{platform.machine()}.",
        "",
        *table(runs, options.margin),
        "",
        f"On held-out brands: **{answer}**.",
    ]
    print("\n".join(lines))
    if options.write:
        stem = RESULTS / f"{date.today().isoformat()}-small-catalogue-{options.write}"
        stem.with_suffix(".md").write_text("\n".join(lines) + "\n", "utf-8")
        stem.with_suffix(".json").write_text(json.dumps(runs, indent=1) + "\n", "utf-8")
    return 0 if passed else 1 if worse else 4


if __name__ == "__main__":
    sys.exit(main())
