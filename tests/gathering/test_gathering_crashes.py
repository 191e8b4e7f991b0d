"""The whole of `gergo gather`, killed at any moment, leads to the same catalogue in the end."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.gathering.served import Shop, serving
from tests.gathering.shops import HOST, demo_items, make_shop

import gergo

KILLS = 20


def command(address: str, to: Path) -> list[str]:
    options = ["--to", str(to), "--model", "none", "--delay", "0", "--allow-loopback"]
    return [sys.executable, "-m", "gergo", "gather", address, *options]


def put_online(served: Shop, folder: Path) -> str:
    """A shop of twenty products under the server's own address; its sitemap's address."""
    for path, (kind, body) in make_shop(demo_items(folder, products=20, size_px=96), "json_ld").files.items():
        moved_here = body.replace(f"https://{HOST}".encode(), served.root.encode())
        served.routes[path] = (200, {"Content-Type": kind, "ETag": '"1"'}, moved_here)
    served.slow_s = 0.01
    return f"{served.root}/sitemap.xml"


def what_it_holds(catalogue: Path) -> tuple[list[str], list[str], list[str]]:
    """Items, the contents of their pictures, and pairs with their evidence, in an order of their own."""
    opened = gergo.Catalogue.open(catalogue)
    columns = ["id", "title", "description", "brand", "category"]
    items = sorted(map(str, opened.items(columns=columns[1:]).select(columns).to_pylist()))
    pictures = sorted(f"{view['item']} {view['hash']}" for view in opened.views().to_pylist())
    pairs = sorted(catalogue.with_suffix(".gathered").joinpath("pairs.jsonl").read_text("utf-8").splitlines())
    return items, pictures, pairs


@pytest.mark.slow
def test_killed_twenty_times_it_gathers_the_same_catalogue(tmp_path: Path) -> None:
    chance, to = random.Random(0), tmp_path / "shop.gergo"
    with serving() as served:
        address = put_online(served, tmp_path / "demo")
        started = time.monotonic()
        subprocess.run(command(address, tmp_path / "whole.gergo"), check=True, capture_output=True)
        whole_s = time.monotonic() - started
        killed, seen = 0, set()
        while killed < KILLS:
            with subprocess.Popen(command(address, to), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
                try:
                    run.wait(chance.uniform(0.1, 1.0) * whole_s)
                except subprocess.TimeoutExpired:
                    run.send_signal(signal.SIGKILL)
            if run.returncode == 0:  # it was faster than the moment: begin again from nothing
                shutil.rmtree(to)
                shutil.rmtree(to.with_suffix(".gathered"))
                continue
            assert run.returncode == -signal.SIGKILL
            killed += 1
            seen |= {path.name for path in tmp_path.glob("shop.*/*")}
        subprocess.run(command(address, to), check=True, capture_output=True)
    assert {"crawl.warc.gz", "pages.jsonl", "rows.jsonl"} <= seen, "it was killed in every stage"
    assert what_it_holds(to) == what_it_holds(tmp_path / "whole.gergo")
    assert not list(tmp_path.glob("shop.*/*.part"))
    report = json.loads((tmp_path / "shop.gathered" / "report.json").read_text("utf-8"))
    assert report["rows"] == json.loads((tmp_path / "whole.gathered" / "report.json").read_text("utf-8"))["rows"] > 15
