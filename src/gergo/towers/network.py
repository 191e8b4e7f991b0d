"""Two towers, one latent space: the part of a model that learns.

Shapes: B batch, E features of an encoder, D the shared latent space, L tokens, S pixels a side.
A tower is an encoder and a linear projection into the shared space (Radford et al., 2021, "Learning transferable visual
models from natural language supervision"). Vectors become unit vectors in `DualEncoder.encode` and nowhere else.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gergo.towers.geometry import Geometry, ImageLike, stack

Batch = Mapping[str, Tensor]


class Tokenizer(Protocol):
    """What a text tower needs of a tokenizer."""

    context_length: int

    def __call__(self, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
        """Token ids and mask, int64 [B, L] each, padded to the longest text, cut at `context_length`."""
        ...

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text before any cut, special tokens included."""
        ...


class NoProjection(nn.Identity):
    """Where an encoder's features are the shared space itself, as SigLIP's image tower has it: nothing to learn."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.in_features = self.out_features = features


Projection = nn.Linear | NoProjection


class Tower(nn.Module):
    """An encoder and its projection: values of one modality to [B, D], not yet of unit length."""

    def __init__(self, encoder: nn.Module, projection: Projection) -> None:
        super().__init__()
        self.encoder = encoder
        self.projection: Projection = projection

    @abstractmethod
    def prepare(self, values: Sequence[Any]) -> Batch:
        """Values of the modality as tensors on the CPU."""

    @abstractmethod
    def features(self, batch: Batch) -> Tensor:
        """What the projection takes: [B, E]."""

    def forward(self, batch: Batch) -> Tensor:
        return self.projection(self.features(batch))


class ImageTower(Tower):
    """Pictures: {"pixels": uint8 [B, 3, S, S]}, or float of the same shape in [0, 255]."""

    mean: Tensor
    std: Tensor

    def __init__(self, encoder: nn.Module, projection: Projection, geometry: Geometry) -> None:
        super().__init__(encoder, projection)
        self.geometry = geometry
        self.register_buffer("mean", 255 * torch.tensor(geometry.mean)[:, None, None], persistent=False)
        self.register_buffer("std", 255 * torch.tensor(geometry.std)[:, None, None], persistent=False)

    @property
    def size_px(self) -> int:
        return self.geometry.size_px

    def prepare(self, values: Sequence[ImageLike]) -> Batch:
        return {"pixels": stack(self.geometry, values)}

    def canvas(self, image: ImageLike, size_px: int | None = None) -> Tensor:
        """One picture as uint8 [3, S, S], at another size than the tower's where augmentation wants room."""
        return self.geometry.canvas(image, size_px)

    def features(self, batch: Batch) -> Tensor:
        pixels = (batch["pixels"].float() - self.mean) / self.std
        return self.encoder(pixels.contiguous(memory_format=torch.channels_last))


class TextTower(Tower):
    """Texts: {"ids": int64 [B, L], "mask": int64 [B, L]}, 1 where there is a token."""

    def __init__(self, encoder: nn.Module, projection: Projection, tokenizer: Tokenizer) -> None:
        super().__init__(encoder, projection)
        self.tokenizer = tokenizer

    def prepare(self, values: Sequence[str]) -> Batch:
        ids_BL, mask_BL = self.tokenizer(values)
        return {"ids": ids_BL, "mask": mask_BL}

    def features(self, batch: Batch) -> Tensor:
        return self.encoder(batch["ids"], batch["mask"])


class DualEncoder(nn.Module):
    """Towers by modality, and the logit scale that their similarities are multiplied by (its logarithm is learnt).

    Models of the sigmoid loss (Zhai et al., 2023, SigLIP) have a `logit_bias` too, which is added to the product;
    it is None in all others. Nothing here knows a modality by name but `image` and `text`, which are for short.
    """

    logit_bias: nn.Parameter | None

    def __init__(self, towers: Mapping[str, Tower], scale: float = 1 / 0.07, bias: float | None = None) -> None:
        super().__init__()
        self.towers = nn.ModuleDict(towers)
        self.log_scale = nn.Parameter(torch.tensor(math.log(scale)))
        self.register_parameter("logit_bias", None if bias is None else nn.Parameter(torch.tensor(float(bias))))

    @property
    def dim(self) -> int:
        """Numbers a vector."""
        projection = self.tower(next(iter(self.towers))).projection
        return projection.out_features

    def tower(self, modality: str) -> Tower:
        tower = self.towers[modality]
        assert isinstance(tower, Tower)
        return tower

    @property
    def image(self) -> ImageTower:
        tower = self.towers["image"]
        assert isinstance(tower, ImageTower)
        return tower

    @property
    def text(self) -> TextTower:
        tower = self.towers["text"]
        assert isinstance(tower, TextTower)
        return tower

    def encode(self, modality: str, batch: Batch) -> Tensor:
        """Unit vectors [B, D] of a prepared batch, in the precision of the weights (float32); gradients flow."""
        device = self.log_scale.device
        vectors_BD = self.towers[modality]({name: values.to(device) for name, values in batch.items()})
        return F.normalize(vectors_BD.to(self.log_scale.dtype), dim=-1)
