"""What is read: pages and pictures by their addresses, wherever they lie."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Page:
    """One page as it was found.

    url: its address; of a saved file without one, a `file:` address. body: its bytes, as they were served or saved.
    charset: what the server said, "" where it said nothing.
    """

    url: str
    body: bytes
    charset: str = ""


@dataclass
class Unread:
    """What could not be read, and why: (address or file, reason)."""

    found: list[tuple[str, str]] = field(default_factory=list)

    def add(self, what: str, why: str) -> None:
        """One more."""
        self.found.append((what, why))


class Site(Protocol):
    """Pages that can be read again and again, and the pictures that they show."""

    name: str
    unread: Unread

    def pages(self) -> Iterator[Page]:
        """Every page once, in an order that does not change."""
        ...

    def picture(self, url: str) -> bytes | None:
        """The bytes behind an absolute address; None where they are not there."""
        ...
