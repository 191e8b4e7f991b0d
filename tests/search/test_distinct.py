"""One result a group: a shop whose products come in many sizes, each size a row of its own."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from tests.search.sizes import SHIRTS, SIZES, SOCKS, write_sized_shop

from gergo.catalogue.importing import import_catalogue
from gergo.search.index import Index, index
from gergo.towers.model import Model


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("shop")
    shop = import_catalogue(write_sized_shop(folder), folder / "shop.gergo", group="model")
    return index(shop, Model.load("base"))


@pytest.mark.parametrize("mode", ["vector", "text", "hybrid"])
def test_a_product_takes_one_place_its_best_variant_first(made: Index, mode: Any) -> None:
    every = made.search("red shirt", k=100, mode=mode)
    one_each = made.search("red shirt", k=100, mode=mode, distinct=True)
    groups = [result.columns["model"] for result in every]
    assert [result.columns["model"] for result in one_each] == list(dict.fromkeys(groups))
    best = {group: every[groups.index(group)] for group in groups}
    assert [(result.id, result.score) for result in one_each] == [(one.id, one.score) for one in best.values()]
    assert all(result.others is None for result in every)


def test_pages_of_products_do_not_overlap_and_miss_none(made: Index) -> None:
    whole = [result.id for result in made.search("shirt", k=100, distinct=True)]
    assert len(whole) == len(SHIRTS) + len(SOCKS)
    pages = [[result.id for result in made.search("shirt", k=3, offset=at, distinct=True)] for at in range(0, 12, 3)]
    assert [id_ for page in pages for id_ in page] == whole


def test_others_counts_what_the_filter_lets_through(made: Index) -> None:
    assert {result.others for result in made.search("shirt", k=9, mode="text", distinct=True)} == {len(SIZES) - 1}
    small = made.search("shirt", k=20, where="size in ('S', 'M')", distinct=True)
    assert len(small) == len(SHIRTS)
    assert {result.others for result in small} == {1}
    assert small[0].to_json()["others"] == 1


def test_more_like_this_is_another_product(made: Index) -> None:
    assert Counter(result.columns["model"] for result in made.search(like="red-M", k=3))["red"] == len(SIZES) - 1
    others = [result.columns["model"] for result in made.search(like="red-M", k=100, distinct=True)]
    assert "red" not in others
    assert len(others) == len(SHIRTS) + len(SOCKS) - 1


def test_facets_count_products(made: Index) -> None:
    assert dict(made.facets(["model"])["model"])["red"] == len(SIZES)
    assert dict(made.facets(["model"], distinct=True)["model"])["red"] == 1
    assert dict(made.facets(["size"], distinct=True)["size"]) == dict.fromkeys(SIZES, len(SHIRTS))


def test_members_of_a_group(made: Index) -> None:
    by_number = {row["item"]: row["id"] for row in made.catalogue.items().to_pylist()}
    number = {id_: item for item, id_ in by_number.items()}
    assert [by_number[one] for one in made.groups.members(number["red-M"]).tolist()] == [
        "red-S",
        "red-M",
        "red-L",
        "red-XL",
    ]
    assert made.groups.members(number["pink-"]).tolist() == [number["pink-"]]
