"""Sitemaps: which pages a site says it has (sitemaps.org), as XML, gzipped XML or plain lines."""

from __future__ import annotations

import html
import re
import zlib
from urllib.parse import urljoin

from gergo.gathering.addresses import spelled_alike

MOST_BYTES = 50 << 20  # the protocol's own limit
_LOCATION = re.compile(r"<(?:\w+:)?(url|sitemap)\b[^>]*>(.*?)</(?:\w+:)?\1\s*>", re.DOTALL | re.IGNORECASE)
_ADDRESS = re.compile(
    r"<(?!image:|video:|news:)(?:\w+:)?loc\b[^>]*>\s*(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?\s*</", re.DOTALL | re.IGNORECASE
)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def listed(body: bytes, url: str) -> tuple[list[str], list[str]]:
    """(pages, further sitemaps) that a sitemap at `url` lists, in its order, each once.

    XML that is not well-formed gives what can be read. Raises ValueError for what is no sitemap or too large.

    >>> listed(b"<urlset><url><loc>https://shop.example/?b=1&amp;c=2</loc></url></urlset>", "https://shop.example/s.xml")
    (['https://shop.example/?b=1&c=2'], [])
    >>> listed(b"<sitemapindex><sitemap><loc> /2.xml </loc></sitemap></sitemapindex>", "https://shop.example/s.xml")
    ([], ['https://shop.example/2.xml'])
    >>> listed(b"https://shop.example/a\\nhttps://shop.example/b\\n", "https://shop.example/s.txt")
    (['https://shop.example/a', 'https://shop.example/b'], [])
    """
    text = _text(body)
    pages, sitemaps = dict[str, None](), dict[str, None]()
    for kind, content in _LOCATION.findall(_COMMENT.sub("", text)):
        if found := _ADDRESS.search(content):
            address = spelled_alike(urljoin(url, html.unescape(found[1]).strip()))
            (pages if kind.lower() == "url" else sitemaps)[address] = None
    if not pages and not sitemaps:
        if re.search(r"<(?:\w+:)?(urlset|sitemapindex)\b", text, re.IGNORECASE):
            return [], []
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        if not lines or not all(line.startswith(("http://", "https://")) for line in lines):
            raise ValueError("it is not a sitemap")
        pages = dict.fromkeys(spelled_alike(line) for line in lines)
    return list(pages), list(sitemaps)


def _text(body: bytes) -> str:
    if body.startswith(b"\x1f\x8b"):
        inflate = zlib.decompressobj(31)
        try:
            body = inflate.decompress(body, MOST_BYTES)
        except zlib.error as error:
            raise ValueError("its compressed body is damaged") from error
        if inflate.unconsumed_tail:
            raise ValueError(f"it unpacks to more than {MOST_BYTES >> 20} MB")
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16", errors="replace")
    return body.decode("utf-8-sig", errors="replace")
