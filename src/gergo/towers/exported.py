"""Models that `gergo export --format onnx` wrote, run by ONNX Runtime: what serves in 8 bits.

The folder's `onnx.json`, written last, says which graph is which tower, how values are prepared for it, and what
made it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import torch
from tokenizers import Tokenizer as BpeTokenizer
from torch import Tensor, nn

from gergo.errors import InputError, MissingExtra, UsageError
from gergo.towers.embedded import TOKENIZER_FILE, BpeTexts
from gergo.towers.geometry import Geometry
from gergo.towers.network import DualEncoder, ImageTower, NoProjection, TextTower, Tower
from gergo.towers.tokens import PretrainedTokens, load_tokenizer

FAMILY = "onnx"
MANIFEST_FILE = "onnx.json"
FORMAT = 1
PROVIDERS = ("CUDAExecutionProvider", "CPUExecutionProvider")


class GraphEncoder(nn.Module):
    """A tower's ONNX graph: what its encoder takes in, unit vectors float32 [B, D] out. It cannot be trained."""

    def __init__(self, path: Path, inputs: Sequence[str]) -> None:
        super().__init__()
        try:
            import onnxruntime
        except ImportError as error:
            raise MissingExtra("ONNX Runtime", "onnx") from error
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        options.log_severity_level = 3
        try:
            usable = [name for name in PROVIDERS if name in onnxruntime.get_available_providers()]
            self.session = onnxruntime.InferenceSession(str(path), options, usable)
        except Exception as error:  # ONNX Runtime has a tree of its own
            raise InputError(f"{path} is missing or damaged: {str(error).splitlines()[0]}") from error
        self.inputs, self.wanted = tuple(inputs), {given.name for given in self.session.get_inputs()}

    def forward(self, *inputs: Tensor) -> Tensor:
        given = zip(self.inputs, inputs, strict=True)
        # A tower that reads no mask may have become a graph that has no place for one.
        arrays = {name: values.contiguous().cpu().numpy() for name, values in given if name in self.wanted}
        (vectors_BD,) = self.session.run(None, arrays)
        return torch.from_numpy(vectors_BD).to(inputs[0].device)

    def __deepcopy__(self, memo: dict[int, Any]) -> NoReturn:
        raise UsageError(
            "a model exported to ONNX cannot be trained", hint="fine-tune the model that it was exported from"
        )


def read_manifest(folder: Path) -> dict[str, Any]:
    """The folder's `onnx.json`.

    Raises:
        InputError: it is damaged, or of another version.
    """
    path = folder / MANIFEST_FILE
    try:
        written = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read: {error}") from error
    if not isinstance(written, dict) or written.get("format") != FORMAT:
        raise InputError(f"{path} is not of format {FORMAT}", hint="export the model again with this version")
    return written


def build(written: dict[str, Any], folder: Path) -> DualEncoder:
    """The towers that a manifest describes."""
    towers: dict[str, Tower] = {}
    for modality, described in written["towers"].items():
        encoder, projection = (
            GraphEncoder(folder / described["file"], described["inputs"]),
            NoProjection(written["dim"]),
        )
        prepared = described["preparation"]
        if modality == "image":
            towers[modality] = ImageTower(encoder, projection, read_geometry(prepared))
        else:
            towers[modality] = TextTower(encoder, projection, _tokens(prepared, folder))
    network = DualEncoder(towers, bias=written["logit_bias"])
    with torch.no_grad():
        network.log_scale.fill_(written["log_scale"])
    return network.eval().requires_grad_(False)


def save_files(network: DualEncoder, folder: Path) -> NoReturn:
    """An exported model is saved by copying its folder."""
    del network, folder
    raise UsageError("a model exported to ONNX cannot be saved as another", hint="copy its folder")


def describe_geometry(geometry: Geometry) -> dict[str, Any]:
    """Everything that makes a picture what the graph takes, in words and numbers."""
    steps = {
        "pad": "scale the long side to size_px (bicubic, antialiased), centre on a square of the border's mean colour",
        "crop": "scale the short side to short_px, cut the middle size_px x size_px out",
        "squash": "scale both sides to size_px",
    }
    return {
        "fit": geometry.fit,
        "steps": f"RGB; {steps[geometry.fit]}; (pixels / 255 - mean) / std; float32 [batch, 3, size_px, size_px]",
        "size_px": geometry.size_px,
        "short_px": geometry.short_px or geometry.size_px,
        "resample": int(geometry.resample),
        "mean": list(geometry.mean),
        "std": list(geometry.std),
    }


def read_geometry(described: dict[str, Any]) -> Geometry:
    """The inverse of `describe_geometry`.

    >>> read_geometry(describe_geometry(Geometry(224, short_px=256))) == Geometry(224, short_px=256)
    True
    """
    size_px, short_px = int(described["size_px"]), int(described["short_px"])
    return Geometry(
        size_px=size_px,
        fit=described["fit"],
        mean=tuple(described["mean"]),
        std=tuple(described["std"]),
        resample=int(described["resample"]),
        short_px=None if short_px == size_px else short_px,
    )


def describe_tokens(tokens: Any) -> dict[str, Any]:
    """How a text becomes token ids and mask."""
    own = isinstance(tokens, BpeTexts)
    fixed = not own and tokens.fixed
    return {
        "tokenizer": "tokenizers" if own else "transformers",
        "context_length": tokens.context_length,
        "fixed": fixed,
        "steps": "token ids and mask, int64 [batch, tokens], cut at context_length, padded to "
        + ("context_length" if fixed else "the longest of the batch"),
    }


def save_tokens(tokens: Any, folder: Path) -> None:
    """Write the tokenizer's files."""
    if isinstance(tokens, BpeTexts):
        tokens.tokenizer.save(str(folder / TOKENIZER_FILE))
    else:
        tokens.tokenizer.save_pretrained(str(folder))


def _tokens(described: dict[str, Any], folder: Path) -> BpeTexts | PretrainedTokens:
    length = int(described["context_length"])
    if described["tokenizer"] == "tokenizers":
        try:
            return BpeTexts(BpeTokenizer.from_file(str(folder / TOKENIZER_FILE)), length)
        except Exception as error:  # tokenizers raises nothing narrower
            raise InputError(f"{folder / TOKENIZER_FILE} is missing or damaged: {error}") from error
    return PretrainedTokens(load_tokenizer(str(folder)), length, fixed=bool(described["fixed"]))
