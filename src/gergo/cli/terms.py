"""`gergo terms`: the words of a trade, proposed from its own documents or catalogue."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gergo.cli.arguments import writable
from gergo.cli.printing import print_json, print_table
from gergo.progress import say


def command(
    documents: Annotated[
        list[Path],
        typer.Argument(
            metavar="DOCUMENT...", help="Text, Markdown or HTML files, or a catalogue's folder.", show_default=False
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="GLOSSARY.csv",
            callback=writable,
            help="Write a glossary; rows that are there already stay as they are.",
        ),
    ] = None,
    column: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Of a catalogue; its title when not named.")
    ] = None,
    limit: Annotated[int, typer.Option("-n", "--limit", metavar="N", min=1, help="How many to propose.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else to stdout.")] = False,
) -> None:
    """Propose the domain's own words with their evidence, for you to keep or strike out."""
    from gergo.language.glossary import Glossary
    from gergo.language.reading import write_text
    from gergo.workflows.proposing import propose

    found = propose(documents, column=column, limit=limit)
    if out is not None:
        glossary = (Glossary.of(out) if out.exists() else Glossary()).merged(term.entry() for term in found)
        write_text(out, glossary.to_csv())
        say(f"{out}: {len(glossary.entries)} rows")
    if as_json:
        print_json({"schema": 1, "terms": [vars(term) for term in found]})
    else:
        print_table(
            "",
            ["term", "also", "pos", "count", "score", "example"],
            [[t.source, t.alias, t.pos, t.count, t.score, t.example] for t in found],
        )
