"""`gergo inspect`: what is in a catalogue, and what is likely to hurt training."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gergo.cli.arguments import CataloguePath, JsonFlag, writable
from gergo.cli.printing import print_json
from gergo.progress import say


def command(
    catalogue: CataloguePath,
    model: Annotated[
        str, typer.Option(metavar="MODEL", help="The model whose limit of tokens the texts are held against.")
    ] = "base",
    html: Annotated[
        Path | None,
        typer.Option(metavar="FILE", callback=writable, help="Write it as one page, with pictures of what was found."),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Count what is in a catalogue, and say what is likely to hurt training."""
    import gergo

    opened = gergo.Catalogue.open(catalogue)
    reader = gergo.Model.load(model)
    inspection = gergo.inspect(opened, count_tokens=reader.count_tokens, context_length=reader.context_length)
    if html is not None:
        inspection.save_html(html)
        say(f"inspection written to {html}")
    if as_json:
        print_json(inspection.to_json())
    else:
        print(inspection.to_text())
