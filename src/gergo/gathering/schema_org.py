"""What schema.org says, as JSON-LD and microdata both have it: objects, their kinds and their words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gergo.catalogue.texts import normalise

PRODUCTS = frozenset({"product", "individualproduct", "productmodel", "someproducts", "vehicle", "book"})
GROUPS = frozenset({"productgroup"})
_MOST_NESTED = 40


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every object that stands on its own: of a list, a graph, a list of items, a page's main entity."""
    met: set[int] = set()
    stack = [(value, 0)]
    while stack:
        node, depth = stack.pop()
        if id(node) in met or depth > _MOST_NESTED:
            continue
        met.add(id(node))
        if isinstance(node, list):
            stack += [(one, depth + 1) for one in reversed(node) if isinstance(one, (dict, list))]
        elif isinstance(node, dict):
            yield node
            is_product = bool(kinds(node) & (PRODUCTS | GROUPS))
            inside = ("@graph", "mainEntity", "itemListElement", *(() if is_product else ("item", "about")))
            stack += [(node[name], depth + 1) for name in reversed(inside) if isinstance(node.get(name), (dict, list))]


def kinds(node: dict[str, Any]) -> set[str]:
    """The types of an object, in small letters and without their address."""
    said = node.get("@type", node.get("type"))
    return {str(kind).rsplit("/", 1)[-1].rsplit("#", 1)[-1].lower() for kind in as_list(said)}


def as_list(value: Any) -> list[Any]:
    """One or several values as a list."""
    return [] if value is None else value if isinstance(value, list) else [value]


def words(value: Any) -> str:
    """A value's words: itself, its name, or the first of several."""
    if isinstance(value, list):
        return next((said for one in value if (said := words(one))), "")
    if isinstance(value, dict):
        return words(value.get("name") or value.get("@value") or value.get("value"))
    if value is None or isinstance(value, bool):
        return ""
    return normalise(str(value)) or ""
