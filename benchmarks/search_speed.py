"""Search speed, recall and memory: gergo's indexes beside faiss HNSW and LanceDB's own, each in a process of its own.

    python benchmarks/search_speed.py [--rows 10000 100000] [--million] [--out benchmarks/results/DATE-search-speed.md]

Vectors are 512 numbers, drawn around 1,000 centres as products are around kinds; queries lie beside rows. One thread
each, a row an item. Recall@10 is against comparing everything; the same under a filter that keeps 1% of the rows.
Memory is what the process holds beyond the vectors' file (anonymous pages). Queries are counted by processor time, so
that what else the machine does falls on nobody. usearch and hnswlib take part at 100,000 rows where they are installed;
neither is a dependency. A million rows: gergo alone.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from gergo.search.flat import FlatIndex, selecting
from gergo.search.inverted import InvertedIndex, add, exact_items, probes_needed, train

DIM, CENTRES, SPREAD, K = 512, 1000, 0.9, 10
FILTER_KEEPS = 0.01
QUERIES = 100

Search = Callable[[np.ndarray, np.ndarray | None], np.ndarray]


def write_vectors(path: Path, rows: int) -> None:
    """`rows` unit vectors as a file, a part at a time."""
    rng = np.random.default_rng(0)
    centres = rng.standard_normal((CENTRES, DIM), np.float32)
    with path.open("wb") as file:
        for start in range(0, rows, 50_000):
            drawn = centres[rng.integers(0, CENTRES, min(50_000, rows - start))]
            file.write(unit(drawn + SPREAD * rng.standard_normal(drawn.shape, np.float32)).tobytes())


def unit(vectors_RD: np.ndarray) -> np.ndarray:
    return (vectors_RD / np.linalg.norm(vectors_RD, axis=1, keepdims=True)).astype(np.float32)


def gergo_flat(vectors_RD: np.ndarray, _: np.ndarray) -> Search:
    index = FlatIndex(vectors_RD, np.arange(len(vectors_RD)))
    return lambda query_D, among: index.top_items(query_D, K, among=among).items_K


def gergo_ivf(vectors_RD: np.ndarray, _: np.ndarray) -> Search:
    """As `gergo.search.cells` builds it; the probes are tuned on rows, not on the queries that are timed."""
    rows = np.arange(len(vectors_RD))
    cells = train(vectors_RD)
    add(cells, vectors_RD, rows)
    index = InvertedIndex(vectors_RD, rows, cells, 1)
    drawn = np.asarray(vectors_RD[:: len(rows) // 100][:100])
    index.probes, _recall = probes_needed(index, drawn, exact_items(vectors_RD, rows, drawn, K))
    return lambda query_D, among: index.top_items(query_D, K, among=among).items_K


def faiss_hnsw(vectors_RD: np.ndarray, kept: np.ndarray) -> Search:
    library: Any = faiss  # the library's types know only some of its names
    index = faiss.IndexHNSWFlat(DIM, 32, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction = 100
    index.add(np.asarray(vectors_RD))
    allowed = np.isin(np.arange(len(vectors_RD)), kept)

    def search(query_D: np.ndarray, among: np.ndarray | None) -> np.ndarray:
        parameters = library.SearchParametersHNSW(efSearch=128)
        if among is not None:
            _bits, selector = selecting(allowed)
            parameters = library.SearchParametersHNSW(efSearch=128, sel=selector)
        return index.search(query_D[None], K, params=parameters)[1][0]

    return search


def lancedb_ivf_pq(vectors_RD: np.ndarray, kept: np.ndarray) -> Search:
    import lancedb
    import pyarrow as pa

    database = lancedb.connect(tempfile.mkdtemp())
    flags = np.isin(np.arange(len(vectors_RD)), kept)
    flat = pa.array(np.asarray(vectors_RD).reshape(-1))
    columns = {"row": np.arange(len(vectors_RD)), "kept": flags, "vector": pa.FixedSizeListArray.from_arrays(flat, DIM)}
    table = database.create_table("rows", pa.table(columns))
    cells = int(np.sqrt(len(vectors_RD)))
    table.create_index(metric="dot", vector_column_name="vector", num_partitions=cells, num_sub_vectors=64)

    def search(query_D: np.ndarray, among: np.ndarray | None) -> np.ndarray:
        query: Any = table.search(query_D)
        query = query.distance_type("dot").nprobes(20).refine_factor(10).limit(K).select(["row"])
        query = query.where("kept", prefilter=True) if among is not None else query
        return query.to_arrow()["row"].to_numpy()

    return search


def usearch(vectors_RD: np.ndarray, _: np.ndarray) -> Search | None:
    if importlib.util.find_spec("usearch") is None:
        return None
    from usearch.index import Index  # pyright: ignore[reportMissingImports]

    index = Index(ndim=DIM, metric="ip", connectivity=32, expansion_add=100, expansion_search=128)
    index.add(np.arange(len(vectors_RD)), np.asarray(vectors_RD), threads=1)
    return lambda query_D, among: index.search(query_D, K, threads=1).keys if among is None else NO_FILTER


def hnswlib(vectors_RD: np.ndarray, kept: np.ndarray) -> Search | None:
    if importlib.util.find_spec("hnswlib") is None:
        return None
    import hnswlib as library  # pyright: ignore[reportMissingImports]

    index = library.Index(space="ip", dim=DIM)
    index.init_index(len(vectors_RD), M=32, ef_construction=100)
    index.add_items(np.asarray(vectors_RD), num_threads=1)
    index.set_ef(128)
    wanted = set(kept.tolist())

    def search(query_D: np.ndarray, among: np.ndarray | None) -> np.ndarray:
        keep = None if among is None else wanted.__contains__
        try:
            return index.knn_query(query_D, K, num_threads=1, filter=keep)[0][0].astype(np.int64)
        except RuntimeError:  # it found fewer than ten
            return NO_FILTER

    return search


NO_FILTER = np.empty(0, np.int64)
CONTENDERS: dict[str, Callable[..., Search | None]] = {
    "gergo, Flat": gergo_flat,
    "gergo, IVF-SQ8": gergo_ivf,
    "faiss HNSW": faiss_hnsw,
    "LanceDB IVF-PQ": lancedb_ivf_pq,
    "usearch": usearch,
    "hnswlib": hnswlib,
}


def measure(name: str, path: Path, rows: int) -> dict[str, Any] | None:
    """One contender in this process."""
    faiss.omp_set_num_threads(1)
    vectors_RD = np.memmap(path, np.float32, "r", shape=(rows, DIM))
    rng = np.random.default_rng(1)
    beside = np.asarray(vectors_RD[rng.choice(rows, QUERIES, replace=False)])
    queries_QD = unit(beside + 0.5 / np.sqrt(DIM) * rng.standard_normal(beside.shape, np.float32))
    kept = np.sort(rng.choice(rows, int(rows * FILTER_KEEPS), replace=False))
    before, started = held_bytes(), time.perf_counter()
    search = CONTENDERS[name](vectors_RD, kept)
    if search is None:
        return None
    result: dict[str, Any] = {"name": name, "rows": rows, "build_s": time.perf_counter() - started}
    result["memory_bytes"] = held_bytes() - before
    exact = [exact_items(vectors_RD, np.arange(rows), queries_QD, K)]
    exact.append(kept[exact_items(np.asarray(vectors_RD[kept]), np.arange(len(kept)), queries_QD, K)])
    for label, among, exact_QK in (("all", None, exact[0]), ("1%", kept, exact[1])):
        search(queries_QD[0], among)
        started = time.process_time()
        wall = time.perf_counter()
        found = [search(query_D, among) for query_D in queries_QD]
        result[label] = {
            "qps": QUERIES / (time.perf_counter() - wall),
            "cpu_ms": 1000 * (time.process_time() - started) / QUERIES,
            "recall": float(np.mean([np.isin(e, f).mean() for e, f in zip(exact_QK, found, strict=True)])),
        }
    return result


def held_bytes() -> int:
    """Anonymous memory of this process: files that are mapped do not count."""
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("RssAnon"))


def table(results: list[dict[str, Any]]) -> str:
    import lancedb

    lines = [
        "# Search speed, recall, memory",
        "",
        f"`python benchmarks/search_speed.py`; {QUERIES} queries, one after the other; {DIM} numbers a vector; one "
        f"thread (LanceDB: its own); {processor()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end. "
        f"faiss {faiss.__version__}, lancedb {lancedb.__version__}, numpy {np.__version__}.",
        "",
        "| rows | | recall@10 | queries a processor second | recall@10, filter keeps 1% | queries a processor second | "
        "memory MB | build s |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for result in results:
        plain, kept = result["all"], result["1%"]
        filtered = f"{kept['recall']:.3f} | {1000 / kept['cpu_ms']:,.0f}" if kept["recall"] else "no filter |"
        lines.append(
            f"| {result['rows']:,} | {result['name']} | {plain['recall']:.3f} | {1000 / plain['cpu_ms']:,.0f} | "
            f"{filtered} | {result['memory_bytes'] / 1e6:,.0f} | {result['build_s']:.1f} |"
        )
    return "\n".join(lines) + "\n"


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.machine()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--million", action="store_true", help="a million rows too, gergo's IVF-SQ8 alone")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--one", nargs=3, metavar=("NAME", "FILE", "ROWS"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.one[0], Path(options.one[1]), int(options.one[2]))))
        return
    results = []
    for rows in [*options.rows, *([1_000_000] if options.million else [])]:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "vectors.f32"
            write_vectors(path, rows)
            for name in ["gergo, IVF-SQ8"] if rows >= 1_000_000 else CONTENDERS:
                if name in ("usearch", "hnswlib") and rows < 100_000:
                    continue
                command = [sys.executable, __file__, "--one", name, str(path), str(rows)]
                done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
                result = json.loads(done.stdout.splitlines()[-1])
                print(f"{rows:,} {name}: {result}", file=sys.stderr)
                results += [result] if result else []
    text = table(results)
    print(text)
    if options.out:
        options.out.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
