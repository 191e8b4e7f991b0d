"""`Model.export`: write, load again, compare, and only then move into place."""

from __future__ import annotations

import gc
import json
import os
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gergo.errors import UsageError
from gergo.progress import say
from gergo.towers.exported import MANIFEST_FILE
from gergo.towers.exporting import onnx_graphs
from gergo.towers.exporting.agreement import LIMITS, Agreement, compare, require
from gergo.towers.exporting.card import card, figures_of
from gergo.towers.exporting.onnx_folder import write_onnx
from gergo.towers.exporting.samples import Sample, take_sample
from gergo.towers.exporting.transformers_folder import require_known, write_transformers
from gergo.towers.model import Model

if TYPE_CHECKING:
    from gergo.catalogue.store import Catalogue

LAYOUTS = ("transformers", "onnx")
LAST = ("config.json", MANIFEST_FILE)


def export_model(
    model: Model,
    out: Path,
    *,
    layout: str,
    precision: str = "fp32",
    sample: Sample | Catalogue | None = None,
    max_loss: float | None = None,
    licence: str | None = None,
    report: Path | None = None,
) -> Agreement:
    """See `Model.export`."""
    _require_sense(model, out, layout, precision)
    figures = figures_of(model, report)
    exact = model if model.precision == "fp32" else model.in_precision("fp32")
    pairs = sample if isinstance(sample, Sample) else take_sample(sample)
    calibration, checked = pairs.divided() if precision == "int8" else (pairs, pairs)
    limits = LIMITS[precision] if max_loss is None else replace(LIMITS[precision], points=max_loss)
    out.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        if layout == "onnx":
            write_onnx(exact, staging, precision, calibration)
        else:
            write_transformers(exact, staging)
        found = compare(exact, Model.load(staging, precision="fp32"), checked)
        for line in found.lines():
            say(line)
        require(found, limits, f"{layout} export in {precision}")
        _add_agreement(staging, found)
        text = card(exact, layout, precision, found, licence=licence, figures=figures)
        (staging / "README.md").write_text(text, "utf-8")
        gc.collect()  # the sessions that read the staged files
        _move_into(staging, out)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return found


def _require_sense(model: Model, out: Path, layout: str, precision: str) -> None:
    if layout not in LAYOUTS:
        raise UsageError(f"there is no format {layout!r}", hint=f"formats: {', '.join(LAYOUTS)}")
    if precision not in LIMITS:
        raise UsageError(f"there is no precision {precision!r}", hint=f"precisions: {', '.join(LIMITS)}")
    if layout == "transformers" and precision != "fp32":
        raise UsageError(
            f"a transformers folder is written in fp32, not {precision}", hint="--format onnx has all three"
        )
    if model.family == "onnx":
        raise UsageError(f"{model.name} is an export already", hint="export the model that it was made from")
    if layout == "onnx":
        onnx_graphs.require_onnx()
    else:
        require_known(model)
    if model.source and str(out.resolve()) == model.source:
        raise UsageError(f"{out} is the model that is to be exported", hint="give --out another name")
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not any((out / name).exists() for name in LAST))):
        raise UsageError(f"{out} is there and holds something else", hint="give --out a new folder")


def _add_agreement(folder: Path, found: Agreement) -> None:
    """Note in the manifest of an ONNX folder how near it is to its original."""
    path = folder / MANIFEST_FILE
    if path.is_file():
        written = {**json.loads(path.read_text("utf-8")), "agreement": found.to_json()}
        path.write_text(json.dumps(written, indent=2, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")


def _move_into(staging: Path, out: Path) -> None:
    """Files of `staging` into `out`, whatever makes it a model last."""
    out.mkdir(exist_ok=True)
    for name in LAST:
        (out / name).unlink(missing_ok=True)
    for path in sorted(staging.iterdir(), key=lambda path: path.name in LAST):
        if path.is_file():
            path.chmod(0o644)
        os.replace(path, out / path.name)
