"""What an import has read but not yet stored, on disk: rows as JSON, pictures as their bytes end to end.

Groups and splits need every row before the first can be stored; the spill is what keeps memory flat meanwhile.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from array import array
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from gergo.catalogue.pictures import Picture
from gergo.catalogue.pictures.reading import THUMBNAIL_PX

PREFIX = ".import-"
_THUMBNAIL_BYTES = THUMBNAIL_PX * THUMBNAIL_PX * 3


@contextmanager
def spilled(catalogue: Path) -> Iterator[Spill]:
    """A spill in a folder beside the tables, gone at the end; what a killed import left behind goes as well."""
    for left in catalogue.glob(f"{PREFIX}*"):
        shutil.rmtree(left, ignore_errors=True)
    with (
        tempfile.TemporaryDirectory(prefix=PREFIX, dir=catalogue, ignore_cleanup_errors=True) as folder,
        open(Path(folder, "rows"), "wb+") as rows,
        open(Path(folder, "pictures"), "wb+") as pictures,
        open(Path(folder, "thumbnails"), "wb+") as thumbnails,
    ):
        yield Spill(rows, pictures, thumbnails)


class Spill:
    """Rows and pictures of one import. Files are read, not mapped: mapped pages would count as memory in use."""

    def __init__(self, rows: BinaryIO, pictures: BinaryIO, thumbnails: BinaryIO) -> None:
        self._rows, self._pictures, self._thumbnails = rows, pictures, thumbnails
        self._ends = array("q", [0])
        self._row_starts, self._row_ends, self._written = array("q"), array("q"), 0

    def put_row(self, place: int, values: dict[str, object]) -> None:
        """Keep a row: the next, or another in the place of one that is there."""
        line = json.dumps(values, ensure_ascii=False).encode()
        if place == len(self._row_starts):
            self._row_starts.append(0)
            self._row_ends.append(0)
        self._rows.write(line)
        self._row_starts[place], self._row_ends[place] = self._written, self._written + len(line)
        self._written += len(line)

    def row(self, place: int) -> dict:
        """The row in a place."""
        start, end = self._row_starts[place], self._row_ends[place]
        self._rows.flush()
        return json.loads(os.pread(self._rows.fileno(), end - start, start))

    def drop_rows(self, places: Collection[int]) -> None:
        """Forget some rows; those after them move up."""
        kept = [place for place in range(len(self._row_starts)) if place not in places]
        self._row_starts = array("q", [self._row_starts[place] for place in kept])
        self._row_ends = array("q", [self._row_ends[place] for place in kept])

    def rows(self) -> Iterator[dict]:
        """Every row, by its place."""
        return map(self.row, range(len(self._row_starts)))

    def add_picture(self, picture: Picture) -> int:
        """Keep a picture's bytes and thumbnail; the number is its place."""
        self._pictures.write(picture.data)
        self._thumbnails.write(picture.fingerprint.thumbnail)
        self._ends.append(self._ends[-1] + len(picture.data))
        return len(self._ends) - 2

    def picture(self, place: int) -> bytes:
        """The bytes of one picture."""
        start, end = self._ends[place], self._ends[place + 1]
        self._pictures.flush()
        return os.pread(self._pictures.fileno(), end - start, start)

    def thumbnail(self, place: int) -> NDArray[np.uint8]:
        """The thumbnail of one picture, uint8 [32, 32, 3]."""
        self._thumbnails.flush()
        pixels = os.pread(self._thumbnails.fileno(), _THUMBNAIL_BYTES, place * _THUMBNAIL_BYTES)
        return np.frombuffer(pixels, np.uint8).reshape(THUMBNAIL_PX, THUMBNAIL_PX, 3)
