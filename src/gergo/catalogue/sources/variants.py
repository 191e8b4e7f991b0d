"""Variants within a product, as the interfaces of shop systems list them: each becomes a row of its own.

A row has the product's values, the variant's own in their place, and names its product (`variant_of`), as rows of an
export do. Titles and texts stay the product's: a variant's may be no more than "S / red", so it stands beside them. A
product's only variant is the product. What a variant leaves blank is the product's, but for ids.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gergo.catalogue.column_names import hint, is_of_variants

PARENT = "variant_of"
_NOTHING: tuple[object, ...] = (None, "", [], {})


def variant_rows(product: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The rows of a product: one of each variant, or the product itself where it lists none that have ids.

    >>> shirt = {"id": 7, "name": "Shirt", "variants": [{"id": 71, "size": "S"}, {"id": 72, "size": "L"}]}
    >>> next(variant_rows(shirt))
    {'id': 71, 'name': 'Shirt', 'variant_of': 7, 'variants': {'size': 'S'}}
    """
    id_ = _id_key(product)
    column, variants = next(((key, found) for key in product if (found := _listed(key, product[key]))), ("", []))
    if not (variants and id_):
        yield dict(product)
        return
    shared = {key: value for key, value in product.items() if key != column}
    for variant in variants:
        said = {key: value for key, value in variant.items() if value not in _NOTHING or "id" in hint(key).roles}
        own = {key: value for key, value in said.items() if key in shared and not _is_text(key)}
        more = {key: value for key, value in said.items() if key not in own}
        tied = {id_: product[id_]}
        if len(variants) > 1:
            tied = {id_: variant.get(id_) or variant[_id_key(variant)], PARENT: product[id_]}
        yield {**shared, **own, **tied, **({column: more} if more else {})}


def _listed(key: str, value: object) -> list[dict[str, Any]]:
    """The variants of a cell: a list of objects with ids, or an object of them by id."""
    if not is_of_variants(key):
        return []
    found: list[Any] = value if isinstance(value, list) else []
    if isinstance(value, dict) and all(any(map(str.isdigit, key)) for key in value):
        found = [{"id": key, **part} if isinstance(part, dict) else part for key, part in value.items()]
    return found if all(isinstance(part, dict) and _id_key(part) for part in found) else []


def _id_key(found: Mapping[str, Any]) -> str:
    """The key of an object's id: the most usual name of those that have a plain value; "" without any."""
    ranks = {key: hint(key).roles["id"] for key, value in found.items() if _is_plain(value) and "id" in hint(key).roles}
    return min(ranks, key=ranks.__getitem__, default="")


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int) and value not in _NOTHING


def _is_text(key: str) -> bool:
    return not {"title", "description"}.isdisjoint(hint(key).roles)
