"""What each method trains and what it leaves alone; what it saves is an ordinary model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

import gergo
from gergo.catalogue.store import Catalogue
from gergo.contrastive.adapters import adaptable, add_adapters, merge_adapters
from gergo.contrastive.batching import batch_loss, schedule_of
from gergo.contrastive.job import read_job
from gergo.contrastive.methods import task_of
from gergo.contrastive.optimization import Anchor, descend, layer_shares, make_optimizer
from gergo.contrastive.settings import Method, Settings
from gergo.towers.model import Model
from gergo.towers.network import DualEncoder


@pytest.fixture(scope="module")
def catalogue(write_shop: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return gergo.import_catalogue(write_shop(120), to=tmp_path_factory.mktemp("catalogues") / "shop.gergo")


def weights(network: DualEncoder) -> dict[str, torch.Tensor]:
    return {name: weight.clone() for name, weight in network.state_dict().items()}


def after_steps(catalogue: Catalogue, base: Model, folder: Path, method: Method, **settings: Any) -> Model:
    """The model after five steps of a method, its adapters merged."""
    filled = Settings.parse({"augment": False, "encoder_learning_rate": 1e-2, **settings}).filled(method, 100)
    model, job = base.copy(), read_job(catalogue, base, filled)
    task = task_of(catalogue, model, method, job.division, filled, folder=folder)
    optimizer, schedule = make_optimizer(task.network, filled), schedule_of(task, 1)
    for number in range(5):
        optimizer.zero_grad()
        batch_loss(task, schedule.batches[0], schedule.drawn, torch.Generator().manual_seed(number)).backward()
        descend(task.network, optimizer, 1.0, Anchor(task.network, 0.0))
    merge_adapters(task.network)
    return model


@pytest.mark.parametrize("family", ["tiny", "clip"])
@pytest.mark.parametrize(("locked", "learns"), [("image", "text"), ("text", "image")])
def test_lit_leaves_the_locked_tower_as_it_is_and_trains_the_other_whole(
    catalogue: Catalogue, request: pytest.FixtureRequest, tmp_path: Path, family: str, locked: str, learns: str
) -> None:
    base: Model = request.getfixturevalue(family)
    before = weights(base.network)
    model = after_steps(catalogue, base, tmp_path, "lit", locked=locked)
    moved = {name for name, weight in weights(model.network).items() if not torch.equal(weight, before[name])}
    assert not any(name.startswith(f"towers.{locked}.") for name in moved)
    learnt = {name for name, _ in base.network.named_parameters() if name.startswith(f"towers.{learns}.")}
    assert len(learnt - moved) <= 2, learnt - moved  # what gets no gradient: a bias that softmax is blind to
    assert "log_scale" in moved


def test_lora_leaves_an_ordinary_model_whose_changes_are_of_low_rank(
    catalogue: Catalogue, tiny: Model, tmp_path: Path
) -> None:
    before = weights(tiny.network)
    after_steps(catalogue, tiny, tmp_path, "lora", lora_rank=2).save(tmp_path / "out")
    after = weights(Model.load(tmp_path / "out").network)
    assert after.keys() == before.keys()
    for name in ("towers.text.encoder.layers.0.mlp_in.weight", "towers.image.encoder.blocks.1.second.weight"):
        change = (after[name] - before[name]).flatten(1)
        assert 1 <= torch.linalg.matrix_rank(change, rtol=1e-3) <= 2, name
    for name in ("towers.text.encoder.tokens.weight", "towers.image.encoder.stem.0.bias"):
        assert torch.equal(after[name], before[name]), name


@pytest.mark.parametrize("family", ["tiny", "clip"])
def test_adapters_start_as_nothing_and_merge_into_what_they_computed(
    family: str, request: pytest.FixtureRequest
) -> None:
    model: Model = request.getfixturevalue(family).copy()
    network, texts = model.network, ["red bar", "a blue plate"]
    pixels = {"pixels": torch.randint(0, 256, (2, 3, 24, 24), dtype=torch.uint8)}
    modules = [type(module) for module in network.modules()]
    names = list(network.state_dict())

    @torch.no_grad()
    def vectors() -> torch.Tensor:
        return torch.cat([network.encode("text", network.text.prepare(texts)), network.encode("image", pixels)])

    before = vectors()
    add_adapters(network, rank=3, seed=0)
    torch.testing.assert_close(vectors(), before)
    learning = {name for name, weight in network.named_parameters() if weight.requires_grad}
    assert all("lora_" in name for name in learning if ".encoder." in name)
    assert {"log_scale", "towers.image.projection.weight", "towers.text.projection.weight"} <= learning
    with torch.no_grad():
        for name, weight in network.named_parameters():
            if "lora_B" in name:
                weight.normal_(std=0.1)
    adapted = vectors()
    assert (adapted - before).abs().max() > 1e-3
    merge_adapters(network)
    torch.testing.assert_close(vectors(), adapted, atol=1e-5, rtol=1e-4)
    assert list(network.state_dict()) == names
    assert [type(module) for module in network.modules()] == modules


def test_every_linear_layer_of_a_clip_takes_an_adapter(clip: Model) -> None:
    names = adaptable(clip.network.text.encoder)
    assert {name.rpartition(".")[2] for name in names} == {"q_proj", "k_proj", "v_proj", "out_proj", "fc1", "fc2"}
    assert len(names) == 12


def test_lower_layers_learn_slower(clip: Model, tiny: Model) -> None:
    shares = layer_shares(clip.network, 0.5)
    text = {name.removeprefix("towers.text.encoder."): share for name, share in shares.items() if ".text." in name}
    by_layer = [
        next(share for name, share in text.items() if part in name)
        for part in ("token_embedding", "layers.0.", "layers.1.", "final_layer_norm")
    ]
    assert by_layer == [0.125, 0.25, 0.5, 1.0]
    tiny_shares = layer_shares(tiny.network, 0.5)
    blocks = ["stem.0.weight", "stem.2.bias", "blocks.0.first.weight", "blocks.1.second.weight"]
    assert [tiny_shares[f"towers.image.encoder.{name}"] for name in blocks] == [0.25, 0.25, 0.5, 1.0]
    assert set(layer_shares(tiny.network, 1.0).values()) == {1.0}
    assert shares.keys() == {name for name, _ in clip.network.named_parameters() if ".encoder." in name}
