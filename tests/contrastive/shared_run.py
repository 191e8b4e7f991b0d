"""What one process finds and what two that share a batch find: run by test_processes.py, once by itself and once as a
pair, `python shared_run.py CATALOGUE BASE FOLDER` each."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

import torch

from gergo.catalogue.store import Catalogue
from gergo.contrastive.batching import Task, batch_loss, cached_gradients, schedule_of
from gergo.contrastive.checkpoints import Checkpoints
from gergo.contrastive.finetuning import finetune
from gergo.contrastive.job import read_job
from gergo.contrastive.methods import task_of
from gergo.contrastive.processes import processes
from gergo.contrastive.settings import Settings
from gergo.contrastive.training import train
from gergo.towers.model import Model

BATCH = 21  # no multiple of two
KINDS: dict[str, dict[str, Any]] = {
    "softmax": {"text_text": 0.5},
    "sigmoid": {"loss": "sigmoid", "label_smoothing": 0.1},
    "cached": {"micro_batch": 4},
}
WHOLE: dict[str, Any] = {"method": "probe", "epochs": 3, "batch_size": BATCH, "threads": 1, "learning_rate": 3e-3}


def task(catalogue: Catalogue, base: Model, folder: Path, **settings: Any) -> Task:
    filled = Settings.parse({"augment": False, "batch_size": BATCH, **settings}).filled("full", 100)
    folder.mkdir(exist_ok=True)
    return task_of(catalogue, base, "full", read_job(catalogue, base, filled).division, filled, folder=folder)


def first_step(one: Task) -> dict[str, torch.Tensor]:
    """The loss of the first batch and the gradient of every weight."""
    schedule, network = schedule_of(one, 1), one.network.train()
    members_B = schedule.batches[0]
    assert len(members_B) % 2 == 1
    if one.settings.micro_batch:
        loss = cached_gradients(one, members_B, schedule.drawn, seed=1)
    else:
        loss = batch_loss(one, members_B, schedule.drawn, torch.Generator())
        loss.backward()
    processes().mean_gradients([*network.parameters(), *one.objective.parameters()])
    weights = [*network.named_parameters(), *one.objective.named_parameters()]
    return {"loss": loss.detach(), **{name: weight.grad for name, weight in weights if weight.grad is not None}}


def interrupted_once(catalogue: Catalogue, base: Model, out: Path) -> None:
    """A run whose last process is told to stop at the fifth step; then the same call again."""
    log = Checkpoints.log

    def stop(self: Checkpoints, record: dict[str, Any]) -> None:
        log(self, record)
        if record.get("step") == 5 and processes().number == processes().count - 1:
            os.kill(os.getpid(), signal.SIGINT)

    Checkpoints.log = stop  # pyright: ignore[reportAttributeAccessIssue]
    try:
        finetune(catalogue, base=base, out=out, **WHOLE)
        raise AssertionError("it was not interrupted")
    except KeyboardInterrupt:
        pass
    finally:
        Checkpoints.log = log
    model = finetune(catalogue, base=base, out=out, **WHOLE)
    torch.save({"hash": model.hash, **model.network.state_dict()}, out / f"returned-{processes().number}.pt")


def main(catalogue: Catalogue, base: Model, folder: Path) -> None:
    found = {kind: first_step(task(catalogue, base.copy(), folder / kind, **KINDS[kind])) for kind in KINDS}
    exact = base.copy()
    exact.network.double()
    training = task(catalogue, exact, folder / "exact", epochs=4, batch_size=34, patience=9, learning_rate=3e-3)
    assert training.steps_per_epoch == 5
    checkpoints = Checkpoints(folder / "run")
    checkpoints.open({})
    train(training, checkpoints, resume=False)
    interrupted_once(catalogue, base, folder / "whole")
    if processes().first:
        torch.save(found, folder / "found.pt")


if __name__ == "__main__":
    torch.set_num_threads(1)
    main(Catalogue.open(sys.argv[1]), Model.load(sys.argv[2], precision="fp32"), Path(sys.argv[3]))
