"""A catalogue's pictures as vectors, decoded in threads while the model works on those before.

Threads do: the JPEG decoder, the resizing and the table's reader let go of the interpreter. A few batches are decoded
ahead and no more, so that memory does not grow with the catalogue.

Shapes: B pictures of a batch, D the latent space.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import torch

from gergo.towers.model import Model
from gergo.towers.network import Batch

if TYPE_CHECKING:
    from gergo.catalogue.store import Catalogue

BATCH = 64
MOST_DECODERS = 8


def picture_vectors(catalogue: Catalogue, model: Model, views: Sequence[int]) -> Iterator[np.ndarray]:
    """Unit vectors float32 [B, D] of the pictures of `views`, batch by batch, in their order."""
    for batch in _prepared(catalogue, model, views):
        with torch.inference_mode():
            yield model.encode_batch("image", batch).cpu().numpy()


def _prepared(catalogue: Catalogue, model: Model, views: Sequence[int]) -> Iterator[Batch]:
    decoders = max(1, min(MOST_DECODERS, os.cpu_count() or 1))
    parts = (views[start : start + BATCH] for start in range(0, len(views), BATCH))
    waiting: deque[Future[Batch]] = deque()
    with ThreadPoolExecutor(decoders, thread_name_prefix="decode") as pool:
        try:
            for part in parts:
                waiting.append(pool.submit(lambda part: model.prepare("image", catalogue.pictures(part)), part))
                if len(waiting) > decoders:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)
