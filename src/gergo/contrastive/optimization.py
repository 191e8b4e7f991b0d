"""The optimizer and its schedule."""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn

from gergo.contrastive.losses import MAX_LOG_SCALE, clamp_scale_
from gergo.contrastive.settings import Settings
from gergo.errors import TrainingError
from gergo.towers.network import DualEncoder

GRADIENT_NORM = 1.0


class Diverged(TrainingError):
    """Something that has to be a number is none any more."""

    def __init__(self, what: str) -> None:
        super().__init__(
            what,
            hint="the same command goes on from the last checkpoint; where it ends here again, repeat it with lower "
            "learning rates (learning_rate=..., encoder_learning_rate=...)",
        )


def make_optimizer(network: DualEncoder, settings: Settings, objective: nn.Module | None = None) -> torch.optim.AdamW:
    """AdamW (Loshchilov and Hutter, 2019) over what asks for gradients; encoders have a learning rate of their own,
    and so has each of their layers where `layer_decay` is under 1.

    No weight decay on the logit scale, biases and norms: all that is not a matrix.
    """
    assert settings.learning_rate is not None
    assert settings.encoder_learning_rate is not None
    shares = layer_shares(network, settings.layer_decay or 1.0)
    # By what a weight is, not by its rate, so that a run may go on with other rates.
    groups: dict[tuple[str, float, bool], list[Tensor]] = {}
    for name, weight in network.named_parameters():
        if weight.requires_grad:
            role, share = ("encoder", shares.get(name, 1.0)) if ".encoder." in name else ("projection", 1.0)
            groups.setdefault((role, share, weight.ndim >= 2), []).append(weight)
    if objective is not None:
        groups.setdefault(("projection", 1.0, False), []).extend(objective.parameters())
    rates = {"encoder": settings.encoder_learning_rate, "projection": settings.learning_rate}
    return torch.optim.AdamW(
        [
            {"params": weights, "peak": share * rates[role], "weight_decay": settings.weight_decay * matrix}
            for (role, share, matrix), weights in groups.items()
            if weights
        ],
        betas=(0.9, 0.98),
        fused=True,
    )


def layer_shares(network: DualEncoder, decay: float) -> dict[str, float]:
    """By the name of a weight of an encoder, the share of the encoders' learning rate that it gets: `decay` to the
    power of the layers above it (Howard and Ruder, 2018; Bao et al., 2022).

    A layer is a member of a list of alike modules, or what lies before, between or after such lists.
    """
    shares: dict[str, float] = {}
    for modality in network.towers:
        encoder = network.tower(modality).encoder
        layers: dict[str, int] = {}
        layer_of: dict[str, int] = {}
        last = ""
        for name, _ in encoder.named_parameters():
            block = block_of(encoder, name)
            if block != last or not layers:
                layers.setdefault(block or f"between {len(layers)}", len(layers))
                last = block
            layer_of[name] = layers[block] if block else len(layers) - 1
        prefix = f"towers.{modality}.encoder."
        shares |= {prefix + name: decay ** (len(layers) - 1 - layer) for name, layer in layer_of.items()}
    return shares


def block_of(encoder: nn.Module, name: str) -> str:
    """The innermost member of a list of alike modules that holds the weight of this name; empty where there is none."""
    parts, found = name.split("."), ""
    for end in range(1, len(parts)):
        parent = encoder.get_submodule(".".join(parts[: end - 1]))
        alike = isinstance(parent, nn.ModuleList | nn.Sequential) and len({type(child) for child in parent}) == 1
        if alike and len(parent) > 1:  # pyright: ignore[reportArgumentType]
            found = ".".join(parts[:end])
    return found


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


class Anchor:
    """The weights a run began with: the highest logit scale follows from them, and a decay towards them.

    The decay (L2-SP: Li et al., 2018, "Explicit inductive bias for transfer learning") is decoupled from the gradient,
    as AdamW's towards zero is.
    """

    def __init__(self, network: DualEncoder, pull: float) -> None:
        self.pull = pull
        self.highest_scale = max(MAX_LOG_SCALE, float(network.log_scale.detach()))
        self.weights = {
            name: weight.detach().clone()
            for name, weight in network.named_parameters()
            if pull and weight.requires_grad
        }

    @torch.no_grad()
    def draw_back(self, network: DualEncoder, rate_of: Mapping[int, float]) -> None:
        """One step towards the base, in proportion to each weight's learning rate."""
        for name, weight in network.named_parameters():
            if name in self.weights:
                weight.lerp_(self.weights[name], min(1.0, self.pull * rate_of[id(weight)]))


def descend(network: DualEncoder, optimizer: torch.optim.Optimizer, factor: float, anchor: Anchor) -> None:
    """One step along the gradients that are there, at `factor` of each group's peak learning rate.

    Raises:
        Diverged: they are not finite; no weight was changed.
    """
    for group in optimizer.param_groups:
        group["lr"] = group["peak"] * factor
    learning = {id(weight): weight for group in optimizer.param_groups for weight in group["params"]}
    norm = torch.nn.utils.clip_grad_norm_(learning.values(), GRADIENT_NORM)
    if not norm.isfinite():
        raise Diverged(f"the gradients became {norm.item()}")
    optimizer.step()
    if anchor.weights:
        anchor.draw_back(network, {id(w): group["lr"] for group in optimizer.param_groups for w in group["params"]})
    clamp_scale_(network.log_scale, anchor.highest_scale)
