"""What a tower is fed with, by position: pictures, texts, or features that a frozen encoder made of them.

The loop knows a mapping from modality to `Inputs` and no modality by name; a method (probe, full) is a choice
of inputs and of which weights learn.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gergo.contrastive.augmentation import Augmentation
from gergo.contrastive.canvases import Canvases
from gergo.contrastive.processes import processes
from gergo.contrastive.sampler import Ints
from gergo.progress import bar
from gergo.towers import precision as precisions
from gergo.towers.model import Model
from gergo.towers.network import Batch, DualEncoder, TextTower, Tower


class Inputs(Protocol):
    """Values of one modality, by position. varies: two batches of the same value differ, by augmentation."""

    varies: bool

    def __call__(self, positions_B: Ints, random: torch.Generator | None) -> Batch:
        """A batch for the tower; augmented with draws from `random`, as it is where that is None."""
        ...


class Pictures:
    """Pictures from canvases, augmented where wanted and brought to the tower's size."""

    def __init__(self, canvases: Canvases, size_px: int, augmentation: Augmentation | None) -> None:
        assert augmentation is not None or canvases.size_px == size_px
        self.canvases, self.size_px, self.augmentation = canvases, size_px, augmentation
        self.varies = augmentation is not None

    def __call__(self, positions_B: Ints, random: torch.Generator | None) -> Batch:
        pixels = self.canvases[positions_B]
        if self.augmentation is not None and random is not None:
            return {"pixels": self.augmentation(pixels, self.size_px, random)}
        if self.canvases.size_px != self.size_px:  # canvases leave room for crops
            size = (self.size_px, self.size_px)
            pixels = F.interpolate(pixels, size=size, mode="bicubic", antialias=True)
        return {"pixels": pixels}


class Texts:
    """Texts, as the tower's tokenizer reads them."""

    varies = False

    def __init__(self, texts: Sequence[str], tower: TextTower) -> None:
        self.texts, self.tower = list(texts), tower

    def __call__(self, positions_B: Ints, random: torch.Generator | None) -> Batch:
        del random  # texts are not changed
        return self.tower.prepare([self.texts[int(position)] for position in positions_B])


class Features:
    """What a frozen encoder made of every value, computed once: float32 [N, E]."""

    varies = False

    def __init__(self, features_NE: Tensor) -> None:
        self.features_NE = features_NE

    def __call__(self, positions_B: Ints, random: torch.Generator | None) -> Batch:
        del random  # features are not changed
        return {"features": self.features_NE[torch.from_numpy(positions_B)]}


class FeatureTower(Tower):
    """A tower whose encoder has been run already: the same projection, on cached features."""

    def __init__(self, tower: Tower) -> None:
        super().__init__(nn.Identity(), tower.projection)

    def features(self, batch: Batch) -> Tensor:
        return batch["features"]


def on_features(network: DualEncoder, modalities: Iterable[str]) -> DualEncoder:
    """A network on cached features of these modalities, that shares projections, logit scale and the
    other towers with `network`: what it learns, both learn."""
    cached = set(modalities)
    if not cached:
        return network
    towers = {
        name: FeatureTower(network.tower(name)) if name in cached else network.tower(name) for name in network.towers
    }
    shared = DualEncoder(towers)
    for name, weight in network.named_parameters(recurse=False):  # the logit scale, and the bias of a sigmoid base
        shared.register_parameter(name, weight)
    return shared


@torch.no_grad()
def cache_features(model: Model, modality: str, inputs: Inputs, count: int, *, batch_size: int = 128) -> Features:
    """Run the encoder of one modality over all `count` inputs, in the model's precision; processes share the work."""
    tower, rows, shared = model.network.eval().tower(modality), [], processes()
    with bar(f"encoding ({modality})", count, "values") as progress:
        for start in range(0, count, batch_size * shared.count):
            positions_B = np.arange(start, min(start + batch_size * shared.count, count), dtype=np.int64)
            alone = len(positions_B) < shared.count  # too few to share: every process encodes them
            own_b = positions_B if alone else positions_B[shared.own(len(positions_B))]
            batch: Mapping[str, Tensor] = inputs(own_b, None)
            with precisions.autocast(model.precision, model.device):
                features_bE = tower.features({name: values.to(model.device) for name, values in batch.items()}).float()
            rows.append((features_bE if alone else shared.gathered(features_bE, len(positions_B))).cpu())
            progress.advance(len(positions_B))
    return Features(torch.cat(rows))
