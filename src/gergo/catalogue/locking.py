"""One writer at a time: a lock that the system lets go of when its holder dies, however it dies."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gergo.errors import UsageError


class CatalogueBusy(UsageError):
    """Another process is writing to the catalogue; it will end, and then one may try again."""


@contextmanager
def import_lock(folder: Path) -> Iterator[None]:
    """Hold the right to import into a catalogue. Raises CatalogueBusy at once when another process holds it."""
    with open(folder / "import.lock", "a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise CatalogueBusy(
                f"{folder}: another import is at work on it (process {file.read().strip() or 'unknown'})",
                hint="wait until it has ended, or import into another folder",
            ) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


@contextmanager
def manifest_lock(folder: Path) -> Iterator[None]:
    """Hold the right to replace the manifest; waits, because nobody holds it for longer than a file takes."""
    with open(folder / "manifest.lock", "a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
