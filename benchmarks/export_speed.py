"""What serving costs: torch beside ONNX Runtime, fp32 and int8, same weights, in one run.

    python -m benchmarks.export_speed [--pictures 24] [--only base] [--out benchmarks/results/DATE-export-speed.md]

The embedded base, and a ViT-B/32 CLIP of random weights (speed does not depend on them; agreement does, and is given
for the base alone). One thread each. Contenders take turns, three rounds each, and are given the same values already
decoded; what counts is processor time, so that other work on the machine does not, and the median of the paired ratios.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import torch
from benchmarks.embedding_speed import TITLES, vit_b_32

import gergo
from gergo.towers.exporting.samples import Sample, take_sample

ROUNDS = 3
PRECISIONS = ("fp32", "int8")


def cost_s(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def encode(model: gergo.Model, what: str, values: list[Any]) -> None:
    """All of one kind of values."""
    if what == "pictures":
        model.encode_images(values)
    else:
        model.encode_texts(values)


def measure(model: gergo.Model, sample: Sample, pictures: int, folder: Path) -> list[str]:
    """Rows of a table for one model."""
    served, sizes, notes = {"torch, fp32": model}, {}, {"torch, fp32": ""}
    for precision in PRECISIONS:
        out = folder / precision
        found = model.export(out, precision=precision, catalogue=sample, max_loss=100)
        name = f"ONNX Runtime, {precision}"
        served[name] = gergo.Model.load(out)
        sizes[name] = sum(path.stat().st_size for path in out.glob("*.onnx")) / 1e6
        notes[name] = f"{found.mean_cosine['image']:.4f}, {found.mean_cosine['text']:.4f}; {found.kept:.0%}"
    images = [np.asarray(image) for image in (list(sample.images) * pictures)[:pictures]]
    texts = [f"{TITLES[i % 3]} {i}" for i in range(4 * pictures)]
    rows = []
    for what, count in (("pictures", len(images)), ("texts", len(texts))):
        works = {
            name: partial(encode, one, what, images if what == "pictures" else texts) for name, one in served.items()
        }
        for work in works.values():
            work()  # warm-up
        rounds = [{name: cost_s(work) for name, work in works.items()} for _ in range(ROUNDS)]
        for name in works:
            rate = statistics.median(count / r[name] for r in rounds)
            ratios = [r["torch, fp32"] / r[name] for r in rounds]
            shown = ", ".join(f"{ratio:.2f}" for ratio in ratios)
            size = f"{sizes[name]:.0f}" if name in sizes else ""
            rows.append(
                f"| {model.name} | {what} | {name} | {rate:,.1f} | **{statistics.median(ratios):.2f}** ({shown}) "
                f"| {size} | {notes[name]} |"
            )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=24)
    parser.add_argument("--only", choices=["base", "vit-b-32"])
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    sample = take_sample(None)
    rows: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        if arguments.only != "vit-b-32":
            base = gergo.Model.load("base", precision="fp32")
            rows += measure(base, sample, arguments.pictures, Path(name) / "base-onnx")
        if arguments.only != "base":
            (Path(name) / "vit-b-32").mkdir()
            vit_b_32(Path(name) / "vit-b-32")
            vit = gergo.Model.load(Path(name) / "vit-b-32", precision="fp32")
            few = Sample(list(sample.images)[:12], list(sample.texts)[:12], "12 drawn products")
            rows += measure(vit, few, arguments.pictures, Path(name) / "vit-onnx")
    flags = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    versions = ", ".join(f"{library} {metadata.version(library)}" for library in ("torch", "onnxruntime", "onnx"))
    text = "\n".join(
        [
            "# Torch beside ONNX Runtime, fp32 and int8",
            "",
            f"`python -m benchmarks.export_speed --pictures {arguments.pictures}`; {ROUNDS} rounds in turn, 1 thread, "
            f"values a second of processor time; {versions}; {platform.machine()}, {os.cpu_count()} cores, "
            f"VNNI: {'yes' if 'vnni' in flags else 'no'}; load {os.getloadavg()[0]:.0f} while it ran. "
            "Decoded pictures in memory, resizing included. Agreement: mean cosine of pictures and of texts to the "
            "original, and the share of the 10 nearest pictures that stay; of random weights it says nothing.",
            "",
            "| model | | | a second | times torch (median, all rounds) | MB | agreement |",
            "|---|---|---|---|---|---|---|",
            *rows,
        ]
    )
    print(text)
    if arguments.out:
        arguments.out.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
