"""How many pages a second are read, and whether memory stays flat.

    python -m benchmarks.gathering_speed [--pages 1000 3000 10000] [--write]

A WARC of so many product pages, each with JSON-LD, a gallery and cards of other products, some 6 kB of HTML, and a
small picture of its own. Each size is gathered in a process of its own, without a model; what the import of the
pictures takes is in there.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import platform
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np
from PIL import Image

RESULTS = Path(__file__).parent / "results"
WORDS = [
    "hex",
    "bolt",
    "nut",
    "washer",
    "steel",
    "zinc",
    "brass",
    "black",
    "long",
    "short",
    "fine",
    "wing",
    "cap",
    "eye",
]


def write_archive(path: Path, pages: int) -> int:
    """The archive; returns its size in bytes."""
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    draw, noise = random.Random(0), np.random.default_rng(0)
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)

        def put(url: str, kind: str, body: bytes) -> None:
            headers = StatusAndHeaders("200 OK", [("Content-Type", kind)], protocol="HTTP/1.1")
            record = writer.create_warc_record(url, "response", payload=io.BytesIO(body), http_headers=headers)
            writer.write_record(record)
            record.raw_stream.close()

        for n in range(pages):
            title = f"{' '.join(draw.sample(WORDS, 4))} {n}"
            said = {
                "@type": "Product",
                "name": title,
                "sku": f"S{n}",
                "image": f"/m/{n}.jpg",
                "description": " ".join(draw.choices(WORDS, k=80)),
                "brand": {"name": f"Brand {n % 40}"},
            }
            cards = "".join(
                f'<li><a href="/p/{m}"><img data-src="/m/{m}_100x100.jpg" alt="item {m}"><h3>item {m}</h3></a></li>'
                for m in draw.sample(range(pages), 8)
            )
            text = (
                f'<!doctype html><html lang="en"><head><title>{title}</title>'
                f'<script type="application/ld+json">{json.dumps(said)}</script></head><body><main><h1>{title}</h1>'
                f'<img src="/m/{n}.jpg" alt="{title}">{"<p>" + " ".join(draw.choices(WORDS, k=400)) + "</p>"}'
                f"<ul>{cards}</ul></main></body></html>"
            )
            put(f"https://shop.example/p/{n}", "text/html", text.encode())
            picture = io.BytesIO()
            pixels = np.kron(noise.integers(0, 255, (8, 8, 3), np.uint8), np.ones((10, 10, 1), np.uint8))
            Image.fromarray(pixels).save(picture, "JPEG")
            put(f"https://shop.example/m/{n}.jpg", "image/jpeg", picture.getvalue())
    return path.stat().st_size


def one(archive: Path, to: Path) -> dict[str, float]:
    """Gather in this process: seconds of reading pages, seconds in all, peak memory."""
    import gergo
    from gergo.gathering.extracting import extract
    from gergo.gathering.warc import WarcFiles

    started = time.monotonic()
    pages = sum(extract(page) is not None for page in WarcFiles([archive]).pages())
    read_s, read_mib = time.monotonic() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    started = time.monotonic()
    gergo.gather(archive, to, model=None)
    return {
        "pages": pages,
        "read_s": read_s,
        "read_mib": read_mib,
        "all_s": time.monotonic() - started,
        "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, nargs="+", default=[1000, 3000, 10_000])
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(one(Path(options.one[0]), Path(options.one[1]))))
        return
    lines = [
        "# Gathering from an archive",
        "",
        f"`python -m benchmarks.gathering_speed --pages {' '.join(map(str, options.pages))}`; {os.cpu_count()} cores, "
        f"{platform.machine()}, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f} at the start.",
        "",
        "| pages | archive MB | read and extracted, pages a second | peak MiB | gathered, pages a second | peak MiB |",
        "|---:|---:|---:|---:|---:|---:|",
    ]
    with tempfile.TemporaryDirectory() as folder:
        for pages in options.pages:
            archive = Path(folder) / f"{pages}.warc.gz"
            size = write_archive(archive, pages)
            done = subprocess.run(
                [sys.executable, "-m", "benchmarks.gathering_speed", "--one", str(archive), f"{folder}/{pages}.gergo"],
                stdout=subprocess.PIPE,
                check=True,
                text=True,
            )
            found = json.loads(done.stdout.splitlines()[-1])
            lines.append(
                f"| {pages:,} | {size / 1e6:.0f} | {pages / found['read_s']:,.0f} | {found['read_mib']:,.0f} | "
                f"{pages / found['all_s']:,.0f} | {found['mib']:,.0f} |"
            )
            print(lines[-1], flush=True)
    lines.append("")
    print("\n".join(lines))
    if options.write:
        (RESULTS / f"{date.today().isoformat()}-gathering-speed.md").write_text("\n".join(lines), "utf-8")


if __name__ == "__main__":
    main()
