"""What a page says of its products to machines: schema.org in JSON-LD and microdata, and OpenGraph.

Extraction of microdata and OpenGraph is extruct's; JSON-LD is read here, since shops write it by hand and break it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import unquote, urlsplit

from gergo.catalogue.texts import key, normalise
from gergo.errors import MissingExtra
from gergo.gathering.markup import Markup, text_of
from gergo.gathering.platforms import with_scripts
from gergo.gathering.product import Evidence, Product
from gergo.gathering.renditions import distinct
from gergo.gathering.specifications import Property, named, with_unit

_PRODUCTS = frozenset({"product", "individualproduct", "productmodel", "someproducts", "vehicle", "book"})
_GROUPS = frozenset({"productgroup"})
_IDS = ("sku", "gtin13", "gtin", "gtin14", "gtin12", "gtin8", "mpn", "productID", "productId")
_COMMENT = re.compile(r"(?m)(?<![:\"'\w])//[^\n]*$|/\*.*?\*/", re.DOTALL)
_CURRENCIES = {"€": "EUR", "£": "GBP", "zł": "PLN", "Kč": "CZK"}
_HOME = frozenset(
    key(name)
    for name in (
        *(
            "home",
            "home page",
            "homepage",
            "start",
            "shop",
            "store",
            "startseite",
            "accueil",
            "inicio",
            "início",
            "página inicial",
        ),
        *(
            "pagina iniziale",
            "strona główna",
            "hem",
            "hjem",
            "forside",
            "etusivu",
            "domů",
            "главная",
            "トップ",
            "首页",
            "ana sayfa",
        ),
    )
)
_MEASURES = ("pattern", "width", "height", "depth", "weight")
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*.*?\*/)|(?:-->|//\s*\]\]>|\]\]>)\s*;?\s*$", re.DOTALL
)
_BREADCRUMBS = (
    "//*[contains(translate(@class, 'BC', 'bc'), 'breadcrumb') or translate(@aria-label, 'B', 'b')='breadcrumb']"
)
_MOST_NESTED = 40


@dataclass
class Structured:
    """Products, the trail of the page, and how many blocks could not be read."""

    products: list[Product]
    trail: str = ""
    broken: int = 0


def structured(markup: Markup) -> Structured:
    """All that the page says to machines, the better evidence first; one product is given once."""
    blocks, broken = _json_ld(markup)
    _resolve(blocks)
    nodes = [node for block in blocks for node in _nodes(block)]
    products = [p for node in nodes for p in _products(node, markup, "json_ld")]
    microdata = [] if products and any(map(_is_trail, nodes)) else _microdata(markup)
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
    trails = [_steps(node) for node in (*nodes, *microdata) if _is_trail(node)] + list(_shown_trails(markup))
    here = "" if is_list else bare_address(markup.canonical)
    trail = next((said for steps in trails if (said := _trail(steps, names, here, markup))), "")
    told = [p if p.category or not (p.main or is_list) else replace(p, category=trail) for p in products]
    return Structured([replace(p, licence=p.licence or markup.licence) for p in told], trail, broken)


def _merged(products: Iterable[Product]) -> list[Product]:
    """One product a product: what several blocks say of it is put together, the first of them leading."""
    found: list[Product] = []
    for product in products:
        at = next((n for n, other in enumerate(found) if _is_same(other, product)), None)
        if at is None:
            found.append(product)
        else:
            found[at] = _filled(found[at], product)
    return found


def _is_same(one: Product, other: Product) -> bool:
    """By their numbers; by name, where one has none and nothing tells variants apart."""
    if one.id and other.id:
        return one.id == other.id
    differ = any(a and b and a != b for a, b in ((one.colour, other.colour), (one.size, other.size)))
    addresses = {url for url in (one.url, other.url) if url}
    return bool(one.name) and key(one.name) == key(other.name) and not differ and len(addresses) < 2


def _filled(one: Product, other: Product) -> Product:
    """A product with what it lacks from another that is the same."""
    lacking = {
        field.name: getattr(other, field.name)
        for field in fields(one)
        if field.type == "str" and not getattr(one, field.name)
    }
    return replace(
        one,
        **lacking,
        pictures=tuple(distinct([*one.pictures, *other.pictures])),
        captions=(*one.captions, *other.captions),
        properties=(*one.properties, *other.properties),
    )


def _marked(products: list[Product], markup: Markup) -> list[Product]:
    """Which the page is about: the only one, or those of one group; else those that have its address or heading, or
    whose name is in it ("Boot, now in red")."""
    if len({_family(p) for p in products}) < 2:
        return products
    heading, here = key(markup.heading), bare_address(markup.canonical)
    own = {_family(p) for p in products if (p.url and bare_address(p.url) == here) or key(p.name) == heading}
    own = own or {_family(p) for p in products if p.name and key(p.name) in heading}
    return [replace(p, main=len(own) == 1 and _family(p) in own) for p in products]


def _family(product: Product) -> str:
    """What a product and its variants have in common."""
    return product.group or product.id or product.name


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
    for attempt in (bare, _TRAILING_COMMA.sub("", bare), bare.rstrip(";"), _COMMENT.sub("", bare)):
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


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
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
            is_product = bool(_kinds(node) & (_PRODUCTS | _GROUPS))
            inside = ("@graph", "mainEntity", "itemListElement", *(() if is_product else ("item", "about")))
            stack += [(node[name], depth + 1) for name in reversed(inside) if isinstance(node.get(name), (dict, list))]


def _kinds(node: dict[str, Any]) -> set[str]:
    said = node.get("@type", node.get("type"))
    return {str(kind).rsplit("/", 1)[-1].rsplit("#", 1)[-1].lower() for kind in _list(said)}


def bare_address(url: str) -> str:
    """An address without its fragment and the slash at its end, however its characters are quoted.

    >>> bare_address("https://shop.example/a%26b/#top")
    'https://shop.example/a&b'
    """
    return unquote(url.split("#", 1)[0]).rstrip("/")


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
    said = next((o[k] for o in (offer, first) for k in ("price", "lowPrice") if _text(o.get(k))), "")
    price, currency = _price(said)
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
        price=price,
        currency=_text(offer.get("priceCurrency") or first.get("priceCurrency")) or currency,
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


def _price(said: Any) -> tuple[str, str]:
    """A price as a plain number, and its currency where it stands with it.

    >>> _price("1 299,00 €"), _price(1.299), _price("on request")
    (('1299.00', 'EUR'), ('1.299', ''), ('', ''))
    """
    if isinstance(said, (int, float)):
        return _text(said), ""
    try:
        from price_parser import Price
    except ImportError:
        raise MissingExtra("what reads prices", "gather") from None
    found = Price.fromstring(_text(said))
    currency = found.currency or ""
    return ("" if found.amount is None else f"{found.amount}"), _CURRENCIES.get(currency, currency)


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


def _is_trail(node: dict[str, Any]) -> bool:
    return "breadcrumblist" in _kinds(node)


Step = tuple[str, str]
"""A crumb: its name and its address, "" where it has none."""


def _steps(node: dict[str, Any]) -> list[Step]:
    steps = [step for step in _list(node.get("itemListElement")) if isinstance(step, dict)]
    steps.sort(key=lambda step: _number(step.get("position")))
    found = []
    for step in steps:
        item = step.get("item")
        address = _text(item.get("@id") or item.get("url")) if isinstance(item, dict) else _text(item)
        name = _text(step.get("name")) or (_text(item) if isinstance(item, dict) else "")
        found.append((name, address))
    return found


def _number(value: Any) -> float:
    try:
        return float(_text(value))
    except ValueError:
        return 0.0


def _shown_trails(markup: Markup) -> Iterator[list[Step]]:
    for nav in markup.tree.xpath(_BREADCRUMBS):
        yield [(text_of(link), link.get("href") or "") for link in nav.xpath(".//a")]


def _trail(steps: Sequence[Step], names: Sequence[str], here: str, markup: Markup) -> str:
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
    return [found for item in items for found in _nodes(_flat(item))]


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
            price=_price(first("product:price:amount", "og:price:amount"))[0],
            currency=first("product:price:currency", "og:price:currency"),
            group=first("product:item_group_id"),
            pictures=tuple(distinct(pictures)),
            captions=tuple((p, alt) for p, alt in zip(pictures, alts, strict=False) if p and alt),
        )
    ]
