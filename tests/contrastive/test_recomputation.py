"""Gradient checkpointing: the same gradients, less memory, and nothing of it left behind."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

import gergo
from gergo.catalogue.store import Catalogue
from gergo.contrastive.finetuning import finetune, plan
from gergo.contrastive.recomputation import layers_of, recomputed
from gergo.towers.model import Model
from gergo.towers.network import DualEncoder


def step(network: DualEncoder, *, wanted: bool) -> tuple[dict[str, Tensor], int]:
    """Gradients of one step, and how many bytes autograd was asked to keep outside of the layers."""
    kept: dict[int, int] = {}

    def keep(tensor: Tensor) -> Tensor:
        kept[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
        return tensor

    network.train().zero_grad(set_to_none=True)
    torch.manual_seed(1)
    random = torch.Generator().manual_seed(0)
    pixels = torch.randint(0, 256, (6, 3, 24, 24), generator=random, dtype=torch.uint8)
    ids = torch.randint(2, 250, (6, 12), generator=random)
    with recomputed(network, wanted), torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        pictures = network.encode("image", {"pixels": pixels})
        texts = network.encode("text", {"ids": ids, "mask": torch.ones_like(ids)})
        (pictures * texts).sum().backward()
    return {name: w.grad.clone() for name, w in network.named_parameters() if w.grad is not None}, sum(kept.values())


@pytest.mark.parametrize(("family", "share"), [("tiny", 0.9), ("clip", 0.7)])
def test_gradients_are_the_same_dropout_included_and_less_is_kept(
    family: str, share: float, request: pytest.FixtureRequest
) -> None:
    model: Model = request.getfixturevalue(family)
    network = copy.deepcopy(model.network)
    layers = layers_of(network)
    assert len(layers) == {"tiny": 2, "clip": 4}[family]
    for layer in layers:
        layer.register_forward_hook(lambda _, __, out: nn.functional.dropout(out, 0.2))
    expected, plain_bytes = step(network, wanted=False)
    found, kept_bytes = step(network, wanted=True)
    assert found.keys() == expected.keys()
    for name, gradient in expected.items():
        torch.testing.assert_close(found[name], gradient)
    assert kept_bytes < share * plain_bytes
    assert all("forward" not in vars(layer) for layer in layers)


@pytest.fixture(scope="module")
def catalogue(write_shop: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return gergo.import_catalogue(write_shop(120), to=tmp_path_factory.mktemp("catalogues") / "shop.gergo")


def test_a_run_ends_with_the_same_weights_and_the_plan_counts_what_it_saves(
    catalogue: Catalogue, clip: Model, tmp_path: Path
) -> None:
    settings = {"epochs": 2, "batch_size": 32, "threads": 1, "augment": False, "interpolate": False}
    for out, wanted in (("plain", False), ("less", True)):
        finetune(catalogue, base=clip, out=tmp_path / out, method="lora", gradient_checkpointing=wanted, **settings)
    plain, less = (Model.load(tmp_path / out, precision="fp32").network.state_dict() for out in ("plain", "less"))
    for name, weight in plain.items():
        torch.testing.assert_close(less[name], weight, atol=1e-5, rtol=1e-4)
    costs = [
        plan(catalogue, base=clip, method="full", gradient_checkpointing=wanted, **settings).costs[0]
        for wanted in (False, True)
    ]
    assert costs[1].item_bytes < 0.7 * costs[0].item_bytes
