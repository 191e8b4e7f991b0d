"""Calls that come together are one call, and nobody waits for it in vain."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from gergo.serving.batching import BatchedModel, Batcher
from gergo.towers.model import Model


class Slow:
    """Encodes a text as its length, once it is let go; a text "bad" cannot be encoded."""

    def __init__(self) -> None:
        self.calls: list[list[Any]] = []
        self.go = threading.Event()
        self.began = threading.Event()

    def __call__(self, modality: str, values: Sequence[Any]) -> np.ndarray:
        self.calls.append(list(values))
        self.began.set()
        assert self.go.wait(10)
        if "bad" in values:
            raise ValueError("bad")
        return np.array([[len(value)] for value in values], np.float32)


def ask_while_busy(texts: list[str], **options: Any) -> tuple[Slow, list[Any]]:
    """A first text keeps the model busy while `texts` are asked for, each by a thread."""
    slow = Slow()
    batcher = Batcher(slow, **options)
    with ThreadPoolExecutor(len(texts) + 1) as threads:
        first = threads.submit(batcher.encode, "text", ["first"])
        assert slow.began.wait(10)
        futures = [threads.submit(batcher.encode, "text", [text]) for text in texts]
        while batcher._asked.qsize() < len(texts):
            threading.Event().wait(0.001)
        slow.go.set()
        assert first.result(10).tolist() == [[5]]
        answers = [future.exception(10) or future.result().tolist() for future in futures]
    batcher.close()
    return slow, answers


def test_what_queued_is_one_call_and_each_gets_its_own() -> None:
    texts = ["a", "bb", "ccc", "dddd"]
    slow, answers = ask_while_busy(texts)
    assert answers == [[[1]], [[2]], [[3]], [[4]]]
    assert [len(call) for call in slow.calls] == [1, 4]


def test_a_call_has_no_more_values_than_it_may() -> None:
    slow, answers = ask_while_busy(["x" * n for n in range(1, 10)], batch=4)
    assert answers == [[[n]] for n in range(1, 10)]
    assert max(len(call) for call in slow.calls) == 4


def test_one_bad_value_harms_nobody_else() -> None:
    _, answers = ask_while_busy(["a", "bad", "ccc"])
    assert answers[0] == [[1]]
    assert answers[2] == [[3]]
    assert isinstance(answers[1], ValueError)


def test_close_finishes_what_was_asked() -> None:
    slow = Slow()
    batcher = Batcher(slow)
    with ThreadPoolExecutor(3) as threads:
        futures = [threads.submit(batcher.encode, "text", ["ab"]) for _ in range(3)]
        assert slow.began.wait(10)
        closing = threading.Thread(target=batcher.close)
        closing.start()
        slow.go.set()
        closing.join(10)
        assert not closing.is_alive()
        done = [future for future in futures if future.exception(10) is None]
        assert all(future.result().tolist() == [[2]] for future in done)
        assert len(done) >= 1
    with pytest.raises(AssertionError):
        batcher.encode("text", ["late"])


def test_vectors_are_those_of_the_model_alone(base: Model) -> None:
    sizes: list[tuple[str, int]] = []
    batched = BatchedModel(base, batch=8, observe=lambda modality, count: sizes.append((modality, count)))
    texts = [f"a red bolt no. {n}" for n in range(8)]
    images = [np.full((40, 30, 3), 20 * n, np.uint8) for n in range(4)]
    with ThreadPoolExecutor(12) as threads:
        of_texts = [threads.submit(batched.encode_texts, [text]) for text in texts]
        of_images = [threads.submit(batched.encode_images, [image]) for image in images]
        together_TD = np.concatenate([future.result() for future in of_texts])
        pictures_ID = np.concatenate([future.result() for future in of_images])
    np.testing.assert_allclose(together_TD, base.encode_texts(texts), atol=1e-5)
    np.testing.assert_allclose(pictures_ID, base.encode_images(images), atol=1e-5)
    np.testing.assert_allclose(
        batched.zero_shot(images, ["bolt", "nut"]), base.zero_shot(images, ["bolt", "nut"]), atol=1e-5
    )
    assert sum(count for modality, count in sizes if modality == "image") == 8
    long = texts * 20  # taken apart
    np.testing.assert_allclose(batched.encode_texts(long), base.encode_texts(long), atol=1e-5)
    assert max(count for _, count in sizes) <= 64
    assert batched.encode_texts([]).shape == (0, base.dim)
    assert batched.alone(lambda model: model.name) == "base"
    with pytest.raises(ZeroDivisionError):
        batched.alone(lambda _: 1 // 0)
    batched.close()
