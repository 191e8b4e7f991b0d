"""A folder that `transformers` loads: config.json, model.safetensors, the tokenizer and the image processor."""

from __future__ import annotations

from pathlib import Path

from gergo.errors import UsageError
from gergo.towers import loading
from gergo.towers.model import Model


def require_known(model: Model) -> None:
    """Raises UsageError for an architecture of gergo's own, which no other library knows."""
    if not hasattr(loading.FAMILIES[model.family], "rejoin"):
        raise UsageError(
            f"{model.name} is of gergo's own family {model.family!r}, which transformers does not know",
            hint="gergo export MODEL --format onnx --out DIR writes what ONNX Runtime runs anywhere",
        )


def write_transformers(model: Model, folder: Path) -> None:
    """Write the model as the library that it comes from writes it, and the list of what it has seen."""
    require_known(model)
    family = loading.FAMILIES[model.family]
    family.rejoin(model.network, model.config).save_pretrained(str(folder))
    family.save_files(model.network, folder)
    loading.write_seen(folder / loading.SEEN_FILE, model.seen)
