"""Arguments that several commands share, and how lists and settings are written on a command line."""

from __future__ import annotations

import csv
import json
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


def split_commas(values: Iterable[str]) -> list[str]:
    """The names in `A,B` or in several such values; one that holds a comma is quoted as in CSV.

    >>> split_commas(["Nike, Puma", '"Dolce, Gabbana"'])
    ['Nike', 'Puma', 'Dolce, Gabbana']
    """
    rows = csv.reader(values, skipinitialspace=True)
    return [name.strip() for row in rows for name in row if name.strip()]


def parse_settings(values: Iterable[str]) -> dict[str, object]:
    """`KEY=VALUE` words as a dictionary; a value that is JSON (3, 1e-4, true) is taken so, else it is text.

    >>> parse_settings(["epochs=3", "lr=1e-4", "schedule=cosine"])
    {'epochs': 3, 'lr': 0.0001, 'schedule': 'cosine'}

    Raises:
        UsageError: a word without `=`, or one setting given twice.
    """
    settings: dict[str, object] = {}
    for word in values:
        key, equals, value = word.partition("=")
        if not equals or not key.isidentifier():
            raise UsageError(f"{word!r} is not a setting", hint="settings are written KEY=VALUE, as epochs=3")
        if key in settings:
            raise UsageError(f"the setting {key!r} is given twice", hint="leave one of them out")
        try:
            settings[key] = json.loads(value)
        except json.JSONDecodeError:
            settings[key] = value
    return settings
