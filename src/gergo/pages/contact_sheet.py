"""A page of pictures with their captions: what a search found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gergo.pages.rendering import render
from gergo.pages.thumbnails import data_uri

THUMBNAIL_PX = 360


@dataclass(frozen=True)
class _Card:
    picture: str
    caption: str
    score: float


def contact_sheet(
    title: str,
    results: Sequence[tuple[bytes | None, str, float]],
    *,
    subtitle: str = "",
    query: bytes | None = None,
    measure: str = "cosine similarity",
) -> str:
    """The page as HTML.

    Args:
        title: what was searched for.
        results: encoded picture (None: the item has none), caption and score, best first.
        subtitle: where it was searched, and among how many.
        query: the picture that was searched for, shown beside the title.
        measure: what the scores are.
    """
    cards = [_Card(data_uri(p, size_px=THUMBNAIL_PX) if p else "", caption, score) for p, caption, score in results]
    picture = data_uri(query, size_px=THUMBNAIL_PX) if query else ""
    return render("contact_sheet.html", title=title, subtitle=subtitle, cards=cards, query=picture, measure=measure)
