"""A folder that `transformers` loads: config.json, model.safetensors, the tokenizer and the image processor."""

from __future__ import annotations

from pathlib import Path

from gergo.errors import UsageError
from gergo.towers import loading
from gergo.towers.model import Model


def write_transformers(model: Model, folder: Path) -> None:
    """Write the model as the library that it comes from writes it.

    Raises:
        UsageError: an architecture of gergo's own, which no other library knows.
    """
    family = loading.FAMILIES.get(model.family)
    if not hasattr(family, "rejoin"):
        raise UsageError(
            f"{model.name} is of gergo's own family {model.family!r}, which transformers does not know",
            hint="gergo export MODEL --format onnx --out DIR writes what ONNX Runtime runs anywhere",
        )
    rejoined = family.rejoin(model.network, model.config)
    rejoined.save_pretrained(str(folder))
    family.save_files(model.network, folder)
