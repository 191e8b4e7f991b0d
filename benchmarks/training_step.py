"""A training step at ViT-B/32: ours beside transformers' own loss and sentence-transformers, on the same weights.

    python -m benchmarks.training_step [--batches 32] [--precisions fp32 bf16] [--steps 3] [--tiny] [--write]
    python -m benchmarks.training_step --cached 4096 --micro-batch 32 [--only gergo] [--steps 1] [--write]

A CLIP of random weights, a process and one thread for each contender, AdamW, gradients clipped to a norm of 1; the
same random pictures (224 px) and titles, already decoded. Ours takes them as training does: uint8 squares from a mapped
file, made floats in the step, titles tokenised in the step, losses with their masks. The others get tensors that were
prepared beforehand by their own processors, so the step is theirs at its cheapest. One step to warm up; then the
median, in processor seconds, so that other work on the machine does not count. Memory is the process's peak. In bf16
all compute under torch's autocast, as their trainers do, on weights in fp32.

`--cached` is one step of gradient caching, ours (`micro_batch`) beside CachedMultipleNegativesRankingLoss; the limit
that we hold ourselves to at 4096 pairs is 6 GiB, and the exit code is 1 above it. `--tiny` is a network of a few
thousand weights, to try the script. At ViT-B/32 expect about half a second a pair and contender on a slow core: 32
pairs 4 minutes in all, 4096 cached pairs up to an hour a contender.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from importlib.metadata import version
from itertools import product
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from benchmarks.embedding_speed import TITLES, vit_b_32
from PIL import Image

from gergo import Model
from gergo.contrastive.batching import Task, batch_loss, cached_gradients, schedule_of
from gergo.contrastive.canvases import Canvases
from gergo.contrastive.inputs import Pictures, Texts
from gergo.contrastive.objective import Objective
from gergo.contrastive.optimization import Anchor, descend, make_optimizer
from gergo.contrastive.pairs import Content, Pairs
from gergo.contrastive.selection import Examples, Selection
from gergo.contrastive.settings import Settings
from gergo.towers.precision import Precision

CONTENDERS = ("gergo", "transformers", "sentence-transformers")
SIZE_PX = 224
RATE = 1e-5
LIMIT_BYTES = 6 * 2**30
RESULTS = Path(__file__).parent / "results"
Step = Callable[[], float]


def write_model(folder: Path, *, tiny: bool) -> None:
    """A CLIP of random weights as a hub checkpoint is."""
    if not tiny:
        vit_b_32(folder)
        return
    from transformers import CLIPConfig, CLIPModel

    vit_b_32(folder)  # for its tokenizer and preprocessing
    sizes = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2}
    text = {**json.loads((folder / "config.json").read_text("utf-8"))["text_config"], **sizes}
    vision = {**sizes, "image_size": SIZE_PX, "patch_size": 32}
    CLIPModel(CLIPConfig(text_config=text, vision_config=vision, projection_dim=16)).save_pretrained(folder)


def titles(count: int) -> list[str]:
    """Distinct titles of the usual length."""
    return [f"{TITLES[n % len(TITLES)]} {n}" for n in range(count)]


def write_pictures(path: Path, count: int) -> None:
    """Random squares, a few at a time."""
    random = np.random.default_rng(0)
    with path.open("wb") as file:
        for _ in range(count):
            file.write(random.integers(0, 256, 3 * SIZE_PX * SIZE_PX, dtype=np.uint8).tobytes())


def pairs_of(count: int) -> Pairs:
    """Items of one picture and one title each, related to nobody."""
    own_N = np.arange(count, dtype=np.int64)
    contents = {name: [Content(n, str(n)) for n in range(count)] for name in ("image", "text")}
    return Pairs(
        items_N=own_N,
        splits_N=np.full(count, "train"),
        groups_N=own_N,
        bears={"image": own_N[:, None], "text": own_N[:, None]},
        weights={"image": np.ones((count, 1)), "text": np.ones((count, 1))},
        contents=contents,
        kin_N=own_N,
        categories_N=np.full(count, ""),
    )


def gergo_step(folder: Path, count: int, micro_batch: int | None, precision: Precision) -> Step:
    """A step as the loop takes it."""
    model = Model.load(folder, precision=precision)
    given = {"batch_size": count, "micro_batch": micro_batch, "augment": False, "learning_rate": RATE}
    settings = Settings.parse({**given, "encoder_learning_rate": RATE}).filled("full", count)
    pictures = Pictures(Canvases(folder / "pictures.u8", count, SIZE_PX), SIZE_PX, None)
    inputs = {"image": pictures, "text": Texts(titles(count), model.network.text)}
    examples = Examples(pairs_of(count), inputs)
    task = Task(model.network, examples, cast(Selection, None), Objective(settings), settings, precision)
    schedule, optimizer = schedule_of(task, 1), make_optimizer(model.network, settings)
    anchor = Anchor(model.network, 0.0)

    def step() -> float:
        model.network.train()
        optimizer.zero_grad(set_to_none=True)
        if micro_batch:
            loss = cached_gradients(task, schedule.batches[0], schedule.drawn, seed=0)
        else:
            loss = batch_loss(task, schedule.batches[0], schedule.drawn, torch.Generator())
            loss.backward()
        descend(model.network, optimizer, 1.0, anchor)
        return loss.item()

    return step


def own_step(model: torch.nn.Module, loss_of: Callable[[], torch.Tensor], precision: Precision) -> Step:
    """A step as everybody writes it."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.05)

    def step() -> float:
        model.train()
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu", torch.bfloat16, enabled=precision == "bf16"):
            loss = loss_of()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        return loss.item()

    return step


def transformers_step(folder: Path, count: int, precision: Precision) -> Step:
    """`CLIPModel(..., return_loss=True)` on what its processors made."""
    from transformers import AutoTokenizer, CLIPModel

    model, tokenizer = CLIPModel.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)
    pixels = torch.from_numpy(np.fromfile(folder / "pictures.u8", np.uint8).reshape(-1, 3, SIZE_PX, SIZE_PX)[:count])
    geometry = Model.load(folder, precision="fp32").network.image
    prepared = ((pixels.float() - geometry.mean) / geometry.std).contiguous()
    batch = tokenizer(titles(count), padding=True, truncation=True, max_length=77, return_tensors="pt")
    return own_step(model, lambda: model(pixel_values=prepared, **batch, return_loss=True).loss, precision)


def sentence_transformers_step(folder: Path, count: int, micro_batch: int | None, precision: Precision) -> Step:
    """Its in-batch loss in both directions, or its cached one, on what its processors made."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer import losses

    model = SentenceTransformer(str(folder), device="cpu")
    squares = np.fromfile(folder / "pictures.u8", np.uint8).reshape(-1, 3, SIZE_PX, SIZE_PX)[:count]
    pictures = [Image.fromarray(square.transpose(1, 2, 0)) for square in squares]
    features = [model.preprocess(pictures), model.preprocess(titles(count))]
    both: dict[str, Any] = {"directions": ("query_to_doc", "doc_to_query"), "partition_mode": "per_direction"}
    if micro_batch:
        loss = losses.CachedMultipleNegativesRankingLoss(model, scale=14.3, mini_batch_size=micro_batch, **both)
    else:
        loss = losses.MultipleNegativesRankingLoss(model, scale=14.3, **both)
    return own_step(model, lambda: loss([dict(one) for one in features], torch.zeros(count)), precision)


def measure(
    contender: str, folder: Path, count: int, micro_batch: int | None, steps: int, precision: Precision
) -> dict[str, Any]:
    """In this process: processor seconds of each step behind the first, and the peak of its memory."""
    torch.set_num_threads(1)
    if contender == "gergo":
        step = gergo_step(folder, count, micro_batch, precision)
    elif contender == "transformers":
        step = transformers_step(folder, count, precision)
    else:
        step = sentence_transformers_step(folder, count, micro_batch, precision)
    losses, times = [], []
    for _ in range(steps if micro_batch else steps + 1):  # a cached step is long: it is its own warming up
        started = time.process_time()
        losses.append(step())
        times.append(time.process_time() - started)
    times = times if micro_batch else times[1:]
    peak = 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"times_s": times, "loss": losses[0], "peak_bytes": peak}


def measured_apart(
    contender: str, folder: Path, count: int, precision: Precision, options: argparse.Namespace
) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.training_step", "--measure", contender, "--work", str(folder)]
    command += ["--batches", str(count), "--steps", str(options.steps), "--precisions", precision]
    command += ["--micro-batch", str(options.micro_batch)] if options.cached else []
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise SystemExit(f"{contender} failed:\n{ended.stderr}")
    return json.loads(ended.stdout.splitlines()[-1])


def rows(found: dict[str, dict[str, Any]], count: int, precision: Precision) -> list[str]:
    lines, ours = [], None
    for name, one in found.items():
        step_s = statistics.median(one["times_s"])
        ours = ours or step_s
        spread = ", ".join(f"{taken:.2f}" for taken in one["times_s"])
        lines.append(
            f"| {count:,} | {precision} | {name} | {count / step_s:.2f} | {step_s / ours:.2f} | {spread} | "
            f"{one['peak_bytes'] / 2**30:.2f} | {one['loss']:.4f} |"
        )
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batches", type=int, nargs="+", default=[32])
    parser.add_argument("--precisions", nargs="+", choices=("fp32", "bf16"), default=["fp32", "bf16"])
    parser.add_argument("--cached", type=int, metavar="PAIRS")
    parser.add_argument("--micro-batch", type=int)
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--only", choices=CONTENDERS, nargs="+", default=list(CONTENDERS))
    parser.add_argument("--tiny", action="store_true")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--measure", choices=CONTENDERS, help=argparse.SUPPRESS)
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        each = (options.work, options.batches[0], options.micro_batch, options.steps, options.precisions[0])
        found = measure(options.measure, *each)
        print(json.dumps(found))
        return 0
    options.micro_batch = options.micro_batch or 32
    counts = [options.cached] if options.cached else options.batches
    contenders = [name for name in options.only if not (options.cached and name == "transformers")]
    what = f"micro_batch={options.micro_batch}, cached gradients" if options.cached else "plain steps"
    lines = [
        f"# A training step at {'a tiny network' if options.tiny else 'ViT-B/32'}",
        "",
        f"`python -m benchmarks.training_step {' '.join(sys.argv[1:])}`; {what}; a process and one thread each; torch "
        f"{torch.__version__}, transformers {version('transformers')}, sentence-transformers "
        f"{version('sentence-transformers')}; {platform.machine()}, {os.cpu_count()} cores, load "
        f"{os.getloadavg()[0]:.1f} when it began.",
        "",
        "| pairs | precision | | pairs a second, a core | time over ours | each step, processor s | GiB | first loss |",
        "|---:|---|---|---:|---:|---|---:|---:|",
    ]
    print("\n".join(lines), flush=True)
    over = False
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_model(folder, tiny=options.tiny)
        write_pictures(folder / "pictures.u8", max(counts))
        for count, precision in product(counts, options.precisions):
            found = {one: measured_apart(one, folder, count, precision, options) for one in contenders}
            lines += rows(found, count, precision)
            print("\n".join(lines[-len(found) :]), flush=True)
            over |= bool(options.cached) and "gergo" in found and found["gergo"]["peak_bytes"] > LIMIT_BYTES
    if options.write:
        kind = "cached-step" if options.cached else "training-step"
        (RESULTS / f"{date.today().isoformat()}-{kind}.md").write_text("\n".join(lines) + "\n", "utf-8")
    return int(over)


if __name__ == "__main__":
    sys.exit(main())
