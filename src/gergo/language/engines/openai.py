"""Any OpenAI-compatible chat endpoint: terms marked inline, answers as JSON, verified, asked again, then flagged."""

from __future__ import annotations

import json
import os
import random
import re
import time
from collections.abc import Callable, Sequence
from typing import Any

from gergo.errors import GergoError, MissingExtra, UsageError
from gergo.language.engines import Placed, Reply, Request, Usage
from gergo.language.engines.masking import form_of

EXTRA = "openai"
_MARK = re.compile(r"<k(\d+)>(.*?)</k\1>", re.S)
_RETRIED = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
_SCHEMA = {
    "type": "json_schema",
    "json_schema": {
        "name": "translations",
        "strict": True,
        "schema": {
            "type": "object",
            "properties": {"translations": {"type": "array", "items": {"type": "string"}}},
            "required": ["translations"],
            "additionalProperties": False,
        },
    },
}


class _Truncated(Exception):
    """An answer that ended early or is no JSON: asking for less may help."""


class OpenAICompatible:
    """A chat endpoint as translator.

    The address is `OPENAI_BASE_URL` (by default https://api.openai.com/v1), the key `OPENAI_API_KEY`; the key is sent
    and never printed. What stays missing after `attempts` is left out of the reply and noted, so that the check flags
    it.

    Raises:
        MissingExtra: httpx is not installed.
        UsageError: no model is named, or the endpoint refuses the key, the model or the request.
        GergoError: the endpoint fails or stays silent after all attempts.
    """

    name = "openai"

    def __init__(
        self,
        source: str,
        to: str,
        *,
        model: str | None = None,
        url: str | None = None,
        timeout_s: float = 60.0,
        attempts: int = 5,
        segments_per_call: int = 8,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        try:
            import httpx
        except ImportError:
            raise MissingExtra("the engine 'openai' (httpx)", EXTRA) from None
        self._model = model or os.environ.get("OPENAI_MODEL", "")
        if not self._model:
            raise UsageError("the engine 'openai' needs a model", hint="--model NAME, or set OPENAI_MODEL")
        self._url = (url or os.environ.get("OPENAI_BASE_URL") or "https://api.openai.com/v1").rstrip("/")
        key = os.environ.get("OPENAI_API_KEY", "")
        self._client = httpx.Client(timeout=timeout_s, headers={"Authorization": f"Bearer {key}"} if key else {})
        self._httpx = httpx
        self._pair = f"from {source} to {to}"
        self._attempts, self._per_call, self._sleep = attempts, segments_per_call, sleep
        self.usage = Usage()

    def translate(self, requests: Sequence[Request]) -> list[Reply]:
        """Translate in calls of a few segments each; missing terms are named and asked for again."""
        replies: list[Reply] = []
        for start in range(0, len(requests), self._per_call):
            replies += self._chunk(requests[start : start + self._per_call])
        return replies

    def _chunk(self, requests: Sequence[Request]) -> list[Reply]:
        try:
            answers = self._ask([marked(r) for r in requests], "")
        except _Truncated:
            if len(requests) == 1:
                raise GergoError(
                    f"{self._url}: the answer was cut off or no JSON, {self._attempts} times",
                    hint="take a model with longer answers, or shorter paragraphs",
                ) from None
            half = len(requests) // 2
            return self._chunk(requests[:half]) + self._chunk(requests[half:])
        return [self._verified(request, answer) for request, answer in zip(requests, answers, strict=True)]

    def _verified(self, request: Request, answer: str) -> Reply:
        for _ in range(2):
            reply, missing = unmarked(request, answer)
            if not missing:
                return reply
            names = "; ".join(f"<k{i}>{form_of(request.items[i])}</k{i}>" for i in missing)
            try:
                answer = self._ask([marked(request)], f"Your last answer lost these, which must stand in it: {names}")[
                    0
                ]
            except _Truncated:
                break
        reply, missing = unmarked(request, answer)
        self.usage.notes += [f"{form_of(request.items[i])!r} is missing from an answer" for i in missing]
        return reply

    def _ask(self, texts: list[str], remark: str) -> list[str]:
        """One exchange; the translations, as many as texts."""
        system = (
            f'You translate {self._pair}. Answer with JSON: {{"translations": [one string a text, in order]}}. '
            "Words between <k0> and </k0> (any number) are the trade's own: copy each with its tags, exactly as it is, "
            "once, and make articles and adjectives around it agree. Translate everything else. " + remark
        )
        body = {
            "model": self._model,
            "messages": [
                {"role": "system", "content": system.strip()},
                {"role": "user", "content": json.dumps({"texts": texts}, ensure_ascii=False)},
            ],
            "response_format": _SCHEMA,
            "temperature": 0,
        }
        truncated = 0
        while True:
            data = self._post(body)
            try:
                return _translations(data, len(texts))
            except _Truncated:
                truncated += 1
                if truncated >= (self._attempts if len(texts) == 1 else 2):
                    raise

    def _post(self, body: dict[str, Any]) -> dict[str, Any]:
        """POST with retries: timeouts, broken connections, 429 (its Retry-After is kept to) and 5xx."""
        what = ""
        for attempt in range(self._attempts):
            self.usage.calls += 1
            wait_s = min(30.0, 0.5 * 2**attempt) * (0.75 + random.random() / 2)
            try:
                response = self._client.post(f"{self._url}/chat/completions", json=body)
            except self._httpx.TimeoutException:
                what = "no answer in time"
            except self._httpx.TransportError as error:
                what = type(error).__name__
            else:
                if response.status_code == 200:
                    return self._counted(response)
                what = f"status {response.status_code}"
                if response.status_code not in _RETRIED:
                    raise UsageError(
                        f"{self._url}: {what}: {_said(response.text)}",
                        hint=_HINTS.get(response.status_code, "check the address and the model"),
                    )
                wait_s = _retry_after(response.headers.get("Retry-After"), wait_s)
            if attempt + 1 < self._attempts:
                self._sleep(wait_s)
        raise GergoError(f"{self._url}: {what}, {self._attempts} times", hint="try again later")

    def _counted(self, response: Any) -> dict[str, Any]:
        try:
            data = response.json()
        except ValueError:
            return {}
        usage = data.get("usage") or {} if isinstance(data, dict) else {}
        self.usage.prompt_tokens += int(usage.get("prompt_tokens") or 0)
        self.usage.completion_tokens += int(usage.get("completion_tokens") or 0)
        return data if isinstance(data, dict) else {}


_HINTS = {401: "set OPENAI_API_KEY", 403: "this key may not use the model", 404: "check OPENAI_BASE_URL and --model"}


def _said(text: str) -> str:
    """What an endpoint answers, short, without anything that looks like a key."""
    return re.sub(r"\b(?:sk|key|Bearer)[-_ ][\w*-]+", "…", " ".join(text.split())[:200])


def _retry_after(header: str | None, otherwise: float) -> float:
    try:
        return min(120.0, max(0.0, float(header))) if header else otherwise
    except ValueError:
        return otherwise


def _translations(data: dict[str, Any], count: int) -> list[str]:
    try:
        choice = data["choices"][0]
        if choice.get("finish_reason") == "length":
            raise _Truncated
        content = re.sub(r"^```(?:json)?\s*|\s*```$", "", choice["message"]["content"].strip())
        texts = json.loads(content)["translations"]
    except (KeyError, IndexError, TypeError, AttributeError, ValueError):
        raise _Truncated from None
    if not isinstance(texts, list) or len(texts) != count or not all(isinstance(t, str) for t in texts):
        raise _Truncated
    return texts


def marked(request: Request) -> str:
    """The text with its items between tags; a translated term stands there as its translation."""
    pieces, at = [], 0
    for i, item in enumerate(request.items):
        pieces += [request.text[at : item.start], f"<k{i}>{form_of(item)}</k{i}>"]
        at = item.end
    return "".join([*pieces, request.text[at:]])


def unmarked(request: Request, answer: str) -> tuple[Reply, list[int]]:
    """The answer without tags, where its items stand, and which are missing.

    An item whose tags were lost and whose words are there is taken where it stands.
    """
    text, placed = "", []
    at = 0
    for match in _MARK.finditer(answer):
        index = int(match[1])
        text += answer[at : match.start()]
        at = match.end()
        if index < len(request.items) and all(p.index != index for p in placed):
            item = request.items[index]
            words = form_of(item)
            placed.append(
                Placed(
                    index, len(text), len(text) + len(words), item.gender, item.number if item.kind == "term" else ""
                )
            )
            text += words
        else:
            text += match[2]
    text += re.sub(r"</?k\d+>", "", answer[at:])
    missing = []
    for i, item in enumerate(request.items):
        if any(p.index == i for p in placed):
            continue
        taken = [(p.start, p.end) for p in placed]
        free = [
            m
            for m in re.finditer(re.escape(form_of(item)), text)
            if not any(a < m.end() and m.start() < b for a, b in taken)
        ]
        if free:
            placed.append(Placed(i, free[0].start(), free[0].end(), item.gender))
        else:
            missing.append(i)
    return Reply(text, tuple(sorted(placed, key=lambda p: p.start))), missing
