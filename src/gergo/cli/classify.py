"""`gergo classify`: which of some labels a picture shows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gergo.cli.arguments import JsonFlag, ModelName, split_commas
from gergo.cli.printing import print_json, print_table
from gergo.errors import UsageError


def command(
    model: ModelName,
    images: Annotated[list[Path], typer.Argument(metavar="IMAGE", help="Pictures to label.", show_default=False)],
    labels: Annotated[
        list[str],
        typer.Option(metavar="A,B,C", help="The labels to choose from, at least two.", show_default=False),
    ],
    template: Annotated[str, typer.Option(help="The sentence that a label is put into, at its {}.")] = "a photo of {}",
    as_json: JsonFlag = False,
) -> None:
    """Say which label each picture shows, without any training on them."""
    names = list(dict.fromkeys(split_commas(labels)))
    if len(names) < 2:
        raise UsageError(f"--labels names {len(names)} label", hint="a choice needs two: --labels bolt,nut")
    import gergo

    scores = gergo.Model.load(model).zero_shot(images, names, template=template)
    if as_json:
        results = [
            {
                "image": str(image),
                "label": names[int(row.argmax())],
                "scores": {name: round(float(score), 6) for name, score in zip(names, row, strict=True)},
            }
            for image, row in zip(images, scores, strict=True)
        ]
        print_json({"schema": 1, "results": results})
        return
    print_table(
        "",
        ["picture", "label", "score"],
        [[str(image), names[int(row.argmax())], float(row.max())] for image, row in zip(images, scores, strict=True)],
    )
