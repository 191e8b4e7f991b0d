"""A page taken apart: its tree, its language, its title, its addresses made absolute."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from gergo.catalogue.texts import normalise
from gergo.errors import MissingExtra
from gergo.gathering.site import Page

_META_CHARSET = re.compile(rb"<meta[^>]+charset=[\"']?\s*([\w-]+)", re.IGNORECASE)
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_FRAME = frozenset({"nav", "aside"})
_OF_CONTENT = frozenset({"header", "footer"})
_CONTENT = frozenset({"main", "article"})
_FRAME_ROLES = frozenset({"banner", "navigation", "contentinfo"})
_HIDDEN = ("script", "style", "template")
_WORDS = ".//text()[not(ancestor::script or ancestor::style or ancestor::template)]"
_LANGUAGE = re.compile(r"^([a-z]{2,3})(?:[-_].*)?$", re.IGNORECASE)


@dataclass(frozen=True)
class Markup:
    """A page's tree (lxml) and where it came from."""

    page: Page
    tree: Any

    @cached_property
    def base(self) -> str:
        """What relative addresses are relative to."""
        href = next(iter(self.tree.xpath("//base/@href")), "")
        return urljoin(self.page.url, href.strip()) if href else self.page.url

    @cached_property
    def canonical(self) -> str:
        """The address that the page says it has, where that is on the same host; else the one it was found at."""
        href = next(iter(self.tree.xpath("//link[@rel='canonical']/@href")), "")
        said = self.absolute(href) if href else ""
        same = urlsplit(said).netloc == urlsplit(self.page.url).netloc
        return urldefrag(said if said and same else self.page.url).url

    @cached_property
    def language(self) -> str:
        """Two or three letters, as the page says; "" where it does not."""
        said = [
            *self.tree.xpath("/html/@lang"),
            *self.tree.xpath("//meta[@property='og:locale']/@content"),
            *self.tree.xpath("//meta[translate(@http-equiv, 'CL', 'cl')='content-language']/@content"),
        ]
        return next((match[1].lower() for value in said if (match := _LANGUAGE.match(value.strip()))), "")

    @cached_property
    def licence(self) -> str:
        """The licence that the page names for what is on it."""
        return next((self.absolute(href) for href in self.tree.xpath("//*[@rel='license']/@href")), "")

    @cached_property
    def heading(self) -> str:
        """The first main heading, else the title."""
        found = [text_of(node) for node in self.tree.xpath("//h1")] + [text_of(n) for n in self.tree.xpath("//title")]
        return next((text for text in found if text), "")

    @cached_property
    def pictures(self) -> int:
        """How many pictures the main part has; where there is none, the page."""
        return len(self.tree.xpath("//main//img")) or len(self.tree.xpath("//img"))

    def absolute(self, href: object) -> str:
        """An address as the page means it, absolute; "" where it leads to nothing that can be read."""
        said = str(href).strip()
        try:
            url = urldefrag(urljoin(self.base, said)).url if said else ""
        except ValueError:
            return ""
        return url if urlsplit(url).scheme in ("http", "https", "file") else ""


def parse(page: Page) -> Markup | None:
    """The page's tree; None where there is none.

    Raises:
        MissingExtra: lxml is not installed.
    """
    try:
        from lxml import etree, html  # pyright: ignore[reportAttributeAccessIssue]
    except ImportError:
        raise MissingExtra("what reads web pages", "gather") from None
    text = decoded(page).replace("\0", "")
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    if not text.strip():
        return None
    try:
        tree = html.document_fromstring(text, parser=html.HTMLParser(remove_comments=False, recover=True))
    except (etree.ParserError, ValueError):
        return None
    return Markup(page, tree)


def decoded(page: Page) -> str:
    """The page's text, by its byte order mark, what the server said, what it says itself, or as UTF-8."""
    said = [name for mark, name in _MARKS if page.body.startswith(mark)]
    said += [page.charset] if page.charset else []
    if found := _META_CHARSET.search(page.body[:4096]):
        said.append(found[1].decode("ascii"))
    for name in said:
        try:
            return page.body.decode(codecs.lookup(name).name, errors="replace").lstrip("\ufeff")
        except LookupError:
            continue
    try:
        return page.body.decode("utf-8")
    except UnicodeDecodeError:
        return page.body.decode("cp1252", errors="replace")


def bare_address(url: str) -> str:
    """An address without its fragment and the slash at its end, however its characters are quoted.

    >>> bare_address("https://shop.example/a%26b/#top")
    'https://shop.example/a&b'
    """
    return unquote(url.split("#", 1)[0]).rstrip("/")


def in_frame(node: Any) -> bool:
    """Whether a node stands in what frames every page of a site: its header, footer, navigation or side.

    Headers and footers within the main part or an article are of that (as HTML has them).
    """
    framed = False
    for up in node.iterancestors():
        if up.tag in _FRAME or up.get("role") in _FRAME_ROLES:
            return True
        framed = (framed or up.tag in _OF_CONTENT) and up.tag not in _CONTENT
    return framed


def text_of(node: Any) -> str:
    """The words below a node that a reader sees, on one line."""
    hidden = next(node.iter(*_HIDDEN), None) is not None
    return normalise(" ".join(node.xpath(_WORDS) if hidden else node.itertext("*"))) or ""
