"""Fine-tuning on a small real catalogue: it learns, it chooses honestly, it explains itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

import gergo
from gergo.catalogue.hashing import text_hash
from gergo.catalogue.splits import TRAIN
from gergo.catalogue.store import Catalogue
from gergo.contrastive import checkpoints, selection
from gergo.contrastive.finetuning import finetune
from gergo.contrastive.templates import attribute_templates
from gergo.errors import NotEnoughData, TrainingError, UsageError
from gergo.towers.model import Model

QUICK = {"threads": 1, "batch_size": 32, "learning_rate": 3e-3, "augment": False}


@pytest.fixture(scope="module")
def catalogue(write_shop: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return gergo.import_catalogue(write_shop(200), to=tmp_path_factory.mktemp("catalogues") / "shop.gergo")


def weights(model: Model) -> dict[str, torch.Tensor]:
    return {name: weight.clone() for name, weight in model.network.state_dict().items()}


def test_full_learns_what_pictures_and_titles_share(catalogue: Catalogue, tiny: Model, tmp_path: Path) -> None:
    model = finetune(
        catalogue, base=tiny, out=tmp_path / "out", method="full", epochs=15, encoder_learning_rate=3e-3, **QUICK
    )
    epochs = model.record["training"]["epochs"]
    best = epochs[model.record["training"]["best_epoch"]]
    assert best["score"] == max(epoch["score"] for epoch in epochs)
    assert best["score"] > 1.5 * epochs[0]["score"]


def test_probe_moves_projections_and_scale_and_nothing_else(catalogue: Catalogue, tiny: Model, tmp_path: Path) -> None:
    before = weights(tiny)
    model = finetune(catalogue, base=tiny, out=tmp_path / "out", method="probe", epochs=30, templates="", **QUICK)
    assert model.record["training"]["best_epoch"] > 0
    moved = {name for name, weight in weights(model).items() if not torch.equal(weight, before[name])}
    assert moved == {"towers.image.projection.weight", "towers.text.projection.weight", "log_scale"}
    assert all(torch.equal(weight, before[name]) for name, weight in weights(tiny).items())


def test_the_base_is_kept_where_training_only_harms(catalogue: Catalogue, tiny: Model, tmp_path: Path) -> None:
    """A learning rate that wrecks the weights at once: the base is epoch 0 and wins, and is saved as it was."""
    finetune(catalogue, base=tiny, out=tmp_path / "good", method="full", epochs=12, encoder_learning_rate=3e-3, **QUICK)
    good = Model.load(tmp_path / "good", precision="fp32")
    wrecking = {**QUICK, "learning_rate": 3.0, "encoder_learning_rate": 3.0, "epochs": 2}
    model = finetune(catalogue, base=good, out=tmp_path / "wrecked", method="full", **wrecking)
    assert model.record["training"]["best_epoch"] == 0
    assert all(torch.equal(weight, weights(good)[name]) for name, weight in weights(model).items())
    assert "these weights are the base's own" in (tmp_path / "wrecked" / "README.md").read_text()


def test_the_folder_explains_itself(catalogue: Catalogue, tiny: Model, tmp_path: Path) -> None:
    out = tmp_path / "tuned"
    model = finetune(catalogue, base=tiny, out=out, method="full", epochs=2, encoder_learning_rate=1e-3, **QUICK)
    loaded = Model.load(out)
    record = loaded.record
    assert record["base"] == {"name": "tiny", "hash": tiny.hash}
    assert record["catalogue"]["hash"] == catalogue.hash
    assert record["training"]["settings"]["epochs"] == 2
    assert record["training"]["settings"]["templates"] == list(attribute_templates(catalogue, [TRAIN])) != []
    assert len(record["training"]["epochs"]) == 3
    assert record == json.loads((out / "training.json").read_text())
    assert (loaded.name, loaded.hash) == ("tuned", model.hash)
    assert catalogue.name in (out / "README.md").read_text()
    losses = [line for line in map(json.loads, (out / "log.jsonl").read_text().splitlines()) if "step" in line]
    assert [line["step"] for line in losses] == list(range(1, len(losses) + 1))
    assert not (out / "unfinished").exists()
    mixing = gergo.evaluate(loaded, catalogue, tasks=("retrieval",)).to_json()["model"]["mixing"]
    assert mixing["curve"] == record["training"]["interpolation"]["curve"]
    np.testing.assert_allclose(loaded.encode_texts(["red bar"]), model.encode_texts(["red bar"]), atol=2e-2)


def test_it_knows_what_it_was_trained_on_and_what_its_base_was(
    catalogue: Catalogue, tiny: Model, tmp_path: Path
) -> None:
    model = finetune(
        catalogue, base=tiny, out=tmp_path / "out", method="full", epochs=8, encoder_learning_rate=3e-3, **QUICK
    )
    assert model.record["training"]["best_epoch"] > 0
    trained = {view["hash"] for view in catalogue.views(splits=[TRAIN]).to_pylist()}
    others = {view["hash"] for view in catalogue.views().to_pylist()} - trained
    assert all(model.has_seen(hash) for hash in trained)
    assert not any(model.has_seen(hash) for hash in others)
    assert model.has_seen("a" * 64)
    train = catalogue.items(splits=[TRAIN], columns=["category"]).to_pylist()
    assert all(model.has_seen(text["hash"]) for row in train for text in row["texts"])
    # A caption that was made of columns is no product's own: another product may be titled so.
    assert not any(model.has_seen(text_hash(row["category"])) for row in train)


@pytest.mark.parametrize("method", ["adapter", "Full"])
def test_an_unknown_method_is_refused(catalogue: Catalogue, tiny: Model, tmp_path: Path, method: str) -> None:
    with pytest.raises(UsageError, match=method):
        finetune(catalogue, base=tiny, out=tmp_path / "out", method=method)
    assert not (tmp_path / "out").exists()


def test_too_few_products_are_refused_before_anything_is_written(
    write_shop: Callable[..., Path], tiny: Model, tmp_path: Path
) -> None:
    few = gergo.import_catalogue(write_shop(15), to=tmp_path / "few.gergo")
    with pytest.raises(NotEnoughData, match="items"):
        finetune(few, base=tiny, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_auto_says_what_it_chose_and_why(
    write_shop: Callable[..., Path], tiny: Model, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    few = gergo.import_catalogue(write_shop(60), to=tmp_path / "few.gergo")
    model = finetune(few, base=tiny, out=tmp_path / "out", epochs=1, **QUICK)
    assert model.record["training"]["method"] == "probe"
    assert "method probe: " in capsys.readouterr().err


def test_whole_categories_are_kept_from_training_to_choose_by(
    write_shop: Callable[..., Path], tiny: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selection, "UNSEEN_FROM_ITEMS", 100)
    fine = gergo.import_catalogue(write_shop(240, fine=True), to=tmp_path / "fine.gergo")
    settings = {**QUICK, "method": "full", "epochs": 6, "encoder_learning_rate": 3e-3, "interpolate": False}
    model = finetune(fine, base=tiny, out=tmp_path / "out", **settings)
    training = model.record["training"]
    assert training["items"]["train"] + training["items"]["unseen"] == len(fine.items(splits=[TRAIN]))
    assert all(epoch["score"] == (epoch["validation"] + epoch["unseen"]) / 2 for epoch in training["epochs"])
    assert training["best_epoch"] > 0
    train_views = fine.views(splits=[TRAIN])["hash"].to_pylist()
    assert sum(not model.has_seen(hash) for hash in train_views) == training["items"]["unseen"]


def test_a_finished_model_is_not_overwritten(catalogue: Catalogue, tiny: Model, tmp_path: Path) -> None:
    finetune(catalogue, base=tiny, out=tmp_path / "out", method="probe", epochs=1, **QUICK)
    with pytest.raises(UsageError, match="finished"):
        finetune(catalogue, base=tiny, out=tmp_path / "out", method="probe", epochs=1, **QUICK)


def test_somebody_elses_folder_is_not_written_to(catalogue: Catalogue, tiny: Model, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match="not empty"):
        finetune(catalogue, base=tiny, out=tmp_path, method="probe", epochs=1, **QUICK)


def test_a_loss_that_is_no_number_stops_with_a_reason(catalogue: Catalogue, tiny: Model, tmp_path: Path) -> None:
    settings = {**QUICK, "learning_rate": 1e30, "encoder_learning_rate": 1e30, "warmup": 0}
    with pytest.raises(TrainingError, match="loss became") as caught:
        finetune(catalogue, base=tiny, out=tmp_path / "out", method="full", epochs=3, **settings)
    assert "learning_rate" in caught.value.hint


def test_a_full_disk_stops_with_a_reason_and_the_same_call_goes_on(
    catalogue: Catalogue, tiny: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The third state that is saved finds no room; what was saved before stays, and is gone on from."""
    saved = 0
    write = torch.save

    def save(content: object, file: object) -> None:
        nonlocal saved
        saved += isinstance(content, dict) and "optimizer" in content
        if saved == 3:
            raise OSError(28, "No space left on device")
        write(content, file)

    settings = {**QUICK, "method": "full", "epochs": 5, "encoder_learning_rate": 1e-3}
    monkeypatch.setattr(checkpoints.torch, "save", save)
    with pytest.raises(TrainingError, match="disk"):
        finetune(catalogue, base=tiny, out=tmp_path / "out", **settings)
    assert not list((tmp_path / "out").rglob("*.part"))
    monkeypatch.undo()
    resumed = finetune(catalogue, base=tiny, out=tmp_path / "out", **settings)
    straight = finetune(catalogue, base=tiny, out=tmp_path / "straight", **settings)
    assert resumed.hash == straight.hash
    assert (tmp_path / "out" / "log.jsonl").read_text().count("resumed_at_step") == 1


def test_a_picture_that_can_no_longer_be_read_is_named(
    catalogue: Catalogue, tiny: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures = Catalogue.pictures
    broken = catalogue.views(splits=[TRAIN])["view"].to_pylist()[7]

    def damaged(self: Catalogue, views: list[int]) -> list[bytes]:
        return [data if view != broken else data[:40] for view, data in zip(views, pictures(self, views), strict=True)]

    monkeypatch.setattr(Catalogue, "pictures", damaged)
    with pytest.raises(TrainingError, match=f"view {broken} "):
        finetune(catalogue, base=tiny, out=tmp_path / "out", method="full", epochs=1, **QUICK)


@pytest.mark.slow
def test_a_model_exported_to_onnx_is_refused_before_anything_is_written(
    catalogue: Catalogue, tiny: Model, tmp_path: Path
) -> None:
    tiny.export(tmp_path / "graphs", format="onnx")
    graphs = Model.load(tmp_path / "graphs")
    with pytest.raises(UsageError, match="graphs is a model exported to ONNX"):
        finetune(catalogue, base=graphs, out=tmp_path / "out", method="full", epochs=1, **QUICK)
    assert not (tmp_path / "out").exists()
