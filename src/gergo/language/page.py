"""The check as one page: source and translation side by side, every occurrence and finding marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from gergo.language.checking import CheckReport
from gergo.language.checks.findings import KINDS, Finding, Place
from gergo.pages.rendering import render


@dataclass(frozen=True)
class Stretch:
    """A piece of a paragraph: its classes ("kept", "lost", "fault", "warning") and what a pointer over it says."""

    text: str
    classes: str = ""
    title: str = ""


@dataclass(frozen=True)
class Row:
    """Paragraphs that answer each other."""

    source: list[list[Stretch]]
    target: list[list[Stretch]]


def check_page(report: CheckReport, *, title: str) -> str:
    """The page as HTML, standing alone."""
    pairing = report.pairing
    rows = [
        Row(
            [_stretches(pairing.source.segments[p].text, p, report, "source") for p in block.source],
            [_stretches(pairing.target.segments[p].text, p, report, "target") for p in block.target],
        )
        for block in pairing.blocks
    ]
    return render(
        "check.html",
        title=title,
        report=report,
        rows=rows,
        kinds={kind: meaning for kind, (_, meaning) in KINDS.items()},
        faults=[f for f in report.findings if f.severity == "fault"],
        warnings=[f for f in report.findings if f.severity != "fault"],
    )


def _stretches(text: str, paragraph: int, report: CheckReport, side: str) -> list[Stretch]:
    """A paragraph cut at the edges of what is marked in it."""
    marks: list[tuple[Place, str, str]] = []
    for pair in report.pairs:
        place: Place | None = getattr(pair, side)
        if place and place.paragraph == paragraph + 1:
            answered = pair.source is not None and pair.target is not None
            name = report.pairing.entries[pair.entry].source
            marks.append((place, "kept" if answered else "lost", name if answered else f"{name}: not answered"))
    for finding in report.findings:
        place = getattr(finding, side)
        whole = finding.kind in ("paragraph_dropped", "paragraph_added")
        if place and place.paragraph == paragraph + 1 and not whole:
            marks.append((place, finding.severity, _says(finding)))
    edges = sorted({0, len(text), *(e for place, _, _ in marks for e in (place.start, place.end))})
    return [_stretch(text, a, b, marks) for a, b in pairwise(edges) if a < b]


def _stretch(text: str, start: int, end: int, marks: Sequence[tuple[Place, str, str]]) -> Stretch:
    here = [(kind, says) for place, kind, says in marks if place.start <= start and end <= place.end]
    classes = " ".join(dict.fromkeys(kind for kind, _ in here))
    return Stretch(text[start:end], classes, "; ".join(dict.fromkeys(says for _, says in here)))


def _says(finding: Finding) -> str:
    return f"{finding.kind.replace('_', ' ')}: {finding.message}"
