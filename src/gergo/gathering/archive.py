"""The WARC that a crawl writes: every answer is on the disk before the next is asked for, and found again at a restart.

A crawl that came to its end says so in a record of its own. What follows the last such record belongs to a crawl that
was interrupted and is not fetched again; what precedes it is only asked about ("has it changed since?").
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import os
import threading
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from gergo.errors import InputError
from gergo.gathering.addresses import spelled_alike
from gergo.gathering.records import GZIP_MAGIC, Record, read_record, read_records

FINISHED = b"gergo-crawl: finished\r\n"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
ROBOTS_LAST = timedelta(days=1)  # RFC 9309, 2.4
Headers = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Kept:
    """An answer in the archive. `offset` is where its body lies: with "not modified", that of the earlier capture."""

    url: str
    status: int
    offset: int
    date: str
    crawl: int
    location: str = ""
    etag: str = ""
    last_modified: str = ""
    content_type: str = ""


class Archive:
    """An archive to append to; a record half written when a process was killed is cut off when it is opened."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._kept: dict[str, Kept] = {}
        self._crawl = 0
        self.resuming = False
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size:
            end = 0
            for record in read_records(path, lambda _, __: None):
                if not _worth_asking_again(record):
                    self._remember(record)
                end = record.end
            _cut(path, end)
        self._file = path.open("ab")

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def now(self, url: str) -> Kept | None:
        """The answer that this crawl already has."""
        kept = self._kept.get(url)
        return kept if kept is not None and kept.crawl == self._crawl else None

    def before(self, url: str) -> Kept | None:
        """The answer that an earlier crawl had, where it can be asked about."""
        kept = self._kept.get(url)
        if kept is None or kept.crawl == self._crawl or kept.status != 200:
            return None
        return kept if kept.etag or kept.last_modified else None

    def body(self, kept: Kept) -> bytes:
        """The decoded body of an answer. Raises ValueError where it cannot be decoded."""
        record = read_record(self.path, kept.offset)
        if record is None:
            raise ValueError(f"{self.path} has changed while it was read")
        return record.body()

    def add(
        self, url: str, status: str, headers: Headers, payload: bytes, *, asked: Headers, cut: bool = False
    ) -> Kept:
        """Append an answer ("200 OK") and the request that it answers. `payload` is as it was sent, but for chunks."""
        # httpx undoes the chunks but not the content encoding; the headers have to say what lies here.
        said = [(name, value) for name, value in headers if name.lower() not in ("transfer-encoding", "content-length")]
        said.append(("Content-Length", str(len(payload))))
        block = _http(f"HTTP/1.1 {status}", said) + payload
        more = {"WARC-Payload-Digest": _digest(payload)} | ({"WARC-Truncated": "length"} if cut else {})
        return self._append("response", url, block, more, asked)

    def add_unchanged(self, before: Kept, headers: Headers, *, asked: Headers) -> Kept:
        """Append that the server says "not modified" of an earlier answer."""
        more = {
            "WARC-Profile": NOT_MODIFIED,
            "WARC-Refers-To-Target-URI": before.url,
            "WARC-Refers-To-Date": before.date,
        }
        return self._append("revisit", before.url, _http("HTTP/1.1 304 Not Modified", headers), more, asked)

    def finish(self, url: str) -> None:
        """Append that the crawl of a sitemap came to its end."""
        self._write(self._member("metadata", url, FINISHED, "application/warc-fields", {}))

    def _append(self, kind: str, url: str, block: bytes, more: dict[str, str], asked: Headers) -> Kept:
        place = url.split("/", 3)
        request = _http(f"GET /{place[3] if len(place) > 3 else ''} HTTP/1.1", asked)
        answer = self._member(kind, url, block, "application/http; msgtype=response", more)
        with self._lock:
            offset = self._write(
                answer + self._member("request", url, request, "application/http; msgtype=request", {})
            )
            record = read_record(self.path, offset)
            assert record is not None
            return self._remember(record)

    def _remember(self, record: Record) -> Kept:
        if record.kind == "metadata" and record.payload == FINISHED:
            self._crawl, self.resuming = self._crawl + 1, False
        kept = Kept(
            record.url,
            record.status,
            record.offset,
            record.warc.get("warc-date", ""),
            self._crawl,
            location=record.http.get("location", ""),
            etag=record.http.get("etag", ""),
            last_modified=record.http.get("last-modified", ""),
            content_type=record.http.get("content-type", ""),
        )
        if record.kind == "revisit" and (before := self._kept.get(spelled_alike(record.url))):
            kept = replace(before, crawl=self._crawl)
        if record.kind in ("response", "revisit"):
            self._kept[spelled_alike(record.url)] = kept
            self.resuming = True
        return kept

    def _member(self, kind: str, url: str, block: bytes, content_type: str, more: dict[str, str]) -> bytes:
        headers = {
            "WARC-Type": kind,
            "WARC-Record-ID": f"<urn:uuid:{uuid.uuid4()}>",
            "WARC-Date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "WARC-Target-URI": url,
            "Content-Type": content_type,
            "WARC-Block-Digest": _digest(block),
            **more,
            "Content-Length": str(len(block)),
        }
        record = _http("WARC/1.1", headers.items()) + block + b"\r\n\r\n"
        return gzip.compress(record, 6) if self.path.suffix == ".gz" else record

    def _write(self, content: bytes) -> int:
        offset = self._file.seek(0, os.SEEK_END)
        self._file.write(content)
        self._file.flush()
        os.fsync(self._file.fileno())
        return offset


def _worth_asking_again(record: Record) -> bool:
    """Whether a crawl that goes on would rather ask again: a server was in trouble, or robots.txt is a day old."""
    if record.status == 429 or record.status >= 500:
        return True
    if record.kind != "response" or urlsplit(record.url).path != "/robots.txt":
        return False
    try:
        age = datetime.now(UTC) - datetime.fromisoformat(record.warc.get("warc-date", ""))
    except (ValueError, TypeError):
        return True
    return age > ROBOTS_LAST


def _http(first: str, headers: Headers) -> bytes:
    lines = [first, *(f"{name}: {value}" for name, value in headers)]
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode("utf-8", errors="replace")


def _digest(content: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode("ascii")


def _cut(path: Path, end: int) -> None:
    """Cut off what follows the last whole record, but for the empty lines that close it where it is not compressed."""
    closing = b"" if path.suffix == ".gz" else b"\r\n\r\n"
    with path.open("r+b") as file:
        beginning = file.read(3)
        if end == 0 and not any(start.startswith(beginning) for start in (GZIP_MAGIC, b"WAR")):
            raise InputError(f"{path}: it is no WARC file", hint="name another file for the crawl")
        closing = closing if end else b""
        file.seek(end)
        if file.read() != closing:
            file.seek(end)
            file.truncate()
            file.write(closing)
            file.flush()
            os.fsync(file.fileno())
