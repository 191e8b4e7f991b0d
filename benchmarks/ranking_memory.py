"""Memory and time of ranking a gallery on disk: 50,000 queries against 1,000,000 vectors of 512 numbers by default.

    python benchmarks/ranking_memory.py [--queries 50000] [--gallery 1000000] [--dim 512] [--work build] [--write]

The gallery is a file of random unit vectors, one an entry; the query of an entry is its vector with noise. The ranks of
ten queries are checked against a plain loop over the whole file. The peak is that of a process of its own, so that
making the file does not count; the limit is 2 GiB.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import numpy as np

from gergo.evaluation.ranking import TIE, VectorFile, Vectors, rank
from gergo.evaluation.vectors import unit

LIMIT_BYTES = 2 * 1024**3
BLOCK = 20_000
CHECKED = 10
RESULTS = Path(__file__).parent / "results"


def write_gallery(path: Path, entries: int, dim: int) -> None:
    """Random unit vectors, a block at a time."""
    rng = np.random.default_rng(0)
    file = np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=(entries, dim))
    for start in range(0, entries, BLOCK):
        file[start : start + BLOCK] = unit(rng.standard_normal((min(BLOCK, entries - start), dim), np.float32))
    file.flush()


def peak_bytes() -> int:
    """Of this process alone, since it was started: `getrusage` would count what its parent had reached before."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))) * 1024


def measure(path: Path, queries: int) -> dict[str, float]:
    """Rank in this process: seconds, and the peak of its resident memory."""
    gallery = VectorFile(path)
    rng = np.random.default_rng(1)
    asked = np.sort(rng.choice(len(gallery), queries, replace=False))
    query_QD = np.empty((queries, gallery.shape[1]), np.float32)
    for start in range(0, len(gallery), BLOCK):
        here = np.flatnonzero((asked >= start) & (asked < start + BLOCK))
        query_QD[here] = gallery[start : start + BLOCK][asked[here] - start]
    query_QD = unit(query_QD + 0.05 * rng.standard_normal(query_QD.shape, np.float32))
    before_bytes = peak_bytes()
    started = time.monotonic()
    ranking = rank(
        Vectors.one_each(query_QD),
        Vectors(gallery, np.arange(len(gallery))),
        np.stack([np.arange(queries), asked], axis=1),
    )
    taken_s = time.monotonic() - started
    reached_bytes = peak_bytes()
    some = rng.choice(queries, CHECKED, replace=False)
    best = np.einsum("qd,qd->q", query_QD[some], np.concatenate([gallery[i : i + 1] for i in asked[some]]))
    above = np.zeros(CHECKED, np.int64)
    for start in range(0, len(gallery), BLOCK):
        score = query_QD[some] @ gallery[start : start + BLOCK].T
        others = np.arange(start, start + score.shape[1]) != asked[some][:, None]
        above += (others & (score > best[:, None] - TIE)).sum(1)
    assert np.array_equal(ranking.rank_Q[some], 1 + above), "the ranks are those of a plain loop"
    return {"seconds": taken_s, "peak_bytes": reached_bytes, "before_bytes": before_bytes}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--queries", type=int, default=50_000)
    parser.add_argument("--gallery", type=int, default=1_000_000)
    parser.add_argument("--dim", type=int, default=512)
    parser.add_argument("--work", type=Path, default=Path("build"))
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure is not None:
        print(json.dumps(measure(arguments.measure, arguments.queries)))
        return
    arguments.work.mkdir(parents=True, exist_ok=True)
    path = arguments.work / f"gallery-{arguments.gallery}x{arguments.dim}.npy"
    if not path.exists():
        write_gallery(path, arguments.gallery, arguments.dim)
    command = [sys.executable, __file__, "--queries", str(arguments.queries), "--measure", str(path)]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    peak, limit = found["peak_bytes"] / 2**20, LIMIT_BYTES / 2**20
    line = (
        f"{arguments.queries:,} queries x {arguments.gallery:,} vectors x {arguments.dim}: "
        f"peak {peak:,.0f} MiB of {limit:,.0f} ({found['before_bytes'] / 2**20:,.0f} before ranking), "
        f"{found['seconds']:,.0f} s; file {path.stat().st_size / 2**20:,.0f} MiB; "
        f"numpy {np.__version__}, {os.cpu_count()} cores {platform.machine()}, "
        f"OMP_NUM_THREADS={os.environ.get('OMP_NUM_THREADS', 'unset')}"
    )
    print(line)
    if arguments.write:
        with (RESULTS / f"{date.today().isoformat()}-ranking-memory.md").open("a", encoding="utf-8") as file:
            file.write(f"- {line}\n")
    sys.exit(0 if found["peak_bytes"] <= LIMIT_BYTES else 1)


if __name__ == "__main__":
    main()
