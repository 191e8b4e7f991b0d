"""The encoding of a text file that nobody documented."""

from __future__ import annotations

import codecs
import gzip
import io
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from charset_normalizer import from_bytes

from gergo.catalogue.sources.east_asian import east_asian
from gergo.catalogue.sources.letters import foreign_words, is_undefined, most_natural
from gergo.errors import InputError

CHUNK_BYTES = 1 << 20
_SAMPLE_BYTES = 1 << 16
_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_SHOWN_WORDS = 4
_SHOWN_CHARACTERS = 24


@dataclass(frozen=True)
class Encoding:
    """How bytes become text: the codec, what it does with bytes that do not fit, and a remark for people."""

    name: str
    errors: str = "replace"
    remark: str = ""

    @property
    def description(self) -> str:
        return f"{self.name} ({self.remark})" if self.remark else self.name


def open_bytes(path: Path) -> BinaryIO:
    """The bytes of a file, decompressed when it is gzip (by its first bytes, whatever its name)."""
    with path.open("rb") as file:
        compressed = file.read(2) == b"\x1f\x8b"
    return cast(BinaryIO, gzip.open(path, "rb")) if compressed else path.open("rb")


def open_text(path: Path, encoding: Encoding) -> io.TextIOWrapper:
    """The text of a file, line ends as they are (csv wants to see them itself)."""
    return io.TextIOWrapper(open_bytes(path), encoding.name, encoding.errors, newline="")


def stated(path: Path, name: str) -> Encoding:
    """An encoding that is known from outside; bytes that it cannot read are counted."""
    return Encoding(name, remark="; ".join(["as stated", *_replaced(path, name)]))


def _replaced(path: Path, name: str) -> list[str]:
    """A remark on the bytes of a file that an encoding cannot read, where there are any."""
    decoder = codecs.getincrementaldecoder(name)("gergo-marked")
    wrong = 0
    with open_bytes(path) as file:
        while chunk := file.read(CHUNK_BYTES):
            wrong += decoder.decode(chunk).count(_MARK)
    wrong += decoder.decode(b"", final=True).count(_MARK)
    return [f"{wrong:,} bytes are not {name} and became \N{REPLACEMENT CHARACTER}"] if wrong else []


def detect(path: Path) -> Encoding:
    """The encoding of a text file, by its byte order mark, its NULs, its validity as UTF-8, then its letters.

    Reads the whole file once, as a stream: one wrong byte at the end of a gigabyte decides, too. Raises InputError when
    no encoding makes text of it.
    """
    with open_bytes(path) as file:
        start = file.read(_SAMPLE_BYTES)
        for mark, name in _BYTE_ORDER_MARKS.items():
            if start.startswith(mark):
                return Encoding(name)
        if wide := _utf16_without_mark(start):
            return Encoding(wide)
        file.seek(0)
        letters, wrong = _utf8_census(file)
    if wrong == 0:
        return Encoding("utf-8")
    if wrong * 4 < letters:
        return Encoding("utf-8", "gergo-cp1252", f"{wrong} stray bytes read as Windows-1252")
    return _guess(path, _sample(path))


def _utf16_without_mark(start: bytes) -> str:
    half = max(len(start) // 2, 1)
    if start[1::2].count(0) > 0.3 * half and start[0::2].count(0) < 0.05 * half:
        return "utf-16-le"
    if start[0::2].count(0) > 0.3 * half and start[1::2].count(0) < 0.05 * half:
        return "utf-16-be"
    return ""


def _utf8_census(file: BinaryIO) -> tuple[int, int]:
    """How many characters beyond ASCII are valid UTF-8, and how many bytes are not."""
    decoder = codecs.getincrementaldecoder("utf-8")("gergo-marked")
    letters = wrong = 0
    while chunk := file.read(CHUNK_BYTES):
        if chunk.isascii() and not decoder.getstate()[0]:
            continue
        text = decoder.decode(chunk)
        marks = text.count(_MARK)
        wrong += marks
        letters += len(text) - sum(map(str.isascii, text)) - marks
    wrong += decoder.decode(b"", final=True).count(_MARK)
    return letters, wrong


def _sample(path: Path) -> bytes:
    """Lines that hold bytes beyond ASCII, whole ones but for the last."""
    sample = bytearray()
    with open_bytes(path) as file:
        while len(sample) < _SAMPLE_BYTES and (line := file.readline(_SAMPLE_BYTES)):
            if not line.isascii():
                sample += line
    return bytes(sample)


def _guess(path: Path, sample: bytes) -> Encoding:
    """The encoding under which a sample reads best; bytes of the whole file that it cannot read are counted."""
    latin = most_natural(sample)
    # Words that are all of Latin languages are so by no accident; a single żółty would be Chinese, too.
    name = latin.encoding if latin and not latin.improbable else east_asian(sample)
    name = name or (latin.encoding if latin else _other(sample))
    if not name:
        raise InputError(
            f"{path}: no encoding makes text of its bytes beyond ASCII", hint="name it: --encoding cp1252, cp932, ..."
        )
    text = unicodedata.normalize("NFC", sample.decode(name, "ignore"))
    words = [word for word, _ in foreign_words(text).most_common(_SHOWN_WORDS)]
    shown = ", ".join(word[:_SHOWN_CHARACTERS] + "…" * (len(word) > _SHOWN_CHARACTERS) for word in words)
    guess = f"a guess that makes {shown}; else name it: --encoding" if shown else "a guess"
    return Encoding(name, remark="; ".join([guess, *_replaced(path, name)]))


def _other(sample: bytes) -> str:
    """The encoding of what is neither Latin nor East Asian text."""
    best = from_bytes(sample, cp_exclusion=["utf_8"]).best()
    return best.encoding if best else "" if is_undefined(sample, "cp1252") else "cp1252"


_MARK = "\ue000"  # a private character: stands for a wrong byte while they are counted


def _marked(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return _MARK * (error.end - error.start), error.end


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("gergo-marked", _marked)
codecs.register_error("gergo-cp1252", _as_cp1252)


def is_text(start: bytes) -> bool:
    """Whether the first bytes of a file can be text: few control characters."""
    if any(start.startswith(mark) for mark in _BYTE_ORDER_MARKS) or _utf16_without_mark(start):
        return True
    control = sum(byte < 32 and byte not in b"\t\r\n\f\x1b" for byte in start)
    return control <= 0.05 * len(start) + 4
