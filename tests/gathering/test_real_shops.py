"""What real shops do to their pages: names and values, several blocks, cards, references, galleries, shop software."""

from __future__ import annotations

import json

import pytest
from tests.gathering.extracted import json_ld, of

from gergo.gathering.extracting import Extracted, pictures_of
from gergo.gathering.filtering import SiteCounts
from gergo.gathering.rows import Dropped, Row, Rows, main_properties
from gergo.gathering.site import Page
from gergo.gathering.specifications import columns


def test_properties_are_read_where_shops_write_them_and_nowhere_else() -> None:
    said = {
        "@type": "Product",
        "name": "Bolt",
        "width": {"@type": "QuantitativeValue", "value": 8, "unitCode": "MMT"},
        "additionalProperty": [
            {"@type": "PropertyValue", "name": "Thread", "value": "M8"},
            {"name": "Length", "value": [20, 40], "unitText": "mm"},
            {
                "name": "Care",
                "value": "A sentence that goes on and on, for longer than a value does, and so tells of no attribute.",
            },
            "nonsense",
        ],
    }
    found = of(
        "<nav><table><tr><td>Menu</td><td>Home</td></tr></table></nav>"
        "<table><tr><td>Material:</td><td><b>Steel</b></td></tr><tr><th>Head</th><td>hex</td></tr></table>"
        "<table><tr><th>Size</th><th>Chest</th></tr><tr><td>Small one</td><td>88 cm</td></tr></table>"
        "<dl><dt>Colour</dt><dd>red</dd><dd>blue</dd><div><dt>Finish</dt><dd>zinc</dd></div></dl>"
        "<ul><li><strong>Drive</strong>: Torx</li><li>Grade: 8.8</li><li><a href='/x'>See also: nuts</a></li></ul>"
        "<ul><li>Note: once</li><li>No colon</li><li>here</li></ul>",
        json_ld(said),
    )
    (product,) = found.products
    assert product.properties == (("width", "8 mm"), ("Thread", "M8"), ("Length", "20, 40 mm"))
    assert dict(found.properties) == {
        "Material": "Steel",
        "Head": "hex",
        "Colour": "red, blue",
        "Finish": "zinc",
        "Drive": "Torx",
        "Grade": "8.8",
    }


def test_of_a_page_of_several_products_a_table_is_of_none_and_other_languages_do_not_mix() -> None:
    counts = SiteCounts()
    two = [{"@type": "Product", "name": name, "sku": name, "image": f"/{name}.jpg"} for name in ("a1", "b2")]
    table = "<table><tr><td>Material</td><td>steel</td></tr></table>"
    pages = [
        of(table, json_ld(two), url="https://shop.example/list"),
        of(table, json_ld(two[0]), url="https://shop.example/a"),
        of(table.replace("Material", "Materiale"), json_ld(two[0]), url="https://shop.example/it/a", language="it"),
    ]
    rows = Rows(counts, Dropped())
    for page in pages:
        counts.add(page)
        rows.add(page)
    first, second = rows.finish()
    assert main_properties(first, "en") == {"material": ("Material", "steel")}
    assert main_properties(first, "it") == {"materiale": ("Materiale", "steel")}
    assert main_properties(second, "en") == {}


def rows_of(*pages: Extracted) -> list[Row]:
    counts, dropped = SiteCounts(), Dropped()
    for page in pages:
        counts.add(page)
    rows = Rows(counts, dropped)
    for page in pages:
        rows.add(page)
    return list(rows.finish())


def test_blocks_about_something_else_say_nothing_of_the_product() -> None:
    found = of(
        "<ul class='product-reviews'><li>Anna K.: fine</li><li>Bert: good</li></ul>"
        "<table class='size-guide'><tr><td>Small</td><td>88 cm</td></tr></table>"
        "<table><tr><td>Size</td><td>Chest</td></tr><tr><td>S</td><td>88</td></tr><tr><td>M</td><td>96</td></tr></table>"
        "<div role='dialog'><dl><dt>Provider</dt><dd>Ads Ltd</dd></dl></div>"
        "<dl><dt>Lieferzeit</dt><dd>2 Tage</dd><dt>Is it safe?</dt><dd>yes</dd><dt>Gewicht</dt><dd>5 kg</dd></dl>"
    )
    assert found.properties == (("Gewicht", "5 kg"),)
    named = of(
        "<ul><li>Free parking: yes</li><li>Open late: no</li></ul>"
        "<table class='shop_attributes'><tr><th>Colour</th><td>red<script>var a = 1</script></td></tr></table>"
    )
    assert named.properties == (("Colour", "red"),), "where a page names its specifications, they are all"


def test_one_product_in_several_blocks_is_one_and_its_rating_no_other() -> None:
    said = {"@type": "Product", "name": "Boot", "sku": "7", "image": "/a.jpg"}
    rated = {"@type": "Product", "name": "Boot", "aggregateRating": {"ratingValue": 4}, "brand": "Acme"}
    (product,) = of("", json_ld(said) + json_ld(rated)).products
    assert (product.id, product.brand, product.main) == ("7", "Acme", True)


def test_cards_of_other_products_leave_the_page_to_its_own() -> None:
    trail = {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"position": "\u00b2", "name": "Startseite", "item": "https://shop.example/"},
            {"position": 2, "name": "Mugs"},
            {"position": 3, "name": "Red mug"},
        ],
    }
    card = {"@type": "Product", "name": "Oak chair", "url": "/p/chair", "image": "/chair.jpg"}
    said = {"@type": "Product", "name": "Red mug", "image": "/mug.jpg"}
    body = "<h1>Red mug, a third off</h1><table><tr><td>Material</td><td>clay</td></tr></table>"
    mug, chair = of(body, json_ld([card, said, trail]), url="https://shop.example/p/mug").products[::-1]
    assert (mug.main, mug.category, chair.main, chair.category) == (True, "Mugs", False, "")
    own = {"@type": "Product", "name": "Oak chair", "sku": "c1", "image": "/chair.jpg"}
    of_chair = of("<h1>Oak chair</h1>", json_ld(own), url="https://shop.example/p/chair")
    found = {row.said("title", "en"): row for row in rows_of(of(body, json_ld([card, said, trail])), of_chair)}
    assert found["Oak chair"].number == "c1"
    assert list(main_properties(found["Red mug"], "en")) == ["material"]
    assert main_properties(found["Oak chair"], "en") == {}


def test_references_by_id_are_followed_and_circles_end() -> None:
    graph = {
        "@graph": [
            {
                "@type": "ProductGroup",
                "@id": "#g",
                "productGroupID": "9",
                "name": "Shirt",
                "hasVariant": [{"@id": "#v"}],
            },
            {"@type": "Product", "@id": "#v", "sku": "v1", "name": "Shirt red", "isVariantOf": {"@id": "#g"}}
            | {"image": {"@id": "#i"}, "brand": {"@id": "#b"}},
            {"@type": "ImageObject", "@id": "#i", "url": "/red.jpg", "about": {"@id": "#v"}},
            {"@type": "Brand", "@id": "#b", "name": "Acme"},
        ]
    }
    (product,) = of("", json_ld(graph)).products
    assert (product.id, product.group, product.brand) == ("v1", "9", "Acme")
    assert product.pictures == ("https://shop.example/red.jpg",)


@pytest.mark.parametrize(
    ("said", "price", "currency"),
    [
        ("1 299,00 \u20ac", "1299.00", "EUR"),
        ("12.990", "12.990", ""),
        (4.5, "4.5", ""),
        ("$5", "5", ""),
        ("on request", "", ""),
    ],
)
def test_prices_are_numbers_however_they_are_written(said: object, price: str, currency: str) -> None:
    told = {"@type": "Product", "name": "Boot", "image": "/a.jpg", "offers": {"price": said}}
    (product,) = of("", json_ld(told)).products
    assert (product.price, product.currency) == (price, currency)


def test_json_as_it_is_written_by_hand_and_by_two_plugins() -> None:
    first, second = ({"@type": "Product", "name": name, "sku": name, "image": f"/{name}.jpg"} for name in ("a1", "b2"))
    assert len(of("", json_ld(json.dumps(first) + "\n" + json.dumps(second))).products) == 2
    commented = '{"@type": "Product", // the name\n "name": "Boot", "url": "https://shop.example/p", "image": "/a.jpg"}'
    (product,) = of("", json_ld(commented)).products
    assert (product.name, product.url) == ("Boot", "https://shop.example/p")


def test_every_rendition_is_kept_in_case_the_largest_was_not_saved() -> None:
    body = (
        '<img src="a-300.jpg" srcset="https://cdn.example/a-1200.jpg 1200w, https://cdn.example/a-600.jpg 600w">'
        '<img data-src="b_{width}x.jpg" data-widths="[180, 720]">'
    )
    first, second = of(body, url="https://shop.example/p/").shown
    assert (first.url, first.others[-1]) == ("https://cdn.example/a-1200.jpg", "https://shop.example/p/a-300.jpg")
    assert second.url == "https://shop.example/p/b_720x.jpg"


def test_a_gallery_is_of_the_product_whose_picture_is_in_it() -> None:
    said = {"@type": "Product", "name": "Boot", "sku": "7", "image": "/a.jpg"}
    gallery = (
        "<div><div><img src='/a.jpg'></div><div><img src='/b.jpg'></div><div><img src='/c.jpg' alt='Sole'></div></div>"
    )
    card = "<ul><li><a href='/p/other'><img src='/other.jpg' alt='Other'></a></li><li><img src='/x.jpg'></li></ul>"
    boot, *_ = rows_of(of(f"<main><h1>Boot</h1>{gallery}{card}</main>", json_ld(said)))
    assert [address[0].rpartition("/")[2] for address in boot.pictures.values()] == ["a.jpg", "b.jpg", "c.jpg"]
    assert [text for _, _, text, _ in boot.captions] == ["Sole"]


def test_what_shop_software_tells_only_its_own_scripts() -> None:
    said = {"@type": "Product", "name": "Shirt", "sku": "S", "image": "/s.jpg"}
    variations = [
        {
            "sku": "S-R",
            "display_price": 19.9,
            "image": {"full_src": "/red.jpg"},
            "attributes": {"attribute_pa_farbe": "Rot"},
        },
        {"sku": "S-B", "image": {"full_src": "/blue.jpg"}, "attributes": {"attribute_pa_farbe": "Blau"}},
    ]
    form = f"<form data-product_variations='{json.dumps(variations)}'></form>"
    whole, red, blue = of(form, json_ld(said)).products
    assert {one.group for one in (whole, red, blue)} == {"S"}
    assert (red.id, red.colour, red.price, red.pictures) == ("S-R", "Rot", "19.9", ("https://shop.example/red.jpg",))
    assert blue.colour == "Blau"
    data = {"*": {"Magento_Catalog/js": {"mage/gallery/gallery": {"data": [{"full": "/1.jpg", "caption": "Back"}]}}}}
    drawn = f"<script type='text/x-magento-init'>{json.dumps(data)}</script>"
    (product,) = of(drawn, json_ld(said)).products
    assert [url.rpartition("/")[2] for url in product.pictures] == ["s.jpg", "1.jpg"]
    assert product.captions == (("https://shop.example/1.jpg", "Back"),)


def test_placeholders_and_banners_are_of_no_product() -> None:
    pages = [
        of(
            f"<main><h1>Boot {n}</h1><a href='/sale'><img src='/offer.jpg' alt='Summer: a fifth off'></a></main>",
            json_ld({"@type": "Product", "name": f"Boot {n}", "sku": str(n), "image": ["/none.jpg", f"/{n}.jpg"]}),
            url=f"https://shop.example/p/{n}",
        )
        for n in range(30)
    ]
    rows = rows_of(*pages)
    assert [row.said("title", "en") for row in rows] == [f"Boot {n}" for n in range(30)]
    assert all(len(row.pictures) == 1 for row in rows)


def test_a_list_gives_its_name_as_the_category_and_the_own_page_knows_better() -> None:
    def crumbs(*names: str) -> dict[str, object]:
        steps = [{"position": n, "name": name} for n, name in enumerate(("Home", *names))]
        return {"@type": "BreadcrumbList", "itemListElement": steps}

    cards = [{"@type": "Product", "name": n, "url": f"/p/{n}", "image": f"/{n}.jpg"} for n in ("Mug", "Cup")]
    own = {"@type": "Product", "name": "Mug", "sku": "m", "image": "/Mug.jpg"}
    pages = [
        of("<h1>Sale</h1>", json_ld([*cards, crumbs("Sale")]), url="https://shop.example/sale"),
        of("<h1>Mug</h1>", json_ld([own, crumbs("Kitchen", "Mugs", "Mug")]), url="https://shop.example/p/Mug"),
    ]
    assert [row.facts["category"] for row in rows_of(*pages)] == ["Kitchen > Mugs", "Sale"]


def test_sizes_that_share_a_photograph_or_look_like_renditions_are_no_placeholders() -> None:
    screws = [
        of(
            f"<h1>Screw 10x{n}</h1>",
            json_ld({"@type": "Product", "name": f"Screw 10x{n}", "sku": f"s{n}", "image": f"/screw-10x{n}.jpg"}),
            url=f"https://shop.example/s{n}",
        )
        for n in (40, 60, 80, 100, 120)
    ]
    assert len(rows_of(*screws)) == 5
    languages = [
        of(
            f"<h1>{name}</h1>",
            json_ld({"@type": "Product", "name": name, "image": "/boot.jpg"}),
            url=f"https://shop.example/{n}",
            language=n,
        )
        for n, name in (("en", "Boot"), ("de", "Stiefel"), ("fr", "Botte"), ("it", "Stivale"), ("es", "Bota"))
    ]
    assert len(rows_of(*languages)) == 5


def test_one_product_by_numbers_of_two_kinds_and_variants_by_what_tells_them_apart() -> None:
    by_sku = {"@type": "Product", "name": "Boot", "sku": "7", "image": "/a.jpg"}
    by_gtin = {"@type": "Product", "name": "Boot", "gtin13": "4006381333931", "brand": "Acme"}
    (product,) = of("<h1>Boot</h1>", json_ld([by_sku, by_gtin])).products
    assert (product.id, product.brand, product.main) == ("7", "Acme", True)
    oak, ash = ({"@type": "Product", "name": "Table", "material": m, "image": f"/{m}.jpg"} for m in ("oak", "ash"))
    assert [one.material for one in of("", json_ld([oak, ash])).products] == ["oak", "ash"]


def test_a_card_is_not_what_its_list_is_about_because_their_names_are_alike() -> None:
    cards = [{"@type": "Product", "name": n, "url": f"/p/{n}", "image": f"/{n}.jpg"} for n in ("Mug", "Cup")]
    assert not any(one.main for one in of("<h1>Mugs</h1>", json_ld(cards)).products)


def test_a_gallery_of_several_variants_gives_none_of_them_the_others_pictures() -> None:
    red, blue = (
        {"@type": "Product", "sku": c, "name": f"Shirt {c}", "image": f"/{c}.jpg", "inProductGroupWithID": "g"}
        for c in ("red", "blue")
    )
    images = "".join(f"<img src='/{name}.jpg'>" for name in ("red", "red-2", "blue", "blue-2"))
    for row in rows_of(of(f"<main><h1>Shirt</h1><div>{images}</div></main>", json_ld([red, blue]))):
        assert len(row.pictures) == 1


def test_a_card_that_links_to_a_page_of_variants_joins_them() -> None:
    said = {"@type": "Product", "name": "Shirt", "sku": "S", "image": "/s.jpg"}
    form = json.dumps([{"sku": "S-R", "image": {"full_src": "/red.jpg"}, "attributes": {"attribute_pa_colour": "Red"}}])
    page = of(f"<form data-product_variations='{form}'></form>", json_ld(said), url="https://shop.example/p/shirt")
    card = of("<ul><li><a href='/p/shirt'><img src='/front.jpg' alt='Shirt, front'></a></li></ul>")
    assert {row.id for row in rows_of(page, card)} == {"S", "S-R"}


def test_specifications_by_their_own_name_and_with_sections() -> None:
    found = of(
        "<dl class='shipping-details'><dt>Carrier</dt><dd>DHL</dd></dl>"
        "<table><tr><th colspan='2'>General</th></tr><tr><th>Material</th><td>oak</td></tr>"
        "<tr><td>Seat</td><td>45 cm<template><b>hidden</b></template></td></tr></table>"
    )
    assert found.properties == (("Material", "oak"), ("Seat", "45 cm"))
    rows = [{f"p{n}": (f"P{n}", str(n % 2)) for n in range(60)} | {"marke": ("Marke", "Acme")}] * 3
    assert len(columns(rows, [])[0]) == 41, "forty, and one of gathering's own"


def test_json_with_a_line_commented_out_and_mark_up_that_cannot_be_written() -> None:
    (product,) = of(
        "", json_ld('{"@type": "Product", "name": "Boot",\n "image": "/a.jpg",\n // "sku": "1"\n}')
    ).products
    assert product.name == "Boot"
    assert pictures_of(Page("https://shop.example/", b"<img srcset='a.jpg 1.2.3x' src='b.jpg'>"))
