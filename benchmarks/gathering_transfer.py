"""The point of gathering: a model tuned on pairs found on pages against one tuned on the shop's clean export.

    python -m benchmarks.gathering_transfer [KEY=VALUE ...] [--products 300] [--measured 4000] [--seeds 0 1 2]
        [--templates json_ld microdata plain] [--write]

The demo is imported as a CSV; the same products are rendered as shop pages (in equal parts with JSON-LD, with
microdata, and with figures and captions, which alone show Italian; attributes in a table or list on each) and gathered.
The base is tuned on the train split of either, with the same settings, and both models are measured on another shop of
the trade, drawn by another seed and large enough to tell (the train split of its import, which neither was tuned on;
what they saw word for word is left out). "Not inferior" is a paired interval above minus the margin. The mean over
seeds has the mean of the seeds' bounds, which is no narrower than its own interval: it holds if the seeds' errors are
one and the same.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from datetime import date
from pathlib import Path
from statistics import mean
from typing import Any

from tests.gathering.shops import TEMPLATES, demo_items, make_shop

import gergo
from gergo.catalogue.splits import TRAIN
from gergo.cli.arguments import parse_settings
from gergo.demo import write_catalogue

RESULTS = Path(__file__).parent / "results"
VIEWS, SIZE_PX, OTHER_SEED = 2, 160, 1
SHOWN = {
    "retrieval_text_to_image": ("image_retrieval_recall@5", "mrr"),
    "retrieval_image_to_text": ("text_retrieval_recall@5",),
    "zero_shot": ("weighted_f1",),
}


def _of(result: dict[str, Any]) -> str:
    """What is asked with: a text column, or which labels."""
    return result["settings"].get("text_column") or f"{result['settings'].get('labels')} labels"


def _key(result: dict[str, Any]) -> tuple[str, str, str]:
    return result["task"], result["metric"], _of(result)


def _lines(key: tuple[str, str, str], by_seed: dict[int, dict[str, Any]], margin: float) -> list[str]:
    """A figure's row a seed, and the mean of all of them."""
    lines = []
    for name, rows in [*((str(seed), [one]) for seed, one in by_seed.items()), ("mean", list(by_seed.values()))]:
        columns = ("base", "baseline", "value", "delta_low", "delta_high")
        before, clean, gathered, low, high = (mean(row[column] for row in rows) for column in columns)
        shown = "not inferior" if low > -margin / 100 else "inferior" if high < -margin / 100 else "not settled"
        lines.append(
            f"| {key[0]} {key[1]}, {key[2]} | {name} | {rows[0]['n']} | {before:.3f} | {clean:.3f} | {gathered:.3f} "
            f"| {100 * low:+.1f} to {100 * high:+.1f} | {shown} |"
        )
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("settings", nargs="*", metavar="KEY=VALUE", help="settings of the fine-tuning")
    parser.add_argument("--products", type=int, default=300)
    parser.add_argument("--measured", type=int, default=4000, help="products of the shop that is measured on")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--templates", nargs="+", choices=TEMPLATES, default=list(TEMPLATES))
    parser.add_argument("--margin", type=float, default=1.0, help="in points")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_intermixed_args()
    settings: dict[str, Any] = dict(parse_settings(options.settings))
    base = gergo.Model.load("base")
    found: dict[tuple[str, str, str], dict[int, dict[str, Any]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        items = demo_items(work / "demo", products=options.products, views=VIEWS, size_px=SIZE_PX)
        clean = gergo.import_catalogue(next((work / "demo").glob("*.csv")), to=work / "clean.gergo")
        archives = [
            make_shop(items[part :: len(options.templates)], template).archive(work / f"{template}.warc.gz")
            for part, template in enumerate(options.templates)
        ]
        drawn = write_catalogue(work / "other", products=options.measured, views=1, seed=OTHER_SEED, size_px=SIZE_PX)
        other = gergo.import_catalogue(drawn, to=work / "other.gergo")
        gathered = gergo.gather(archives, work / "gathered.gergo", model=None)
        for seed in options.seeds:
            models = {}
            for name, catalogue in (("clean", clean), ("gathered", gathered)):
                started = time.monotonic()
                out = work / f"{name}-{seed}"
                models[name] = gergo.finetune(catalogue, base=base, out=out, seed=seed, **settings)
                print(f"{name}, seed {seed}: {time.monotonic() - started:.0f} s", flush=True)
            asked: dict[str, Any] = {
                "label_column": "product_type",
                "splits": [TRAIN],
                "tasks": ["retrieval", "zero_shot"],
            }
            report = gergo.evaluate(models["gathered"], other, baseline=models["clean"], **asked)
            untuned = gergo.evaluate(base, other, **asked).to_json()["results"]
            before = {_key(r): r["value"] for r in untuned}
            for r in report.to_json()["results"]:
                if r["metric"] in SHOWN.get(r["task"], ()) and r["settings"].get("queries", "all") == "all":
                    found.setdefault(_key(r), {})[seed] = {**r, "base": before[_key(r)]}
        trained = [len(one.items(splits=[TRAIN])) for one in (clean, gathered)]
        count = f"{len(clean.items())} products in the export, {len(gathered.items())} rows gathered; "
        count += f"{trained[0]} and {trained[1]} of them trained on"
    text = "\n".join(
        [
            "# Tuned on gathered pairs, and on the clean export",
            "",
            f"`python -m benchmarks.gathering_transfer {' '.join(options.settings)} --products {options.products} "
            f"--seeds {' '.join(map(str, options.seeds))} --templates {' '.join(options.templates)}`: {count}. "
            f"Base {base.hash[:12]}. Margin {options.margin:g} points.",
            "",
            "| figure | seed | n | base | clean | gathered | paired 95% interval, points | |",
            "|---|---|---:|---:|---:|---:|---|---|",
            *(line for key, by_seed in found.items() for line in _lines(key, by_seed, options.margin)),
            "",
        ]
    )
    print(text)
    if options.write:
        (RESULTS / f"{date.today().isoformat()}-gathering-transfer.md").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
