"""What a source is: a folder or a file of saved pages, an archive, or an address."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gergo.errors import InputError, UsageError
from gergo.gathering.extracting import pictures_of
from gergo.gathering.failures import SUFFIX, read_failures
from gergo.gathering.saved import GATHERED, SavedPages, is_named_as_page
from gergo.gathering.site import Page, Site, Unread

WARC = (".warc", ".warc.gz")
CRAWL = "crawl.warc.gz"


@dataclass(frozen=True)
class Fetching:
    """How a sitemap is followed. delay_s: between two requests to one host, at least; most_pages: None for all."""

    delay_s: float = 1.0
    concurrency: int = 2
    most_pages: int | None = None
    allow_loopback: bool = False
    user_agent: str = ""

    def __post_init__(self) -> None:
        if self.delay_s < 0 or self.concurrency < 1 or (self.most_pages or 1) < 1:
            raise UsageError("a delay is not below 0; concurrency and the number of pages are at least 1")


class Several:
    """Several sites, read as one; a picture is the first that has it."""

    def __init__(self, sites: Sequence[Site]) -> None:
        self.sites, self.name, self.unread = sites, ", ".join(site.name for site in sites), Unread()
        for site in sites:
            site.unread = self.unread

    def pages(self) -> Iterator[Page]:
        """The pages of each, one after the other."""
        for site in self.sites:
            yield from site.pages()

    def picture(self, url: str) -> bytes | None:
        """The bytes behind an address."""
        return next((data for site in self.sites if (data := site.picture(url)) is not None), None)


def open_site(sources: Sequence[str | Path], work: Path, fetching: Fetching) -> Site:
    """The sources as one site; what is an address is fetched into `work` first.

    Raises:
        InputError: a source that is not there.
        UsageError: no source.
    """
    if not sources:
        raise UsageError(
            "there is nothing to gather from", hint="a folder of pages, a .warc.gz, or a sitemap's address"
        )
    sites: list[Site] = []
    archives: list[Path] = []
    saved: list[Path] = []
    for source in map(str, sources):
        if source.startswith(("http://", "https://")):
            archives.append(_crawled(source, work, fetching))
        elif not Path(source).exists():
            raise InputError(
                f"{source} is not there", hint="a folder of saved pages, a .warc.gz, or a sitemap's address"
            )
        elif source.lower().endswith(WARC):
            archives.append(Path(source))
        else:
            files = [path for path in Path(source).rglob("*") if path.is_file() and not _of_earlier_run(path, source)]
            inside = sorted(path for path in files if path.name.lower().endswith(WARC))
            archives += inside
            if not inside or any(is_named_as_page(path.name) for path in files):
                saved.append(Path(source))
    if archives:
        from gergo.gathering.warc import WarcFiles

        sites.append(WarcFiles(archives))
    if saved:
        sites.append(SavedPages(saved))
    several = Several(sites)
    for archive in archives:
        for url, reason, _ in read_failures(archive.with_name(archive.name + SUFFIX)):
            several.unread.add(url, reason)
    return several


def _of_earlier_run(path: Path, source: str) -> bool:
    return any(part.endswith(GATHERED) for part in path.relative_to(source).parts[:-1])


def _crawled(address: str, work: Path, fetching: Fetching) -> Path:
    from gergo.gathering.crawling import crawl

    path = work / CRAWL
    crawl(
        address,
        path,
        pictures_of=pictures_of,
        allow_loopback=fetching.allow_loopback,
        delay_s=fetching.delay_s,
        concurrency=fetching.concurrency,
        most_pages=fetching.most_pages,
        **({"user_agent": fetching.user_agent} if fetching.user_agent else {}),
    )
    return path
