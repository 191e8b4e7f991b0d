"""`gergo index`: a catalogue's vectors, ready to be searched."""

from __future__ import annotations

from typing import Annotated

import typer

from gergo.cli.arguments import CataloguePath


def command(
    catalogue: CataloguePath,
    model: Annotated[
        str,
        typer.Option(metavar="MODEL", help="base, a model's folder, or a hub name; searches will use it too."),
    ],
) -> None:
    """Make a catalogue searchable with a model. Only what is new is embedded."""
    import gergo

    index = gergo.index(gergo.Catalogue.open(catalogue), gergo.Model.load(model))
    print(index.describe())
