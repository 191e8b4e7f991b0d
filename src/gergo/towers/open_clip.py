"""Checkpoints in open_clip's layout, read as what they are: a CLIP or a SigLIP.

LAION's and Marqo's models are published as `open_clip_config.json` and `open_clip_model.safetensors`. Their standard
ViT towers hold the same weights as CLIP's of `transformers` under other names, and timm's SigLIP tower those of
`SiglipModel`: they are renamed here, and from then on the model is of the family `clip` or `siglip`, and is saved and
exported as such. What a configuration asks for beyond that is refused by name.
"""

from __future__ import annotations

import re
from typing import Any

from PIL import Image
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from gergo.errors import InputError
from gergo.towers import clip, siglip
from gergo.towers.geometry import Geometry
from gergo.towers.network import DualEncoder
from gergo.towers.open_clip_weights import clip_weights, siglip_weights
from gergo.towers.preprocessing import CLIP_MEAN, CLIP_STD
from gergo.towers.pretrained import find_file, read_json
from gergo.towers.tokens import PretrainedTokens, load_tokenizer, with_cleaning

CONFIG_FILE = "open_clip_config.json"
WEIGHTS_FILES = ("open_clip_model.safetensors", "open_clip_pytorch_model.safetensors")
PICKLED_FILE = "open_clip_pytorch_model.bin"
CLIP_TOKENIZER = "openai/clip-vit-base-patch32"
INTERPOLATIONS = {"bicubic": Image.Resampling.BICUBIC, "bilinear": Image.Resampling.BILINEAR}

# What of a configuration is understood; any other key must hold nothing.
MODEL_KEYS = {"embed_dim", "vision_cfg", "text_cfg", "quick_gelu", "custom_text", "init_logit_bias", "init_logit_scale"}
VISION_KEYS = {"layers", "width", "head_width", "mlp_ratio", "patch_size", "image_size", "patch_dropout"}
TEXT_KEYS = {"context_length", "vocab_size", "width", "heads", "layers", "mlp_ratio", "pad_id"}
TOKENIZER_KEYS = {"hf_tokenizer_name", "tokenizer_kwargs"}
SIGLIP_VISION = {"timm_pool": "map", "timm_proj": "none", "timm_model_pretrained": False}
SIGLIP_TEXT = {"no_causal_mask": True, "proj_bias": True, "pool_type": "last"}
TIMM_NAME = re.compile(r"vit_(base|large|so400m|giantopt)_patch(\d+)_siglip_(\d+)")
TIMM_HEADS = {"base": 12, "large": 16, "so400m": 16, "giantopt": 16}


def load(source: str) -> tuple[str, DualEncoder, dict[str, Any]]:
    """A folder or hub name in open_clip's layout: its family, its towers, and its configuration in that family.

    Raises:
        InputError: an architecture beyond standard ViT and SigLIP towers, weights that are pickled, missing or damaged.
    """
    written = read_json(source, CONFIG_FILE)
    config, preprocess = written.get("model_cfg", {}), written.get("preprocess_cfg", {})
    vision, text = config.get("vision_cfg"), config.get("text_cfg")
    if not isinstance(vision, dict) or not isinstance(text, dict):
        raise InputError(f"{CONFIG_FILE} of {source!r} describes no pair of a vision and a text tower")
    state = _weights(source)
    is_siglip = str(vision.get("timm_model_name", "")).find("siglip") >= 0
    family, read = ("siglip", _siglip) if is_siglip else ("clip", _clip)
    network, described = read(source, config, state, _geometry(vision, preprocess))
    return family, network, described


def _clip(source: str, config: dict[str, Any], state: dict[str, Tensor], geometry: Geometry) -> Any:
    from transformers import CLIPConfig, CLIPModel

    vision, text = config["vision_cfg"], config["text_cfg"]
    _refuse_unknown(config, MODEL_KEYS - {"init_logit_bias"}, "", {})
    _refuse_unknown(vision, VISION_KEYS, "vision_cfg.", {"pool_type": "tok", "pos_embed_type": "learnable"})
    _refuse_unknown(text, TEXT_KEYS | TOKENIZER_KEYS, "text_cfg.", {"pool_type": "argmax", "proj_type": "linear"})
    tokenizer = _tokenizer(source, text, default=CLIP_TOKENIZER)
    if config.get("custom_text"):
        state = {name.removeprefix("text."): tensor for name, tensor in state.items()}
    activation = "quick_gelu" if config.get("quick_gelu") else "gelu"
    width, layers = int(vision.get("width", 768)), int(vision.get("layers", 12))
    described: Any = CLIPConfig(
        projection_dim=int(config["embed_dim"]),
        vision_config={
            "hidden_size": width,
            "intermediate_size": int(width * vision.get("mlp_ratio", 4.0)),
            "num_hidden_layers": layers,
            "num_attention_heads": width // int(vision.get("head_width", 64)),
            "image_size": geometry.size_px,
            "patch_size": int(vision.get("patch_size", 16)),
            "hidden_act": activation,
        },
        text_config={
            **_text_sizes(text, activation),
            "bos_token_id": tokenizer.bos_token_id,
            "eos_token_id": tokenizer.eos_token_id,
            "pad_token_id": tokenizer.pad_token_id,
        },
    )
    model = CLIPModel(described)
    _fill(model, clip_weights(state, layers=layers, text_layers=described.text_config.num_hidden_layers), source)
    tokens = PretrainedTokens(tokenizer, described.text_config.max_position_embeddings)
    return clip.split(model, tokens, geometry), described.to_dict()


def _siglip(source: str, config: dict[str, Any], state: dict[str, Tensor], geometry: Geometry) -> Any:
    from transformers import SiglipConfig, SiglipModel

    vision, text = config["vision_cfg"], config["text_cfg"]
    named = TIMM_NAME.fullmatch(str(vision["timm_model_name"]))
    if not named:
        raise InputError(f"{source!r} has the vision tower {vision['timm_model_name']!r} of timm; {_supported()}")
    _refuse_unknown(config, MODEL_KEYS, "", {})
    _refuse_unknown(vision, {"image_size", "timm_model_name"}, "vision_cfg.", SIGLIP_VISION, exact=True)
    text_keys = TEXT_KEYS | TOKENIZER_KEYS | {"norm_kwargs", "act_kwargs"}
    _refuse_unknown(text, text_keys, "text_cfg.", SIGLIP_TEXT, exact=True)
    if "visual.trunk.patch_embed.proj.weight" not in state or "visual.trunk.blocks.0.mlp.fc1.weight" not in state:
        raise InputError(f"the weights of {source!r} hold no picture tower of timm", hint="the file is damaged")
    patches = state["visual.trunk.patch_embed.proj.weight"]
    layers = 1 + max(int(name.split(".")[3]) for name in state if name.startswith("visual.trunk.blocks."))
    tanh = (text.get("act_kwargs") or {}).get("approximate") == "tanh"
    described: Any = SiglipConfig(
        vision_config={
            "hidden_size": patches.shape[0],
            "intermediate_size": state["visual.trunk.blocks.0.mlp.fc1.weight"].shape[0],
            "num_hidden_layers": layers,
            "num_attention_heads": TIMM_HEADS[named[1]],
            "image_size": geometry.size_px,
            "patch_size": patches.shape[-1],
            "hidden_act": _timm_activation(named[1], int(named[2]), int(named[3])),
            "layer_norm_eps": 1e-6,
        },
        text_config={
            **_text_sizes(text, "gelu_pytorch_tanh" if tanh else "gelu"),
            "projection_size": int(config["embed_dim"]),
            "layer_norm_eps": float((text.get("norm_kwargs") or {}).get("eps", 1e-5)),
            "bos_token_id": None,
            "eos_token_id": None,
        },
    )
    model = SiglipModel(described)
    _fill(model, siglip_weights(state, layers=layers, text_layers=described.text_config.num_hidden_layers), source)
    tokenizer = _tokenizer(source, text, default=None)
    tokens = PretrainedTokens(tokenizer, described.text_config.max_position_embeddings, fixed=True)
    return siglip.split(model, tokens, geometry), described.to_dict()


def _text_sizes(text: dict[str, Any], activation: str) -> dict[str, Any]:
    """What both families call the sizes of a text tower."""
    width = int(text.get("width", 512))
    return {
        "hidden_size": width,
        "intermediate_size": int(width * text.get("mlp_ratio", 4.0)),
        "num_hidden_layers": int(text.get("layers", 12)),
        "num_attention_heads": int(text.get("heads", 8)),
        "max_position_embeddings": int(text.get("context_length", 77)),
        "vocab_size": int(text.get("vocab_size", 49408)),
        "hidden_act": activation,
    }


def _timm_activation(size: str, patch_px: int, side_px: int) -> str:
    """timm's own choice: some of its SigLIP towers have the approximate GELU, the others the exact one."""
    newer = (
        size == "giantopt" or patch_px == 32 or (size, patch_px) == ("so400m", 16) or (size, side_px) == ("large", 512)
    )
    return "gelu_pytorch_tanh" if newer else "gelu"


def _tokenizer(source: str, text: dict[str, Any], *, default: str | None) -> Any:
    """The tokenizer beside the weights, else the one that the configuration names, cleaning as it says."""
    named = text.get("hf_tokenizer_name") or default
    beside = any(find_file(source, name) for name in ("tokenizer.json", "vocab.json", "spiece.model"))
    if not beside and not named:
        raise InputError(
            f"{source!r} has no tokenizer and names none",
            hint="put tokenizer.json and tokenizer_config.json beside open_clip_config.json",
        )
    tokenizer = load_tokenizer(source if beside else str(named))
    tokenizer.padding_side = "right"
    settings = text.get("tokenizer_kwargs") or {}
    _refuse_unknown(settings, {"clean"}, "text_cfg.tokenizer_kwargs.", {})
    if text.get("hf_tokenizer_name") or default is None:
        return with_cleaning(tokenizer, settings.get("clean", "whitespace"))
    return tokenizer  # CLIP's own lower-cases by itself


def _geometry(vision: dict[str, Any], preprocess: dict[str, Any]) -> Geometry:
    size = vision.get("image_size", 224)
    sides = set(size) if isinstance(size, list | tuple) else {size}
    mode, interpolation = preprocess.get("resize_mode", "shortest"), preprocess.get("interpolation", "bicubic")
    if len(sides) != 1 or mode not in ("shortest", "squash") or interpolation not in INTERPOLATIONS:
        raise InputError(
            f"{CONFIG_FILE} prepares pictures by size {size}, resize_mode {mode!r}, interpolation {interpolation!r}",
            hint="supported are squares, `shortest` or `squash`, `bicubic` or `bilinear`",
        )
    return Geometry(
        size_px=int(sides.pop()),
        fit="squash" if mode == "squash" else "crop",
        mean=tuple(preprocess.get("mean", CLIP_MEAN)),
        std=tuple(preprocess.get("std", CLIP_STD)),
        resample=INTERPOLATIONS[interpolation],
    )


def _weights(source: str) -> dict[str, Tensor]:
    path = next((found for name in WEIGHTS_FILES if (found := find_file(source, name))), None)
    if path is None:
        pickled = f"; {PICKLED_FILE} is pickled" if find_file(source, PICKLED_FILE) else ""
        raise InputError(
            f"{source!r} holds no {WEIGHTS_FILES[0]}{pickled}",
            hint="pickled weights can run code and are refused: convert them to safetensors",
        )
    try:
        return {name: tensor.float() for name, tensor in load_file(path).items()}
    except (OSError, SafetensorError) as error:
        raise InputError(f"{path} is damaged: {str(error).splitlines()[0]}") from error


def _fill(model: Any, state: dict[str, Tensor], source: str) -> None:
    try:
        model.load_state_dict(state)
    except RuntimeError as error:
        first = next((line.strip() for line in str(error).splitlines()[1:]), str(error))
        raise InputError(f"the weights of {source!r} are not those its configuration describes: {first}") from error
    model.eval()


def _refuse_unknown(
    settings: dict[str, Any], known: set[str], place: str, expected: dict[str, Any], *, exact: bool = False
) -> None:
    """Refuse keys that are not understood and hold something, and expected ones of another value.

    `exact`: an expected key must be there.
    """
    for key, value in expected.items():
        if settings.get(key, None if exact else value) != value and (exact or settings[key] is not None):
            raise InputError(f"{CONFIG_FILE} has {place}{key} = {settings.get(key)!r}; {_supported()}")
    for key in settings.keys() - known - expected.keys():
        if settings[key] not in (None, False, 0, "", [], {}):
            raise InputError(f"{CONFIG_FILE} has {place}{key} = {settings[key]!r}; {_supported()}")


def _supported() -> str:
    return "supported are standard ViT towers with CLIP's text tower, and timm's SigLIP towers (map pooling)"
