"""Near-duplicates: everything that is near is proposed, and only the same photograph is taken for it."""

from __future__ import annotations

import io
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageEnhance
from tests.catalogue.exports import picture, saved

from gergo.catalogue.near_duplicates import MAX_DISTANCE, near_duplicates, proposals
from gergo.catalogue.pictures import Fingerprint, read

hashes = st.lists(st.integers(0, 2**64 - 1), max_size=30)


@given(hashes, st.lists(st.tuples(st.integers(0, 29), st.sets(st.integers(0, 63), max_size=9)), max_size=30))
def test_every_near_pair_is_proposed_and_no_other(base: list[int], changes: list[tuple[int, set[int]]]):
    values = list(base)
    for which, bits in changes:
        if base:
            values.append(base[which % len(base)] ^ sum(1 << bit for bit in bits))
    perceptual = np.array(values, np.uint64)
    new = np.arange(len(values)) % 3 > 0
    found = {tuple(pair) for pairs in proposals(perceptual, new) for pair in pairs.tolist()}
    wanted = {
        (i, j)
        for j in range(len(values))
        for i in range(j)
        if (values[i] ^ values[j]).bit_count() <= MAX_DISTANCE and (new[i] or new[j])
    }
    assert found == wanted


def pairs_of(pictures: list[bytes]) -> set[tuple[int, int]]:
    prints: list[Fingerprint] = [read(data).fingerprint for data in pictures]
    perceptual = np.array([fingerprint.perceptual for fingerprint in prints], np.uint64)
    pixels = [np.frombuffer(fingerprint.thumbnail, np.uint8).reshape(32, 32, 3) for fingerprint in prints]
    found = near_duplicates(perceptual, np.ones(len(prints), bool), lambda wanted: [pixels[i] for i in wanted])
    return {(i, j) for i, j in found}


def product(hue: tuple[int, int, int], size_px: int = 300) -> Image.Image:
    """A T-shirt of sorts on white: the same drawing in any colour."""
    image = Image.new("RGB", (size_px, size_px), "white")
    unit = size_px // 10
    image.paste(hue, (3 * unit, 2 * unit, 7 * unit, 9 * unit))
    image.paste(hue, (1 * unit, 2 * unit, 9 * unit, 4 * unit))
    image.paste((240, 240, 240), (4 * unit, 2 * unit, 6 * unit, 3 * unit))
    return image


@pytest.mark.parametrize("quality", [30, 60, 95])
def test_a_picture_saved_again_is_the_same(quality: int):
    original = Image.open(io.BytesIO(picture(1, 300)))
    assert pairs_of([picture(1, 300), saved(original, quality=quality), picture(2, 300)]) == {(0, 1)}


@pytest.mark.parametrize("size_px", [150, 220, 600])
def test_a_picture_at_another_size_is_the_same(size_px: int):
    original = Image.open(io.BytesIO(picture(1, 300)))
    resized = original.resize((size_px, size_px), Image.Resampling.LANCZOS)
    assert pairs_of([picture(1, 300), saved(resized)]) == {(0, 1)}


def test_colour_variants_are_different_even_where_they_are_equally_grey():
    red, green = (200, 40, 40), (40, 122, 40)
    greys = [Image.new("RGB", (1, 1), hue).convert("L").getpixel((0, 0)) for hue in (red, green)]
    assert abs(greys[0] - greys[1]) <= 2
    assert pairs_of([saved(product(red)), saved(product(green))]) == set()
    assert pairs_of([saved(product(red)), saved(product(red), quality=70)]) == {(0, 1)}


def test_a_darker_variant_is_another_product():
    navy, black = product((20, 20, 60)), product((20, 20, 20))
    assert pairs_of([saved(navy), saved(black)]) == set()
    assert pairs_of([saved(navy), saved(ImageEnhance.Brightness(navy).enhance(1.01))]) == {(0, 1)}


def test_flat_pictures_are_never_near():
    """Swatches of paint: all alike to any comparison of structure."""
    assert pairs_of([saved(Image.new("RGB", (64, 64), (200, 30, 30 + i))) for i in range(5)]) == set()


def test_a_hundred_thousand_pictures_take_seconds():
    rng = np.random.default_rng(0)
    started = time.process_time()
    perceptual = rng.integers(0, 2**64, 100_000, dtype=np.uint64)
    perceptual[1::100] = perceptual[::100] ^ np.uint64(0b1011)
    perceptual[:20_000] &= np.uint64(0xFFFF_FFFF_FF00_0000)  # much of a studio's work looks alike
    found = sum(len(pairs) for pairs in proposals(perceptual, np.ones(100_000, bool)))
    assert found >= 800
    assert time.process_time() - started < 30
