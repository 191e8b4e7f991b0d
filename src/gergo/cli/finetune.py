"""`gergo finetune`: a model learns a catalogue."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gergo.cli.arguments import CataloguePath, parse_settings
from gergo.errors import UsageError

OPTIONS = {"base", "method", "out"}


class Method(StrEnum):
    """How much of the base is trained."""

    AUTO = "auto"
    PROBE = "probe"
    FULL = "full"


def command(
    catalogue: CataloguePath,
    out: Annotated[Path, typer.Option(metavar="MODEL_DIR", help="Where the tuned model goes.", show_default=False)],
    settings: Annotated[
        list[str] | None,
        typer.Argument(metavar="KEY=VALUE", help="Settings of the training, as epochs=3.", show_default=False),
    ] = None,
    base: Annotated[
        str, typer.Option(metavar="MODEL", help="What to start from: base, a model's folder, or a hub name.")
    ] = "base",
    method: Annotated[
        Method, typer.Option(help="probe trains the projections, full everything, auto picks by the data.")
    ] = Method.AUTO,
) -> None:
    """Tune a model on a catalogue. Interrupted, the same command goes on where it was."""
    named = parse_settings(settings or [])
    for name in OPTIONS & named.keys():
        raise UsageError(f"{name} is an option, not a setting", hint=f"--{name} {named[name]}")
    import gergo

    gergo.finetune(
        gergo.Catalogue.open(catalogue),
        base=gergo.Model.load(base),
        out=out,
        method=method.value,
        **named,
    )
    print(out)
