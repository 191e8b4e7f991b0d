"""What a page says, taken from mark-up as it is found: good, broken, and lazy."""

from __future__ import annotations

import pytest
from tests.gathering.extracted import URL, json_ld, of

from gergo.gathering.extracting import extract, pictures_of
from gergo.gathering.filtering import SiteCounts, why_not_text
from gergo.gathering.renditions import candidates, key
from gergo.gathering.rows import Dropped, Rows
from gergo.gathering.site import Page


def test_a_product_in_json_ld() -> None:
    said = {
        "@type": "Product",
        "name": "Boot &amp; lace",
        "sku": 4711,
        "description": "<p>A boot.</p>",
        "brand": {"@type": "Brand", "name": "Acme"},
        "color": "red",
        "image": [
            {"@type": "ImageObject", "contentUrl": "/i/a.jpg", "caption": "From above", "license": "https://l"},
            "b.jpg",
        ],
        "offers": [{"@type": "Offer", "price": 9.5, "priceCurrency": "EUR"}],
    }
    (product,) = of("", json_ld(said)).products
    assert (product.id, product.name, product.brand, product.colour) == ("4711", "Boot & lace", "Acme", "red")
    assert (product.price, product.currency, product.description) == ("9.5", "EUR", "A boot.")
    assert product.pictures == ("https://shop.example/i/a.jpg", "https://shop.example/p/b.jpg")
    assert product.captions == (("https://shop.example/i/a.jpg", "From above"),)
    assert product.licence == "https://l"
    assert product.evidence == "json_ld"


def test_variants_are_products_of_one_group_and_take_what_they_lack_from_it() -> None:
    said = {
        "@graph": [
            {
                "@type": "ProductGroup",
                "productGroupID": "G1",
                "name": "Boot",
                "image": "/i/boot.jpg",
                "hasVariant": [
                    {"@type": "Product", "sku": "G1-r", "name": "Boot red", "image": "/i/red.jpg"},
                    {"@type": "Product", "sku": "G1-b", "color": "blue"},
                ],
            }
        ]
    }
    red, blue = of("", json_ld(said)).products
    assert (red.group, blue.group) == ("G1", "G1")
    assert (red.name, blue.name) == ("Boot red", "Boot")
    assert (red.pictures[0][-7:], blue.pictures[0][-8:]) == ("red.jpg", "boot.jpg")


@pytest.mark.parametrize(
    "text",
    [
        '{"@type": "Product", "name": "Boot", "image": "/a.jpg",}',
        '<!--\n{"@type": "Product", "name": "Boot", "image": "/a.jpg"}\n-->',
        '//<![CDATA[\n{"@type": "Product", "name": "Boot", "image": "/a.jpg"}\n//]]>',
        '{"@type": "Product", "name": "Bo\not", "image": "/a.jpg"};',
    ],
)
def test_json_that_shops_break_is_read_all_the_same(text: str) -> None:
    found = of("", json_ld(text))
    assert [product.name.replace(" ", "") for product in found.products] == ["Boot"]
    assert found.broken == 0


def test_json_beyond_repair_is_counted_and_the_next_evidence_is_taken() -> None:
    graph = '<meta property="og:type" content="product"><meta property="og:title" content="Boot">'
    found = of("", json_ld('{"@type": "Product", "name": "Bo') + graph + '<meta property="og:image" content="/a.jpg">')
    assert found.broken == 1
    assert [(product.evidence, product.name) for product in found.products] == [("opengraph", "Boot")]


def test_microdata_and_the_trail_that_people_see() -> None:
    body = (
        '<ol class="breadcrumb"><li><a href="/">Home</a></li><li><a href="/s">Shoes</a></li></ol>'
        '<div itemscope itemtype="https://schema.org/Product"><h1 itemprop="name">Boot</h1>'
        '<meta itemprop="sku" content="7">'
        '<img itemprop="image" src="/a.jpg"><div itemprop="offers" itemscope itemtype="https://schema.org/Offer">'
        '<meta itemprop="price" content="3"></div></div>'
    )
    (product,) = of(body).products
    assert (product.evidence, product.id, product.name, product.price) == ("microdata", "7", "Boot", "3")
    assert product.category == "Shoes"
    assert product.pictures == ("https://shop.example/a.jpg",)


def test_an_article_is_no_product() -> None:
    head = '<meta property="og:type" content="article"><meta property="og:title" content="News">'
    assert of("", head + json_ld({"@type": "Article", "name": "News", "image": "/a.jpg"})).products == ()


def test_the_largest_rendition_wherever_it_is_kept() -> None:
    body = (
        '<img src="data:image/gif;base64,R0" data-srcset="/a-200.jpg 200w, /a-900.jpg 900w" alt="set">'
        '<img src="/thumb/b.jpg" data-src="/b.jpg" alt="lazy">'
        '<picture><source srcset="/c.webp 1x, /c@2x.webp 2x"><img src="/c.jpg" alt="dense"></picture>'
        '<noscript><img src="/d.jpg" alt="without a script"></noscript>'
        '<img src="data:image/png;base64,AAAA" alt="nothing but a placeholder">'
    )
    found = {one.alt: one.url.rpartition("shop.example")[2] for one in of(body).shown}
    assert found == {"set": "/a-900.jpg", "lazy": "/b.jpg", "dense": "/c@2x.webp", "without a script": "/d.jpg"}


def test_words_that_stand_with_a_picture() -> None:
    body = (
        "<main><h1>Boots</h1><figure><a href='/big.jpg'><img src='a.jpg' alt=' Red&nbsp;boot ' title='Zoom'></a>"
        "<figcaption>The boot from <b>above</b></figcaption></figure>"
        "<ul>"
        + "".join(f"<li><a href='/p/{n}'><img src='{n}.jpg'><h3>Kind {n}</h3></a></li>" for n in range(5))
        + "</ul></main>"
        "<footer><img src='pay.png' alt='We take cards' width='40' height='20'></footer>"
    )
    shown = {one.url.rpartition("/")[2]: one for one in of(body).shown}
    assert list(shown["a.jpg"].texts())[:2] == [("figcaption", "The boot from above"), ("alt", "Red boot")]
    assert (shown["3.jpg"].heading, shown["3.jpg"].link) == ("Kind 3", "https://shop.example/p/3")
    assert shown["pay.png"].chrome
    assert (shown["pay.png"].width, shown["pay.png"].height) == (40, 20)
    assert not shown["a.jpg"].chrome


def test_addresses_follow_base_and_canonical_stays_on_the_host() -> None:
    found = of(
        "<img src='a.jpg' alt='a'>", '<base href="/media/"><link rel="canonical" href="https://other.example/p">'
    )
    assert found.shown[0].url == "https://shop.example/media/a.jpg"
    assert found.canonical == URL
    assert of("", '<link rel="canonical" href="/p/boot">').canonical == "https://shop.example/p/boot"


def test_encodings() -> None:
    body = "<html><head><meta charset='iso-8859-1'></head><body><h1>Größe</h1></body></html>".encode("latin-1")
    found = extract(Page(URL, body))
    assert found is not None
    assert found.heading == "Größe"
    served = extract(Page(URL, "<h1>Größe</h1>".encode("cp1252"), "windows-1252"))
    assert served is not None
    assert served.heading == "Größe"
    assert extract(Page(URL, b"  ")) is None


def test_renditions_of_one_picture_have_one_key_and_pictures_of_one_product_have_not() -> None:
    same = ["/p/boot.jpg", "/p/boot_600x600.jpg?v=12", "/p/boot-150x150.jpg", "/p/boot@2x.jpg", "/p/boot.webp?w=300"]
    assert len({key(f"https://cdn.shop{path}") for path in same}) == 1
    assert len({key(f"https://cdn.shop/p/boot-{n}.jpg") for n in range(3)}) == 3
    assert key("https://cdn.shop/i?id=1&w=20") != key("https://cdn.shop/i?id=2&w=20")


def test_a_srcset_as_html_defines_it() -> None:
    assert candidates("https://a/x,y.jpg 100w,\n b.jpg 2x") == [("https://a/x,y.jpg", 100.0), ("b.jpg", 0.002)]
    assert candidates("") == []


def test_pictures_to_fetch_are_one_rendition_each() -> None:
    body = '<img srcset="/a_100x100.jpg 100w, /a.jpg 800w"><img src="/b.jpg">'
    said = json_ld({"@type": "Product", "name": "x", "image": ["/a_100x100.jpg", "/c.jpg"]})
    text = f"<html><head>{said}</head><body>{body}</body></html>"
    found = pictures_of(Page(URL, text.encode()))
    assert [url.rpartition("/")[2] for url in found] == ["a.jpg", "b.jpg", "c.jpg"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Product image 2", "words that say nothing"),
        ("IMG_2041", "words that say nothing"),
        ("photo (3 of 7)", "words that say nothing"),
        ("boot-red.jpg", "the name of the file"),
        ("boot-red", "the name of the file"),
        ("Boot red, size 41", ""),
        ("M8 x 40", ""),
    ],
)
def test_words_that_say_nothing(text: str, why: str) -> None:
    assert why_not_text(text, "https://shop.example/i/boot-red.jpg", SiteCounts()) == why


def test_a_list_that_names_no_numbers_and_the_page_that_does_are_one_row() -> None:
    listed = {"@type": "Product", "name": "Boot", "url": "/p/boot.html", "image": "/a.jpg"}
    own = listed | {"sku": "7", "description": "A boot."}
    rows = Rows(SiteCounts(), Dropped())
    pages = [([listed], "https://shop.example/all"), (own, URL), (own | {"url": ""}, "https://shop.example/sale")]
    for said, url in pages:
        rows.add(of("", json_ld(said), url=url))
    (row,) = rows.finish()
    assert (row.number, row.said("description", "en")) == ("7", "A boot.")
