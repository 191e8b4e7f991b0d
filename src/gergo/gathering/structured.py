"""What a page says of its products to machines: schema.org in JSON-LD and microdata, and OpenGraph.

Extraction of microdata and OpenGraph is extruct's; JSON-LD is read here, since shops write it by hand and break it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from gergo.catalogue.texts import key, normalise
from gergo.errors import MissingExtra
from gergo.gathering.json_ld import json_ld
from gergo.gathering.markup import Markup, bare_address
from gergo.gathering.platforms import with_scripts
from gergo.gathering.product import TEXTS, Evidence, Product
from gergo.gathering.renditions import distinct
from gergo.gathering.schema_org import GROUPS, PRODUCTS, as_list, kinds, nodes, words
from gergo.gathering.specifications import Property, named, with_unit
from gergo.gathering.trails import is_trail, shown_trails, steps_of, trail_of

_IDS = ("sku", "gtin13", "gtin", "gtin14", "gtin12", "gtin8", "mpn", "productID", "productId")
_MEASURES = ("pattern", "width", "height", "depth", "weight")
_WORD = re.compile(r"\w+")
_NUMBER, _ISO = re.compile(r"\d+(?:\.\d+)?"), re.compile(r"[A-Z]{3}")
_CURRENCIES = {"€": "EUR", "£": "GBP", "zł": "PLN", "Kč": "CZK"}


@dataclass
class Structured:
    """Products, and how many blocks could not be read."""

    products: list[Product]
    broken: int = 0


def structured(markup: Markup) -> Structured:
    """All that the page says to machines, the better evidence first; one product is given once."""
    blocks, broken = json_ld(markup)
    said = [node for block in blocks for node in nodes(block)]
    products = [p for node in said for p in _products(node, markup, "json_ld")]
    microdata = [] if products and any(map(is_trail, said)) else _microdata(markup)
    if not products:
        products = [p for item in microdata for p in _products(item, markup, "microdata")]
    shared = _opengraph(markup)
    products = _marked(_merged(products or shared), markup)
    if shared:
        products = [_filled(p, shared[0]) if p.main and not p.pictures else p for p in products]
    if sum(p.main for p in products) == 1:
        products = [one for p in products for one in (with_scripts(p, markup) if p.main else [p])]
    is_list = not any(p.main for p in products)  # of a category, whose own name is that of its products then
    names = [] if is_list else [markup.heading, *(p.name for p in products if p.main)]
    trails = [steps_of(node) for node in (*said, *microdata) if is_trail(node)] + list(shown_trails(markup))
    here = "" if is_list else bare_address(markup.canonical)
    trail = next(filter(None, (trail_of(steps, names, here, markup) for steps in trails)), "")
    told = [p if p.category or not (p.main or is_list) else replace(p, category=trail) for p in products]
    return Structured([replace(p, licence=p.licence or markup.licence) for p in told], broken)


def _merged(products: Iterable[Product]) -> list[Product]:
    """One product a product: what several blocks say of it is put together, the first of them leading."""
    found: list[Product] = []
    places: dict[tuple[str, str], list[int]] = {}  # a number, or a name -> where in `found`
    for product in products:
        known = (*product.numbers, ("name", key(product.name)))
        candidates = dict.fromkeys(place for one in known for place in places.get(one, ()))
        at = next((place for place in candidates if _is_same(found[place], product)), len(found))
        if at == len(found):
            found.append(product)
        else:
            found[at] = _filled(found[at], product)
        for one in known:
            if at not in places.setdefault(one, []):
                places[one].append(at)
    return found


def _is_same(one: Product, other: Product) -> bool:
    """By a number of one kind; where they have none in common, by name, if nothing tells variants apart."""
    its_numbers, its_properties = dict(other.numbers), dict(other.properties)
    both = [(value, its_numbers[kind]) for kind, value in one.numbers if kind in its_numbers]
    if both:
        return any(value == its for value, its in both)
    said = [(getattr(one, fact), getattr(other, fact)) for fact in ("colour", "size", "material", "url", "group")]
    said += [(value, its_properties.get(name, "")) for name, value in one.properties]
    differ = any(a and b and a != b for a, b in said)
    return bool(one.name) and key(one.name) == key(other.name) and not differ


def _filled(one: Product, other: Product) -> Product:
    """A product with what it lacks from another that is the same."""
    lacking = {name: getattr(other, name) for name in TEXTS if not getattr(one, name)}
    return replace(
        one,
        **lacking,
        numbers=tuple(dict.fromkeys((*one.numbers, *other.numbers))),
        pictures=tuple(distinct([*one.pictures, *other.pictures])),
        captions=(*one.captions, *other.captions),
        properties=(*one.properties, *other.properties),
    )


def _marked(products: list[Product], markup: Markup) -> list[Product]:
    """Which the page is about: the only one, or those of one group; else those that have its address or heading, or
    whose name of several words is in it ("Red boot, a third off")."""
    if len({_family(p) for p in products}) < 2:
        return products
    heading, here = key(markup.heading), bare_address(markup.canonical)
    own = {_family(p) for p in products if (p.url and bare_address(p.url) == here) or key(p.name) == heading}
    spoken = f" {' '.join(_WORD.findall(heading))} "
    for product in () if own else products:
        name = _WORD.findall(key(product.name))
        own |= {_family(product)} if len(name) > 1 and f" {' '.join(name)} " in spoken else set()
    return [replace(p, main=len(own) == 1 and _family(p) in own) for p in products]


def _family(product: Product) -> str:
    """What a product and its variants have in common."""
    return product.group or product.id or product.name


def _products(node: dict[str, Any], markup: Markup, evidence: Evidence) -> Iterator[Product]:
    types = kinds(node)
    variants = [one for one in as_list(node.get("hasVariant")) if isinstance(one, dict)]
    if types & GROUPS or (types & PRODUCTS and variants):
        parent = _product(node, markup, evidence)
        group = words(node.get("productGroupID")) or parent.id or parent.url or markup.canonical
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
    elif types & PRODUCTS:
        parent = node.get("isVariantOf")
        group = words(parent.get("productGroupID") or parent.get("@id")) if isinstance(parent, dict) else words(parent)
        product = _product(node, markup, evidence)
        yield replace(product, group=group or words(node.get("inProductGroupWithID")))


def _product(node: dict[str, Any], markup: Markup, evidence: Evidence) -> Product:
    pictures: list[str] = []
    captions: list[tuple[str, str]] = []
    licence = words(node.get("license"))
    for image in as_list(node.get("image")):
        url, caption, its_licence = _picture(image, markup)
        pictures += [url] if url else []
        captions += [(url, caption)] if url and caption else []
        licence = licence or its_licence
    offer = next((one for one in as_list(node.get("offers")) if isinstance(one, dict)), {})
    first = next((one for one in as_list(offer.get("priceSpecification")) if isinstance(one, dict)), {})
    numbers = tuple((name, said) for name in _IDS if (said := words(node.get(name)) or words(offer.get(name))))
    said = next((o[k] for o in (offer, first) for k in ("price", "lowPrice") if words(o.get(k))), "")
    price, currency = _price(said, plain=evidence == "json_ld")
    url = next((words(v) for v in (node.get("url"), offer.get("url"), node.get("@id")) if words(v)), "")
    return Product(
        evidence,
        id=numbers[0][1] if numbers else "",
        numbers=numbers,
        url=markup.absolute(url) if url else "",
        name=words(node.get("name")),
        description=words(node.get("description")),
        brand=words(node.get("brand") or node.get("manufacturer")),
        category=_category(node.get("category")),
        colour=words(node.get("color")),
        size=words(node.get("size")),
        material=words(node.get("material")),
        price=price,
        currency=words(offer.get("priceCurrency") or first.get("priceCurrency")) or currency,
        licence=licence,
        language=words(node.get("inLanguage"))[:2].lower(),
        pictures=tuple(distinct(pictures)),
        captions=tuple(captions),
        properties=tuple(_properties(node)),
    )


def _properties(node: dict[str, Any]) -> Iterator[Property]:
    """What schema.org has a word of its own for, and what shops name themselves."""
    said = [(name, node.get(name)) for name in _MEASURES]
    said += [
        (words(one.get("name")) or words(one.get("propertyID")), one)
        for one in as_list(node.get("additionalProperty"))
        if isinstance(one, dict)
    ]
    for name, value in said:
        if one := named(name, _quantity(value)):
            yield one


def _quantity(value: Any) -> str:
    """A value with its unit, several of them as a list."""
    if isinstance(value, dict):
        unit = words(value.get("unitText")) or words(value.get("unitCode"))
        values = [said for one in as_list(value.get("value")) if (said := words(one))]
        return with_unit(", ".join(values), unit) if values else ""
    return ", ".join(
        said for one in as_list(value) if (said := _quantity(one) if isinstance(one, dict) else words(one))
    )


def _price(said: Any, *, plain: bool) -> tuple[str, str]:
    """A price as a plain number, and its currency where it stands with it.

    plain: for machines, where a point is a decimal point (schema.org); people write 1.299 for a thousand and more.

    >>> _price("1 299,00 €", plain=True), _price("12.990", plain=True), _price("1.299", plain=False)
    (('1299.00', 'EUR'), ('12.990', ''), ('1299', ''))
    >>> _price("on request", plain=True), _price("$5", plain=False)
    (('', ''), ('5', ''))
    """
    if isinstance(said, (int, float)) or (plain and _NUMBER.fullmatch(words(said))):
        return words(said), ""
    try:
        from price_parser import Price
    except ImportError:
        raise MissingExtra("what reads prices", "gather") from None
    found = Price.fromstring(words(said))
    sign = found.currency or ""
    currency = sign if _ISO.fullmatch(sign) else _CURRENCIES.get(sign, "")  # "$" is of many countries
    return ("" if found.amount is None else f"{found.amount}"), currency


def _picture(image: Any, markup: Markup) -> tuple[str, str, str]:
    if isinstance(image, dict):
        said = next((words(image[name]) for name in ("contentUrl", "url", "@id") if words(image.get(name))), "")
        caption = words(image.get("caption")) or words(image.get("description"))
        return markup.absolute(said) if said else "", caption, words(image.get("license"))
    said = words(image)
    return (markup.absolute(said) if said else ""), "", ""


def _category(value: Any) -> str:
    said = [words(one) for one in as_list(value)]
    return max(said, key=len, default="")


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
    return [found for item in items for found in nodes(_flat(item))]


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
            price=_price(first("product:price:amount", "og:price:amount"), plain=True)[0],
            currency=first("product:price:currency", "og:price:currency"),
            group=first("product:item_group_id"),
            pictures=tuple(distinct(pictures)),
            captions=tuple((p, alt) for p, alt in zip(pictures, alts, strict=False) if p and alt),
        )
    ]
