"""A shop that is fetched gives the catalogue that its archive gives; a second time only what changed is fetched."""

from __future__ import annotations

from pathlib import Path

from tests.gathering.served import serving
from tests.gathering.shops import HOST, demo_items, make_shop

import gergo
from gergo.gathering.sources import Fetching


def rows(catalogue: gergo.Catalogue) -> list[str]:
    columns = ["id", "title", "brand", "category", "description"]
    return sorted(map(str, catalogue.items(columns=columns[1:]).select(columns).to_pylist()))


def test_a_site_gives_the_catalogue_that_its_archive_gives(tmp_path: Path) -> None:
    shop = make_shop(demo_items(tmp_path / "demo", products=8, size_px=96), "json_ld")
    with serving() as served:
        for path, (kind, body) in shop.files.items():
            moved_here = body.replace(f"https://{HOST}".encode(), served.root.encode())
            served.routes[path] = (200, {"Content-Type": kind, "ETag": '"1"'}, moved_here)
        options = {"model": None, "fetching": Fetching(delay_s=0.0, allow_loopback=True)}
        to = tmp_path / "fetched.gergo"
        fetched = rows(gergo.gather(f"{served.root}/sitemap.xml", to, **options))
        assert fetched == rows(gergo.gather(shop.archive(tmp_path / "a.warc"), tmp_path / "a.gergo", model=None))
        assert len(fetched) > 4
        bodies_sent = sum(asked.status == 200 for asked in served.log)
        served.log.clear()
        assert rows(gergo.gather(f"{served.root}/sitemap.xml", to, **options)) == fetched
        assert not [asked.path for asked in served.log if asked.status == 200]
        assert sum(asked.status == 304 for asked in served.log) == bodies_sent
