"""Gradient checkpointing: a layer keeps what it was given and computes the rest once more in the backward pass.

Chen et al., 2016, "Training deep nets with sublinear memory cost". Memory of a step falls to about one layer's; time
grows by about a third. Gradients are the same, dropout included. A layer is what `optimization.layer_shares` takes for
one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

from gergo.contrastive.optimization import block_of
from gergo.towers.network import DualEncoder


@contextmanager
def recomputed(network: DualEncoder, wanted: bool) -> Iterator[list[nn.Module]]:
    """Within the context the layers of all encoders keep their inputs alone, where that is wanted; gives the layers."""
    layers = layers_of(network) if wanted else []
    for layer in layers:
        layer.forward = _recomputing(layer, layer.forward)
    try:
        yield layers
    finally:
        for layer in layers:
            del layer.forward


def layers_of(network: DualEncoder) -> list[nn.Module]:
    """The members of the lists of alike modules that the encoders are made of."""
    layers: list[nn.Module] = []
    for modality in network.towers:
        encoder = network.tower(modality).encoder
        names = dict.fromkeys(block_of(encoder, name) for name, _ in encoder.named_parameters())
        layers += [encoder.get_submodule(name) for name in names if name]
    return layers


def _recomputing(layer: nn.Module, forward: Callable[..., Any]) -> Callable[..., Any]:
    def again(*inputs: Any, **named: Any) -> Any:
        if not (layer.training and torch.is_grad_enabled()):
            return forward(*inputs, **named)
        return checkpoint(forward, *inputs, use_reentrant=False, **named)

    return again
