"""Time and memory of the loss alone, forward and backward: the plain form beside the chunked one.

    python -m benchmarks.loss_cost [--sizes 1024 2048 4096 8192 16384] [--dim 512] [--loss softmax] [--write]

Every measurement is a process of its own, so that its peak of resident memory is the loss's and not that of what ran
before; both forms take the same random unit vectors, and their losses are compared. Time is the least of three rounds
(one where a round takes over ten seconds), by the clock and in processor seconds. The chunked form takes 1,024 rows at
a time, as training does from 1,025 pairs on. A form that would take over half of the memory that is free, by what it
took of the size before, is not run. On a GPU (--device cuda) memory is the allocator's peak, and the plain form
compiled by torch is measured too.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from gergo.contrastive.losses import Members
from gergo.contrastive.objective import ROWS, Objective
from gergo.contrastive.resources import available_bytes
from gergo.contrastive.settings import Settings

FORMS = ("plain", "chunked")
RESULTS = Path(__file__).parent / "results"
LONG_S = 10.0


def batch(size: int, dim: int, device: str) -> tuple[Tensor, Tensor, Members]:
    """Pairs of unit vectors that are near each other; one text in eight is shared by two items of one group."""
    random = torch.Generator().manual_seed(0)
    a_BD = F.normalize(torch.randn(size, dim, generator=random), dim=1)
    b_BD = F.normalize(a_BD + 0.1 * torch.randn(size, dim, generator=random), dim=1)
    items_B = torch.arange(size)
    shared_B = items_B - (items_B % 8 == 1).long()
    members = Members(items_B, shared_B, shared_B[:, None], shared_B)
    return a_BD.to(device), b_BD.to(device), Members(*(one.to(device) for one in members if one is not None))


def peak_bytes(device: str) -> int:
    if device == "cuda":
        return torch.cuda.max_memory_allocated()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def measure(form: str, size: int, dim: int, loss: str, device: str) -> dict[str, float]:
    """One form in this process: seconds of a round, and bytes above what stood before."""
    a_BD, b_BD, members = batch(size, dim, device)
    a_BD.requires_grad_()
    b_BD.requires_grad_()
    scale = torch.tensor(14.0, device=device, requires_grad=True)
    settings = Settings.parse({"loss": loss})
    objective = Objective(settings, rows=ROWS if form == "chunked" else size).to(device)
    taken = torch.compile(objective) if form == "compiled" else objective
    small = batch(64, dim, device)
    objective(small[0], small[1], scale, small[2])  # libraries start, and the bias of the sigmoid loss is set
    before_bytes, times = peak_bytes(device), []
    value = torch.zeros(())
    for _ in range(3):
        started = time.perf_counter(), time.process_time()
        value = taken(a_BD, b_BD, scale, members)
        value.backward()
        if device == "cuda":
            torch.cuda.synchronize()
        times.append((time.perf_counter() - started[0], time.process_time() - started[1]))
        if times[0][0] > LONG_S:
            break
    wall_s, cpu_s = min(times)
    return {
        "loss": value.item(),
        "wall_s": wall_s,
        "cpu_s": cpu_s,
        "bytes": peak_bytes(device) - before_bytes,
    }


def measured_apart(form: str, size: int, options: Any) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.loss_cost", "--measure", form, "--sizes", str(size)]
    command += ["--dim", str(options.dim), "--loss", options.loss, "--device", options.device]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        last = ended.stderr.strip().splitlines()[-1:] or [f"ended with {ended.returncode}"]
        return {"failed": last[0]}
    return json.loads(ended.stdout)


def row(size: int, found: dict[str, dict[str, Any]]) -> str:
    cells = [f"| {size:,} "]
    cells += [
        f"| {one['failed']} | "
        if "failed" in one
        else f"| {one['wall_s']:.3f} ({one['cpu_s']:.3f}) | {one['bytes'] / 2**20:,.0f} "
        for one in found.values()
    ]
    plain, chunked = found["plain"], found["chunked"]
    if "failed" in plain or "failed" in chunked:
        return "".join([*cells, "| | | |"])
    ratios = [plain[what] / max(chunked[what], 1e-9) for what in ("cpu_s", "bytes")]
    apart = abs(plain["loss"] - chunked["loss"]) / abs(plain["loss"])
    return "".join([*cells, f"| {ratios[0]:.2f} | {ratios[1]:.1f} | {apart:.0e} |"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1024, 2048, 4096, 8192, 16384])
    parser.add_argument("--dim", type=int, default=512)
    parser.add_argument("--loss", choices=("softmax", "sigmoid"), default="softmax")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--measure", choices=(*FORMS, "compiled"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.measure, options.sizes[0], options.dim, options.loss, options.device)))
        return
    forms = (*FORMS, "compiled") if options.device == "cuda" else FORMS
    head = "".join(f"| {form}: s (processor s) | MiB " for form in forms)
    lines = [
        f"# The {options.loss} loss alone, forward and backward",
        "",
        f"`python -m benchmarks.loss_cost --loss {options.loss} --dim {options.dim}`; vectors of {options.dim} "
        f"numbers, fp32, chunks of {ROWS:,} rows, a process each; torch {torch.__version__}, {options.device}, "
        f"{os.cpu_count()} cores {platform.machine()}, OMP_NUM_THREADS={os.environ.get('OMP_NUM_THREADS', 'unset')}, "
        f"load {os.getloadavg()[0]:.1f} when it began. MiB are above what the process held before.",
        "",
        f"| pairs {head}| plain / chunked: processor time | memory | losses differ by |",
        "|---" * (4 + 2 * len(forms)) + "|",
    ]
    print("\n".join(lines), flush=True)
    before: dict[str, tuple[int, float]] = {}
    for size in options.sizes:
        found: dict[str, dict[str, Any]] = {}
        for form in forms:
            at, taken_bytes = before.get(form, (size, 0.0))
            expected_bytes = taken_bytes * (size / at) ** (1 if form == "chunked" else 2)
            if expected_bytes > available_bytes(torch.device(options.device)) / 2:
                found[form] = {"failed": f"not run: about {expected_bytes / 2**20:,.0f} MiB"}
            else:
                found[form] = measured_apart(form, size, options)
                before[form] = (size, found[form].get("bytes", 0.0))
        lines.append(row(size, found))
        print(lines[-1], flush=True)
    if options.write:
        name = f"{date.today().isoformat()}-loss-cost-{options.loss}.md"
        (RESULTS / name).write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
