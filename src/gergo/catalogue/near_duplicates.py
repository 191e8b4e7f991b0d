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
_PAIRS_AT_ONCE = 1 << 20
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
        values = ((perceptual_N >> np.uint64(band * _BAND_BITS)) & np.uint64(0xFFFF)).astype(np.int64)
        order = np.argsort(values, kind="stable")
        ordered = values[order]
        for flip in (0, *(1 << bit for bit in range(_BAND_BITS))):
            wanted = values ^ flip
            low = np.searchsorted(ordered, wanted, "left")
            high = np.searchsorted(ordered, wanted, "right")
            for left, right in _expanded(low, high):
                other = order[right]
                keep = (left < other) & (new_N[left] | new_N[other])
                left, other = left[keep], other[keep]
                near = np.bitwise_count(perceptual_N[left] ^ perceptual_N[other]) <= MAX_DISTANCE
                if near.any():
                    yield np.stack([left[near], other[near]], axis=1)


def _expanded(low: NDArray[np.int64], high: NDArray[np.int64]) -> Iterator[tuple[NDArray, NDArray]]:
    """Every (i, position in low[i]:high[i]), about a million at once."""
    ends = np.cumsum(high - low)
    start = 0
    while start < len(low):
        before = ends[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, before + _PAIRS_AT_ONCE, "right")))
        lengths = (high - low)[start:stop]
        left = np.repeat(np.arange(start, stop), lengths)
        offsets = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        yield left, np.repeat(low[start:stop], lengths) + offsets
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
