"""Families: variants are told by their ids and one title, and running numbers are not taken for them."""

from __future__ import annotations

import pytest
from tests.catalogue.items import item

from gergo.catalogue.families import Families


def tied(*ids: str, titles: str | list[str] = "oak shelf", variant: str = "") -> bool:
    """Whether all of these items share a tie."""
    titles = [titles] * len(ids) if isinstance(titles, str) else titles
    items = [item(n, id=ids[n], title=titles[n], variant=variant) for n in range(len(ids))]
    families = Families(items)
    return bool(set.intersection(*(set(families.ties(one)) for one in items)))


@pytest.mark.parametrize(
    "ids",
    [
        ("000804", "000804-B", "000804-D"),
        ("000804-B", "000804-D"),
        ("SKU804_XL", "sku804_2xl"),
        ("A804-RED-XL", "A804-RED", "A804"),
        ("A804/ROT", "A804/GRÜN"),
        ("shelf", "shelf-red", "shelf-2"),  # the stem is an item itself
        ("804", "804-42", "804-43"),
    ],
)
def test_variants_of_one_title_are_a_family(ids: tuple[str, ...]):
    assert tied(*ids)


@pytest.mark.parametrize(
    "ids",
    [
        ("Apple_001", "Apple_002"),
        ("804-1", "804-2"),
        ("shelf-red", "shelf-blue"),  # all of a shop may begin with its name
        ("804-B", "805-B"),
        ("804B", "804D"),
        ("shop1/shelves/of/oak/red", "shop1/shelves/of/oak/blue"),
        ("set2_cover", "set2_001"),
        ("804", "804"),
    ],
)
def test_running_numbers_and_common_beginnings_are_none(ids: tuple[str, ...]):
    assert not tied(*ids)


def test_another_title_is_another_product():
    assert not tied("804", "804-B", titles=["oak shelf", "beech shelf"])


def test_where_a_column_names_variants_ids_are_not_asked():
    assert not tied("804", "804-B", variant="v1")
