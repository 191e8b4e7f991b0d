"""`gergo serve`: a socket, one worker or several, and an end that finishes what was begun."""

from __future__ import annotations

import ipaddress
import os
import socket
import tempfile
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

from gergo.catalogue.store import Catalogue
from gergo.errors import UsageError
from gergo.progress import say
from gergo.search.index import Index
from gergo.serving.metrics import SEVERAL_WORKERS
from gergo.serving.settings import Settings

SETTINGS = "GERGO_SERVE_SETTINGS"  # how a worker's process learns what the command was told
FINISH_S = 30
SILENT_S = 60  # a worker that embeds on a busy machine is not dead yet
KEEP_ALIVE_S = 65  # longer than the usual proxy in front, which would otherwise meet a closing connection
LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")


def serve(settings: Settings, *, host: str = "127.0.0.1", port: int = 8000, workers: int = 1) -> None:
    """Serve a catalogue until interrupted; requests that were taken are finished.

    Raises:
        UsageError: the address cannot be had.
        InputError: what `settings` name cannot be read.
    """
    with _bind(host, port) as listener:
        if not is_local(host) and settings.keys is None and not settings.read_only:
            say(f"{host} can be reached by others and there are no --keys: this server only reads")
            settings = settings.model_copy(update={"read_only": True})
        address = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
        if workers > 1:
            _serve_with_workers(settings, listener, address, workers)
        else:
            _serve_alone(settings, listener, address)


def hosts_of(host: str, more: tuple[str, ...]) -> tuple[str, ...]:
    """The names that requests may ask for: on this machine only its own, so that no page can reach it by another.

    >>> hosts_of("127.0.0.1", ("shop.example",))
    ('localhost', '127.0.0.1', '[::1]', 'shop.example')
    >>> hosts_of("0.0.0.0", ())
    ()
    """
    if is_local(host):
        return (*LOCAL_NAMES, *(name.lower() for name in more))
    return tuple(name.lower() for name in more)


def is_local(host: str) -> bool:
    """Whether an address can only be reached from this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def worker_app() -> FastAPI:
    """The application of one worker process; see `SETTINGS`."""
    from gergo.serving.app import create_app

    return create_app(Settings.model_validate_json(os.environ[SETTINGS]))


def _serve_alone(settings: Settings, listener: socket.socket, address: str) -> None:
    from gergo.serving.app import create_app

    app = create_app(settings)
    say(app.state.service.state.index.describe())
    say(f"serving {settings.catalogue.name} at {address} (Ctrl-C ends it)")
    uvicorn.Server(_config(app)).run(sockets=[listener])


def _serve_with_workers(settings: Settings, listener: socket.socket, address: str, workers: int) -> None:
    """A worker that dies is started again; the index is brought up to date first, once for all of them."""
    index = Index.open(Catalogue.open(settings.catalogue))
    say(f"{index.describe()}; {workers} workers")
    with tempfile.TemporaryDirectory(prefix="gergo-metrics-") as metrics:
        os.environ[SETTINGS] = settings.model_dump_json()
        os.environ[SEVERAL_WORKERS] = metrics
        config = _config("gergo.serving.running:worker_app", workers=workers)
        say(f"serving {Path(settings.catalogue).name} at {address} (Ctrl-C ends it)")
        Multiprocess(config, sockets=[listener]).run()


def _config(app: FastAPI | str, *, workers: int = 1) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        factory=isinstance(app, str),
        workers=workers,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
        timeout_graceful_shutdown=FINISH_S,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_worker_healthcheck=SILENT_S,
    )


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Of a socket whose protocol is not named asyncio does not switch Nagle off, and every answer waits 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        hint = "another program may listen there: give another --port"
        raise UsageError(f"{host}:{port} cannot be listened at: {error.strerror or error}", hint=hint) from None
    listener.set_inheritable(True)
    return listener
