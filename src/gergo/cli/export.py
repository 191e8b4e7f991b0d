"""`gergo export`: a model in a layout that others read."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gergo.cli.arguments import ModelName


class Format(StrEnum):
    """Who is to read it."""

    TRANSFORMERS = "transformers"
    ONNX = "onnx"


class Bits(StrEnum):
    """How weights are kept."""

    FP32 = "fp32"
    FP16 = "fp16"
    INT8 = "int8"


def command(
    model: ModelName,
    format: Annotated[
        Format,
        typer.Option(
            help="transformers: a folder that library loads. onnx: a graph a tower, which is a MODEL too.",
            show_default=False,
        ),
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where it goes.", show_default=False)],
    precision: Annotated[Bits, typer.Option(help="Of the weights; fp16 and int8 with onnx only.")] = Bits.FP32,
    catalogue: Annotated[
        Path | None,
        typer.Option(
            metavar="CATALOGUE", help="Whose pictures and titles it is calibrated and checked on; else drawn ones."
        ),
    ] = None,
    max_loss: Annotated[
        float | None,
        typer.Option(
            metavar="POINTS", help="Recall that may be lost before it is refused; 1, and 3 in int8.", min=0, max=100
        ),
    ] = None,
    licence: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Licence of the weights, for the card, where the model does not say."),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="What gergo evaluate --json wrote for this model: figures for the card."),
    ] = None,
) -> None:
    """Write a model in a layout that others read, checked against the original, with a card."""
    import gergo

    gergo.Model.load(model).export(
        out,
        format=format.value,
        precision=precision.value,
        catalogue=None if catalogue is None else gergo.Catalogue.open(catalogue),
        max_loss=max_loss,
        licence=licence,
        report=report,
    )
    print(out)
