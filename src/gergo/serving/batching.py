"""Requests that arrive together become one call of the model.

One thread calls the model, and nothing else does: whatever hooks into it has it for itself. While it is at work others
queue, and all that have queued go into the next call. Only when the last call served several does it also wait a moment
for company: a lone client never waits.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, TypeVar

import numpy as np

from gergo.towers.geometry import ImageLike
from gergo.towers.model import Model

Encode = Callable[[str, Sequence[Any]], np.ndarray]
TEXT, IMAGE, WORK = "text", "image", "work"
PICTURES_AT_ONCE = 8  # of a large job: between two calls of the model others get their turn
T = TypeVar("T")


class Batcher:
    """`encode(modality, values)` called on one thread for all who ask at the same time.

    Args:
        encode: modality and n values -> float32 [n, d].
        batch: the most values of one call.
        delay_s: the longest wait for company.
        observe: told (modality, how many values) of every call.
    """

    def __init__(
        self,
        encode: Encode,
        *,
        batch: int = 64,
        delay_s: float = 0.002,
        observe: Callable[[str, int], None] = lambda *_: None,
    ) -> None:
        self._encode, self._batch, self._delay_s, self._observe = encode, batch, delay_s, observe
        self._asked: queue.SimpleQueue[tuple[str, Sequence[Any], Future[np.ndarray]] | None] = queue.SimpleQueue()
        self._closing = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="gergo-model", daemon=True)
        self._thread.start()

    def encode(self, modality: str, values: Sequence[Any]) -> np.ndarray:
        """Vectors float32 [n, d] of n values; waits until they are there."""
        future: Future[np.ndarray] = Future()
        with self._closing:
            assert not self._closed, "the batcher is closed"
            self._asked.put((modality, values, future))
        return future.result()

    def run(self, work: Callable[[], T]) -> T:
        """What `work` returns, called on the thread that calls the model; waits until it is there."""
        future: Future[Any] = Future()
        with self._closing:
            assert not self._closed, "the batcher is closed"
            self._asked.put((WORK, [work], future))
        return future.result()

    def close(self) -> None:
        """Finish what was asked, then end."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
            self._asked.put(None)
        self._thread.join()

    def _work(self) -> None:
        company = False
        while (first := self._asked.get()) is not None:
            asked, ended = self._gather(first, wait=company)
            company = len(asked) > 1
            by_modality = defaultdict(list)
            for modality, values, future in asked:
                by_modality[modality].append((values, future))
            for works, future in by_modality.pop(WORK, ()):
                _run(works[0], future)
            for modality, together in by_modality.items():
                self._answer(modality, together)
            if ended:
                return

    def _gather(self, first: Any, *, wait: bool) -> tuple[list[Any], bool]:
        """What is asked together with `first`, and whether the end was met on the way."""
        asked, count = [first], len(first[1])
        until = time.monotonic() + (self._delay_s if wait else 0.0)
        while count < self._batch:
            try:
                left_s = until - time.monotonic()
                following = self._asked.get(timeout=left_s) if left_s > 0 else self._asked.get_nowait()
            except queue.Empty:
                break
            if following is None:
                return asked, True
            asked.append(following)
            count += len(following[1])
        return asked, False

    def _answer(self, modality: str, together: list[tuple[Sequence[Any], Future[np.ndarray]]]) -> None:
        values = [value for part, _ in together for value in part]
        self._observe(modality, len(values))
        try:
            vectors_ND = self._encode(modality, values)
        except Exception as error:
            if len(together) == 1:
                together[0][1].set_exception(error)
                return
            for alone in together:  # one value that cannot be encoded is no misfortune of the others
                self._answer(modality, [alone])
            return
        start = 0
        for part, future in together:
            future.set_result(vectors_ND[start : start + len(part)])
            start += len(part)


def _run(work: Callable[[], Any], future: Future[Any]) -> None:
    try:
        future.set_result(work())
    except Exception as error:
        future.set_exception(error)


class BatchedModel(Model):
    """A model whose calls, from whatever thread, are joined; a large one is taken apart, so that others get between."""

    def __init__(self, model: Model, **options: Any) -> None:
        super().__init__(
            model.network,
            family=model.family,
            config=model.config,
            name=model.name,
            hash=model.hash,
            record=model.record,
            seen=model.seen,
            precision=model.precision,
            source=model.source,
        )
        self._model = model
        self._batcher = Batcher(self._encode_together, **options)

    def encode_images(self, images: Sequence[ImageLike], *, batch_size: int = PICTURES_AT_ONCE) -> np.ndarray:
        """See `Model.encode_images`."""
        return self._encode_parts(IMAGE, images, min(batch_size, PICTURES_AT_ONCE))

    def encode_texts(self, texts: Sequence[str], *, batch_size: int = 64) -> np.ndarray:
        """See `Model.encode_texts`."""
        if isinstance(texts, str):
            return self._model.encode_texts(texts)  # which says what is wrong
        return self._encode_parts(TEXT, texts, batch_size)

    def alone(self, work: Callable[[Model], T]) -> T:
        """What `work` makes of the model, which nobody else calls meanwhile."""
        return self._batcher.run(lambda: work(self._model))

    def close(self) -> None:
        """Finish what was asked of the model, and let it go."""
        self._batcher.close()

    def _encode_parts(self, modality: str, values: Sequence[Any], size: int) -> np.ndarray:
        if not len(values):
            return np.empty((0, self.dim), np.float32)
        starts = range(0, len(values), size)
        return np.concatenate([self._batcher.encode(modality, values[start : start + size]) for start in starts])

    def _encode_together(self, modality: str, values: Sequence[Any]) -> np.ndarray:
        return self._model.encode_texts(values) if modality == TEXT else self._model.encode_images(values)
