"""`gergo search`: items found by words, by a picture, or by both."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from gergo.cli.arguments import CataloguePath, JsonFlag, writable
from gergo.cli.printing import print_json, print_results
from gergo.progress import say

if TYPE_CHECKING:
    from gergo.search.results import Mode


def command(
    catalogue: CataloguePath,
    text: Annotated[
        str | None, typer.Argument(metavar="TEXT", help="What to look for, in words.", show_default=False)
    ] = None,
    image: Annotated[Path | None, typer.Option(metavar="FILE", help="What to look for, as a picture.")] = None,
    like: Annotated[str | None, typer.Option(metavar="ID", help="More like this item, by its pictures.")] = None,
    minus: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT", help="Steer away from these words; items whose own texts have all of them are left out."
        ),
    ] = None,
    text_weight: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="How much the words count when there is a picture too.")
    ] = 0.5,
    where: Annotated[
        str | None,
        typer.Option(metavar="SQL", help="Only items of which this holds, as: brand = 'Nike' and price < 50"),
    ] = None,
    k: Annotated[int, typer.Option("-k", metavar="N", min=1, help="How many items to show.")] = 10,
    offset: Annotated[int, typer.Option(metavar="N", min=0, help="How many of the best to pass over.")] = 0,
    distinct: Annotated[
        bool,
        typer.Option(
            "--distinct",
            help="One result a product: of variants, and of items with the same photograph, only the best.",
        ),
    ] = False,
    mode: Annotated[
        str,
        typer.Option(
            metavar="MODE",
            help="vector, text (BM25 over the words of all columns), hybrid (both), or auto: hybrid where the query "
            "has a brand, a code, or a rare word.",
        ),
    ] = "auto",
    as_json: JsonFlag = False,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", callback=writable, help="Write a page with the pictures found.")
    ] = None,
) -> None:
    """Find items by words, by a picture, or by both; an item counts by the best of its pictures."""
    import gergo

    index = gergo.Index.open(gergo.Catalogue.open(catalogue))
    how = cast("Mode", mode)
    results = index.search(
        text,
        image=image,
        like=like,
        minus=minus,
        where=where,
        k=k,
        offset=offset,
        distinct=distinct,
        text_weight=text_weight,
        mode=how,
    )
    if html is not None:
        title = text or (f"like {like}" if like else str(image))
        index.save_html(html, results, title=title, query=image.read_bytes() if image else None, where=where)
        say(f"page written to {html}")
    if as_json:
        print_json({"schema": 1, "results": [result.to_json() for result in results]})
        return
    for word, meant in index.corrections(text, how).items():
        say(f"no item has {word!r}: looked for {', '.join(meant)} too")
    for code in index.unknown_codes(text):
        say(f"no item has {code!r}: what was found is only alike")
    if results:
        print_results(results, index.catalogue.roles)
    elif offset:
        say(f"nothing more: fewer than {offset + 1} items were found")
    elif where is None:
        say("nothing found: no item has any of these words")
    else:
        say("nothing found: --where holds of no item")
        for column, values in index.written_otherwise(where).items():
            say(f"hint: {column} is written {' or '.join(map(repr, values))}")
