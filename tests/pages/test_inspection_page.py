"""The page of an inspection: what may hurt training first, then what there is, with pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.catalogue.exports import picture, shop_rows, write_csv, write_pictures

from gergo.catalogue.importing import import_catalogue
from gergo.catalogue.inspecting import Inspection, inspect


@pytest.fixture(scope="module")
def inspection(tmp_path_factory: pytest.TempPathFactory) -> Inspection:
    """Forty products, of which four share a photograph, one has a cut one, and one row is empty."""
    folder = tmp_path_factory.mktemp("shop")
    rows = shop_rows(40)
    rows[7]["title"] = "<b>M8</b> & شامبو " + "verylongword" * 6
    rows.append(dict.fromkeys(rows[0], ""))
    write_pictures(folder, range(40))
    for twin in (10, 11, 12):
        (folder / f"images/{twin}.jpg").write_bytes(picture(9))
    (folder / "images/3.jpg").write_bytes(picture(3)[:200])
    catalogue = import_catalogue(write_csv(folder / "products.csv", rows), folder / "shop.gergo", category="category")
    return inspect(catalogue, lambda texts: [len(text.split()) for text in texts], context_length=3)


@pytest.mark.parametrize(("width", "scheme"), [(400, "dark"), (1400, "light")])
def test_in_a_browser(
    open_page: Callable[..., Any], inspection: Inspection, tmp_path: Path, width: int, scheme: str
) -> None:
    page = open_page(inspection.save_html(tmp_path / "page.html"), width=width, scheme=scheme)
    page.evaluate("document.querySelectorAll('main details').forEach(part => { part.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate("[...document.images].every(image => image.naturalWidth > 0)")
    assert "may hurt training on 40 products" in page.locator("h1").inner_text()
    assert "41 rows came in: 40 are kept and 1 are in quarantine" in page.locator(".lede").inner_text()
    assert page.locator("#groups h3").first.inner_text().startswith("4 products")
    assert page.locator("#groups .n", has_text="the same picture").count() == 3
    lost = page.locator("#lost summary").all_inner_texts()
    assert sorted(lost) == ["1 nothing usable", "1 picture truncated"]
    said = page.locator("#splits .said").all_inner_texts()
    assert sum(int(text.split(" ")[0]) for text in said) == 40
    ids = page.locator(".contents a").evaluate_all("links => links.map(link => link.hash.slice(1))")
    assert ids == page.locator("main > section").evaluate_all("parts => parts.map(part => part.id)")


def test_every_split_shows_pictures_and_long_texts_are_marked(inspection: Inspection, tmp_path: Path) -> None:
    html = inspection.save_html(tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<b>M8</b> &amp; شامبو" not in html
    for split, n in inspection.splits.items():
        assert (f"<h4>{split.replace('held_out_', 'held-out ').capitalize()}</h4>" in html) == (n > 0)
    assert '<i class="bad"' in html, "titles over the limit of three tokens"


def test_without_pictures_the_page_carries_none(inspection: Inspection, tmp_path: Path) -> None:
    html = inspection.save_html(tmp_path / "page.html", pictures=False).read_text(encoding="utf-8")
    assert "data:image" not in html
    assert "are left out of this page" in html
    assert "Duplicates and variants" not in html
