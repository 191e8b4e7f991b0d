"""CLIP checkpoints in the layout of `transformers`: their own encoders, projections, tokenizer and preprocessing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from gergo.errors import InputError
from gergo.towers.embedded import pad_ids
from gergo.towers.geometry import Geometry
from gergo.towers.network import DualEncoder, ImageTower, TextTower

PREPROCESSING_FILE = "preprocessor_config.json"


class ClipVision(nn.Module):
    """`CLIPVisionModel`'s pooled output as features [B, E]."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, pixels_B3SS: Tensor) -> Tensor:
        return self.model(pixel_values=pixels_B3SS).pooler_output


class ClipText(nn.Module):
    """`CLIPTextModel`'s output at the end-of-text token as features [B, E]."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids_BL: Tensor, mask_BL: Tensor) -> Tensor:
        return self.model(input_ids=ids_BL, attention_mask=mask_BL).pooler_output


class ClipTokens:
    """A `transformers` tokenizer; implements `network.Tokenizer`.

    CLIP pools at the end-of-text token, so a text may be padded to the longest of its batch instead of all 77.
    """

    def __init__(self, tokenizer: Any, context_length: int) -> None:
        self.tokenizer = tokenizer
        self.context_length = context_length

    def __call__(self, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
        rows = self.tokenizer(list(texts), truncation=True, max_length=self.context_length)["input_ids"]
        pad = self.tokenizer.pad_token_id
        return pad_ids(rows, self.context_length, pad=pad if pad is not None else 0)

    def count(self, texts: Sequence[str]) -> list[int]:
        return [len(ids) for ids in self.tokenizer(list(texts), truncation=False, verbose=False)["input_ids"]]


def load(source: str) -> tuple[DualEncoder, dict[str, Any]]:
    """A CLIP folder or hub name as towers, with its configuration.

    Raises:
        InputError: there is no such checkpoint, it is not a CLIP, or its weights are pickled.
    """
    from transformers import AutoConfig, CLIPModel

    try:
        config = AutoConfig.from_pretrained(source)
    except (OSError, ValueError) as error:
        raise InputError(
            f"no model can be loaded from {source!r}: {str(error).splitlines()[0]}",
            hint="`base`, a folder that gergo or transformers wrote, or a hub name (openai/clip-vit-base-patch32)",
        ) from error
    if config.model_type != "clip":
        raise InputError(f"{source!r} is a {config.model_type!r} model; this version reads CLIP checkpoints")
    try:
        model = CLIPModel.from_pretrained(source, use_safetensors=True)
    except OSError as error:
        raise InputError(
            f"the weights of {source!r} cannot be read: {str(error).splitlines()[0]}",
            hint="pickled weights (.bin) can run code and are refused: convert them to safetensors",
        ) from error
    return _assemble(model, source), config.to_dict()


def build(config: dict[str, Any], folder: Path) -> DualEncoder:
    """A CLIP of this configuration with untrained weights; tokenizer and preprocessing are read from `folder`."""
    from transformers import CLIPConfig, CLIPModel

    return _assemble(CLIPModel(CLIPConfig.from_dict(config)), str(folder))


def _assemble(model: Any, source: str) -> DualEncoder:
    from transformers import AutoTokenizer

    tokens = ClipTokens(AutoTokenizer.from_pretrained(source), model.config.text_config.max_position_embeddings)
    image = ImageTower(ClipVision(model.vision_model), model.visual_projection, _geometry(model, source))
    text = TextTower(ClipText(model.text_model), model.text_projection, tokens)
    network = DualEncoder({"image": image, "text": text})
    with torch.no_grad():
        network.log_scale.copy_(model.logit_scale)
    return network.eval()


def _geometry(model: Any, source: str) -> Geometry:
    """The checkpoint's own preprocessing; CLIP's published constants where it has none."""
    from transformers.utils.constants import OPENAI_CLIP_MEAN, OPENAI_CLIP_STD
    from transformers.utils.hub import cached_file

    path = cached_file(source, PREPROCESSING_FILE, _raise_exceptions_for_missing_entries=False)
    settings = json.loads(Path(path).read_text("utf-8")) if path else {}
    crop: Any = settings.get("crop_size") or settings.get("size") or model.config.vision_config.image_size
    if isinstance(crop, dict):
        crop = crop["height"] if "height" in crop else crop["shortest_edge"]
    return Geometry(
        size_px=int(crop),
        fit="crop",
        mean=tuple(settings.get("image_mean", OPENAI_CLIP_MEAN)),
        std=tuple(settings.get("image_std", OPENAI_CLIP_STD)),
        resample=int(settings.get("resample", 3)),
    )


def save_files(network: DualEncoder, folder: Path) -> None:
    """Write what `build` reads beside the configuration: tokenizer and preprocessing."""
    tokens, geometry = network.text.tokenizer, network.image.geometry
    assert isinstance(tokens, ClipTokens)
    tokens.tokenizer.save_pretrained(str(folder))
    settings = {
        "image_processor_type": "CLIPImageProcessor",
        "do_resize": True,
        "size": {"shortest_edge": geometry.size_px},
        "do_center_crop": True,
        "crop_size": {"height": geometry.size_px, "width": geometry.size_px},
        "resample": int(geometry.resample),
        "do_rescale": True,
        "rescale_factor": 1 / 255,
        "do_normalize": True,
        "image_mean": list(geometry.mean),
        "image_std": list(geometry.std),
        "do_convert_rgb": True,
    }
    (folder / PREPROCESSING_FILE).write_text(json.dumps(settings, indent=2), "utf-8")
