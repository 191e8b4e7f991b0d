"""`gergo quickstart`: the whole path on the demo catalogue."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gergo.cli.printing import print_results
from gergo.progress import duration


def command(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where what it makes goes.")] = Path(
        "gergo-quickstart"
    ),
    fast: Annotated[bool, typer.Option("--fast", help="A smaller catalogue and a shorter tuning.")] = False,
) -> None:
    """See the whole path on a demo shop: import, tune, measure, search; offline, in minutes."""
    import gergo
    from gergo.evaluation.wording import DECISIONS

    made = gergo.quickstart(folder, fast=fast)
    for search in made.searches:
        print(f"\n$ {search.command}")
        print_results(search.results, made.report.catalogue.roles)
    verdict = made.report.verdict
    print(f"Verdict on the tuned model: {DECISIONS[verdict.decision]}")
    print("\n".join(f"  {reason}" for reason in verdict.reasons))
    print(f"\nDone in {duration(made.time_s)}. The report with all figures: {made.report_path}")
    print("\nNow your own catalogue. With an export products.csv and its pictures, type:\n")
    print("\n".join(f"  {step}" for step in made.next_steps))
