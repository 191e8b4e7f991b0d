"""From pictures at rest to batches of tensors: our catalogue beside PIL + DataLoader and webdataset; and the share of a
training step that is spent waiting for them.

    python -m benchmarks.catalogue_to_tensors [--pictures 512] [--rounds 3] [--steps 8] [--write]

The same JPEG files of 400 px to uint8 squares of 224 px (short side, centre), in batches of 64, one process and thread
each; contenders take turns, three rounds, processor seconds, the median of the paired ratios. Ours is the first epoch
(decoding from the catalogue into the file of squares, and reading the batches back) and any later one (reading alone;
the others decode again). webdataset is needed by this script alone: pip install --constraint constraints.txt
webdataset.

Waiting is what a step of the embedded base (all weights, batch 64) spends on drawing its pictures, augmented and not,
and on tokenising, before it can compute; the loop does one after the other.
"""

from __future__ import annotations

import argparse
import io
import os
import platform
import statistics
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch
from benchmarks.catalogue_embedding import SIDE_PX, write_shop
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader, Dataset

import gergo
from gergo.contrastive.batching import batch_loss, schedule_of
from gergo.contrastive.canvases import Canvases, decode_canvases
from gergo.contrastive.inputs import Inputs
from gergo.contrastive.job import read_job
from gergo.contrastive.methods import task_of
from gergo.contrastive.optimization import Anchor, descend, make_optimizer
from gergo.contrastive.settings import Settings
from gergo.towers.geometry import Geometry
from gergo.towers.network import ImageTower, NoProjection

SIZE_PX, BATCH = 224, 64
RESULTS = Path(__file__).parent / "results"


def squared(image: Image.Image) -> torch.Tensor:
    """What torchvision's Resize, CenterCrop and PILToTensor make of a picture."""
    image = image.convert("RGB")
    scale = SIZE_PX / min(image.size)
    width, height = (max(SIZE_PX, round(side * scale)) for side in image.size)
    image = image.resize((width, height), Image.Resampling.BICUBIC)
    left, top = (width - SIZE_PX) // 2, (height - SIZE_PX) // 2
    square = image.crop((left, top, left + SIZE_PX, top + SIZE_PX))
    return torch.from_numpy(np.array(square)).permute(2, 0, 1).contiguous()


class Files(Dataset[torch.Tensor]):
    """A folder of pictures, as everybody writes it."""

    def __init__(self, paths: list[Path]) -> None:
        self.paths = paths

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, index: int) -> torch.Tensor:
        with Image.open(self.paths[index]) as image:
            return squared(image)


def data_loader(paths: list[Path]) -> Iterator[torch.Tensor]:
    yield from DataLoader(Files(paths), batch_size=BATCH)


def write_shard(path: Path, paths: list[Path]) -> None:
    with tarfile.open(path, "w") as tar:
        for one in paths:
            tar.add(one, one.name)


def web_dataset(shard: Path) -> Iterator[torch.Tensor]:
    import webdataset  # pyright: ignore[reportMissingImports]

    read = webdataset.WebDataset(str(shard), shardshuffle=False).map(
        lambda sample: squared(Image.open(io.BytesIO(sample["jpg"])))
    )
    yield from read.batched(BATCH, collation_fn=torch.stack)


def read_back(canvases: Canvases) -> Iterator[torch.Tensor]:
    for start in range(0, len(canvases), BATCH):
        yield canvases[np.arange(start, min(start + BATCH, len(canvases)), dtype=np.int64)]


def own_first(catalogue: gergo.Catalogue, views: list[int], tower: ImageTower) -> Iterator[torch.Tensor]:
    with tempfile.TemporaryDirectory() as folder:
        yield from read_back(decode_canvases(catalogue, views, tower, size_px=SIZE_PX, folder=Path(folder)))


def cost_s(batches: Iterator[torch.Tensor], count: int) -> float:
    """Processor seconds until all pictures were there."""
    started, seen = time.process_time(), 0
    for batch_B3SS in batches:
        assert batch_B3SS.shape[1:] == (3, SIZE_PX, SIZE_PX)
        assert batch_B3SS.dtype == torch.uint8
        seen += len(batch_B3SS)
    assert seen == count
    return time.process_time() - started


def rates(catalogue: gergo.Catalogue, folder: Path, rounds: int) -> list[str]:
    """Rows: pictures a second and core, and over PIL + DataLoader."""
    views = catalogue.views()["view"].to_pylist()
    paths = sorted(folder.glob("*.jpg"), key=lambda path: int(path.stem))
    tower = ImageTower(nn.Identity(), NoProjection(1), Geometry(SIZE_PX))
    kept = decode_canvases(catalogue, views, tower, size_px=SIZE_PX, folder=folder)
    contenders: dict[str, Callable[[], Iterator[torch.Tensor]]] = {
        "PIL + DataLoader": lambda: data_loader(paths),
        "Gergo, the first epoch": lambda: own_first(catalogue, views, tower),
        "Gergo, any later epoch": lambda: read_back(kept),
    }
    if find_spec("webdataset") is not None:
        write_shard(folder / "shop.tar", paths)
        contenders["webdataset"] = lambda: web_dataset(folder / "shop.tar")
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, start in contenders.items():
            taken[name].append(cost_s(start(), len(views)))
    lines = []
    for name, each in taken.items():
        ratios = [theirs / ours for theirs, ours in zip(taken["PIL + DataLoader"], each, strict=True)]
        spread = ", ".join(f"{ratio:.2f}" for ratio in ratios)
        rate = len(views) / statistics.median(each)
        lines.append(f"| {name} | {rate:,.0f} | **{statistics.median(ratios):.2f}** ({spread}) |")
    if "webdataset" not in contenders:
        lines.append("| webdataset | not installed | |")
    return lines


class Timed:
    """Inputs that count the processor seconds they take."""

    def __init__(self, inputs: Inputs) -> None:
        self.inputs, self.varies, self.taken_s = inputs, inputs.varies, 0.0

    def __call__(self, positions_B: Any, random: torch.Generator | None) -> Any:
        started = time.process_time()
        batch = self.inputs(positions_B, random)
        self.taken_s += time.process_time() - started
        return batch


def waiting(catalogue: gergo.Catalogue, folder: Path, steps: int, *, augment: bool) -> str:
    """A row: what a step takes, and how much of it is waiting, picture and text apart."""
    model = gergo.Model.load("base", precision="fp32")
    settings = Settings.parse({"batch_size": BATCH, "augment": augment, "threads": 1}).filled("full", len(catalogue))
    division = read_job(catalogue, model, settings).division
    task = task_of(catalogue, model, "full", division, settings, folder=folder)
    timed = {name: Timed(inputs) for name, inputs in task.examples.inputs.items()}
    vars(task.examples)["inputs"] = timed
    optimizer, anchor = make_optimizer(task.network, settings), Anchor(task.network, 0.0)
    schedule, total_s, done = schedule_of(task, 1), 0.0, 0
    for number in range(steps + 1):
        members_B = schedule.batches[number % len(schedule.batches)]
        started = time.process_time()
        task.network.train()
        optimizer.zero_grad(set_to_none=True)
        batch_loss(task, members_B, schedule.drawn, torch.Generator().manual_seed(number)).backward()
        descend(task.network, optimizer, 0.0, anchor)
        if number:  # the first warms up
            total_s += time.process_time() - started
            done += len(members_B)
        else:
            for one in timed.values():
                one.taken_s = 0.0
    shares = [f"{100 * timed[name].taken_s / total_s:.1f}%" for name in ("image", "text")]
    how = "augmented" if augment else "as they are"
    return f"| pictures {how} | {done / total_s:.1f} | {shares[0]} | {shares[1]} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        catalogue = gergo.import_catalogue(write_shop(folder, options.pictures), to=folder / "shop.gergo")
        speed = rates(catalogue, folder, options.rounds)
        waits = [waiting(catalogue, folder, options.steps, augment=augment) for augment in (True, False)]
    lines = [
        "# From pictures at rest to tensors",
        "",
        f"`python -m benchmarks.catalogue_to_tensors --pictures {options.pictures}`; JPEG files of {SIDE_PX} px to "
        f"uint8 squares of {SIZE_PX} px, batches of {BATCH}, one thread, {options.rounds} rounds in turn, "
        f"processor seconds; torch {torch.__version__}, Pillow {Image.__version__}; {platform.machine()}, "
        f"{os.cpu_count()} cores, load {load:.1f} when it began. All files were in the system's page cache; a later "
        "epoch is a copy from there.",
        "",
        "| | pictures a second, a core | times PIL + DataLoader (median, all rounds) |",
        "|---|---|---|",
        *speed,
        "",
        f"A step of the embedded base, all weights, batch {BATCH}, fp32, {options.steps} steps:",
        "",
        "| | pairs a second, a core | of it drawing pictures | tokenising |",
        "|---|---|---|---|",
        *waits,
    ]
    print("\n".join(lines))
    if options.write:
        name = f"{date.today().isoformat()}-catalogue-to-tensors.md"
        (RESULTS / name).write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
