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
from gergo.contrastive.checkpoints import explained_disk, write_json
from gergo.contrastive.job import Job, Run
from gergo.contrastive.processes import processes
from gergo.contrastive.settings import Method, Settings
from gergo.files import write_whole
from gergo.progress import duration
from gergo.towers.model import Model

TRAINING_FILE = "training.json"


def describe(job: Job, method: str, settings: Settings, *, search: bool) -> dict[str, Any]:
    """What is trained on what, and how: what `run.json` holds and a resumed run must have in common with it."""
    identity = {
        "base": {"name": job.base.name, "hash": job.base.hash},
        "catalogue": _catalogue(job.catalogue),
        "method": method,
        "settings": settings.model_dump(mode="json"),
        "gergo": gergo.__version__,
    }
    if job.retain is not None:
        identity["retain"] = _catalogue(job.retain[0])
    return identity | ({"search": True} if search else {})


def _catalogue(catalogue: Catalogue) -> dict[str, Any]:
    return {
        "name": catalogue.name,
        "path": str(catalogue.path),
        "version": catalogue.version,
        "hash": catalogue.hash,
    }


def training_record(
    job: Job, method: Method, settings: Settings, ended: Run, *, tried: list[dict[str, Any]]
) -> dict[str, Any]:
    """The record of a finished run: `base`, `catalogue`, `retain` and `training`, which holds everything else.

    tried: what a search tried, one entry a candidate and rung.
    """
    identity = describe(job, method, settings, search=False)
    progress = ended.progress
    return {
        **{name: identity[name] for name in ("base", "catalogue", "retain") if name in identity},
        "training": {
            "method": method,
            "settings": identity["settings"],
            "items": job.counts,
            "epochs": progress.history,
            "best_epoch": ended.best_epoch,
            "interpolation": ended.outcome.record(),
            **({"search": tried} if tried else {}),
            "time_s": round(progress.time_s, 1),
            "versions": {
                "gergo": identity["gergo"],
                "python": platform.python_version(),
                **{name: metadata.version(name) for name in ("accelerate", "numpy", "peft", "torch", "transformers")},
            },
            "threads": torch.get_num_threads(),
            "processes": processes().count,
        },
    }


def save_with_record(model: Model, out: Path, record: dict[str, Any]) -> None:
    """Write README.md and training.json, then the model, whose model.json says that the run is finished.

    Raises:
        TrainingError: the disk is full.
    """
    with explained_disk(out):
        write_json(out / TRAINING_FILE, record)
        write_whole(out / "README.md", readme(out.name, record))
        model.save(out, record=record)


def readme(name: str, record: Mapping[str, Any]) -> str:
    """The folder in words."""
    base, catalogue, training = record["base"], record["catalogue"], record["training"]
    settings = "\n".join(f"- {name}: {value}" for name, value in training["settings"].items())
    items = ", ".join(f"{count:,} {part}" for part, count in training["items"].items())
    mixed = training["interpolation"]
    verdict = (
        f"Epoch {training['best_epoch']} was best on items held back from training. This folder holds it at "
        f"{mixed['sentence']}."
        if mixed["alpha"]
        else "No epoch, mixed with the base or not, beat it on items held back from training by more than chance: "
        "these weights are the base's own."
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

## Between the base and the best epoch

Domain is the figure of the validation split, generality the mean of those that guard it (unseen categories, the
catalogue to retain).

{_curve(mixed)}

## Settings

{settings}

## Files

- `model.json`, `weights.safetensors`, the tokenizer, `seen.bin`: the model; `gergo.Model.load` reads the
  folder
- `training.json`: this page as data, with the versions of the libraries
- `run.json`, `log.jsonl`: what was asked for, and every step; `search.jsonl`: what a search tried
"""


def _table(training: Mapping[str, Any]) -> str:
    parts = [part for part in training["items"] if part != "train"]
    lines = [f"| epoch | loss | {' | '.join(parts)} |", "|---" * (2 + len(parts)) + "|"]
    for record in training["epochs"]:
        loss = f"{record['loss']:.3f}" if "loss" in record else ""
        # A part that asks nothing by the kinds of pairs that are taught has no figure.
        figures = " | ".join(f"{record[part]:.3f}" if part in record else "" for part in parts)
        lines.append(f"| {record['epoch']} | {loss} | {figures} |")
    return "\n".join(lines)


def _curve(mixed: Mapping[str, Any]) -> str:
    lines = ["| alpha | domain | generality |", "|---|---|---|"]
    for point in mixed["curve"]:
        kept = "" if point["generality"] is None else f"{point['generality']:.3f}"
        chosen = " (this folder)" if point["alpha"] == mixed["alpha"] else ""
        lines.append(f"| {point['alpha']:g}{chosen} | {point['domain']:.3f} | {kept} |")
    return "\n".join(lines)
