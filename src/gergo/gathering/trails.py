"""Breadcrumbs: where in the shop a page stands, which is the category of what it sells."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from gergo.catalogue.texts import key
from gergo.gathering.markup import Markup, bare_address, text_of
from gergo.gathering.schema_org import as_list, kinds, words

_HOME = frozenset(map(key, json.loads(Path(__file__).with_name("words.json").read_text("utf-8"))["home"]))
_BREADCRUMBS = (
    "//*[contains(translate(@class, 'BC', 'bc'), 'breadcrumb') or translate(@aria-label, 'B', 'b')='breadcrumb']"
)

Step = tuple[str, str]
"""A crumb: its name and its address, "" where it has none."""


def is_trail(node: dict[str, Any]) -> bool:
    """Whether an object is a list of breadcrumbs."""
    return "breadcrumblist" in kinds(node)


def steps_of(node: dict[str, Any]) -> list[Step]:
    """The crumbs that schema.org lists, in their order."""
    steps = [step for step in as_list(node.get("itemListElement")) if isinstance(step, dict)]
    steps.sort(key=lambda step: _number(step.get("position")))
    found = []
    for step in steps:
        item = step.get("item")
        address = words(item.get("@id") or item.get("url")) if isinstance(item, dict) else words(item)
        name = words(step.get("name")) or (words(item) if isinstance(item, dict) else "")
        found.append((name, address))
    return found


def _number(value: Any) -> float:
    try:
        return float(words(value))
    except ValueError:
        return 0.0


def shown_trails(markup: Markup) -> Iterator[list[Step]]:
    """The crumbs of every element that is named as breadcrumbs."""
    for nav in markup.tree.xpath(_BREADCRUMBS):
        yield [(text_of(link), link.get("href") or "") for link in nav.xpath(".//a")]


def trail_of(steps: Sequence[Step], names: Sequence[str], here: str, markup: Markup) -> str:
    """Crumbs as "A > B", without what leads home and without the page itself.

    names, here: of the page and its product, and its address. A first crumb leads home by its address or its name, a
    last one is the page by either.
    """
    own = {key(name) for name in names if name}
    kept = [(name, markup.absolute(address) if address else "") for name, address in steps if name]
    if kept and (key(kept[0][0]) in _HOME or (kept[0][1] and urlsplit(kept[0][1]).path.strip("/") == "")):
        kept = kept[1:]
    if kept and (key(kept[-1][0]) in own or (here and bare_address(kept[-1][1]) == here)):
        kept = kept[:-1]
    return " > ".join(name for name, _ in kept)
