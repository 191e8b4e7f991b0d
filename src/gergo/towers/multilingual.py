"""CLIP's picture tower with a text tower of many languages: AltCLIP (XLM-RoBERTa) and Chinese CLIP (RoBERTa).

Both read a text at its first token, and are otherwise laid out as CLIP is.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from gergo.towers import pretrained
from gergo.towers.clip import PLACES, ClipVision
from gergo.towers.network import DualEncoder, ImageTower, TextTower
from gergo.towers.pretrained import FirstTokenText, save_files
from gergo.towers.tokens import PretrainedTokens, context_length, load_tokenizer

__all__ = ["MODEL_TYPES", "build", "load", "rejoin", "save_files"]

MODEL_TYPES = ("altclip", "chinese_clip")


def load(source: str) -> tuple[DualEncoder, dict[str, Any]]:
    """A folder or hub name as towers, with its configuration.

    Raises:
        InputError: its weights are pickled, missing or damaged, or its preprocessing is not supported.
    """
    config = pretrained.read_json(source, pretrained.CONFIG_FILE)
    model = pretrained.read_model(_classes(config["model_type"])[1], source)
    return _towers(model, source), model.config.to_dict()


def build(config: dict[str, Any], folder: Path) -> DualEncoder:
    """A model of this configuration with untrained weights; tokenizer and preprocessing are read from `folder`."""
    return _towers(_untrained(config), str(folder))


def rejoin(network: DualEncoder, config: dict[str, Any]) -> Any:
    """The towers as one `AltCLIPModel` or `ChineseCLIPModel`."""
    return pretrained.fill(_untrained(config), network, PLACES)


def _untrained(config: dict[str, Any]) -> Any:
    config_class, model_class = _classes(config["model_type"])
    return model_class(config_class.from_dict(config))


def _classes(model_type: str) -> tuple[Any, Any]:
    import transformers

    if model_type == "altclip":
        return transformers.AltCLIPConfig, transformers.AltCLIPModel
    return transformers.ChineseCLIPConfig, transformers.ChineseCLIPModel


def _towers(model: Any, source: str) -> DualEncoder:
    tokenizer = load_tokenizer(source)
    tokens = PretrainedTokens(tokenizer, context_length(tokenizer, model.config.text_config))
    geometry = pretrained.geometry_of(source, model.config.vision_config)
    image = ImageTower(ClipVision(model.vision_model), model.visual_projection, geometry)
    text = TextTower(FirstTokenText(model.text_model), model.text_projection, tokens)
    network = DualEncoder({"image": image, "text": text})
    with torch.no_grad():
        network.log_scale.copy_(model.logit_scale)
    return network.eval()
