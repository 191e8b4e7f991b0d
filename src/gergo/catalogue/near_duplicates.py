"""Pictures that are the same photograph, saved again: other size, other quality, a touch brighter.

A perceptual hash proposes pairs and a comparison of pixels decides. Colour variants of one product look alike in grey,
and so to the hash; the comparison is in colour, and tells them apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

MAX_DISTANCE = 7  # bits of 64
_BANDS, _BAND_BITS = 4, 16
_PAIRS_AT_ONCE = 1 << 18  # they stay in the processor's cache
_COMPARED_AT_ONCE = 1 << 10

# Levels of 255, between the means of 8 x 8 parts. Measured on 7,242 studio photographs: one saved again at JPEG quality
# 30 moves a part by at most 4.0 (99 of 100), at half its size by at most 9.1; the nearest pictures of different
# products, sunglasses with other lenses, lie 10.6 apart, colour variants 12 and more.
MAX_MEAN_DIFFERENCE = 2.0
MAX_PART_DIFFERENCE = 10.0
_PART_PX = 4
# Below this spread a picture has no structure to compare: flat ones are equal only when every pixel is.
MIN_CONTRAST = 4.0


def proposals(perceptual_N: NDArray[np.uint64], new_N: NDArray[np.bool_]) -> Iterator[NDArray[np.int64]]:
    """Pairs [m, 2] (i < j, at least one of them new) whose hashes differ in at most 7 bits, each pair once or more.

    Multi-index hashing (Norouzi et al., 2012): of four bands of 16 bits at least one differs in at most one bit, so
    looking up every band and its 16 neighbours finds all pairs without comparing all with all.
    """
    for band in range(_BANDS):
        values_N = ((perceptual_N >> np.uint64(band * _BAND_BITS)) & np.uint64(0xFFFF)).astype(np.int32)
        order_N = np.argsort(values_N, kind="stable")
        ordered_N = values_N[order_N]
        hashes_N, ordered_new_N = perceptual_N[order_N], new_N[order_N]
        for flip in (0, *(1 << bit for bit in range(_BAND_BITS))):
            low_N, high_N = _partners(ordered_N, flip)
            for left, right in _expanded(low_N, high_N):
                near = np.bitwise_count(hashes_N[left] ^ hashes_N[right]) <= MAX_DISTANCE
                left, right = left[near], right[near]
                known = ordered_new_N[left] | ordered_new_N[right]
                if known.any():
                    yield np.sort(np.stack([order_N[left[known]], order_N[right[known]]], axis=1), axis=1)


def _partners(ordered_N: NDArray[np.int32], flip: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each place, the places low:high of values that differ from its own by `flip`; every pair once."""
    n = len(ordered_N)
    if flip == 0:
        return np.arange(1, n + 1), np.searchsorted(ordered_N, ordered_N, "right")
    low_N = np.searchsorted(ordered_N, ordered_N ^ flip, "left")
    high_N = np.searchsorted(ordered_N, ordered_N ^ flip, "right")
    return low_N, np.where(ordered_N & flip, low_N, high_N)


def _expanded(low_N: NDArray[np.int64], high_N: NDArray[np.int64]) -> Iterator[tuple[NDArray, NDArray]]:
    """Every (i, place in low:high of i), some hundred thousand at once."""
    lengths_N = high_N - low_N
    ends_N = np.cumsum(lengths_N)
    start = 0
    while start < len(low_N):
        before = ends_N[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(ends_N, before + _PAIRS_AT_ONCE, "right")))
        lengths = lengths_N[start:stop]
        left = np.repeat(np.arange(start, stop), lengths)
        first = low_N[start:stop] - (ends_N[start:stop] - lengths - before)
        yield left, np.repeat(first, lengths) + np.arange(len(left))
        start = stop


def same_picture(one_NTTC: NDArray[np.uint8], other_NTTC: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Whether each two thumbnails, uint8 [n, 32, 32, 3], show one photograph: close on average and in every part."""
    contrast_N = np.minimum(one_NTTC.std(axis=(1, 2)).max(axis=1), other_NTTC.std(axis=(1, 2)).max(axis=1))
    n, parts = len(one_NTTC), one_NTTC.shape[1] // _PART_PX
    difference = one_NTTC.astype(np.float32) - other_NTTC
    difference_NPPC = np.abs(difference.reshape(n, parts, _PART_PX, parts, _PART_PX, 3).mean(axis=(2, 4)))
    difference_ND = difference_NPPC.reshape(n, -1)
    close_N = (difference_ND.mean(axis=1) <= MAX_MEAN_DIFFERENCE) & (difference_ND.max(axis=1) <= MAX_PART_DIFFERENCE)
    return close_N & (contrast_N >= MIN_CONTRAST)


def near_duplicates(
    perceptual_N: NDArray[np.uint64],
    new_N: NDArray[np.bool_],
    thumbnails: Callable[[Sequence[int]], Sequence[NDArray[np.uint8]]],
) -> Iterator[list[int]]:
    """Pairs [i, j] of pictures that are the same photograph, where at least one is new.

    thumbnails: gives the pixels of pictures by their places. Some pairs may come twice.
    """
    for proposed in proposals(perceptual_N, new_N):
        for start in range(0, len(proposed), _COMPARED_AT_ONCE):
            pairs = proposed[start : start + _COMPARED_AT_ONCE]
            wanted, back = np.unique(pairs, return_inverse=True)
            pixels_NTTC = np.stack(thumbnails(wanted.tolist()))
            one, other = back.reshape(pairs.shape).T
            yield from pairs[same_picture(pixels_NTTC[one], pixels_NTTC[other])].tolist()
