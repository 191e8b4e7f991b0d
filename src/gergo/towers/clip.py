"""CLIP checkpoints in the layout of `transformers`: their own encoders, projections, tokenizer and preprocessing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from gergo.towers import pretrained
from gergo.towers.geometry import Geometry
from gergo.towers.network import DualEncoder, ImageTower, TextTower
from gergo.towers.pretrained import PooledText, PooledVision, save_files
from gergo.towers.tokens import PretrainedTokens, load_tokenizer

__all__ = ["MODEL_TYPES", "ClipVision", "build", "load", "rejoin", "save_files", "split"]

MODEL_TYPES = ("clip",)
PLACES = {
    "vision_model": "towers.image.encoder.model",
    "visual_projection": "towers.image.projection",
    "text_model": "towers.text.encoder.model",
    "text_projection": "towers.text.projection",
    "logit_scale": "log_scale",
}


class ClipVision(PooledVision):
    """`CLIPVisionModel`'s pooled output as features [B, E]; AltCLIP's and Chinese CLIP's are built alike."""


def load(source: str) -> tuple[DualEncoder, dict[str, Any]]:
    """A CLIP folder or hub name as towers, with its configuration.

    Raises:
        InputError: its weights are pickled, missing or damaged, or its preprocessing is not supported.
    """
    from transformers import CLIPModel

    model = pretrained.read_model(CLIPModel, source)
    return _towers(model, source), model.config.to_dict()


def build(config: dict[str, Any], folder: Path) -> DualEncoder:
    """A CLIP of this configuration with untrained weights; tokenizer and preprocessing are read from `folder`."""
    from transformers import CLIPConfig, CLIPModel

    return _towers(CLIPModel(CLIPConfig.from_dict(config)), str(folder))


def rejoin(network: DualEncoder, config: dict[str, Any]) -> Any:
    """The towers as one `CLIPModel`."""
    from transformers import CLIPConfig, CLIPModel

    return pretrained.fill(CLIPModel(CLIPConfig.from_dict(config)), network, PLACES)


def _towers(model: Any, source: str) -> DualEncoder:
    tokens = PretrainedTokens(load_tokenizer(source), model.config.text_config.max_position_embeddings)
    return split(model, tokens, pretrained.geometry_of(source, model.config.vision_config))


def split(
    model: Any, tokens: PretrainedTokens, geometry: Geometry, *, vision: type[PooledVision] = ClipVision
) -> DualEncoder:
    """The two halves of a model as towers; CLIP pools a text at its end, so padding changes nothing."""
    image = ImageTower(vision(model.vision_model), model.visual_projection, geometry)
    text = TextTower(PooledText(model.text_model), model.text_projection, tokens)
    network = DualEncoder({"image": image, "text": text})
    with torch.no_grad():
        network.log_scale.copy_(model.logit_scale)
    return network.eval()
