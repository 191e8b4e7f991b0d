"""Pages saved to a folder: by a browser (`page.html` and `page_files/`), by wget (`host/path`) or by a program.

A page carries its own address where it says one: the comment that browsers write when they save, else its canonical
link. A picture that it refers to relatively lies beside it on the disk, so an address is looked up both as the web sees
it (host and path below the folder) and as the disk does (from where a page of the same web folder was saved).
"""

from __future__ import annotations

import html
import os
import posixpath
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from gergo.errors import InputError
from gergo.gathering.site import Page, Unread

GATHERED = ".gathered"
HEAD_BYTES = 20_000
PAGE_NAME = re.compile(r"\.x?html?([?@#].*)?$", re.IGNORECASE)
PROGRAM_NAME = re.compile(r"\.(php\d?|aspx?|jsp|cgi|do)([?@].*)?$", re.IGNORECASE)
BEGINS_LIKE_HTML = re.compile(
    r"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html|head)\b", re.IGNORECASE | re.DOTALL
)
HOST_NAME = re.compile(r"([a-z0-9-]+\.)+[a-z]{2,}(:\d+)?$|localhost(:\d+)?$|\d+(\.\d+){3}(:\d+)?$", re.IGNORECASE)
SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(https?://\S+?)\s*-->", re.IGNORECASE)
TAG = re.compile(r"<(?:link|meta)\b[^>]*>", re.IGNORECASE)
ATTRIBUTE = re.compile(r"""([a-zA-Z:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")


class SavedPages:
    """Pages and pictures below folders, or beside single HTML files; a `Site`.

    Nothing outside the given folders is read, whatever a page or a link on the disk points to.
    Raises InputError where a path is missing or there is no HTML.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self.name = ", ".join(str(path) for path in paths)
        self.unread = Unread()
        for path in paths:
            if not path.exists():
                raise InputError(f"{path}: there is no such file or folder", hint="name folders or .html files")
        self._given = [path.absolute() for path in paths]
        self._roots = list(dict.fromkeys(os.path.realpath(p if p.is_dir() else p.parent) for p in self._given))
        self._noted: set[tuple[str, str]] = set()
        self._pages: list[tuple[str, Path]] | None = None  # address, file
        self._folders: dict[tuple[str, str], list[str]] = {}  # host and web folder: where its pages were saved
        if not self._index():
            raise InputError(f"{self.name}: no HTML is there", hint="saved pages end with .html or .htm")

    def pages(self) -> Iterator[Page]:
        """Every page once, in the order of the file names."""
        for url, path in self._index():
            try:
                yield Page(url, path.read_bytes())
            except OSError as error:
                self._note(str(path), error.strerror or "cannot be read")

    def picture(self, url: str) -> bytes | None:
        """The bytes behind a `file:`, `http:` or `https:` address; None where no such file was saved."""
        self._index()
        for candidate in self._candidates(url):
            real = os.path.realpath(candidate)
            if not os.path.isfile(real):
                continue
            if not self._inside(real):
                self._note(url, "outside the given folder")
                continue
            try:
                return Path(real).read_bytes()
            except OSError as error:
                self._note(url, error.strerror or "cannot be read")
        return None

    def _candidates(self, url: str) -> Iterator[str]:
        """Where the file behind an address may lie, the likeliest first."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return
        if parts.scheme not in ("file", "http", "https") or "\0" in unquote(parts.path):
            return
        names = [parts.path]
        if parts.query:  # wget writes the query into the name
            names = [f"{parts.path}?{parts.query}", f"{parts.path}@{parts.query}", parts.path]
        for name in dict.fromkeys(spelling for written in names for spelling in (unquote(written), written)):
            if parts.scheme == "file" and parts.netloc in ("", "localhost"):
                yield name
            else:
                yield from self._beside_pages(parts.netloc, name)
            below = name.lstrip("/")
            for root in self._roots:
                if parts.netloc:
                    yield os.path.join(root, parts.netloc, below)
                    yield os.path.join(root, parts.netloc.partition(":")[0], below)
                yield os.path.join(root, below)

    def _beside_pages(self, host: str, path: str) -> Iterator[str]:
        """From the folders of saved pages whose web folder holds `path`, the nearest first."""
        folder, rest = posixpath.split(path)
        while True:
            for local in self._folders.get((host, folder), []):
                yield os.path.join(local, rest)
            if folder in ("", "/"):
                return
            folder, name = posixpath.split(folder)
            rest = posixpath.join(name, rest)

    def _index(self) -> list[tuple[str, Path]]:
        if self._pages is None:
            self._pages, taken = [], set[str]()
            for path in dict.fromkeys(self._files()):
                try:
                    with path.open("rb") as file:
                        head = _decoded(file.read(HEAD_BYTES))
                except OSError as error:
                    self._note(str(path), error.strerror or "cannot be read")
                    continue
                if not PAGE_NAME.search(path.name) and not BEGINS_LIKE_HTML.match(head):
                    continue
                url = self._own_address(head, path)
                # A canonical link shared by several pages names none of them.
                url = path.as_uri() if url in taken else url
                taken.add(url)
                self._pages.append((url, path))
        return self._pages

    def _files(self) -> Iterator[Path]:
        """Files that may be pages, sorted within each path given."""
        for given in self._given:
            if not given.is_dir():
                yield given
                continue
            found = []
            for folder, below, names in os.walk(given):
                below[:] = [name for name in below if not name.endswith(GATHERED)]  # of an earlier run, with its report
                found += [Path(folder, name) for name in names if _may_be_page(name)]
            for path in sorted(found):
                if self._inside(os.path.realpath(path)):
                    yield path
                else:
                    self._note(str(path), "outside the given folder")

    def _own_address(self, head: str, path: Path) -> str:
        """The address that a page says it has, where its relative references can then be found on the disk."""
        by_browser = SAVED_FROM.search(head)
        url = html.unescape(by_browser[1]) if by_browser else canonical_address(head)
        if not url:
            return self._mirrored(path) or path.as_uri()
        parts = urlsplit(url)
        web_folder, local = posixpath.dirname(unquote(parts.path)) or "/", str(path.parent)
        known = self._folders.setdefault((parts.netloc, web_folder), [])
        if known and local not in known and not by_browser:
            return path.as_uri()  # `a.jpg` of two pages would be one address and two files
        while local not in known and self._inside(os.path.realpath(local)):
            known.append(local)
            if web_folder == "/":
                break
            web_folder, local = posixpath.dirname(web_folder), os.path.dirname(local)
            known = self._folders.setdefault((parts.netloc, web_folder), [])
        return url

    def _mirrored(self, path: Path) -> str:
        """The address that a mirror's folders spell out, `host/path` below a folder that was given."""
        for root in self._roots:
            if path.is_relative_to(root):
                host, *rest = path.relative_to(root).parts
                if rest and HOST_NAME.match(host):
                    return f"https://{host}/{quote('/'.join(rest))}"
        return ""

    def _inside(self, real: str) -> bool:
        return any(real == root or real.startswith(root.rstrip(os.sep) + os.sep) for root in self._roots)

    def _note(self, what: str, why: str) -> None:
        if (what, why) not in self._noted:
            self._noted.add((what, why))
            self.unread.add(what, why)


def canonical_address(head: str) -> str:
    """The absolute address of `rel=canonical`, else of `og:url`; "" where there is neither.

    >>> canonical_address('<link href="https://shop.example/p/1?a=1&amp;b=2" rel="canonical">')
    'https://shop.example/p/1?a=1&b=2'
    >>> canonical_address('<link rel=canonical href="/p/1"><meta property="og:url" content="https://shop.example/p/1">')
    'https://shop.example/p/1'
    """
    shared = ""
    for tag in TAG.findall(head):
        attributes = {name.lower(): html.unescape(a or b or c).strip() for name, a, b, c in ATTRIBUTE.findall(tag)}
        if "canonical" in attributes.get("rel", "").lower().split() and _is_absolute(attributes.get("href", "")):
            return attributes["href"]
        if attributes.get("property", "").lower() == "og:url" and _is_absolute(attributes.get("content", "")):
            shared = shared or attributes["content"]
    return shared


def _is_absolute(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def is_named_as_page(name: str) -> bool:
    """Whether a file's name is that of a page."""
    return bool(PAGE_NAME.search(name) or PROGRAM_NAME.search(name))


def _may_be_page(name: str) -> bool:
    return is_named_as_page(name) or "." not in name


def _decoded(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", errors="replace")
    return head.decode("utf-8-sig", errors="replace")
