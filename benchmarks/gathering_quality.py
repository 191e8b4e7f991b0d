"""How right and how complete gathered pairs are, by the evidence that they rest on.

    python -m benchmarks.gathering_quality [--products 60] [--seeds 0 1 2] [--write]

Shops of three kinds of mark-up, drawn from the demo with the faults of real ones (`tests/gathering/shops.py`): blocks
of JSON-LD broken, alternative texts empty or of another product, lazy loading, banners on every page. A pair is right
when its words are of a product that its picture shows; a shop is complete when every picture of a product has one.
Properties (thread, finish) are right when the row of the product has them as its page says.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import defaultdict
from datetime import date
from hashlib import sha256
from pathlib import Path

from tests.gathering.shops import TEMPLATES, Item, Shop, demo_items, make_shop

import gergo
from gergo.catalogue.texts import key
from gergo.gathering.specifications import fills

RESULTS = Path(__file__).parent / "results"


def count(shop: Shop, work: Path) -> tuple[dict[str, list[int]], int]:
    """evidence -> [right pairs, all pairs]; and how many of the shop's pictures have a right one."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    seen: set[tuple[str, str]] = set()
    for line in (work / "pairs.jsonl").read_text("utf-8").splitlines():
        pair = json.loads(line)
        shows = shop.product_of_picture.get(sha256((work / pair["picture"]).read_bytes()).hexdigest(), set())
        true = shows & shop.products_of_text.get(key(pair["text"]), set())
        found[pair["evidence"]][0] += bool(true)
        found[pair["evidence"]][1] += 1
        seen |= {(sku, pair["address"].rpartition("/")[2].removesuffix(".jpg").removesuffix("-64x64")) for sku in true}
    return found, len(seen & {(sku, f"{sku}-{number}a") for sku, number in shop.declared})


def properties(items: list[Item], work: Path) -> tuple[int, int, int]:
    """Of products that a row is of: properties on their pages, those of the row that are so, those that are not."""
    stated, right, wrong = 0, 0, 0
    of = {item.sku: {fills(name) or name: value for name, value in item.properties.items()} for item in items}
    for line in (work / "rows.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        if (true := of.get(row["id"])) is not None:
            names = {name for one in of.values() for name in one}
            found = {name: row[name] for name in names if row.get(name)}
            stated += len(true)
            right += sum(true.get(name) == value for name, value in found.items())
            wrong += sum(true.get(name) != value for name, value in found.items())
    return stated, right, wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--products", type=int, default=60)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    pairs: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    pictures: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    said: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    dropped: dict[str, int] = defaultdict(int)
    with tempfile.TemporaryDirectory() as folder:
        for seed in options.seeds:
            items = demo_items(Path(folder) / f"demo{seed}", products=options.products, seed=seed, size_px=96)
            for template in TEMPLATES:
                shop, to = make_shop(items, template, seed=seed), Path(folder) / f"{template}{seed}.gergo"
                gergo.gather(shop.archive(to.with_suffix(".warc.gz")), to, model=None)
                work = to.with_suffix(".gathered")
                found, seen = count(shop, work)
                for evidence, (right, of) in found.items():
                    pairs[template, evidence][0] += right
                    pairs[template, evidence][1] += of
                said[template] = [a + b for a, b in zip(said[template], properties(items, work), strict=True)]
                pictures[template][0] += seen
                pictures[template][1] += len(shop.declared)
                for why, n in json.loads((work / "report.json").read_text("utf-8"))["dropped"].items():
                    dropped[why] += n
    lines = [
        "# Gathered pairs against the truth",
        "",
        f"`python -m benchmarks.gathering_quality --products {options.products} --seeds "
        f"{' '.join(map(str, options.seeds))}`: {len(options.seeds)} shops of each kind.",
        "",
        "| mark-up | evidence | pairs | right |",
        "|---|---|---:|---:|",
        *(f"| {t} | {e} | {of:,} | {100 * right / of:.1f}% |" for (t, e), (right, of) in sorted(pairs.items())),
        "",
        "| mark-up | pictures of products | with a right pair |",
        "|---|---:|---:|",
        *(f"| {t} | {of:,} | {100 * seen / of:.1f}% |" for t, (seen, of) in sorted(pictures.items())),
        "",
        "| mark-up | properties of products found | in the row as on the page | in the row, otherwise |",
        "|---|---:|---:|---:|",
        *(
            f"| {t} | {of:,} | {100 * ok / of:.1f}% | {100 * bad / of:.1f}% |"
            for t, (of, ok, bad) in sorted(said.items())
        ),
        "",
        "Dropped, all shops together: " + "; ".join(f"{why}: {n:,}" for why, n in sorted(dropped.items())) + ".",
        "",
    ]
    print("\n".join(lines))
    if options.write:
        (RESULTS / f"{date.today().isoformat()}-gathering-quality.md").write_text("\n".join(lines), "utf-8")


if __name__ == "__main__":
    main()
