"""The page in a real browser on the real server: what a shopper does, by mouse and by keyboard, at three widths."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.serving.conftest import PRODUCTS, Server, picture

from gergo.catalogue import editing
from gergo.catalogue.store import Catalogue

VIEWS = [
    "/",
    "/?q=wood+screw",
    "/?q=x&is.brand=Nobody",
    "/?view=compare&q=nut",
    "/?view=labels&like={id}",
    "/?item={id}",
]
PATIENCE_MS = 60_000


@pytest.fixture
def open_at(chromium: Any, server: Server) -> Iterator[Callable[..., Any]]:
    """`open_at(path)`: the page in a window of its own; any complaint, or a request elsewhere, fails the test."""
    contexts, complaints = [], []

    def open_at(path: str, *, width: int = 1280, scheme: str = "light", url: str = "", quiet: bool = False) -> Any:
        context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        if not quiet:
            page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        ours = (url or server.url, "data:", "blob:")
        page.on("request", lambda r: None if r.url.startswith(ours) else complaints.append(r.url))
        page.goto((url or server.url) + path)
        if not quiet:
            settled(page)
        return page

    yield open_at
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture(scope="module")
def item(shop: Catalogue) -> dict[str, Any]:
    return shop.items().to_pylist()[3]


def settled(page: Any) -> None:
    """Wait until what the URL asks for is drawn."""
    page.wait_for_function(
        """() => { const query = new URLSearchParams(location.search); query.delete('item');
        return document.getElementById('main').dataset.shown === (query.size ? `/?${query}` : '/'); }"""
    )


def query_of(page: Any) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def shown(page: Any) -> list[str]:
    return page.eval_on_selector_all("#results [data-item]", "cards => cards.map(card => card.dataset.item)")


def found_by_api(page: Any, **query: Any) -> list[str]:
    """What the API finds, asked from within the page; one result a product, as the page shows them."""
    ask = """query => fetch('/v1/search', {method: 'POST', headers: {'Content-Type': 'application/json'},
        body: JSON.stringify(query)}).then(a => a.json()).then(a => a.results.map(r => r.id))"""
    return page.evaluate(ask, {"k": 24, "distinct": True, **query})


def test_a_shopper_types_narrows_and_goes_back(
    open_at: Callable[..., Any], item: dict[str, Any], shop: Catalogue
) -> None:
    page = open_at("/")
    assert page.locator("#results > li").count() == 24
    page.get_by_role("button", name="Show more").click()
    products = len(set(shop.items()["group"].to_pylist()))
    assert products < PRODUCTS
    page.wait_for_function(f"() => document.querySelectorAll('#results > li').length === {products}")
    assert page.get_by_role("button", name="Show more").count() == 0
    page.get_by_label("What are you looking for?").press_sequentially("wood screw", delay=20)
    page.wait_for_url("**/?q=wood+screw")
    settled(page)
    assert shown(page) == found_by_api(page, text="wood screw")
    assert page.title() == "wood screw · fittings"
    brand = page.locator("[data-column=brand] .tick", has_text=item["brand"])
    brand.locator("input").click()
    page.wait_for_url("**is.brand=**")
    settled(page)
    wanted = found_by_api(page, text="wood screw", filters=[{"column": "brand", "op": "in", "value": [item["brand"]]}])
    assert shown(page) == wanted
    assert page.evaluate("document.activeElement.type") == "checkbox", "the focus stays where it was"
    page.get_by_role("button", name=f"Remove: Brand: {item['brand']}").click()
    page.wait_for_function("() => !location.search.includes('is.brand')")
    settled(page)
    assert len(shown(page)) == 24
    page.go_back()
    page.wait_for_url("**is.brand=**")
    settled(page)
    assert shown(page) == wanted
    page.reload()
    settled(page)
    assert shown(page) == wanted
    assert page.get_by_label("What are you looking for?").input_value() == "wood screw"


def test_a_picture_is_searched_by_alone_and_with_words(open_at: Callable[..., Any], tmp_path: Path) -> None:
    page = open_at("/")
    (tmp_path / "red.png").write_bytes(picture("red", (300, 200), "PNG"))
    page.set_input_files("#picture-file", tmp_path / "red.png")
    page.get_by_alt_text("The picture you search by").wait_for()
    settled(page)
    name = query_of(page)["picture"][0]
    data = page.evaluate("name => sessionStorage.getItem('gergo-picture-' + name)", name)
    assert data.startswith("data:image/jpeg;base64,")
    assert shown(page) == found_by_api(page, image=data)
    assert page.locator("#balance").is_hidden()
    page.fill("#words", "black")
    page.wait_for_url("**q=black**")
    page.locator("#balance").wait_for()
    settled(page)
    assert shown(page) == found_by_api(page, image=data, text="black", text_weight=0.5)
    page.reload()
    settled(page)
    assert shown(page) == found_by_api(page, image=data, text="black", text_weight=0.5)
    (tmp_path / "no.png").write_bytes(b"<svg/>")
    page.set_input_files("#picture-file", tmp_path / "no.png")
    page.get_by_role("alert").get_by_text("not a picture").wait_for()
    page.get_by_role("button", name="Remove the picture").click()
    page.wait_for_url("**/?q=black")


def test_a_pasted_and_a_dropped_picture_are_taken(open_at: Callable[..., Any]) -> None:
    page = open_at("/")
    make = """async () => { const canvas = document.createElement('canvas'); canvas.width = canvas.height = 64;
        canvas.getContext('2d').fillRect(0, 0, 64, 64);
        const blob = await new Promise(done => canvas.toBlob(done));
        const data = new DataTransfer();
        data.items.add(new File([blob], 'a.png', {type: 'image/png'}));
        return data; }"""
    page.evaluate(f"({make})().then(d => document.dispatchEvent(new ClipboardEvent('paste', {{clipboardData: d}})))")
    page.wait_for_url("**picture=**")
    settled(page)
    page.get_by_role("button", name="Remove the picture").click()
    page.wait_for_function("() => !location.search.includes('picture')")
    for kind in ("dragover", "drop"):
        event = f"new DragEvent('{kind}', {{dataTransfer: d, cancelable: true}})"
        page.evaluate(f"({make})().then(d => document.dispatchEvent({event}))")
        if kind == "dragover":
            page.get_by_text("Drop the picture to search by it").wait_for()
    page.wait_for_url("**picture=**")
    settled(page)
    assert page.locator("#drop").is_hidden()


def test_a_product_is_opened_by_keyboard_and_left_with_escape(open_at: Callable[..., Any]) -> None:
    page = open_at("/?q=bolt")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "words"
    card = page.locator("#results a").first
    id_ = card.get_attribute("data-item")
    card.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.locator(".like li").first.wait_for()
    assert query_of(page) == {"q": ["bolt"], "item": [id_]}
    assert dialog.locator(".like li").count() == 6
    assert id_ not in dialog.locator(".like a").evaluate_all("cards => cards.map(card => card.dataset.item)")
    assert page.evaluate("document.querySelector('dialog[open]').contains(document.activeElement)")
    dialog.get_by_role("button", name="Picture 2 of 2").click()
    page.keyboard.press("Escape")
    page.wait_for_url("**/?q=bolt")
    assert page.get_by_role("dialog").count() == 0
    page.go_back()
    page.get_by_role("dialog").wait_for()
    page.get_by_role("button", name="More like this").click()
    page.wait_for_url("**/?like=**")
    settled(page)
    assert shown(page) == found_by_api(page, like=id_)


def test_where_a_phrase_is_seen(open_at: Callable[..., Any], item: dict[str, Any]) -> None:
    page = open_at(f"/?item={item['id']}")
    dialog = page.get_by_role("dialog")
    said = dialog.get_by_role("status")
    view = int(dialog.locator(".stage img").get_attribute("src").split("?")[0].rsplit("/", 1)[1])
    for phrase in ("hex bolt", "something", "steel screw", "a photo"):
        found = page.evaluate(
            """body => fetch('/v1/explain', {method: 'POST', headers: {'Content-Type': 'application/json'},
            body: JSON.stringify(body)}).then(answer => answer.json())""",
            {"view": view, "text": phrase},
        )["found"]
        dialog.get_by_label("A phrase to look for").fill(phrase)
        dialog.get_by_role("button", name="Show").click()
        said.get_by_text("speaks for it" if found else "Not seen here").wait_for()
        assert dialog.locator(".stage canvas").count() == found


def test_both_models_side_by_side(open_at: Callable[..., Any]) -> None:
    page = open_at("/?view=compare")
    page.fill("#words", "wing nut")
    page.wait_for_url("**q=wing+nut")
    settled(page)
    sides = {}
    for kind, model in (("base", "base"), ("tuned", "tuned")):
        cards = page.locator(f".side.{kind} [data-item]").evaluate_all("cards => cards.map(card => card.dataset.item)")
        sides[kind] = cards
        assert cards == found_by_api(page, text="wing nut", model=model, mode="vector", k=12, distinct=False)
    shared = len(set(sides["base"]) & set(sides["tuned"]))
    assert f"{shared} of the first 12 are the same" in page.locator(".said").inner_text()
    assert page.locator(".move.new").count() == page.locator(".move.gone").count() == 12 - shared


def test_the_label_bench(open_at: Callable[..., Any], item: dict[str, Any]) -> None:
    page = open_at(f"/?view=labels&like={item['id']}")
    assert page.get_by_label("Labels, one a line").input_value() != "", "it opens with labels of this catalogue"
    page.get_by_label("Labels, one a line").fill("hex bolt, wing nut\nwall plug")
    page.wait_for_function("() => document.querySelectorAll('.scores > li').length === 3")
    values = [float(text.rstrip("%")) for text in page.locator(".scores .value").all_inner_texts()]
    assert sum(values) == pytest.approx(100, abs=2)
    page.get_by_label("Labels, one a line").fill("something")
    page.get_by_text("None of these.").wait_for()


def test_the_label_bench_says_how_many_categories_it_leaves_out(
    serve: Callable[..., Server], open_at: Callable[..., Any], own_shop: Catalogue, item: dict[str, Any]
) -> None:
    page = open_at(f"/?view=labels&like={item['id']}")
    assert page.locator("#left-out").count() == 0, "it opens with all of them"
    rows = [{"sku": f"KIND-{i}", "title": f"thing {i}", "category": f"kind {i}"} for i in range(60)]
    editing.upsert(own_shop, rows)
    categories = len(set(own_shop.items()["category"].to_pylist())) + 60
    page = open_at(f"/?view=labels&like={item['id']}", url=serve(own_shop).url)
    assert f"the 40 commonest of the shop's {categories} categories" in page.locator("#left-out").inner_text()
    assert len(page.get_by_label("Labels, one a line").input_value().split(", ")) == 40


def test_errors_and_being_offline_are_drawn(open_at: Callable[..., Any]) -> None:
    page = open_at("/?q=bolt", quiet=True)
    settled(page)
    page.route("**/v1/search", lambda route: route.abort())
    page.fill("#words", "nut")
    page.get_by_role("alert").get_by_text("cannot be reached").wait_for()
    assert len(shown(page)) == 24, "what was found stays"
    page.unroute("**/v1/search")
    page.get_by_role("alert").get_by_role("button", name="Try again").click()
    settled(page)
    page.wait_for_function("() => document.getElementById('banner').hidden")
    assert shown(page) == found_by_api(page, text="nut")
    page.context.set_offline(True)
    page.get_by_role("alert").get_by_text("You are offline").wait_for()
    page.context.set_offline(False)
    page.wait_for_function("() => document.getElementById('banner').hidden")
    page.goto(page.url.split("?")[0] + "?like=nobody")
    page.get_by_role("heading", name="That did not work").wait_for()


def test_a_shop_with_keys_asks_for_one(
    serve: Callable[..., Server], open_at: Callable[..., Any], shop: Catalogue, tmp_path: Path
) -> None:
    (tmp_path / "keys").write_text(f"read {'k' * 20}\n", "utf-8")
    page = open_at("/?q=bolt", url=serve(shop, keys=tmp_path / "keys").url, quiet=True)
    page.get_by_label("API key").fill("w" * 20)
    page.keyboard.press("Enter")
    page.get_by_text("This key is not known here.").wait_for()
    page.get_by_label("API key").fill("k" * 20)
    page.keyboard.press("Enter")
    page.locator("#results img").first.wait_for()
    page.wait_for_function(
        "() => [...document.querySelectorAll('#results img')].slice(0, 6).every(i => i.naturalWidth > 0)"
    )
    assert shown(page)


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (820, "dark"), (1280, "light")])
def test_every_view_fits_and_axe_finds_nothing(
    open_at: Callable[..., Any], item: dict[str, Any], width: int, scheme: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = open_at("/", width=width, scheme=scheme)
    base = page.url.rstrip("/")
    for view in VIEWS:
        page.goto(base + view.format(id=item["id"]))
        settled(page)
        if "item=" in view:
            page.locator("dialog .like li").first.wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, view
        small = """[...document.querySelectorAll('a, button, input, summary')].filter(e => e.checkVisibility() &&
            e.getBoundingClientRect().width && !e.closest('.unseen, .skip, .tick') &&
            e.getBoundingClientRect().height < 24).map(e => e.outerHTML)"""
        assert page.evaluate(small) == [], view
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], view


def test_what_a_shop_writes_is_never_markup(
    serve: Callable[..., Server], open_at: Callable[..., Any], own_shop: Catalogue
) -> None:
    evil = '<img src=x onerror="document.title=1"><b>bolt</b>'
    editing.upsert(own_shop, [{"sku": "EVIL'\"/?&#1", "title": evil, "brand": "<script>alert(1)</script>"}])
    page = open_at("/", url=serve(own_shop).url)
    page.fill("#words", evil)
    page.wait_for_url("**q=**")
    settled(page)
    page.get_by_text(evil, exact=True).first.click()
    page.get_by_role("dialog").get_by_role("heading", name=evil).wait_for()
    page.get_by_role("dialog").locator(".facts").wait_for()
    assert page.get_by_role("dialog").get_by_text("<script>alert(1)</script>").count() >= 1
    assert page.locator("b", has_text="bolt").count() == 0
    assert page.title() != "1"


def test_a_path_shows_its_last_level_and_is_asked_for_whole(
    serve: Callable[..., Server], open_at: Callable[..., Any], own_shop: Catalogue
) -> None:
    items = own_shop.items().to_pylist()
    editing.upsert(own_shop, [{"sku": one["id"], "category": f"Trade / {one['category']}"} for one in items])
    page = open_at("/", url=serve(own_shop).url)
    tick = page.locator("[data-column=category] .tick").first
    kind = tick.locator("span").first.inner_text().removesuffix(" Trade")
    assert kind in {one["category"] for one in items}
    tick.locator("input").click()
    page.wait_for_url("**is.category=Trade**")
    assert parse_qs(urlsplit(page.url).query)["is.category"] == [f"Trade / {kind}"]
