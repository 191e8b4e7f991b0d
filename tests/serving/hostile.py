"""Two hundred pictures that are none, or that should not be let in: made here, each with the reason in its name."""

from __future__ import annotations

import base64
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Iterator

from tests.serving.conftest import data_url, picture

TYPES = ("image/jpeg", "image/png", "image/webp", "image/gif", "application/pdf", "text/html", "image/svg+xml")
PATHS = (
    "../../etc/passwd", "/etc/passwd", "..\\..\\windows\\win.ini", "file:///etc/passwd", "http://127.0.0.1:1/x.png",
    "https://example.invalid/a.jpg", "ftp://example.invalid/a.jpg", "//example.invalid/a.jpg", "./images/a.jpg",
    "C:\\pictures\\a.jpg", "gopher://127.0.0.1:70/", "data:image/png,../../etc/passwd", "~/.ssh/id_rsa", "a.jpg",
    "jar:file:///a.zip!/b.png",
    "php://filter/resource=/etc/passwd", "\\\\server\\share\\a.png", "%2e%2e%2fetc%2fpasswd",
)  # fmt: skip


def hostile() -> Iterator[tuple[str, str]]:
    """(what it is, the value of an `image` field)."""
    yield from (("path " + path, path) for path in PATHS)
    for name, data in _files():
        yield name, data_url(data, "image/png")
        yield f"{name}, bare", base64.b64encode(data).decode()
    good = picture()
    yield from ((f"a {kind}", data_url(good, kind)) for kind in TYPES if not kind.startswith("image/"))
    yield from (
        (f"not base64: {text!r}", f"data:image/png;base64,{text}")
        for text in ("", "%", "a b c", "ü", "AAA", "====", "A" * 1001, "AA=A")
    )


def _files() -> Iterator[tuple[str, bytes]]:
    yield from _not_pictures()
    yield from _bombs()
    yield from _truncated()
    yield from _polyglots()


def _not_pictures() -> Iterator[tuple[str, bytes]]:
    svg = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    imagemagick = "push graphic-context\nimage over 0,0 0,0 'https://example.invalid'"
    postscript = "%!PS-Adobe\n(/etc/passwd) run"
    texts = (
        svg, imagemagick, postscript, "<?xml version='1.0'?><svg/>", "<!DOCTYPE html><script>1</script>", "hello",
        "%PDF-1.7\n", "GIF", "\x89PNG", "BM", "{}", "\0" * 64,
    )  # fmt: skip
    yield from ((f"text {text[:12]!r}", text.encode("latin-1")) for text in texts)
    yield "an executable", b"\x7fELF" + bytes(100)
    yield "a video", b"\0\0\0\x18ftypmp42" + bytes(100)
    yield "a HEIF picture", b"\0\0\0\x18ftypheic" + bytes(100)
    yield "a TIFF", b"II*\0" + bytes(100)
    random_bytes = random.Random(0).randbytes(2000)
    starts = ((b"\xff\xd8\xff", "JPEG"), (b"\x89PNG\r\n\x1a\n", "PNG"), (b"GIF89a", "GIF"), (b"BM", "BMP"))
    yield from ((f"noise that begins as a {name}", start + random_bytes) for start, name in starts)
    yield "noise that begins as a WebP", b"RIFF" + struct.pack("<I", 2000) + b"WEBPVP8 " + random_bytes
    yield "a tracking pixel", picture(size=(1, 1), kind="GIF")
    yield "a rule", picture(size=(600, 2), kind="PNG")


def _bombs() -> Iterator[tuple[str, bytes]]:
    """Small files of very many pixels, and files that unpack to more than they say."""
    for side in (15_000, 30_000, 60_000, 2**31 - 1):
        yield f"a PNG that says {side} px", _png(side, side, zlib.compress(bytes(1000)))
    yield "200 megapixels, all there", _png(20_000, 10_000, _zeros(20_000 * 10_000 // 8 + 10_000), bits=1)
    yield "60 megapixels, all there", _png(10_000, 6_000, _zeros(10_000 * 6_000 // 8 + 6_000), bits=1)
    text = b"zTXt" + b"a\0\0" + _zeros(100_000_000)
    yield "a PNG with a text bomb", _png(100, 100, zlib.compress(bytes(30)), extra=text)
    for width, height in ((65_535, 65_535), (16_000, 16_000), (65_535, 1000)):
        jpeg = bytearray(picture())
        at = jpeg.index(b"\xff\xc0") + 5
        jpeg[at : at + 4] = struct.pack(">HH", height, width)
        yield f"a JPEG that says {width} x {height} px", bytes(jpeg)
    jpeg = picture()
    scan = jpeg.index(b"\xff\xda")
    yield "a JPEG of 5,000 scans", jpeg[:scan] + jpeg[scan : scan + 40] * 5000 + b"\xff\xd9"
    for width, height in ((65_535, 65_535), (50_000, 2_000)):
        gif = bytearray(picture(kind="GIF"))
        gif[6:10] = struct.pack("<HH", width, height)
        yield f"a GIF that says {width} x {height} px", bytes(gif)
    bmp = bytearray(picture(kind="BMP"))
    bmp[18:26] = struct.pack("<ii", 60_000, 60_000)
    yield "a BMP that says 60,000 px", bytes(bmp)
    bmp[18:26] = struct.pack("<ii", -1, 50)
    yield "a BMP of negative width", bytes(bmp)


def _truncated() -> Iterator[tuple[str, bytes]]:
    noise = random.Random(1).randbytes(300)
    for kind in ("JPEG", "PNG", "GIF", "BMP", "WEBP"):
        whole = picture(size=(200, 160), kind=kind)
        for part in (0.1, 0.2, 0.3, 0.4, 0.5):
            yield f"{kind} cut to {part:.0%}", whole[: max(10, int(len(whole) * part))]
    png = picture(size=(200, 160), kind="PNG")
    for at in (10, 14, 20, 26):
        yield f"a PNG with noise at {at}", png[:at] + noise[:40] + png[at + 40 :]
    yield "a PNG without data", _png(100, 100, b"")
    yield "a PNG of 0 px", _png(0, 0, zlib.compress(b"\0"))


def _polyglots() -> Iterator[tuple[str, bytes]]:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("../../evil.sh", "rm -rf /")
    for kind in ("JPEG", "PNG", "GIF", "WEBP"):
        whole = picture(kind=kind)
        yield f"{kind} and ZIP", whole + archive.getvalue()
        yield f"{kind} and HTML", whole + b"<script>alert(1)</script>"
        yield f"{kind} and PHP", whole + b"<?php system($_GET['c']); ?>"
    jpeg = picture()
    comment = b"%PDF-1.4 1 0 obj"
    yield "JPEG and PDF", jpeg[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + jpeg[2:]
    yield "GIF and JavaScript", b"GIF89a/*" + bytes(20) + b"*/=1;alert(1)//"
    yield "PDF and JPEG", b"%PDF-1.4\n" + jpeg
    yield "ZIP and PNG", archive.getvalue() + picture(kind="PNG")
    yield "HTML and PNG", b"<!doctype html>" + picture(kind="PNG")


def _png(width: int, height: int, data: bytes, *, bits: int = 8, extra: bytes = b"") -> bytes:
    header = struct.pack(">IIBBBBB", width & 0xFFFFFFFF, height & 0xFFFFFFFF, bits, 0, 0, 0, 0)
    chunks = [b"IHDR" + header, *([extra] if extra else []), b"IDAT" + data, b"IEND"]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) for chunk in chunks
    )


def _zeros(count: int) -> bytes:
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(2**20)) for _ in range(count // 2**20 + 1)) + packer.flush()
