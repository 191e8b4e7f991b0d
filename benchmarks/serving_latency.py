"""How fast `/v1/search` answers by text, to 1, 8 and 64 clients at once, beside the model called one query at a time.

    python benchmarks/serving_latency.py [--products 2000] [--seconds 8] [--clients 1 8 64]

The server is `gergo serve` in a process of its own, the clients are threads of another; both share this machine, so the
clients' own work is in the figures. Every query is a different text, so nothing is answered from a cache. The model is
the embedded base and the catalogue the drawn shop (its size hardly matters: encoding dominates). "Batching off" is the
same server told to give the model one value a call. "One by one" is `Index.search` in a loop, no HTTP. The result goes
to benchmarks/results/.
"""

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

import gergo
from gergo.demo import write_catalogue

WORDS = ("brass", "steel", "black", "hex", "wood", "screw", "bolt", "nut", "washer", "zinc", "torx", "pan", "anchor")
K = 24


def query(number: int) -> str:
    """A text that no other number gives."""
    digits = [number // len(WORDS) ** place % len(WORDS) for place in range(4)]
    return " ".join(WORDS[digit] for digit in digits)


def load(port: int, clients: int, seconds: float, start: int, result: multiprocessing.Queue) -> None:
    """Ask as fast as answers come, each client over a connection of its own; latencies in ms."""
    times_ms: list[list[float]] = [[] for _ in range(clients)]
    until = time.perf_counter() + seconds

    def one(client: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        number = start + client * 1_000
        while time.perf_counter() < until:
            number += 1
            body = json.dumps({"text": query(number), "k": K, "mode": "vector"})
            started_s = time.perf_counter()
            connection.request("POST", "/v1/search", body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            data = answer.read()
            assert answer.status == 200, data
            times_ms[client].append((time.perf_counter() - started_s) * 1000)

    threads = [threading.Thread(target=one, args=(client,)) for client in range(clients)]
    began_s = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    result.put(([value for values in times_ms for value in values], time.perf_counter() - began_s))


@contextmanager
def served(catalogue: Path, *, batch: int) -> Iterator[int]:
    """A server process; its port."""
    program = (
        "import sys; from pathlib import Path; from gergo.serving.running import serve; "
        "from gergo.serving.settings import Settings; "
        f"serve(Settings(catalogue=Path(sys.argv[1]), batch={batch}, read_only=True), port=0)"
    )
    process = subprocess.Popen([sys.executable, "-c", program, str(catalogue)], stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    try:
        line = next(line for line in process.stderr if line.startswith("serving "))
        yield int(line.split("http://127.0.0.1:")[1].split()[0])
    finally:
        process.terminate()
        process.wait()


def measure(port: int, clients: int, seconds: float, start: int) -> dict[str, float]:
    """p50, p95, p99 in ms, and answers a second."""
    queue: multiprocessing.Queue = multiprocessing.get_context("spawn").Queue()
    process = multiprocessing.get_context("spawn").Process(target=load, args=(port, clients, seconds, start, queue))
    process.start()
    times_ms, took_s = queue.get()
    process.join()
    return figures(clients, times_ms, took_s)


def figures(clients: int, times_ms: list[float], took_s: float) -> dict[str, float]:
    """Percentiles of latencies, and the rate."""
    p50, p95, p99 = np.percentile(times_ms, [50, 95, 99])
    return {"clients": clients, "p50": p50, "p95": p95, "p99": p99, "rate": len(times_ms) / took_s}


def one_by_one(catalogue: Path, seconds: float) -> dict[str, float]:
    """The index asked in a loop in this process."""
    index = gergo.Index.open(catalogue)
    times_ms = []
    number = 9_000_000
    index.search("warm up", mode="vector")
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        number += 1
        started_s = time.perf_counter()
        index.search(query(number), k=K, mode="vector")
        times_ms.append((time.perf_counter() - started_s) * 1000)
    return figures(1, times_ms, seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--products", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 64])
    parser.add_argument("--catalogue", type=Path, help="an indexed catalogue, instead of a drawn one")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        catalogue = options.catalogue or drawn(Path(folder), options.products)
        rows = [("one by one, no HTTP", one_by_one(catalogue, options.seconds))]
        for name, batch in (("batching off", 1), ("gergo serve", 64)):
            with served(catalogue, batch=batch) as port:
                measure(port, 4, 1, 5_000_000)  # warm-up
                for turn, clients in enumerate(options.clients):
                    rows.append((name, measure(port, clients, options.seconds, turn * 100_000)))
        items = len(gergo.Catalogue.open(catalogue))
    text = table(rows, items, options.seconds)
    print(text)
    (Path(__file__).parent / "results" / f"{datetime.now(UTC):%Y-%m-%d}-serving-latency.md").write_text(text, "utf-8")


def drawn(folder: Path, products: int) -> Path:
    """A drawn shop, indexed with the embedded base."""
    source = write_catalogue(folder / "source", products=products, views=1, size_px=96)
    catalogue = gergo.import_catalogue(source, to=folder / "shop.gergo")
    gergo.index(catalogue, gergo.Model.load("base"))
    return catalogue.path


def table(rows: list[tuple[str, dict[str, float]]], items: int, seconds: float) -> str:
    """The figures as Markdown, the gain of batching below."""
    import fastapi
    import torch
    import uvicorn

    load_now = os.getloadavg()[0]
    lines = [
        "# Latency of /v1/search by text",
        "",
        f"`python {' '.join(sys.argv)}`: {items:,} items, {seconds:g} s each, base model; {os.cpu_count()} cores "
        f"({platform.machine()}), load {load_now:.1f} at the end; Python {platform.python_version()}, torch "
        f"{torch.__version__}, FastAPI {fastapi.__version__}, uvicorn {uvicorn.__version__}. Clients run here, too.",
        "",
        "| | clients | p50 ms | p95 ms | p99 ms | answers a second |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name, row in rows:
        cells = [f"{row[figure]:.1f}" for figure in ("p50", "p95", "p99")]
        lines.append(f"| {name} | {row['clients']:.0f} | {' | '.join(cells)} | {row['rate']:.0f} |")
    rate = {(name, row["clients"]): row["rate"] for name, row in rows}
    gains = [
        f"{clients:.0f} clients: {rate['gergo serve', clients] / rate['batching off', clients]:.2f}"
        for name, clients in rate
        if name == "gergo serve"
    ]
    return "\n".join([*lines, "", f"Throughput of batching over batching off: {'; '.join(gains)}."]) + "\n"


if __name__ == "__main__":
    main()
