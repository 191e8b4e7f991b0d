"""A small shop, indexed and served: in this process for the API, on a real port for clients and browsers."""

from __future__ import annotations

import base64
import io
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import torch
import uvicorn
from fastapi import FastAPI
from PIL import Image

from gergo.catalogue.importing import import_catalogue
from gergo.catalogue.store import Catalogue
from gergo.demo import write_catalogue
from gergo.search.index import index
from gergo.serving.app import create_app
from gergo.serving.settings import Settings
from gergo.towers.model import Model

PRODUCTS = 40
STARTS_S = 60


class Server:
    """An application on a port of its own, in a thread of this process."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self._socket = socket.socket(proto=socket.IPPROTO_TCP)
        self._socket.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(app, log_level="warning", ws="none", server_header=False)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)

    def start(self) -> Server:
        self._thread.start()
        until = time.monotonic() + STARTS_S
        while not self._server.started and time.monotonic() < until:
            time.sleep(0.01)
        assert self._server.started
        return self

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(STARTS_S)
        self._socket.close()


@pytest.fixture(scope="session")
def base() -> Model:
    return Model.load("base")


@pytest.fixture(scope="session")
def tuned(base: Model, tmp_path_factory: pytest.TempPathFactory) -> Model:
    """Another model of the same kind: the base, moved a little."""
    model = base.copy()
    with torch.no_grad():
        weight = model.network.text.projection.weight
        weight.add_(0.3 * weight.std() * torch.randn(weight.shape, generator=torch.Generator().manual_seed(0)))
    folder = tmp_path_factory.mktemp("models") / "tuned"
    model.save(folder)
    return Model.load(folder)


@pytest.fixture(scope="session")
def shop(tuned: Model, tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """40 products in two pictures each, indexed with the tuned model."""
    source = write_catalogue(tmp_path_factory.mktemp("source"), products=PRODUCTS, views=2, size_px=96)
    catalogue = import_catalogue(source, tmp_path_factory.mktemp("shops") / "fittings.gergo")
    index(catalogue, tuned)
    return Catalogue.open(catalogue.path)


@pytest.fixture
def own_shop(shop: Catalogue, tmp_path: Path) -> Catalogue:
    """A copy that a test may write to."""
    return Catalogue.open(shutil.copytree(shop.path, tmp_path / "own.gergo"))


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """`serve(catalogue, **settings)`: a server that is stopped after the test."""
    servers: list[Server] = []

    def start(catalogue: Catalogue, **settings: Any) -> Server:
        servers.append(Server(create_app(Settings(catalogue=catalogue.path, **settings))).start())
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture(scope="session")
def server(shop: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One for all tests that only read; the base beside the tuned model, and a report."""
    report = tmp_path_factory.mktemp("report") / "report.html"
    report.write_text("<!doctype html><title>Report</title><p>Ship it.", "utf-8")
    settings = Settings(catalogue=shop.path, base="base", report=report, read_only=True)
    server = Server(create_app(settings)).start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def client(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=60) as client:
        yield client


def picture(colour: str = "red", size: tuple[int, int] = (120, 90), kind: str = "JPEG") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, kind)
    return buffer.getvalue()


def data_url(data: bytes, kind: str = "image/jpeg") -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def error_code(answer: httpx.Response) -> str:
    """The code of an error answer, whose shape is checked."""
    body = answer.json()
    assert list(body) == ["error"], body
    assert sorted(body["error"]) == ["code", "hint", "message"]
    assert all(isinstance(value, str) for value in body["error"].values())
    return body["error"]["code"]
