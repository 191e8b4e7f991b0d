"""WARC archives (ISO 28500), as crawlers write them: pages as a stream, pictures by where they lie.

One pass notes where each picture is; its bytes are read when they are asked for. Of a page that was captured several
times the last capture counts, of a picture too. A capture that only says "unchanged" (a revisit) leads to the one that
it repeats. What is broken is skipped and counted; records after it are read where their beginning can be found.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple
from urllib.parse import urljoin

from gergo.errors import InputError, MissingExtra
from gergo.gathering.addresses import spelled_alike
from gergo.gathering.site import Page, Unread
from gergo.progress import bar

MOST_HOPS = 5
LARGEST_PAGE_BYTES = 20_000_000
LARGEST_PICTURE_BYTES = 100_000_000
_HTML = ("text/html", "application/xhtml+xml")
_ANY = ("", "application/octet-stream", "binary/octet-stream")
_PICTURE_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif", ".bmp", ".tif", ".tiff")
_BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF", b"BM")


class _Place(NamedTuple):
    archive: int
    offset: int


class WarcFiles:
    """Pages and pictures of archives.

    Raises:
        InputError: a file that is no archive.
        MissingExtra: warcio is not installed.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        try:
            import warcio  # noqa: F401
        except ImportError:
            raise MissingExtra("what reads WARC archives", "gather") from None
        self.name, self.unread, self._paths = ", ".join(map(str, paths)), Unread(), list(paths)
        self._pages: dict[str, _Place] = {}
        self._pictures: dict[str, _Place] = {}
        self._moved: dict[str, str] = {}
        self._same: dict[str, str] = {}  # an address whose capture repeats that of another
        with bar("archives", None, "records") as shown:
            for number, path in enumerate(self._paths):
                for offset, record in self._records(path):
                    shown.advance(1)
                    self._note(record, _Place(number, offset))
        if not self._pages:
            raise InputError(f"{self.name}: no page of HTML is in there", hint="WARC files with response records")

    def pages(self) -> Iterator[Page]:
        """The last capture of every page, in the order of the archives."""
        for number, path in enumerate(self._paths):
            for offset, record in self._records(path, quietly=True):
                url = _target(record)
                if self._pages.get(url) != _Place(number, offset):
                    continue
                body = self._body(record, url, LARGEST_PAGE_BYTES)
                if body:
                    yield Page(url, body, _charset(record))

    def picture(self, url: str) -> bytes | None:
        """The last capture of a picture, redirects and revisits followed."""
        url = spelled_alike(url)
        for _ in range(MOST_HOPS + 1):
            if place := self._pictures.get(url):
                return self._read(place, url)
            onward = self._same.get(url) or self._moved.get(url)
            if onward is None or onward == url:
                return None
            url = onward
        return None

    def _note(self, record: Any, place: _Place) -> None:
        url = _target(record)
        if record.rec_type == "revisit":
            if original := record.rec_headers.get_header("WARC-Refers-To-Target-URI"):
                self._same[url] = spelled_alike(original.strip("<>"))
            return
        if record.rec_type != "response" or record.http_headers is None:
            return
        status = record.http_headers.get_statuscode()
        if status.startswith("3"):
            if onward := record.http_headers.get_header("Location"):
                self._moved[url] = spelled_alike(urljoin(url, onward))
            return
        if status != "200":
            self.unread.add(url, f"status {status}")
            return
        kind = (record.http_headers.get_header("Content-Type") or "").split(";")[0].strip().lower()
        if kind in _HTML:
            self._pages[url] = place
            return
        named = kind.startswith("image/") or url.split("?")[0].lower().endswith(_PICTURE_SUFFIXES)
        if named or (kind in _ANY and _begins_as_picture(record)):
            self._pictures[url] = place

    def _records(self, path: Path, *, quietly: bool = False) -> Iterator[tuple[int, Any]]:
        """(offset, record) of an archive; after a broken record the next that begins as one."""
        from warcio.archiveiterator import ArchiveIterator
        from warcio.exceptions import ArchiveLoadFailed

        at, size = 0, path.stat().st_size
        with path.open("rb") as file:
            while at < size:
                file.seek(at)
                records = ArchiveIterator(file)
                try:
                    for record in records:
                        at = records.offset  # get_record_offset() would read the record to its end
                        yield at, record
                    return
                except (ArchiveLoadFailed, zlib.error, EOFError, OSError, ValueError, UnicodeError) as error:
                    onward = _next_record(file, at + 1)
                    if not quietly:
                        self.unread.add(f"{path}, byte {at:,}", f"a broken record ({type(error).__name__})")
                    if onward is None:
                        return
                    at = onward

    def _body(self, record: Any, url: str, most: int) -> bytes:
        try:
            body = record.content_stream().read(most + 1)
        except (zlib.error, EOFError, OSError, ValueError) as error:
            self.unread.add(url, f"its body is broken ({type(error).__name__})")
            return b""
        if len(body) > most:
            self.unread.add(url, f"over {most / 1e6:.0f} MB")
            return b""
        if not body:
            self.unread.add(url, "empty")
        return body

    def _read(self, place: _Place, url: str) -> bytes | None:
        from warcio.archiveiterator import ArchiveIterator

        with self._paths[place.archive].open("rb") as file:
            file.seek(place.offset)
            try:
                record = next(iter(ArchiveIterator(file)))
            except Exception as error:  # whatever a broken record raises: it was read once before
                self.unread.add(url, f"a broken record ({type(error).__name__})")
                return None
            return self._body(record, url, LARGEST_PICTURE_BYTES) or None


def _target(record: Any) -> str:
    return spelled_alike((record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>"))


def _charset(record: Any) -> str:
    kind = record.http_headers.get_header("Content-Type") or ""
    return kind.lower().partition("charset=")[2].split(";")[0].strip(" \"'")


def _begins_as_picture(record: Any) -> bool:
    try:
        return record.content_stream().read(16).startswith(_BEGINNINGS)
    except (zlib.error, EOFError, OSError, ValueError):
        return False


def _next_record(file: IO[bytes], at: int) -> int | None:
    """Where the next record begins from a byte on: a gzip member, or the line of a version."""
    file.seek(0)
    mark = b"\x1f\x8b\x08" if file.read(2) == b"\x1f\x8b" else b"WARC/1."
    file.seek(at)
    tail = b""
    while block := file.read(1 << 20):
        found = (tail + block).find(mark)
        if found >= 0:
            return at - len(tail) + found
        at += len(block)
        tail = (tail + block)[-len(mark) + 1 :]
    return None
