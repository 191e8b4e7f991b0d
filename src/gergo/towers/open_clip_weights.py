"""The names of open_clip's and timm's weights, as `transformers` calls them.

Pure functions of dictionaries from name to tensor: nothing is computed but transposes, splits and joins.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import torch
from torch import Tensor

from gergo.errors import InputError

BLOCK = {
    "attn.out_proj": "self_attn.out_proj",
    "ln_1": "layer_norm1",
    "ln_2": "layer_norm2",
    "mlp.c_fc": "mlp.fc1",
    "mlp.c_proj": "mlp.fc2",
}
TIMM_BLOCK = {
    "attn.proj": "self_attn.out_proj",
    "norm1": "layer_norm1",
    "norm2": "layer_norm2",
    "mlp.fc1": "mlp.fc1",
    "mlp.fc2": "mlp.fc2",
}
TEXT = {
    "token_embedding.weight": "embeddings.token_embedding.weight",
    "positional_embedding": "embeddings.position_embedding.weight",
    "ln_final.weight": "final_layer_norm.weight",
    "ln_final.bias": "final_layer_norm.bias",
}
CLIP_VISION = {
    "class_embedding": "embeddings.class_embedding",
    "positional_embedding": "embeddings.position_embedding.weight",
    "conv1.weight": "embeddings.patch_embedding.weight",
    "ln_pre.weight": "pre_layrnorm.weight",
    "ln_pre.bias": "pre_layrnorm.bias",
    "ln_post.weight": "post_layernorm.weight",
    "ln_post.bias": "post_layernorm.bias",
}
TIMM_VISION = {
    "patch_embed.proj.weight": "embeddings.patch_embedding.weight",
    "patch_embed.proj.bias": "embeddings.patch_embedding.bias",
    "norm.weight": "post_layernorm.weight",
    "norm.bias": "post_layernorm.bias",
    "attn_pool.latent": "head.probe",
}
TIMM_HEAD = {"proj": "attention.out_proj", "norm": "layernorm", "mlp.fc1": "mlp.fc1", "mlp.fc2": "mlp.fc2"}


def clip_weights(state: Mapping[str, Tensor], *, layers: int, text_layers: int) -> dict[str, Tensor]:
    """A standard open_clip model's weights as those of `CLIPModel`."""
    taken = _Taken(state)
    renamed = {f"vision_model.{to}": taken[f"visual.{name}"] for name, to in CLIP_VISION.items()}
    renamed |= dict(_blocks(taken, "visual.transformer.resblocks.", "vision_model.", layers))
    renamed |= {f"text_model.{to}": taken[name] for name, to in TEXT.items()}
    renamed |= dict(_blocks(taken, "transformer.resblocks.", "text_model.", text_layers))
    renamed["visual_projection.weight"] = taken["visual.proj"].T.contiguous()
    renamed["text_projection.weight"] = taken["text_projection"].T.contiguous()
    renamed["logit_scale"] = taken["logit_scale"].reshape(())
    taken.require_all({"attn_mask"})
    return renamed


def siglip_weights(state: Mapping[str, Tensor], *, layers: int, text_layers: int) -> dict[str, Tensor]:
    """A SigLIP of open_clip (timm's picture tower) as the weights of `SiglipModel`."""
    taken = _Taken(state)
    trunk, head = "visual.trunk.", "visual.trunk.attn_pool."
    renamed = {f"vision_model.{to}": taken[trunk + name] for name, to in TIMM_VISION.items()}
    renamed["vision_model.embeddings.position_embedding.weight"] = taken[trunk + "pos_embed"].squeeze(0)
    for layer in range(layers):
        place, to = f"{trunk}blocks.{layer}.", f"vision_model.encoder.layers.{layer}."
        renamed |= dict(_pairs(taken, place, to, TIMM_BLOCK))
        renamed |= dict(_split(taken[place + "attn.qkv.weight"], taken[place + "attn.qkv.bias"], to))
    for kind in ("weight", "bias"):
        joined = torch.cat([taken[f"{head}q.{kind}"], taken[f"{head}kv.{kind}"]])
        renamed[f"vision_model.head.attention.in_proj_{kind}"] = joined
    renamed |= dict(_pairs(taken, head, "vision_model.head.", TIMM_HEAD))
    renamed |= {f"text_model.{to}": taken[f"text.{name}"] for name, to in TEXT.items()}
    renamed |= dict(_blocks(taken, "text.transformer.resblocks.", "text_model.", text_layers))
    renamed |= {f"text_model.head.{kind}": taken[f"text.text_projection.{kind}"] for kind in ("weight", "bias")}
    renamed |= {name: taken[name].reshape(1) for name in ("logit_scale", "logit_bias")}
    taken.require_all({"text.attn_mask"})
    return renamed


class _Taken:
    """Weights that remember which of them were asked for."""

    def __init__(self, state: Mapping[str, Tensor]) -> None:
        self.state, self.names = state, set()

    def __getitem__(self, name: str) -> Tensor:
        if name not in self.state:
            raise InputError(f"the open_clip weights lack {name!r}", hint="the file is damaged, or of another layout")
        self.names.add(name)
        return self.state[name]

    def require_all(self, spare: set[str]) -> None:
        left = sorted(self.state.keys() - self.names - spare)
        if left:
            raise InputError(f"the open_clip weights hold {left[0]!r} and {len(left) - 1} more that no tower here has")


def _blocks(taken: _Taken, place: str, to: str, layers: int) -> Iterator[tuple[str, Tensor]]:
    """The transformer blocks of a standard tower; their attention holds query, key and value in one matrix."""
    for layer in range(layers):
        block, named = f"{place}{layer}.", f"{to}encoder.layers.{layer}."
        yield from _pairs(taken, block, named, BLOCK)
        yield from _split(taken[block + "attn.in_proj_weight"], taken[block + "attn.in_proj_bias"], named)


def _pairs(taken: _Taken, place: str, to: str, names: Mapping[str, str]) -> Iterator[tuple[str, Tensor]]:
    """Modules of weight and bias."""
    for name, other in names.items():
        for kind in ("weight", "bias"):
            yield f"{to}{other}.{kind}", taken[f"{place}{name}.{kind}"]


def _split(weight: Tensor, bias: Tensor, to: str) -> Iterator[tuple[str, Tensor]]:
    for kind, joined in (("weight", weight), ("bias", bias)):
        for name, part in zip(("q_proj", "k_proj", "v_proj"), joined.chunk(3), strict=True):
            yield f"{to}self_attn.{name}.{kind}", part.contiguous()
