"""Two towers that have never met: any picture encoder with any text encoder, named `VISION+TEXT`.

What each learnt alone is kept; the projections between them are new, so pictures and texts compare only after a
fine-tuning (`lit` is made for it: Zhai et al., 2022, "LiT"). The text projection starts as the identity: texts compare
from the first, as they do in the encoder's own library. Sentence encoders are pooled as their own files say.

Shapes: B batch, L tokens, E features.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from gergo.errors import InputError
from gergo.towers import pretrained
from gergo.towers.network import DualEncoder, ImageTower, TextTower
from gergo.towers.pretrained import FirstTokenText, PooledVision, save_files
from gergo.towers.tokens import PretrainedTokens, context_length, load_tokenizer

__all__ = ["build", "load", "save_files"]

SIGN = "+"
POOLED_VISION = ("clip_vision_model", "siglip_vision_model", "convnext", "convnextv2")
FIRST_TOKEN_VISION = ("vit", "deit", "dinov2", "dinov2_with_registers")
WHOLE = {"clip": "CLIPVisionModel", "siglip": "SiglipVisionModel"}
POOLING_FILE = "1_Pooling/config.json"
LENGTH_FILE = "sentence_bert_config.json"
NOT_TEXT = {"clip", "siglip", "siglip2", "altclip", "chinese_clip", "vision-text-dual-encoder", *FIRST_TOKEN_VISION}
NOT_TEXT |= {*POOLED_VISION}


class FirstTokenVision(PooledVision):
    """The last layer's first token as features [B, E]."""

    def forward(self, pixels_B3SS: Tensor) -> Tensor:
        return self.model(pixel_values=pixels_B3SS).last_hidden_state[:, 0]


class MeanText(pretrained.PooledText):
    """The mean of the last layer over a text's tokens as features [B, E]."""

    def forward(self, ids_BL: Tensor, mask_BL: Tensor) -> Tensor:
        x_BLE = self.model(input_ids=ids_BL, attention_mask=mask_BL).last_hidden_state
        weights_BL1 = mask_BL[:, :, None].to(x_BLE.dtype)
        return (x_BLE * weights_BL1).sum(1) / weights_BL1.sum(1).clamp(min=1)


def load(source: str) -> tuple[DualEncoder, dict[str, Any]]:
    """The encoders of `VISION+TEXT`, each a folder or hub name, joined by untrained projections.

    Raises:
        InputError: one of them cannot be read, or is no encoder of its kind.
    """
    vision_source, text_source = source.split(SIGN)
    vision, text = _read_vision(vision_source), _read_text(text_source)
    config = {
        "vision": vision.config.to_dict(),
        "text": text.config.to_dict(),
        "pooling": _pooling(text_source),
        "context_length": _length(text_source, text.config),
    }
    tokenizer = load_tokenizer(text_source)
    return _join(vision, text, config, tokenizer, pretrained.geometry_of(vision_source, vision.config)), config


def build(config: dict[str, Any], folder: Path) -> DualEncoder:
    """The same with untrained weights; tokenizer and preprocessing are read from `folder`."""
    from transformers import AutoConfig, AutoModel

    vision, text = (
        _without_pooler(AutoModel.from_config, written["model_type"], AutoConfig.for_model(**written))
        for written in (config["vision"], config["text"])
    )
    return _join(vision, text, config, load_tokenizer(str(folder)), pretrained.geometry_of(str(folder), vision.config))


def _join(vision: Any, text: Any, config: dict[str, Any], tokenizer: Any, geometry: Any) -> DualEncoder:
    dim = text.config.hidden_size
    seen = getattr(vision.config, "hidden_size", None) or vision.config.hidden_sizes[-1]
    pooled = vision.config.model_type in POOLED_VISION
    # Drawn by a seed of its own, so that one name is one model.
    image_projection = nn.Linear(seen, dim, bias=False)
    drawn = torch.randn(dim, seen, generator=torch.Generator().manual_seed(0))
    text_projection = nn.Linear(dim, dim, bias=False)
    with torch.no_grad():
        image_projection.weight.copy_(drawn / seen**0.5)
        text_projection.weight.copy_(torch.eye(dim))
    image_encoder = PooledVision(vision) if pooled else FirstTokenVision(vision)
    text_encoder = MeanText(text) if config["pooling"] == "mean" else FirstTokenText(text)
    tokens = PretrainedTokens(tokenizer, config["context_length"])
    image = ImageTower(image_encoder, image_projection, geometry)
    return DualEncoder({"image": image, "text": TextTower(text_encoder, text_projection, tokens)}).eval()


def _read_vision(source: str) -> Any:
    import transformers

    kind = _kind(source)
    if kind in WHOLE:
        return pretrained.read_model(getattr(transformers, WHOLE[kind]), source)
    if kind not in POOLED_VISION + FIRST_TOKEN_VISION:
        known = ", ".join([*WHOLE, *FIRST_TOKEN_VISION, *POOLED_VISION])
        raise InputError(f"{source!r} is a {kind!r} model, no picture encoder that is supported", hint=known)
    return _without_pooler(lambda **given: pretrained.read_model(transformers.AutoModel, source, **given), kind)


def _read_text(source: str) -> Any:
    import transformers

    kind = _kind(source)
    if kind in NOT_TEXT:
        raise InputError(f"{source!r} is a {kind!r} model, no text encoder", hint="MODEL is VISION+TEXT, in this order")
    return _without_pooler(lambda **given: pretrained.read_model(transformers.AutoModel, source, **given), kind)


def _kind(source: str) -> str:
    written = pretrained.read_json(source, pretrained.CONFIG_FILE)
    if not written:
        pretrained.require_reachable(source)
    if not written.get("model_type") or written.get("auto_map"):
        raise InputError(f"{source!r} is no model of transformers, or needs code of its own, which is never run")
    return str(written["model_type"])


def _without_pooler(make: Any, kind: str, *given: Any) -> Any:
    """A model without the pooling layer that some have and that is not used here."""
    has_pooler = kind in ("vit", "deit", "bert", "roberta", "xlm-roberta", "camembert", "mpnet", "albert")
    return make(*given, add_pooling_layer=False) if has_pooler else make(*given)


def _pooling(source: str) -> str:
    """How a sentence encoder pools: `mean` or `first`; `mean` where it does not say."""
    written = pretrained.read_json(source, POOLING_FILE)
    return "first" if written.get("pooling_mode_cls_token") or written.get("pooling_mode") == "cls" else "mean"


def _length(source: str, config: Any) -> int:
    own = pretrained.read_json(source, LENGTH_FILE).get("max_seq_length")
    length = context_length(load_tokenizer(source), config)
    return min(length, int(own)) if own else length
