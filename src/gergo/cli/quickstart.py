"""`gergo quickstart`: the whole path on the demo catalogue."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def command(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where what it makes goes.")] = Path(
        "gergo-quickstart"
    ),
    fast: Annotated[bool, typer.Option("--fast", help="A smaller catalogue and a shorter tuning.")] = False,
) -> None:
    """See the whole path on a demo shop: import, tune, measure, search; offline, in minutes."""
    import gergo

    print(gergo.quickstart(folder, fast=fast))
