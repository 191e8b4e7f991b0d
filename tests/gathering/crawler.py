"""Run as a program: the crawl that tests kill. `python crawler.py <sitemap> <warc>`."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from urllib.parse import urljoin

from gergo.gathering.crawling import crawl
from gergo.gathering.site import Page


def pictures_of(page: Page) -> list[str]:
    """What the images of a page refer to."""
    return [urljoin(page.url, found) for found in re.findall(r'<img src="([^"]+)"', page.body.decode())]


if __name__ == "__main__":
    crawl(sys.argv[1], Path(sys.argv[2]), pictures_of=pictures_of, allow_loopback=True, delay_s=0.002, concurrency=2)
