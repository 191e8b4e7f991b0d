"""What a page shows to people: its pictures, and the words that stand with each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

from gergo.catalogue.texts import normalise
from gergo.gathering.markup import Markup, in_frame, text_of
from gergo.gathering.product import Evidence
from gergo.gathering.renditions import key, renditions

_AROUND = 4  # elements up from a picture in which its heading is looked for
_MOST_PICTURES_AROUND = 3  # an element with more of them is a list, and its heading is of none of them
_NUMBER = re.compile(r"\d+")
_HEADINGS = ".//h1|.//h2|.//h3|.//h4|.//h5|.//figcaption"


@dataclass(frozen=True)
class Shown:
    """A picture on a page, and all that is said of it there; texts are normalised, "" where there is none.

    others: addresses of smaller renditions. link: where a click on it leads. chrome: it stands in what frames every
    page of a site. width, height: as the page says, in pixels; 0 where it does not. gallery: the place in the tree of
    what is close around it and holds several pictures, "" where nothing does.
    """

    url: str
    others: tuple[str, ...] = ()
    figcaption: str = ""
    alt: str = ""
    title: str = ""
    heading: str = ""
    link: str = ""
    chrome: bool = False
    width: int = 0
    height: int = 0
    gallery: str = ""

    @cached_property
    def key(self) -> str:
        """What it has in common with other renditions of the same picture."""
        return key(self.url)

    def texts(self) -> Iterator[tuple[Evidence, str]]:
        """What is said of it, the best first."""
        said: tuple[tuple[Evidence, str], ...] = (
            ("figcaption", self.figcaption),
            ("alt", self.alt),
            ("title", self.title),
            ("heading", self.heading),
        )
        for evidence, text in said:
            if text:
                yield evidence, text


def shown(markup: Markup) -> list[Shown]:
    """Every picture of the page once, by its best-described place; those inside `noscript` too."""
    found: dict[str, Shown] = {}
    for node in markup.tree.iter("img"):
        urls = [url for one in renditions(node) if (url := markup.absolute(one))]
        if not urls:
            continue
        one = _described(node, urls, markup)
        before = found.get(one.key)
        if before is None or sum(bool(text) for _, text in one.texts()) > sum(bool(text) for _, text in before.texts()):
            found[one.key] = one
    return list(found.values())


def _described(node: Any, urls: list[str], markup: Markup) -> Shown:
    up = list(node.iterancestors())
    figure = next((a for a in up if a.tag == "figure"), None)
    caption = "" if figure is None else next((text_of(c) for c in figure.iter("figcaption")), "")
    link = next((a for a in up if a.tag == "a" and a.get("href")), None)
    return Shown(
        urls[0],
        tuple(urls[1:]),
        figcaption=caption,
        alt=normalise(node.get("alt")) or "",
        title=normalise(node.get("title")) or (normalise(link.get("title")) if link is not None else "") or "",
        heading=_heading(node, markup),
        link=markup.absolute(link.get("href")) if link is not None else "",
        chrome=in_frame(node),
        width=_pixels(node.get("width")),
        height=_pixels(node.get("height")),
        gallery=_gallery(node),
    )


def _gallery(node: Any) -> str:
    """The nearest element close around a picture that holds others too, unless it is most of the page."""
    for around in list(node.iterancestors())[:_AROUND]:
        if around.tag in ("body", "html", "main"):
            return ""
        if _pictures(around, 2) > 1:
            return around.getroottree().getpath(around)
    return ""


def _heading(node: Any, markup: Markup) -> str:
    """The heading of the smallest element around the picture that has one and few pictures; else the page's own."""
    for around in list(node.iterancestors())[:_AROUND]:
        if around.tag in ("body", "html", "main"):
            break
        if _pictures(around, _MOST_PICTURES_AROUND + 1) > _MOST_PICTURES_AROUND:
            break
        for heading in around.xpath(_HEADINGS):
            if said := text_of(heading):
                return said
    return markup.heading if markup.pictures <= _MOST_PICTURES_AROUND else ""


def _pictures(node: Any, most: int) -> int:
    """How many pictures are below a node; counted no further than `most`."""
    return sum(1 for _ in islice(node.iter("img"), most))


def _pixels(value: str | None) -> int:
    match = _NUMBER.match(value or "")
    return int(match[0]) if match and "%" not in (value or "") else 0
