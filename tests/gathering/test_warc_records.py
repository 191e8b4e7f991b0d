"""Records of a WARC: whatever is broken or cut off is named, and every whole record is read."""

from __future__ import annotations

import gzip
import random
import zlib
from pathlib import Path

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from gergo.errors import InputError
from gergo.gathering.records import MOST_BODY_BYTES, decoded_body, read_record, read_records

SHOP = "https://shop.example"
SUFFIXES = pytest.mark.parametrize("suffix", [".warc", ".warc.gz"])


def page(path: str, body: bytes = b"<html>", **more) -> dict:
    return {"url": SHOP + path, "body": body, **more}


def whole(path: Path) -> list:
    return list(read_records(path, lambda *_: None))


@SUFFIXES
def test_records_are_read_in_order_and_at_their_offsets(tmp_path, write_warc, suffix):
    path = write_warc(tmp_path / f"a{suffix}", page("/1", b"one"), page("/2", b"two", status="404 Not Found"))
    first, second = whole(path)
    assert (first.url, first.status, first.content_type, first.body()) == (f"{SHOP}/1", 200, "text/html", b"one")
    assert (second.status, second.body()) == (404, b"two")
    assert read_record(path, second.offset) == second
    assert read_record(path, second.offset + 1) is None


@SUFFIXES
def test_a_damaged_record_is_named_and_the_rest_read(tmp_path, write_warc, suffix):
    path = write_warc(tmp_path / f"a{suffix}", *[page(f"/{n}", b"%d" % n * 300) for n in range(6)])
    content, records = bytearray(path.read_bytes()), whole(path)
    for number in (1, 4):
        content[records[number].offset + (30 if suffix == ".warc.gz" else 0)] ^= 0xFF
    path.write_bytes(content[: records[5].end - 5])
    broken: list[tuple[int, str]] = []
    read = list(read_records(path, lambda offset, why: broken.append((offset, why))))
    assert read == [records[n] for n in (0, 2, 3)]
    assert broken == [(records[n].offset, "a broken or cut-off record") for n in (1, 4, 5)]


@SUFFIXES
def test_every_cut_leaves_the_whole_records_before_it(tmp_path, write_warc, suffix):
    path = write_warc(tmp_path / f"a{suffix}", *[page(f"/{n}", b"body") for n in range(3)])
    content, ends = path.read_bytes(), [record.end for record in whole(path)]
    for size in range(0, len(content), 5):
        path.write_bytes(content[:size])
        assert len(whole(path)) == sum(end <= size for end in ends), size


def test_a_length_that_lies_costs_its_own_record_only(tmp_path, write_warc):
    path = write_warc(tmp_path / "a.warc", *[page(f"/{n}", b"body" * 30) for n in range(3)])
    content = path.read_bytes()
    head, _, rest = content.partition(b"Content-Length: ")
    for lie in (b"7", b"99999999"):
        path.write_bytes(head + b"Content-Length: " + lie + rest[rest.index(b"\r\n") :])
        assert [record.url[-1] for record in whole(path)] == ["1", "2"]


def test_a_file_compressed_as_a_whole_is_refused_with_the_way_out(tmp_path, write_warc):
    plain, packed = write_warc(tmp_path / "a.warc", page("/1"), page("/2")), tmp_path / "whole.warc.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    with pytest.raises(InputError, match="compressed as a whole") as caught:
        whole(packed)
    assert "warcio recompress" in caught.value.hint


@given(
    st.binary(max_size=400), st.sampled_from(["gzip", "x-gzip", "deflate", "raw", "br", "zstd", ""]), st.integers(0, 60)
)
def test_encodings_are_undone(body, coding, chunk):
    packed = {"gzip": gzip.compress(body), "x-gzip": gzip.compress(body), "deflate": zlib.compress(body)}
    packed |= {"br": brotli.compress(body), "zstd": zstandard.compress(body)}
    raw = zlib.compressobj(wbits=-15)
    sent = raw.compress(body) + raw.flush() if coding == "raw" else packed.get(coding, body)
    headers = {"content-encoding": "deflate" if coding == "raw" else coding}
    if chunk:
        parts = [sent[place : place + chunk] for place in range(0, len(sent), chunk)]
        sent = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
        headers["transfer-encoding"] = "chunked"
    assert decoded_body(sent, headers) == body


def test_what_cannot_be_decoded_says_why():
    packed, noise = gzip.compress(b"body" * 50), random.Random(0).randbytes(400)
    assert decoded_body(b"plain", {"content-encoding": "gzip"}) == b"plain"  # stored decoded, the header left
    assert decoded_body(b"plain", {"content-encoding": "zstd"}) == b"plain"
    assert decoded_body(b" <p>plain", {"content-encoding": "br"}) == b" <p>plain"
    bomb = bytes(MOST_BODY_BYTES + 1)
    for sent, coding, why in [
        (packed[:-9], "gzip", "is cut off"),
        (packed[:12] + b"\xff\xff" + packed[14:], "gzip", "is damaged"),
        (brotli.compress(noise)[:-9], "br", "is cut off"),
        (zstandard.compress(noise)[:-9], "zstd", "is cut off"),
        (bytes(range(255, 200, -1)), "br", "is damaged"),
        (zstandard.compress(noise)[:8] + b"\xff" * 40, "zstd", "is damaged"),
        (brotli.compress(bomb, quality=1), "br", "more than 64 MB"),
        (zstandard.compress(bomb), "zstd", "more than 64 MB"),
        (b"??", "snappy", r"\(snappy\) is not known"),
    ]:
        with pytest.raises(ValueError, match=why):
            decoded_body(sent, {"content-encoding": coding})
    with pytest.raises(ValueError, match="cut off"):
        decoded_body(b"5\r\nhello\r\n5\r\nwor", {"transfer-encoding": "chunked"})
