"""One picture in many sizes: which address shows most of it, and which addresses show the same."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

LAZY = ("data-src", "data-original", "data-lazy-src", "data-lazy", "data-zoom-image", "data-large_image", "data-full")
LAZY_SETS = ("data-srcset", "data-lazy-srcset", "srcset")
USUAL_WIDTH = "1024"  # where an address has a place for one and the page names none
_NUMBERS = re.compile(r"\d+")
_CANDIDATE = re.compile(r"\s*,?\s*(\S*[^\s,])(?:\s+(\d+(?:\.\d+)?)([wxh]))?\s*(?:,|$)")
_SIZES = re.compile(
    r"[-_.@](?:\d{2,4}x\d{0,4}|x\d{2,4}|w\d{2,4}|h\d{2,4}|[1-4]x|thumb(?:nail)?|small|medium|large|grande|compact|master)"
    r"(?=[-_.@]|$)",
    re.IGNORECASE,
)
_FOLDERS = re.compile(
    r"/(?:\d{2,4}x\d{2,4}|[wh]_\d+(?:,[wh]_\d+)*|w\d{2,4}|thumbs?|thumbnails?|small|medium|large|original|cache/[0-9a-f]{16,})"
    r"(?=/)",
    re.IGNORECASE,
)
_SIZE_KEYS = frozenset(
    re.findall(r"\w+", "w h width height size sw sh wid hei imwidth resize fit crop quality q dpr format fm v t cache")
)


def candidates(srcset: str) -> list[tuple[str, float]]:
    """Addresses of a `srcset` with their widths (or densities, a thousandth as much), as HTML defines it.

    >>> candidates("a.jpg 320w, b.jpg 1280w"), candidates("c.jpg, d.jpg 2x")
    ([('a.jpg', 320.0), ('b.jpg', 1280.0)], [('c.jpg', 0.001), ('d.jpg', 0.002)])
    """
    found = []
    for url, number, unit in _CANDIDATE.findall(srcset):
        size = float(number or 1)
        found.append((url, size if unit == "w" else size / 1000))
    return found


def renditions(node: Any) -> list[str]:
    """The addresses that an `img` element (lxml) offers, the largest rendition first; none twice.

    Sources of the `picture` around it and what lazy loading keeps in `data-` attributes count as well. The smaller ones
    matter where the largest was not saved.
    """
    sets = [node.get(name, "") for name in LAZY_SETS]
    # The parser takes `source` for an element with a content: what follows it lies within it.
    around = next((a for a in node.iterancestors("picture")), None)
    if around is not None:
        sets += [source.get(name, "") for source in around.iter("source") for name in LAZY_SETS]
    ranked = sorted((found for srcset in sets for found in candidates(srcset)), key=lambda found: -found[1])
    plain = [*(node.get(name, "") for name in LAZY), node.get("src", "")]
    widths = _NUMBERS.findall(node.get("data-widths", ""))
    width = max(widths, key=int) if widths else USUAL_WIDTH
    urls = [url.replace("{width}", width).strip() for url in (*(url for url, _ in ranked), *plain)]
    return list(dict.fromkeys(url for url in urls if url and not _is_inline(url)))


def _is_inline(url: str) -> bool:
    return url.strip().lower().startswith(("data:", "blob:", "about:", "javascript:"))


def key(url: str) -> str:
    """What renditions of one picture have in common: the address without what says its size.

    >>> key("https://cdn.shop/p/boot_600x600.jpg?v=12") == key("https://cdn.shop/p/boot.jpg")
    True
    >>> key("https://cdn.shop/p/boot-2.jpg") == key("https://cdn.shop/p/boot-3.jpg")
    False
    """
    parts = urlsplit(url)
    folder, _, name = unquote(parts.path).rpartition("/")
    stem, dot, suffix = name.rpartition(".")
    stem, suffix = (stem, dot + suffix) if dot and len(suffix) <= 5 else (name, "")
    bare = stem
    while (shorter := _SIZES.sub("", bare)) != bare:
        bare = shorter
    kept = [(k, v) for k, v in parse_qsl(parts.query) if k.lower() not in _SIZE_KEYS]
    query = "?" + urlencode(kept) if kept else ""
    same = {".jpeg": ".jpg", ".webp": ".jpg", ".avif": ".jpg", ".png": ".png"}.get(suffix.lower(), suffix.lower())
    return f"{parts.netloc.lower()}{_FOLDERS.sub('', folder + '/')}{bare or stem}{same}{query}"


def distinct(urls: Iterable[str]) -> list[str]:
    """The first address of each picture, in order."""
    first: dict[str, str] = {}
    for url in urls:
        if url:
            first.setdefault(key(url), url)
    return list(first.values())
