"""A run that is killed or interrupted in the middle of an epoch ends, resumed, with the very same weights."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import gergo
from gergo.catalogue import editing
from gergo.contrastive.checkpoints import Checkpoints
from gergo.contrastive.finetuning import finetune
from gergo.errors import UsageError
from gergo.towers.model import Model

SETTINGS = {
    "method": "full",
    "epochs": 4,
    "batch_size": 16,
    "threads": 1,
    "learning_rate": 3e-3,
    "encoder_learning_rate": 1e-3,
}

# Kills itself after the log line of a step: as near to "at any moment" as a repeatable test can be.
DYING = """
import os, signal, sys
import gergo
from gergo.contrastive.checkpoints import Checkpoints

log = Checkpoints.log

def log_and_die(self, record):
    log(self, record)
    if record.get("step") == int(sys.argv[5]):
        os.kill(os.getpid(), int(sys.argv[4]))

Checkpoints.log = log_and_die
gergo.finetune(sys.argv[1], base=sys.argv[2], out=sys.argv[3], checkpoint_minutes=1e-9, **{settings})
"""


@pytest.fixture(scope="module")
def shop(write_shop: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("catalogues") / "shop.gergo"
    gergo.import_catalogue(write_shop(80), to=folder)
    return folder


@pytest.mark.parametrize("kind", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_killed_in_the_middle_of_an_epoch_and_resumed_the_weights_are_equal(
    shop: Path, tiny: Model, tmp_path: Path, kind: signal.Signals
) -> None:
    tiny.save(tmp_path / "base")
    arguments = [str(shop), str(tmp_path / "base"), str(tmp_path / "killed"), str(int(kind)), "10"]
    script = DYING.replace("{settings}", repr(SETTINGS))
    ended = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, timeout=120)
    assert ended.returncode in (-kind, 130, 1), ended.stderr
    assert not (tmp_path / "killed" / "model.json").exists()
    if kind is not signal.SIGKILL:
        assert "the same command resumes" in ended.stderr
        assert ended.stderr.rstrip().endswith("KeyboardInterrupt")

    settings = {**SETTINGS, "checkpoint_minutes": 1e-9}
    resumed = finetune(shop, base=Model.load(tmp_path / "base"), out=tmp_path / "killed", **settings)
    straight = finetune(shop, base=Model.load(tmp_path / "base"), out=tmp_path / "straight", **settings)
    assert "resumed_at_step" in (tmp_path / "killed" / "log.jsonl").read_text()
    assert resumed.hash == straight.hash
    figures = [model.record["training"]["epochs"] for model in (resumed, straight)]
    assert figures[0] == figures[1]


def test_other_settings_in_an_unfinished_folder_are_refused(
    shop: Path, tiny: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*args: object, **named: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("gergo.contrastive.job.train", stop)
        with pytest.raises(KeyboardInterrupt):
            finetune(shop, base=tiny, out=tmp_path / "out", **SETTINGS)
    with pytest.raises(UsageError, match=r"settings.epochs was 4 and is 5") as caught:
        finetune(shop, base=tiny, out=tmp_path / "out", **{**SETTINGS, "epochs": 5})
    assert "delete the folder" in caught.value.hint


def test_neighbours_are_told_by_pictures_of_the_towers_size(shop: Path, clip: Model, tmp_path: Path) -> None:
    """A tower of one fixed size, augmented: what it is shown unaugmented has that size as well."""
    settings = {**SETTINGS, "method": "full", "epochs": 1, "neighbours": 4, "augment": True}
    assert finetune(shop, base=clip, out=tmp_path / "out", **settings).record["training"]["epochs"]


def interrupt_at(step: int, patch: pytest.MonkeyPatch) -> None:
    """Ctrl-C in every run from now on, after the log line of a step."""
    log = Checkpoints.log

    def interrupted(self: Checkpoints, record: dict[str, Any]) -> None:
        log(self, record)
        if record.get("step") == step:
            os.kill(os.getpid(), signal.SIGINT)

    patch.setattr(Checkpoints, "log", interrupted)


ADAPTERS = {"method": "lora", "epochs": 2, "loss": "sigmoid", "neighbours": 4, "pull": 0.5, "text_text": 0.5}
ADAPTERS |= {"matryoshka": "8", "patience": 9}
CACHED = {"epochs": 2, "image_image": 0.5, "text_text": 0.5, "micro_batch": 5, "patience": 9}


@pytest.mark.parametrize(
    "more", [ADAPTERS, CACHED], ids=["adapters, bias, neighbours", "cached, second pictures, retain"]
)
def test_whatever_a_run_holds_resumes_too(
    shop: Path, tiny: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: dict[str, Any]
) -> None:
    """Interrupted in the middle of the second epoch, the run takes the same steps to the same loss."""
    settings = {**SETTINGS, **more}
    if more is CACHED:
        other = gergo.Catalogue.open(shutil.copytree(shop, tmp_path / "other.gergo"))
        settings["retain"] = editing.remove(other, [other.items()["id"][0].as_py()])
    with monkeypatch.context() as patch:
        interrupt_at(6, patch)
        with pytest.raises(KeyboardInterrupt):
            finetune(shop, base=tiny, out=tmp_path / "cut", **settings)
    for out in ("cut", "straight"):
        finetune(shop, base=tiny, out=tmp_path / out, **settings)
    losses = []
    for out in ("cut", "straight"):
        lines = [json.loads(line) for line in (tmp_path / out / "log.jsonl").read_text().splitlines()]
        losses.append([(line["step"], line["loss"]) for line in lines if "step" in line])
    assert len(losses[0]) >= 8
    assert losses[0] == losses[1]


def test_the_full_run_of_a_search_resumes_too(
    shop: Path, tiny: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {**SETTINGS, "method": "probe", "epochs": 12, "search": True}  # candidates have 10
    with monkeypatch.context() as patch:
        interrupt_at(45, patch)
        with pytest.raises(KeyboardInterrupt):
            finetune(shop, base=tiny, out=tmp_path / "cut", **settings)
    assert "winner" in (tmp_path / "cut" / "search.jsonl").read_text()
    resumed = finetune(shop, base=tiny, out=tmp_path / "cut", **settings)
    assert "resumed_at_step" in (tmp_path / "cut" / "log.jsonl").read_text()
    assert resumed.record["training"]["epochs"][-1]["epoch"] >= 10
