"""Saved pages: a folder of HTML with its pictures, as a browser, wget or a shop's own export leave it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote, unquote, urljoin, urlsplit
from urllib.request import url2pathname

from gergo.errors import InputError
from gergo.gathering.site import Page, Unread

_SUFFIXES = (".html", ".htm", ".xhtml", ".shtml")
_HOST = re.compile(
    r"^(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?$|^localhost(?::\d+)?$|^\d+(?:\.\d+){3}(?::\d+)?$", re.IGNORECASE
)
_HEAD_BYTES = 20_000
_LARGEST_BYTES = 20_000_000
_SAVED_FROM = re.compile(rb"<!--\s*saved from url=\(\d+\)(\S+)\s*-->")
_SAID = (
    re.compile(rb"<link[^>]+rel=[\"']?canonical[\"']?[^>]*href=[\"']?(https?://[^\"'\s>]+)", re.IGNORECASE),
    re.compile(rb"<link[^>]+href=[\"']?(https?://[^\"'\s>]+)[\"']?[^>]*rel=[\"']?canonical", re.IGNORECASE),
    re.compile(rb"<meta[^>]+property=[\"']og:url[\"'][^>]+content=[\"'](https?://[^\"']+)", re.IGNORECASE),
)


class SavedPages:
    """Pages and pictures of folders (and single files). What a link names is looked for beside the page that has it.

    Raises:
        InputError: there is no HTML in them.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self.name, self.unread = ", ".join(map(str, paths)), Unread()
        self._roots = [Path(os.path.realpath(path if path.is_dir() else path.parent)) for path in paths]
        self._files = list(dict.fromkeys(file for path in paths for file in _html(path)))
        if not self._files:
            raise InputError(f"{self.name}: no HTML is there", hint="saved pages end with .html or .htm")
        self._hosts = [p for root in self._roots for p in sorted(root.iterdir()) if p.is_dir() and _HOST.match(p.name)]
        self._folders: dict[str, Path] = {}  # where the folder of an address lies
        for file in self._files:
            url = self._address(file)
            if not url.startswith("file:"):
                self._folders.setdefault(_above(url), file.parent)

    def pages(self) -> Iterator[Page]:
        """Every page, in the order of their paths."""
        for file in self._files:
            try:
                body = file.read_bytes() if file.stat().st_size <= _LARGEST_BYTES else b""
            except OSError as error:
                self.unread.add(str(file), str(error))
                continue
            if body:
                yield Page(self._address(file), body)
            else:
                self.unread.add(str(file), "empty, or larger than a page is")

    def picture(self, url: str) -> bytes | None:
        """The file that an address names: of `file:` itself, of others where its page or its host was saved."""
        for path in self._places(url):
            real = Path(os.path.realpath(path))
            if not real.is_file():
                continue
            if any(real.is_relative_to(root) for root in self._roots):
                return real.read_bytes()
            self.unread.add(url, "leads out of the folder")
        return None

    def _address(self, file: Path) -> str:
        """The address that a saved page says it is from, or that wget's folder of its host says; else where it lies."""
        try:
            with file.open("rb") as opened:
                head = opened.read(_HEAD_BYTES)
        except OSError:
            head = b""
        for pattern in (_SAVED_FROM, *_SAID):
            if found := pattern.search(head):
                url = found[1].decode("utf-8", errors="replace")
                if url.startswith(("http://", "https://")):
                    return url
        real = Path(os.path.realpath(file))
        host = next((host for host in self._hosts if real.is_relative_to(host)), None)
        return (
            "file://" + quote(str(real))
            if host is None
            else f"https://{host.name}/{quote(str(real.relative_to(host)))}"
        )

    def _places(self, url: str) -> Iterator[Path]:
        parts = urlsplit(url)
        if parts.scheme == "file":
            path = Path(url2pathname(parts.path))
            yield path
            for root in (*self._roots, *self._hosts):  # "/media/a.jpg" is meant from the top of the site
                yield root / path.relative_to("/")
            return
        names = [unquote(parts.path).lstrip("/")]
        if parts.query:  # wget keeps the query in the name
            names.insert(0, f"{names[0]}?{parts.query}")
        for name in names:
            for root in self._roots:
                yield root / parts.netloc / name
            above = _above(url)
            while above:
                if above in self._folders:
                    yield self._folders[above] / name[len(urlsplit(above).path.lstrip("/")) :]
                shorter = _above(above.rstrip("/"))
                above = shorter if shorter != above and len(shorter) > len(f"{parts.scheme}://{parts.netloc}") else ""
            for root in self._roots:
                yield root / name


def _html(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    for folder, folders, names in os.walk(path):
        folders.sort()
        for name in sorted(names):
            file = Path(folder) / name
            if name.lower().endswith(_SUFFIXES) or ("." not in name and _begins_as_html(file)):
                yield file


def _begins_as_html(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            head = opened.read(512).lstrip().lower()
    except OSError:
        return False
    return head.startswith((b"<!doctype html", b"<html"))


def _above(url: str) -> str:
    """The folder of an address, with the slash.

    >>> _above("https://shop.example/p/boot.html?a=1"), _above("https://shop.example/p")
    ('https://shop.example/p/', 'https://shop.example/')
    """
    return urljoin(url, ".") if urlsplit(url).path not in ("", "/") else f"{url.split('?')[0].rstrip('/')}/"
