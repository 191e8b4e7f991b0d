"""Two processes (gloo, on the CPU) that share a run find what one finds."""

from __future__ import annotations

import json
import os
import runpy
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

import gergo
from gergo.contrastive.finetuning import finetune
from gergo.contrastive.processes import Processes
from gergo.errors import UsageError
from gergo.towers.model import Model

SCRIPT = Path(__file__).with_name("shared_run.py")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def run(count: int, arguments: list[str]) -> None:
    """Run as many Python processes as one group; all have to end well."""
    shared = {"WORLD_SIZE": count, "LOCAL_WORLD_SIZE": count, "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": free_port()}
    started = []
    for number in range(count):
        mine = {**shared, "RANK": number, "LOCAL_RANK": number} if count > 1 else {}
        env = {**os.environ, "OMP_NUM_THREADS": "1", **{name: str(value) for name, value in mine.items()}}
        started.append(subprocess.Popen([sys.executable, *arguments], env=env, stderr=subprocess.PIPE, text=True))
    ended = [process.communicate(timeout=240)[1] for process in started]
    assert [process.returncode for process in started] == [0] * count, "\n".join(ended)


@pytest.fixture(scope="module")
def shop(write_shop: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("catalogues") / "shop.gergo"
    gergo.import_catalogue(write_shop(200), to=folder)
    return folder


@pytest.fixture(scope="module")
def found(shop: Path, clip: Model, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The folders of what one process found, and two."""
    work = tmp_path_factory.mktemp("shared")
    clip.save(work / "base")
    folders = work / "one", work / "two"
    for folder in folders:
        folder.mkdir()
    runpy.run_path(str(SCRIPT))["main"](
        gergo.Catalogue.open(shop), Model.load(work / "base", precision="fp32"), folders[0]
    )
    run(2, [str(SCRIPT), str(shop), str(work / "base"), str(folders[1])])
    return folders


def losses(folder: Path) -> list[tuple[int, float]]:
    lines = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
    return [(line["step"], line["loss"]) for line in lines if "step" in line]


@pytest.mark.parametrize("kind", ["softmax", "sigmoid", "cached"])
def test_loss_and_gradients_are_those_of_one_process(found: tuple[Path, Path], kind: str) -> None:
    one, two = (torch.load(folder / "found.pt")[kind] for folder in found)
    assert one.keys() == two.keys()
    assert len(one) > 20
    torch.testing.assert_close(two["loss"], one["loss"], atol=1e-6, rtol=1e-5)
    for name, gradient in one.items():
        torch.testing.assert_close(two[name], gradient, atol=1e-5, rtol=1e-3)


def test_weights_after_20_steps_in_double_precision_are_those_of_one_process(found: tuple[Path, Path]) -> None:
    one, two = (torch.load(max((folder / "run" / "unfinished").glob("state-*.pt"))) for folder in found)
    assert one["step"] == two["step"] == 20
    for name, weight in one["network"].items():
        torch.testing.assert_close(two["network"][name], weight, atol=1e-9, rtol=1e-9)
    assert [step for step, _ in losses(found[1] / "run")] == list(range(1, 21))
    torch.testing.assert_close(*(torch.tensor([loss for _, loss in losses(folder / "run")]) for folder in found))


def test_stopped_in_one_both_stop_and_go_on_together(found: tuple[Path, Path]) -> None:
    """Interrupted in one process at step 5, resumed: no step is missing or written twice, both return the model."""
    out = found[1] / "whole"
    assert [step for step, _ in losses(out)] == [step for step, _ in losses(found[0] / "whole")]
    returned = [torch.load(out / f"returned-{number}.pt") for number in range(2)]
    saved = Model.load(out)
    assert returned[0].pop("hash") == returned[1].pop("hash") == saved.hash
    for name, weight in saved.network.state_dict().items():
        assert torch.equal(returned[0][name], weight)
        assert torch.equal(returned[1][name], weight)
    assert (out / "log.jsonl").read_text().count("resumed_at_step") == 1
    assert saved.record["training"]["processes"] == 2


def test_more_processes_than_items_of_a_batch_are_refused(
    shop: Path, clip: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gergo.contrastive.finetuning.processes", lambda: Processes(count=8))
    with pytest.raises(UsageError, match="batches of 3 items cannot be shared by 8 processes"):
        finetune(shop, base=clip, out=tmp_path / "out", method="probe", batch_size=4)


@pytest.mark.slow
def test_accelerate_launch_runs_the_command(shop: Path, clip: Model, tmp_path: Path) -> None:
    """The documented way, on a machine without a GPU: one output, one log, one line on stdout."""
    clip.save(tmp_path / "base")
    launch = ["-m", "accelerate.commands.launch", "--multi_gpu", "--num_processes", "2", "--num_machines", "1"]
    launch += ["--mixed_precision", "no", "--dynamo_backend", "no", "--main_process_port", str(free_port())]
    command = ["-m", "gergo", "finetune", str(shop), "--base", str(tmp_path / "base"), "--out", str(tmp_path / "out")]
    ended = subprocess.run(
        [sys.executable, *launch, *command, "--method", "full", "epochs=2", "batch_size=32", "threads=1"],
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines() == [str(tmp_path / "out")]
    record: dict[str, Any] = Model.load(tmp_path / "out").record
    assert record["training"]["processes"] == 2
    assert ended.stderr.count(", MRR on ") == 3  # the base and two epochs, told once
