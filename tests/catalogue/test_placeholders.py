"""Placeholders: what stands for no product is told from a photograph that variants share."""

from __future__ import annotations

import pytest
from tests.catalogue.items import item, own_clusters

from gergo.catalogue.item import Item
from gergo.catalogue.placeholders import placeholders

WORDS = ["oak", "steel", "lamp", "chair", "rope", "paint", "glove", "drill", "ladder", "bucket", "candle", "carpet"]
COLOURS = ["red", "blue", "green", "grey", "pink"]


@pytest.fixture
def shop() -> list[Item]:
    """120 products of twelve kinds, every third without a photograph of its own."""
    return [
        item(
            i,
            title=f"product {WORDS[i % 12]} {WORDS[i * 5 % 11]} {i}",
            category=WORDS[i % 12],
            pictures=("no photo",) if i % 3 == 0 else (f"p{i}",),
        )
        for i in range(120)
    ]


def test_a_picture_shown_by_products_with_nothing_in_common_is_a_placeholder(shop: list[Item]):
    assert placeholders(shop, own_clusters(shop)) == {"no photo"}


def test_a_picture_shared_by_variants_is_none(shop: list[Item]):
    variants = [item(200 + i, title=f"product hex bolt M8 x {10 + i} zinc", pictures=("bolt",)) for i in range(30)]
    assert placeholders(shop + variants, own_clusters(shop + variants)) == {"no photo"}


def charts(shop: list[Item], title: str, *, own: bool = True, n: int = 12) -> set[str]:
    """What is found beside a shop's own placeholder where a brand shows one chart with all of its `n` products."""
    sold = [
        item(
            700 + i,
            title=title.format(word=WORDS[i % 12], colour=COLOURS[i % 5], i=i),
            brand="acme",
            category="shirts",
            pictures=(f"own {i}", "chart") if own else ("chart",),
        )
        for i in range(n)
    ]
    return placeholders(shop + sold, own_clusters(shop + sold)) - {"no photo"}


@pytest.mark.parametrize(
    "title",
    [
        "{word} {i}",  # nothing in common
        "Acme shirt {word} {colour}",  # but the names of brand and category
        "Acme premium {word} {colour}",  # a word of the brand's own, in every title
    ],
)
def test_a_chart_that_a_brand_shows_with_all_it_sells_is_a_placeholder(shop: list[Item], title: str):
    assert charts(shop, title) == {"chart"}


def test_a_picture_that_is_all_a_brand_shows_of_its_products_is_none(shop: list[Item]):
    assert charts(shop, "{word} shirt {colour}", own=False) == set()


@pytest.mark.parametrize(
    ("brand", "category", "title", "ends"),
    [
        ("würth", "screws", "Screw", "M3x10, M3x12, M4x10, M4x20, M5x30, M6x40"),
        ("mac", "lipstick", "MAC Lipstick", "Ruby Woo, Velvet Teddy, Chili Pepper, Russian Red, Lady Danger"),
        ("bosch", "brake pads", "Brake pads", "Golf Variant, Audi Avant, Leon Cupra, Octavia Combi, Ford Focus"),
        ("antinori", "rotwein", "Antinori", "Tignanello, Solaia, Guado al Tasso, Pian delle Vigne, Badia a Passignano"),
        ("nike", "shirts", "Shirt", "red large, blue small, green medium, black large, white small, grey medium"),
        ("資生堂", "口紅", "口紅", "ルビーレッド, ピンクベージュ, コーラルオレンジ, ダークブラウン, ローズ"),
        ("reclam", "klassiker", "", "Faust, Die Räuber, Nathan der Weise, Woyzeck, Effi Briest"),
    ],
)
def test_the_only_picture_of_one_brand_and_category_is_none(
    shop: list[Item], brand: str, category: str, title: str, ends: str
):
    sold = [
        item(700 + i, title=f"{title} {end}", brand=brand, category=category, pictures=("only",))
        for i, end in enumerate(ends.split(", "))
    ]
    assert placeholders(shop + sold, own_clusters(shop + sold)) == {"no photo"}


def test_a_picture_of_a_product_beside_that_of_each_colour_is_none(shop: list[Item]):
    covers = ["Samt grün", "Leder schwarz", "Stoff grau hell", "Samt blau", "Leder cognac", "Bouclé weiss"]
    sofas = [
        item(
            700 + i,
            title=f"Sofa Oslo 3-Sitzer {cover}",
            brand="bolia",
            category="sofas",
            pictures=(f"own {i}", "packshot"),
        )
        for i, cover in enumerate(covers)
    ]
    assert placeholders(shop + sofas, own_clusters(shop + sofas)) == {"no photo"}


def test_a_chart_is_told_though_titles_say_nothing_but_brand_and_kind(shop: list[Item]):
    assert charts(shop, "Acme shirt {i}", n=20) == {"chart"}
    kinds = ["shirt", "shirt", "shirt", "shoe"]
    sold = [
        item(
            700 + i,
            title=f"Acme {kinds[i % 4]} {i}",
            brand="acme",
            category=f"{kinds[i % 4]}s",
            pictures=(f"own {i}", "chart"),
        )
        for i in range(12)
    ]
    assert placeholders(shop + sold, own_clusters(shop + sold)) == {"no photo", "chart"}


def test_a_few_sizes_of_one_category_that_share_a_picture_beside_their_own_tie(shop: list[Item]):
    assert charts(shop, "Acme shirt {i}", n=12) == set()
