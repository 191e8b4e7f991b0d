"""Import: pictures a minute on two cores, threads against processes for decoding, and memory as rows grow.

    python benchmarks/import_speed.py [--pictures 2000] [--rows 5000,50000] [--date YYYY-MM-DD]

Pictures are photograph-like JPEGs of 600 x 600 px, rows have a small picture each; everything is drawn into a temporary
folder first. Each import runs in a process of its own, held to two cores. Other work on the machine makes the wall
clock lie, so processor time stands beside it: half of it is what two free cores would take. Writes a table to
stdout and, with --date, to benchmarks/results/<date>-import-speed.md.
"""

from __future__ import annotations

import argparse
import csv
import json
import multiprocessing
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import lancedb
import numpy as np
import PIL
import simplejpeg
from PIL import Image

from gergo.catalogue.pictures import read

CORES = 2
CHILD = """
import json, resource, sys, time
from gergo.catalogue.importing import import_catalogue
started = time.perf_counter()
catalogue = import_catalogue(sys.argv[1], sys.argv[2])
usage = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({
    "wall_s": time.perf_counter() - started,
    "processor_s": usage.ru_utime + usage.ru_stime,
    "peak_mib": usage.ru_maxrss / 1024,
    "rows": len(catalogue),
    "views": catalogue.manifest.counts.views,
}))
"""


def photograph(seed: int, size_px: int) -> bytes:
    """Soft patches of colour with grain, which compress about as a photograph does."""
    random = np.random.default_rng(seed)
    patches = Image.fromarray(random.integers(0, 256, (9, 9, 3), dtype=np.uint8))
    soft = np.asarray(patches.resize((size_px, size_px), Image.Resampling.BICUBIC), np.int16)
    grain = random.integers(-9, 10, (size_px, size_px, 1), dtype=np.int16)
    return simplejpeg.encode_jpeg(np.clip(soft + grain, 0, 255).astype(np.uint8), quality=88)


def write_shop(folder: Path, rows: int, size_px: int) -> Path:
    """`rows` products with a picture each, as a CSV and a folder."""
    (folder / "images").mkdir(parents=True)
    with open(folder / "products.csv", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["sku", "title", "brand", "category", "price", "image"])
        for i in range(rows):
            (folder / f"images/{i}.jpg").write_bytes(photograph(i, size_px))
            title = f"Part {i % 977} for model {i % 61}, size {i % 13}, lot {i}"
            writer.writerow([f"S{i:06}", title, f"brand {i % 83}", f"kind {i % 37}", i % 100 + 0.5, f"images/{i}.jpg"])
    return folder / "products.csv"


def imported(source: Path, to: Path) -> dict[str, Any]:
    """One import in a process of its own: seconds, MiB, counts."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(source), str(to)], capture_output=True, check=True, text=True
    )
    return json.loads(done.stdout)


def _hash_of(path: Path) -> str:
    return read(path.read_bytes()).hash


def decoding(paths: Sequence[Path]) -> dict[str, dict[str, float]]:
    """Wall and processor seconds of decoding alone: two threads, then two spawned processes."""
    found = {}
    spawn = multiprocessing.get_context("spawn")
    for name, pool in (
        ("two threads", ThreadPoolExecutor(CORES)),
        ("two processes, their start included", ProcessPoolExecutor(CORES, mp_context=spawn)),
    ):
        with pool:
            list(pool.map(_hash_of, paths[:CORES], chunksize=1))  # started and warm
            before, started = _processor_s(), time.perf_counter()
            list(pool.map(_hash_of, paths, chunksize=8))
            wall_s = time.perf_counter() - started
        found[name] = {"wall_s": wall_s, "processor_s": _processor_s() - before}
    return found


def _processor_s() -> float:
    """Of this process and of the children that have ended."""
    usages = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def table(pictures: int, row_counts: Sequence[int]) -> str:
    """Everything measured, as Markdown."""
    load, small = os.getloadavg()[0], []
    lines = [
        "# Import: speed and memory",
        "",
        f"Python {platform.python_version()}, lancedb {lancedb.__version__}, Pillow {PIL.__version__}, simplejpeg "
        f"{simplejpeg.__version__}; two cores of {platform.machine()}, load {load:.1f} at the start.",
        "",
        "| what | wall s | processor s | a minute, wall | a minute, two free cores | peak MiB |",
        "|---|---|---|---|---|---|",
    ]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        source = write_shop(folder / "pictures", pictures, 600)
        paths = sorted((folder / "pictures/images").iterdir())
        size_kb = sum(path.stat().st_size for path in paths) / len(paths) / 1000
        for name, found in decoding(paths[:500]).items():
            lines.append(_line(f"decode 500 pictures, {name}", 500, found))
        lines.append(_line(f"import {pictures:,} pictures of 600 px", pictures, imported(source, folder / "p.gergo")))
        lines.append(_line("import the same again", pictures, imported(source, folder / "p.gergo")))
        for rows in row_counts:
            source = write_shop(folder / f"rows-{rows}", rows, 48)
            found = imported(source, folder / f"{rows}.gergo")
            assert found["rows"] == found["views"] == rows
            small.append(found)
            lines.append(_line(f"import {rows:,} small rows", rows, found))
    per_row_kb = (small[-1]["peak_mib"] - small[0]["peak_mib"]) * 1048.576 / max(row_counts[-1] - row_counts[0], 1)
    lines += [
        "",
        f"Load {os.getloadavg()[0]:.1f} at the end. Pictures of 600 px have {size_kb:.0f} kB each; wanted are 5,000 a "
        f"minute on two cores. Memory grows by {per_row_kb:.1f} kB a row, the hashes and names that groups and splits "
        "need, and not with the pictures' size.",
    ]
    return "\n".join(lines) + "\n"


def _line(what: str, n: int, found: dict[str, Any]) -> str:
    wall, processor = 60 * n / found["wall_s"], 60 * n / (found["processor_s"] / CORES)
    peak = f"{found['peak_mib']:.0f}" if "peak_mib" in found else ""
    return f"| {what} | {found['wall_s']:.1f} | {found['processor_s']:.1f} | {wall:,.0f} | {processor:,.0f} | {peak} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=2000)
    parser.add_argument("--rows", default="5000,50000")
    parser.add_argument("--date", help="write benchmarks/results/<date>-import-speed.md")
    settings = parser.parse_args()
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    found = table(settings.pictures, [int(rows) for rows in settings.rows.split(",")])
    print(found)
    if settings.date:
        results = Path(__file__).parent / "results"
        (results / f"{settings.date}-import-speed.md").write_text(found)


if __name__ == "__main__":
    main()
