"""The crawl against a real server: what it asks for, how, how fast; what it refuses; what it leaves on the disk."""

from __future__ import annotations

import importlib
import itertools
import json
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.gathering.crawler import pictures_of
from tests.gathering.served import JPEG, Shop, html, moved, picture, serving, sitemap, sitemap_index, text
from warcio.archiveiterator import ArchiveIterator

from gergo.errors import InputError, MissingExtra
from gergo.gathering.crawling import crawl
from gergo.gathering.fetching import Fetcher
from gergo.gathering.site import Page, Unread
from gergo.gathering.warc import WarcFiles


@pytest.fixture
def shop() -> Iterator[Shop]:
    with serving() as served:
        yield served


@pytest.fixture
def warc(tmp_path) -> Path:
    return tmp_path / "crawl.warc.gz"


def go(shop: Shop, warc: Path, at: str = "/sitemap.xml", **options: Any) -> Unread:
    settings = {"allow_loopback": True, "delay_s": 0.001, "pictures_of": pictures_of, **options}
    return crawl(shop.root + at, warc, **settings)


def lists(shop: Shop, *paths: str) -> None:
    shop.routes["/sitemap.xml"] = sitemap(*(shop.root + path for path in paths))


def test_a_shop_is_fetched_whole_and_read_back(shop, warc):
    shop.routes |= {
        "/robots.txt": text(f"User-agent: *\nDisallow: /cart\nSitemap: {shop.root}/index.xml"),
        "/index.xml": sitemap_index(f"{shop.root}/a.xml", f"{shop.root}/b.xml.gz", f"{shop.root}/index.xml"),
        "/a.xml": sitemap(f"{shop.root}/p/1", f"{shop.root}/cart/1"),
        "/b.xml.gz": sitemap(f"{shop.root}/p/2", f"{shop.root}/p/1#again", packed=True),
        "/p/1": html("/img/1.jpg", f"{shop.other}/img/3.jpg", "/cart/hidden.jpg"),
        "/p/2": html("/img/1.jpg", "../img/2.jpg"),
        "/img/1.jpg": picture(JPEG + b"1"),
        "/img/2.jpg": picture(JPEG + b"2"),
        "/img/3.jpg": picture(JPEG + b"3"),
    }
    unread = go(shop, warc, at="/")
    site = WarcFiles([warc])
    bodies = {page.url: page.body for page in site.pages()}
    assert bodies == {f"{shop.root}/p/{n}": shop.routes[f"/p/{n}"][2] for n in (1, 2)}
    assert [page.charset for page in site.pages()] == ["utf-8", "utf-8"]
    assert site.picture(f"{shop.root}/img/1.jpg") == JPEG + b"1"
    assert site.picture(f"{shop.root}/img/2.jpg") == JPEG + b"2"
    assert site.picture(f"{shop.other}/img/3.jpg") == JPEG + b"3"
    assert not any(path.startswith("/cart") for path in shop.paths())
    counts = Counter((asked.host, asked.path) for asked in shop.log)
    assert set(counts.values()) == {1}
    assert len([asked for asked in shop.log if asked.path == "/robots.txt"]) == 2  # one a host
    assert {asked.headers["user-agent"].partition("/")[0] for asked in shop.log} == {"gergo"}
    disallowed = [(f"{shop.root}/cart/{name}", "robots.txt disallows it") for name in ("1", "hidden.jpg")]
    assert sorted(unread.found) == disallowed
    lines = [json.loads(line) for line in Path(f"{warc}.failed.jsonl").read_text().splitlines()]
    assert sorted((line["url"], line["reason"]) for line in lines) == disallowed
    with warc.open("rb") as file:
        kinds = Counter()
        for record in ArchiveIterator(file, check_digests="raise"):
            record.content_stream().read()
            kinds[record.rec_type] += 1
    assert kinds == {"response": 10, "request": 10, "metadata": 1}


def test_delays_are_kept_for_each_host(shop, warc):
    shop.routes |= {"/robots.txt": text("User-agent: gergo\nCrawl-delay: 0.2")}
    shop.routes |= {f"/p/{n}": html() for n in range(6)}
    lists(shop, *(f"/p/{n}" for n in range(6)))
    go(shop, warc, concurrency=4)
    starts = sorted(asked.started for asked in shop.log if asked.path != "/robots.txt")
    assert len(starts) == 7
    assert min(b - a for a, b in itertools.pairwise(starts)) > 0.15


def test_at_most_so_many_at_once(shop, warc):
    shop.slow_s = 0.05
    shop.routes |= {f"/p/{n}": html(f"/i/{n}.jpg") for n in range(12)}
    lists(shop, *(f"/p/{n}" for n in range(12)))
    go(shop, warc, concurrency=3, delay_s=0.0)
    assert shop.most_at_once == 3


def test_a_busy_server_is_asked_again_when_it_says(shop, warc):
    shop.routes |= {
        "/busy": lambda before: html() if before else text("wait", 503, **{"Retry-After": "1"}),
        "/often": text("no", 429, **{"Retry-After": "9000"}),
        "/broken": text("oh", 500),
        "/gone": text("gone", 404),
    }
    lists(shop, "/busy", "/often", "/broken", "/gone")
    unread = dict(go(shop, warc, concurrency=1).found)
    first, second = shop.asked("/busy")
    assert 1.0 <= second.started - first.started < 3.0
    # Nothing else went to the host meanwhile.
    assert not [asked for asked in shop.log if first.started < asked.started < second.started]
    assert [len(shop.asked(path)) for path in ("/often", "/broken", "/gone")] == [1, 4, 1]
    assert unread == {
        f"{shop.root}/often": "status 429, to be asked again only in 9000 s",
        f"{shop.root}/broken": "status 500",
        f"{shop.root}/gone": "status 404",
    }


def test_redirects_lead_only_where_they_may(shop, warc):
    shop.routes |= {
        "/robots.txt": text("User-agent: *\nDisallow: /no"),
        "/loop": moved("/loop2"),
        "/loop2": moved("/loop"),
        "/private": moved("http://10.0.0.1/"),
        "/metadata": moved("http://169.254.169.254/latest"),
        "/file": moved("file:///etc/passwd"),
        "/elsewhere": moved(f"{shop.other}/p"),
        "/forbidden": moved("/no/1"),
        "/fine": moved("/p", 301),
        "/p": html("/cdn.jpg", "/inner.jpg"),
        "/cdn.jpg": moved(f"{shop.other}/real.jpg"),
        "/inner.jpg": moved("http://192.168.0.1/a.jpg"),
        "/real.jpg": picture(),
        **{f"/hop{n}": moved(f"/hop{n + 1}") for n in range(9)},
    }
    lists(shop, "/loop", "/private", "/metadata", "/file", "/elsewhere", "/forbidden", "/fine", "/hop0")
    unread = {url.removeprefix(shop.root): why for url, why in go(shop, warc).found}
    assert unread == {
        "/loop": "its redirects go in a circle",
        "/private": "10.0.0.1 is another host than the sitemap's",
        "/metadata": "169.254.169.254 is another host than the sitemap's",
        "/file": "only http and https are fetched",
        "/elsewhere": f"{shop.other.removeprefix('http://')} is another host than the sitemap's",
        "/forbidden": "robots.txt disallows it",
        "/inner.jpg": "robots.txt cannot be read (192.168.0.1 is not a public address (192.168.0.1))",
        "/hop0": "more than 5 redirects",
    }
    assert "/no/1" not in shop.paths()
    assert "/hop6" not in shop.paths()
    assert WarcFiles([warc]).picture(f"{shop.root}/cdn.jpg") == JPEG


def test_loopback_and_other_ports_need_a_flag(shop, warc):
    with pytest.raises(InputError, match="port"):
        go(shop, warc, allow_loopback=False)
    for host in ("127.0.0.1", "localhost", "[::1]", "2130706433", "[::ffff:127.0.0.1]", "0.0.0.0"):
        with pytest.raises(InputError, match="no sitemap could be read"):
            crawl(f"http://{host}/sitemap.xml", warc, pictures_of=pictures_of, delay_s=0.0)
    assert shop.log == []


@pytest.mark.parametrize(("status", "asked"), [(404, True), (403, True), (503, False)])
def test_a_missing_robots_file_allows_and_a_broken_one_forbids(shop, warc, status, asked):
    shop.routes |= {"/robots.txt": text("", status), "/p": html()}
    lists(shop, "/p")
    if asked:
        assert go(shop, warc).found == []
    else:
        with pytest.raises(InputError, match=r"robots.txt cannot be read \(status 503\)"):
            go(shop, warc)
        shop.routes["/robots.txt"] = text("")
        assert go(shop, warc).found == []  # it is asked again
        shop.log.pop()
    assert ("/p" in shop.paths()) is asked


def test_what_is_too_large_is_cut_off(shop, warc, monkeypatch):
    monkeypatch.setattr("gergo.gathering.crawling.MOST_PICTURE_BYTES", 1000)
    shop.routes |= {"/p": html("/big.jpg", "/small.jpg"), "/big.jpg": picture(bytes(3000)), "/small.jpg": picture()}
    lists(shop, "/p")
    assert go(shop, warc).found == [(f"{shop.root}/big.jpg", "larger than is read")]
    assert warc.stat().st_size < 8000


def test_a_second_crawl_asks_only_what_has_changed(shop, warc):
    shop.routes |= {
        "/p/1": html("/1.jpg", ETag='"v1"'),
        "/p/2": html(ETag='"v1"'),
        "/1.jpg": picture(ETag='"j1"', **{"Last-Modified": "Mon, 05 Jan 2026 10:00:00 GMT"}),
    }
    lists(shop, "/p/1", "/p/2")
    go(shop, warc)
    shop.log.clear()
    shop.routes["/p/2"] = html("/2.jpg", ETag='"v2"')
    shop.routes["/2.jpg"] = picture(JPEG + b"2")
    go(shop, warc)
    assert [shop.asked(path)[0].status for path in ("/p/1", "/p/2", "/1.jpg", "/2.jpg")] == [304, 200, 304, 200]
    assert shop.asked("/1.jpg")[0].headers["if-none-match"] == '"j1"'
    assert shop.asked("/1.jpg")[0].headers["if-modified-since"] == "Mon, 05 Jan 2026 10:00:00 GMT"
    site = WarcFiles([warc])
    bodies = {page.url: page.body for page in site.pages()}
    assert bodies == {f"{shop.root}/p/{n}": shop.routes[f"/p/{n}"][2] for n in (1, 2)}
    assert site.picture(f"{shop.root}/1.jpg") == JPEG
    assert site.picture(f"{shop.root}/2.jpg") == JPEG + b"2"
    shop.log.clear()
    go(shop, warc)  # and a third knows the answers of both
    assert [shop.asked(path)[0].status for path in ("/p/1", "/p/2", "/1.jpg")] == [304, 304, 304]


def test_only_so_many_pages(shop, warc):
    shop.routes |= {f"/p/{n}": html() for n in range(5)}
    lists(shop, *(f"/p/{n}" for n in range(5)))
    go(shop, warc, most_pages=2)
    assert sorted(path for path in shop.paths() if path.startswith("/p/")) == ["/p/0", "/p/1"]


def test_what_is_no_sitemap_or_no_archive_is_refused(shop, warc, tmp_path):
    shop.routes["/sitemap.xml"] = html()
    with pytest.raises(InputError, match="it is not a sitemap"):
        go(shop, warc)
    notes = tmp_path / "notes.warc"
    notes.write_text("my notes")
    with pytest.raises(InputError, match="it is no WARC file"):
        go(shop, notes)
    assert notes.read_text() == "my notes"


def test_a_slow_page_is_given_up(shop, warc, monkeypatch):
    monkeypatch.setattr("gergo.gathering.fetching.TIMEOUT_S", 0.15)

    def late(_: int):
        time.sleep(0.5)
        return html()

    shop.routes |= {"/late": late, "/p": html()}
    lists(shop, "/late", "/p")
    ((url, why),) = go(shop, warc).found
    assert (url, why.partition(" (")[0]) == (f"{shop.root}/late", "no answer")
    assert len(shop.asked("/late")) == 4
    assert [page.url for page in WarcFiles([warc]).pages()] == [f"{shop.root}/p"]


def test_an_error_stops_the_crawl_and_the_next_one_goes_on(shop, warc):
    shop.routes |= {f"/p/{n}": html() for n in range(20)}
    lists(shop, *(f"/p/{n}" for n in range(20)))

    def failing(page: Page) -> list[str]:
        raise RuntimeError(page.url)

    with pytest.raises(RuntimeError, match="/p/"):
        go(shop, warc, pictures_of=failing)
    begun = Counter(shop.paths())
    assert sum(begun.values()) < 12
    go(shop, warc)
    assert set(Counter(shop.paths()).values()) == {1}


def named(monkeypatch: pytest.MonkeyPatch, names: dict[str, list[str]]) -> list[str]:
    """Gives hosts addresses; what was looked up is written into the list."""
    looked_up, real = [], socket.getaddrinfo

    def look_up(host: Any, port: Any, *rest: Any, **more: Any) -> Any:
        if host in names:
            looked_up.append(host)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in names[host]]
        return real(host, port, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return looked_up


def test_a_host_is_looked_up_once_a_request_and_every_address_checked(shop, warc, monkeypatch):
    shop.root = shop.root.replace("127.0.0.1", "shop.test")
    looked_up = named(monkeypatch, {"shop.test": ["127.0.0.1"], "mixed.test": ["127.0.0.1", "10.0.0.7"]})
    shop.routes |= {"/p": html(f"{shop.root.replace('shop.test', 'mixed.test')}/a.jpg")}
    lists(shop, "/p")
    ((_, why),) = go(shop, warc).found
    assert why == "robots.txt cannot be read (mixed.test is not a public address (10.0.0.7))"
    # A name that points elsewhere the second time is never asked a second time.
    assert looked_up.count("shop.test") == len(shop.log) == 3
    assert {asked.host for asked in shop.log} == {shop.root.removeprefix("http://")}


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
def test_a_certificate_has_to_be_the_hosts(shop, tmp_path, monkeypatch):
    key, certificate = str(tmp_path / "key.pem"), str(tmp_path / "cert.pem")
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=shop.test"
    command += f" -addext subjectAltName=DNS:shop.test -keyout {key} -out {certificate}"
    subprocess.run(command.split(), check=True, capture_output=True)
    monkeypatch.setenv("SSL_CERT_FILE", certificate)
    named(monkeypatch, {"shop.test": ["127.0.0.1"], "other.test": ["127.0.0.1"]})
    with serving(certificate=certificate, key=key) as secure:
        secure.routes["/p"] = text("in private")
        with Fetcher(user_agent="gergo/1", allow_loopback=True) as fetcher:
            place = secure.root.replace("127.0.0.1", "shop.test")
            assert fetcher.get(f"{place}/p", {}, most_bytes=100).payload == b"in private"
            with pytest.raises(httpx.ConnectError, match="certificate"):
                fetcher.get(f"{place.replace('shop.test', 'other.test')}/p", {}, most_bytes=100)


@pytest.mark.parametrize("name", ["crawl.warc", "crawl.warc.gz"])
def test_a_half_written_record_is_cut_off_and_fetched_again(shop, tmp_path, name):
    shop.routes |= {f"/p/{n}": html(f"/{n}.jpg") for n in range(3)} | {f"/{n}.jpg": picture() for n in range(3)}
    lists(shop, "/p/0", "/p/1", "/p/2")
    warc = tmp_path / name
    go(shop, warc, concurrency=1)
    whole = warc.read_bytes()
    for size in range(1, len(whole) - 1, len(whole) // 9):
        warc.write_bytes(whole[:size])
        go(shop, warc, concurrency=1)
        with warc.open("rb") as file:
            assert sum(record.rec_type == "metadata" for record in ArchiveIterator(file)) == 1
        site = WarcFiles([warc])
        assert [page.url[-1] for page in site.pages()] == ["0", "1", "2"], size
        assert all(site.picture(f"{shop.root}/{n}.jpg") == JPEG for n in range(3)), size


@pytest.mark.parametrize(("module", "user"), [("httpx", "fetching"), ("protego", "politeness"), ("warcio", "records")])
def test_what_is_not_installed_is_named_with_the_command(shop, warc, monkeypatch, module, user):
    lists(shop)
    go(shop, warc)
    for name in [
        name for name in sys.modules if name.partition(".")[0] == module or name.startswith("gergo.gathering")
    ]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtra, match=module) as caught:
        importlib.import_module("gergo.gathering.crawling").crawl(
            f"{shop.root}/sitemap.xml", warc, pictures_of=pictures_of, allow_loopback=True
        )
    assert caught.value.hint == "pip install 'gergo[gather]'"


def kill_and_resume(shop: Shop, folder: Path, kills: int, seed: int) -> None:
    """Whatever moment it is killed at: in the end everything is there, and only what was under way is asked twice."""
    paths = [f"/p/{n}" for n in range(30)]
    shop.routes |= {path: html(f"/i{path[2:]}.jpg", "/logo.jpg") for path in paths}
    shop.routes |= {f"/i/{n}.jpg": picture(JPEG + b"%d" % n) for n in range(29)} | {"/logo.jpg": picture()}
    lists(shop, *paths)
    shop.slow_s = 0.02
    warc, chance = folder / "crawl.warc.gz", random.Random(seed)
    command = [sys.executable, str(Path(__file__).with_name("crawler.py")), f"{shop.root}/sitemap.xml", str(warc)]
    killed = 0
    while killed < kills:
        known = len(shop.log)
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as running:
            until = known + chance.randint(1, max(2, 60 // kills))
            while len(shop.log) < until and running.poll() is None:
                time.sleep(0.005)
            time.sleep(chance.random() * 0.03)
            running.send_signal(signal.SIGKILL)
            if running.wait() == 0:
                break
            killed += 1
    with Path(f"{warc}.failed.jsonl").open("a") as file:
        file.write('{"url": "http')  # the line that a kill cut off
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    assert killed >= 1
    counts = Counter(shop.paths())
    assert set(counts) == {*shop.routes, "/robots.txt", "/i/29.jpg"}
    assert sum(counts.values()) - len(counts) <= 2 * killed
    site = WarcFiles([warc])
    assert {page.url for page in site.pages()} == {shop.root + path for path in paths}
    assert all(site.picture(f"{shop.root}/i/{n}.jpg") == JPEG + b"%d" % n for n in range(29))
    lines = [json.loads(line) for line in Path(f"{warc}.failed.jsonl").read_text().splitlines()]
    assert [(line["url"], line["reason"]) for line in lines] == [(f"{shop.root}/i/29.jpg", "status 404")]


def test_a_killed_crawl_goes_on_where_it_was(shop, tmp_path):
    kill_and_resume(shop, tmp_path, kills=1, seed=1)


@pytest.mark.slow
def test_a_crawl_killed_twenty_times_fetches_nothing_twice(shop, tmp_path):
    kill_and_resume(shop, tmp_path, kills=20, seed=2)
