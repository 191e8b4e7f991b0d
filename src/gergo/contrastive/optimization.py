"""The optimizer and its schedule."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from gergo.contrastive.losses import clamp_scale_
from gergo.contrastive.settings import Settings
from gergo.towers.network import DualEncoder

GRADIENT_NORM = 1.0


def make_optimizer(network: DualEncoder, settings: Settings) -> torch.optim.AdamW:
    """AdamW (Loshchilov and Hutter, 2019); encoders have a learning rate of their own.

    No weight decay on the logit scale, biases and norms: all that is not a matrix.
    """
    assert settings.learning_rate is not None
    assert settings.encoder_learning_rate is not None
    peaks = {True: settings.encoder_learning_rate, False: settings.learning_rate}
    groups: dict[tuple[bool, bool], list[Tensor]] = {}
    for name, weight in network.named_parameters():
        groups.setdefault((".encoder." in name, weight.ndim >= 2), []).append(weight)
    return torch.optim.AdamW(
        [
            {"params": weights, "peak": peaks[encoder], "weight_decay": settings.weight_decay * matrix}
            for (encoder, matrix), weights in groups.items()
        ],
        betas=(0.9, 0.98),
    )


def schedule_factor(step: int, total: int, warmup: float) -> float:
    """The share of the peak learning rate at a step: a linear rise over `warmup` of all steps, then half a
    cosine down to 0.

    >>> [round(schedule_factor(step, 10, 0.2), 2) for step in (0, 1, 2, 6, 9)]
    [0.5, 1.0, 1.0, 0.5, 0.04]
    """
    rising = round(warmup * total)
    if step < rising:
        return (step + 1) / rising
    return 0.5 * (1 + math.cos(math.pi * (step - rising) / max(1, total - rising)))


def descend(network: DualEncoder, optimizer: torch.optim.Optimizer, loss: Tensor, factor: float) -> None:
    """One step along the gradient of `loss`, at `factor` of each group's peak learning rate."""
    for group in optimizer.param_groups:
        group["lr"] = group["peak"] * factor
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), GRADIENT_NORM)
    optimizer.step()
    clamp_scale_(network.log_scale)
