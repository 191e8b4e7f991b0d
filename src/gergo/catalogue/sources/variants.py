"""Variants within a product, as the interfaces of shop systems list them: each becomes a row of its own.

A row has the product's values, the variant's own in their place, and names its product (`variant_of`), as rows of an
export do. Titles and texts stay the product's: a variant's may be no more than "S / red", so it stands beside them.
What a variant leaves blank is the product's, but for ids. An only variant has its own id as well, so that the product
stays what it is when a second comes. Ids that only count within their product (1, 2, 3 in each) stand behind its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gergo.catalogue.column_names import hint, is_of_variants
from gergo.catalogue.sources.keyed_rows import NOTHING, id_key
from gergo.catalogue.sources.named_lists import plainly

PARENT = "variant_of"
_FEW = 100  # a number below may count the variants of one product, whatever others have now


def variant_rows(product: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The rows of a product: one of each variant, or the product itself where it lists none that have ids.

    >>> shirt = {"id": 7, "name": "Shirt", "variants": [{"id": 710, "size": "S"}, {"id": 720, "size": "L"}]}
    >>> next(variant_rows(shirt))
    {'id': 710, 'name': 'Shirt', 'variant_of': 7, 'variants': {'size': 'S'}}
    >>> [row["id"] for row in variant_rows({"id": 7, "variants": [{"id": 1}, {"id": 2}]})]
    ['7-1', '7-2']
    """
    id_ = id_key(product)
    column, variants = next(((key, found) for key in product if (found := _listed(key, product[key]))), ("", []))
    if not (variants and id_):
        yield dict(product)
        return
    shared = {key: value for key, value in product.items() if key != column}
    ids = [variant.get(id_) or variant[id_key(variant)] for variant in variants]
    if any(map(_counts, ids)):
        ids = [f"{product[id_]}-{own}" for own in ids]
    for own_id, variant in zip(ids, variants, strict=True):
        said = {key: value for key, value in variant.items() if value not in NOTHING or "id" in hint(key).roles}
        own = {key: value for key, value in said.items() if key in shared and not _is_text(key)}
        more = {key: value for key, value in said.items() if key not in own}
        tied = {id_: own_id, PARENT: product[id_]}
        yield {**shared, **own, **tied, **({column: more} if more else {})}


def _listed(key: str, value: object) -> list[dict[str, Any]]:
    """The variants of a cell: a list of objects with ids, or an object of them by id; names with values are none."""
    if not is_of_variants(key):
        return []
    found: list[Any] = value if isinstance(value, list) else []
    if isinstance(value, dict) and all(any(map(str.isdigit, key)) for key in value):
        found = [_with_id(key, part) for key, part in value.items()]
    are_variants = all(isinstance(part, dict) and id_key(part) for part in found)
    return found if are_variants and not isinstance(plainly(found), dict) else []


def _with_id(key: str, part: Any) -> Any:
    """A variant with its key for an id, unless it has one and the key may be its place in a list."""
    if not isinstance(part, dict) or (_counts(key) and id_key(part)):
        return part
    return {"id": key, **part}


def _counts(id_: str | int) -> bool:
    """Whether an id may only be the number of a variant within its product."""
    return str(id_).isdecimal() and int(id_) < _FEW


def _is_text(key: str) -> bool:
    return not {"title", "description"}.isdisjoint(hint(key).roles)
