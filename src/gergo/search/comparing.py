"""A new model beside the one that serves: how much of what customers see would change, before anything does.

Overlap@10 is the share of a query's ten best items that both models show. Queries are titles and pictures of the
catalogue itself, evenly drawn; both are searched by vectors alone, for the words of full text stay what they are.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from gergo.catalogue import texts
from gergo.search.index import Index

QUERIES = 100
K = 10
SHOWN = 5


@dataclass(frozen=True)
class Changed:
    """One query of which the results change: what comes, and what goes, by captions."""

    query: str
    overlap: float
    comes: list[str]
    goes: list[str]


@dataclass(frozen=True)
class Comparison:
    """Two models on one catalogue.

    Attributes:
        text_overlap, picture_overlap: mean overlap@10 over queries in words and by picture; None where there are none.
        rises, falls: (caption, in how many more, or fewer, of the queries' ten best the item is), the most first.
        changed: the queries that change most.
    """

    old: str
    new: str
    text_queries: int
    picture_queries: int
    text_overlap: float | None
    picture_overlap: float | None
    rises: list[tuple[str, int]]
    falls: list[tuple[str, int]]
    changed: list[Changed]

    def to_json(self) -> dict[str, Any]:
        """As `gergo index --compare --json` writes it."""
        return {"schema": 1, **asdict(self)}

    def describe(self) -> str:
        """Lines for people."""
        lines = [f"{self.old} serves; {self.new} is ready beside it"]
        for what, n, overlap in (
            ("titles", self.text_queries, self.text_overlap),
            ("pictures", self.picture_queries, self.picture_overlap),
        ):
            if overlap is not None:
                lines.append(f"overlap@{K} over {n} {what}: {overlap:.2f}")
        for name, moved in (("rise", self.rises), ("fall", self.falls)):
            lines += [f"  {name:<5} {by:+d} {caption}" for caption, by in moved]
        for query in self.changed:
            comes = ", ".join(query.comes[:2]) or "nothing"
            lines.append(f"  {query.query!r}: {query.overlap:.0%} stay; comes {comes}")
        return "\n".join(lines)


def compare(old: Index, new: Index, *, queries: int = QUERIES) -> Comparison:
    """Ask both indexes of one catalogue the same."""
    assert old.catalogue.hash == new.catalogue.hash
    words, likes = _titles(old, queries), _pictured(old, queries)
    overlaps: dict[str, list[float]] = {"text": [], "picture": []}
    moved: Counter[str] = Counter()
    changed: list[Changed] = []
    for query, kind in [*((text, "text") for text in words), *((id_, "picture") for id_ in likes)]:
        text, like = (query, None) if kind == "text" else (None, query)
        before, after = (
            {result.id: index.caption(result) for result in index.search(text, like=like, k=K, mode="vector")}
            for index in (old, new)
        )
        comes, goes = [i for i in after if i not in before], [i for i in before if i not in after]
        overlap = len(before.keys() & after.keys()) / max(len(before), 1)
        overlaps[kind].append(overlap)
        moved.update({f"{after[i]} ({i})": 1 for i in comes})
        moved.update({f"{before[i]} ({i})": -1 for i in goes})
        changed.append(Changed(query, overlap, [after[i] for i in comes], [before[i] for i in goes]))
    ranked = sorted(moved.items(), key=lambda pair: (-pair[1], pair[0]))
    return Comparison(
        old=f"{old.record.model_name} ({old.record.model_hash[:8]})",
        new=f"{new.record.model_name} ({new.record.model_hash[:8]})",
        text_queries=len(words),
        picture_queries=len(likes),
        text_overlap=float(np.mean(overlaps["text"])) if words else None,
        picture_overlap=float(np.mean(overlaps["picture"])) if likes else None,
        rises=[pair for pair in ranked if pair[1] > 0][:SHOWN],
        falls=[pair for pair in reversed(ranked) if pair[1] < 0][:SHOWN],
        changed=[query for query in sorted(changed, key=lambda query: query.overlap) if query.overlap < 1][:SHOWN],
    )


def _titles(index: Index, count: int) -> list[str]:
    views = index.catalogue.items(columns=[])["texts"].to_pylist()
    distinct = list({texts.key(found[0]["text"]): found[0]["text"] for found in views if found}.values())
    return distinct[:: max(1, len(distinct) // count)][:count]


def _pictured(index: Index, count: int) -> list[str]:
    table = index.catalogue.items(columns=[])
    pictured = np.unique(index.catalogue.views()["item"].to_numpy())
    ids = dict(zip(table["item"].to_pylist(), table["id"].to_pylist(), strict=True))
    return [ids[int(item)] for item in pictured[:: max(1, len(pictured) // count)][:count]]
