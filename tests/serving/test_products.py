"""Variants of one product, served: one result for all of them, and each of them one click away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.search.sizes import SHIRTS, SIZES, SOCKS, write_sized_shop
from tests.serving.conftest import Server

from gergo.catalogue.importing import import_catalogue
from gergo.search.index import index
from gergo.serving.app import create_app
from gergo.serving.settings import Settings
from gergo.towers.model import Model

PRODUCTS = len(SHIRTS) + len(SOCKS)
ITEMS = len(SHIRTS) * len(SIZES) + len(SOCKS)


@pytest.fixture(scope="module")
def sized(base: Model, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("sizes")
    catalogue = import_catalogue(write_sized_shop(folder), folder / "shop.gergo", group="model")
    index(catalogue, base)
    server = Server(create_app(Settings(catalogue=catalogue.path, read_only=True))).start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def shop(sized: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sized.url, timeout=60) as client:
        yield client


@pytest.mark.parametrize("query", [{}, {"text": "shirt", "mode": "vector"}])
def test_products_are_found_counted_and_paged(shop: httpx.Client, query: dict[str, Any]) -> None:
    facets = ["size"]
    answer = shop.post("/v1/search", json={**query, "distinct": True, "k": 100, "facets": facets}).json()
    assert answer["matching"] == len(answer["results"]) == PRODUCTS
    assert {one["columns"]["model"] for one in answer["results"]} == {*SHIRTS, *SOCKS}
    assert sorted({one["others"] for one in answer["results"]}) == [0, len(SIZES) - 1]
    assert answer["facets"]["size"] == [{"value": size, "count": len(SHIRTS)} for size in sorted(SIZES)]
    rest = shop.post("/v1/search", json={**query, "distinct": True, "k": 100, "offset": 4}).json()
    assert rest["results"] == answer["results"][4:]
    every = shop.post("/v1/search", json={**query, "k": 100, "facets": facets}).json()
    assert every["matching"] == len(every["results"]) == ITEMS
    assert {one["others"] for one in every["results"]} == {None}


def test_a_filter_counts_the_variants_it_lets_through(shop: httpx.Client) -> None:
    large = [{"column": "size", "op": "in", "value": ["L", "XL"]}]
    answer = shop.post("/v1/search", json={"distinct": True, "k": 100, "filters": large}).json()
    assert answer["matching"] == len(SHIRTS)
    assert {(one["columns"]["size"], one["others"]) for one in answer["results"]} == {("L", 1)}


def test_an_item_names_its_siblings(shop: httpx.Client) -> None:
    siblings = shop.get("/v1/items/red-M").json()["siblings"]
    assert [one["columns"]["size"] for one in siblings] == ["S", "L", "XL"]
    assert all(shop.get(one["picture"]).status_code == 200 for one in siblings)
    assert shop.get("/v1/catalogue").json()["groups"] == PRODUCTS


def test_the_page_shows_products_and_each_variant_on_demand(chromium: Any, sized: Server) -> None:
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    try:
        page.goto(sized.url)
        page.wait_for_selector("#results")
        assert page.locator("#results [data-item]").count() == PRODUCTS
        assert page.locator("#about").inner_text().startswith(f"{PRODUCTS} products ({ITEMS} items)")
        assert page.locator("#results li").first.inner_text().endswith(f"+{len(SIZES) - 1}")
        page.locator("#results [data-item]").first.click()
        page.wait_for_selector("#tied")
        tied = page.locator("section[aria-labelledby=tied] .title")
        assert tied.all_inner_texts() == SIZES[1:]
        tied.first.click()
        page.wait_for_function("() => document.querySelector('#product .sub')?.textContent === 'red-M'")
        page.keyboard.press("Escape")
        page.get_by_label("every variant by itself").check()
        page.wait_for_function(f"() => document.querySelector('.said').innerText.includes('{ITEMS} products')")
        assert "every=1" in page.url
        assert page.locator("#results [data-item]").count() == 24
    finally:
        page.close()


def test_the_page_says_what_a_shop_wrote_for_machines(
    chromium: Any, base: Model, serve: Callable[..., Server], tmp_path: Path
) -> None:
    """A description in HTML is text, a block a line; an option's name and value are one fact."""
    shop = tmp_path / "export.csv"
    body = "<p>Soft&nbsp;&amp; warm</p><ul><li>100% wool</li></ul><script>track()</script>"
    shop.write_text(f"Handle,Title,Body (HTML),Option1 Name,Option1 Value\ncap,Warm cap,{body},Size,M\n", "utf-8")
    catalogue = import_catalogue(shop, tmp_path / "shop.gergo", id="Handle", text=["Title", "Body (HTML)"])
    index(catalogue, base)
    page = chromium.new_page()
    try:
        page.goto(f"{serve(catalogue).url}/?item=cap")
        page.wait_for_selector(".facts dd")
        said = dict(zip(*(page.locator(f".facts {part}").all_inner_texts() for part in ("dt", "dd")), strict=True))
        assert said == {"Body (HTML)": "Soft & warm\n100% wool", "Size": "M"}
    finally:
        page.close()


def test_the_page_shows_what_a_product_costs(
    chromium: Any, base: Model, serve: Callable[..., Server], tmp_path: Path
) -> None:
    """The first price that it has, in the shop's currency; never what the shop itself paid."""
    shop = tmp_path / "export.csv"
    rows = ["a;Warm cap;3,00 €;12,50 €;", "b;Wool scarf;5,00 €;20,00 €;15,90 €", "c;Long coat;9,00 €;;"]
    shop.write_text("\n".join(["sku;title;EK netto;VK brutto;Aktionspreis", *rows]) + "\n", "utf-8")
    catalogue = import_catalogue(shop, tmp_path / "shop.gergo", id="sku")
    index(catalogue, base)
    page = chromium.new_page()
    try:
        page.goto(serve(catalogue).url)
        page.wait_for_selector("#results")
        cards = page.locator("#results li")
        assert [card.locator(".meta b").all_inner_texts() for card in cards.all()] == [["€12.50"], ["€20.00"], []]
    finally:
        page.close()
