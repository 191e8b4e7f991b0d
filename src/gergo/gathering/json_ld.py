"""JSON-LD as shops write it by hand and break it: read where it can be, counted where it cannot."""

from __future__ import annotations

import json
import re
from typing import Any

from gergo.gathering.markup import Markup

_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*.*?\*/)|(?:-->|//\s*\]\]>|\]\]>)\s*;?\s*$", re.DOTALL
)
_COMMENT = re.compile(r"(?m)(?<![:\"'\w])//[^\n]*$|/\*.*?\*/", re.DOTALL)


def json_ld(markup: Markup) -> tuple[list[Any], int]:
    """The page's blocks, what refers by `@id` resolved, and how many could not be read."""
    blocks, broken = [], 0
    for script in markup.tree.xpath("//script[contains(translate(@type, 'LDJSON', 'ldjson'), 'ld+json')]"):
        text = "".join(script.itertext())
        if not text.strip():
            continue
        found = loads(text)
        if found is None:
            broken += 1
        else:
            blocks.append(found)
    _resolve(blocks)
    return blocks, broken


def _resolve(blocks: list[Any]) -> None:
    """Put what an `@id` refers to where only the reference stands, in place; the graph may have circles then."""
    said: dict[str, dict[str, Any]] = {}
    referring: list[tuple[Any, Any, str]] = []  # a container, a place in it, and what is to be there
    stack: list[Any] = [blocks]
    while stack:
        node = stack.pop()
        for place, value in list(node.items() if isinstance(node, dict) else enumerate(node)):
            if isinstance(value, dict):
                name = value.get("@id")
                if isinstance(name, str) and value.keys() <= {"@id", "@type"}:
                    referring.append((node, place, name))
                    continue
                if isinstance(name, str) and len(value) > len(said.get(name, {})):
                    said[name] = value
            if isinstance(value, (dict, list)):
                stack.append(value)
    for node, place, name in referring:
        if name in said:
            node[place] = said[name]


def loads(text: str) -> Any:
    """JSON as shops write it: in comments, with line ends in strings and commas at the end; None if beyond that.

    >>> loads('{"name": "a b", "offers": [1, 2,], }')
    {'name': 'a b', 'offers': [1, 2]}
    >>> loads('{"name": ') is None
    True
    """
    bare = text.strip()
    while (less := _WRAPPING.sub("", bare).strip()) != bare:
        bare = less
    for attempt in (
        bare,
        _TRAILING_COMMA.sub("", bare),
        bare.rstrip(";"),
        _TRAILING_COMMA.sub("", _COMMENT.sub("", bare)),
    ):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return _several(bare)


def _several(text: str) -> list[Any] | None:
    """Objects one after the other, as plugins that add to one script leave them; None where there is more."""
    decoder, found, at = json.JSONDecoder(strict=False), [], 0
    while at < len(text):
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return None
        found.append(value)
        at += len(text[at:]) - len(text[at:].lstrip(" \t\r\n,;"))
    return found
