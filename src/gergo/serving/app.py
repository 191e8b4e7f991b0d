"""The application: endpoints, the guard around them, and one error shape for all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio.to_thread
from fastapi import FastAPI

from gergo import __version__
from gergo.serving.endpoints import classify, embeddings, explain, items, page, search, status
from gergo.serving.failures import add_handlers
from gergo.serving.guarding import Guard
from gergo.serving.schemas import ErrorAnswer
from gergo.serving.service import Service
from gergo.serving.settings import Settings

THREADS = 64  # requests that may wait for one call of the model together
ENDPOINTS = (search, classify, explain, embeddings, items, status, page)


def create_app(settings: Settings) -> FastAPI:
    """The server's application for one worker; loads the model and the index.

    Raises:
        InputError: there is no such catalogue, it has no index, or its model, the keys or the report cannot be read.
    """
    service = Service(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        service.live.start()
        yield
        await anyio.to_thread.run_sync(service.close)

    app = FastAPI(
        title="Gergo",
        version=__version__,
        description="A catalogue, found by words, by picture, by both.",
        lifespan=lifespan,
        docs_url=None,  # its page comes from elsewhere
        redoc_url=None,
        responses={"4XX": {"model": ErrorAnswer}, "5XX": {"model": ErrorAnswer}},
    )
    app.state.service = service
    for endpoint in ENDPOINTS:
        app.include_router(endpoint.router)
    add_handlers(app)
    app.add_middleware(Guard, service=service)
    return app
