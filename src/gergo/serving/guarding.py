"""What every request passes, whatever it asks: how many at a time, how large, for whom; and the headers of answers."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gergo.serving.failures import Refusal, unexpected

if TYPE_CHECKING:
    from gergo.serving.service import Service

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
ALWAYS = ("/healthz", "/readyz")  # answered however busy, or a supervisor would kill who only has much to do
BODIES = ("POST", "PUT", "PATCH", "DELETE")


class Guard:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app, self._service = app, service
        self._in_work = 0
        self._held_bytes = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started_s, status, began = time.perf_counter(), 500, False

        async def answer(message: Message) -> None:
            nonlocal status, began
            if message["type"] == "http.response.start":
                status, began = message["status"], True
                self._add_headers(MutableHeaders(scope=message), scope)
            await send(message)

        held = 0
        metrics = self._service.metrics
        self._in_work += 1
        metrics.in_work.set(self._in_work)
        try:
            self._check(scope)
            body = await self._body(scope, receive)
            held = len(body)
            await self._app(scope, _replay(body, receive), answer)
        except Refusal as refusal:
            await refusal.answer()(scope, receive, answer)
        except Exception as error:
            if not began:
                await unexpected(error)(scope, receive, answer)
        finally:
            self._held_bytes -= held
            self._in_work -= 1
            metrics.in_work.set(self._in_work)
            route = getattr(scope.get("route"), "path", "(none)")
            metrics.requests.labels(route, scope["method"] if scope.get("route") else "-", str(status)).inc()
            metrics.seconds.labels(route).observe(time.perf_counter() - started_s)

    def _check(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if self._service.settings.hosts and _name(host) not in self._service.settings.hosts:
            message = "this server does not go by that name"
            raise Refusal(400, "unknown_host", message, hint="gergo serve --allow-host NAME")
        origin = headers.get("origin")
        if origin and scope["method"] in BODIES and origin.partition("://")[2] != host:
            raise Refusal(403, "foreign_origin", "pages of other sites may not use this server")
        if self._in_work > self._service.settings.limits.requests and scope["path"] not in ALWAYS:
            headers_back = {"Retry-After": "1"}
            raise Refusal(503, "overloaded", "too many requests at once", hint="try again", headers=headers_back)

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        """The whole body, within its limits of size, time and memory. Raises Refusal."""
        if scope["method"] not in BODIES:
            return b""
        limits = self._service.settings.limits
        too_large = Refusal(413, "too_large", f"the request is over {limits.request_bytes:,} bytes", hint="send less")
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isascii() and announced.isdigit() and int(announced[:20]) > limits.request_bytes:
            raise too_large
        parts: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(limits.body_s):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise Refusal(400, "malformed_request", "the client left")
                    part = message.get("body", b"")
                    size += len(part)
                    self._held_bytes += len(part)
                    parts.append(part)
                    if size > limits.request_bytes:
                        raise too_large
                    if self._held_bytes > limits.body_bytes:
                        headers = {"Retry-After": "1"}
                        raise Refusal(503, "overloaded", "too much is being sent at once", headers=headers)
                    if not message.get("more_body"):
                        return b"".join(parts)
        except BaseException as error:
            self._held_bytes -= size
            if isinstance(error, TimeoutError):
                raise Refusal(408, "timeout", f"the body took over {limits.body_s:g} s to arrive") from None
            raise

    def _add_headers(self, headers: MutableHeaders, scope: Scope) -> None:
        for name, value in SECURITY_HEADERS.items():
            headers.setdefault(name, value)
        headers.setdefault("Content-Security-Policy", PAGE_POLICY)
        if scope["path"].startswith("/v1/"):
            live = self._service.live
            headers.setdefault("Cache-Control", "no-store")
            headers["Gergo-Catalogue-Version"] = str(live.version)
            headers["Gergo-Checked-S-Ago"] = f"{live.checked_s_ago:.1f}"
            headers["Gergo-Max-Staleness-S"] = f"{live.refresh_s:g}"


def _name(host: str) -> str:
    """The name in a Host header, without its port.

    >>> _name("[::1]:8000"), _name("Shop.example:80")
    ('[::1]', 'shop.example')
    """
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    return name.lower()


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def again() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
