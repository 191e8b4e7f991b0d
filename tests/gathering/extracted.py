"""Pages written down in a test, taken apart."""

from __future__ import annotations

import json

from gergo.gathering.extracting import Extracted, extract
from gergo.gathering.site import Page

URL = "https://shop.example/p/boot.html?utm=1"


def of(body: str, head: str = "", *, url: str = URL, language: str = "en") -> Extracted:
    text = f'<!doctype html><html lang="{language}"><head>{head}</head><body>{body}</body></html>'
    found = extract(Page(url, text.encode()))
    assert found is not None
    return found


def json_ld(said: object) -> str:
    return f'<script type="application/ld+json">{said if isinstance(said, str) else json.dumps(said)}</script>'
