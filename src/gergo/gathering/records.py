"""The records of a WARC file, in order or at an offset; what is broken is named and what follows still read."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from gergo.errors import InputError, MissingExtra

CHUNK = 1 << 16
MOST_RECORD_BYTES = 64 << 20
MOST_BODY_BYTES = 64 << 20
GZIP_MAGIC = b"\x1f\x8b\x08"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
# What brotli, which has no magic of its own, is told from: markup, JPEG, PNG, WebP, GIF as they are.
SHOWN_BODY = re.compile(rb"[ \t\r\n]*<[!?a-zA-Z]|\xef\xbb\xbf|\xff\xd8\xff|\x89PNG|RIFF....WEBP|GIF8", re.DOTALL)
RECORD_START = re.compile(rb"\n(WARC/[01]\.\d+\r?\n)")
BROKEN = "a broken or cut-off record"
PAGE_TYPES = ("text/html", "application/xhtml+xml")


@dataclass
class Record:
    """One record: `warc` and `http` are its headers by lower-case name, `status` 0 where it is no HTTP response."""

    offset: int
    end: int
    kind: str
    url: str
    warc: dict[str, str]
    status: int = 0
    http: dict[str, str] = field(default_factory=dict)
    payload: bytes = b""

    @property
    def content_type(self) -> str:
        """What the server said, in lower case and without its parameters."""
        return self.http.get("content-type", "").partition(";")[0].strip().lower()

    def body(self) -> bytes:
        """The payload without its transfer and content encodings. Raises ValueError where it cannot be decoded."""
        return decoded_body(self.payload, self.http)


def read_records(path: Path, broken: Callable[[int, str], None], *, start: int = 0) -> Iterator[Record]:
    """Every whole record from `start` on; `broken(offset, why)` hears of each that is not.

    Raises InputError where the file is compressed as a whole, so that no record can be found by its offset.
    """
    with path.open("rb") as file:
        file.seek(start)
        compressed = file.read(3) == GZIP_MAGIC or path.suffix == ".gz"
        for offset, end, block in (_gzip_members if compressed else _plain_blocks)(file, start):
            if isinstance(block, str):
                broken(offset, block)
                continue
            if not block.strip():
                continue
            try:
                record = _parsed(offset, end, block)
            except (
                Exception
            ) as error:  # warcio raises its own, and whatever a strange header makes int() or split() say
                if isinstance(error, MissingExtra):
                    raise
                broken(offset, BROKEN)
                continue
            if compressed and _holds_more(block):
                hint = f"warcio recompress {path} recompressed.warc.gz"
                raise InputError(f"{path}: it is compressed as a whole, not record by record", hint=hint)
            if int(record.warc.get("content-length", 0)) > len(block):
                broken(offset, BROKEN)
                continue
            yield record


def read_record(path: Path, offset: int) -> Record | None:
    """The record at an offset; None where there is no whole one."""
    for record in read_records(path, lambda _, __: None, start=offset):
        return record if record.offset == offset else None
    return None


def _parsed(offset: int, end: int, block: bytes) -> Record:
    try:
        from warcio.recordloader import ArcWarcRecordLoader
    except ImportError as error:
        raise MissingExtra("warcio, which reads WARC files,", "gather") from error

    found = ArcWarcRecordLoader(verify_http=False, arc2warc=False).parse_record_stream(
        io.BytesIO(block), known_format="warc"
    )
    warc = {name.lower(): value for name, value in found.rec_headers.headers}
    record = Record(offset, end, found.rec_type or "", warc.get("warc-target-uri", "").strip("<>"), warc)
    if found.http_headers is not None and record.kind in ("response", "revisit"):
        record.http = {name.lower(): value for name, value in found.http_headers.headers}
        code = found.http_headers.get_statuscode()
        record.status = int(code) if code and code.isdigit() else 0
    elif record.kind == "resource":
        record.http, record.status = {"content-type": warc.get("content-type", "")}, 200
    record.payload = found.raw_stream.read()
    return record


def _holds_more(block: bytes) -> bool:
    """Whether a second record follows the first one."""
    head, _, rest = block.partition(b"\r\n\r\n")
    length = re.search(rb"(?im)^content-length:\s*(\d+)", head)
    return bool(length) and rest[int(length[1]) :].lstrip(b"\r\n").startswith(b"WARC/")


Block = tuple[int, int, bytes | str]  # offset, end, and the bytes or why there are none


def _gzip_members(file: BinaryIO, start: int) -> Iterator[Block]:
    file.seek(start)
    offset, ahead = start, b""
    while ahead := ahead or file.read(CHUNK):
        member, whole, large = zlib.decompressobj(31), bytearray(), False
        data = ahead
        try:
            while data and not member.eof:
                piece = member.decompress(data)
                large = large or len(whole) + len(piece) > MOST_RECORD_BYTES
                if not large:
                    whole += piece
                if not member.eof:
                    data = file.read(CHUNK)
            if not member.eof:
                raise zlib.error("cut off")
        except zlib.error:
            yield offset, offset, BROKEN
            found = _next_member(file, offset + 1)
            if found is None:
                return
            file.seek(found)
            offset, ahead = found, b""
            continue
        ahead = member.unused_data
        end = file.tell() - len(ahead)
        if large and _holds_more(bytes(whole)):
            large = False  # let the reader say that the file is compressed as a whole
        yield offset, end, f"a record of more than {MOST_RECORD_BYTES >> 20} MB" if large else bytes(whole)
        offset = end


def _next_member(file: BinaryIO, start: int) -> int | None:
    """Where the next gzip member that opens a record begins."""
    file.seek(start)
    at, window = start, b""
    while data := file.read(CHUNK):
        window += data
        place = window.find(GZIP_MAGIC)
        while place >= 0:
            here = file.tell()
            file.seek(at + place)
            try:
                if zlib.decompressobj(31).decompress(file.read(4096), 5) == b"WARC/":
                    return at + place
            except zlib.error:
                pass
            file.seek(here)
            place = window.find(GZIP_MAGIC, place + 1)
        at, window = at + len(window) - min(2, len(window)), window[-2:]
    return None


def _plain_blocks(file: BinaryIO, start: int) -> Iterator[Block]:
    size, offset = file.seek(0, io.SEEK_END), start
    while offset < size:
        file.seek(offset)
        head = b""
        while line := file.readline(CHUNK):
            head += line
            if line.strip() == b"" and head.strip():
                break
            if len(head) > CHUNK:
                break
        if not head.strip():
            return
        skipped = len(head) - len(head.lstrip(b"\r\n"))
        length = re.search(rb"(?im)^content-length:\s*(\d+)", head)
        end = offset + len(head) + int(length[1]) if length else -1
        if head[skipped:].startswith(b"WARC/") and length and end <= size and _record_follows(file, end):
            if int(length[1]) > MOST_RECORD_BYTES:
                yield offset + skipped, end, f"a record of more than {MOST_RECORD_BYTES >> 20} MB"
            else:
                file.seek(offset + skipped)
                yield offset + skipped, end, file.read(end - offset - skipped)
            offset = end
            continue
        yield offset + skipped, offset + skipped, BROKEN
        found = _next_start(file, offset + skipped + 1)
        if found is None:
            return
        offset = found


def _record_follows(file: BinaryIO, end: int) -> bool:
    """Whether a record ends as one does, or another one or nothing follows: else its length was a lie."""
    file.seek(end)
    rest = file.read(32)
    return b"\r\n\r\n".startswith(rest[:4]) or rest.lstrip(b"\r\n").startswith(b"WARC/")


def _next_start(file: BinaryIO, start: int) -> int | None:
    file.seek(start)
    at, window = start, b"\x00"  # no record begins in the middle of a line
    at -= 1
    while data := file.read(CHUNK):
        window += data
        if found := RECORD_START.search(window):
            return at + found.start(1)
        at, window = at + len(window) - min(32, len(window)), window[-32:]
    return None


def decoded_body(payload: bytes, headers: dict[str, str]) -> bytes:
    """A body as a browser sees it; tools that keep the headers but store the decoded body are believed by the bytes.

    >>> decoded_body(b"3\\r\\nabc\\r\\n0\\r\\n\\r\\n", {"transfer-encoding": "chunked"})
    b'abc'
    >>> decoded_body(b"plain", {"transfer-encoding": "chunked", "content-encoding": "gzip"})
    b'plain'
    """
    if "chunked" in headers.get("transfer-encoding", "").lower():
        payload = _without_chunks(payload)
    for coding in reversed([part.strip().lower() for part in headers.get("content-encoding", "").split(",")]):
        if coding in ("gzip", "x-gzip"):
            payload = _inflated(payload, 31) if payload.startswith(GZIP_MAGIC) else payload
        elif coding == "deflate":
            has_header = len(payload) > 1 and payload[0] & 15 == 8 and int.from_bytes(payload[:2], "big") % 31 == 0
            payload = _inflated(payload, 15 if has_header else -15)
        elif coding == "br":
            payload = payload if not payload or SHOWN_BODY.match(payload) else _without_brotli(payload)
        elif coding == "zstd":
            payload = _without_zstd(payload) if payload.startswith(ZSTD_MAGIC) else payload
        elif coding not in ("", "identity", "none"):
            raise ValueError(f"its content encoding ({coding}) is not known")
    return payload


def _inflated(payload: bytes, window: int) -> bytes:
    inflate = zlib.decompressobj(window)
    try:
        body = inflate.decompress(payload, MOST_BODY_BYTES)
    except zlib.error as error:
        raise ValueError("its compressed body is damaged") from error
    return _whole(body, inflate.eof)


def _without_brotli(payload: bytes) -> bytes:
    try:
        import brotli
    except ImportError as error:
        raise MissingExtra("brotli, which unpacks what servers send as br,", "gather") from error
    unpack = brotli.Decompressor()
    try:
        body = unpack.process(payload, output_buffer_limit=MOST_BODY_BYTES)
    except brotli.error as error:
        raise ValueError("its compressed body is damaged") from error
    return _whole(body, unpack.is_finished())


def _without_zstd(payload: bytes) -> bytes:
    try:
        import zstandard
    except ImportError as error:
        raise MissingExtra("zstandard, which unpacks what servers send as zstd,", "gather") from error
    try:
        body = zstandard.ZstdDecompressor().stream_reader(payload).read(MOST_BODY_BYTES)
        unpack = zstandard.ZstdDecompressor().decompressobj()
        if len(body) < MOST_BODY_BYTES:  # again, as the reader does not say whether the end was reached
            unpack.decompress(payload)
    except zstandard.ZstdError as error:
        raise ValueError("its compressed body is damaged") from error
    return _whole(body, unpack.eof)


def _whole(body: bytes, finished: bool) -> bytes:
    if finished and len(body) <= MOST_BODY_BYTES:
        return body
    if len(body) >= MOST_BODY_BYTES:
        raise ValueError(f"its body unpacks to more than {MOST_BODY_BYTES >> 20} MB")
    raise ValueError("its compressed body is cut off")


def _without_chunks(payload: bytes) -> bytes:
    body, place = bytearray(), 0
    while (line_end := payload.find(b"\r\n", place, place + 64)) >= 0:
        try:
            size = int(payload[place:line_end].split(b";")[0], 16)
        except ValueError:
            break
        if size == 0:
            return bytes(body)
        place = line_end + 2
        body += payload[place : place + size]
        place += size + 2
    if body:
        raise ValueError("its body is cut off")
    return payload


def charset_of(content_type: str) -> str:
    """The charset that a Content-Type names, in lower case.

    >>> charset_of('text/html; Charset="ISO-8859-1"'), charset_of("text/html")
    ('iso-8859-1', '')
    """
    for part in content_type.split(";")[1:]:
        name, _, value = part.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip("\"'").lower()
    return ""
