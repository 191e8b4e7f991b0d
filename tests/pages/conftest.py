"""A real browser, where there is one: pages are opened as people open them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

DRAWN = "[...document.querySelectorAll('.frame')].every(f => 'drawn' in f.dataset || !f.checkVisibility())"


def wait_until(page: Any, condition: str, timeout_s: float = 30.0) -> None:
    """Wait for a condition; playwright's own waiting evaluates strings in the page, which its policy forbids."""
    deadline_s = time.monotonic() + timeout_s
    while not page.evaluate(condition):
        assert time.monotonic() < deadline_s, f"in vain waited for {condition}"
        time.sleep(0.05)


@pytest.fixture
def open_page(chromium: Any) -> Iterator[Callable[..., Any]]:
    """`open_page(file, width=..., scheme=...)`: a page in a window of that width; any complaint fails the test."""
    contexts, complaints = [], []

    def open_page(path: Path, *, width: int = 1280, scheme: str = "light") -> Any:
        context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda r: None if r.url.startswith(("file:", "data:")) else complaints.append(r.url))
        page.goto(path.as_uri())
        page.evaluate("document.querySelectorAll('img').forEach(image => { image.loading = 'eager' })")
        wait_until(page, "[...document.images].every(image => image.complete)")
        wait_until(page, DRAWN)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
