"""What common shop software tells its own scripts and nobody else: galleries that only a browser draws (Magento),
variants with their pictures (WooCommerce).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from gergo.catalogue.texts import normalise
from gergo.gathering.markup import Markup
from gergo.gathering.product import Product
from gergo.gathering.renditions import distinct
from gergo.gathering.specifications import fills, named

_MAGENTO_GALLERY = "mage/gallery/gallery"
_RENDITIONS = ("full_src", "full", "url", "img", "src")  # of a picture in such a script, the largest first


def with_scripts(main: Product, markup: Markup) -> list[Product]:
    """The product that a page is about with the pictures of its script's gallery, and its variants after it."""
    pictures, captions = [], []
    for image in _gallery(markup):
        url = _address(image, markup)
        caption = normalise(image.get("caption")) or ""
        pictures += [url] if url else []
        captions += [(url, caption)] if url and caption else []
    whole = replace(
        main,
        pictures=tuple(distinct([*main.pictures, *pictures])),
        captions=(*main.captions, *captions),
    )
    variants = [_variant(one, whole, markup) for one in _variations(markup)]
    if not variants:
        return [whole]
    group = main.group or main.id or markup.canonical
    return [replace(one, group=group) for one in (whole, *variants)]


def _gallery(markup: Markup) -> Iterator[dict[str, Any]]:
    for script in markup.tree.xpath("//script[@type='text/x-magento-init']"):
        text = "".join(script.itertext())
        for told in _found(_loaded(text), _MAGENTO_GALLERY) if _MAGENTO_GALLERY in text else ():
            data = told.get("data") if isinstance(told, dict) else None
            yield from (one for one in data or () if isinstance(one, dict) and one.get("type", "image") == "image")


def _variations(markup: Markup) -> Iterator[dict[str, Any]]:
    for said in markup.tree.xpath("//form/@data-product_variations"):
        found = _loaded(said)
        yield from (one for one in (found if isinstance(found, list) else ()) if isinstance(one, dict))


def _variant(said: dict[str, Any], of: Product, markup: Markup) -> Product:
    """A variation as WooCommerce writes it; its name is the product's."""
    image = said.get("image")
    picture = _address(image, markup) if isinstance(image, dict) else ""
    attributes = said.get("attributes")
    facts: dict[str, str] = {}
    properties = []
    for name, value in attributes.items() if isinstance(attributes, dict) else ():
        plain = str(name).removeprefix("attribute_").removeprefix("pa_").replace("-", " ").replace("_", " ")
        if one := named(plain, normalise(str(value)) or ""):
            if column := fills(plain):
                facts[column] = one[1]
            else:
                properties.append(one)
    price = said.get("display_price")
    sku = normalise(str(said.get("sku") or "")) or ""
    return replace(
        of,
        id=sku if sku != of.id else "",
        numbers=(("sku", sku),) if sku and sku != of.id else (),
        url="",
        price=str(price) if isinstance(price, (int, float)) and not isinstance(price, bool) else of.price,
        pictures=(picture,) if picture else of.pictures,
        captions=(),
        properties=tuple(properties),
        **facts,
    )


def _address(image: dict[str, Any], markup: Markup) -> str:
    said = next((image[name] for name in _RENDITIONS if isinstance(image.get(name), str) and image[name]), "")
    return markup.absolute(said) if said else ""


def _found(value: Any, name: str) -> Iterator[Any]:
    """Every value of that name, however deep."""
    if isinstance(value, dict):
        for key, inside in value.items():
            if key == name:
                yield inside
            else:
                yield from _found(inside, name)
    elif isinstance(value, list):
        for inside in value:
            yield from _found(inside, name)


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
