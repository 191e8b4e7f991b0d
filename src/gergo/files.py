"""Files that are there whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file to write, that is flushed to the disk and takes the place of `path` once it is whole.

    A writer that fails leaves what was there; one that is killed leaves `path.part` beside it as well, which the next
    one writes over.
    """
    beside = path.with_name(f"{path.name}.part")
    try:
        with beside.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def write_whole(path: Path, content: str | bytes) -> None:
    """Put a text (as UTF-8) or bytes into the place of `path`."""
    with replacing(path) as file:
        file.write(content.encode() if isinstance(content, str) else content)
