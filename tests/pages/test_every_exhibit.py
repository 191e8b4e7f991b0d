"""Tasks that the page knows nothing of: their plots, tables and pictures in a browser, by day, by night, on a phone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.pages.conftest import DRAWN, wait_until
from tests.pages.test_report_page import build

from gergo.pages.rendering import save

CONTRASTS = """
() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgb = (colour) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = rgb(getComputedStyle(at).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255];
  };
  const faint = new Set();
  for (const element of document.querySelectorAll("main *, nav *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || !element.checkVisibility() || element.matches("script, style, option")) continue;
    const style = getComputedStyle(element);
    const [a, b] = [light(rgb(element instanceof SVGElement ? style.fill : style.color)), light(behind(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) faint.add(`${element.textContent.trim().slice(0, 30)}: ${ratio.toFixed(2)}`);
  }
  return [...faint];
}
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(tmp_path_factory.mktemp("every") / "report.html", build(exhibits=30))


@pytest.mark.parametrize(("width", "scheme"), [(400, "dark"), (1400, "light")])
def test_it_fits_is_drawn_and_can_be_read(open_page: Callable[..., Any], report: Path, width: int, scheme: str) -> None:
    page = open_page(report, width=width, scheme=scheme)
    page.evaluate("document.querySelectorAll('main details').forEach(part => { part.open = true })")
    wait_until(page, DRAWN)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.locator(".frame[data-drawn] svg").count() == page.locator(".frame").count() == 20
    assert page.evaluate("[...document.images].every(image => image.naturalWidth > 0)")
    wider = "[...document.querySelectorAll('.canvas svg')].filter(s => s.clientWidth > s.closest('.frame').clientWidth)"
    assert page.evaluate(f"{wider}.length") == 0
    assert page.evaluate(CONTRASTS) == []


def test_it_answers_to_pointer_and_keyboard(open_page: Callable[..., Any], report: Path) -> None:
    page = open_page(report, width=1400)
    _plots(page)
    _tables(page)
    _tabs(page)
    _contents(page)


def _plots(page: Any) -> None:
    """The key hides and shows a line; a pointer is told all lines."""
    figure = page.locator("#task-few-shot .plot").first
    lines = "f => [...f.querySelectorAll('.mark-line path')].filter(p => p.getAttribute('d')).length"
    key = figure.locator(".key button").first
    assert figure.evaluate(lines) == 6
    key.focus()
    page.keyboard.press("Space")
    assert key.get_attribute("aria-pressed") == "false"
    assert figure.evaluate(lines) == 5
    page.keyboard.press("Space")
    assert figure.evaluate(lines) == 6
    canvas = figure.locator(".canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    for step in (0, 3):
        page.mouse.move(box["x"] + box["width"] / 2 + step, box["y"] + 120)
    wait_until(page, "document.querySelector('#vg-tooltip-element')?.classList.contains('visible') ?? false")
    told = page.locator("#vg-tooltip-element").inner_text()
    assert all(name in told for name in ("examples a class", "linear probe, before", "Tip-Adapter"))


def _tables(page: Any) -> None:
    """They filter, and sort with gaps last."""
    by_class = page.locator("#task-fine-grained .grid").first
    assert by_class.locator("tbody tr").count() == 30
    by_class.get_by_role("searchbox").fill("18V>")
    assert by_class.locator("tbody tr:visible").count() == 1
    assert by_class.locator("output").inner_text() == "1 of 30"
    worth = page.locator("#task-few-shot .exhibit .grid").first
    worth.get_by_role("button", name="labels", exact=True).click()
    column = "rows => rows.map(row => row.cells[1].dataset.value)"
    assert worth.locator("tbody tr").evaluate_all(column) == ["5", "4", "3", ""]
    worth.get_by_role("button", name="labels", exact=True).click()
    assert worth.locator("tbody tr").evaluate_all(column) == ["3", "4", "5", ""]


def _tabs(page: Any) -> None:
    """Of two sides one is shown; an arrow goes to the other."""
    tabs = page.locator("#task-fine-grained .switch").first
    assert tabs.get_by_role("tabpanel").count() == 1
    tabs.get_by_role("tab", name="after").focus()
    page.keyboard.press("ArrowRight")
    assert tabs.get_by_role("tab", name="before").get_attribute("aria-selected") == "true"
    assert tabs.get_by_role("tabpanel").get_attribute("aria-label") == "Most confused, before"


def _contents(page: Any) -> None:
    """They lead to every section, and say which is in view."""
    ids = page.locator(".contents a").evaluate_all("links => links.map(link => link.hash.slice(1))")
    assert ids == page.locator("main > section").evaluate_all("parts => parts.map(part => part.id)")
    page.locator(".contents a[href='#task-robustness']").click()
    wait_until(page, "document.querySelector('.contents a[aria-current]').hash === '#task-robustness'")


def test_hundreds_of_classes_stay_a_small_page() -> None:
    html = build(exhibits=300)
    assert len(html.encode()) < 3_000_000
    assert html.count("<18V>") == 0
    assert html.count("&lt;18V&gt;") == 2, "once a split"


def test_what_cannot_be_drawn_is_not_drawn_and_what_was_remarked_is_said() -> None:
    html = build(exhibits=30, baseline=False, with_pictures=False)
    assert "Four examples a class reach 90% of what sixteen do." in html
    assert "Eight examples" not in html
    assert "Where the model looks" not in html
    assert "Pictures are left out of this report" in html
    assert "data:image" not in html
