"""A product as a page states it, and how a pair was found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from gergo.gathering.specifications import Property

Evidence = Literal["json_ld", "microdata", "opengraph", "figcaption", "alt", "title", "heading"]
EVIDENCE: tuple[Evidence, ...] = ("json_ld", "microdata", "opengraph", "figcaption", "alt", "title", "heading")
"""Where a pair is from, the best first."""


TEXTS = (
    *("id", "url", "name", "description", "brand", "category", "colour", "size", "material"),
    *("price", "currency", "group", "licence", "language"),
)
"""The fields of a product that are one text."""


@dataclass(frozen=True)
class Product:
    """One product as a page states it. Texts are normalised, addresses absolute; "" where nothing is said.

    id: its SKU, else another number of the trade. group: what its variants have in common. properties: what else is
    said of it, as names and values ("Thread", "M8").
    """

    evidence: Evidence
    id: str = ""
    url: str = ""
    name: str = ""
    description: str = ""
    brand: str = ""
    category: str = ""
    colour: str = ""
    size: str = ""
    material: str = ""
    price: str = ""
    currency: str = ""
    group: str = ""
    licence: str = ""
    language: str = ""
    pictures: tuple[str, ...] = ()
    captions: tuple[tuple[str, str], ...] = field(default=())  # address of a picture, what is said of it
    properties: tuple[Property, ...] = ()
    numbers: tuple[tuple[str, str], ...] = ()  # every number it has: its kind ("sku", "gtin13"), itself
    main: bool = True  # what its page is about; not a card of another product there
