"""What the families of `transformers` checkpoints share: reading them, and giving them back.

A family is a module with

- `MODEL_TYPES`: what `config.json` calls it,
- `load(source)`: a folder or hub name as towers, with its configuration,
- `build(config, folder)`: the same with untrained weights, tokenizer and preprocessing read from `folder`,
- `save_files(network, folder)`: what `build` reads there,
- `rejoin(network, config)`: the model as its own library knows it, with the network's weights.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from gergo.errors import GergoError, InputError
from gergo.towers import preprocessing
from gergo.towers.geometry import Geometry
from gergo.towers.network import DualEncoder
from gergo.towers.tokens import save_tokenizer

CONFIG_FILE = "config.json"
PROCESSOR_FILE = "processor_config.json"


class PooledVision(nn.Module):
    """What a vision model pools as features [B, E]."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, pixels_B3SS: Tensor) -> Tensor:
        return self.model(pixel_values=pixels_B3SS).pooler_output


class PooledText(nn.Module):
    """What a text model pools as features [B, E]."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids_BL: Tensor, mask_BL: Tensor) -> Tensor:
        return self.model(input_ids=ids_BL, attention_mask=mask_BL).pooler_output


class FirstTokenText(PooledText):
    """The last layer's first token as features [B, E]."""

    def forward(self, ids_BL: Tensor, mask_BL: Tensor) -> Tensor:
        return self.model(input_ids=ids_BL, attention_mask=mask_BL).last_hidden_state[:, 0]


def find_file(source: str, name: str) -> Path | None:
    """A file of a folder or hub name; None where it has no such file.

    Raises:
        InputError: there is no such model, or the hub cannot be reached.
    """
    if Path(source).is_dir():
        path = Path(source) / name
        return path if path.is_file() else None
    from transformers.utils.hub import cached_file

    try:
        found = cached_file(source, name, _raise_exceptions_for_missing_entries=False)
    except (OSError, ValueError) as error:
        raise InputError(
            f"no model can be loaded from {source!r}: {str(error).splitlines()[0]}",
            hint="`base`, a folder that gergo or transformers wrote, or a hub name (openai/clip-vit-base-patch32)",
        ) from error
    return Path(found) if found else None


def require_reachable(source: str) -> None:
    """Where nothing of a hub name was found: tell that nobody could be asked from that there is nothing.

    Raises:
        InputError: the hub cannot be reached, and the model was never fetched.
    """
    if Path(source).is_dir():
        return
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        hf_hub_download(source, CONFIG_FILE)
    except LocalEntryNotFoundError as error:
        raise InputError(
            f"{source!r} is not on this machine, and the hub cannot be reached",
            hint="fetch it where there is a network (hf download OWNER/NAME --local-dir FOLDER) and name the folder; "
            "HF_HUB_OFFLINE, HF_ENDPOINT and proxies are heeded",
        ) from error
    except Exception:  # whatever else it says, it has answered
        return


def read_json(source: str, name: str) -> dict[str, Any]:
    """A JSON file of a folder or hub name; empty where it has no such file."""
    path = find_file(source, name)
    try:
        return json.loads(path.read_text("utf-8")) if path else {}
    except ValueError as error:
        raise InputError(f"{path} is no JSON: {error}") from error


def read_settings(source: str) -> dict[str, Any]:
    """The settings of a checkpoint's image processor, wherever its library wrote them."""
    return read_json(source, preprocessing.FILE) or read_json(source, PROCESSOR_FILE).get("image_processor", {})


def read_model(model_class: Any, source: str, config: Any = None, **options: Any) -> Any:
    """A checkpoint in full precision; `options` are for its class.

    Raises:
        InputError: its weights are pickled, missing, damaged, or not those of this architecture.
    """
    given = options if config is None else {**options, "config": config}
    try:
        model, found = model_class.from_pretrained(
            source, use_safetensors=True, dtype=torch.float32, output_loading_info=True, **given
        )
    except OSError as error:
        raise InputError(
            f"the weights of {source!r} cannot be read: {str(error).splitlines()[0]}",
            hint="pickled weights (.bin) can run code and are refused: convert them to safetensors",
        ) from error
    except (RuntimeError, ValueError, AttributeError) as error:
        raise InputError(
            f"{source!r} cannot be read as {model_class.__name__}: {str(error).splitlines()[0]}"
        ) from error
    missing = sorted(found["missing_keys"])
    if missing:
        raise InputError(
            f"{source!r} lacks {len(missing)} of the weights of {model_class.__name__}, {missing[0]} first",
            hint="the file is damaged, or it holds one tower only",
        )
    return model


def save_files(network: DualEncoder, folder: Path) -> None:
    """Write what a family reads beside the configuration: tokenizer and preprocessing."""
    save_tokenizer(network.text.tokenizer, folder)
    preprocessing.write_geometry(network.image.geometry, folder)


def geometry_of(source: str, vision_config: Any, default: Geometry | None = None) -> Geometry:
    """The checkpoint's own preprocessing; CLIP's published constants, or `default`, where it has none."""
    settings = read_settings(source)
    size_px = vision_config.image_size
    if isinstance(size_px, list | tuple):
        size_px = size_px[0]
    if vision_config.model_type.startswith(("convnext", "dinov2")) and settings:
        size_px = declared_side(settings)  # neither fixes its input: what the pictures are made to is what it takes
    return preprocessing.read_geometry(settings, size_px=int(size_px), default=default)


def declared_side(settings: Mapping[str, Any]) -> int:
    """The side of the square that an image processor's settings end at."""
    size = settings.get("crop_size") or settings.get("size")
    return int(size.get("height") or size["shortest_edge"]) if isinstance(size, dict) else int(size or 0)


def fill(model: nn.Module, network: DualEncoder, places: Mapping[str, str]) -> Any:
    """`model` with the weights of `network`; `places` says whence, by prefixes of names, longest first.

    Every weight of the model must be found, and every weight of the network used.
    """
    state, used, filled = network.state_dict(), set(), {}
    for name, parameter in model.state_dict().items():
        theirs = next((prefix for prefix in places if name == prefix or name.startswith(prefix + ".")), None)
        if theirs is None or (ours := places[theirs] + name[len(theirs) :]) not in state:
            raise GergoError(f"the weight {name} of {type(model).__name__} is in no tower")
        used.add(ours)
        filled[name] = state[ours].detach().cpu().reshape(parameter.shape)
    unused = sorted(state.keys() - used)
    if unused:
        raise GergoError(f"{type(model).__name__} has no place for {unused[0]} and {len(unused) - 1} other weights")
    model.load_state_dict(filled)
    return model.eval()
