"""Checkpoints in open_clip's layout give the vectors of a forward pass that is written out here, from its names."""

from __future__ import annotations

import json
import string
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file
from tiny_checkpoints import TEXTS, byte_tokenizer
from torch import Tensor
from torch.nn import functional as F

from gergo.errors import InputError
from gergo.towers.model import Model

SIDE, PATCH, CONTEXT = 48, 16, 20
CLIP_WIDTH, TIMM_WIDTH, DIM = 32, 24, 20
MEAN, STD = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)


class Drawn(dict[str, Tensor]):
    """Random weights by name."""

    def __init__(self) -> None:
        super().__init__()
        self.generator = torch.Generator().manual_seed(0)

    def add(self, name: str, *shape: int) -> None:
        self[name] = torch.randn(shape, generator=self.generator) * 0.2

    def pair(self, name: str, outputs: int, inputs: int | None = None) -> None:
        self.add(f"{name}.weight", *((outputs,) if inputs is None else (outputs, inputs)))
        self.add(f"{name}.bias", outputs)

    def blocks(self, place: str, layers: int, width: int) -> None:
        for layer in range(layers):
            block = f"{place}{layer}."
            for norm in ("ln_1", "ln_2"):
                self.pair(block + norm, width)
            self.add(block + "attn.in_proj_weight", 3 * width, width)
            self.add(block + "attn.in_proj_bias", 3 * width)
            self.pair(block + "attn.out_proj", width, width)
            self.pair(block + "mlp.c_fc", 4 * width, width)
            self.pair(block + "mlp.c_proj", width, 4 * width)


def linear(x: Tensor, state: Drawn, name: str) -> Tensor:
    return x @ state[f"{name}.weight"].T + state[f"{name}.bias"]


def norm(x: Tensor, state: Drawn, name: str, eps: float) -> Tensor:
    return F.layer_norm(x, x.shape[-1:], state[f"{name}.weight"], state[f"{name}.bias"], eps)


def attend(q: Tensor, k: Tensor, v: Tensor, heads: int, mask: Tensor | None = None) -> Tensor:
    q, k, v = (x.unflatten(-1, (heads, -1)).transpose(1, 2) for x in (q, k, v))
    scores = q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5
    scores = scores if mask is None else scores + mask
    return (scores.softmax(-1) @ v).transpose(1, 2).flatten(2)


def blocks(x: Tensor, state: Drawn, place: str, layers: int, heads: int, act: Any, eps: float, mask: Any) -> Tensor:
    for layer in range(layers):
        block = f"{place}{layer}."
        y = norm(x, state, block + "ln_1", eps)
        q, k, v = (y @ state[block + "attn.in_proj_weight"].T + state[block + "attn.in_proj_bias"]).chunk(3, -1)
        x = x + linear(attend(q, k, v, heads, mask), state, block + "attn.out_proj")
        y = act(linear(norm(x, state, block + "ln_2", eps), state, block + "mlp.c_fc"))
        x = x + linear(y, state, block + "mlp.c_proj")
    return x


def quick_gelu(x: Tensor) -> Tensor:
    return x * torch.sigmoid(1.702 * x)


def clip_state() -> Drawn:
    state = Drawn()
    for name, shape in {
        "visual.class_embedding": (CLIP_WIDTH,),
        "visual.positional_embedding": ((SIDE // PATCH) ** 2 + 1, CLIP_WIDTH),
        "visual.proj": (CLIP_WIDTH, DIM),
        "visual.conv1.weight": (CLIP_WIDTH, 3, PATCH, PATCH),
        "positional_embedding": (CONTEXT, CLIP_WIDTH),
        "text_projection": (CLIP_WIDTH, DIM),
        "token_embedding.weight": (260, CLIP_WIDTH),
    }.items():
        state.add(name, *shape)
    for name in ("visual.ln_pre", "visual.ln_post", "ln_final"):
        state.pair(name, CLIP_WIDTH)
    state.blocks("visual.transformer.resblocks.", 2, CLIP_WIDTH)
    state.blocks("transformer.resblocks.", 1, CLIP_WIDTH)
    state["logit_scale"] = torch.tensor(3.0)
    return state


def clip_image(state: Drawn, pixels: Tensor, act: Any) -> Tensor:
    x = F.conv2d(pixels, state["visual.conv1.weight"], stride=PATCH).flatten(2).transpose(1, 2)
    x = torch.cat([state["visual.class_embedding"].expand(len(x), 1, -1), x], 1) + state["visual.positional_embedding"]
    x = norm(x, state, "visual.ln_pre", 1e-5)
    x = blocks(x, state, "visual.transformer.resblocks.", 2, CLIP_WIDTH // 16, act, 1e-5, None)
    return norm(x[:, 0], state, "visual.ln_post", 1e-5) @ state["visual.proj"]


def clip_text(state: Drawn, ids: Tensor, act: Any) -> Tensor:
    causal = torch.full((CONTEXT, CONTEXT), float("-inf")).triu(1)
    x = state["token_embedding.weight"][ids] + state["positional_embedding"]
    x = norm(blocks(x, state, "transformer.resblocks.", 1, 2, act, 1e-5, causal), state, "ln_final", 1e-5)
    return x[torch.arange(len(ids)), ids.argmax(-1)] @ state["text_projection"]


def siglip_state() -> Drawn:
    state, trunk = Drawn(), "visual.trunk."
    state.add(trunk + "pos_embed", 1, (SIDE // PATCH) ** 2, TIMM_WIDTH)
    state.add(trunk + "patch_embed.proj.weight", TIMM_WIDTH, 3, PATCH, PATCH)
    state.add(trunk + "patch_embed.proj.bias", TIMM_WIDTH)
    for layer in range(2):
        block = f"{trunk}blocks.{layer}."
        state.pair(block + "norm1", TIMM_WIDTH)
        state.pair(block + "norm2", TIMM_WIDTH)
        state.pair(block + "attn.qkv", 3 * TIMM_WIDTH, TIMM_WIDTH)
        state.pair(block + "attn.proj", TIMM_WIDTH, TIMM_WIDTH)
        state.pair(block + "mlp.fc1", 40, TIMM_WIDTH)
        state.pair(block + "mlp.fc2", TIMM_WIDTH, 40)
    state.pair(trunk + "norm", TIMM_WIDTH)
    state.add(trunk + "attn_pool.latent", 1, 1, TIMM_WIDTH)
    state.pair(trunk + "attn_pool.norm", TIMM_WIDTH)
    for name, outputs, inputs in (("q", 1, 1), ("kv", 2, 1), ("proj", 1, 1)):
        state.pair(f"{trunk}attn_pool.{name}", outputs * TIMM_WIDTH, inputs * TIMM_WIDTH)
    state.pair(trunk + "attn_pool.mlp.fc1", 40, TIMM_WIDTH)
    state.pair(trunk + "attn_pool.mlp.fc2", TIMM_WIDTH, 40)
    state.add("text.positional_embedding", CONTEXT, TIMM_WIDTH)
    state.add("text.token_embedding.weight", 300, TIMM_WIDTH)
    state.pair("text.ln_final", TIMM_WIDTH)
    state.pair("text.text_projection", TIMM_WIDTH, TIMM_WIDTH)
    state.blocks("text.transformer.resblocks.", 1, TIMM_WIDTH)
    state["logit_scale"], state["logit_bias"] = torch.tensor(4.0), torch.tensor(-9.0)
    return state


def siglip_image(state: Drawn, pixels: Tensor) -> Tensor:
    trunk, heads = "visual.trunk.", 12
    x = F.conv2d(pixels, state[trunk + "patch_embed.proj.weight"], state[trunk + "patch_embed.proj.bias"], stride=PATCH)
    x = x.flatten(2).transpose(1, 2) + state[trunk + "pos_embed"]
    for layer in range(2):
        block = f"{trunk}blocks.{layer}."
        q, k, v = linear(norm(x, state, block + "norm1", 1e-6), state, block + "attn.qkv").chunk(3, -1)
        x = x + linear(attend(q, k, v, heads), state, block + "attn.proj")
        y = F.gelu(linear(norm(x, state, block + "norm2", 1e-6), state, block + "mlp.fc1"))
        x = x + linear(y, state, block + "mlp.fc2")
    x, pool = norm(x, state, trunk + "norm", 1e-6), trunk + "attn_pool."
    q = linear(state[pool + "latent"].expand(len(x), 1, -1), state, pool + "q")
    k, v = linear(x, state, pool + "kv").chunk(2, -1)
    x = linear(attend(q, k, v, heads), state, pool + "proj")
    y = F.gelu(linear(norm(x, state, pool + "norm", 1e-6), state, pool + "mlp.fc1"))
    return (x + linear(y, state, pool + "mlp.fc2"))[:, 0]


def siglip_text(state: Drawn, ids: Tensor) -> Tensor:
    def act(x: Tensor) -> Tensor:
        return F.gelu(x, approximate="tanh")

    text = Drawn()
    text.update({name.removeprefix("text."): value for name, value in state.items()})
    x = text["token_embedding.weight"][ids] + text["positional_embedding"]
    x = norm(blocks(x, text, "transformer.resblocks.", 1, 2, act, 1e-6, None), text, "ln_final", 1e-6)
    return linear(x[:, -1], text, "text_projection")


def pixels_of(images: list[Image.Image], *, squash: bool, mean: Any, std: Any) -> Tensor:
    rows = []
    for image in images:
        if squash:
            image = image.resize((SIDE, SIDE), Image.Resampling.BICUBIC)
        else:
            ratio = SIDE / min(image.size)
            image = image.resize((int(image.width * ratio), int(image.height * ratio)), Image.Resampling.BICUBIC)
            left, top = (image.width - SIDE) // 2, (image.height - SIDE) // 2
            image = image.crop((left, top, left + SIDE, top + SIDE))
        rows.append(((np.asarray(image) / 255 - np.array(mean)) / np.array(std)).transpose(2, 0, 1))
    return torch.tensor(np.stack(rows), dtype=torch.float32)


def clip_config(*, quick: bool) -> dict[str, Any]:
    return {
        "model_cfg": {
            "embed_dim": DIM,
            **({"quick_gelu": True} if quick else {}),
            "vision_cfg": {
                "image_size": SIDE, "layers": 2, "width": CLIP_WIDTH, "patch_size": PATCH, "head_width": 16,
            },
            "text_cfg": {
                "context_length": CONTEXT, "vocab_size": 260, "width": CLIP_WIDTH, "heads": 2, "layers": 1,
            },
        },
        "preprocess_cfg": {
            "mean": MEAN, "std": STD, "interpolation": "bicubic", "resize_mode": "shortest", "fill_color": 0,
        },
    }  # fmt: skip


def siglip_config() -> dict[str, Any]:
    return {
        "model_cfg": {
            "embed_dim": TIMM_WIDTH, "init_logit_bias": -10, "custom_text": True,
            "vision_cfg": {
                "image_size": SIDE, "timm_model_name": "vit_base_patch16_siglip_224", "timm_model_pretrained": False,
                "timm_pool": "map", "timm_proj": "none",
            },
            "text_cfg": {
                "context_length": CONTEXT, "vocab_size": 300, "hf_tokenizer_name": "nobody/nothing",
                "tokenizer_kwargs": {"clean": "canonicalize"}, "width": TIMM_WIDTH, "heads": 2, "layers": 1,
                "no_causal_mask": True, "proj_bias": True, "pool_type": "last", "norm_kwargs": {"eps": 1e-6},
                "act_kwargs": {"approximate": "tanh"},
            },
        },
        "preprocess_cfg": {"mean": [0.5] * 3, "std": [0.5] * 3, "interpolation": "bicubic", "resize_mode": "squash"},
    }  # fmt: skip


def write(folder: Path, config: dict[str, Any], state: Drawn, tokenizer: Any) -> None:
    (folder / "open_clip_config.json").write_text(json.dumps(config))
    save_file(dict(state), folder / "open_clip_model.safetensors")
    tokenizer.save_pretrained(folder)


def clip_tokenizer() -> Any:
    from tokenizers import pre_tokenizers
    from transformers import CLIPTokenizer

    kept = sorted(pre_tokenizers.ByteLevel.alphabet())[:129]
    pieces = [*kept, *(c + "</w>" for c in kept), "<|startoftext|>", "<|endoftext|>"]
    return CLIPTokenizer(vocab={piece: i for i, piece in enumerate(pieces)}, merges=[])


@pytest.mark.parametrize("quick", [False, True])
def test_a_standard_clip(tmp_path: Path, pictures: list[Image.Image], quick: bool) -> None:
    state, act = clip_state(), quick_gelu if quick else F.gelu
    write(tmp_path, clip_config(quick=quick), state, clip_tokenizer())
    model = Model.load(tmp_path, precision="fp32")
    rows = [clip_tokenizer()(text, truncation=True, max_length=CONTEXT)["input_ids"] for text in TEXTS]
    ids = torch.tensor([row + [0] * (CONTEXT - len(row)) for row in rows])
    pixels = pixels_of(pictures, squash=False, mean=MEAN, std=STD)
    np.testing.assert_allclose(model.encode_texts(TEXTS), unit(clip_text(state, ids, act)), atol=1e-5)
    np.testing.assert_allclose(model.encode_images(pictures), unit(clip_image(state, pixels, act)), atol=1e-5)
    assert model.family == "clip"
    assert model.logit_scale == pytest.approx(float(np.exp(3)), rel=1e-5)


def test_siglip_of_timm(tmp_path: Path, pictures: list[Image.Image]) -> None:
    state = siglip_state()
    tokenizer = byte_tokenizer("<pad>", "<eos>", start=None, end="<eos>", limit=CONTEXT, names=["input_ids"])
    write(tmp_path, siglip_config(), state, tokenizer)
    model = Model.load(tmp_path, precision="fp32")
    texts = [*TEXTS, "  M8_Bolt,  (zinc)!  "]
    bare = [text.replace("_", " ").translate(str.maketrans("", "", string.punctuation)).lower() for text in texts]
    bare = [" ".join(text.split()) for text in bare]
    padded = tokenizer(bare, padding="max_length", truncation=True, max_length=CONTEXT, return_tensors="pt")
    pixels = pixels_of(pictures, squash=True, mean=(0.5,) * 3, std=(0.5,) * 3)
    np.testing.assert_allclose(model.encode_texts(texts), unit(siglip_text(state, padded["input_ids"])), atol=1e-5)
    np.testing.assert_allclose(model.encode_images(pictures), unit(siglip_image(state, pixels)), atol=1e-5)
    assert model.network.logit_bias is not None
    assert float(model.network.logit_bias.detach()) == -9
    model.save(tmp_path / "saved")
    np.testing.assert_array_equal(
        Model.load(tmp_path / "saved", precision="fp32").encode_texts(texts), model.encode_texts(texts)
    )


@pytest.mark.parametrize(
    ("place", "key", "value"),
    [
        ("vision_cfg", "attentional_pool", True),
        ("vision_cfg", "timm_model_name", "convnext_base"),
        ("text_cfg", "hf_model_name", "roberta-base"),
        ("text_cfg", "pool_type", "first"),
    ],
)
def test_what_is_not_supported_is_refused_by_name(tmp_path: Path, place: str, key: str, value: Any) -> None:
    config = clip_config(quick=False)
    config["model_cfg"][place][key] = value
    write(tmp_path, config, clip_state(), clip_tokenizer())
    with pytest.raises(InputError, match=f"{key}.*{value}.*supported"):
        Model.load(tmp_path)


def test_weights_that_are_not_the_configuration_s_are_refused(tmp_path: Path) -> None:
    config, state = clip_config(quick=False), clip_state()
    del state["visual.ln_post.weight"]
    write(tmp_path, config, state, clip_tokenizer())
    with pytest.raises(InputError, match=r"visual\.ln_post\.weight"):
        Model.load(tmp_path)
    (tmp_path / "open_clip_model.safetensors").rename(tmp_path / "open_clip_pytorch_model.bin")
    with pytest.raises(InputError, match="pickled"):
        Model.load(tmp_path)


def unit(vectors: Tensor) -> np.ndarray:
    return F.normalize(vectors, dim=-1).numpy()
