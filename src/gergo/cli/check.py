"""`gergo check`: what a translation lost, whoever made it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gergo.cli.arguments import JsonFlag, writable
from gergo.cli.printing import print_json, print_table
from gergo.progress import say


def command(
    source: Annotated[Path, typer.Argument(metavar="SOURCE", help="The text that was translated.", show_default=False)],
    translation: Annotated[Path, typer.Argument(metavar="TRANSLATION", help="What became of it.", show_default=False)],
    glossary: Annotated[
        Path | None, typer.Option(metavar="GLOSSARY.csv", help="The words that had to stay, or be rendered so.")
    ] = None,
    reference: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A translation to compare with: BLEU and chrF2++.")
    ] = None,
    to: Annotated[str, typer.Option("--to", metavar="LANGUAGE", help="The translation's language.")] = "it",
    as_json: JsonFlag = False,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", callback=writable, help="Write both texts side by side as one page.")
    ] = None,
) -> None:
    """Find what was lost, doubled, or broken around the words that had to stay.

    Exit code 0: no fault (there may be warnings); 1: at least one fault.
    """
    from gergo.language.checking import check_translation

    report = check_translation(source, translation, glossary=glossary, reference=reference, to=to)
    if html is not None:
        from gergo.language.page import check_page
        from gergo.language.reading import write_text

        write_text(html, check_page(report, title=f"{source.name} and {translation.name}"))
        say(f"page written to {html}")
    if as_json:
        print_json(report.to_json())
    else:
        for warning in report.warnings:
            say(f"warning: {warning}")
        print_table(
            "Terms",
            ["term", "source", "kept", "exact", "lost", "added"],
            [[r.term, r.source, r.kept, r.exact, r.lost, r.added] for r in report.rows],
        )
        print_table(
            "Findings (paragraph.sentence)",
            ["severity", "kind", "source", "target", "what"],
            [[f.severity, f.kind, str(f.source or ""), str(f.target or ""), f.message] for f in report.findings],
        )
        scores = "".join(f", {name} {value:.1f}" for name, value in report.scores.items())
        say(f"{report.recall:.1%} of {report.occurrences} occurrences kept, {len(report.faults)} faults{scores}")
    raise typer.Exit(0 if report.passed else 1)
