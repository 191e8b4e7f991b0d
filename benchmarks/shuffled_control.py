"""The control: a model tuned on captions shuffled among products must not beat its base.

    python benchmarks/shuffled_control.py CATALOGUE [key=value ...] [--base base] [--seeds 0 1 2]

If it does, what the figures measure is not what the captions say: a leak between splits, a gallery that gives itself
away, or a base that gains from any training at all. Captions (the texts of an item and its category, together) are
dealt anew among the items of the train split and among those of the validation split, so that the choice of the epoch
is misled as well; what is measured stays as it is. A figure (recall@5 or MRR of a direction on a split) beats the
base where its interval lies above zero for more than half of the seeds: of this many intervals some do by chance.
Exit code 1 then.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from gergo import Model, evaluate, finetune
from gergo.catalogue.splits import TRAIN, VALIDATION
from gergo.catalogue.store import Catalogue
from gergo.cli.arguments import parse_settings
from gergo.evaluation.wording import between

DIRECTIONS = ("retrieval_text_to_image", "retrieval_image_to_text")
FIELDS = ("task", "split", "metric", "n", "baseline", "value", "delta", "delta_low", "delta_high")
METRICS = ("image_retrieval_recall@5", "text_retrieval_recall@5", "mrr")


class ShuffledCaptions(Catalogue):
    """A catalogue whose texts are dealt anew among the items of each split that is trained or chosen on."""

    seed = 0

    def items(
        self,
        *,
        splits: str | Sequence[str] | None = None,
        columns: Sequence[str] | None = None,
        where: str | None = None,
    ) -> pa.Table:
        table = super().items(splits=splits, columns=columns, where=where)
        split_N = np.array(table["split"].to_pylist())
        source_N = np.arange(len(table))
        for split in (TRAIN, VALIDATION):
            here = np.flatnonzero(split_N == split)
            source_N[here] = np.random.default_rng(self.seed).permutation(here)
        for name in {"texts", self.roles.category} & set(table.column_names):
            dealt = table[name].take(pa.array(source_N))
            table = table.set_column(table.column_names.index(name), name, dealt)
        return table


def control(path: Path, base: Model, seed: int, settings: dict[str, Any]) -> list[dict[str, Any]]:
    """Tune on shuffled captions, measure on true ones: the differences to the base, with their intervals."""
    shuffled = ShuffledCaptions.open(path)
    assert isinstance(shuffled, ShuffledCaptions)
    shuffled.seed = seed
    with tempfile.TemporaryDirectory() as folder:
        tuned = finetune(shuffled, base=base, out=Path(folder) / "shuffled", seed=seed, **settings)
    report = evaluate(tuned, Catalogue.open(path), baseline=base, tasks=["retrieval"])
    chosen = tuned.record["training"]["best_epoch"]
    return [
        {"seed": seed, "epoch_chosen": chosen, **{name: result[name] for name in FIELDS}}
        for result in report.to_json()["results"]
        if result["metric"] in METRICS and result["task"] in DIRECTIONS and result["settings"]["queries"] == "all"
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("catalogue", type=Path)
    parser.add_argument("settings", nargs="*", help="settings of the fine-tuning, key=value")
    parser.add_argument("--base", default="base")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    options = parser.parse_intermixed_args()
    settings = parse_settings(options.settings)
    base = Model.load(options.base)
    rows = [row for seed in options.seeds for row in control(options.catalogue, base, seed, settings)]
    above = Counter((row["split"], row["task"], row["metric"]) for row in rows if (row["delta_low"] or 0) > 0)
    beaten = [figure for figure, seeds in above.items() if seeds > len(options.seeds) / 2]
    written = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "catalogue": Catalogue.open(options.catalogue).name,
        "base": {"name": base.name, "hash": base.hash},
        "settings": settings,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "versions": {name: version(name) for name in ("gergo", "torch", "numpy")},
        "passed": not beaten,
        "results": rows,
    }
    name = f"shuffled_control-{written['catalogue']}-{datetime.now(UTC):%Y-%m-%d}.json"
    target = Path(__file__).parent / "results" / name
    target.write_text(json.dumps(written, indent=2) + "\n", "utf-8")
    for row in rows:
        figure = f"{row['split']:<20} {row['task']:<25} {row['metric']:<26}"
        interval = between(row["delta_low"], row["delta_high"], "{:+.3f}".format)
        print(f"seed {row['seed']}  {figure} {row['baseline']:.3f} -> {row['value']:.3f}  {interval}")
    print("the control holds" if not beaten else f"the control fails: {beaten} beat the base")
    return int(bool(beaten))


if __name__ == "__main__":
    sys.exit(main())
