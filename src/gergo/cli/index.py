"""`gergo index`: a catalogue's vectors, ready to be searched."""

from __future__ import annotations

from typing import Annotated

import typer

from gergo.cli.arguments import CataloguePath, JsonFlag
from gergo.cli.printing import print_json


def command(
    catalogue: CataloguePath,
    model: Annotated[
        str,
        typer.Option(metavar="MODEL", help="base, a model's folder, or a hub name; searches will use it too."),
    ],
    compare: Annotated[
        bool,
        typer.Option(
            "--compare",
            help="Embed with this model beside the one that serves, say what would change, and change nothing; "
            "without this option the switch is made.",
        ),
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Make a catalogue searchable with a model. Only what is new is embedded; until all is, the old index serves."""
    import gergo

    opened, new = gergo.Catalogue.open(catalogue), gergo.Model.load(model)
    if compare:
        from gergo.search.comparing import compare as compared
        from gergo.search.index import prepare

        found = compared(gergo.Index.open(opened), prepare(opened, new))
        if as_json:
            print_json(found.to_json())
        else:
            print(found.describe())
        return
    index = gergo.index(opened, new)
    if as_json:
        print_json({"schema": 1, **index.record.model_dump()})
    else:
        print(index.describe())
