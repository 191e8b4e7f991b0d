"""A folder of ONNX graphs, a tower each, that ONNX Runtime runs without torch, and `gergo.Model.load` reads."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from gergo.progress import say
from gergo.towers import exported
from gergo.towers.exporting import onnx_graphs
from gergo.towers.exporting.samples import Sample
from gergo.towers.loading import SEEN_FILE, hash_file, read_seen, write_seen
from gergo.towers.model import Model
from gergo.towers.network import ImageTower, TextTower

CALIBRATION_BATCH = 8


def write_onnx(model: Model, folder: Path, precision: str, calibration: Sample) -> None:
    """Write graphs, tokenizer and manifest into `folder`."""
    try:
        model.network.cpu()  # where every graph is traced
        towers = {
            modality: _write_tower(model, modality, folder, precision, calibration) for modality in model.network.towers
        }
    finally:
        model.network.to(model.device)
    write_seen(folder / SEEN_FILE, model.seen)
    _write_manifest(model, folder, precision, towers)


def _write_tower(model: Model, modality: str, folder: Path, precision: str, calibration: Sample) -> dict[str, Any]:
    """One graph and what the manifest says of it."""
    say(f"writing the {modality} tower in {precision}")
    final = folder / f"{modality}.onnx"
    plain = final if precision == "fp32" else folder / f"{modality}.fp32.onnx"
    onnx_graphs.trace(model.network, modality, plain)
    how = "none"
    if precision == "fp16":
        onnx_graphs.to_half(plain, final)
    elif precision == "int8":
        how = onnx_graphs.to_int8(plain, final, _calibrating(model, modality, calibration))
    if plain != final:
        for spare in folder.glob(f"{plain.name}*"):
            spare.unlink()
    return {
        "file": final.name,
        "sha256": hash_file(final),
        "quantisation": how,
        "inputs": list(onnx_graphs.INPUTS[modality]),
        "output": onnx_graphs.OUTPUT,
        "preparation": _preparation(model.network.tower(modality), folder),
    }


def _preparation(tower: Any, folder: Path) -> dict[str, Any]:
    if isinstance(tower, ImageTower):
        return exported.describe_geometry(tower.geometry)
    assert isinstance(tower, TextTower)
    exported.save_tokens(tower.tokenizer, folder)
    return exported.describe_tokens(tower.tokenizer)


def _calibrating(model: Model, modality: str, sample: Sample) -> Iterator[dict[str, np.ndarray]]:
    """What the graph of a tower would be given for a sample, in batches."""
    tower = model.network.tower(modality)
    for start in range(0, len(sample), CALIBRATION_BATCH):
        if isinstance(tower, ImageTower):
            pixels = tower.prepare(sample.images[start : start + CALIBRATION_BATCH])["pixels"].float()
            given = [((pixels - tower.mean) / tower.std).numpy()]
        else:
            given = [
                values.numpy() for values in tower.prepare(sample.texts[start : start + CALIBRATION_BATCH]).values()
            ]
        yield dict(zip(onnx_graphs.INPUTS[modality], given, strict=True))


def _write_manifest(model: Model, folder: Path, precision: str, towers: dict[str, Any]) -> None:
    bias = model.network.logit_bias
    files = "".join(described["sha256"] for described in towers.values())
    written = {
        "format": exported.FORMAT,
        "precision": precision,
        "dim": model.dim,
        "log_scale": float(model.network.log_scale.detach()),
        "logit_bias": None if bias is None else float(bias.detach()),
        "towers": towers,
        "hash": hashlib.sha256(files.encode()).hexdigest(),
        "exported_from": {"name": model.name, "hash": model.hash, "family": model.family},
        "seen": len(read_seen(folder / SEEN_FILE)),
        "record": model.record,
        "versions": {name: metadata.version(name) for name in ("torch", "onnx", "onnxscript", "onnxruntime")},
    }
    text = json.dumps(written, indent=2, sort_keys=True, ensure_ascii=False)
    (folder / exported.MANIFEST_FILE).write_text(text + "\n", "utf-8")
