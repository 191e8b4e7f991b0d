"""`gergo gather`: web pages become a catalogue."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gergo.errors import UsageError


def command(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="FILES|WARC|SITEMAP",
            help="Folders of saved pages, .warc or .warc.gz files, or the address of a sitemap or a site.",
            show_default=False,
        ),
    ],
    to: Annotated[
        Path,
        typer.Option(
            metavar="CATALOGUE",
            help="The catalogue's folder; one that exists is brought up to date.",
            show_default=False,
        ),
    ],
    model: Annotated[
        str, typer.Option(metavar="MODEL", help="By which each pair's similarity is recorded; none for none.")
    ] = "base",
    min_similarity: Annotated[
        float | None,
        typer.Option(metavar="COSINE", help="Leave out pictures that fit their title less; look at the report first."),
    ] = None,
    delay: Annotated[
        float, typer.Option(metavar="SECONDS", help="Between two requests to one host; robots.txt may ask for more.")
    ] = 1.0,
    concurrency: Annotated[int, typer.Option(help="Requests to one host at a time.")] = 2,
    most_pages: Annotated[int | None, typer.Option(help="Fetch so many pages at most.")] = None,
    user_agent: Annotated[str, typer.Option(help="How to call on a site; name a way to reach you.")] = "",
    allow_loopback: Annotated[
        bool, typer.Option("--allow-loopback", help="Fetch from this machine and from any port, too.")
    ] = False,
) -> None:
    """Find pairs of picture and text on web pages, with no one labelling anything; a report says what was found."""
    import gergo
    from gergo.gathering.sources import Fetching

    if min_similarity is not None and not -1 <= min_similarity <= 1:
        raise UsageError(f"--min-similarity {min_similarity:g} is no cosine", hint="between -1 and 1")
    fetching = Fetching(
        delay_s=delay,
        concurrency=concurrency,
        most_pages=most_pages,
        allow_loopback=allow_loopback,
        user_agent=user_agent,
    )
    catalogue = gergo.gather(
        sources,
        to,
        model=None if model == "none" else model,
        min_similarity=min_similarity,
        fetching=fetching,
    )
    print(catalogue.path)
