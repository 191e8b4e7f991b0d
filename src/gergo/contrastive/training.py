"""The training loop: a walk over a schedule of batches that is a pure function of the seed.

Step g of a run is batch g mod S of epoch g // S + 1. Which items are in it, which of their pictures and
texts, how they are augmented and what dropout drops are drawn from (seed, epoch, step), so a run that resumes
at step g does exactly what one that was never stopped does.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gergo.contrastive.checkpoints import Checkpoints, best_name
from gergo.contrastive.interruption import interruptions
from gergo.contrastive.losses import info_nce, relate
from gergo.contrastive.optimization import descend, make_optimizer, schedule_factor
from gergo.contrastive.pairs import draw
from gergo.contrastive.sampler import Ints, batches
from gergo.contrastive.selection import Examples, Selection, score
from gergo.contrastive.settings import Settings
from gergo.errors import TrainingError
from gergo.progress import Bar, bar, say
from gergo.towers import precision as precisions
from gergo.towers.network import DualEncoder
from gergo.towers.precision import Precision

# Kinds of pairs that are pulled together, and how much each counts.
PAIR_KINDS: Mapping[tuple[str, str], float] = {("image", "text"): 1.0}


@dataclass(frozen=True)
class Task:
    """What is trained, on what, and what judges it."""

    network: DualEncoder
    examples: Examples
    selection: Selection
    settings: Settings
    precision: Precision

    @property
    def epochs(self) -> int:
        assert self.settings.epochs is not None
        return self.settings.epochs

    @property
    def patience(self) -> int:
        assert self.settings.patience is not None
        return self.settings.patience

    @property
    def steps_per_epoch(self) -> int:
        return -(-len(self.examples.pairs) // self.settings.batch_size)


@dataclass
class Progress:
    """Where a run is.

    step: batches done, over the whole run. loss_sum: over the steps of the epoch under way. time_s: spent so
    far. history: one entry an epoch that was judged, the base being epoch 0.
    """

    step: int = 0
    best_epoch: int = 0
    loss_sum: float = 0.0
    time_s: float = 0.0
    history: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Schedule:
    """What one epoch shows: batches of item positions, and by modality the content drawn for each item."""

    batches: list[Ints]
    drawn: Mapping[str, Ints]


def schedule_of(task: Task, epoch: int) -> Schedule:
    """The schedule of an epoch, counted from 1."""
    settings, pairs = task.settings, task.examples.pairs
    random = np.random.default_rng([settings.seed, epoch, 1])
    drawn = {name: draw(bears_NK, pairs.weights[name], random) for name, bears_NK in pairs.bears.items()}
    dealt = batches(pairs.kin_N, drawn["text"], batch_size=settings.batch_size, seed=settings.seed, epoch=epoch)
    return Schedule(dealt, drawn)


def batch_loss(task: Task, members_B: Ints, drawn: Mapping[str, Ints], random: torch.Generator) -> Tensor:
    """The loss of one batch, a scalar: over all kinds of pairs, weighed."""
    network, pairs = task.network, task.examples.pairs
    device = network.log_scale.device
    vectors: dict[str, Tensor] = {}
    for modality, inputs in task.examples.inputs.items():
        batch = inputs(drawn[modality][members_B], random)
        with precisions.autocast(task.precision, device):
            vectors[modality] = network.encode(modality, batch)
    total = torch.zeros((), device=device)
    for (a, b), weight in PAIR_KINDS.items():
        numbers = (pairs.items_N, pairs.groups_N, pairs.bears[b], drawn[b])
        relation = relate(*(torch.from_numpy(of_N[members_B]).to(device) for of_N in numbers))
        total = total + weight * info_nce(vectors[a], vectors[b], network.log_scale.exp(), relation)
    return total


def train(task: Task, checkpoints: Checkpoints, *, resume: bool) -> Progress:
    """Train `task.network` in place; it ends with the best weights of the run, maybe those it began with.

    Raises:
        TrainingError: the loss is no longer finite, the disk is full, a checkpoint cannot be read.
        KeyboardInterrupt: after a checkpoint was written.
    """
    return _Run(task, checkpoints).go(resume=resume)


class _Run:
    def __init__(self, task: Task, checkpoints: Checkpoints) -> None:
        self.task, self.network, self.checkpoints = task, task.network, checkpoints
        self.optimizer = make_optimizer(task.network, task.settings)
        self.progress = Progress()

    def go(self, *, resume: bool) -> Progress:
        task, progress = self.task, self.progress
        base = {name: weight.clone() for name, weight in self.network.state_dict().items()}
        if resume:
            progress = self._resume()
        else:
            self._judge()
        items = len(task.examples.pairs)
        with bar("training", task.epochs * items, "pairs") as shown, interruptions() as stop:
            shown.done = progress.step * items // task.steps_per_epoch
            for epoch in range(len(progress.history), task.epochs + 1):
                if epoch - 1 - progress.best_epoch >= task.patience:
                    say(f"no better for {task.patience} epochs: stopped")
                    break
                self._train_epoch(epoch, shown, stop)
                self._judge()
                self._save()
        best = self.checkpoints.load(best_name(progress.best_epoch)) if progress.best_epoch else base
        self.network.load_state_dict(best)
        self.network.eval()
        return progress

    def _train_epoch(self, epoch: int, shown: Bar, stop: threading.Event) -> None:
        """What is left of one epoch."""
        task, progress = self.task, self.progress
        schedule = schedule_of(task, epoch)
        counted_s = saved_s = time.monotonic()
        for members_B in schedule.batches[progress.step - (epoch - 1) * task.steps_per_epoch :]:
            loss = self._step(members_B, schedule.drawn, epoch)
            progress.loss_sum += loss
            now_s = time.monotonic()
            progress.time_s += now_s - counted_s
            counted_s = now_s
            shown.advance(len(members_B), note=f"epoch {epoch}, loss {loss:.3f}")
            if stop.is_set() or now_s - saved_s > 60 * task.settings.checkpoint_minutes:
                self._save()
                saved_s = now_s
            if stop.is_set():
                raise KeyboardInterrupt

    def _step(self, members_B: Ints, drawn: Mapping[str, Ints], epoch: int) -> float:
        task, step = self.task, self.progress.step
        seed = int(np.random.SeedSequence([task.settings.seed, step]).generate_state(1)[0])
        torch.manual_seed(seed)  # for dropout, which draws from the global generator
        self.network.train()
        loss = batch_loss(task, members_B, drawn, torch.Generator().manual_seed(seed))
        if not torch.isfinite(loss):
            raise TrainingError(
                f"the loss became {loss.item()} at step {step + 1}, in epoch {epoch}",
                hint=f"delete {self.checkpoints.out} and start again with lower learning rates "
                "(learning_rate=..., encoder_learning_rate=...)",
            )
        factor = schedule_factor(step, task.epochs * task.steps_per_epoch, task.settings.warmup)
        descend(self.network, self.optimizer, loss, factor)
        self.progress.step += 1
        self.checkpoints.log({"epoch": epoch, "loss": loss.item(), "step": step + 1})
        return loss.item()

    def _judge(self) -> None:
        """Measure the weights as they are, and keep them if they are the best so far."""
        task, progress = self.task, self.progress
        started_s = time.monotonic()
        epoch = len(progress.history)
        figures = task.selection.figures(self.network, task.precision)
        record: dict[str, Any] = {"epoch": epoch, **figures, "score": score(figures)}
        if epoch:
            record["loss"] = progress.loss_sum / task.steps_per_epoch
        progress.loss_sum = 0.0
        progress.history.append(record)
        if record["score"] > progress.history[progress.best_epoch]["score"]:
            self.checkpoints.save_best(epoch, self.network.state_dict())
            progress.best_epoch = epoch
        progress.time_s += time.monotonic() - started_s
        self.checkpoints.log({**record, "time_s": round(progress.time_s, 1)})
        _tell(record, best=epoch == progress.best_epoch)

    def _save(self) -> None:
        state = {"network": self.network.state_dict(), "optimizer": self.optimizer.state_dict()}
        self.checkpoints.save_state({**asdict(self.progress), **state})

    def _resume(self) -> Progress:
        state = self.checkpoints.load("state.pt")
        self.network.load_state_dict(state.pop("network"))
        self.optimizer.load_state_dict(state.pop("optimizer"))
        self.progress = Progress(**state)
        self.checkpoints.log({"resumed_at_step": self.progress.step})
        say(f"resumed after step {self.progress.step}, {len(self.progress.history) - 1} epochs done")
        return self.progress


def _tell(record: Mapping[str, Any], *, best: bool) -> None:
    parts = [f"{name} {value:.3f}" for name, value in record.items() if name not in ("epoch", "loss", "score")]
    loss = f", loss {record['loss']:.3f}" if "loss" in record else " (the base)"
    say(f"epoch {record['epoch']}{loss}, MRR on {', '.join(parts)}{', best so far' if best else ''}")
