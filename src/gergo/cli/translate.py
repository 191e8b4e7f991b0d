"""`gergo translate`: a document, or a catalogue's column, into another language around the words that stay."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from gergo.cli.arguments import writable
from gergo.cli.printing import print_json, print_table
from gergo.progress import say


def command(
    document: Annotated[
        Path,
        typer.Argument(
            metavar="DOCUMENT", help="A text, Markdown or HTML file, or a catalogue's folder.", show_default=False
        ),
    ],
    to: Annotated[str, typer.Option("--to", metavar="LANGUAGE", help="The language to translate to, as it.")],
    source: Annotated[str, typer.Option("--from", metavar="LANGUAGE", help="The language of the document.")] = "en",
    glossary: Annotated[
        Path | None, typer.Option(metavar="GLOSSARY.csv", help="The words to keep or to render as it says.")
    ] = None,
    engine: Annotated[str, typer.Option(metavar="NAME", help="apertium (offline), marian, or openai.")] = "apertium",
    model: Annotated[
        str | None, typer.Option(metavar="MODEL", help="marian: a folder or hub name; openai: the model's name.")
    ] = None,
    column: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Of a catalogue: written as COLUMN_LANGUAGE beside it.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", callback=writable, help="Where to write; stdout when not named.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the check as JSON; needs --out.")] = False,
) -> None:
    """Translate, keep the glossary's words, and check the result.

    Exit code 0: nothing was lost; 1: the check found a fault (the translation is written all the same).
    """
    from gergo.errors import UsageError

    if column is not None and document.is_file():
        raise UsageError(f"--column {column}: {document} is a document", hint="only a catalogue has columns")
    if document.is_dir() or column is not None:
        if out is not None:
            raise UsageError("--out is for documents", hint="a catalogue gets a new column beside the old one")
        _localise(document, column, to, source, glossary, engine, model, as_json)
        return
    if as_json and out is None:
        raise UsageError("--json prints the check, --out FILE has to take the text", hint="add --out FILE")
    _translate(document, to, source, glossary, engine, model, out, as_json)


def _translate(
    document: Path, to: str, source: str, glossary: Path | None, engine: str, model: str | None, out: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    from gergo.language.reading import write_text
    from gergo.language.translating import translate

    done = translate(document, to=to, source=source, glossary=glossary, engine=engine, model=model)
    report = done.report
    if out is None:
        sys.stdout.write(done.text if done.text.endswith("\n") else done.text + "\n")
    else:
        write_text(out, done.text)
    for warning in report.warnings:
        say(f"warning: {warning}")
    kept = sum(row.kept for row in report.rows)
    say(f"{done.engine}: {kept} of {report.occurrences} occurrences kept, {len(report.faults)} faults")
    for finding in report.faults:
        say(f"fault: {finding.kind}: {finding.message}")
    if done.usage.prompt_tokens:
        say(f"{done.usage.prompt_tokens:,} tokens read, {done.usage.completion_tokens:,} written")
    if as_json:
        print_json(report.to_json())
    raise typer.Exit(0 if report.passed else 1)


def _localise(
    folder: Path, column: str | None, to: str, source: str, glossary: Path | None, engine: str, model: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    import gergo
    from gergo.errors import UsageError
    from gergo.workflows.localising import localise

    catalogue = gergo.Catalogue.open(folder)
    if column is None:
        raise UsageError("which column?", hint=f"--column, one of {', '.join(catalogue.columns)}")
    done = localise(catalogue, column=column, to=to, source=source, glossary=glossary, engine=engine, model=model)
    figures = {"column": done.column, "check_column": done.check_column, "rows": done.rows,
               "translated": done.translated, "failed": done.failed}  # fmt: skip
    if as_json:
        print_json({"schema": 1, **figures})
    else:
        print_table("", list(figures), [list(figures.values())])
    raise typer.Exit(1 if done.failed else 0)
