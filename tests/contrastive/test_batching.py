"""Batches beyond memory have the gradients of plain ones; views of any two kinds are pulled together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

import gergo
from gergo.catalogue.store import Catalogue
from gergo.contrastive.batching import (
    Task,
    batch_loss,
    cached_gradients,
    encode,
    loss_of,
    schedule_of,
)
from gergo.contrastive.finetuning import finetune
from gergo.contrastive.job import read_job
from gergo.contrastive.losses import relate
from gergo.contrastive.methods import task_of
from gergo.contrastive.settings import Settings
from gergo.towers.model import Model


@pytest.fixture(scope="module")
def catalogue(write_shop: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return gergo.import_catalogue(write_shop(200), to=tmp_path_factory.mktemp("catalogues") / "shop.gergo")


def make_task(catalogue: Catalogue, model: Model, folder: Path, **settings: Any) -> Task:
    filled = Settings.parse(settings).filled("full", 100)
    job = read_job(catalogue, model, filled)
    return task_of(catalogue, model.copy(), "full", job.division, filled, folder=folder)


def gradients(network: nn.Module) -> dict[str, torch.Tensor]:
    return {name: w.grad.clone() for name, w in network.named_parameters() if w.grad is not None}


@pytest.mark.parametrize("loss", ["softmax", "sigmoid"])
def test_cached_gradients_are_those_of_the_plain_step(
    catalogue: Catalogue, tiny: Model, tmp_path: Path, loss: str
) -> None:
    task = make_task(catalogue, tiny, tmp_path, augment=False, micro_batch=7, loss=loss, image_image=0.0, text_text=0.5)
    schedule = schedule_of(task, 1)
    members_B = schedule.batches[0][:30]
    plain = batch_loss(task, members_B, schedule.drawn, torch.Generator())
    plain.backward()
    expected = gradients(task.network)
    task.network.zero_grad(set_to_none=True)
    cached = cached_gradients(task, members_B, schedule.drawn, seed=5)
    torch.testing.assert_close(cached, plain.detach())
    found = gradients(task.network)
    assert found.keys() == expected.keys()
    for name, gradient in expected.items():
        torch.testing.assert_close(found[name], gradient, atol=1e-5, rtol=1e-3)


def test_dropout_and_augmentation_are_replayed(catalogue: Catalogue, tiny: Model, tmp_path: Path) -> None:
    """Parts that are encoded once, with a graph, and put together give the same gradients as cached ones."""
    task = make_task(catalogue, tiny, tmp_path, augment=True, micro_batch=8)
    network = task.network.train()
    for modality in network.towers:
        tower = network.tower(modality)
        tower.encoder = nn.Sequential(tower.encoder, nn.Dropout(0.3)) if modality == "image" else tower.encoder
    schedule = schedule_of(task, 1)
    members_B = schedule.batches[0][:24]
    cached_gradients(task, members_B, schedule.drawn, seed=9)
    found = gradients(network)
    network.zero_grad(set_to_none=True)
    vectors = {}
    for number_of_view, view in enumerate(task.views):
        parts = []
        for number in range(3):
            own = int(np.random.SeedSequence([9, number_of_view, number]).generate_state(1)[0])
            torch.manual_seed(own)
            some_B = members_B[8 * number : 8 * number + 8]
            parts.append(encode(task, view, some_B, schedule.drawn, torch.Generator().manual_seed(own)))
        vectors[view] = torch.cat(parts)
    loss_of(task, vectors, members_B, schedule.drawn).backward()
    for name, gradient in gradients(network).items():
        torch.testing.assert_close(found[name], gradient, atol=1e-5, rtol=1e-3)


def test_only_views_that_some_pair_wants_are_encoded(catalogue: Catalogue, tiny: Model, tmp_path: Path) -> None:
    views = {
        (1.0, 0.0, 0.0): [("image", 0), ("text", 0)],
        (0.0, 0.0, 1.0): [("text", 0), ("text", 1)],
        (1.0, 0.5, 0.0): [("image", 0), ("text", 0), ("image", 1)],
    }
    for (image_text, image_image, text_text), expected in views.items():
        weights = {"image_text": image_text, "image_image": image_image, "text_text": text_text}
        assert make_task(catalogue, tiny, tmp_path, **weights).views == expected


def test_a_second_text_is_another_one_and_an_item_without_has_no_such_pair(
    catalogue: Catalogue, tiny: Model, tmp_path: Path
) -> None:
    task = make_task(catalogue, tiny, tmp_path, text_text=1.0, image_text=0.0, augment=False)
    drawn = schedule_of(task, 1).drawn
    assert (drawn["text", 0] != drawn["text", 1]).all()
    members_B = np.arange(6)
    alone = {**drawn, ("text", 1): np.where(np.arange(len(drawn["text", 0])) < 2, drawn["text", 0], drawn["text", 1])}
    without = batch_loss(task, members_B, alone, torch.Generator())
    expected = batch_loss(task, members_B[2:], drawn, torch.Generator())
    torch.testing.assert_close(without, expected)


def test_pictures_of_equal_titles_are_positives_of_each_other(
    catalogue: Catalogue, tiny: Model, tmp_path: Path
) -> None:
    task = make_task(catalogue, tiny, tmp_path, image_image=1.0, image_text=0.0)
    titled_NK = task.examples.pairs.bears["text"].copy()
    titled_NK[5, 0] = titled_NK[3, 0]
    pairs = replace(task.examples.pairs, bears={**task.examples.pairs.bears, "text": titled_NK})
    seen: list[torch.Tensor] = []

    def objective(a_BD: torch.Tensor, b_BD: torch.Tensor, scale: torch.Tensor, members: Any, bias: Any) -> torch.Tensor:
        seen.append(relate(*members).positive_BB)
        return (a_BD * b_BD).sum() * scale

    task = replace(task, examples=replace(task.examples, pairs=pairs), objective=objective)  # type: ignore[arg-type]
    batch_loss(task, np.arange(8), schedule_of(task, 1).drawn, torch.Generator())
    expected = torch.eye(8, dtype=torch.bool)
    expected[3, 5] = expected[5, 3] = True
    assert torch.equal(seen[0], expected)


def test_a_batch_without_the_pairs_that_are_taught_leaves_no_gradient(
    catalogue: Catalogue, tiny: Model, tmp_path: Path
) -> None:
    task = make_task(catalogue, tiny, tmp_path, text_text=1.0, image_text=0.0, micro_batch=4)
    drawn = schedule_of(task, 1).drawn
    alone = {**drawn, ("text", 1): drawn["text", 0]}
    assert cached_gradients(task, np.arange(12), alone, seed=0) == 0.0
    assert not gradients(task.network)


def test_weights_add_up(catalogue: Catalogue, tiny: Model, tmp_path: Path) -> None:
    def loss(**weights: float) -> torch.Tensor:
        task = make_task(catalogue, tiny, tmp_path, augment=False, text_text=1.0, **weights)
        task.network.eval()
        return batch_loss(task, np.arange(12), schedule_of(task, 1).drawn, torch.Generator()).detach()

    torch.testing.assert_close(
        loss(image_text=3.0) - loss(image_text=1.0), 2 * (loss(image_text=1.0) - loss(image_text=0.0))
    )


@pytest.mark.parametrize(
    "settings",
    [{"loss": "sigmoid"}, {"matryoshka": "4,8"}, pytest.param({"hardness": 0.3}, marks=pytest.mark.slow)],
    ids=lambda settings: next(iter(settings)),
)
def test_every_objective_learns_above_its_base(
    catalogue: Catalogue, tiny: Model, tmp_path: Path, settings: dict[str, Any]
) -> None:
    quick = {
        "method": "full",
        "epochs": 40,
        "patience": 40,
        "batch_size": 32,
        "threads": 1,
        "augment": False,
        "interpolate": False,
    }
    rates = {"learning_rate": 3e-3, "encoder_learning_rate": 1e-3}
    model = finetune(catalogue, base=tiny, out=tmp_path / "out", **quick, **rates, **settings)
    epochs = model.record["training"]["epochs"]
    assert max(epoch["score"] for epoch in epochs) > 1.25 * epochs[0]["score"]
    if "matryoshka" in settings:
        lengths = model.record["training"]["interpolation"]["domain_by_length"]
        assert list(lengths["tuned"]) == ["4", "8", "16"]
        assert lengths["tuned"]["4"] > lengths["base"]["4"]
