"""`gergo import`: an export becomes a clean catalogue."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gergo.cli.arguments import split_commas


def command(
    sources: Annotated[
        list[Path],
        typer.Argument(
            metavar="SOURCE",
            help="CSV, TSV, JSONL, Parquet, or folders of them or of pictures; several make one catalogue.",
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
    image: Annotated[
        list[str] | None, typer.Option(metavar="COLUMN", help="A column of pictures; may be repeated.")
    ] = None,
    text: Annotated[
        list[str] | None,
        typer.Option(metavar="COLUMN", help="A column of texts, the title first; may be repeated."),
    ] = None,
    id: Annotated[str | None, typer.Option(metavar="COLUMN", help="The product's id.")] = None,
    group: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="What ties variants of one product together.")
    ] = None,
    brand: Annotated[str | None, typer.Option(metavar="COLUMN", help="The brand.")] = None,
    category: Annotated[str | None, typer.Option(metavar="COLUMN", help="The category.")] = None,
    held_out_brands: Annotated[
        list[str] | None,
        typer.Option(metavar="A,B", help="Brands kept out of training, to measure on; drawn when not named."),
    ] = None,
    held_out_categories: Annotated[
        list[str] | None,
        typer.Option(metavar="X,Y", help="Categories kept out of training, to measure on; drawn when not named."),
    ] = None,
    encoding: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Of CSV and JSON files, as cp1250 or utf-8; detected when not named."),
    ] = None,
    separator: Annotated[
        str | None,
        typer.Option(metavar="CHARACTER", help="Of CSV files, as ';' or tab; detected when not named."),
    ] = None,
) -> None:
    """Read an export, clean it, split it, store it. Columns are recognised by name and content, and said."""
    import gergo

    catalogue = gergo.import_catalogue(
        sources[0] if len(sources) == 1 else sources,
        to,
        image=image,
        text=text,
        id=id,
        group=group,
        brand=brand,
        category=category,
        held_out_brands=split_commas(held_out_brands) if held_out_brands else None,
        held_out_categories=split_commas(held_out_categories) if held_out_categories else None,
        encoding=encoding,
        separator=separator,
    )
    print(catalogue.path)
