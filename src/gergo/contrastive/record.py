"""What a finished run says about itself: the record in the model, training.json and README.md beside it."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import torch

import gergo
from gergo.catalogue.store import Catalogue
from gergo.contrastive.checkpoints import explained_disk, write_atomically, write_json
from gergo.contrastive.settings import Method, Settings
from gergo.progress import duration
from gergo.towers.model import Model

TRAINING_FILE = "training.json"


def describe(catalogue: Catalogue, base: Model, method: Method, settings: Settings) -> dict[str, Any]:
    """What is trained on what, and how: what `run.json` holds and a resumed run must have in common with it."""
    return {
        "base": {"name": base.name, "hash": base.hash},
        "catalogue": {
            "name": catalogue.name,
            "path": str(catalogue.path),
            "version": catalogue.version,
            "hash": catalogue.hash,
        },
        "method": method,
        "settings": settings.model_dump(),
        "gergo": gergo.__version__,
    }


def training_record(
    identity: Mapping[str, Any],
    *,
    items: Mapping[str, int],
    history: list[dict[str, Any]],
    best_epoch: int,
    time_s: float,
) -> dict[str, Any]:
    """The record of a finished run: `base`, `catalogue` and `training`, which holds everything else.

    items: how many items each part has ("train", "validation", "unseen").
    """
    return {
        "base": identity["base"],
        "catalogue": identity["catalogue"],
        "training": {
            "method": identity["method"],
            "settings": identity["settings"],
            "items": dict(items),
            "epochs": history,
            "best_epoch": best_epoch,
            "time_s": round(time_s, 1),
            "versions": {
                "gergo": identity["gergo"],
                "python": platform.python_version(),
                **{name: metadata.version(name) for name in ("torch", "transformers", "numpy")},
            },
            "threads": torch.get_num_threads(),
        },
    }


def save_with_record(model: Model, out: Path, record: dict[str, Any]) -> None:
    """Write README.md and training.json, then the model, whose model.json says that the run is finished.

    Raises:
        TrainingError: the disk is full.
    """
    with explained_disk(out):
        write_json(out / TRAINING_FILE, record)
        write_atomically(out / "README.md", lambda file: file.write(readme(out.name, record).encode()))
        model.save(out, record=record)


def readme(name: str, record: Mapping[str, Any]) -> str:
    """The folder in words."""
    base, catalogue, training = record["base"], record["catalogue"], record["training"]
    settings = "\n".join(f"- {name}: {value}" for name, value in training["settings"].items())
    items = ", ".join(f"{count:,} {part}" for part, count in training["items"].items())
    verdict = (
        f"Epoch {training['best_epoch']} was best on items held back from training, and is what this folder holds."
        if training["best_epoch"]
        else "No epoch beat the base on items held back from training: these weights are the base's own."
    )
    return f"""# {name}

A dual encoder for pictures and texts, fine-tuned by Gergo {training["versions"]["gergo"]}.

- base: {base["name"]} (sha256 {base["hash"][:12]})
- catalogue: {catalogue["name"]}, version {catalogue["version"]} (hash {catalogue["hash"][:12]})
- method: {training["method"]}, {duration(training["time_s"])}
- items: {items}

{verdict}

{_table(training)}

The figures are the mean of text-to-item and item-to-text mean reciprocal rank on items that chose the epoch.
They are not a test: `gergo evaluate` measures on splits that neither trained nor chose.

## Settings

{settings}

## Files

- `model.json`, `weights.safetensors`, the tokenizer, `seen.bin`: the model; `gergo.Model.load` reads the
  folder
- `training.json`: this page as data, with the versions of the libraries
- `run.json`, `log.jsonl`: what was asked for, and every step
"""


def _table(training: Mapping[str, Any]) -> str:
    parts = [part for part in training["items"] if part != "train"]
    lines = [f"| epoch | loss | {' | '.join(parts)} |", "|---" * (2 + len(parts)) + "|"]
    for record in training["epochs"]:
        loss = f"{record['loss']:.3f}" if "loss" in record else ""
        figures = " | ".join(f"{record[part]:.3f}" for part in parts)
        lines.append(f"| {record['epoch']} | {loss} | {figures} |")
    return "\n".join(lines)
