"""Pages and pictures from WARC archives: one pass notes where each address lies, then each is read at its offset.

Of an address captured several times the last capture counts: by its date, then by its place in the files. Memory holds
the addresses and offsets, one body at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urljoin

from gergo.errors import InputError
from gergo.gathering.addresses import spelled_alike
from gergo.gathering.records import PAGE_TYPES, Record, charset_of, read_record, read_records
from gergo.gathering.site import Page, Unread

MOST_REDIRECTS = 5
REDIRECTS = (301, 302, 303, 307, 308)
UNTYPED = ("", "application/octet-stream", "binary/octet-stream", "text/plain", "application/unknown")
PICTURE_MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"BM")
BEGINS_LIKE_HTML = re.compile(
    rb"(\xef\xbb\xbf)?\s*(<!--.*?-->\s*)*<(!doctype\s+html|html|head)\b", re.IGNORECASE | re.DOTALL
)
SUFFIXES = (".warc", ".warc.gz")


class Place(NamedTuple):
    """Where a capture lies; places sort as captures were made."""

    date: str
    file: int
    offset: int


class WarcFiles:
    """The captures of .warc and .warc.gz files, or of every one below a folder; a `Site`.

    Raises InputError where a path is missing, is no WARC or is compressed as a whole.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self.name = ", ".join(str(path) for path in paths)
        self.unread = Unread()
        self._files = list(_warc_files(paths))
        self._noted: set[tuple[str, str]] = set()
        self._indexed = False
        self._pages: dict[str, Place] = {}
        self._pictures: dict[str, Place] = {}
        self._redirects: dict[str, str] = {}

    def pages(self) -> Iterator[Page]:
        """The last capture of every page that was served (status 200), in the order of the records."""
        self._index()
        for url, place in sorted(self._pages.items(), key=lambda item: item[1][1:]):
            record = self._read(place, url)
            if record is not None and (body := self._body(record, url)) is not None:
                yield Page(url, body, charset_of(record.http.get("content-type", "")))

    def picture(self, url: str) -> bytes | None:
        """The last capture of a picture, through at most 5 redirects; None where there is none."""
        self._index()
        url = spelled_alike(url)
        for _ in range(MOST_REDIRECTS + 1):
            if place := self._pictures.get(url):
                record = self._read(place, url)
                return None if record is None else self._body(record, url)
            if url not in self._redirects:
                return None
            url = self._redirects[url]
        self._note(url, f"more than {MOST_REDIRECTS} redirects")
        return None

    def _index(self) -> None:
        if self._indexed:
            return
        self._indexed = True
        digests: dict[str, Place] = {}
        revisits: list[tuple[str, str, str]] = []  # address, address and digest of what it repeats
        for number, path in enumerate(self._files):
            for record in read_records(path, lambda offset, why, path=path: self._note(f"{path} at {offset}", why)):
                url = spelled_alike(record.url)
                place = Place(record.warc.get("warc-date", ""), number, record.offset)
                if record.kind == "revisit":
                    original = spelled_alike(record.warc.get("warc-refers-to-target-uri", "").strip("<>"))
                    revisits.append((url, original, record.warc.get("warc-payload-digest", "")))
                elif record.kind in ("response", "resource"):
                    self._add(url, record, place, digests)
        for url, original, digest in revisits:
            if url in self._pages or url in self._pictures:
                continue  # what it repeats is there under its own address
            for captures in (self._pages, self._pictures):
                if place := captures.get(original):
                    captures[url] = place
                    break
            else:
                if place := digests.get(digest):
                    self._add_kind(url, place)

    def _add(self, url: str, record: Record, place: Place, digests: dict[str, Place]) -> None:
        if record.status in REDIRECTS and record.http.get("location"):
            self._redirects[url] = spelled_alike(urljoin(url, record.http["location"]))
        if record.status != 200:
            return
        kind = self._kind(record)
        if not kind:
            return
        if digest := record.warc.get("warc-payload-digest", ""):
            digests.setdefault(digest, place)
        captures, others = (self._pages, self._pictures) if kind == "page" else (self._pictures, self._pages)
        before = captures.get(url) or others.get(url)
        if before is None or place >= before:
            others.pop(url, None)
            captures[url] = place

    def _add_kind(self, url: str, place: Place) -> None:
        record = self._read(place, url)
        if record is not None:
            (self._pages if self._kind(record) == "page" else self._pictures)[url] = place

    def _kind(self, record: Record) -> str:
        """`page`, `picture` or "" for neither: by what the server said; by the bytes, where that says little."""
        kind = record.content_type
        if record.payload.startswith(PICTURE_MAGIC) or kind.startswith("image/"):
            return "picture"
        if kind in PAGE_TYPES:
            return "page"
        if kind not in UNTYPED:
            return ""
        try:
            body = record.body()
        except ValueError:
            return ""
        if (
            body.startswith(PICTURE_MAGIC)
            or (body[:4] == b"RIFF" and body[8:12] == b"WEBP")
            or body[4:12] == b"ftypavif"
        ):
            return "picture"
        return "page" if BEGINS_LIKE_HTML.match(body[:2000]) else ""

    def _read(self, place: Place, url: str) -> Record | None:
        record = read_record(self._files[place.file], place.offset)
        if record is None:
            self._note(url, f"{self._files[place.file]} has changed while it was read")
        return record

    def _body(self, record: Record, url: str) -> bytes | None:
        try:
            return record.body()
        except ValueError as error:
            self._note(url, str(error))
            return None

    def _note(self, what: str, why: str) -> None:
        if (what, why) not in self._noted:
            self._noted.add((what, why))
            self.unread.add(what, why)


def _warc_files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if not path.exists():
            raise InputError(f"{path}: there is no such file or folder", hint="name .warc or .warc.gz files")
        if path.is_dir():
            found = sorted(file for file in path.rglob("*") if file.name.lower().endswith(SUFFIXES) and file.is_file())
            if not found:
                raise InputError(f"{path}: it holds no .warc or .warc.gz file")
            yield from found
        elif path.name.lower().endswith(SUFFIXES):
            yield path
        else:
            raise InputError(f"{path}: it is no WARC file", hint="its name has to end in .warc or .warc.gz")
