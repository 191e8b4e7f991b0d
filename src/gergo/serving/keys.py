"""API keys: who may read, who may write; and links that work in an <img>, where no header can be sent."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from gergo.errors import InputError
from gergo.serving.failures import Refusal

Right = Literal["read", "write"]
RIGHTS: tuple[Right, ...] = ("read", "write")
MIN_KEY_CHARACTERS = 16
TICKET_S = 3600


class Keys:
    """The keys of a server, kept as hashes; without any, everybody may do everything."""

    def __init__(self, keys: Sequence[tuple[Right, str]] = ()) -> None:
        self._hashes = [(right, _hash(key)) for right, key in keys]
        self._secret = hashlib.sha256(b"ticket" + b"".join(sorted(h for _, h in self._hashes))).digest()

    @staticmethod
    def read(path: Path) -> Keys:
        """Keys of a file: a line each, `read KEY` or `write KEY` (which reads, too); `#` begins a comment.

        Raises:
            InputError: the file cannot be read, holds no key, or a line is not of that form.
        """
        hint = "a line each: read KEY, or write KEY; openssl rand -hex 24 makes a good one"
        try:
            lines = path.read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"the keys in {path} cannot be read: {error}", hint=hint) from None
        keys: list[tuple[Right, str]] = []
        for number, line in enumerate(lines, 1):
            words = line.partition("#")[0].split()
            if not words:
                continue
            right: Right | None = next((right for right in RIGHTS if right == words[0]), None)
            if right is None or len(words) != 2:
                raise InputError(f"{path}, line {number}: not a right and a key", hint=hint)
            if len(words[1]) < MIN_KEY_CHARACTERS:
                raise InputError(f"{path}, line {number}: a key under {MIN_KEY_CHARACTERS} characters", hint=hint)
            keys.append((right, words[1]))
        if not keys:
            raise InputError(f"{path} holds no key", hint=hint)
        return Keys(keys)

    def __bool__(self) -> bool:
        return bool(self._hashes)

    def require(self, right: Right, authorization: str | None) -> None:
        """Raises Refusal (401, 403) unless the Authorization header holds a key with that right.

        Every key is compared, each in constant time, so that an answer's time says nothing about any.
        """
        if not self:
            return
        scheme, _, given = (authorization or "").partition(" ")
        offered = _hash(given.strip())
        held = [stored_right for stored_right, stored in self._hashes if hmac.compare_digest(stored, offered)]
        if scheme.lower() != "bearer" or not held:
            message = "this server wants an API key" if not authorization else "this key is not known"
            headers = {"WWW-Authenticate": "Bearer"}
            raise Refusal(401, "unauthorized", message, hint="Authorization: Bearer KEY", headers=headers)
        if right == "write" and "write" not in held:
            raise Refusal(403, "forbidden", "this key may read, not write", hint="use a key that may write")

    def ticket(self) -> str:
        """What a link to a picture carries instead of a key: good for an hour or two; "" where no keys are used."""
        if not self:
            return ""
        until = (int(time.time()) // TICKET_S + 2) * TICKET_S  # the same for an hour, so that pictures stay cached
        return f"{until}.{self._sign(until)}"

    def admits(self, ticket: str | None) -> bool:
        """Whether a ticket was given out here and is still good."""
        until, _, signature = (ticket or "").partition(".")
        if not until.isascii() or not until.isdigit() or len(until) > 12:
            return False
        good = hmac.compare_digest(self._sign(int(until)).encode(), signature.encode())
        return good and int(until) > time.time()

    def _sign(self, until: int) -> str:
        return hmac.new(self._secret, str(until).encode(), "sha256").hexdigest()[:32]


def _hash(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
