"""Overlays that can be read, and the measures of maps against each other."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gergo.evaluation.map_metrics import centre_map, energy, iou, pointing
from gergo.evaluation.overlays import colours, framed, heated, overlay


def lightness(rgb: np.ndarray) -> np.ndarray:
    """CIE L* of sRGB colours, worked out here apart from the code that made them."""
    encoded = rgb / 255
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    luminance = linear @ [0.2126, 0.7152, 0.0722]
    return 116 * np.cbrt(luminance) - 16


def test_the_colours_get_lighter_in_even_steps() -> None:
    step = np.diff(lightness(colours().astype(float))[::15])
    assert (step > 0).all()
    assert step.max() < 1.6 * step.min()
    assert lightness(colours()[:1].astype(float))[0] < 30
    assert lightness(colours()[-1:].astype(float))[0] > 85


def test_heat_lies_where_the_map_says_and_leaves_the_rest_grey() -> None:
    picture = Image.new("RGB", (40, 20), (30, 90, 160))
    map_HW = np.zeros((10, 20), np.float32)
    map_HW[:, 15:] = 3.0
    shown = np.asarray(heated(picture, map_HW)).astype(int)
    saturation = shown.max(2) - shown.min(2)
    assert saturation[:, :26].max() <= 2
    assert saturation[:, 34:].min() > 40
    empty = np.asarray(heated(picture, np.zeros((10, 20), np.float32))).astype(int)
    assert (empty.max(2) - empty.min(2)).max() <= 2


def test_an_overlay_holds_both_pictures_and_wraps_its_caption() -> None:
    picture = Image.new("RGB", (30, 60), "red")
    short = overlay(picture, np.ones((60, 30), np.float32), ["hex head"])
    long = overlay(picture, np.ones((60, 30), np.float32), ["hex head " * 30])
    assert short.width == long.width < long.height
    assert long.height > short.height
    assert short.getpixel((short.width // 4, 100)) == (255, 0, 0)
    frame = framed(picture, np.eye(2, dtype=bool)[:1].repeat(1, 0))
    assert frame.getpixel((0, 5)) != (255, 0, 0) == frame.getpixel((25, 30))


masks = st.integers(1, 15).map(lambda bits: np.array([bits >> i & 1 for i in range(4)], bool).reshape(2, 2))
values = st.lists(st.integers(0, 4), min_size=4, max_size=4).map(lambda v: np.array(v, np.float32).reshape(2, 2))


@given(values, masks)
def test_measures_stay_in_range_and_reward_nothing_but_the_map(map_22: np.ndarray, mask_22: np.ndarray) -> None:
    for measure in (pointing, energy, lambda m, k: iou(m, k, 0.5)):
        value = measure(map_22, mask_22)
        assert 0 <= value <= 1
        assert measure(7 * map_22, mask_22) == value, "how strong a map is overall says nothing"
        assert measure(mask_22.astype(np.float32), mask_22) == 1, "the mask itself is the best map"
        flat = np.ones_like(map_22)
        assert measure(flat, mask_22) == measure(0 * flat, mask_22) == mask_22.mean(), "chance"
    outside = pointing(map_22, ~mask_22) if not mask_22.all() else 0.0
    assert abs(pointing(map_22, mask_22) + outside - 1) < 1e-6


def test_the_centre_is_symmetrical() -> None:
    map_HW = centre_map(6, 9)
    assert np.allclose(map_HW, map_HW[::-1, ::-1])
    assert map_HW[0, 0] == map_HW.min()
