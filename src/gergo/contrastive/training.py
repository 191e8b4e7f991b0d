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

from gergo.contrastive.batching import Schedule, Task, View, batch_loss, cached_gradients, schedule_of
from gergo.contrastive.checkpoints import Checkpoints, best_name
from gergo.contrastive.interruption import interruptions
from gergo.contrastive.optimization import Anchor, Diverged, descend, make_optimizer, schedule_factor
from gergo.contrastive.processes import processes
from gergo.contrastive.sampler import Ints
from gergo.contrastive.selection import item_vectors, score
from gergo.progress import Bar, bar, say


@dataclass
class Progress:
    """Where a run is.

    step: batches done, over the whole run. loss_sum: over the steps of the epoch under way. time_s: spent so
    far. best_epoch: of those trained, 0 before the first. history: one entry an epoch that was judged, the base being
    epoch 0. like: vectors of the items when the epoch under way began, where its batches were drawn by them.
    """

    step: int = 0
    best_epoch: int = 0
    loss_sum: float = 0.0
    time_s: float = 0.0
    history: list[dict[str, Any]] = field(default_factory=list)
    like: Tensor | None = None

    @property
    def beats_base(self) -> bool:
        """Whether the best epoch is better than the base, as it is."""
        return self.history[self.best_epoch]["score"] > self.history[0]["score"]


def train(task: Task, checkpoints: Checkpoints, *, resume: bool) -> Progress:
    """Train `task.network` in place; it ends with the weights of the best epoch, which need not beat the base's.

    Raises:
        TrainingError: the loss is no longer finite, the disk is full, a checkpoint cannot be read.
        KeyboardInterrupt: after a checkpoint was written.
    """
    return _Run(task, checkpoints).go(resume=resume)


class _Run:
    def __init__(self, task: Task, checkpoints: Checkpoints) -> None:
        self.task, self.network, self.checkpoints = task, task.network, checkpoints
        self.optimizer = make_optimizer(task.network, task.settings, task.objective)
        self.anchor = Anchor(task.network, task.settings.pull)
        self.progress = Progress()
        self.shared = processes()

    def go(self, *, resume: bool) -> Progress:
        task, progress = self.task, self.progress
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
                if self.shared.any(stop.is_set())[0]:  # while it was judged
                    raise KeyboardInterrupt
        self.network.load_state_dict(self.checkpoints.load(best_name(progress.best_epoch)))
        self.network.eval()
        return progress

    def _train_epoch(self, epoch: int, shown: Bar, stop: threading.Event) -> None:
        """What is left of one epoch."""
        task, progress = self.task, self.progress
        counted_s = saved_s = time.monotonic()
        schedule = self._schedule(epoch)
        for members_B in schedule.batches[progress.step - (epoch - 1) * task.steps_per_epoch :]:
            loss = self._step(members_B, schedule.drawn, epoch)
            progress.loss_sum += loss
            now_s = time.monotonic()
            progress.time_s += now_s - counted_s
            counted_s = now_s
            shown.advance(len(members_B), note=f"epoch {epoch}, loss {loss:.3f}")
            due = now_s - saved_s > 60 * task.settings.checkpoint_minutes
            stopped, due = self.shared.any(stop.is_set(), due)
            if stopped or due:
                self._save()
                saved_s = now_s
            if stopped:
                raise KeyboardInterrupt

    def _schedule(self, epoch: int) -> Schedule:
        """The schedule of an epoch; items that are near are found once, when it begins."""
        task, progress = self.task, self.progress
        if not task.settings.neighbours:
            return schedule_of(task, epoch)
        if progress.like is None or progress.step == (epoch - 1) * task.steps_per_epoch:
            progress.like = self.shared.from_first(
                lambda: torch.from_numpy(item_vectors(self.network, task.examples, task.precision))
            )
        return schedule_of(task, epoch, like_ND=progress.like.numpy())

    def _step(self, members_B: Ints, drawn: Mapping[View, Ints], epoch: int) -> float:
        task, step = self.task, self.progress.step
        seed = int(np.random.SeedSequence([task.settings.seed, step]).generate_state(1)[0])
        seed = self.shared.own_seed(seed)
        torch.manual_seed(seed)  # for dropout, which draws from the global generator
        self.network.train()
        self.optimizer.zero_grad(set_to_none=True)
        micro_batch = task.settings.micro_batch
        if micro_batch is not None and len(members_B) > micro_batch * self.shared.count:
            loss = cached_gradients(task, members_B, drawn, seed)
        else:
            loss = batch_loss(task, members_B, drawn, torch.Generator().manual_seed(seed))
            if loss.requires_grad and torch.isfinite(loss):
                loss.backward()
        if not torch.isfinite(loss):
            raise Diverged(f"the loss became {loss.item()} at step {step + 1}, in epoch {epoch}")
        factor = schedule_factor(step, task.epochs * task.steps_per_epoch, task.settings.warmup)
        self.shared.mean_gradients([*self.network.parameters(), *task.objective.parameters()])
        descend(self.network, self.optimizer, factor, self.anchor)
        self.progress.step += 1
        self.checkpoints.log({"epoch": epoch, "loss": loss.item(), "step": step + 1})
        return loss.item()

    def _figures(self) -> dict[str, float] | str:
        """What the weights are worth; as words why they are worth nothing, so that every process hears of it."""
        try:
            return self.task.selection.figures(self.network, self.task.precision)
        except Diverged as error:
            return str(error)

    def _judge(self) -> None:
        """Measure the weights as they are, and keep them if they are the best so far."""
        task, progress = self.task, self.progress
        started_s = time.monotonic()
        epoch = len(progress.history)
        figures = self.shared.from_first(self._figures)
        if isinstance(figures, str):
            raise Diverged(figures)
        record: dict[str, Any] = {"epoch": epoch, **figures, "score": score(figures)}
        if epoch:
            record["loss"] = progress.loss_sum / task.steps_per_epoch
        progress.loss_sum = 0.0
        progress.history.append(record)
        best = progress.best_epoch
        if epoch and (best == 0 or record["score"] > progress.history[best]["score"]):
            self.checkpoints.save_best(epoch, self.network.state_dict())
            progress.best_epoch = epoch
        progress.time_s += time.monotonic() - started_s
        self.checkpoints.log({**record, "time_s": round(progress.time_s, 1)})
        best_so_far = ", best so far" if progress.beats_base else ", the best tuned one so far, not yet above the base"
        _tell(record, best_so_far if epoch == progress.best_epoch > 0 else "")

    def _save(self) -> None:
        parts = {"network": self.network, "optimizer": self.optimizer, "objective": self.task.objective}
        self.checkpoints.save_state({**asdict(self.progress), **{k: part.state_dict() for k, part in parts.items()}})

    def _resume(self) -> Progress:
        state = self.checkpoints.load_state()
        peaks = [group["peak"] for group in self.optimizer.param_groups]
        self.network.load_state_dict(state.pop("network"))
        self.optimizer.load_state_dict(state.pop("optimizer"))
        for group, peak in zip(self.optimizer.param_groups, peaks, strict=True):
            group["peak"] = peak  # lower than it was, where the run diverged
        self.task.objective.load_state_dict(state.pop("objective"))
        self.progress = Progress(**state)
        self.checkpoints.log({"resumed_at_step": self.progress.step})
        say(f"resumed after step {self.progress.step}, {len(self.progress.history) - 1} epochs done")
        return self.progress


def _tell(record: Mapping[str, Any], standing: str) -> None:
    parts = [f"{name} {value:.3f}" for name, value in record.items() if name not in ("epoch", "loss", "score")]
    loss = f", loss {record['loss']:.3f}" if "loss" in record else " (the base)"
    say(f"epoch {record['epoch']}{loss}, MRR on {', '.join(parts)}{standing}")
