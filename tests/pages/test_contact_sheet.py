"""The page of what a search found."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jinja2 import UndefinedError
from PIL import Image

from gergo.pages.contact_sheet import contact_sheet
from gergo.pages.rendering import render, save


def picture(colour: str, size: tuple[int, int] = (120, 90)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "JPEG")
    return buffer.getvalue()


RESULTS = [
    (picture("red"), "Red <b>bolt</b> & nut", 0.4321),
    (None, "Washer", 0.3),
    (picture("blue", (30, 200)), "Blue " + "verylongword" * 8, 0.2),
]


def test_what_shops_write_is_shown_as_written() -> None:
    html = contact_sheet("<script>alert(1)</script>", RESULTS)
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html
    assert "Red &lt;b&gt;bolt&lt;/b&gt; &amp; nut" in html
    assert "0.432" in html
    assert "no picture" in html


def test_nothing_found_is_said() -> None:
    assert "Nothing was found" in contact_sheet("bolt", [])


def test_a_name_that_a_template_lacks_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        render("contact_sheet.html", title="bolt")


def test_pages_are_moved_into_place_whole(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("old", encoding="utf-8")
    save(tmp_path / "page.html", "über")
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == "über"


@pytest.mark.parametrize("width", [400, 1280])
def test_in_a_browser(open_page: Callable[..., Any], tmp_path: Path, width: int) -> None:
    html = contact_sheet("brown shoes", RESULTS * 4, subtitle="among 7,242", query=picture("brown"))
    page = open_page(save(tmp_path / "sheet.html", html), width=width)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate("[...document.images].every(image => image.naturalWidth > 0)")
    assert page.locator("ol.sheet > li").count() == 12
    columns = page.evaluate("getComputedStyle(document.querySelector('.sheet')).gridTemplateColumns.split(' ').length")
    assert columns == (2 if width == 400 else 5)
