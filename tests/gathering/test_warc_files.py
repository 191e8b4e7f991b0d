"""WARC archives: captures found by address, encodings undone, and whatever is broken counted and stepped over."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from pathlib import Path

import pytest

from gergo.errors import InputError
from gergo.gathering.records import read_records
from gergo.gathering.warc import WarcFiles

SHOP = "https://shop.example"
JPEG = b"\xff\xd8\xff picture"
SUFFIXES = pytest.mark.parametrize("suffix", [".warc", ".warc.gz"])


def image(path: str, body: bytes = JPEG, **more) -> dict:
    return {"url": SHOP + path, "body": body, "type": "image/jpeg", **more}


def page(path: str, body: bytes = b"<html>", **more) -> dict:
    return {"url": SHOP + path, "body": body, **more}


def offsets(path: Path) -> list[tuple[int, int]]:
    return [(record.offset, record.end) for record in read_records(path, lambda *_: None)]


@SUFFIXES
def test_pages_stream_in_order_and_pictures_are_found(tmp_path, write_warc, suffix):
    path = write_warc(
        tmp_path / f"a{suffix}",
        page("/2", b"two", type="text/html; charset=latin-1"),
        image("/a%20b.jpg", JPEG + b"1"),
        page("/1", b"one"),
        page("/gone", b"gone", status="404 Not Found"),
        {"url": f"{SHOP}/style.css", "body": b"p{}", "type": "text/css"},
        image("/lost.jpg", status="500 Oh"),
    )
    site = WarcFiles([path])
    expected = [(f"{SHOP}/2", b"two", "latin-1"), (f"{SHOP}/1", b"one", "")]
    assert [(p.url, p.body, p.charset) for p in site.pages()] == expected
    assert [(p.url, p.body, p.charset) for p in site.pages()] == expected
    assert site.picture("HTTPS://Shop.example:443/a b.jpg#big") == JPEG + b"1"
    assert site.picture(f"{SHOP}/lost.jpg") is None
    assert site.picture(f"{SHOP}/style.css") is None
    assert site.unread.found == []


def test_the_last_capture_counts_across_files(tmp_path, write_warc):
    newer = write_warc(tmp_path / "a.warc.gz", page("/1", b"new", date="2026-02-02T00:00:00Z"))
    older = write_warc(
        tmp_path / "b.warc", page("/1", b"old"), image("/i", b"\xff\xd8\xff1"), image("/i", b"\xff\xd8\xff2")
    )
    site = WarcFiles([newer, older])
    assert [p.body for p in site.pages()] == [b"new"]
    assert site.picture(f"{SHOP}/i") == b"\xff\xd8\xff2"
    assert [p.body for p in WarcFiles([tmp_path]).pages()] == [b"new"]


def test_encodings_are_undone(tmp_path, write_warc):
    squeezed = gzip.compress(JPEG)
    raw = zlib.compressobj(wbits=-15)
    chunked = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (squeezed[:7], squeezed[7:])) + b"0\r\n\r\n"
    coded = {"gzip": squeezed, "deflate": zlib.compress(JPEG), "x-gzip": squeezed, "identity": JPEG}
    captures = [image(f"/{name}", body, headers=[("Content-Encoding", name)]) for name, body in coded.items()]
    captures += [
        image("/raw", raw.compress(JPEG) + raw.flush(), headers=[("Content-Encoding", "deflate")]),
        image("/both", chunked, headers=[("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip")]),
        image("/believed", JPEG, headers=[("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip")]),
        image("/cut", squeezed[:-9], headers=[("Content-Encoding", "gzip")]),
        image("/odd", b"??", headers=[("Content-Encoding", "snappy")]),
    ]
    site = WarcFiles([write_warc(tmp_path / "a.warc.gz", *captures)])
    for name in [*coded, "raw", "both", "believed"]:
        assert site.picture(f"{SHOP}/{name}") == JPEG, name
    assert site.picture(f"{SHOP}/cut") is None
    assert site.picture(f"{SHOP}/odd") is None
    assert site.unread.found == [
        (f"{SHOP}/cut", "its compressed body is cut off"),
        (f"{SHOP}/odd", "its content encoding (snappy) is not known"),
    ]


def test_what_the_server_calls_nothing_is_told_by_its_bytes(tmp_path, write_warc):
    captures = [
        image("/png", b"\x89PNG\r\n\x1a\n", type="application/octet-stream"),
        image("/webp", b"RIFF....WEBP", type=""),
        image("/jpeg", JPEG, type="text/html"),
        page("/page", b"\n<!doctype html>", type=""),
        page("/text", b"words", type="text/plain"),
    ]
    site = WarcFiles([write_warc(tmp_path / "a.warc", *captures)])
    assert [p.url for p in site.pages()] == [f"{SHOP}/page"]
    assert all(site.picture(f"{SHOP}/{name}") for name in ("png", "webp", "jpeg"))


def test_redirects_are_followed_five_times(tmp_path, write_warc):
    hops = [page(f"/{n}", status="302 Found", headers=[("Location", f"/{n + 1}")]) for n in range(7)]
    loop = page("/loop", status="301 Moved", headers=[("Location", f"{SHOP}/loop")])
    site = WarcFiles([write_warc(tmp_path / "a.warc", *hops, loop, image("/7"))])
    assert site.picture(f"{SHOP}/2") == JPEG
    assert site.picture(f"{SHOP}/1") is None
    assert site.picture(f"{SHOP}/loop") is None
    assert [why for _, why in site.unread.found] == ["more than 5 redirects"] * 2


def test_revisits_lead_to_what_they_repeat(tmp_path, write_warc):
    path = write_warc(tmp_path / "a.warc.gz", image("/a"), page("/p", b"page"))
    digest = next(read_records(path, lambda *_: None)).warc["warc-payload-digest"]
    write_warc(
        path,
        {"url": f"{SHOP}/b", "repeats": f"{SHOP}/a"},
        {"url": f"{SHOP}/c", "repeats": "https://elsewhere.example/", "digest": digest},
        {"url": f"{SHOP}/a", "repeats": f"{SHOP}/a"},
        {"url": f"{SHOP}/q", "repeats": f"{SHOP}/p"},
        {"url": f"{SHOP}/lost", "repeats": f"{SHOP}/nowhere"},
    )
    site = WarcFiles([path])
    assert [site.picture(f"{SHOP}/{name}") for name in "abc"] == [JPEG] * 3
    assert site.picture(f"{SHOP}/lost") is None
    assert [(p.url, p.body) for p in site.pages()] == [(f"{SHOP}/p", b"page"), (f"{SHOP}/q", b"page")]


@SUFFIXES
def test_a_damaged_record_is_counted_and_the_rest_read(tmp_path, write_warc, suffix):
    path = write_warc(tmp_path / f"a{suffix}", *[page(f"/{n}", b"%d" % n * 300) for n in range(6)])
    content, places = bytearray(path.read_bytes()), offsets(path)
    for number, (start, _) in enumerate(places):
        content[start + (30 if suffix == ".warc.gz" else 0)] ^= 0xFF if number in (1, 4) else 0
    path.write_bytes(bytes(content[:-5] if suffix == ".warc.gz" else content[: places[5][1] - 5]))
    site = WarcFiles([path])
    assert [p.url[-1] for p in site.pages()] == ["0", "2", "3"]
    assert site.unread.found == [(f"{path} at {places[n][0]}", "a broken or cut-off record") for n in (1, 4, 5)]


@SUFFIXES
def test_every_cut_of_a_file_leaves_the_whole_records_before_it(tmp_path, write_warc, suffix):
    path = write_warc(tmp_path / f"a{suffix}", *[page(f"/{n}", b"body") for n in range(3)])
    content, places = path.read_bytes(), offsets(path)
    for size in range(1, len(content), 7):
        path.write_bytes(content[:size])
        whole = sum(end <= size for _, end in places)
        assert len(list(WarcFiles([path]).pages())) == whole, size


def test_a_file_compressed_as_a_whole_is_refused_with_the_way_out(tmp_path, write_warc):
    plain = write_warc(tmp_path / "a.warc", page("/1"), page("/2"))
    whole = tmp_path / "whole.warc.gz"
    whole.write_bytes(gzip.compress(plain.read_bytes()))
    with pytest.raises(InputError, match="compressed as a whole") as caught:
        list(WarcFiles([whole]).pages())
    assert "warcio recompress" in caught.value.hint
    for path in (tmp_path / "absent.warc", plain.rename(tmp_path / "a.txt")):
        with pytest.raises(InputError, match=str(path)):
            WarcFiles([path])


def test_memory_holds_one_body_at_a_time(tmp_path, write_warc):
    path = write_warc(tmp_path / "a.warc", *[image(f"/{n}.jpg", JPEG + bytes(1 << 20)) for n in range(24)])
    tracemalloc.start()
    site = WarcFiles([path])
    assert sum(len(site.picture(f"{SHOP}/{n}.jpg") or b"") for n in range(24)) > 24 << 20
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak_bytes < 8 << 20
