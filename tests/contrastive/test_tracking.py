"""Curves in TensorBoard and MLflow, by the real libraries; they are what log.jsonl says."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import gergo
from gergo.catalogue.store import Catalogue
from gergo.contrastive import tracking
from gergo.contrastive.checkpoints import Checkpoints
from gergo.contrastive.finetuning import finetune
from gergo.errors import MissingExtra, UsageError
from gergo.towers.model import Model

QUICK: dict[str, Any] = {"method": "probe", "threads": 1, "batch_size": 16, "epochs": 3}


@pytest.fixture(scope="module")
def catalogue(write_shop: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return gergo.import_catalogue(write_shop(80), to=tmp_path_factory.mktemp("catalogues") / "shop.gergo")


def logged(out: Path) -> dict[str, list[tuple[int, float]]]:
    """The curves that log.jsonl holds: a resumed step counts by its last line."""
    steps: dict[int, float] = {}
    epochs = []
    for record in map(json.loads, (out / "log.jsonl").read_text().splitlines()):
        if "step" in record:
            steps[record["step"]] = record["loss"]
        elif "score" in record:
            epochs.append((max(steps, default=0), record["score"]))
    return {"training/loss": sorted(steps.items()), "epoch/score": epochs}


def stop_at(step: int, patch: pytest.MonkeyPatch) -> None:
    """Interrupt a run without ado, a few steps behind its last checkpoint."""
    log = Checkpoints.log

    def stopping(self: Checkpoints, record: dict[str, Any]) -> None:
        log(self, record)
        if record.get("step") == step:
            raise KeyboardInterrupt

    patch.setattr(Checkpoints, "log", stopping)


def interrupted(catalogue: Catalogue, base: Model, out: Path, tracker: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        stop_at(6, patch)
        with pytest.raises(KeyboardInterrupt):
            finetune(catalogue, base=base, out=out, trackers=tracker, **QUICK)
    finetune(catalogue, base=base, out=out, trackers=tracker, **QUICK)


def test_tensorboard_shows_what_the_log_says(
    catalogue: Catalogue, tiny: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Interrupted two steps behind a checkpoint and resumed: every step is shown once."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    out = tmp_path / "out"
    interrupted(catalogue, tiny, out, "tensorboard", monkeypatch)
    shown = EventAccumulator(str(out / "tensorboard"))
    shown.Reload()
    expected = logged(out)
    assert [step for step, _ in expected["training/loss"]] == list(range(1, len(expected["training/loss"]) + 1))
    for name, curve in expected.items():
        found = [(event.step, event.value) for event in shown.Scalars(name)]
        assert [step for step, _ in found] == [step for step, _ in curve]
        assert [value for _, value in found] == pytest.approx([value for _, value in curve])


def test_mlflow_shows_what_the_log_says(
    catalogue: Catalogue, tiny: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("mlflow", reason="mlflow is no part of gergo[dev]: pip install 'gergo[mlflow]'")
    from mlflow.tracking import MlflowClient  # pyright: ignore[reportMissingImports]

    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", (tmp_path / "store").as_uri())
    out = tmp_path / "out"
    interrupted(catalogue, tiny, out, "mlflow", monkeypatch)
    client = MlflowClient()
    (run,) = client.search_runs([client.get_experiment_by_name("gergo").experiment_id])
    assert run.info.status == "FINISHED"
    assert run.data.params["batch_size"] == "16"
    assert run.data.tags["catalogue"] == catalogue.name
    for name, curve in logged(out).items():
        last = {metric.step: metric.value for metric in client.get_metric_history(run.info.run_id, name)}
        assert last == pytest.approx(dict(curve))


@pytest.mark.parametrize("name", tracking.TRACKERS)
def test_without_its_library_the_command_that_installs_it_is_said(
    catalogue: Catalogue, tiny: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(tracking, "find_spec", lambda _: None)
    with pytest.raises(MissingExtra, match=f"{name} is not installed") as caught:
        finetune(catalogue, base=tiny, out=tmp_path / "out", trackers=name, **QUICK)
    assert caught.value.hint == f"pip install 'gergo[{name}]'"
    assert not (tmp_path / "out").exists()


def test_an_unknown_tracker_is_refused(catalogue: Catalogue, tiny: Model, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="trackers"):
        finetune(catalogue, base=tiny, out=tmp_path / "out", trackers="wandb", **QUICK)


def test_a_tracker_that_fails_is_given_up_and_the_run_goes_on(
    catalogue: Catalogue,
    tiny: Model,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A file lies where TensorBoard's folder should be."""
    out = tmp_path / "out"
    monkeypatch.setattr(tracking.TensorBoard, "__init__", _blocked(tracking.TensorBoard.__init__))
    model = finetune(catalogue, base=tiny, out=out, trackers="tensorboard", **QUICK)
    assert capsys.readouterr().err.count("tensorboard is given up: ") == 1
    assert len(logged(out)["epoch/score"]) == len(model.record["training"]["epochs"])


def _blocked(make: Callable[..., None]) -> Callable[..., None]:
    def blocked(self: tracking.TensorBoard, out: Path) -> None:
        make(self, out)
        self.folder.write_text("no folder")

    return blocked
