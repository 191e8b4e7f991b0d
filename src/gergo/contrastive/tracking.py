"""The curves of a run in TensorBoard or MLflow, beside log.jsonl, which is always written.

A tracker gets what log.jsonl gets. One that fails in the middle of a run (a server that is gone) is given up with a
line on stderr: a run does not die of its observers, and log.jsonl has everything.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, Protocol, get_args

from gergo.errors import MissingExtra, UsageError
from gergo.progress import say

TrackerName = Literal["tensorboard", "mlflow"]
TRACKERS: tuple[TrackerName, ...] = get_args(TrackerName)
MLFLOW_FILE = "mlflow.json"
EXPERIMENT = "gergo"
_AT_ONCE = 50


class Tracker(Protocol):
    """Where numbers go. `close` says whether the run came to its end."""

    name: str

    def write(self, values: Mapping[str, float], step: int) -> None: ...

    def close(self, *, finished: bool) -> None: ...


def require(names: Sequence[TrackerName]) -> None:
    """Raise MissingExtra where a library of one of these is not installed."""
    for name in names:
        if find_spec(name) is None:
            raise MissingExtra(name, name)


def scalars(record: Mapping[str, Any]) -> dict[str, float]:
    """The numbers of one line of log.jsonl by the names that curves have.

    >>> scalars({"epoch": 1, "loss": 2.5, "step": 7})
    {'training/loss': 2.5}
    >>> scalars({"epoch": 1, "loss": 2.4, "validation": 0.3, "retain": 0.5, "score": 0.4, "time_s": 8.1})
    {'epoch/loss': 2.4, 'epoch/validation': 0.3, 'epoch/retain': 0.5, 'epoch/score': 0.4, 'epoch/time_s': 8.1}
    """
    if "step" in record:
        return {"training/loss": record["loss"]}
    return (
        {f"epoch/{name}": float(value) for name, value in record.items() if name != "epoch"}
        if "epoch" in record
        else {}
    )


class Tracking:
    """The trackers of a run, and the step they are at."""

    def __init__(self, trackers: Sequence[Tracker] = ()) -> None:
        self.trackers, self.step = list(trackers), 0

    def log(self, record: Mapping[str, Any]) -> None:
        """One line of log.jsonl."""
        self.step = record.get("step", record.get("resumed_at_step", self.step))
        values = scalars(record)
        for tracker in list(self.trackers) if values else ():
            try:
                tracker.write(values, self.step)
            except Exception as error:
                self.trackers.remove(tracker)
                say(f"{tracker.name} is given up: {str(error).splitlines()[0]}; log.jsonl goes on")

    def close(self, *, finished: bool) -> None:
        for tracker in self.trackers:
            try:
                tracker.close(finished=finished)
            except Exception as error:
                say(f"{tracker.name} could not be closed: {str(error).splitlines()[0]}")


def open_tracking(names: Sequence[TrackerName], out: Path, identity: Mapping[str, Any]) -> Tracking:
    """Begin, or go on with, the curves of the run in `out`.

    identity: what `run.json` says of it.

    Raises:
        UsageError: MLflow's server or store does not answer.
    """
    makers = {"tensorboard": lambda: TensorBoard(out), "mlflow": lambda: Mlflow(out, identity)}
    return Tracking([makers[name]() for name in names])


class TensorBoard:
    """Event files in OUT/tensorboard."""

    name = "tensorboard"

    def __init__(self, out: Path) -> None:
        self.folder, self.writer = out / "tensorboard", None

    def write(self, values: Mapping[str, float], step: int) -> None:
        if self.writer is None:
            from torch.utils.tensorboard import SummaryWriter

            # What an interrupted run wrote behind its last checkpoint is not shown.
            self.writer = SummaryWriter(str(self.folder), purge_step=step)
        for name, value in values.items():
            self.writer.add_scalar(name, value, step)

    def close(self, *, finished: bool) -> None:
        del finished
        if self.writer is not None:
            self.writer.close()


class Mlflow:
    """A run in the experiment `gergo` of MLflow's tracking store, which MLFLOW_TRACKING_URI names; OUT/mlflow.json says
    which run, so that a resumed one goes on in it."""

    name = "mlflow"

    def __init__(self, out: Path, identity: Mapping[str, Any]) -> None:
        try:
            from mlflow.tracking import MlflowClient  # pyright: ignore[reportMissingImports]

            self.client = MlflowClient()
            self.run = self._resumed(out) or self._begun(out, identity)
        except Exception as error:
            raise UsageError(
                f"MLflow cannot be used: {str(error).splitlines()[0]}",
                hint="MLFLOW_TRACKING_URI names the server or store; leave mlflow out of trackers to go without",
            ) from error
        self.waiting: list[Any] = []

    def _resumed(self, out: Path) -> str | None:
        path = out / MLFLOW_FILE
        if not path.is_file():
            return None
        run = json.loads(path.read_text("utf-8"))["run_id"]
        self.client.update_run(run, status="RUNNING")
        return run

    def _begun(self, out: Path, identity: Mapping[str, Any]) -> str:
        found = self.client.get_experiment_by_name(EXPERIMENT)
        experiment = self.client.create_experiment(EXPERIMENT) if found is None else found.experiment_id
        tags = {
            "gergo": identity["gergo"],
            "base": identity["base"]["name"],
            "catalogue": identity["catalogue"]["name"],
        }
        run = self.client.create_run(experiment, run_name=out.resolve().name, tags=tags).info.run_id
        for name, value in {"method": identity["method"], **identity["settings"]}.items():
            self.client.log_param(run, name, value)
        (out / MLFLOW_FILE).write_text(json.dumps({"run_id": run, "experiment": EXPERIMENT}) + "\n", "utf-8")
        return run

    def write(self, values: Mapping[str, float], step: int) -> None:
        from mlflow.entities import Metric  # pyright: ignore[reportMissingImports]

        now_ms = int(1000 * time.time())
        self.waiting += [Metric(name, value, now_ms, step) for name, value in values.items()]
        if len(self.waiting) >= _AT_ONCE:
            self._send()

    def _send(self) -> None:
        sent, self.waiting = self.waiting, []
        self.client.log_batch(self.run, metrics=sent)

    def close(self, *, finished: bool) -> None:
        self._send()
        self.client.set_terminated(self.run, "FINISHED" if finished else "KILLED")
