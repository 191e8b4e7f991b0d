"""`gergo explain`: where in a picture a model finds a text."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gergo.cli.arguments import ModelName, writable
from gergo.progress import say


class Method(StrEnum):
    """How the evidence is found; see docs/seeing.md."""

    gradient = "gradient"
    occlusion = "occlusion"


def command(
    model: ModelName,
    image: Annotated[Path, typer.Argument(metavar="IMAGE", help="The picture to look at.", show_default=False)],
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What to find in it, in words.", show_default=False)],
    out: Annotated[Path, typer.Option(metavar="FILE", callback=writable, help="The PNG to write.", show_default=False)],
    method: Annotated[
        Method, typer.Option(help="gradient: one pass; occlusion: 62 passes, for any model.")
    ] = Method.gradient,
) -> None:
    """Write a picture of where in IMAGE the model finds TEXT, and print how well they match."""
    import gergo

    explanation = gergo.explain(gergo.Model.load(model), image, text, method=method.value)
    written = explanation.save(out)
    say(f"overlay written to {written}")
    if not explanation.found:
        say("the text matches this picture no better than texts that say nothing: do not trust the map")
    place = "nowhere" if explanation.peak is None else "strongest at x={}, y={}".format(*explanation.peak)
    print(f"cosine {explanation.score:.3f} (texts that say nothing: {explanation.neutral:.3f}), evidence {place}")
