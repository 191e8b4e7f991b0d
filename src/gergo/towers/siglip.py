"""SigLIP and SigLIP 2 of a fixed resolution, as `transformers` has them (Zhai et al., 2023; Tschannen et al., 2025).

The text tower reads its last position, so texts are padded to one length, and no mask is given. Its head is the
projection; the picture tower's pooled features are the shared space itself.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from gergo.towers import pretrained
from gergo.towers.geometry import Geometry
from gergo.towers.network import DualEncoder, ImageTower, NoProjection, TextTower
from gergo.towers.pretrained import PooledVision, save_files
from gergo.towers.tokens import PretrainedTokens, load_tokenizer, with_cleaning

__all__ = ["MODEL_TYPES", "build", "load", "rejoin", "save_files", "split"]

MODEL_TYPES = ("siglip",)
PLACES = {
    "vision_model": "towers.image.encoder.model",
    "text_model.head": "towers.text.projection",
    "text_model": "towers.text.encoder.model",
    "logit_scale": "log_scale",
    "logit_bias": "logit_bias",
}
HALF = (0.5, 0.5, 0.5)


class LastTokenText(nn.Module):
    """A `SiglipTextModel` without its head: features [B, E] at the last position; texts are padded, the mask unused."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        model.head = nn.Identity()
        self.model = model

    def forward(self, ids_BL: Tensor, mask_BL: Tensor) -> Tensor:
        del mask_BL
        return self.model(input_ids=ids_BL).pooler_output


def load(source: str) -> tuple[DualEncoder, dict[str, Any]]:
    """A SigLIP folder or hub name as towers, with its configuration.

    Raises:
        InputError: its weights are pickled, missing or damaged, or its preprocessing is not supported.
    """
    from transformers import SiglipModel

    model = pretrained.read_model(SiglipModel, source)
    return _towers(model, source), model.config.to_dict()


def build(config: dict[str, Any], folder: Path) -> DualEncoder:
    """A SigLIP of this configuration with untrained weights; tokenizer and preprocessing are read from `folder`."""
    from transformers import SiglipConfig, SiglipModel

    return _towers(SiglipModel(SiglipConfig.from_dict(config)), str(folder))


def rejoin(network: DualEncoder, config: dict[str, Any]) -> Any:
    """The towers as one `SiglipModel`."""
    from transformers import SiglipConfig, SiglipModel

    return pretrained.fill(SiglipModel(SiglipConfig.from_dict(config)), network, PLACES)


def _towers(model: Any, source: str) -> DualEncoder:
    tokenizer = load_tokenizer(source)
    if type(tokenizer).__name__.startswith("Gemma"):  # SigLIP 2 learnt from lower-cased texts; Gemma's own does not
        tokenizer = with_cleaning(tokenizer, "case")
    size_px = model.config.vision_config.image_size
    default = Geometry(size_px if isinstance(size_px, int) else size_px[0], fit="squash", mean=HALF, std=HALF)
    tokens = PretrainedTokens(tokenizer, model.config.text_config.max_position_embeddings, fixed=True)
    return split(model, tokens, pretrained.geometry_of(source, model.config.vision_config, default))


def split(model: Any, tokens: PretrainedTokens, geometry: Geometry) -> DualEncoder:
    """The two halves of a model as towers."""
    head = model.text_model.head
    image = ImageTower(PooledVision(model.vision_model), NoProjection(model.config.vision_config.hidden_size), geometry)
    text = TextTower(LastTokenText(model.text_model), head, tokens)
    network = DualEncoder({"image": image, "text": text}, bias=float(model.logit_bias.detach()))
    with torch.no_grad():
        network.log_scale.copy_(model.logit_scale.squeeze())
    return network.eval()
