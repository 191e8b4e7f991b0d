"""A web server on loopback that writes down what it was asked, and misbehaves where a test wants it to."""

from __future__ import annotations

import gzip
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = tuple[int, dict[str, str], bytes]
JPEG = b"\xff\xd8\xff" + bytes(range(256))


@dataclass
class Asked:
    """One request as the server saw it."""

    path: str
    host: str
    headers: dict[str, str]
    started: float
    ended: float = 0.0
    status: int = 0


@dataclass
class Shop:
    """What is served, by path (a reply, or a function of how often it was asked before), and the log."""

    routes: dict[str, Reply | Callable[[int], Reply]] = field(default_factory=dict)
    log: list[Asked] = field(default_factory=list)
    slow_s: float = 0.0
    at_once: int = 0
    most_at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    root: str = ""

    @property
    def other(self) -> str:
        """The same server under another host's name."""
        return self.root.replace("127.0.0.1", "localhost")

    def paths(self) -> list[str]:
        return [asked.path for asked in self.log]

    def asked(self, path: str) -> list[Asked]:
        return [asked for asked in self.log if asked.path == path]


def html(*pictures: str, **headers: str) -> Reply:
    body = "<html>" + "".join(f'<img src="{picture}">' for picture in pictures)
    return 200, {"Content-Type": "text/html; charset=utf-8", **headers}, body.encode()


def picture(body: bytes = JPEG, **headers: str) -> Reply:
    return 200, {"Content-Type": "image/jpeg", **headers}, body


def text(content: str, status: int = 200, **headers: str) -> Reply:
    return status, {"Content-Type": "text/plain", **headers}, content.encode()


def moved(where: str, status: int = 302) -> Reply:
    return status, {"Location": where}, b""


def sitemap(*urls: str, packed: bool = False) -> Reply:
    body = "<urlset>" + "".join(f"<url><loc>{url}</loc></url>" for url in urls) + "</urlset>"
    return 200, {"Content-Type": "application/xml"}, gzip.compress(body.encode()) if packed else body.encode()


def sitemap_index(*urls: str) -> Reply:
    body = "<sitemapindex>" + "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in urls) + "</sitemapindex>"
    return 200, {"Content-Type": "application/xml"}, body.encode()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    shop: Shop

    def do_GET(self) -> None:
        shop = self.shop
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.path, headers.get("host", ""), headers, time.monotonic())
        with shop.lock:
            before = len(shop.asked(self.path))
            shop.log.append(asked)
            shop.at_once += 1
            shop.most_at_once = max(shop.most_at_once, shop.at_once)
        time.sleep(shop.slow_s)
        route = shop.routes.get(self.path, text("not here", 404))
        asked.status, sent, body = route(before) if callable(route) else route
        etag = sent.get("ETag")
        if asked.status == 200 and etag and headers.get("if-none-match") == etag:
            asked.status, body = 304, b""
        with shop.lock:
            shop.at_once -= 1
        try:
            self.send_response(asked.status)
            for name, value in sent.items():
                self.send_header(name, value)
            if asked.status != 304:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True  # the crawler hung up, or was killed
        asked.ended = time.monotonic()

    def log_message(self, format: str, *args: Any) -> None:
        """The log is the shop's."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Connections of killed crawlers break."""


@contextmanager
def serving(*, certificate: str = "", key: str = "") -> Iterator[Shop]:
    shop = Shop()
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"shop": shop}))
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    shop.root = f"http{'s' if certificate else ''}://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield shop
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
