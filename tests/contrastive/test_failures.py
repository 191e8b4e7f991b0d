"""What goes wrong in the middle of a run ends in a message, and the same call goes on from there."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

import gergo
from gergo.catalogue.store import Catalogue
from gergo.contrastive import canvases, checkpoints, training
from gergo.contrastive.batching import batch_loss
from gergo.contrastive.checkpoints import append_line, whole_lines
from gergo.contrastive.finetuning import finetune
from gergo.contrastive.optimization import Diverged
from gergo.errors import TrainingError, UsageError
from gergo.towers import loading
from gergo.towers.model import Model

SETTINGS: dict[str, Any] = {
    "method": "full",
    "epochs": 3,
    "batch_size": 32,
    "threads": 1,
    "augment": False,
    "learning_rate": 3e-3,
    "checkpoint_minutes": 1e-9,
}


@pytest.fixture(scope="module")
def catalogue(write_shop: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return gergo.import_catalogue(write_shop(120), to=tmp_path_factory.mktemp("catalogues") / "shop.gergo")


@pytest.fixture(scope="module")
def straight(catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Model], str]:
    """The hash of the weights of a run that nothing happens to, by its base; the run is made once."""
    hashes: dict[str, str] = {}

    def hash_of(base: Model) -> str:
        if base.hash not in hashes:
            out = tmp_path_factory.mktemp("straight") / "out"
            hashes[base.hash] = finetune(catalogue, base=base, out=out, **SETTINGS).hash
        return hashes[base.hash]

    return hash_of


def glitch(call: int, spoil: Callable[[Tensor], Tensor]) -> Callable[..., Tensor]:
    """`batch_loss`, whose result is spoilt once."""
    calls = 0

    def spoilt(*arguments: Any) -> Tensor:
        nonlocal calls
        calls += 1
        loss = batch_loss(*arguments)
        return spoil(loss) if calls == call else loss

    return spoilt


def stop_at_step_6(monkeypatch: pytest.MonkeyPatch, catalogue: Catalogue, base: Model, out: Path) -> Diverged:
    with monkeypatch.context() as patch:
        patch.setattr(training, "batch_loss", glitch(6, lambda loss: loss * float("nan")))
        with pytest.raises(Diverged, match="loss became nan at step 6") as caught:
            finetune(catalogue, base=base, out=out, **SETTINGS)
    return caught.value


def test_a_loss_that_is_no_number_once_is_gone_on_from(
    catalogue: Catalogue, tiny: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, straight: Callable[[Model], str]
) -> None:
    error = stop_at_step_6(monkeypatch, catalogue, tiny, tmp_path / "out")
    assert "the same command goes on" in error.hint
    assert finetune(catalogue, base=tiny, out=tmp_path / "out", **SETTINGS).hash == straight(tiny)


def test_gradients_that_are_no_numbers_change_no_weight(
    catalogue: Catalogue, tiny: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, straight: Callable[[Model], str]
) -> None:
    """The loss is a number and its gradient is none; no checkpoint holds a spoilt weight."""
    with monkeypatch.context() as patch:
        patch.setattr(training, "batch_loss", glitch(6, lambda loss: loss + (loss - loss.detach()).sqrt()))
        with pytest.raises(Diverged, match="gradients became"):
            finetune(catalogue, base=tiny, out=tmp_path / "out", **SETTINGS)
    assert finetune(catalogue, base=tiny, out=tmp_path / "out", **SETTINGS).hash == straight(tiny)


def test_weights_that_are_wrecked_at_the_end_of_an_epoch_do_not_win(
    catalogue: Catalogue, tiny: Model, tmp_path: Path
) -> None:
    """One step an epoch: the loss of the wrecked weights is never taken, but vectors that are no numbers rank first."""
    wrecking = {**SETTINGS, "batch_size": 128, "learning_rate": 1e30, "encoder_learning_rate": 1e30, "warmup": 0}
    with pytest.raises(Diverged, match="vectors that are no numbers"):
        finetune(catalogue, base=tiny, out=tmp_path / "out", **wrecking)
    assert not list((tmp_path / "out").rglob("best-*.pt"))


def full_disk(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize(
    ("where", "what"),
    [(loading, "save_file"), (canvases, "_write"), (checkpoints, "append_line")],
    ids=["model", "pictures", "log"],
)
def test_wherever_the_disk_is_full_the_same_call_goes_on(
    catalogue: Catalogue,
    tiny: Model,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    straight: Callable[[Model], str],
    where: Any,
    what: str,
) -> None:
    """The tuned model, the decoded pictures, the log."""
    out = tmp_path / "out"
    with monkeypatch.context() as patch:
        patch.setattr(where, what, full_disk)
        with pytest.raises(TrainingError, match=r"disk of .* is full") as caught:
            finetune(catalogue, base=tiny, out=out, **SETTINGS)
    assert "run the same command again" in caught.value.hint
    assert not (out / "model.json").exists()
    assert not list(tmp_path.rglob("*.part"))
    assert finetune(catalogue, base=tiny, out=out, **SETTINGS).hash == straight(tiny)


def test_what_a_kill_left_half_written_is_no_matter(
    catalogue: Catalogue, tiny: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, straight: Callable[[Model], str]
) -> None:
    """Half a checkpoint beside the whole one, half a line in the log, half a model without its model.json."""
    out = tmp_path / "out"
    stop_at_step_6(monkeypatch, catalogue, tiny, out)
    (out / "unfinished" / "state-00000009-00002.pt.part").write_bytes(b"half")
    (out / "weights.safetensors").write_bytes(b"half")
    with (out / "log.jsonl").open("a") as log:
        log.write('{"epoch": 2, "lo')
    assert finetune(catalogue, base=tiny, out=out, **SETTINGS).hash == straight(tiny)
    assert Model.load(out, precision="fp32").hash == straight(tiny)
    steps = [record["step"] for record in map(json.loads, whole_lines(out / "log.jsonl")) if "step" in record]
    assert steps == list(range(1, len(steps) + 1))


def test_a_damaged_checkpoint_is_gone_on_from_the_one_before_it_and_two_are_named(
    catalogue: Catalogue,
    tiny: Model,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    straight: Callable[[Model], str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "out"
    stop_at_step_6(monkeypatch, catalogue, tiny, out)
    before, last = sorted((out / "unfinished").glob("state-*.pt"))
    for path in (before, last):
        shutil.copy(path, tmp_path)
        path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(TrainingError, match=rf"{before.name} cannot be read") as caught:
        finetune(catalogue, base=tiny, out=out, **SETTINGS)
    assert str(out) in caught.value.hint
    shutil.copy(tmp_path / before.name, before)
    last.write_bytes(b"damaged")
    assert finetune(catalogue, base=tiny, out=out, **SETTINGS).hash == straight(tiny)
    assert "going on from the one before" in capsys.readouterr().err


def test_a_run_that_diverges_every_time_goes_on_with_lower_rates_and_no_other_run_does(
    catalogue: Catalogue, tiny: Model, tmp_path: Path
) -> None:
    out, mild = tmp_path / "out", {**SETTINGS, "encoder_learning_rate": 1e-3}
    wild = {**mild, "batch_size": 128, "warmup": 0, "learning_rate": 1e30, "encoder_learning_rate": 1e30, "seed": 3}
    for _ in range(2):
        with pytest.raises(Diverged) as caught:
            finetune(catalogue, base=tiny, out=out, **wild)
    assert "learning_rate=" in caught.value.hint
    with pytest.raises(UsageError, match="seed was 3 and is 4"):
        finetune(catalogue, base=tiny, out=out, **{**wild, "seed": 4})
    lower = {**wild, "learning_rate": 1e-3, "encoder_learning_rate": 1e-3}
    model = finetune(catalogue, base=tiny, out=out, **lower)
    assert model.record["training"]["settings"]["learning_rate"] == 1e-3


def test_with_lower_rates_a_run_goes_on_from_the_state_before_the_last(
    catalogue: Catalogue, tiny: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another proportion of the two rates, as well: weights are kept apart by what they are."""
    stop_at_step_6(monkeypatch, catalogue, tiny, tmp_path / "out")
    lower = {**SETTINGS, "learning_rate": 1e-4, "encoder_learning_rate": 1e-4}
    finetune(catalogue, base=tiny, out=tmp_path / "out", **lower)
    assert '"resumed_at_step": 4' in (tmp_path / "out" / "log.jsonl").read_text()


def test_how_a_run_goes_may_change_when_it_is_resumed(
    catalogue: Catalogue, tiny: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, straight: Callable[[Model], str]
) -> None:
    out = tmp_path / "out"
    stop_at_step_6(monkeypatch, catalogue, tiny, out)
    changed = {**SETTINGS, "checkpoint_minutes": 5, "hours": 1}
    assert finetune(catalogue, base=tiny, out=out, **changed).hash == straight(tiny)


def test_memory_that_ran_out_is_said_with_what_takes_less(
    catalogue: Catalogue, tiny: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, straight: Callable[[Model], str]
) -> None:
    def greedy(*_: object) -> Tensor:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")

    with monkeypatch.context() as patch:
        patch.setattr(training, "batch_loss", greedy)
        with pytest.raises(TrainingError, match="not enough memory") as caught:
            finetune(catalogue, base=tiny, out=tmp_path / "out", **SETTINGS)
    assert "micro_batch" in caught.value.hint
    assert finetune(catalogue, base=tiny, out=tmp_path / "out", **SETTINGS).hash == straight(tiny)


def test_half_a_line_goes_before_the_next_is_appended(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    assert whole_lines(path) == []
    append_line(path, {"a": 1})
    with path.open("a") as file:
        file.write('{"b": ')
    assert whole_lines(path) == [b'{"a": 1}']
    append_line(path, {"c": 3})
    assert path.read_text() == '{"a": 1}\n{"c": 3}\n'
    path.write_text('{"only half')
    append_line(path, {"d": 4})
    assert path.read_text() == '{"d": 4}\n'
