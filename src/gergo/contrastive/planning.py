"""What each method would take, before anything starts: a few steps of each are measured and multiplied.

Time: the quicker of two steps of a small batch, in proportion to the items (so rather too much than too little);
encoding without gradients is timed on the same items. Memory is counted, not read off the machine, so that a
neighbour's load changes nothing: weights (of the model, its base, its best epoch), gradients and Adam's moments of what
learns, and what a step keeps for its backward pass, an item, as autograd hands it over.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from gergo.contrastive.batching import Task, batch_loss, schedule_of
from gergo.contrastive.interpolation import ALPHAS
from gergo.contrastive.job import Job, threads
from gergo.contrastive.methods import task_of
from gergo.contrastive.optimization import Anchor, descend, make_optimizer
from gergo.contrastive.pairs import Mask, Pairs
from gergo.contrastive.processes import processes
from gergo.contrastive.recomputation import recomputed
from gergo.contrastive.resources import available_bytes
from gergo.contrastive.selection import Division
from gergo.contrastive.settings import Method, Settings
from gergo.progress import duration, say

# Below this many items the encoders are left alone unless asked for.
FEW_ITEMS = 100
ORDER: tuple[Method, ...] = ("full", "lora", "lit")
_ITEMS = 16
_SLACK = 1.25  # buffers of the libraries, pictures on their way, fragments
_HEADROOM = 0.9
_FEWEST = 8  # items at a time
_IN_PARTS = 4 / 3  # the time of a step whose items are encoded twice, once without gradients, by that of a plain one


@dataclass(frozen=True)
class Cost:
    """What one method would take.

    trainable, weights: how many numbers learn, and how many there are. fixed_bytes, item_bytes: memory of a step of no
    items, and what an item of the batch adds. step_s: of a full batch. prepare_s: caching, before the first step.
    epoch_s: with judging. mixing_s: in the end. largest_batch: that fits into available_bytes.
    """

    method: Method
    trainable: int
    weights: int
    batch_size: int
    fixed_bytes: int
    item_bytes: int
    available_bytes: int
    step_s: float
    prepare_s: float
    epoch_s: float
    epochs: int
    mixing_s: float

    def run_s(self, epochs: int) -> float:
        """A run of so many epochs: caching, training, judging each epoch, and mixing with the base."""
        return self.prepare_s + epochs * self.epoch_s + self.mixing_s

    @property
    def total_s(self) -> float:
        return self.run_s(self.epochs)

    @property
    def memory_bytes(self) -> int:
        return self.fixed_bytes + self.batch_size * self.item_bytes

    @property
    def largest_batch(self) -> int:
        return max(0, int((_HEADROOM * self.available_bytes - self.fixed_bytes) / max(1, self.item_bytes)))

    @property
    def part(self) -> int:
        """Items at a time that fit where a whole batch does not (the same gradients: `batching.cached_gradients`); a
        power of two, 0 where so few fit that it would take forever, or where nothing needs parts."""
        return 0 if self.fits or self.largest_batch < _FEWEST else 1 << (self.largest_batch.bit_length() - 1)

    @property
    def fits(self) -> bool:
        return self.batch_size <= self.largest_batch

    def record(self) -> dict[str, Any]:
        """As JSON."""
        derived = {
            "memory_bytes": self.memory_bytes,
            "largest_batch": self.largest_batch,
            "fits": self.fits,
            "total_s": self.total_s,
        }
        return asdict(self) | derived


class Choice(NamedTuple):
    """A method, why it was picked, and how many items to encode at a time where a whole batch does not fit."""

    method: Method
    reason: str
    micro_batch: int | None = None


@dataclass(frozen=True)
class Plan:
    """What every method would take, and which one `auto` would pick."""

    items: int
    costs: list[Cost]
    method: Method
    reason: str

    def record(self) -> dict[str, Any]:
        """As JSON."""
        costs = [cost.record() for cost in self.costs]
        return {"items": self.items, "methods": costs, "auto": self.method, "reason": self.reason}


def plan_methods(job: Job, settings: Settings, methods: Sequence[Method]) -> Plan:
    """Measure some methods."""
    costs = {method: measure(job, method, settings) for method in methods}
    choice = _choose(job.items, settings, lambda one: costs.get(one) or measure(job, one, settings))
    return Plan(job.items, list(costs.values()), choice.method, choice.reason)


def choose_method(job: Job, settings: Settings) -> Choice:
    """What `auto` picks; measures what it must know and no more."""
    return _choose(job.items, settings, lambda method: measure(job, method, settings))


def _choose(items: int, settings: Settings, cost_of: Callable[[Method], Cost]) -> Choice:
    """The first of full, lora, lit that fits into memory, whole or a few items at a time, and time; probe where none
    does, or items are few."""
    if items < FEW_ITEMS:
        return Choice("probe", f"{items} training items are under {FEW_ITEMS}: only the projections are trained")
    over: list[str] = []
    for method in ORDER:
        cost = cost_of(method)
        if cost.fits and cost.total_s <= 3600 * settings.hours:
            about = f"about {cost.memory_bytes / 1e9:.1f} GB and {duration(cost.total_s)}"
            reason = f"{items:,} training items are {FEW_ITEMS} or more, and it takes {about}"
            return Choice(method, "; ".join([*over, reason]))
        part = cost.part // processes().count  # of each process; what fits is counted over all
        if part and settings.micro_batch is None and _IN_PARTS * cost.total_s <= 3600 * settings.hours:
            reason = f"a batch of {cost.batch_size} fits into memory {part} items at a time (micro_batch={part}), "
            return Choice(method, "; ".join([*over, f"{reason}in about {duration(_IN_PARTS * cost.total_s)}"]), part)
        over.append(f"{method} {_too_much(cost, settings)}")
    return Choice("probe", "; ".join(over))


def _too_much(cost: Cost, settings: Settings) -> str:
    if not cost.fits:
        free = cost.available_bytes / 1e9
        return (
            f"needs about {cost.memory_bytes / 1e9:.1f} GB of the {free:.1f} GB free "
            f"(batch_size={cost.largest_batch} would fit, or micro_batch)"
        )
    return f"would take about {duration(cost.total_s)}, over hours={settings.hours:g}"


def measure(job: Job, method: Method, settings: Settings) -> Cost:
    """Run a few steps of one method on a few items; what the first process measures holds for all."""
    say(f"measuring a few steps of {method}")
    cost = _measure(job, method, settings, processes().count)
    return processes().from_first(lambda: cost)


def _measure(job: Job, method: Method, settings: Settings, count: int) -> Cost:
    filled = job.filled(settings, method)
    taught = np.flatnonzero(_with_pairs(job.division.train, filled))
    spread = taught[np.unique(np.linspace(0, len(taught) - 1, _ITEMS * count).astype(int))]  # the first may be alike
    some = job.division.train.only(np.isin(np.arange(job.items), spread))
    parts = {name: np.ones(len(some), dtype=bool) for name in job.division.parts}
    with tempfile.TemporaryDirectory() as folder, threads(settings.threads):
        started_s = time.monotonic()
        division = Division(some, some, parts)
        task = task_of(job.catalogue, job.base.copy(), method, division, filled, folder=Path(folder))
        prepared_s = (time.monotonic() - started_s) / (2 * len(some))
        with recomputed(task.network, filled.gradient_checkpointing) as layers:
            step = _step(task, len(some), layers)
        judged_s = _judging_s(task) / len(some)
    step_s = filled.pairs_a_step * step.time_s / step.items
    held = min(count * (filled.micro_batch or filled.pairs_a_step), filled.pairs_a_step) / filled.pairs_a_step
    judged = len(job.division.judged) + (len(job.retain[1]) if job.retain else 0)
    sharing = processes().here if job.base.device.type == "cpu" else 1
    weights = sum(weight.numel() for weight in job.base.network.parameters())
    trainable = sum(weight.numel() for weight in task.network.parameters() if weight.requires_grad)
    epoch_s = -(-job.items // filled.pairs_a_step) * step_s + judged * judged_s
    prepare_s = prepared_s * (job.items + judged)
    return Cost(
        method=method,
        trainable=trainable,
        weights=weights,
        batch_size=filled.pairs_a_step,
        fixed_bytes=int(_SLACK * 4 * (3 * weights + 4 * trainable)),
        item_bytes=int(_SLACK * held * step.kept_bytes / step.items),
        available_bytes=available_bytes(job.base.device) // sharing,
        step_s=step_s,
        prepare_s=prepare_s,
        epoch_s=epoch_s,
        epochs=task.epochs,
        mixing_s=len(ALPHAS) * judged * judged_s,
    )


def _with_pairs(pairs: Pairs, settings: Settings) -> Mask:
    """Which items have a pair of what is taught, bool [N]; all where none has."""
    if settings.image_text:
        return np.ones(len(pairs), dtype=bool)
    several = {
        name: np.array([len(set(row) - {-1}) > 1 for row in bears.tolist()]) for name, bears in pairs.bears.items()
    }
    have = np.zeros(len(pairs), dtype=bool)
    if settings.text_text:
        have |= several["text"]
    if settings.image_image:
        have |= several["image"] | settings.augment
    return have if have.any() else ~have


class _Step(NamedTuple):
    """A step of so many items: the shorter of two, after one to warm up; and what it kept for its backward pass."""

    items: int
    time_s: float
    kept_bytes: int


def _step(task: Task, items: int, recomputed_layers: Sequence[nn.Module]) -> _Step:
    optimizer = make_optimizer(task.network, task.settings, task.objective)
    anchor = Anchor(task.network, task.settings.pull)
    schedule = schedule_of(task, 1)
    members_B = np.sort(np.concatenate(schedule.batches))[:items]
    times_s, kept = [], {}

    def keep(tensor: Tensor) -> Tensor:
        kept[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
        return tensor

    def keep_inputs(layer: nn.Module, inputs: tuple[Any, ...]) -> None:
        del layer
        for one in inputs:
            if isinstance(one, Tensor):
                keep(one)

    for layer in recomputed_layers:  # what they keep does not come by as what autograd saves: it is their inputs
        layer.register_forward_pre_hook(keep_inputs)
    for number in range(3):
        task.network.train()
        kept.clear()
        started_s = time.monotonic()
        with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
            loss = batch_loss(task, members_B, schedule.drawn, torch.Generator().manual_seed(number))
        optimizer.zero_grad(set_to_none=True)
        if loss.requires_grad:  # so few items may hold no pair of what is taught
            loss.backward()
        processes().mean_gradients([*task.network.parameters(), *task.objective.parameters()])
        descend(task.network, optimizer, 0.0, anchor)
        times_s.append(time.monotonic() - started_s)
    weights = {weight.untyped_storage().data_ptr() for weight in task.network.parameters()}
    return _Step(items, min(times_s[1:]), sum(size for place, size in kept.items() if place not in weights))


def _judging_s(task: Task) -> float:
    started_s = time.monotonic()
    task.selection.figures(task.network, task.precision)
    return time.monotonic() - started_s
