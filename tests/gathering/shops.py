"""Shops to gather from: the demo's products as pages of three kinds of mark-up, with the faults that real ones have.

`json_ld` is a shop on a modern platform: schema.org in JSON-LD, sized renditions, lazy loading, variants. `microdata`
is an older one: attributes, pictures that link to themselves, breadcrumbs in a list. `plain` has OpenGraph on half of
its pages and figures with captions on all, in English and Italian. Attributes stand in the JSON-LD, in a table, and in
a list (in English). All have a logo, a banner on every page, a tracking
pixel, cards of other products, alternative texts that say nothing or are another product's.
"""

from __future__ import annotations

import csv
import html
import io
import json
import random
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from PIL import Image

from gergo.catalogue.texts import key
from gergo.demo import write_catalogue

TEMPLATES = ("json_ld", "microdata", "plain")
PROPERTIES = (
    *("product_type", "head", "drive", "drive_size", "thread", "length_mm"),
    *("material", "finish", "colour", "standard", "pack_size"),
)
HOST = "shop.example"
WRONG_ALTS, EMPTY_ALTS = 0.1, 0.15
REPAIRABLE, BEYOND_REPAIR = 0.2, 0.1  # of JSON-LD blocks
HTML, JPEG, PNG = "text/html; charset=utf-8", "image/jpeg", "image/png"


@dataclass(frozen=True)
class Item:
    """A product of the demo: its texts, and its pictures as JPEG."""

    sku: str
    title: str
    title_it: str
    description: str
    brand: str
    category: str
    parent: str
    properties: dict[str, str]  # what the shop says in names and values
    pictures: tuple[bytes, ...]


@dataclass
class Shop:
    """A site: path -> (content type, body); and what is true of it."""

    template: str
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    pages: list[str] = field(default_factory=list)
    product_of_picture: dict[str, set[str]] = field(default_factory=dict)  # sha256 of the bytes -> SKUs
    products_of_text: dict[str, set[str]] = field(default_factory=dict)  # key of the text -> SKUs
    declared: set[tuple[str, int]] = field(default_factory=set)  # (SKU, number of the picture) that a page shows

    def add_picture(self, path: str, data: bytes, sku: str = "") -> None:
        self.files[path] = (JPEG, data)
        self.product_of_picture.setdefault(sha256(data).hexdigest(), set()).update([sku] if sku else [])

    def add_text(self, text: str, sku: str) -> None:
        self.products_of_text.setdefault(key(text), set()).add(sku)

    def write(self, folder: Path) -> Path:
        """The site as wget would save it."""
        for path, (_, body) in self.files.items():
            file = folder / HOST / path.lstrip("/").split("?")[0]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(body)
        return folder

    def archive(self, path: Path) -> Path:
        """The site as a crawler would keep it."""
        from warcio.statusandheaders import StatusAndHeaders
        from warcio.warcwriter import WARCWriter

        with path.open("wb") as file:
            writer = WARCWriter(file, gzip=path.name.endswith(".gz"))
            for name, (kind, body) in self.files.items():
                headers = StatusAndHeaders("200 OK", [("Content-Type", kind)], protocol="HTTP/1.1")
                record = writer.create_warc_record(
                    f"https://{HOST}{name}", "response", payload=io.BytesIO(body), http_headers=headers
                )
                writer.write_record(record)
                record.raw_stream.close()
        return path


def demo_items(folder: Path, *, products: int, seed: int = 0, views: int = 2, size_px: int = 128) -> list[Item]:
    """Products of the demo, drawn into a folder."""
    source = write_catalogue(folder, products=products, views=views, seed=seed, size_px=size_px)
    table = source if source.is_file() else next(iter(source.glob("*.csv")))
    items = []
    with table.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            names = [row[f"image_{n}"] for n in range(1, views + 1) if row.get(f"image_{n}")]
            pictures = tuple(_jpeg_of(table.parent / name) for name in names)
            items.append(
                Item(
                    row["sku"],
                    row["title"],
                    row.get("title_it") or row["title"],
                    row["description"],
                    row["brand"],
                    row["category"],
                    row.get("parent_sku", ""),
                    {name.replace("_", " ").capitalize(): row[name] for name in PROPERTIES if row.get(name)},
                    pictures,
                )
            )
    return items


def make_shop(items: list[Item], template: str, *, seed: int = 0) -> Shop:
    """The products as a shop of one template."""
    shop, draw = Shop(template), random.Random(f"{template} {seed}")
    shop.files["/static/logo.png"] = (PNG, _plain(180, 60, (20, 40, 90), "PNG"))
    shop.files["/static/sale.jpg"] = (JPEG, _plain(900, 300, (220, 30, 30), "JPEG"))
    shop.files["/t/1x1.gif"] = ("image/gif", _plain(1, 1, (0, 0, 0), "GIF"))
    for item in items:
        for text in (item.title, item.title_it, item.description):
            shop.add_text(text, item.sku)
        for number, data in enumerate(item.pictures):
            shop.add_picture(_path(item, number), data, item.sku)
            shop.add_picture(_thumb(item, number), _smaller(data), item.sku)
    make = {"json_ld": _json_ld, "microdata": _microdata, "plain": _plain_pages}[template]
    make(shop, items, draw)
    _front_page(shop, items, draw)
    urls = "".join(f"<url><loc>https://{HOST}{page}</loc></url>" for page in shop.pages)
    sitemap = f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
    shop.files["/sitemap.xml"] = ("application/xml", sitemap.encode())
    return shop


def _page(shop: Shop, path: str, head: str, body: str, language: str = "en") -> None:
    frame = (
        '<header><a href="/"><img src="/static/logo.png" alt="Fasten &amp; Co"></a></header>'
        '<div class="promo"><img src="/static/sale.jpg" alt="Summer sale: 20% off everything"></div>'
    )
    end = '<footer><img src="/static/visa.svg" alt="Visa"><p>Fasten &amp; Co</p></footer>'
    end += '<img src="/t/1x1.gif" width="1" height="1">'
    text = (
        f'<!doctype html><html lang="{language}"><head>{head}</head><body>{frame}<main>{body}</main>{end}</body></html>'
    )
    shop.files[path] = (HTML, text.encode())
    shop.pages.append(path)


def _cards(items: list[Item], draw: random.Random, prefix: str = "/p/") -> str:
    cards = "".join(
        f'<li><a href="{prefix}{item.sku}.html"><img loading="lazy" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" '
        f'data-src="{_thumb(item, 0)}" alt="{html.escape(item.title)}"><h3>{html.escape(item.title)}</h3></a></li>'
        for item in draw.sample(items, min(4, len(items)))
    )
    return f'<section class="related"><h2>You may also like</h2><ul>{cards}</ul></section>'


def _alt(shop: Shop, item: Item, number: int, items: list[Item], draw: random.Random) -> str:
    roll = draw.random()
    if roll < WRONG_ALTS:
        return draw.choice(items).title
    if roll < WRONG_ALTS + EMPTY_ALTS:
        return draw.choice(["", "image", f"IMG_{draw.randint(1000, 9999)}.jpg", "product photo"])
    alt = f"{item.title}, picture {number + 1}"
    shop.add_text(alt, item.sku)
    return alt


def _json_ld(shop: Shop, items: list[Item], draw: random.Random) -> None:
    for item in items:
        said = {
            "@context": "https://schema.org",
            "@graph": [
                _trail(item),
                {
                    "@type": "Product",
                    "name": item.title,
                    "sku": item.sku,
                    "description": item.description,
                    "brand": {"@type": "Brand", "name": item.brand},
                    "image": [f"{_path(item, n)}?v=17" for n in range(len(item.pictures))],
                    "inProductGroupWithID": item.parent,
                    "additionalProperty": [
                        {"@type": "PropertyValue", "name": name, "value": value}
                        for name, value in item.properties.items()
                    ],
                    "offers": {"@type": "Offer", "price": "4.50", "priceCurrency": "EUR"},
                },
            ],
        }
        text, roll = json.dumps(said), draw.random()
        if roll < REPAIRABLE:
            text = f"<!--\n{text[:-1]},\n}}\n-->"
        elif roll < REPAIRABLE + BEYOND_REPAIR:
            text = text[: len(text) // 2]
        head = f"<title>{html.escape(item.title)} | Fasten &amp; Co</title>"
        head += f'<script type="application/ld+json">{text}</script>'
        gallery = ""
        for n in range(len(item.pictures)):
            alt = html.escape(_alt(shop, item, n, items, draw))
            gallery += (
                f'<img class="lazy" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" alt="{alt}" '
                f'data-srcset="{_thumb(item, n)} 64w, {_path(item, n)} 128w">'
            )
            shop.declared.add((item.sku, n))
        _page(shop, f"/p/{item.sku}.html", head, f"<h1>{html.escape(item.title)}</h1>{gallery}{_cards(items, draw)}")


def _told(item: Item, mark_up: str) -> str:
    return "".join(mark_up.format(html.escape(name), html.escape(value)) for name, value in item.properties.items())


def _trail(item: Item) -> dict:
    names = ["Home", item.category, item.title]
    steps = [{"@type": "ListItem", "position": n, "name": name} for n, name in enumerate(names, 1)]
    return {"@type": "BreadcrumbList", "itemListElement": steps}


def _microdata(shop: Shop, items: list[Item], draw: random.Random) -> None:
    for item in items:
        gallery = ""
        for n in range(len(item.pictures)):
            alt = html.escape(_alt(shop, item, n, items, draw))
            gallery += f'<a href="{_path(item, n)}"><img itemprop="image" src="{_path(item, n)}" alt="{alt}"></a>'
            shop.declared.add((item.sku, n))
        body = (
            '<ol class="breadcrumb"><li><a href="/">Home</a></li>'
            f'<li><a href="/c">{html.escape(item.category)}</a></li></ol>'
            f'<div itemscope itemtype="http://schema.org/Product"><h1 itemprop="name">{html.escape(item.title)}</h1>'
            f'<meta itemprop="sku" content="{item.sku}"><span itemprop="brand">{html.escape(item.brand)}</span>'
            f'<div itemprop="description"><p>{html.escape(item.description)}</p></div>{gallery}'
            '<div itemprop="offers" itemscope itemtype="http://schema.org/Offer">'
            '<span itemprop="price">4.50</span></div></div>'
            f"<table>{_told(item, '<tr><th>{}</th><td>{}</td></tr>')}</table>"
        )
        _page(shop, f"/p/{item.sku}.html", f"<title>{html.escape(item.title)}</title>", body + _cards(items, draw))


def _plain_pages(shop: Shop, items: list[Item], draw: random.Random) -> None:
    for position, item in enumerate(items):
        for language, title in (("en", item.title), ("it", item.title_it)):
            path = f"/{language}/{item.sku}.html"
            graph = ""
            if position % 2 == 0:
                graph = (
                    '<meta property="og:type" content="product">'
                    f'<meta property="og:title" content="{html.escape(title)}">'
                    f'<meta property="og:image" content="{_path(item, 0)}">'
                    f'<meta property="product:retailer_item_id" content="{item.sku}">'
                )
            figures = ""
            for n in range(len(item.pictures)):
                caption = f"{title} ({n + 1})"
                shop.add_text(caption, item.sku)
                alt = html.escape(_alt(shop, item, n, items, draw))
                figures += f'<figure><img src="{_path(item, n)}" alt="{alt}">'
                figures += f"<figcaption>{html.escape(caption)}</figcaption></figure>"
                shop.declared.add((item.sku, n))
            head = f"<title>{html.escape(title)} - Fasten &amp; Co</title>{graph}"
            told = f"<dl>{_told(item, '<dt>{}:</dt><dd>{}</dd>')}</dl>" if language == "en" else ""
            body = f"<h1>{html.escape(title)}</h1>{figures}{told}{_cards(items, draw, f'/{language}/')}"
            _page(shop, path, head, body, language)


def _front_page(shop: Shop, items: list[Item], draw: random.Random) -> None:
    prefix = "/en/" if shop.template == "plain" else "/p/"
    _page(shop, "/index.html", "<title>Fasten &amp; Co</title>", "<h1>Welcome</h1>" + _cards(items, draw, prefix))


def _path(item: Item, number: int) -> str:
    return f"/media/{item.sku}-{number}a.jpg"


def _thumb(item: Item, number: int) -> str:
    return f"/media/{item.sku}-{number}a-64x64.jpg"


def _jpeg(image: Image.Image) -> bytes:
    data = io.BytesIO()
    image.convert("RGB").save(data, "JPEG", quality=88)
    return data.getvalue()


def _jpeg_of(path: Path) -> bytes:
    with Image.open(path) as image:
        return _jpeg(image)


def _smaller(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        image.thumbnail((64, 64))
        return _jpeg(image)


def _plain(width: int, height: int, colour: tuple[int, int, int], kind: str) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(data, kind)
    return data.getvalue()
