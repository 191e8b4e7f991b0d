"""What every endpoint works with: one object a worker, made before the first request and closed after the last."""

from __future__ import annotations

import time
from typing import Annotated

from fastapi import Depends, Header, Query, Request

from gergo.serving.batching import BatchedModel
from gergo.serving.failures import Refusal
from gergo.serving.keys import Keys
from gergo.serving.live import Live, State
from gergo.serving.metrics import Metrics
from gergo.serving.settings import Settings
from gergo.serving.uploads import Uploads
from gergo.towers.model import Model


class Service:
    """The served index, the door for pictures, the keys and the numbers."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.keys = Keys.read(settings.keys) if settings.keys else Keys()
        self.uploads = Uploads(settings.limits)
        self.metrics = Metrics()
        self.report = settings.report.read_bytes() if settings.report else None
        self.closing = False
        self.live = Live(
            settings.catalogue,
            base=settings.base,
            batched=self._batched,
            refresh_s=settings.refresh_s,
            watch=self._watch,
        )
        self._watch(self.live, True)

    @property
    def state(self) -> State:
        """What is served at this moment; an endpoint takes it once."""
        return self.live.state

    @property
    def writable(self) -> bool:
        """Whether anybody may write."""
        return not self.settings.read_only

    def picture_link(self, view: int | None) -> str | None:
        """Where the small version of a picture is; with a ticket where keys are used."""
        return None if view is None else self.link(f"/v1/picture/{view}")

    def link(self, path: str) -> str:
        """A path that can be followed without a header."""
        ticket = self.keys.ticket()
        return f"{path}?ticket={ticket}" if ticket else path

    def close(self) -> None:
        """Let the models finish what was asked of them."""
        self.closing = True
        self.live.close()

    def _batched(self, model: Model) -> BatchedModel:
        def observe(modality: str, count: int) -> None:
            self.metrics.batches.labels(modality).observe(count)

        settings = self.settings
        return BatchedModel(model, batch=settings.batch, delay_s=settings.delay_ms / 1000, observe=observe)

    def _watch(self, live: Live, well: bool) -> None:
        self.metrics.items.set(live.state.index.record.items)
        self.metrics.version.set(live.version)
        self.metrics.checked.set(time.time() - live.checked_s_ago)
        if not well:
            self.metrics.refresh_failures.inc()


def _service(request: Request) -> Service:
    return request.app.state.service


ServiceHere = Annotated[Service, Depends(_service)]
Authorization = Annotated[str | None, Header(include_in_schema=False)]


def may_read(service: ServiceHere, authorization: Authorization = None) -> None:
    """Refuse who may not read."""
    service.keys.require("read", authorization)


def may_follow(
    service: ServiceHere, authorization: Authorization = None, ticket: Annotated[str | None, Query()] = None
) -> None:
    """Refuse who has neither a key nor a link with a ticket."""
    if service.keys and ticket is not None and service.keys.admits(ticket):
        return
    service.keys.require("read", authorization)


def may_write(service: ServiceHere, authorization: Authorization = None) -> None:
    """Refuse who may not write."""
    service.keys.require("write", authorization)
    if not service.writable:
        raise Refusal(403, "read_only", "this server does not write", hint="gergo serve without --read-only, or --keys")
