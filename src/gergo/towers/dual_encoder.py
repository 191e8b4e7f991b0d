"""Vision-text dual encoders of `transformers`: a picture tower (ViT, DINOv2, ConvNeXt, CLIP's) with any text tower."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gergo.errors import InputError
from gergo.towers import pretrained
from gergo.towers.clip import PLACES, ClipVision, split
from gergo.towers.network import DualEncoder
from gergo.towers.pretrained import PooledVision, save_files
from gergo.towers.tokens import PretrainedTokens, context_length, load_tokenizer

__all__ = ["MODEL_TYPES", "build", "load", "rejoin", "save_files"]

MODEL_TYPES = ("vision-text-dual-encoder",)


def load(source: str) -> tuple[DualEncoder, dict[str, Any]]:
    """A folder or hub name as towers, with its configuration.

    Raises:
        InputError: its weights are pickled, missing or damaged, or its preprocessing is not supported.
    """
    from transformers import VisionTextDualEncoderModel

    config = _config(pretrained.read_json(source, pretrained.CONFIG_FILE), source)
    model = pretrained.read_model(VisionTextDualEncoderModel, source, config)
    return _towers(model, source), model.config.to_dict()


def build(config: dict[str, Any], folder: Path) -> DualEncoder:
    """A model of this configuration with untrained weights; tokenizer and preprocessing are read from `folder`."""
    return _towers(_untrained(config), str(folder))


def rejoin(network: DualEncoder, config: dict[str, Any]) -> Any:
    """The towers as one `VisionTextDualEncoderModel`."""
    return pretrained.fill(_untrained(config), network, PLACES)


def _untrained(config: dict[str, Any]) -> Any:
    from transformers import VisionTextDualEncoderModel

    return VisionTextDualEncoderModel(_config(config, "model.json"))


def _config(written: dict[str, Any], source: str) -> Any:
    from transformers import VisionTextDualEncoderConfig

    try:
        config: Any = VisionTextDualEncoderConfig.from_dict(written)
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"the configuration of {source!r} cannot be read: {str(error).splitlines()[0]}") from error
    vision = config.vision_config
    if not hasattr(vision, "hidden_size") and hasattr(vision, "hidden_sizes"):
        vision.hidden_size = vision.hidden_sizes[-1]  # ConvNeXt names its widths a stage; the projection wants the last
    return config


def _towers(model: Any, source: str) -> DualEncoder:
    tokenizer = load_tokenizer(source)
    tokens = PretrainedTokens(tokenizer, context_length(tokenizer, model.config.text_config))
    described = model.config.vision_config
    vision = ClipVision if described.model_type == "clip_vision_model" else PooledVision
    return split(model, tokens, pretrained.geometry_of(source, described), vision=vision)
