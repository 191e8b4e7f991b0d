"""Families: variants of one product, told by their ids where no column names them: 804, 804-B, 804-XL."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from gergo.catalogue.item import Item
from gergo.catalogue.texts import key

_SEPARATOR = re.compile(r"[-_./ ]")
# What follows a number in letters, or as 2XL: a colour, a size, or both. A further number may only count products.
_VARIANT = re.compile(r"(.*\d[^-_./ \d]*)(?:[-_./ ](?:[^\W\d_]+|\dx+[sl])){1,2}")


class Families:
    """What ties variants of one product: a title, and an id that begins as the others' do, or as one of them is.

    A stem that no item has for its id must hold a number, and letters follow it. So `Apple_001` and `Apple_002` are two
    products of one class, and 804-B and 804-D one product in two colours. Where a column names an item's variant, its
    id is not asked.
    """

    def __init__(self, items: Iterable[Item]) -> None:
        named = [_named(item) for item in items if _may_be_kin(item)]
        begun = {(stem, title) for id_, title in named for stem in _beginnings(id_)}
        self._whole = begun.intersection(named)
        self._stems = self._whole | {(stem, title) for id_, title in named for stem in _before_letters(id_)}

    def ties(self, item: Item) -> list[tuple[str, str, str]]:
        """("family", stem, hash of the title) for each family of an item."""
        if not _may_be_kin(item):
            return []
        id_, title = _named(item)
        stems = [stem for stem in _beginnings(id_) if (stem, title) in self._whole]
        stems += _before_letters(id_)
        stems += [id_] if (id_, title) in self._stems else []
        return [("family", stem, title) for stem in dict.fromkeys(stems)]


def _may_be_kin(item: Item) -> bool:
    return bool(item.title) and not item.variant


def _named(item: Item) -> tuple[str, str]:
    return key(item.source_id), item.text_hashes[0]


def _beginnings(id_: str) -> Iterator[str]:
    """What stands before each separator.

    >>> list(_beginnings("804-b.xl"))
    ['804', '804-b']
    """
    return (id_[: found.start()] for found in _SEPARATOR.finditer(id_) if found.start())


def _before_letters(id_: str) -> list[str]:
    """The stem that ends in a number, where one or two words follow it.

    >>> [_before_letters(id_) for id_ in ("804-b", "a804-red-xl", "804-2", "shirt-red")]
    [['804'], ['a804'], [], []]
    """
    found = _VARIANT.fullmatch(id_)
    return [found[1]] if found else []
