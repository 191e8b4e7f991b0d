"""`/`: the page people search with, its files, and the report beside it."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources
from typing import NamedTuple

from fastapi import APIRouter, Depends, Request, Response

from gergo.serving.failures import Refusal
from gergo.serving.service import ServiceHere, may_follow

TYPES = {"html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}
REPORT_POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; sandbox allow-scripts"
)

router = APIRouter(include_in_schema=False)


class _File(NamedTuple):
    content: bytes
    type: str
    tag: str


@cache
def _files() -> dict[str, _File]:
    """Every file of the page, by name: what is not in here cannot be asked for."""
    found = {}
    for entry in resources.files("gergo.serving").joinpath("page").iterdir():
        kind = entry.name.rpartition(".")[2]
        if kind in TYPES:
            content = entry.read_bytes()
            found[entry.name] = _File(content, TYPES[kind], f'"{hashlib.sha256(content).hexdigest()[:16]}"')
    return found


@router.get("/")
async def page(request: Request) -> Response:
    """The page."""
    return _file(request, "index.html")


@router.get("/page/{name}")
async def page_file(request: Request, name: str) -> Response:
    """A file of the page."""
    return _file(request, name)


@router.get("/favicon.ico")
async def icon() -> Response:
    """None: the page carries its own."""
    return Response(status_code=204)


@router.get("/report", dependencies=[Depends(may_follow)])
async def report(service: ServiceHere) -> Response:
    """The report that the server was started with, in a box of its own: it may not call this server."""
    if service.report is None:
        raise Refusal(404, "not_found", "this server was started without a report", hint="gergo serve --report FILE")
    return Response(service.report, media_type=TYPES["html"], headers={"Content-Security-Policy": REPORT_POLICY})


def _file(request: Request, name: str) -> Response:
    file = _files().get(name)
    if file is None:
        raise Refusal(404, "not_found", "there is nothing here")
    headers = {"ETag": file.tag, "Cache-Control": "no-cache"}
    if request.headers.get("if-none-match") == file.tag:
        return Response(status_code=304, headers=headers)
    return Response(file.content, media_type=file.type, headers=headers)
