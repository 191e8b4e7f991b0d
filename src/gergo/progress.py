"""What a long job says while it runs: always on stderr, so that stdout stays data.

On a terminal it is a live bar; elsewhere (a log, a pipe, CI) a plain line every ten seconds. Both give the rate and the
time left. Of several processes that share a run the first speaks.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

LINE_EVERY_S = 10.0


def say(text: str) -> None:
    """Print one line of progress to stderr."""
    if _speaks():
        print(text, file=sys.stderr, flush=True)


def _speaks() -> bool:
    return os.environ.get("RANK", "0") == "0"


class Bar:
    """Counts what is done; `advance(n)` moves it, `note` is a short text shown at its end."""

    def __init__(self, label: str, total: int | None, unit: str) -> None:
        self.label, self.total, self.unit = label, total, unit
        self.done = 0
        self.note = ""
        self._started = self._printed = time.monotonic()
        self._live = sys.stderr.isatty()

    def advance(self, n: int = 1, *, note: str | None = None) -> None:
        self.done += n
        self.note = self.note if note is None else note
        now = time.monotonic()
        if now - self._printed >= (0.1 if self._live else LINE_EVERY_S):
            self._printed = now
            self._print(end="" if self._live else "\n")

    def close(self) -> None:
        self._print(end="\n")

    def describe(self) -> str:
        """The line as it is shown: done, total, rate, time left."""
        elapsed_s = max(time.monotonic() - self._started, 1e-9)
        rate = self.done / elapsed_s
        line = f"{self.label}: {self.done:,}" + (f" of {self.total:,}" if self.total is not None else "")
        line += f" {self.unit}, {rate:,.0f} a second" if rate >= 1 else f" {self.unit}"
        if self.total is not None and 0 < self.done < self.total:
            line += f", {duration((self.total - self.done) / rate)} left"
        elif self.done:
            line += f", {duration(elapsed_s)}"
        return line + (f", {self.note}" if self.note else "")

    def _print(self, *, end: str) -> None:
        if not _speaks():
            return
        start = "\r\x1b[K" if self._live else ""
        print(start + self.describe(), end=end, file=sys.stderr, flush=True)


def duration(time_s: float) -> str:
    """A time span for people: `8 s`, `3 min 20 s`, `2 h 5 min`."""
    whole = round(time_s)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


@contextmanager
def bar(label: str, total: int | None, unit: str = "rows") -> Iterator[Bar]:
    """Show the progress of a job of `total` units (None: not known)."""
    shown = Bar(label, total, unit)
    try:
        yield shown
    finally:
        shown.close()
