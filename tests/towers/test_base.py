"""The embedded base as it ships: whole, small, and knowing what its card says it knows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from gergo.catalogue.importing import import_catalogue
from gergo.towers.loading import base_folder, intact
from gergo.towers.model import Model


@pytest.fixture(scope="module")
def base() -> Model:
    return Model.load("base")


def test_it_is_whole_and_under_25_megabytes() -> None:
    assert intact(base_folder())
    assert sum(path.stat().st_size for path in base_folder().iterdir()) < 25e6
    assert (base_folder() / "CARD.md").is_file()


@pytest.mark.parametrize(
    ("text", "near", "far"),
    [
        ("sneaker", "casual shoe", "orange juice"),
        ("couch", "sofa", "screwdriver"),
        ("denim trousers", "jeans", "handbag"),
        ("milk", "yoghurt", "wristwatch"),
        ("a crimson shirt", "red shirt", "green shirt"),
        ("hex bolt", "machine screw", "banana"),
    ],
)
def test_words_that_mean_nearly_the_same_lie_near(base: Model, text: str, near: str, far: str) -> None:
    vectors = base.encode_texts([text, near, far])
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.05


def test_it_tells_colours_apart(base: Model) -> None:
    colours = {"red": (200, 30, 30), "green": (40, 150, 60), "blue": (40, 70, 190), "yellow": (230, 210, 50)}
    images, truth = [], []
    for number, rgb in enumerate(colours.values()):
        for shape in ("ellipse", "rectangle"):
            image = Image.new("RGB", (160, 160), "white")
            getattr(ImageDraw.Draw(image), shape)((40, 40, 120, 120), fill=rgb)
            images.append(image)
            truth.append(number)
    assert np.mean(base.zero_shot(images, list(colours), template="a {} shape").argmax(1) == truth) >= 0.75


@pytest.mark.real
@pytest.mark.parametrize("source", ["fashion/products.csv", "grocery"])
def test_it_has_seen_the_train_split_and_no_other(base: Model, real_data: Path, tmp_path: Path, source: str) -> None:
    catalogue = import_catalogue(real_data / source, tmp_path / "shop.gergo")
    train = {row["hash"] for row in catalogue.views(splits=["train"]).to_pylist()}
    others = {row["hash"] for row in catalogue.views().to_pylist()} - train
    assert np.mean([base.has_seen(hash) for hash in train]) > 0.99
    assert not any(base.has_seen(hash) for hash in others)
