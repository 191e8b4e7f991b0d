"""An address to its answer: refused, asked politely, redirected, tried again; each step kept in the archive."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from gergo.gathering.addresses import spelled_alike, why_refused
from gergo.gathering.archive import Archive, Kept
from gergo.gathering.failures import Failures
from gergo.gathering.fetching import NO_ANSWER, Answer, Fetcher
from gergo.gathering.politeness import MOST_ROBOTS_BYTES, Gate, Rules, retry_after_s, rules

MOST_REDIRECTS = 5
MOST_TRIES = 4
MOST_WAIT_S = 120.0
REDIRECTS = (301, 302, 303, 307, 308)
WORTH_ANOTHER_TRY = (429, 500, 502, 503, 504)


@dataclass(frozen=True)
class Limits:
    """How one address is followed. hosts: those it may lead to, None for any."""

    most_bytes: int
    hosts: frozenset[str] | None = None


class Refusal(Exception):
    """Why an address has no answer; `final` where asking again would not help."""

    def __init__(self, reason: str, *, final: bool = True) -> None:
        super().__init__(reason)
        self.final = final


class Follower:
    """Follows addresses for one crawl; safe to use from several threads."""

    def __init__(
        self,
        archive: Archive,
        failures: Failures,
        fetcher: Fetcher,
        gate: Gate,
        agent: str,
        delay_s: float,
        allow_loopback: bool,
    ) -> None:
        self._archive, self._failures, self._fetcher, self._gate = archive, failures, fetcher, gate
        self._agent, self._delay_s, self._allow_loopback = agent, delay_s, allow_loopback
        self._rules: dict[str, Rules] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._asking = [threading.Lock() for _ in range(256)]
        self._lock = threading.Lock()

    def get(self, url: str, limits: Limits) -> Kept | None:
        """The answer (status 200) behind an address; None where there is none, which the failures then explain."""
        if self._failures.final(url):
            return None
        try:
            return self._follow(url, limits, self._check)
        except Refusal as refusal:
            self._failures.add(url, str(refusal), final=refusal.final)
            return None

    def rules_of(self, url: str) -> Rules:
        """The robots.txt that governs an address, asked for once."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        with self._lock:
            lock = self._locks.setdefault(origin, threading.Lock())
        with lock:
            if origin not in self._rules:
                self._rules[origin] = self._robots(f"{origin}/robots.txt")
                self._gate.slow_down(parts.netloc, self._rules[origin].delay_s)
        return self._rules[origin]

    def _robots(self, url: str) -> Rules:
        """Its redirects may lead to any public host; nothing but that restricts it."""
        try:
            kept = self._follow(url, Limits(MOST_ROBOTS_BYTES), self._check_address, cut_short=True)
            return rules(200, self._archive.body(kept), self._agent)
        except _Status as status:
            return rules(status.code, b"", self._agent)
        except (Refusal, ValueError) as error:
            return rules(0, b"", self._agent, why=str(error))

    def _follow(
        self, url: str, limits: Limits, check: Callable[[str, Limits], None], *, cut_short: bool = False
    ) -> Kept:
        seen: set[str] = set()
        while len(seen) <= MOST_REDIRECTS:
            check(url, limits)
            with self._asking[hash(url) % len(self._asking)]:  # two that lead to one address ask for it once
                kept = self._archive.now(url) or self._ask(url, limits.most_bytes, cut_short=cut_short)
            if kept.status not in REDIRECTS or not kept.location:
                if kept.status != 200:
                    raise _Status(kept.status)
                return kept
            seen.add(url)
            try:
                url = spelled_alike(urljoin(url, kept.location))
            except ValueError as error:
                raise Refusal("it redirects to what is no address") from error
            if url in seen:
                raise Refusal("its redirects go in a circle")
        raise Refusal(f"more than {MOST_REDIRECTS} redirects")

    def _check_address(self, url: str, limits: Limits) -> None:
        if reason := why_refused(url, allow_loopback=self._allow_loopback):
            raise Refusal(reason)
        if limits.hosts is not None and urlsplit(url).netloc not in limits.hosts:
            raise Refusal(f"{urlsplit(url).netloc} is another host than the sitemap's")

    def _check(self, url: str, limits: Limits) -> None:
        self._check_address(url, limits)
        governing = self.rules_of(url)
        if reason := governing.why_not(url):
            raise Refusal(reason, final=not governing.refused)

    def _ask(self, url: str, most_bytes: int, *, cut_short: bool) -> Kept:
        before = self._archive.before(url)
        conditions = {}
        if before is not None:
            conditions = {"If-None-Match": before.etag, "If-Modified-Since": before.last_modified}
        host = urlsplit(url).netloc
        for tried in range(1, MOST_TRIES + 1):
            self._gate.enter(host)
            try:
                sent = {name: value for name, value in conditions.items() if value}
                answer = self._fetcher.get(url, sent, most_bytes=most_bytes)
            except PermissionError as error:
                raise Refusal(str(error)) from error
            except NO_ANSWER as error:
                if tried == MOST_TRIES:
                    raise Refusal(f"no answer ({str(error) or type(error).__name__})", final=False) from error
                self._gate.pause(host, self._backoff_s(tried))
                continue
            if answer.status in WORTH_ANOTHER_TRY and tried < MOST_TRIES:
                self._gate.pause(host, self._wait_s(answer, tried))
                continue
            return self._keep(url, answer, before, cut_short=cut_short)
        raise AssertionError("the last try returns or raises")

    def _keep(self, url: str, answer: Answer, before: Kept | None, *, cut_short: bool) -> Kept:
        if answer.status == 304 and before is not None:
            return self._archive.add_unchanged(before, answer.headers, asked=answer.asked)
        if answer.cut and not cut_short:
            raise Refusal("larger than is read")
        status = f"{answer.status} {answer.reason}".strip()
        return self._archive.add(url, status, answer.headers, answer.payload, asked=answer.asked, cut=answer.cut)

    def _wait_s(self, answer: Answer, tried: int) -> float:
        """What the server asks for, else twice as long each time."""
        asked_s = retry_after_s(answer.header("retry-after"))
        if asked_s is not None and asked_s > MOST_WAIT_S:
            raise Refusal(f"status {answer.status}, to be asked again only in {asked_s:.0f} s", final=False)
        return self._backoff_s(tried) if asked_s is None else asked_s

    def _backoff_s(self, tried: int) -> float:
        return min(MOST_WAIT_S, self._delay_s * 2**tried * random.uniform(1.0, 1.25))


class _Status(Refusal):
    """An answer other than 200."""

    def __init__(self, code: int) -> None:
        super().__init__(f"status {code}", final=code not in WORTH_ANOTHER_TRY)
        self.code = code
