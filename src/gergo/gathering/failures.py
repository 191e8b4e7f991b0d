"""What a crawl could not fetch, and why: a line of JSON each beside its archive, written as it happens."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

from gergo.files import write_whole
from gergo.gathering.site import Unread

SUFFIX = ".failed.jsonl"


class Failures:
    """(address, reason) as they come up; a crawl that goes on after an interruption knows those that are final."""

    def __init__(self, path: Path, *, resuming: bool) -> None:
        self._lock = threading.Lock()
        self._path = path
        self._reasons: dict[str, tuple[str, bool]] = {}
        if resuming:
            self._reasons = {url: (reason, True) for url, reason, final in read_failures(path) if final}
        self._rewrite()

    def add(self, url: str, reason: str, *, final: bool = True) -> None:
        """One more. final: asked again it would fail again, as a refused address does and a lost connection may not."""
        with self._lock:
            self._reasons[url] = reason, final
            with self._path.open("a", encoding="utf-8") as file:
                file.write(_line(url, reason, final))

    def final(self, url: str) -> bool:
        """Whether an address failed for good."""
        return self._reasons.get(url, ("", False))[1]

    def unread(self) -> Unread:
        """Everything that failed, in the order it came up."""
        return Unread([(url, reason) for url, (reason, _) in self._reasons.items()])

    def _rewrite(self) -> None:
        write_whole(self._path, "".join(_line(url, *said) for url, said in self._reasons.items()))


def read_failures(path: Path) -> Iterator[tuple[str, str, bool]]:
    """(address, reason, final) line by line; nothing where there is no file."""
    for line in path.read_text("utf-8").splitlines() if path.exists() else ():
        try:
            said = json.loads(line)
        except ValueError:
            continue  # the line that was being written
        yield said["url"], said["reason"], said["final"]


def _line(url: str, reason: str, final: bool) -> str:
    return json.dumps({"url": url, "reason": reason, "final": final}, ensure_ascii=False) + "\n"
