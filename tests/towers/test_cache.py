"""Vectors are kept by content: nothing is encoded twice, and what a crash left behind is used."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from gergo.catalogue.importing import import_catalogue
from gergo.catalogue.store import Catalogue
from gergo.errors import GergoError
from gergo.towers.cache import VectorCache, text_key
from gergo.towers.model import Model
from gergo.towers.network import Batch


@pytest.fixture
def catalogue(tmp_path: Path, pictures: list[Any]) -> Catalogue:
    rows = ["id,title,image"]
    for number in range(6):
        pictures[number % 3].save(tmp_path / f"{number}.png")
        rows.append(f"p{number},a thing called number {number},{number}.png")
    (tmp_path / "shop.csv").write_text("\n".join(rows))
    return import_catalogue(tmp_path / "shop.csv", tmp_path / "shop.gergo")


class Counted(Model):
    """A model that counts what it is asked to encode."""

    encoded = 0

    def encode_batch(self, modality: str, batch: Batch) -> torch.Tensor:
        self.encoded += len(next(iter(batch.values())))
        return super().encode_batch(modality, batch)


@pytest.fixture
def counted(tiny: Model) -> Counted:
    return Counted(tiny.network, family=tiny.family, config=tiny.config, name="tiny", hash="0" * 64, precision="fp32")


def test_equal_to_the_model_itself(catalogue: Catalogue, tiny: Model) -> None:
    views = catalogue.views()["view"].to_pylist()[::-1]
    cache = VectorCache(catalogue, tiny)
    np.testing.assert_allclose(cache.views(views), tiny.encode_images(catalogue.pictures(views)), atol=1e-6)
    np.testing.assert_allclose(cache.texts(["b", "a", "b"]), tiny.encode_texts(["b", "a", "b"]), atol=1e-6)


def test_nothing_is_encoded_twice(catalogue: Catalogue, counted: Counted) -> None:
    views = catalogue.views()["view"].to_pylist()
    first = VectorCache(catalogue, counted)
    pictures, texts = first.views(views), first.texts(["red", "blue", "red"])
    assert counted.encoded == 3 + 2  # six products share three pictures
    again = VectorCache(Catalogue.open(catalogue.path), counted)
    np.testing.assert_array_equal(again.views(views), pictures)
    np.testing.assert_array_equal(again.texts(["red", "blue", "red"]), texts)
    assert counted.encoded == 5
    again.texts(["green", "blue"])
    assert counted.encoded == 6


def test_what_a_crash_left_behind_is_used(
    catalogue: Catalogue, counted: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(self: Catalogue, name: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Catalogue, "commit_table", killed)
        with pytest.raises(KeyboardInterrupt):
            VectorCache(catalogue, counted).texts(["red", "blue"])
    fresh = Catalogue.open(catalogue.path)
    vectors = VectorCache(fresh, counted).texts(["blue", "red", "green"])
    np.testing.assert_allclose(vectors, counted.encode_texts(["blue", "red", "green"]), atol=1e-6)
    assert counted.encoded == 2 + 1 + 3


def test_two_runs_at_once_read_their_own_vectors(catalogue: Catalogue, tiny: Model) -> None:
    words = [[f"{colour} {n}" for n in range(9)] for colour in ("red", "blue", "green")]
    one, other = VectorCache(catalogue, tiny), VectorCache(Catalogue.open(catalogue.path), tiny)
    for texts, cache in zip(words, (one, other, one), strict=True):  # the first to write makes the table
        np.testing.assert_allclose(cache.texts(texts), tiny.encode_texts(texts), atol=1e-6)
    for cache in (one, other):
        every = [text for texts in words for text in texts]
        np.testing.assert_allclose(cache.texts(every), tiny.encode_texts(every), atol=1e-6)


def test_precisions_and_capitals_are_told_apart(catalogue: Catalogue, tiny: Model) -> None:
    low = tiny.in_precision("bf16")
    low_BD, full_BD = (VectorCache(catalogue, model).texts(["red bar"]) for model in (low, tiny))
    np.testing.assert_array_equal(low_BD, low.encode_texts(["red bar"]))
    np.testing.assert_array_equal(full_BD, tiny.encode_texts(["red bar"]))
    assert text_key("Red  bar") == text_key("Red bar") != text_key("red bar")


def test_another_model_has_a_table_of_its_own(catalogue: Catalogue, tiny: Model) -> None:
    VectorCache(catalogue, tiny).texts(["red"])
    other = tiny.copy()
    other.hash = "1" * 64
    VectorCache(catalogue, other).texts(["red"])
    assert {"vectors-tiny-00000000-fp32", "vectors-tiny-11111111-fp32"} <= set(catalogue.table_versions)


def test_vectors_that_are_not_finite_are_refused(catalogue: Catalogue, tiny: Model) -> None:
    torch.nn.init.constant_(tiny.network.text.projection.weight, float("nan"))
    with pytest.raises(GergoError, match="finite"):
        VectorCache(catalogue, tiny).texts(["red"])


def test_nothing_asked_nothing_given(catalogue: Catalogue, tiny: Model) -> None:
    cache = VectorCache(catalogue, tiny)
    assert cache.texts([]).shape == cache.views([]).shape == (0, 16)
