"""The README.md of an exported folder: what it is, what it learnt from, what was measured, what may be done with it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gergo import __version__
from gergo.errors import InputError
from gergo.pages.leading import chosen, leading
from gergo.towers.exporting.agreement import Agreement
from gergo.towers.model import Model

UNKNOWN = "unknown"
SHOWN_FIGURES = 40


def card(model: Model, layout: str, precision: str, agreement: Agreement, *, licence: str | None, figures: str) -> str:
    """The card in Markdown, with the fields that model hubs read on top; `figures` is what `figures_of` gave."""
    stated = licence or _licence(model)
    base = model.record.get("base", {})
    front = {
        "license": stated.lower() if stated != UNKNOWN else UNKNOWN,
        "library_name": "transformers" if layout == "transformers" else "onnx",
        "pipeline_tag": "zero-shot-image-classification",
        "tags": ["gergo", "contrastive", "image-text"],
    }
    lines = [f"{name}: {json.dumps(value)}" for name, value in front.items()]
    parts = [
        "---\n" + "\n".join(lines) + "\n---",
        f"# {model.name}",
        f"A dual encoder: pictures and texts in, unit vectors of {model.dim} numbers out. Exported by Gergo "
        f"{__version__} ({layout}, {precision}) from {model.name} (sha256 {model.hash[:12]}, family {model.family}).",
        "## Data\n\n" + _data(model.record, base),
        "## Figures\n\n" + figures,
        "## This export beside its original\n\n" + "\n".join(f"- {line}" for line in agreement.lines()),
        "## Limits\n\n" + _limits(model),
        f"## Licence\n\n- weights: {stated}" + _licence_note(stated, base),
        "## Use\n\n" + (_use_onnx() if layout == "onnx" else _use_transformers()),
    ]
    return "\n\n".join(parts) + "\n"


def _licence(model: Model) -> str:
    """What the record says; a model tuned from the embedded base has its licence."""
    from gergo.towers.loading import base_folder

    if model.record.get("licence"):
        return str(model.record["licence"])
    embedded = json.loads((base_folder() / "model.json").read_text("utf-8"))
    if model.record.get("base", {}).get("hash") == embedded["hash"]:
        return str(embedded["record"]["licence"])
    return UNKNOWN


def _licence_note(stated: str, base: Mapping[str, Any]) -> str:
    if stated != UNKNOWN:
        return "\n- data: that of the catalogue's owner; none of it is in this folder but hashes of its content"
    named = base.get("name", "its checkpoint")
    return f" (the record does not say: look at the card of {named}, and export with --licence)"


def _data(record: Mapping[str, Any], base: Mapping[str, Any]) -> str:
    catalogue, training = record.get("catalogue", {}), record.get("training", {})
    lines = []
    if base:
        lines.append(f"- base: {base['name']} (sha256 {base['hash'][:12]})")
    if catalogue:
        lines.append(
            f"- catalogue: {catalogue['name']}, version {catalogue['version']} (hash {catalogue['hash'][:12]})"
        )
    if training:
        items = ", ".join(f"{count:,} {part}" for part, count in training["items"].items())
        lines.append(f"- items: {items}; method {training['method']}, epoch {training['best_epoch']} kept")
    if record.get("catalogues"):
        lines.append(f"- trained on: {', '.join(record['catalogues'])}, recipe {record.get('recipe', UNKNOWN)}")
    return "\n".join(lines) or "The checkpoint came without a record of gergo's: see its own card."


def figures_of(model: Model, report: Path | None) -> str:
    """The figures of a report on this model; without one, those on its own card.

    Raises:
        InputError: the file is no report, or one on another model.
    """
    if report is None:
        return _own_figures(model) or (
            "None was handed over: `gergo evaluate MODEL CATALOGUE --json report.json`, then export with "
            "`--report report.json`."
        )
    try:
        written = json.loads(report.read_text("utf-8"))
        measured, catalogue = written["model"], written["catalogue"]
        before = (written.get("baseline") or {}).get("name")
        table = _table(written["results"], has_baseline=before is not None)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{report} is no report of gergo evaluate: {error}") from error
    if measured.get("hash") != model.hash:
        raise InputError(
            f"{report} was measured on {measured.get('name')} ({str(measured.get('hash'))[:12]}), "
            f"not on {model.name} ({model.hash[:12]})",
            hint="gergo evaluate MODEL CATALOGUE --json report.json",
        )
    intervals = "95% intervals" + (f"; “before” is {before}" if before else "")
    verdict = (written.get("verdict") or {}).get("sentence", "")
    return (
        f"Of the original, on the catalogue {catalogue['name']} (hash {catalogue['hash'][:12]}); {intervals}. "
        "The first figure of every task, split and column:\n\n" + table + (f"\n\n{verdict}" if verdict else "")
    )


def _table(results: Sequence[Mapping[str, Any]], *, has_baseline: bool) -> str:
    first = chosen(leading(results), SHOWN_FIGURES)
    heads = ["task", "split", "about", "figure", *(["before"] if has_baseline else []), "value", "95%", "queries"]
    rows = [_row(about, result, has_baseline=has_baseline) for about, result in first]
    left = f"\n\n{len(results) - len(rows):,} more are in the report." if len(results) > len(rows) else ""
    return "\n".join([f"| {' | '.join(heads)} |", "|---" * len(heads) + "|", *rows]) + left


def _own_figures(model: Model) -> str:
    """The figures on the card that the model came with, where it is one of gergo's own."""
    from gergo.towers.loading import base_folder

    path = (base_folder() if model.source == "base" else Path(model.source)) / "CARD.md"
    if not model.source or not path.is_file():
        return ""
    section = re.search(r"^## Figures\n(.*?)(?=^## |\Z)", path.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return section[1].strip() if section else ""


def _row(about: str, result: Mapping[str, Any], *, has_baseline: bool) -> str:
    cells = [result["task"], result["split"], about, result["metric"]]
    if has_baseline:
        cells.append("" if result.get("baseline") is None else f"{result['baseline']:.3f}")
    interval = "" if result["low"] is None else f"{result['low']:.3f} to {result['high']:.3f}"
    cells += [f"{result['value']:.3f}", interval, f"{result['n']:,}"]
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _limits(model: Model) -> str:
    lines = [
        f"- pictures are seen at {model.image_size} px square; texts are cut at {model.context_length} tokens",
        "- what is unlike its training data in trade, language or kind of picture fares worse, how much is unmeasured",
    ]
    if model.seen:
        lines.append(
            f"- {len(model.seen):,} pictures and texts are listed as seen in training: figures on them say nothing"
        )
    return "\n".join(lines)


def _use_onnx() -> str:
    return (
        "`onnx.json` says how values are prepared for `image.onnx` and `text.onnx`; both give unit vectors.\n\n"
        '```python\nimport gergo\nmodel = gergo.Model.load("this folder")  # runs on ONNX Runtime\n'
        'model.encode_texts(["a red shirt"])\n```'
    )


def _use_transformers() -> str:
    return (
        "```python\nfrom transformers import AutoImageProcessor, AutoModel, AutoTokenizer\n"
        'model = AutoModel.from_pretrained("this folder")\n'
        'model.get_text_features(**AutoTokenizer.from_pretrained("this folder")(["a red shirt"], padding="max_length", '
        'return_tensors="pt"))\n```\n\n`gergo.Model.load` reads the folder too.'
    )
