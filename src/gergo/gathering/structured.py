"""What a page says of its products to machines: schema.org in JSON-LD and microdata, and OpenGraph.

Extraction of microdata and OpenGraph is extruct's; JSON-LD is read here, since shops write it by hand and break it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from gergo.catalogue.texts import normalise
from gergo.errors import MissingExtra
from gergo.gathering.markup import Markup, text_of
from gergo.gathering.renditions import distinct
from gergo.gathering.specifications import Property, named, with_unit

Evidence = Literal["json_ld", "microdata", "opengraph", "figcaption", "alt", "title", "heading"]
EVIDENCE: tuple[Evidence, ...] = ("json_ld", "microdata", "opengraph", "figcaption", "alt", "title", "heading")
"""Where a pair is from, the best first."""

_PRODUCTS = frozenset({"product", "individualproduct", "productmodel", "someproducts", "vehicle", "book"})
_GROUPS = frozenset({"productgroup"})
_IDS = ("sku", "gtin13", "gtin", "gtin14", "gtin12", "gtin8", "mpn", "productID", "productId")
_MEASURES = ("pattern", "width", "height", "depth", "weight")
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*.*?\*/)|(?:-->|//\s*\]\]>|\]\]>)\s*;?\s*$", re.DOTALL
)
_BREADCRUMBS = (
    "//*[contains(translate(@class, 'BC', 'bc'), 'breadcrumb') or translate(@aria-label, 'B', 'b')='breadcrumb']"
)
_MOST_NESTED = 40


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


@dataclass
class Structured:
    """Products, the trail of the page, and how many blocks could not be read."""

    products: list[Product]
    trail: str = ""
    broken: int = 0


def structured(markup: Markup) -> Structured:
    """All that the page says to machines, the better evidence first; one product is given once."""
    blocks, broken = _json_ld(markup)
    nodes = [node for block in blocks for node in _nodes(block, 0)]
    products = [p for node in nodes for p in _products(node, markup, "json_ld")]
    trail = next((said for node in nodes if (said := _trail(node))), "")
    microdata = [] if products and trail else _microdata(markup)
    if not products:
        products = [p for item in microdata for p in _products(item, markup, "microdata")]
    trail = trail or next((said for item in microdata if (said := _trail(item))), "") or _shown_trail(markup)
    if not products:
        products = _opengraph(markup)
    filled = [replace(p, category=p.category or trail, licence=p.licence or markup.licence) for p in products]
    return Structured(filled, trail, broken)


def _json_ld(markup: Markup) -> tuple[list[Any], int]:
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
    return blocks, broken


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
    for attempt in (bare, _TRAILING_COMMA.sub("", bare), bare.rstrip(";")):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _nodes(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    """Every object that stands on its own: of a list, a graph, a list of items, a page's main entity."""
    if depth > _MOST_NESTED:
        return
    if isinstance(value, list):
        for one in value:
            yield from _nodes(one, depth + 1)
    elif isinstance(value, dict):
        yield value
        for name in ("@graph", "mainEntity", "itemListElement", "item", "about"):
            if _kinds(value) & (_PRODUCTS | _GROUPS) and name in ("about", "item"):
                continue
            yield from _nodes(value.get(name), depth + 1)


def _kinds(node: dict[str, Any]) -> set[str]:
    said = node.get("@type", node.get("type"))
    return {str(kind).rsplit("/", 1)[-1].rsplit("#", 1)[-1].lower() for kind in _list(said)}


def _list(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _products(node: dict[str, Any], markup: Markup, evidence: Evidence) -> Iterator[Product]:
    kinds = _kinds(node)
    variants = [one for one in _list(node.get("hasVariant")) if isinstance(one, dict)]
    if kinds & _GROUPS or (kinds & _PRODUCTS and variants):
        parent = _product(node, markup, evidence)
        group = _text(node.get("productGroupID")) or parent.id or parent.url or markup.canonical
        for variant in variants:
            own = _product(variant, markup, evidence)
            yield replace(
                own,
                group=group,
                name=own.name or parent.name,
                description=own.description or parent.description,
                brand=own.brand or parent.brand,
                category=own.category or parent.category,
                pictures=own.pictures or parent.pictures,
                captions=(*own.captions, *parent.captions),
                properties=(*own.properties, *parent.properties),
            )
        if not variants:
            yield replace(parent, group=group)
    elif kinds & _PRODUCTS:
        parent = node.get("isVariantOf")
        group = _text(parent.get("productGroupID") or parent.get("@id")) if isinstance(parent, dict) else _text(parent)
        product = _product(node, markup, evidence)
        yield replace(product, group=group or _text(node.get("inProductGroupWithID")))


def _product(node: dict[str, Any], markup: Markup, evidence: Evidence) -> Product:
    pictures: list[str] = []
    captions: list[tuple[str, str]] = []
    licence = _text(node.get("license"))
    for image in _list(node.get("image")):
        url, caption, its_licence = _picture(image, markup)
        pictures += [url] if url else []
        captions += [(url, caption)] if url and caption else []
        licence = licence or its_licence
    offer = next((one for one in _list(node.get("offers")) if isinstance(one, dict)), {})
    first = next((one for one in _list(offer.get("priceSpecification")) if isinstance(one, dict)), {})
    url = next((_text(v) for v in (node.get("url"), offer.get("url"), node.get("@id")) if _text(v)), "")
    return Product(
        evidence,
        id=next((_text(node[name]) for name in _IDS if _text(node.get(name))), "") or _text(offer.get("sku")),
        url=markup.absolute(url) if url else "",
        name=_text(node.get("name")),
        description=_text(node.get("description")),
        brand=_text(node.get("brand") or node.get("manufacturer")),
        category=_category(node.get("category")),
        colour=_text(node.get("color")),
        size=_text(node.get("size")),
        material=_text(node.get("material")),
        price=next((_text(o[k]) for o in (offer, first) for k in ("price", "lowPrice") if _text(o.get(k))), ""),
        currency=_text(offer.get("priceCurrency") or first.get("priceCurrency")),
        licence=licence,
        language=_text(node.get("inLanguage"))[:2].lower(),
        pictures=tuple(distinct(pictures)),
        captions=tuple(captions),
        properties=tuple(_properties(node)),
    )


def _properties(node: dict[str, Any]) -> Iterator[Property]:
    """What schema.org has a word of its own for, and what shops name themselves."""
    said = [(name, node.get(name)) for name in _MEASURES]
    said += [
        (_text(one.get("name")) or _text(one.get("propertyID")), one)
        for one in _list(node.get("additionalProperty"))
        if isinstance(one, dict)
    ]
    for name, value in said:
        if one := named(name, _quantity(value)):
            yield one


def _quantity(value: Any) -> str:
    """A value with its unit, several of them as a list."""
    if isinstance(value, dict):
        unit = _text(value.get("unitText")) or _text(value.get("unitCode"))
        values = [said for one in _list(value.get("value")) if (said := _text(one))]
        return with_unit(", ".join(values), unit) if values else ""
    return ", ".join(said for one in _list(value) if (said := _quantity(one) if isinstance(one, dict) else _text(one)))


def _picture(image: Any, markup: Markup) -> tuple[str, str, str]:
    if isinstance(image, dict):
        said = next((_text(image[name]) for name in ("contentUrl", "url", "@id") if _text(image.get(name))), "")
        caption = _text(image.get("caption")) or _text(image.get("description"))
        return markup.absolute(said) if said else "", caption, _text(image.get("license"))
    said = _text(image)
    return (markup.absolute(said) if said else ""), "", ""


def _text(value: Any) -> str:
    """A value's words: itself, its name, or the first of several."""
    if isinstance(value, list):
        return next((said for one in value if (said := _text(one))), "")
    if isinstance(value, dict):
        return _text(value.get("name") or value.get("@value") or value.get("value"))
    if value is None or isinstance(value, bool):
        return ""
    return normalise(str(value)) or ""


def _category(value: Any) -> str:
    said = [_text(one) for one in _list(value)]
    return max(said, key=len, default="")


def _trail(node: dict[str, Any]) -> str:
    """Breadcrumbs, without the first ("Home") and the last (the page itself), as "A > B"."""
    if "breadcrumblist" not in _kinds(node):
        return ""
    steps = [step for step in _list(node.get("itemListElement")) if isinstance(step, dict)]
    steps.sort(key=lambda step: float(p) if (p := _text(step.get("position"))).replace(".", "", 1).isdigit() else 0.0)
    names = [_text(step.get("name")) or _text(step.get("item")) for step in steps]
    return " > ".join(name for name in names[1:-1] if name)


def _shown_trail(markup: Markup) -> str:
    for nav in markup.tree.xpath(_BREADCRUMBS):
        names = [text_of(link) for link in nav.xpath(".//a")]
        if len(names) > 1:
            return " > ".join(name for name in names[1:] if name)
    return ""


def _microdata(markup: Markup) -> list[dict[str, Any]]:
    if not markup.tree.xpath("boolean(//*[@itemscope])"):
        return []
    try:
        from extruct.w3cmicrodata import MicrodataExtractor
    except ImportError:
        raise MissingExtra("what reads microdata", "gather") from None
    try:
        items = MicrodataExtractor().extract_items(markup.tree, base_url=markup.base)
    except (ValueError, AttributeError, TypeError, RecursionError):
        return []
    return [found for item in items for found in _nodes(_flat(item), 0)]


def _flat(item: Any) -> Any:
    """An item of microdata as JSON-LD would have it."""
    if isinstance(item, list):
        return [_flat(one) for one in item]
    if not isinstance(item, dict):
        return item
    properties = item.get("properties")
    if not isinstance(properties, dict):
        return {name: _flat(value) for name, value in item.items()}
    return {"@type": item.get("type"), **{name: _flat(value) for name, value in properties.items()}}


def _opengraph(markup: Markup) -> list[Product]:
    said: dict[str, list[str]] = {}
    for meta in markup.tree.xpath("//meta[@content]"):
        name = (meta.get("property") or meta.get("name") or "").lower()
        said.setdefault(name, []).append(normalise(meta.get("content")) or "")

    def first(*names: str) -> str:
        return next((value for name in names for value in said.get(name, []) if value), "")

    is_product = any(name.startswith(("product:", "og:price", "og:product")) for name in said)
    if not (is_product or "product" in first("og:type")) or not first("og:title"):
        return []
    urls = said.get("og:image:secure_url") or said.get("og:image") or said.get("og:image:url") or []
    alts = said.get("og:image:alt", [])
    pictures = [markup.absolute(url) for url in urls]
    return [
        Product(
            "opengraph",
            id=first("product:retailer_item_id", "product:sku", "product:ean", "product:mfr_part_no"),
            url=markup.absolute(first("og:url")) if first("og:url") else "",
            name=first("og:title"),
            description=first("og:description"),
            brand=first("product:brand", "og:brand"),
            category=first("product:category"),
            colour=first("product:color"),
            size=first("product:size"),
            material=first("product:material"),
            price=first("product:price:amount", "og:price:amount"),
            currency=first("product:price:currency", "og:price:currency"),
            group=first("product:item_group_id"),
            pictures=tuple(distinct(pictures)),
            captions=tuple((p, alt) for p, alt in zip(pictures, alts, strict=False) if p and alt),
        )
    ]
