"""What a host allows and how fast: its robots.txt (RFC 9309), and the time between two requests to it."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from gergo.errors import GergoError, MissingExtra

MOST_ROBOTS_BYTES = 500 << 10


class Stopped(GergoError):
    """Raised in a thread that waits while the crawl is stopped."""


class Gate:
    """When a request to a host may start: `delay_s` after the one before started, and not while it asks to wait."""

    def __init__(self, delay_s: float) -> None:
        self._delay_s = delay_s
        self._own_s: dict[str, float] = {}
        self._last: dict[str, float] = {}
        self._not_before: dict[str, float] = {}
        self._lock = threading.Lock()
        self.stop = threading.Event()

    def slow_down(self, host: str, delay_s: float) -> None:
        """A host asks for at least this long between two requests."""
        with self._lock:
            self._own_s[host] = max(delay_s, self._own_s.get(host, 0.0))

    def pause(self, host: str, wait_s: float) -> None:
        """A host asks not to be asked for this long."""
        with self._lock:
            self._not_before[host] = max(time.monotonic() + wait_s, self._not_before.get(host, 0.0))

    def enter(self, host: str) -> None:
        """Wait for the turn. Raises Stopped where the crawl ends meanwhile."""
        while not self.stop.is_set():
            with self._lock:
                now = time.monotonic()
                delay_s = max(self._delay_s, self._own_s.get(host, 0.0))
                start = max(self._last.get(host, now - delay_s) + delay_s, self._not_before.get(host, 0.0))
                if start <= now:
                    self._last[host] = now
                    return
            self.stop.wait(start - now)
        raise Stopped("the crawl was stopped")


@dataclass(frozen=True)
class Rules:
    """The robots.txt of one origin, as it applies to one user agent; `refused` says why nothing is allowed."""

    parsed: Any
    agent: str
    refused: str = ""

    def why_not(self, url: str) -> str:
        """Why an address is not fetched, "" where it may be."""
        if self.refused:
            return self.refused
        return "" if self.parsed.can_fetch(url, self.agent) else "robots.txt disallows it"

    @property
    def delay_s(self) -> float:
        """The time between two requests that it asks for."""
        delay_s = float(self.parsed.crawl_delay(self.agent) or 0.0)
        rate = self.parsed.request_rate(self.agent)
        return max(delay_s, rate.seconds / rate.requests if rate is not None and rate.requests else 0.0)

    @property
    def sitemaps(self) -> list[str]:
        """The sitemaps that it names."""
        return list(self.parsed.sitemaps)


def rules(status: int, body: bytes, user_agent: str, *, why: str = "no answer") -> Rules:
    """Rules from the answer for robots.txt; status 0: there was none, and `why`.

    A missing file allows everything; a server that fails (5xx, 429, no answer) is left alone.

    >>> rules(200, b"User-agent: *\\nDisallow: /cart", "gergo/1").why_not("https://shop.example/cart/1")
    'robots.txt disallows it'
    >>> rules(404, b"Disallow: /", "gergo/1").why_not("https://shop.example/")
    ''
    >>> rules(503, b"", "gergo/1").why_not("https://shop.example/")
    'robots.txt cannot be read (status 503)'
    """
    try:
        from protego import Protego
    except ImportError as error:
        raise MissingExtra("protego, which reads robots.txt,", "gather") from error

    text = body[:MOST_ROBOTS_BYTES].decode("utf-8-sig", errors="replace") if status == 200 else ""
    refused = ""
    if status != 200 and not (400 <= status < 500 and status != 429):
        refused = f"robots.txt cannot be read ({f'status {status}' if status else why})"
    return Rules(Protego.parse(text), user_agent.partition("/")[0].strip(), refused)


def retry_after_s(value: str, now: datetime | None = None) -> float | None:
    """The seconds that a Retry-After header asks for; None where it says nothing usable.

    >>> retry_after_s("120"), retry_after_s("soon")
    (120.0, None)
    >>> retry_after_s("Wed, 25 Nov 2026 10:00:30 GMT", datetime(2026, 11, 25, 10, tzinfo=UTC))
    30.0
    """
    if value.strip().isdigit():
        return float(value)
    try:
        when = parsedate_to_datetime(value)
    except ValueError:
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - (now or datetime.now(UTC))).total_seconds())
