"""Training pictures, decoded once: a file of uint8 squares that every epoch reads from.

Decoding a JPEG costs more than augmenting it, and an epoch would do it again and again. The file lies on disk
and is mapped, so memory stays bounded whatever the catalogue's size; the operating system keeps in memory
what fits.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

import numpy as np
import torch
from torch import Tensor

from gergo.catalogue.store import Catalogue
from gergo.contrastive.checkpoints import explained_disk
from gergo.contrastive.sampler import Ints
from gergo.errors import InputError, TrainingError
from gergo.files import replacing
from gergo.progress import bar
from gergo.towers.network import ImageTower

_AT_ONCE = 256


class Canvases:
    """Pictures as uint8 [3, S, S], by position."""

    def __init__(self, path: Path, count: int, size_px: int) -> None:
        self.path = path
        self.size_px = size_px
        self._pixels_N3SS = np.memmap(path, np.uint8, "r", shape=(count, 3, size_px, size_px))

    def __len__(self) -> int:
        return len(self._pixels_N3SS)

    def __getitem__(self, positions_B: Ints) -> Tensor:
        """uint8 [B, 3, S, S], a copy."""
        return torch.from_numpy(self._pixels_N3SS[positions_B])


def decode_canvases(
    catalogue: Catalogue, views: Sequence[int], tower: ImageTower, *, size_px: int, folder: Path
) -> Canvases:
    """Decode the pictures of these views into a file of `folder`; one that is already there is used again.

    Raises:
        TrainingError: a picture cannot be decoded any more, or the disk has no room.
    """
    identity = f"{catalogue.hash} {tower.geometry} {size_px} {list(views)}"
    path = folder / f"canvases-{hashlib.sha256(identity.encode()).hexdigest()[:12]}.u8"
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)  # on machines that share no disk with the first
        needed_bytes = len(views) * 3 * size_px * size_px
        free_bytes = shutil.disk_usage(folder).free
        if needed_bytes > free_bytes:
            raise TrainingError(
                f"{len(views):,} pictures of {size_px} px need {needed_bytes / 1e9:.1f} GB in {folder}, "
                f"where {free_bytes / 1e9:.1f} GB are free",
                hint="free some space, or put the output folder on another disk; what was saved stays",
            )
        with explained_disk(folder), replacing(path) as file:
            _write(catalogue, views, tower, size_px, file)
    return Canvases(path, len(views), size_px)


def _write(catalogue: Catalogue, views: Sequence[int], tower: ImageTower, size_px: int, file: BinaryIO) -> None:
    with (
        ThreadPoolExecutor(torch.get_num_threads()) as pool,
        bar("decoding pictures", len(views), "pictures") as progress,
    ):
        for start in range(0, len(views), _AT_ONCE):
            some = list(views[start : start + _AT_ONCE])
            data = catalogue.pictures(some)
            for canvas in pool.map(_canvas, [tower] * len(some), data, [size_px] * len(some), some):
                file.write(canvas.numpy().tobytes())
            progress.advance(len(some))


def _canvas(tower: ImageTower, data: bytes, size_px: int, view: int) -> Tensor:
    try:
        return tower.canvas(data, size_px)
    except InputError as error:
        raise TrainingError(
            f"the picture of view {view} can no longer be read from the catalogue: {error}",
            hint="import the source again; what was saved stays, and the same command resumes",
        ) from error
