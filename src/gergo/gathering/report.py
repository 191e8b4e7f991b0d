"""What was gathered, as a page and as JSON: pairs by evidence, samples to look at, and all that was dropped and why."""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gergo.files import write_whole
from gergo.gathering.product import EVIDENCE
from gergo.pages.exhibits import Figure, Frame, Picture, Sheet, Tile
from gergo.pages.grids import Grid, grid
from gergo.pages.plots import Line, Plot
from gergo.pages.rendering import render
from gergo.pages.rendering import save as save_page
from gergo.pages.tallies import tallies
from gergo.pages.thumbnails import data_uri

if TYPE_CHECKING:
    from gergo.gathering.gather import Gathered

SAMPLES = 6  # pairs shown of each kind of evidence
WORST = 12  # pairs shown that fit least
THUMBNAIL_PX = 260
SAID = {
    "json_ld": "schema.org, JSON-LD",
    "microdata": "schema.org, microdata",
    "opengraph": "OpenGraph",
    "figcaption": "figure captions",
    "alt": "alternative texts",
    "title": "titles of pictures",
    "heading": "headings nearby",
}


def save(found: Gathered, work: Path) -> None:
    """Write `report.html` and `report.json` into the working folder, each moved into place whole."""
    write_whole(work / "report.json", json.dumps(found.to_json(), ensure_ascii=False, indent=1) + "\n")
    save_page(work / "report.html", page(found, work))


def page(found: Gathered, work: Path) -> str:
    """The report as HTML, its pictures inside."""
    by_evidence = {SAID[name]: found.by_evidence[name] for name in EVIDENCE if found.by_evidence[name]}
    dropped = found.dropped
    reasons = [
        (why, n, grid(why, ["What", "Page"], [list(one) for one in dropped.some[why]]))
        for why, n in dropped.counts.most_common()
    ]
    samples = [sheet for name in EVIDENCE if (sheet := _sample(found, name, work)).tiles]
    properties = tallies(dict(found.properties.most_common()), of=found.rows)
    curve = _curve(found.curve)
    contents = [
        ("pairs", "Pairs by evidence"),
        *([("properties", "Names and values")] if properties else []),
        *([("samples", "Samples")] if samples else []),
        *([("similarity", "How well they fit")] if curve else []),
        ("dropped", "Dropped, and why"),
        *([("unread", "Not read")] if found.unread else []),
    ]
    return render(
        "gathering.html",
        found=found.to_json(),
        contents=contents,
        evidence=tallies(by_evidence, of=sum(by_evidence.values()) or None),
        languages=tallies({name or "not said": n for name, n in found.languages.items()}),
        properties=properties,
        samples=samples,
        curve=curve,
        worst=_worst(work) if curve else None,
        reasons=reasons,
        unread=_listed("Not read", ["Address", "Why"], found.unread),
        shared=_listed("Numbers of several products", ["Number", "Also that of"], found.shared_ids),
    )


def _pairs(work: Path) -> Iterator[dict[str, Any]]:
    with (work / "pairs.jsonl").open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def _sample(found: Gathered, evidence: str, work: Path) -> Sheet:
    many = found.by_evidence[evidence]
    of_kind = (pair for pair in _pairs(work) if pair["evidence"] == evidence)
    chosen = list(islice(of_kind, 0, None, max(1, many // SAMPLES)))[:SAMPLES]
    return Sheet(SAID[evidence], _tiles(chosen, work), left_out=many - len(chosen))


def _worst(work: Path) -> Sheet:
    known = 0

    def measured() -> Iterator[dict[str, Any]]:
        nonlocal known
        for pair in _pairs(work):
            if pair["similarity"] is not None:
                known += 1
                yield pair

    worst = heapq.nsmallest(WORST, measured(), key=lambda pair: pair["similarity"])
    return Sheet("The pairs that fit least", _tiles(worst, work), left_out=known - len(worst))


def _tiles(pairs: Sequence[dict[str, Any]], work: Path) -> list[Tile]:
    found = []
    for pair in pairs:
        try:
            uri = data_uri((work / pair["picture"]).read_bytes(), size_px=THUMBNAIL_PX)
        except OSError:  # cannot be decoded: the import has put it into quarantine
            continue
        note = "" if pair["similarity"] is None else f"{pair['similarity']:.3f}"
        found.append(Tile([Picture(uri)], pair["text"], note))
    return found


def _curve(points: Sequence[tuple[float, int]]) -> Figure | None:
    if len(points) < 2:
        return None
    line = Line("pairs", [x for x, _ in points], [n / points[0][1] for _, n in points])
    plot = Plot("least similarity of title and picture", "pairs kept", [line], y_range=(0.0, 1.0))
    return Figure("Pairs that a threshold would keep", [Frame("", plot)])


def _listed(name: str, columns: list[str], rows: Sequence[tuple[str, str]]) -> Grid:
    return grid(name, columns, [list(row) for row in rows])
