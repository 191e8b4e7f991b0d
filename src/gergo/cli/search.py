"""`gergo search`: items found by words, by a picture, or by both."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gergo.cli.arguments import CataloguePath, JsonFlag
from gergo.cli.printing import print_json, print_results
from gergo.progress import say


def command(
    catalogue: CataloguePath,
    text: Annotated[
        str | None, typer.Argument(metavar="TEXT", help="What to look for, in words.", show_default=False)
    ] = None,
    image: Annotated[Path | None, typer.Option(metavar="FILE", help="What to look for, as a picture.")] = None,
    text_weight: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="How much the words count when there is a picture too.")
    ] = 0.5,
    where: Annotated[
        str | None,
        typer.Option(metavar="SQL", help="Only items of which this holds, as: brand = 'Nike' and price < 50"),
    ] = None,
    k: Annotated[int, typer.Option("-k", metavar="N", min=1, help="How many items to show.")] = 10,
    as_json: JsonFlag = False,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a page with the pictures found.")] = None,
) -> None:
    """Find items by words, by a picture, or by both; an item counts by the best of its pictures."""
    import gergo

    index = gergo.Index.open(gergo.Catalogue.open(catalogue))
    results = index.search(text, image=image, where=where, k=k, text_weight=text_weight)
    if html is not None:
        index.save_html(html, results, title=text or str(image), query=image.read_bytes() if image else None)
        say(f"page written to {html}")
    if as_json:
        print_json({"schema": 1, "results": [result.to_json() for result in results]})
    elif not results:
        say("nothing found: --where holds of no item")
    else:
        print_results(results, index.catalogue.roles)
