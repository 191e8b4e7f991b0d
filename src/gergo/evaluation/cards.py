"""What was measured, on what and how: the parts of a report that let somebody get it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gergo.catalogue.store import Catalogue
from gergo.evaluation.measured_rows import Measured, count_reasons
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
    """The command line that measures the same. options: name -> value; None, empty and False are not written.

    Names are those of models and folders, not where they lie on this machine.
    """
    parts = ["gergo evaluate", model.name, catalogue.path.name]
    parts += [
        f"--{name.replace('_', '-')} {_quoted(value)}" for name, value in options.items() if value not in (None, "", ())
    ]
    return " ".join(parts)


def _quoted(value: object) -> str:
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return f'"{text}"' if " " in text else text
