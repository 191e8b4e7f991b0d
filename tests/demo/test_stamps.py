"""Words stamped into bolts: there where the masks say, whole, and only where they were asked for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gergo import demo
from gergo.demo.fittings import solid


@pytest.fixture(scope="module")
def bolt() -> demo.Product:
    return next(p for p in demo.products(400, seed=0) if p.product_type == "hex set screw")


def test_stamped_words_are_marked_where_they_change_the_picture(bolt: demo.Product) -> None:
    blank = np.asarray(demo.render(replace(bolt, strength=""), "top").image).astype(int)
    rendering = demo.render(replace(bolt, stamps=("M8", "A2-70")), "top")
    changed = np.abs(np.asarray(rendering.image).astype(int) - blank).max(2) > 8
    words = {name: mask for name, mask in rendering.parts.items() if name.startswith("text:")}
    assert set(words) == {"text:M8", "text:A2-70"}, "in place of the class marks"
    for name, mask in words.items():
        left, top, right, bottom = rendering.box(name) or (0, 0, 0, 0)
        assert mask[top:bottom, left:right].sum() == mask.sum() > 20
        assert changed[mask].mean() > 0.9
    boxes = [rendering.box(name) for name in words]
    assert boxes[0] != boxes[1]


def test_a_word_fits_its_head_however_long(bolt: demo.Product) -> None:
    for word in ("M8", "KRAFTEC", "Tornillo Pro"):
        (printed,) = solid(replace(bolt, stamps=(word,))).prints
        width_mm, height_mm = printed.across[0], -printed.down[1]
        assert 0 < width_mm <= 0.8 * bolt.across_flats_mm + 1e-6
        assert 0 < height_mm <= 0.8 * bolt.across_flats_mm
        ink = printed.words[word]
        assert width_mm / height_mm == pytest.approx(ink.shape[1] / ink.shape[0])


def test_no_product_of_a_catalogue_is_stamped() -> None:
    assert not any(product.stamps for product in demo.products(50, seed=1))
