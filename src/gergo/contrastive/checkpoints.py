"""What an unfinished run keeps on disk, so that the same command goes on where it stopped.

    OUT/run.json                     what is trained on what, with which settings; written first
    OUT/log.jsonl                    one line a step or epoch, appended
    OUT/unfinished/state-*.pt        weights, optimizer and position, as of the last checkpoints, by step
    OUT/unfinished/best-00003.pt     the best weights so far (absent while the base is best)
    OUT/unfinished/diverged          the loss was no number: learning rates may be lowered
    OUT/unfinished/canvases-*.u8     decoded pictures

Every file is written beside its place and moved there. No random state is kept, since every draw is a
function of the seed and of the position.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from gergo.contrastive.processes import processes
from gergo.contrastive.tracking import TrackerName, Tracking, open_tracking
from gergo.errors import TrainingError, UsageError
from gergo.files import replacing, write_whole
from gergo.progress import say

RUN_FILE = "run.json"
LOG_FILE = "log.jsonl"
UNFINISHED = "unfinished"
DIVERGED = "diverged"
KEPT = 2  # states: the last, and one before it should that be damaged
LEARNING_RATES = ("settings.learning_rate", "settings.encoder_learning_rate")
OPERATIONAL = ("checkpoint_minutes", "compile", "gradient_checkpointing", "hours", "micro_batch", "threads", "trackers")
"""Settings of how a run goes, not of what it learns: they change the last digits, or which crops are drawn."""


class Checkpoints:
    """The files of one run; of several processes the first writes them, and reads them for the others."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.folder = out / UNFINISHED
        self.shared = processes()
        self.tracking = Tracking()

    def open(self, identity: dict[str, Any]) -> bool:
        """Begin a run in this folder, or go on with one: True if there is one to go on with.

        Raises:
            UsageError: the folder holds a finished model, another unfinished run, or something else.
        """
        return self.shared.from_first(lambda: self._open(identity))

    def _open(self, identity: dict[str, Any]) -> bool:
        run, diverged = self.out / RUN_FILE, self.folder / DIVERGED
        if (self.out / "model.json").exists():
            raise UsageError(f"{self.out} holds a finished model", hint="give --out another name, or delete the folder")
        if run.exists():
            found = json.loads(run.read_text("utf-8"))
            self._require_same(found, identity, may_differ=LEARNING_RATES if diverged.exists() else ())
            if _decisive(found) != _decisive(identity) and (states := self._states()):
                states[0].unlink()  # it may hold what diverged
            write_json(run, identity)
            diverged.unlink(missing_ok=True)
            self.folder.mkdir(exist_ok=True)
            return bool(self._states())
        if self.out.exists() and (not self.out.is_dir() or any(self.out.iterdir())):
            raise UsageError(f"{self.out} is not empty", hint="give --out the name of a folder that is not there yet")
        self.folder.mkdir(parents=True, exist_ok=True)
        write_json(run, identity)
        return False

    def begun(self) -> dict[str, Any] | None:
        """What the unfinished run in this folder is of, None where there is none."""
        run = self.out / RUN_FILE
        return self.shared.from_first(lambda: json.loads(run.read_text("utf-8")) if run.is_file() else None)

    def _require_same(self, found: dict[str, Any], wanted: dict[str, Any], may_differ: Sequence[str]) -> None:
        before, now = _decisive(found), _decisive(wanted)
        different = [
            f"{name} was {before.get(name)!r} and is {now.get(name)!r}"
            for name in sorted(before.keys() | now.keys())
            if before.get(name) != now.get(name) and name not in may_differ
        ]
        if different:
            raise UsageError(
                f"{self.out} holds an unfinished run of another kind: " + "; ".join(different),
                hint="repeat its settings to go on with it, give --out another name, or delete the folder",
            )

    def save_state(self, state: dict[str, Any]) -> None:
        """Keep everything that a resumed run needs, beside the state before it; older ones go, with their best weights.

        Raises:
            TrainingError: the disk is full; the states kept before are still there.
        """
        self._save(f"state-{state['step']:08d}-{state['best_epoch']:05d}.pt", state)
        if not self.shared.first:
            return
        kept, old = self._states()[:KEPT], self._states()[KEPT:]
        best = {best_name(int(state.stem.rpartition("-")[2])) for state in kept}
        for path in (*old, *(path for path in self.folder.glob("best-*.pt") if path.name not in best)):
            path.unlink()

    def _states(self) -> list[Path]:
        """The states kept, the newest first."""
        return sorted(self.folder.glob("state-*.pt"), reverse=True)

    def load_state(self) -> dict[str, Any]:
        """The newest state that can be read.

        Raises:
            TrainingError: none can.
        """
        return self.shared.from_first(self._load_state)

    def _load_state(self) -> dict[str, Any]:
        states = self._states()
        for path in states[:-1]:
            try:
                return self._load(path.name)
            except TrainingError as error:
                say(f"{error}; going on from the one before")
                path.unlink()
        return self._load(states[-1].name)

    def note_diverged(self) -> None:
        """Remember that the loss was no number, so that the run may go on with lower learning rates."""
        if self.shared.first:
            (self.folder / DIVERGED).touch()

    def save_best(self, epoch: int, weights: dict[str, Any]) -> None:
        """Keep the best weights so far; the state that names them is saved after."""
        self._save(best_name(epoch), weights)

    def load(self, name: str) -> dict[str, Any]:
        """A file that `save_best` wrote; its tensors are on the CPU.

        Raises:
            TrainingError: it is missing or damaged.
        """
        return self.shared.from_first(lambda: self._load(name))

    def _load(self, name: str) -> dict[str, Any]:
        try:
            return torch.load(self.folder / name, weights_only=True, map_location="cpu")
        except Exception as error:
            raise TrainingError(
                f"the checkpoint {self.folder / name} cannot be read: {error}",
                hint=f"delete {self.out} to start again",
            ) from error

    def log(self, record: dict[str, Any]) -> None:
        """Append one line to log.jsonl, and tell those who track the run."""
        if not self.shared.first:
            return
        with explained_disk(self.out):
            append_line(self.out / LOG_FILE, record)
        self.tracking.log(record)

    @contextmanager
    def tracked(self, names: Sequence[TrackerName], identity: dict[str, Any]) -> Iterator[None]:
        """Show what is logged within the context in these trackers too."""
        if self.shared.first:
            self.tracking = open_tracking(names, self.out, identity)
        try:
            yield
        except BaseException:
            self.tracking.close(finished=False)
            raise
        self.tracking.close(finished=True)

    def start_over(self) -> None:
        """Drop the whole folder, of a run that nobody will go on with."""
        if self.shared.first:
            shutil.rmtree(self.out, ignore_errors=True)

    def finish(self) -> None:
        """Drop what only an unfinished run needs, on every machine."""
        if self.shared.number_here == 0:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _save(self, name: str, content: dict[str, Any]) -> None:
        if not self.shared.first:
            return
        with explained_disk(self.out), replacing(self.folder / name) as file:
            torch.save(content, file)


def _decisive(identity: dict[str, Any]) -> dict[str, Any]:
    """Dotted names and values, without what may change between two calls of one run: where a thing lies."""
    flat: dict[str, Any] = {}
    for name, value in identity.items():
        flat |= {f"{name}.{inner}": one for inner, one in value.items()} if isinstance(value, dict) else {name: value}
    places = ("base", "catalogue", "retain")
    how = {f"settings.{name}" for name in OPERATIONAL}
    return {
        name: one
        for name, one in flat.items()
        if name not in how and (name.endswith(".hash") or name.split(".")[0] not in places)
    }


def best_name(epoch: int) -> str:
    """The file of the best weights, by the epoch they are of."""
    return f"best-{epoch:05d}.pt"


@contextmanager
def explained_disk(out: Path) -> Iterator[None]:
    """Turn a full disk into a TrainingError that says how to go on."""
    try:
        yield
    except Exception as error:
        # torch and safetensors raise errors of their own: one behind the system's, one with its words.
        causes = (error, error.__context__)
        full = any(isinstance(one, OSError) and one.errno in (errno.ENOSPC, errno.EDQUOT) for one in causes)
        if not full and "No space left" not in str(error):
            raise
        raise TrainingError(
            f"the disk of {out} is full",
            hint="free some space and run the same command again: it resumes from the last checkpoint",
        ) from error


def append_line(path: Path, record: dict[str, Any]) -> None:
    """Append a record to a file of JSON lines; half a line that was cut off there (a kill, a full disk) goes first."""
    with path.open("ab+") as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            if file.read() != b"\n":
                file.truncate(sum(len(line) + 1 for line in whole_lines(path)))
        file.write(json.dumps(record, sort_keys=True).encode() + b"\n")


def whole_lines(path: Path) -> list[bytes]:
    """The lines of a file that were written whole; none where there is no file."""
    return path.read_bytes().split(b"\n")[:-1] if path.is_file() else []


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Sorted, indented JSON in the place of `path`."""
    write_whole(path, json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n")
