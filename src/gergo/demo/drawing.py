"""Drawing a catalogue's pictures, over several processes: each runs this module as a program on its share.

A program of our own rather than `multiprocessing`: spawned workers of that would run the caller's script again, and a
ten-line script has no `if __name__ == "__main__"`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from gergo import progress
from gergo.demo.product import Product, products
from gergo.demo.rendering import render
from gergo.demo.seeds import generator
from gergo.errors import GergoError

SPAWN_FROM = 64  # fewer pictures are drawn sooner than a second process starts
MOST_WORKERS = 16


@dataclass(frozen=True)
class Job:
    """The pictures of the first `count` products of the catalogue `seed`, into `root`/images."""

    root: Path
    count: int
    views: int
    seed: int
    size_px: int


def picture_path(product: Product, view: int) -> str:
    """Where a product's picture lies, relative to the catalogue's folder."""
    return f"images/{product.id.replace('&', 'n')}_{view + 1}.jpg"


def draw(job: Job) -> None:
    """Draw every picture of a job on all processors, showing progress; the bytes do not depend on how many."""
    (job.root / "images").mkdir(parents=True, exist_ok=True)
    total = job.count * job.views
    workers = min(_processors(), MOST_WORKERS, job.count) if total >= SPAWN_FROM else 1
    with progress.bar("drawing the demo catalogue", total, "pictures") as bar:
        if workers == 1:
            for _ in draw_share(job, 0, 1):
                bar.advance(job.views)
            return
        running = [_start(job, share, workers) for share in range(workers)]
        try:
            with ThreadPoolExecutor(workers) as readers:
                for share in running:
                    readers.submit(lambda lines: [bar.advance(job.views) for _ in lines], _lines(share))
            failed = [share for share in running if share.wait()]
        except BaseException:
            for share in running:
                share.kill()
            raise
        finally:
            for share in running:
                share.wait()
                _lines(share).close()
        if failed:
            raise GergoError("a process that draws the demo catalogue failed", hint="its traceback is above")


def draw_share(job: Job, share: int, shares: int) -> Iterator[Product]:
    """Draw every `shares`-th product's pictures, from number `share` on; yields each product once it is done."""
    for product in products(job.count, job.seed)[share::shares]:
        for view in range(job.views):
            quality = int(generator("jpeg", product.seed, product.id, view).integers(82, 94))
            target = job.root / picture_path(product, view)
            partial = target.with_suffix(".partial")
            render(product, view, job.size_px).image.save(partial, "JPEG", quality=quality)
            partial.replace(target)
        yield product


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _start(job: Job, share: int, shares: int) -> subprocess.Popen[str]:
    numbers = (job.count, job.views, job.seed, job.size_px, share, shares)
    command = [sys.executable, "-m", "gergo.demo.drawing", str(job.root), *map(str, numbers)]
    one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    environment = os.environ | one_thread | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


def _lines(process: subprocess.Popen[str]) -> IO[str]:
    assert process.stdout is not None
    return process.stdout


def main(arguments: list[str]) -> None:
    """`python -m gergo.demo.drawing ROOT COUNT VIEWS SEED SIZE_PX SHARE SHARES`: a line to stdout for every product."""
    count, views, seed, size_px, share, shares = map(int, arguments[1:])
    for product in draw_share(Job(Path(arguments[0]), count, views, seed, size_px), share, shares):
        print(product.id, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
