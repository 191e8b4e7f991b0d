"""Low-rank adapters on an encoder's own layers, and back: what is saved is an ordinary model.

Hu et al., 2021, "LoRA: Low-rank adaptation of large language models"; the layers are those of `peft`. Every linear
layer and every ungrouped convolution of an encoder gets two thin matrices whose product is added to its weight; the
weight itself rests. `merge` adds the product for good and leaves the network with the modules it had before.
"""

from __future__ import annotations

import re

import torch
from torch import nn

from gergo.towers.network import DualEncoder


def adaptable(encoder: nn.Module) -> list[str]:
    """The names of the layers that take an adapter.

    >>> adaptable(nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Conv2d(8, 8, 3, groups=8), nn.Linear(8, 4)))
    ['0', '3']
    """
    # Exactly these classes: some modules read the weight of a subclass past its forward.
    return [
        name
        for name, module in encoder.named_modules()
        if type(module) is nn.Linear or (type(module) is nn.Conv2d and module.groups == 1)
    ]


def add_adapters(network: DualEncoder, *, rank: int, seed: int) -> None:
    """Put adapters on all encoders, in place; only they, the projections and the logit scale learn from then on.

    A fresh adapter changes nothing (one factor is zero); the other factor is drawn from `seed`.
    """
    from peft import LoraConfig, inject_adapter_in_model

    torch.manual_seed(seed)
    for modality in network.towers:
        encoder = network.tower(modality).encoder
        names = adaptable(encoder)
        if names:
            # A pattern: names in a list would match the ends of longer names too.
            pattern = "|".join(map(re.escape, names))
            inject_adapter_in_model(LoraConfig(r=rank, lora_alpha=2 * rank, target_modules=pattern), encoder)
        for name, weight in encoder.named_parameters():
            weight.requires_grad_("lora_" in name)


@torch.no_grad()
def merge_adapters(network: DualEncoder) -> None:
    """Add every adapter to its weight and take it off, in place; nothing happens where there are none."""
    from peft.tuners.lora import LoraLayer

    for name, module in list(network.named_modules()):
        if isinstance(module, LoraLayer):
            module.merge()  # pyright: ignore[reportAttributeAccessIssue]
            parent, _, leaf = name.rpartition(".")
            setattr(network.get_submodule(parent), leaf, module.get_base_layer())
    network.requires_grad_(True)
