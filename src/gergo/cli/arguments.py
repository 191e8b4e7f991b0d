"""Arguments that several commands share, and how lists and settings are written on a command line."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from gergo.errors import UsageError

CataloguePath = Annotated[
    Path,
    typer.Argument(metavar="CATALOGUE", help="A catalogue's folder, made by gergo import.", show_default=False),
]
ModelName = Annotated[
    str,
    typer.Argument(
        metavar="MODEL", help="base (the embedded one), a model's folder, or a hub name.", show_default=False
    ),
]
JsonFlag = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else to stdout.")]


def writable(option: typer.CallbackParam, path: Path | None) -> Path | None:
    """The callback of an option that names a file to write: what cannot be written is refused before any work.

    Raises:
        UsageError: a folder, or a file in a folder that is not there or cannot be written; - is stdout.
    """
    if path is None or str(path) == "-":
        return path
    named = f"--{(option.name or '').replace('_', '-')} {path}"
    if path.is_dir():
        raise UsageError(f"{named}: it is a folder", hint="name a file in it")
    if not path.parent.is_dir():
        raise UsageError(f"{named}: there is no folder {path.parent}", hint=f"mkdir -p {path.parent}")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise UsageError(f"{named}: it cannot be written", hint="name a file where you may write")
    return path


def split_commas(values: Iterable[str]) -> list[str]:
    """The names in `A,B` or in several such values; one that holds a comma is quoted as in CSV.

    >>> split_commas(["Nike, Puma", '"Dolce, Gabbana"'])
    ['Nike', 'Puma', 'Dolce, Gabbana']
    """
    rows = csv.reader(values, skipinitialspace=True)
    return [name.strip() for row in rows for name in row if name.strip()]


def parse_settings(words: Iterable[str]) -> dict[str, str]:
    """`KEY=VALUE` words as a dictionary; what a value means is for the settings' own types to say.

    >>> parse_settings(["epochs=3", "learning_rate=1e-4"])
    {'epochs': '3', 'learning_rate': '1e-4'}

    Raises:
        UsageError: a word without `=`, or one setting given twice.
    """
    settings: dict[str, str] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or not key.isidentifier():
            raise UsageError(f"{word!r} is not a setting", hint="settings are written KEY=VALUE, as epochs=3")
        if key in settings:
            raise UsageError(f"the setting {key!r} is given twice", hint="leave one of them out")
        settings[key] = value
    return settings
