"""`gergo serve` as a process: it finishes what it took, says who it is, and loses no write that it accepted."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import httpx
import pytest
from tests.serving.conftest import PRODUCTS

from gergo.catalogue.store import Catalogue
from gergo.serving import running

ENDS_S = 120
LOAD_S = 120
CLIENTS = 4


class Process:
    """A `gergo serve`, its address, and what it said."""

    def __init__(self, *arguments: object) -> None:
        command = [sys.executable, "-m", "gergo", "serve", *map(str, arguments), "--port", "0"]
        self._process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        assert self._process.stderr is not None
        self.said: list[str] = []
        self.url = ""
        for line in self._process.stderr:
            self.said.append(line)
            if line.startswith("serving "):
                self.url = line.split(" at ")[1].split()[0]
                break
        self._listening = threading.Thread(target=self.said.extend, args=(self._process.stderr,), daemon=True)
        self._listening.start()

    def signal(self, number: int) -> None:
        self._process.send_signal(number)

    def wait(self) -> int:
        return self._process.wait(ENDS_S)

    def kill(self) -> None:
        self._process.terminate()  # so that it ends its workers, too
        try:
            self._process.wait(ENDS_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._listening.join(ENDS_S)
        assert self._process.stderr is not None
        self._process.stderr.close()


@pytest.fixture
def run() -> Iterator[Callable[..., Process]]:
    processes: list[Process] = []

    def run(*arguments: object) -> Process:
        processes.append(Process(*arguments))
        return processes[-1]

    yield run
    for process in processes:
        process.kill()


def ready(url: str) -> dict:
    """The status of a worker, once one answers."""
    until = time.monotonic() + ENDS_S
    while True:
        try:
            return httpx.get(f"{url}/readyz", timeout=10).json()
        except httpx.TransportError:
            assert time.monotonic() < until
            time.sleep(0.1)


def test_it_finishes_what_it_took(own_shop: Catalogue, run: Callable[..., Process]) -> None:
    process = run(own_shop.path)
    assert "tuned" in process.said[-2]
    ready(process.url)
    answers: list[int] = []
    sent = threading.Barrier(9)

    def ask(number: int) -> None:
        with httpx.Client(base_url=process.url, timeout=ENDS_S) as client:
            client.get("/healthz")  # connected
            sent.wait()
            answers.append(client.post("/v1/search", json={"text": f"bolt {number}", "k": 5}).status_code)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    sent.wait()
    while not httpx.get(f"{process.url}/metrics").text.count('route="/v1/search"'):  # the first is through
        time.sleep(0.01)
    process.signal(signal.SIGTERM)
    for thread in threads:
        thread.join(ENDS_S)
    assert answers == [200] * 8
    process.wait()
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{process.url}/healthz")


def test_answers_are_sent_without_delay() -> None:
    with running._bind("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP, "or asyncio leaves Nagle's algorithm on, and an answer takes 40 ms"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["{shop}", "--report", "no.html"], "no report"),
        (["{shop}", "--keys", "no.txt"], "keys"),
        (["no.gergo"], "no.gergo"),
        (["{shop}", "--host", "203.0.113.1"], "203.0.113.1"),
    ],
)
def test_what_cannot_be_served_is_said(
    own_shop: Catalogue, arguments: list[str], said: str, gergo_serve: Callable[[list[str]], str]
) -> None:
    error = gergo_serve([argument.format(shop=own_shop.path) for argument in arguments])
    assert error.startswith("error: ")
    assert said in error
    assert "hint: " in error


@pytest.fixture
def gergo_serve(capsys: pytest.CaptureFixture[str]) -> Callable[[list[str]], str]:
    """Run the command in this process; what it said on stderr when it gave up."""
    from gergo.cli.main import main

    def run(arguments: list[str]) -> str:
        with pytest.raises(SystemExit) as end:
            main(["serve", *arguments, "--port", "0"])
        assert end.value.code == 2
        return capsys.readouterr().err

    return run


@pytest.mark.slow
def test_no_accepted_write_is_lost_when_a_worker_dies(own_shop: Catalogue, run: Callable[..., Process]) -> None:
    """Two minutes of reads and writes, a worker killed every ten seconds and started again by its supervisor."""
    process = run(own_shop.path, "--workers", 2)
    first = ready(process.url)
    accepted: list[str] = []
    reads, workers = [0], {first["worker"]}
    until = time.monotonic() + LOAD_S

    def write(client_number: int) -> None:
        number = 0
        while time.monotonic() < until:
            number += 1
            id_ = f"W{client_number}-{number}"
            row = {"sku": id_, "title": f"load test item {id_}", "brand": "Load"}
            try:
                answer = httpx.post(f"{process.url}/v1/items", json={"items": [row]}, timeout=ENDS_S)
            except httpx.TransportError:
                continue  # the worker died with it: it was not accepted
            assert answer.status_code in (200, 503), answer.text
            if answer.status_code == 200:
                accepted.append(id_)

    def read() -> None:
        while time.monotonic() < until:
            try:
                answer = httpx.post(f"{process.url}/v1/search", json={"text": "load test item"}, timeout=ENDS_S)
            except httpx.TransportError:
                continue
            assert answer.status_code in (200, 503), answer.text
            reads[0] += answer.status_code == 200

    threads = [threading.Thread(target=write, args=(number,)) for number in range(2)]
    threads += [threading.Thread(target=read) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    kills = 0
    while time.monotonic() < until - 15:
        time.sleep(10)
        worker = ready(process.url)["worker"]
        os.kill(worker, signal.SIGKILL)
        workers.add(worker)
        kills += 1
    for thread in threads:
        thread.join()
    ready(process.url)
    stored = set(Catalogue.open(own_shop.path).items(columns=[])["id"].to_pylist())
    assert kills >= 5
    assert len(workers) >= 3, "workers are started again"
    assert len(accepted) > 5
    assert reads[0] > 20
    assert set(accepted) <= stored
    assert len(stored) >= PRODUCTS + len(accepted)
