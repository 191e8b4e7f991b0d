"""A site by its sitemap: its pages and the pictures they show, fetched politely and kept as WARC.

An interrupted crawl goes on where it was; one that was finished and is begun again asks only for what has changed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from gergo.errors import InputError
from gergo.gathering import fetching, sitemap
from gergo.gathering.addresses import spelled_alike, why_refused
from gergo.gathering.archive import Archive, Kept
from gergo.gathering.failures import SUFFIX, Failures
from gergo.gathering.following import Follower, Limits
from gergo.gathering.politeness import Gate
from gergo.gathering.records import PAGE_TYPES, charset_of
from gergo.gathering.site import Page, Unread
from gergo.progress import Bar, bar

MOST_PAGE_BYTES = 5 << 20
MOST_PICTURE_BYTES = 10 << 20
MOST_SITEMAPS = 1000


def crawl(
    sitemap_url: str,
    warc_path: Path,
    *,
    pictures_of: Callable[[Page], list[str]],
    allow_loopback: bool = False,
    user_agent: str = "",
    delay_s: float = 1.0,
    concurrency: int = 2,
    most_pages: int | None = None,
) -> Unread:
    """Fetch what a sitemap lists, and the pictures of its pages, into a WARC. Returns what could not be fetched.

    Args:
        sitemap_url: a sitemap, a sitemap index, or the root of a site, whose robots.txt then names them.
        warc_path: appended to; the failures lie beside it as `*.failed.jsonl` ({"url", "reason", "final"} a line).
        pictures_of: the absolute addresses of the pictures that a page shows.
        allow_loopback: this machine's own addresses and other ports than 80 and 443 are allowed.
        user_agent: empty for `gergo/<version> (...)`; what precedes the slash is the name that robots.txt may address.
        delay_s: between the starts of two requests to one host, at least; robots.txt may ask for more.
        concurrency: requests at once, and so to one host at most.

    Raises:
        InputError: the address is refused, or no sitemap is there.
        MissingExtra: httpx, Protego or warcio is not installed.
    """
    agent = user_agent or fetching.default_user_agent()
    url = spelled_alike(sitemap_url)
    if reason := why_refused(url, allow_loopback=allow_loopback):
        raise InputError(f"{sitemap_url}: {reason}", hint="give the address of a sitemap or of a site")
    with Archive(warc_path) as archive, fetching.Fetcher(user_agent=agent, allow_loopback=allow_loopback) as fetcher:
        failures = Failures(warc_path.with_name(warc_path.name + SUFFIX), resuming=archive.resuming)
        gate = Gate(delay_s)
        follower = Follower(archive, failures, fetcher, gate, agent, delay_s, allow_loopback)
        site = _Crawl(archive, failures, follower, pictures_of)
        pages = site.listed(url, most_pages)
        with bar("pages", len(pages), "pages") as shown:
            _work_through(pages, site.fetch_page, gate, concurrency, shown)
        archive.finish(url)
        return failures.unread()


class _Crawl:
    def __init__(
        self, archive: Archive, failures: Failures, follower: Follower, pictures_of: Callable[[Page], list[str]]
    ) -> None:
        self._archive, self._failures, self._follower, self._pictures_of = archive, failures, follower, pictures_of
        self._hosts: frozenset[str] = frozenset()
        self._claimed: set[str] = set()
        self._lock = threading.Lock()

    def listed(self, url: str, most_pages: int | None) -> list[str]:
        """The pages of a sitemap and those below it; from here on pages come from its host only."""
        waiting = [url]
        if urlsplit(url).path == "/" and not urlsplit(url).query:
            rules = self._follower.rules_of(url)
            waiting = [spelled_alike(urljoin(url, named)) for named in rules.sitemaps] or [urljoin(url, "/sitemap.xml")]
        # The host that was given, and those that its robots.txt sends to for the sitemap (www, for one).
        hosts = {urlsplit(place).netloc for place in (url, *waiting)}
        pages, seen = dict[str, None](), set(waiting)
        read, whole = 0, most_pages is None
        while waiting and (whole or len(pages) < (most_pages or 0)):
            place = waiting.pop(0)
            if read == MOST_SITEMAPS:
                self._failures.add(place, f"more than {MOST_SITEMAPS} sitemaps")
                break
            if (kept := self._follower.get(place, Limits(sitemap.MOST_BYTES))) is None:
                continue
            try:
                found, below = sitemap.listed(self._archive.body(kept), kept.url)
            except ValueError as error:
                self._failures.add(place, str(error))
                continue
            read += 1
            if urlsplit(place).netloc in hosts:
                hosts.add(urlsplit(kept.url).netloc)  # shop.example/sitemap.xml may lead to www.shop.example
            pages |= dict.fromkeys(found)
            waiting += [further for further in below if further not in seen]
            seen.update(below)
        if not read:
            self._archive.finish(url)  # the next attempt asks afresh
            reasons = "; ".join(f"{where}: {why}" for where, why in self._failures.unread().found)
            raise InputError(
                f"{url}: no sitemap could be read ({reasons})", hint="give the address of the sitemap itself"
            )
        self._hosts = frozenset(hosts)
        return list(pages)[:most_pages]

    def fetch_page(self, url: str) -> int:
        """A page and its pictures; how many pictures there were."""
        if not self._claim(url):
            return 0
        kept = self._follower.get(url, Limits(MOST_PAGE_BYTES, self._hosts))
        if kept is None or kept.content_type.partition(";")[0].strip().lower() not in (*PAGE_TYPES, ""):
            return 0
        pictures = 0
        for picture in self._shown(url, kept):
            pictures += self._claim(picture) and self._follower.get(picture, Limits(MOST_PICTURE_BYTES)) is not None
        return pictures

    def _shown(self, url: str, kept: Kept) -> Iterator[str]:
        try:
            body = self._archive.body(kept)
        except ValueError as error:
            self._failures.add(url, str(error))
            return
        for address in self._pictures_of(Page(kept.url, body, charset_of(kept.content_type))):
            if address.startswith(("http://", "https://")):
                yield spelled_alike(address)

    def _claim(self, url: str) -> bool:
        """Whether this thread is the first to want an address."""
        with self._lock:
            if url in self._claimed:
                return False
            self._claimed.add(url)
            return True


def _work_through(pages: list[str], fetch: Callable[[str], int], gate: Gate, concurrency: int, shown: Bar) -> None:
    pictures, running = 0, set[Future[int]]()
    with ThreadPoolExecutor(concurrency, thread_name_prefix="crawl") as pool:
        try:
            for url in pages:
                running.add(pool.submit(fetch, url))
                if len(running) < 4 * concurrency:
                    continue
                done, running = wait(running, return_when=FIRST_COMPLETED)
                pictures += sum(future.result() for future in done)
                shown.advance(len(done), note=f"{pictures:,} pictures")
            for future in running:
                pictures += future.result()
                shown.advance(1, note=f"{pictures:,} pictures")
        except BaseException:
            gate.stop.set()  # who waits for a turn stops waiting
            pool.shutdown(cancel_futures=True)
            raise
