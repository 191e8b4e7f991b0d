"""`gergo serve`: the HTTP API and the page to search with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gergo.cli.arguments import CataloguePath


def command(
    catalogue: CataloguePath,
    host: Annotated[str, typer.Option(help="The address to listen at; 0.0.0.0 is every one of this machine.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to listen at; 0 takes a free one.")] = 8000,
    base: Annotated[
        str | None,
        typer.Option(metavar="MODEL", help="A model to show beside the index's own: base, a folder, a hub name."),
    ] = None,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A page of gergo evaluate --html to link from the page.")
    ] = None,
    keys: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="API keys, a line each: read KEY or write KEY. Without, all may read."),
    ] = None,
    read_only: Annotated[bool, typer.Option("--read-only", help="Nobody may change items.")] = False,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes; each holds the model and the index.")] = 1,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A name under which the server is asked for, as behind a proxy; may repeat."),
    ] = None,
    max_upload_mb: Annotated[int, typer.Option(min=1, max=1024, help="The most bytes of one picture, in MB.")] = 16,
    max_megapixels: Annotated[int, typer.Option(min=1, max=128, help="The most pixels of one picture.")] = 50,
    refresh_s: Annotated[
        float, typer.Option(min=0.1, max=3600, help="How often to look whether the catalogue has changed.")
    ] = 2.0,
) -> None:
    """Serve search, labels and embeddings over HTTP, and a page to search with. The catalogue needs an index."""
    from gergo.errors import InputError
    from gergo.serving.running import hosts_of, serve
    from gergo.serving.settings import MIB, Limits, Settings

    if report is not None and not report.is_file():
        raise InputError(f"there is no report {report}", hint="gergo evaluate MODEL CATALOGUE --html FILE writes one")
    upload_bytes = max_upload_mb * MIB
    limits = Limits(
        picture_bytes=upload_bytes,
        picture_pixels=max_megapixels * 1_000_000,
        request_bytes=2 * upload_bytes,
        body_bytes=max(256 * MIB, 4 * upload_bytes),
    )
    settings = Settings(
        catalogue=catalogue,
        base=base,
        report=report,
        keys=keys,
        read_only=read_only,
        hosts=hosts_of(host, tuple(allow_host or ())),
        refresh_s=refresh_s,
        limits=limits,
    )
    serve(settings, host=host, port=port, workers=workers)
