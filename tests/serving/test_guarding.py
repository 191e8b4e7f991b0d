"""What every request passes: limits, names, origins, keys; and what every answer carries."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from tests.serving.conftest import Server, error_code

from gergo.catalogue.store import Catalogue
from gergo.errors import InputError
from gergo.serving.failures import without_paths
from gergo.serving.keys import Keys
from gergo.serving.settings import Limits

READ, WRITE = "r" * 24, "w" * 24
SEARCH = {"text": "bolt", "k": 1}


@pytest.fixture(scope="module")
def keys_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "keys.txt"
    path.write_text(f"# the shop's\nread {READ}\n\nwrite {WRITE}  # the importer's\n", "utf-8")
    return path


@pytest.fixture
def small(own_shop: Catalogue, serve: Callable[..., Server], keys_file: Path) -> Iterator[httpx.Client]:
    """A server with keys, tight limits and names of its own."""
    limits = Limits(request_bytes=20_000, body_bytes=30_000, picture_bytes=10_000, body_s=1.0)
    server = serve(own_shop, keys=keys_file, limits=limits, hosts=("127.0.0.1", "shop.example"))
    with httpx.Client(base_url=server.url, timeout=60) as client:
        yield client


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def test_keys_limits_and_names(small: httpx.Client) -> None:
    _check_keys(small)
    _check_limits(small)
    _check_names(small)


def _check_keys(small: httpx.Client) -> None:
    for headers in ({}, bearer("x" * 24), {"Authorization": f"Basic {READ}"}, {"Authorization": "Bearer"}):
        answer = small.post("/v1/search", json=SEARCH, headers=headers)
        assert (answer.status_code, error_code(answer)) == (401, "unauthorized")
        assert answer.headers["www-authenticate"] == "Bearer"
    for path in ("/v1/items", "/v1/catalogue", "/v1/models", "/metrics", "/v1/picture/0", "/report"):
        assert error_code(small.get(path)) == "unauthorized", path
    for path in ("/", "/healthz", "/readyz", "/page/main.js"):
        assert small.get(path).status_code == 200, path
    for key in (READ, WRITE):
        answer = small.post("/v1/search", json=SEARCH, headers=bearer(key))
        assert answer.status_code == 200
    assert error_code(small.delete("/v1/items/x", headers=bearer(READ))) == "forbidden"
    assert error_code(small.delete("/v1/items/x", headers=bearer(WRITE))) == "no_such_item"
    link = answer.json()["results"][0]["picture"]
    assert "ticket=" in link
    assert small.get(link).status_code == 200
    path, _, ticket = link.partition("?ticket=")
    until, _, signature = ticket.partition(".")
    for forged in (f"{int(until) + 3600}.{signature}", f"{until}.{'0' * 32}", "", "x", f"9{ticket}", "٣.x"):
        assert error_code(small.get(path, params={"ticket": forged})) == "unauthorized", forged


def _check_limits(small: httpx.Client) -> None:
    large = small.post("/v1/search", json={"text": "x" * 30_000}, headers=bearer(READ))
    assert (large.status_code, error_code(large)) == (413, "too_large")

    def unannounced() -> Iterator[bytes]:
        for _ in range(30):
            yield b" " * 1000

    kind = {"Content-Type": "application/json"}
    streamed = small.post("/v1/search", content=unannounced(), headers=bearer(READ) | kind)
    assert (streamed.status_code, error_code(streamed)) == (413, "too_large")
    image = small.post("/v1/search", json={"image": "A" * 15_000}, headers=bearer(READ))
    assert (image.status_code, error_code(image)) == (413, "too_large")
    with socket.create_connection((small.base_url.host, small.base_url.port or 80), timeout=30) as slow:
        head = "POST /v1/search HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{"
        slow.sendall(head.encode())
        started_s = time.monotonic()
        assert b" 408 " in slow.recv(4096).splitlines()[0]
        assert time.monotonic() - started_s < 15


def _check_names(small: httpx.Client) -> None:
    for host in ("evil.example", "127.0.0.1.evil.example", ""):
        assert error_code(small.get("/healthz", headers={"Host": host})) == "unknown_host"
    assert small.get("/healthz", headers={"Host": "Shop.Example:80"}).status_code == 200


def test_pages_of_other_sites_get_nothing(client: httpx.Client) -> None:
    foreign = {"Origin": "https://evil.example"}
    assert error_code(client.post("/v1/search", json=SEARCH, headers=foreign)) == "foreign_origin"
    own = {"Origin": str(client.base_url).rstrip("/")}
    assert client.post("/v1/search", json=SEARCH, headers=own).status_code == 200
    asked = foreign | {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    preflight = client.options("/v1/search", headers=asked)
    assert preflight.status_code == 405
    for answer in (preflight, client.get("/v1/catalogue", headers=foreign)):
        assert not [name for name in answer.headers if name.startswith("access-control")]
    plain = client.post("/v1/search", content='{"text": "bolt"}', headers={"Content-Type": "text/plain"})
    assert 400 <= plain.status_code < 500, "a form of another site could send this"


@pytest.mark.parametrize("path", ["/", "/healthz", "/v1/catalogue", "/nope", "/page/../app.py", "/v1/items/x"])
def test_every_answer_is_guarded(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "server" not in answer.headers
    if answer.status_code != 200:
        error_code(answer)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("{", "malformed_json"),
        ("[]", "invalid_request"),
        ('{"text": "\\ud800"}', "invalid_request"),
        ('{"txt": "bolt"}', "invalid_request"),
        ('{"text": "bolt", "k": 1e9}', "invalid_request"),
        ('{"text": "bolt", "text_weight": NaN}', "invalid_request"),
        ('{"text": "bolt", "offset": -1}', "invalid_request"),
        ('{"filters": [{"column": "price", "op": "lt", "value": 1e999}]}', "invalid_request"),
        ('{"filters": [{"column": "price", "op": "lt", "value": ' + "9" * 400 + "}]}", "invalid_request"),
        ('{"like": "no such item"}', "invalid_request"),
        ('{"mode": "text", "image": "AAAA"}', "picture_not_an_image"),
        ("[" * 100_000, "malformed_request"),
        ("\xff", "malformed_request"),
    ],
)
def test_bad_bodies_get_the_one_shape(client: httpx.Client, body: str, code: str) -> None:
    headers = {"Content-Type": "application/json"}
    answer = client.post("/v1/search", content=body.encode("latin-1"), headers=headers)
    assert 400 <= answer.status_code < 500
    assert error_code(answer) == code, answer.text


def test_read_only_and_other_methods(client: httpx.Client) -> None:
    assert error_code(client.post("/v1/items", json={"items": [{"sku": "x"}]})) == "read_only"
    assert error_code(client.put("/v1/search")) == "method_not_allowed"
    assert error_code(client.get("/v1/search")) == "method_not_allowed"


@pytest.mark.parametrize("text", ["reed " + READ, "read", f"read {READ} extra", "read short", "", "# none"])
def test_a_bad_keys_file_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "keys.txt"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError, match=r"keys\.txt") as error:
        Keys.read(path)
    assert READ not in str(error.value)


def test_paths_do_not_leave() -> None:
    assert without_paths("/a/b.gergo: no view 3; see 'https://x.example/y' and/or 1/2") == (
        "(a file): no view 3; see 'https://x.example/y' and/or 1/2"
    )
