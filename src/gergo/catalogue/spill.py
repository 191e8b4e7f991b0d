"""What an import has read but not yet stored, on disk: rows as lines of JSON, pictures as Arrow batches.

Groups and splits need every row before the first can be stored; the spill is what keeps memory flat meanwhile.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gergo.catalogue.pictures import Picture
from gergo.catalogue.pictures.reading import THUMBNAIL_PX

PREFIX = ".import-"
_BATCH = 64
_SCHEMA = pa.schema([("picture", pa.large_binary())])


@contextmanager
def spilled(catalogue: Path) -> Iterator[Spill]:
    """A spill in a folder beside the tables, gone at the end; what a killed import left behind goes as well."""
    for left in catalogue.glob(f"{PREFIX}*"):
        shutil.rmtree(left, ignore_errors=True)
    with (
        tempfile.TemporaryDirectory(prefix=PREFIX, dir=catalogue, ignore_cleanup_errors=True) as folder,
        open(Path(folder, "rows.jsonl"), "w+", encoding="utf-8") as rows,
        open(Path(folder, "thumbnails.bin"), "wb+") as thumbnails,
        pa.OSFile(str(Path(folder, "pictures.arrow")), "wb") as pictures,
    ):
        yield Spill(rows, thumbnails, pictures, Path(folder, "pictures.arrow"))


class Spill:
    """Rows and pictures of one import; pictures can be read when all are added."""

    def __init__(self, rows: TextIO, thumbnails: BinaryIO, sink: pa.NativeFile, pictures: Path) -> None:
        self._rows, self._thumbnails, self._sink, self._path = rows, thumbnails, sink, pictures
        self._writer: pa.ipc.RecordBatchFileWriter | None = pa.ipc.new_file(sink, _SCHEMA)
        self._waiting: list[bytes] = []
        self._written = 0
        self._pictures: pa.ipc.RecordBatchFileReader | None = None
        self._pixels: NDArray[np.uint8] | None = None

    def add_row(self, values: dict[str, object]) -> None:
        """Keep a row; rows come back in the order they were added."""
        json.dump(values, self._rows, ensure_ascii=False)
        self._rows.write("\n")

    def rows(self) -> Iterator[dict]:
        """Every row, from the first."""
        self._rows.flush()
        self._rows.seek(0)
        for line in self._rows:
            yield json.loads(line)

    def add_picture(self, picture: Picture) -> int:
        """Keep a picture's bytes and thumbnail; the number is its place."""
        self._waiting.append(picture.data)
        self._thumbnails.write(picture.fingerprint.thumbnail)
        if len(self._waiting) == _BATCH:
            self._write_waiting()
        self._written += 1
        return self._written - 1

    def picture(self, place: int) -> bytes:
        """The bytes of one picture."""
        self._finish()
        if self._pictures is None:
            self._pictures = pa.ipc.open_file(pa.memory_map(str(self._path)))
        return self._pictures.get_batch(place // _BATCH).column("picture")[place % _BATCH].as_py()

    def thumbnail(self, place: int) -> NDArray[np.uint8]:
        """The thumbnail of one picture, uint8 [32, 32, 3]."""
        if self._pixels is None:
            self._thumbnails.flush()
            shape = (self._written, THUMBNAIL_PX, THUMBNAIL_PX, 3)
            self._pixels = np.memmap(self._thumbnails, np.uint8, "r", shape=shape)
        return self._pixels[place]

    def _write_waiting(self) -> None:
        assert self._writer is not None, "no picture may be added once they are read"
        self._writer.write_batch(pa.record_batch([pa.array(self._waiting, pa.large_binary())], schema=_SCHEMA))
        self._waiting.clear()

    def _finish(self) -> None:
        if self._writer is not None:
            if self._waiting:
                self._write_waiting()
            self._writer.close()
            self._sink.flush()
            self._writer = None
