"""Saved pages: both the web's addresses and the disk's lead to the pictures, and nothing outside is read."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urljoin

import pytest

from gergo.errors import InputError
from gergo.gathering.saved import SavedPages


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def shown(site: SavedPages, reference: str, *, page: int = 0) -> bytes | None:
    """What a page's reference leads to, resolved as a browser does."""
    return site.picture(urljoin(list(site.pages())[page].url, reference))


def test_a_browser_saves_a_page_with_its_files_beside_it(tmp_path):
    write(tmp_path / "Red hat.html", "<!-- saved from url=(0027)https://shop.example/x/hat -->\n<html></html>")
    write(tmp_path / "Red hat_files" / "a.jpg", b"hat")
    site = SavedPages([tmp_path])
    assert [page.url for page in site.pages()] == ["https://shop.example/x/hat"]
    assert shown(site, "./Red%20hat_files/a.jpg") == b"hat"
    assert shown(site, "./Red hat_files/b.jpg") is None


def test_a_page_that_names_no_address_has_the_disks(tmp_path):
    page = write(tmp_path / "a" / "page.htm", "<html><link rel=canonical href='/p/1'></html>")
    write(tmp_path / "img" / "è b.jpg", b"picture")
    site = SavedPages([tmp_path])
    assert [found.url for found in site.pages()] == [page.as_uri()]
    assert shown(site, "../img/%C3%A8%20b.jpg?v=3") == b"picture"
    assert shown(site, "/img/è b.jpg") == b"picture"  # from the site's root


@pytest.mark.parametrize("folder", ["", "shop.example"])
def test_a_mirror_holds_pictures_by_their_path(tmp_path, folder):
    mirror = tmp_path / folder
    write(mirror / "p" / "1.html", "<link rel='canonical' href='https://shop.example/p/1'>")
    write(mirror / "img" / "a.jpg", b"by path")
    write(tmp_path / "cdn.example" / "b.jpg?w=800", b"by query")
    site = SavedPages([tmp_path])
    assert shown(site, "../img/a.jpg") == b"by path"
    assert shown(site, "https://shop.example/img/a.jpg") == b"by path"
    assert shown(site, "//cdn.example/b.jpg?w=800") == b"by query"
    assert shown(site, "//cdn.example/b.jpg?w=400") is None


def test_a_reference_is_followed_from_where_the_page_was_saved(tmp_path):
    write(
        tmp_path / "kept" / "deep" / "p.html", "<meta property='og:url' content='https://shop.example/it/x/page.html'>"
    )
    write(tmp_path / "kept" / "deep" / "img" / "a.jpg", b"below")
    write(tmp_path / "kept" / "b.jpg", b"above")
    site = SavedPages([tmp_path])
    assert shown(site, "img/a.jpg") == b"below"
    assert shown(site, "../b.jpg") == b"above"


def test_pages_whose_references_would_collide_keep_the_disks_address(tmp_path):
    for name in ("1", "2"):
        write(tmp_path / name / "index.html", f"<link rel=canonical href=https://shop.example/p?id={name}>")
        write(tmp_path / name / "a.jpg", name)
    site = SavedPages([tmp_path])
    assert shown(site, "a.jpg", page=0) == b"1"
    assert shown(site, "a.jpg", page=1) == b"2"


def test_one_canonical_link_on_every_page_names_only_the_first(tmp_path):
    for name in ("a.html", "b.html"):
        write(tmp_path / name, "<link rel=canonical href=https://shop.example/>")
    assert [page.url for page in SavedPages([tmp_path]).pages()] == [
        "https://shop.example/",
        (tmp_path / "b.html").as_uri(),
    ]


def test_what_begins_like_html_is_a_page(tmp_path):
    write(tmp_path / "product", "\n<!DOCTYPE html><p>1")
    write(tmp_path / "item.php?id=3", "<html>2")
    write(tmp_path / "wide.html", "<html>3".encode("utf-16"))
    write(tmp_path / "README", "not a page")
    write(tmp_path / "a.txt", "<html>")
    names = [page.url.rpartition("/")[2] for page in SavedPages([tmp_path]).pages()]
    assert names == ["item.php%3Fid%3D3", "product", "wide.html"]


def test_nothing_outside_the_folder_is_read(tmp_path):
    secret = write(tmp_path / "secret.jpg", b"secret")
    write(tmp_path / "secret.html", "<html>")
    site_folder = tmp_path / "site"
    write(site_folder / "p.html", "<html>")
    os.symlink(secret, site_folder / "link.jpg")
    os.symlink(tmp_path / "secret.html", site_folder / "link.html")
    site = SavedPages([site_folder])
    assert len(list(site.pages())) == 1
    for reference in ("../secret.jpg", "link.jpg", secret.as_uri(), "%2e%2e/secret.jpg", "http://x/..%2fsecret.jpg"):
        assert shown(site, reference) is None
    assert {why for _, why in site.unread.found} == {"outside the given folder"}
    before = len(site.unread.found)
    assert shown(site, "../secret.jpg") is None
    assert len(site.unread.found) == before  # said once


def test_single_files_and_what_is_missing(tmp_path):
    page = write(tmp_path / "only.html", "<html>one")
    write(tmp_path / "other.html", "<html>two")
    write(tmp_path / "a.jpg", b"a")
    site = SavedPages([page])
    assert [found.body for found in site.pages()] == [b"<html>one"]
    assert shown(site, "a.jpg") == b"a"
    with pytest.raises(InputError, match=r"absent: there is no such file"):
        SavedPages([tmp_path / "absent"])
