"""`gergo inspect`: what is in a catalogue, and what is likely to hurt training."""

from __future__ import annotations

from typing import Annotated

import typer

from gergo.cli.arguments import CataloguePath, JsonFlag
from gergo.cli.printing import print_json


def command(
    catalogue: CataloguePath,
    model: Annotated[
        str, typer.Option(metavar="MODEL", help="The model whose limit of tokens the texts are held against.")
    ] = "base",
    as_json: JsonFlag = False,
) -> None:
    """Count what is in a catalogue, and say what is likely to hurt training."""
    import gergo

    opened = gergo.Catalogue.open(catalogue)
    reader = gergo.Model.load(model)
    inspection = gergo.inspect(opened, count_tokens=reader.count_tokens, context_length=reader.context_length)
    if as_json:
        print_json(inspection.to_json())
    else:
        print(inspection.to_text())
