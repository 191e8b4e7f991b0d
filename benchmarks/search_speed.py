"""Time a query against exact search: faiss Flat as `gergo.search` uses it, beside numpy, in one run.

    python benchmarks/search_speed.py [--rows 10000 100000] [--dim 512] [--queries 100]

One thread each. Vectors are random unit vectors, two rows an item; exact search takes the same time whatever they are.
Both sides return the ten best items and are checked to return the same ones. The result goes to benchmarks/results/.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from threadpoolctl import threadpool_limits

from gergo.search.flat import FlatIndex

K = 10
ROWS_AN_ITEM = 2
FILTER_KEEPS = 0.01


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--dim", type=int, default=512)
    parser.add_argument("--queries", type=int, default=100)
    options = parser.parse_args()
    with threadpool_limits(1):
        results = [measure(rows, options.dim, options.queries) for rows in options.rows]
    for result in results:
        print(json.dumps(result))
    written = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{processor()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
        "versions": {"python": platform.python_version(), "numpy": np.__version__, "faiss": faiss.__version__},
        "threads": 1,
        "results": results,
    }
    path = Path(__file__).parent / "results" / f"search_speed-{datetime.now(UTC):%Y-%m-%d}.json"
    path.write_text(json.dumps(written, indent=2) + "\n", "utf-8")


def measure(rows: int, dim: int, queries: int) -> dict[str, Any]:
    """Milliseconds a query, median and 95th percentile, of each way."""
    rng = np.random.default_rng(0)
    vectors_RD = unit(rng.standard_normal((rows, dim), np.float32))
    items_R = np.arange(rows) // ROWS_AN_ITEM
    queries_QD = unit(rng.standard_normal((queries, dim), np.float32))
    kept = np.sort(rng.choice(rows // ROWS_AN_ITEM, int(rows // ROWS_AN_ITEM * FILTER_KEEPS), replace=False))
    started = time.perf_counter()
    index = FlatIndex(vectors_RD, items_R)
    build_s = time.perf_counter() - started
    ways: dict[str, Callable[[np.ndarray], np.ndarray]] = {
        "gergo": lambda query_D: index.top_items(query_D, K).items_K,
        "numpy": lambda query_D: brute_force(vectors_RD, query_D),
        "gergo, where keeps 1%": lambda query_D: index.top_items(query_D, K, among=kept).items_K,
    }
    times_ms: dict[str, list[float]] = {name: [] for name in ways}
    for query_D in queries_QD:  # by turns, so that what else the machine does falls on all alike
        found = {}
        for name, way in ways.items():
            started = time.perf_counter()
            found[name] = way(query_D)
            times_ms[name].append((time.perf_counter() - started) * 1000)
        assert found["gergo"].tolist() == found["numpy"].tolist()
    result: dict[str, Any] = {"rows": rows, "dim": dim, "queries": queries, "build_s": round(build_s, 3)}
    for name, values in times_ms.items():
        result[name] = {"median_ms": round(np.median(values), 2), "p95_ms": round(np.percentile(values, 95), 2)}
    result["numpy / gergo"] = round(np.median(times_ms["numpy"]) / np.median(times_ms["gergo"]), 2)
    return result


def brute_force(vectors_RD: np.ndarray, query_D: np.ndarray) -> np.ndarray:
    """What one would write without an index: all products, the best row of each item, the best ten."""
    scores_R = vectors_RD @ query_D
    candidates = np.argpartition(-scores_R, K * ROWS_AN_ITEM)[: K * ROWS_AN_ITEM]
    ordered = candidates[np.argsort(-scores_R[candidates])] // ROWS_AN_ITEM
    return np.array(list(dict.fromkeys(ordered.tolist()))[:K])


def unit(vectors_RD: np.ndarray) -> np.ndarray:
    return vectors_RD / np.linalg.norm(vectors_RD, axis=1, keepdims=True)


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.machine()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())


if __name__ == "__main__":
    main()
