"""Everything that one page says: products for machines, pictures and words for people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from gergo.errors import MissingExtra
from gergo.files import replacing
from gergo.gathering.markup import parse
from gergo.gathering.product import Product
from gergo.gathering.renditions import distinct
from gergo.gathering.shown import Shown, shown
from gergo.gathering.site import Page
from gergo.gathering.specifications import Property, shown_properties
from gergo.gathering.structured import structured

_SEVERAL = ("pictures", "captions", "properties", "numbers")  # fields of a product that hold several


@dataclass(frozen=True)
class Extracted:
    """What was found on a page. properties: what it shows in names and values. broken: blocks of JSON-LD that nobody
    could read."""

    url: str
    canonical: str
    language: str
    licence: str
    heading: str
    products: tuple[Product, ...]
    shown: tuple[Shown, ...]
    properties: tuple[Property, ...]
    broken: int


def extract(page: Page) -> Extracted | None:
    """What a page says; None where it is no page (nothing that HTML has a tree for)."""
    markup = parse(page)
    if markup is None:
        return None
    told = structured(markup)
    return Extracted(
        url=page.url,
        canonical=markup.canonical,
        language=markup.language,
        licence=markup.licence,
        heading=markup.heading,
        products=tuple(told.products),
        shown=tuple(shown(markup)),
        properties=shown_properties(markup),
        broken=told.broken,
    )


def write(found: Iterable[Extracted], path: Path) -> int:
    """One page a line of JSON, moved into place whole; returns how many."""
    count = 0
    with replacing(path) as file:
        for one in found:
            file.write(json.dumps(asdict(one), ensure_ascii=False).encode("utf-8", "replace") + b"\n")
            count += 1
    return count


def read(path: Path) -> Iterator[Extracted]:
    """What `write` wrote, page by page."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            said = json.loads(line)
            products = [Product(**one | {name: _tuple(one[name]) for name in _SEVERAL}) for one in said["products"]]
            there = tuple(Shown(**one | {"others": _tuple(one["others"])}) for one in said["shown"])
            yield Extracted(
                **said | {"products": tuple(products), "shown": there, "properties": _tuple(said["properties"])}
            )


def _tuple(said: list[Any]) -> tuple[Any, ...]:
    return tuple(tuple(one) if isinstance(one, list) else one for one in said)


def pictures_of(page: Page) -> list[str]:
    """Addresses of all the pictures that a page declares or shows, one rendition each."""
    try:
        found = extract(page)
    except MissingExtra:
        raise
    except Exception:  # whatever mark-up nobody thought of: it is told of when the pages are read
        return []
    if found is None:
        return []
    declared = [url for product in found.products for url in product.pictures]
    return distinct([*(one.url for one in found.shown), *declared])
