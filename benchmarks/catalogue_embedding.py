"""A catalogue embedded, decoding and storing included, against the model's own speed on pictures decoded beforehand.

    python benchmarks/catalogue_embedding.py [--pictures 1024] [--rounds 3] [--out FILE]

The two take turns on the same 400 px JPEG files by the embedded base; the median of the paired ratios is what counts.
On a processor, decoding needs a core beside those of the model: give the model one thread less than there are cores.
Memory is the process's peak after each, so that what grows with the catalogue shows.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import resource
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image

import gergo
from gergo.towers.cache import VectorCache

SIDE_PX = 400
BATCH = 64


def write_shop(folder: Path, count: int) -> Path:
    """A CSV and `count` pictures of soft patches with some grain."""
    rng = np.random.default_rng(0)
    for i in range(count):
        patches = Image.fromarray(rng.integers(0, 256, (8, 8, 3), dtype=np.uint8))
        soft = np.asarray(patches.resize((SIDE_PX, SIDE_PX), Image.Resampling.BICUBIC), np.int16)
        grain = soft + rng.integers(-5, 6, soft.shape, dtype=np.int16)
        data = io.BytesIO()
        Image.fromarray(grain.clip(0, 255).astype(np.uint8)).save(data, "JPEG", quality=88)
        (folder / f"{i}.jpg").write_bytes(data.getvalue())
    path = folder / "shop.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "title", "image"])
        writer.writerows([f"p{i}", f"thing number {i}", f"{i}.jpg"] for i in range(count))
    return path


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@torch.inference_mode()
def own_rate(model: gergo.Model, batches: list[dict[str, torch.Tensor]], count: int) -> float:
    started = time.perf_counter()
    for batch in batches:
        model.encode_batch("image", batch).cpu()
    return count / (time.perf_counter() - started)


def catalogue_rate(catalogue: gergo.Catalogue, model: gergo.Model, views: list[int]) -> float:
    """Embed everything anew: the table is dropped first."""
    cache = VectorCache(catalogue, model)
    if cache.name in catalogue.database.list_tables(limit=1000).tables:
        catalogue.database.drop_table(cache.name)
    cache = VectorCache(catalogue, model)
    started = time.perf_counter()
    cache.embed_views(views)
    return len(views) / (time.perf_counter() - started)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=1024)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=max(1, (os.cpu_count() or 2) - 1))
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    model = gergo.Model.load("base")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        catalogue = gergo.import_catalogue(write_shop(folder, options.pictures), to=folder / "shop.gergo")
        views = catalogue.views()["view"].to_pylist()
        prepare = model.network.image.prepare
        parts = [views[start : start + BATCH] for start in range(0, len(views), BATCH)]
        batches = [dict(prepare(catalogue.pictures(part))) for part in parts]
        own_rate(model, batches[:2], 2 * BATCH)  # warm-up
        rounds = [
            (own_rate(model, batches, len(views)), catalogue_rate(catalogue, model, views))
            for _ in range(options.rounds)
        ]
    ratio = statistics.median(whole / own for own, whole in rounds)
    lines = [
        "# A catalogue embedded, against the model's own speed",
        "",
        f"`python benchmarks/catalogue_embedding.py`; {options.pictures:,} JPEG files of {SIDE_PX} px, the embedded "
        f"base, {options.threads} thread(s) for the model on {os.cpu_count()} cores, torch {torch.__version__}, load "
        f"{os.getloadavg()[0]:.1f} at the end; peak memory {peak_mb():,.0f} MB.",
        "",
        "| round | the model alone, a second | the catalogue, a second | ratio |",
        "|---|---|---|---|",
        *(f"| {i} | {own:,.0f} | {whole:,.0f} | {whole / own:.2f} |" for i, (own, whole) in enumerate(rounds, 1)),
        "",
        f"Median ratio **{ratio:.2f}**.",
    ]
    print("\n".join(lines))
    if options.out:
        options.out.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
