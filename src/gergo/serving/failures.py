"""The one shape of an error answer, `{"error": {"code", "message", "hint"}}`, and what becomes one.

Codes are stable and made to be compared; messages are for people. No answer names a path of the server or shows its
code: what was not expected is written to the log under a number, and the answer carries the number.
"""

from __future__ import annotations

import re
import secrets
import traceback
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from gergo.catalogue.pictures import PictureError
from gergo.errors import GergoError
from gergo.progress import say

STATUS_CODES = {
    400: "malformed_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
}
PICTURES = {
    "picture_empty": (422, "the picture is empty"),
    "picture_not_an_image": (415, "these bytes are no picture"),
    "picture_unsupported": (415, "a picture of a format that is not read here"),
    "picture_truncated": (422, "the picture ends too early"),
    "picture_broken": (422, "the picture cannot be decoded"),
    "picture_too_large": (413, "the picture has too many pixels"),
    "picture_too_small": (422, "the picture is too small to show anything"),
}
PICTURE_HINT = "send a JPEG, PNG, WebP, GIF, AVIF or BMP file, base64 or as a data: URL"
_PATH = re.compile(r"(?<![\w:/<])/(?:[^\s/'\",:;()]+/)*[^\s/'\",:;()]+")
_MOST_SHOWN = 200


class Refusal(Exception):
    """A request that gets an error: its HTTP status, stable code, message and hint."""

    def __init__(
        self, status: int, code: str, message: str, *, hint: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.hint, self.headers = status, code, message, hint, headers

    def answer(self) -> JSONResponse:
        """The refusal as an HTTP answer."""
        return error_answer(self.status, self.code, self.message, hint=self.hint, headers=self.headers)


def error_answer(
    status: int, code: str, message: str, *, hint: str = "", headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """An answer of the one error shape."""
    body = {"error": {"code": code, "message": without_paths(message), "hint": without_paths(hint)}}
    return JSONResponse(body, status, headers=dict(headers or {}))


def without_paths(text: str) -> str:
    """A message without the folders of this machine.

    >>> without_paths("/srv/shop.gergo: no column 'colour' in 3/4 rows")
    "(a file): no column 'colour' in 3/4 rows"
    """
    return _PATH.sub("(a file)", text)


def refusal_of(error: GergoError) -> Refusal:
    """What an error of Gergo's tree is over HTTP: the request was wrong (422), or the server failed (500)."""
    if isinstance(error, PictureError):
        status, message = PICTURES.get(error.reason, (422, "the picture cannot be used"))
        return Refusal(status, error.reason, message, hint=PICTURE_HINT)
    if error.exit_code == 2:
        return Refusal(422, "invalid_request", str(error), hint=error.hint)
    return Refusal(500, "failed", "the server could not do this", hint="its log says why")


def unexpected(error: BaseException) -> JSONResponse:
    """Write an error that nobody expected to the log, and the answer that does not show it."""
    number = secrets.token_hex(4)
    say(f"error {number}: " + "".join(traceback.format_exception(error)).rstrip())
    return error_answer(
        500, "internal", f"something went wrong here (error {number})", hint="the server's log says what"
    )


def add_handlers(app: FastAPI) -> None:
    """Turn every way in which a request can end badly into the one shape."""

    @app.exception_handler(Refusal)
    async def refused(_: Request, error: Refusal) -> JSONResponse:
        return error.answer()

    @app.exception_handler(GergoError)
    async def gergo_error(_: Request, error: GergoError) -> JSONResponse:
        refusal = refusal_of(error)
        if refusal.status >= 500:
            say("".join(traceback.format_exception(error)).rstrip())
        return refusal.answer()

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        if first["type"] == "json_invalid":
            return error_answer(400, "malformed_json", "the body is not JSON")
        return error_answer(422, "invalid_request", _described(first["loc"], first["msg"]), hint="see /openapi.json")

    @app.exception_handler(HTTPException)
    async def http_error(_: Request, error: HTTPException) -> JSONResponse:
        code = STATUS_CODES.get(error.status_code, "refused")
        return error_answer(error.status_code, code, str(error.detail), headers=error.headers)


def _described(location: Sequence[Any], message: str) -> str:
    """Where in a request what is wrong.

    >>> _described(("body", "filters", 0, "op"), "Field required")
    'filters.0.op: field required'
    """
    where = ".".join(str(part) for part in location if part not in ("body", "query", "path"))
    text = message.removeprefix("Value error, ")
    return f"{where or 'the body'}: {text[:1].lower()}{text[1:]}"[:_MOST_SHOWN]
