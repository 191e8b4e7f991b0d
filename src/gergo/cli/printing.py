"""What commands print on stdout: JSON for programs, tables for people."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gergo.catalogue.roles import Roles
    from gergo.search.index import Result

PIPED_WIDTH = 200  # a log or a pipe has no width of its own, and cut cells help nobody


def print_json(value: object) -> None:
    """Print `value` as indented UTF-8 JSON."""
    print(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False))


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table; columns whose cells are all numbers are aligned to the right."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    rows = [list(row) for row in rows]
    table = Table(title=Text(title) if title else None, title_justify="left", box=box.SIMPLE_HEAD)
    for i, name in enumerate(columns):
        numeric = bool(rows) and all(isinstance(row[i], int | float) for row in rows)
        table.add_column(Text(name), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(_cell(value)) for value in row))
    Console(width=None if sys.stdout.isatty() else PIPED_WIDTH).print(table)


def print_results(results: Sequence[Result], roles: Roles) -> None:
    """Print what a search found: score, id, what it is called, the columns of brand and category, and how many more
    there are of it.
    """
    from gergo.catalogue.naming import name_of

    title = roles.texts[:1]
    others = [name for name in dict.fromkeys([roles.brand, roles.category]) if name and name not in title]
    more = ["others"] if any(result.others for result in results) else []
    rows = [
        [
            result.score,
            result.id,
            *(name_of(result.columns, roles, result.id) for _ in title),
            *(result.columns.get(name) for name in others),
            *(f"+{result.others}" if result.others else "" for _ in more),
        ]
        for result in results
    ]
    print_table("", ["score", "id", *title, *others, *more], rows)


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.3f}" if isinstance(value, float) else str(value)
