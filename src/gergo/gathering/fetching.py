"""One request at a time, to public addresses only: a host is resolved, every address of it is checked, and the
connection goes to a checked address, so that no second look-up can lead elsewhere.
"""

from __future__ import annotations

import ssl
import threading
import time
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING

from gergo.errors import MissingExtra
from gergo.gathering.addresses import DEFAULT_PORTS, resolved

try:
    import httpx
except ImportError as error:
    raise MissingExtra("httpx, which fetches pages,", "gather") from error

if TYPE_CHECKING:
    from collections.abc import Mapping

TIMEOUT_S = 20.0
MOST_TIME_S = 120.0
CHUNK = 1 << 16
NO_ANSWER = (httpx.HTTPError, httpx.InvalidURL, OSError)


@dataclass(frozen=True)
class Answer:
    """What a server sent: the body is still compressed as it was; `cut` where it was longer than was wanted."""

    status: int
    reason: str
    headers: list[tuple[str, str]]
    payload: bytes
    asked: list[tuple[str, str]]
    cut: bool

    def header(self, name: str) -> str:
        """The value of a header, "" where there is none."""
        return next((value for key, value in self.headers if key.lower() == name), "")


class CheckedTransport(httpx.BaseTransport):
    """Connects to a host's checked address under the host's name, in TLS too.

    Raises PermissionError where a host has an address that is not public.
    """

    def __init__(self, trusted: ssl.SSLContext, *, allow_loopback: bool) -> None:
        self._allow_loopback = allow_loopback
        self._inner = httpx.HTTPTransport(verify=trusted, http2=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.raw_host.decode("ascii")
        port = request.url.port or DEFAULT_PORTS[request.url.scheme]
        try:
            addresses = resolved(host.strip("[]"), port, allow_loopback=self._allow_loopback)
        except PermissionError:
            raise
        except (OSError, UnicodeError) as error:
            raise httpx.ConnectError(f"{host} is not known", request=request) from error
        for last, address in enumerate(addresses, start=1 - len(addresses)):
            extensions = {**request.extensions, "sni_hostname": host.strip("[]")}
            sent = httpx.Request(
                request.method,
                request.url.copy_with(host=address.partition("%")[0]),
                headers=request.headers,  # the Host among them
                stream=request.stream,
                extensions=extensions,
            )
            try:
                return self._inner.handle_request(sent)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                if last == 0:
                    raise
        raise AssertionError("a host resolves to at least one address")

    def close(self) -> None:
        self._inner.close()


class Fetcher:
    """Requests without redirects, cookies or proxies. One client a host: a TLS connection never serves another name."""

    def __init__(self, *, user_agent: str, allow_loopback: bool) -> None:
        self._user_agent, self._allow_loopback = user_agent, allow_loopback
        self._clients: dict[str, httpx.Client] = {}
        self._trusted = httpx.create_ssl_context()  # once: reading the authorities takes a while
        self._lock = threading.Lock()

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(self, *_: object) -> None:
        for client in self._clients.values():
            client.close()

    def get(self, url: str, headers: Mapping[str, str], *, most_bytes: int) -> Answer:
        """Ask once. Raises PermissionError for an address that is not public, one of NO_ANSWER for none."""
        client, until = self._client(url), time.monotonic() + MOST_TIME_S
        with client.stream("GET", url, headers=dict(headers)) as response:
            payload, cut = bytearray(), False
            for piece in response.iter_raw(CHUNK):
                payload += piece
                cut = len(payload) > most_bytes
                if cut:
                    break
                if time.monotonic() > until:
                    raise httpx.ReadTimeout(f"it took more than {MOST_TIME_S:.0f} s", request=response.request)
            return Answer(
                response.status_code,
                response.reason_phrase,
                list(response.headers.multi_items()),
                bytes(payload[:most_bytes]),
                list(response.request.headers.multi_items()),
                cut,
            )

    def _client(self, url: str) -> httpx.Client:
        place = httpx.URL(url)
        host = f"{place.scheme}://{place.netloc.decode('ascii')}"
        with self._lock:
            if host not in self._clients:
                self._clients[host] = httpx.Client(
                    transport=CheckedTransport(self._trusted, allow_loopback=self._allow_loopback),
                    timeout=TIMEOUT_S,
                    follow_redirects=False,
                    trust_env=False,
                    headers={
                        "User-Agent": self._user_agent,
                        "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/*;q=0.9,*/*;q=0.5",
                        "Accept-Encoding": "gzip, deflate",
                    },
                )
            client = self._clients[host]
            client.cookies.clear()
            return client


def default_user_agent() -> str:
    """What servers see: the program and its version, the same token that robots.txt may name."""
    return f"gergo/{metadata.version('gergo')} (gathers a site's pictures and their words)"
