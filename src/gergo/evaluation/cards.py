"""What was measured, on what and how: the parts of a report that let somebody get it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from gergo.catalogue.store import Catalogue
from gergo.evaluation.measured_rows import Measured, count_reasons
from gergo.evaluation.mixing import mixing_of
from gergo.evaluation.results import CatalogueCard, ModelCard, Skipped
from gergo.towers.model import Model


def model_card(model: Model) -> ModelCard:
    base = model.record.get("base")
    return ModelCard(
        name=model.name,
        hash=model.hash,
        dim=model.dim,
        pretrained_on=len(model.seen),
        base=str(base.get("name", "")) if isinstance(base, dict) else base,
        mixing=mixing_of(model.record),
    )


def catalogue_card(catalogue: Catalogue, measured: Measured, skipped: Sequence[Skipped]) -> CatalogueCard:
    return CatalogueCard(
        name=catalogue.name,
        version=catalogue.version,
        hash=catalogue.hash,
        items={split: len(rows.id_N) for split, rows in measured.rows.items()},
        left_out=len(measured.left_out),
        left_out_reasons=count_reasons(measured.left_out),
        left_out_items=measured.left_out,
        skipped=list(skipped),
    )


def command(model: Model, catalogue: Catalogue, options: Mapping[str, object]) -> str:
    """The command line that measures the same. options: name -> value as it was given; None is not written.

    Files and folders are named, without where they lie on this machine.
    """
    given = {name: value for name, value in options.items() if value is not None}
    parts = [f"--{name.replace('_', '-')} {_quoted(value)}" for name, value in given.items()]
    return " ".join(["gergo evaluate", model.name, catalogue.path.name, *parts])


def _quoted(value: object) -> str:
    text = value.name if isinstance(value, Path) else f"{value:g}" if isinstance(value, float) else str(value)
    return f'"{text}"' if " " in text else text
