"""Pictures that come from outside: known by their content, bounded before they are decoded, decoded a few at a time.

Nothing is fetched: an address is refused. What a client calls the type is not believed, only that it is a picture.
"""

from __future__ import annotations

import base64
import binascii
import re
import threading

import numpy as np

from gergo.catalogue.pictures import PictureError, pixels
from gergo.catalogue.pictures.decoding import opened
from gergo.serving.failures import PICTURE_HINT, Refusal
from gergo.serving.settings import Limits

KEPT_PX = 512  # more than any tower takes of a query; a request holds less than a megabyte of pixels

_DATA_URL = re.compile(r"data:(?P<type>[\w.+-]+/[\w.+-]+)?(?:;[\w-]+=[^;,]*)*;base64,", re.I)
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:|//|\\\\|\.{0,2}/", re.I)
_MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"BM")
_ACTIVE = re.compile(rb"<script|<\?php|<!doctype html|<!entity", re.I)  # long enough not to be met by chance
_ARCHIVE_START, _ARCHIVE_END = b"PK\x03\x04", b"PK\x05\x06"
_PDF_WITHIN = 1024  # readers look for %PDF- this far
_MOST_SCANS = 100  # a progressive JPEG has about ten; thousands take minutes to decode


class Uploads:
    """The door for pictures; one for a server, so that its bound on memory holds for all requests together."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._decoders = threading.BoundedSemaphore(limits.decoders)

    def pixels(self, picture: str) -> np.ndarray:
        """Upright RGB uint8 [H, W, 3] of base64 or a `data:` URL, at most `KEPT_PX` a side.

        Raises Refusal, or PictureError for bytes that are no usable picture.
        """
        return self.decoded(self.encoded(picture))

    def encoded(self, picture: str) -> bytes:
        """The bytes of base64 or of a `data:` URL. Raises Refusal."""
        data = decode_base64(picture, self._limits.picture_bytes)
        check_content(data)
        return data

    def decoded(self, data: bytes) -> np.ndarray:
        """Pixels of bytes that `encoded` let in; memory is bounded by how many decode at a time."""
        with self._decoders:
            with opened(data) as header:
                width, height = header.size
            if width * height > self._limits.picture_pixels:
                most = f"{self._limits.picture_pixels:,}"
                message = f"the picture has {width} x {height} pixels, the limit is {most}"
                raise Refusal(413, "picture_too_large", message, hint="scale it down")
            return pixels(data, max_px=KEPT_PX)


def decode_base64(picture: str, most_bytes: int) -> bytes:
    """Bytes of base64 text or of a `data:` URL of a picture.

    >>> decode_base64("data:image/gif;base64,R0lGODlh", 100)
    b'GIF89a'
    """
    head = _DATA_URL.match(picture)
    if head is None and _ADDRESS.match(picture) and not picture.startswith("/9j/"):  # how base64 of a JPEG begins
        message = "a picture is sent, not pointed at: this server fetches no address and opens no path"
        raise Refusal(422, "picture_is_an_address", message, hint=PICTURE_HINT)
    if head is not None and head["type"] and not head["type"].lower().startswith("image/"):
        raise Refusal(415, "picture_not_an_image", f"{head['type']} is no picture", hint=PICTURE_HINT)
    body = picture[head.end() :] if head else picture
    if len(body) // 4 * 3 - 2 > most_bytes:
        raise Refusal(413, "too_large", f"the picture is over {most_bytes:,} bytes", hint="scale it down")
    try:
        data = base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raise Refusal(422, "picture_not_base64", "the picture is not base64", hint=PICTURE_HINT) from None
    if not data:
        raise PictureError("picture_empty", "no bytes")
    return data


def check_content(data: bytes) -> None:
    """Refuse what does not begin as a picture of a known format, or is something else besides.

    Raises PictureError or Refusal.
    """
    webp = data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    avif = data[4:8] == b"ftyp" and data[8:12] in (b"avif", b"avis", b"mif1")
    if not (data.startswith(_MAGIC) or webp or avif):
        known = data[:64].lstrip().startswith((b"<", b"%PDF", b"%!PS", b"II*\0", b"MM\0*")) or data[4:8] == b"ftyp"
        raise PictureError("picture_unsupported" if known else "picture_not_an_image", "unknown beginning")
    archive = _ARCHIVE_START in data and _ARCHIVE_END in data[-65_557:]
    if archive or b"%PDF-" in data[:_PDF_WITHIN] or _ACTIVE.search(data):
        message = "the file is a picture and something else besides"
        raise Refusal(415, "picture_polyglot", message, hint="save it again with a picture program")
    if data.startswith(b"\xff\xd8") and data.count(b"\xff\xda") > _MOST_SCANS:
        raise PictureError("picture_broken", "too many scans")
