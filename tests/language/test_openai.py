"""The chat engine against a server on this machine that misbehaves in each of the ways that servers do."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from gergo.errors import GergoError, UsageError
from gergo.language.engines.openai import OpenAICompatible
from gergo.language.translating import translate

Answer = Callable[[list[str], str], tuple[int, dict[str, str], Any]]
KEY = "sk-very-secret-0123456789"


def good(texts: list[str], _: str) -> tuple[int, dict[str, str], Any]:
    return 200, {}, answered([t.replace("The", "Il") for t in texts])


def answered(texts: list[str], finish: str = "stop") -> dict[str, Any]:
    content = json.dumps({"translations": texts})
    return {
        "choices": [{"finish_reason": finish, "message": {"role": "assistant", "content": content}}],
        "usage": {"prompt_tokens": 7, "completion_tokens": 5},
    }


class Server:
    """Plays answers in order, the last for ever; keeps what it was asked."""

    def __init__(self) -> None:
        self.answers: list[Answer] = [good]
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.asked.append(body)
                outer.keys.append(self.headers["Authorization"])
                answer = outer.answers.pop(0) if len(outer.answers) > 1 else outer.answers[0]
                texts = json.loads(body["messages"][1]["content"])["texts"]
                status, headers, data = answer(texts, body["messages"][0]["content"])
                payload = data if isinstance(data, bytes) else json.dumps(data).encode()
                try:
                    self.send_response(status)
                    for name, value in headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(payload)))
                    self.end_headers()
                    self.wfile.write(payload)
                except (BrokenPipeError, ConnectionResetError):
                    pass  # the client gave up, as a test wants it to

            def log_message(self, *_: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.thread = threading.Thread(target=self.http.serve_forever, daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http.server_address[1]}/v1"


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.http.shutdown()
    server.http.server_close()
    server.thread.join()


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    return []


def engine(server: Server, slept: list[float], **settings: Any) -> OpenAICompatible:
    return OpenAICompatible(
        "en", "it", model="m", url=server.url, sleep=slept.append, **{"timeout_s": 20.0, **settings}
    )


def status(code: int, headers: dict[str, str] | None = None) -> Answer:
    return lambda _texts, _said: (code, headers or {}, {"error": {"message": f"no {KEY}"}})


TEXT, TERMS = "The encoder is here.", ["encoder"]


def test_terms_are_marked_and_come_back(server: Server, slept: list[float]) -> None:
    done = translate(TEXT, glossary=TERMS, engine=engine(server, slept))
    assert done.text == "L'encoder is here."
    assert done.report.recall == 1.0
    assert json.loads(server.asked[0]["messages"][1]["content"]) == {"texts": ["The <k0>encoder</k0> is here."]}
    assert server.asked[0]["response_format"]["type"] == "json_schema"
    assert (done.usage.calls, done.usage.prompt_tokens, done.usage.completion_tokens) == (1, 7, 5)
    assert server.keys == [f"Bearer {KEY}"]


def test_429_is_waited_out_as_long_as_it_asks(server: Server, slept: list[float]) -> None:
    server.answers = [status(429, {"Retry-After": "7"}), good]
    assert "encoder" in translate(TEXT, glossary=TERMS, engine=engine(server, slept)).text
    assert slept == [7.0]


def test_5xx_is_retried_with_growing_waits_and_then_told(server: Server, slept: list[float]) -> None:
    server.answers = [status(503), status(500), good]
    assert "encoder" in translate(TEXT, glossary=TERMS, engine=engine(server, slept)).text
    assert len(slept) == 2
    assert slept[0] < slept[1] * 1.2
    server.answers = [status(502)]
    with pytest.raises(GergoError, match="status 502, 3 times"):
        translate(TEXT, engine=engine(server, slept, attempts=3))


def test_silence_is_retried(server: Server, slept: list[float]) -> None:
    def silent(texts: list[str], said: str) -> tuple[int, dict[str, str], Any]:
        time.sleep(1.5)
        return good(texts, said)

    server.answers = [silent, good]
    assert "encoder" in translate(TEXT, glossary=TERMS, engine=engine(server, slept, timeout_s=0.5)).text
    assert len(slept) == 1


@pytest.mark.parametrize(
    "broken",
    [
        lambda texts, _said: (200, {}, answered(texts, "length")),
        lambda _texts, _said: (200, {}, b'{"choices": [{"message": {"conte'),
        lambda texts, _said: (200, {}, answered(texts[:-1])),
        lambda _texts, _said: (200, {}, {"choices": []}),
    ],
    ids=["cut off", "half a body", "a text short", "no choice"],
)
def test_a_truncated_answer_is_asked_for_again(server: Server, slept: list[float], broken: Answer) -> None:
    server.answers = [broken, broken, good]
    done = translate("One thing.\n\nThe encoder is here.", glossary=TERMS, engine=engine(server, slept))
    assert done.report.recall == 1.0
    server.answers = [broken]
    with pytest.raises(GergoError, match="cut off or no JSON"):
        translate(TEXT, engine=engine(server, slept, attempts=2))


def test_a_missing_term_is_named_and_asked_for_again(server: Server, slept: list[float]) -> None:
    server.answers = [lambda _texts, _said: (200, {}, answered(["Il codificatore è qui."])), good]
    done = translate(TEXT, glossary=TERMS, engine=engine(server, slept))
    assert done.report.recall == 1.0
    assert "<k0>encoder</k0>" in server.asked[1]["messages"][0]["content"]


def test_a_term_that_stays_missing_is_flagged(server: Server, slept: list[float]) -> None:
    server.answers = [lambda _texts, _said: (200, {}, answered(["Il codificatore è qui."]))]
    done = translate(TEXT, glossary=TERMS, engine=engine(server, slept))
    assert done.report.counts()["term_lost"] == 1
    assert done.usage.notes == ["'encoder' is missing from an answer"]


def test_lost_tags_around_the_right_words_are_forgiven(server: Server, slept: list[float]) -> None:
    server.answers = [lambda _texts, _said: (200, {}, answered(["Il encoder è qui."]))]
    done = translate(TEXT, glossary=TERMS, engine=engine(server, slept))
    assert (done.text, done.usage.calls) == ("L'encoder è qui.", 1)


@pytest.mark.parametrize(
    ("code", "hint"), [(401, "OPENAI_API_KEY"), (404, "OPENAI_BASE_URL"), (400, "check the address")]
)
def test_a_refusal_is_told_at_once_without_the_key(server: Server, slept: list[float], code: int, hint: str) -> None:
    server.answers = [status(code)]
    with pytest.raises(UsageError, match=f"status {code}") as error:
        translate(TEXT, engine=engine(server, slept))
    assert hint in error.value.hint
    assert KEY not in str(error.value)
    assert slept == []


def test_a_model_must_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_MODEL", raising=False)
    with pytest.raises(UsageError, match="needs a model"):
        OpenAICompatible("en", "it")
