"""How well a map of evidence agrees with where a thing is: pure functions of a map and a mask.

Shapes: H, W pixels. map_HW: 0 and above. mask_HW: bool, True inside the thing, somewhere True.

A map that is the same everywhere earns by each of these what the thing's share of the picture is: that is chance. A map
of zeros says nothing, and counts as the same everywhere.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Map = NDArray[np.floating]
Mask = NDArray[np.bool_]


def pointing(map_HW: Map, mask_HW: Mask) -> float:
    """Whether the strongest place lies inside: 1 or 0, or the share that does where several are equally strong.

    The pointing game of Zhang et al., 2016, "Top-down neural attention by excitation backprop", without its tolerance
    of 15 pixels.

    >>> mask = np.array([[True, False], [False, False]])
    >>> pointing(np.array([[0.9, 0.1], [0.2, 0.0]]), mask), pointing(np.array([[0.9, 0.9], [0.2, 0.0]]), mask)
    (1.0, 0.5)
    """
    strongest_HW = map_HW >= map_HW.max()
    return float(mask_HW[strongest_HW].mean())


def energy(map_HW: Map, mask_HW: Mask) -> float:
    """The share of all evidence that lies inside (the energy-based pointing game of Wang et al., 2020, "Score-CAM").

    >>> energy(np.array([[0.6, 0.1], [0.1, 0.0]]), np.array([[True, False], [False, False]]))
    0.75
    """
    total = float(map_HW.sum(dtype=np.float64))
    if total <= 0:
        return float(mask_HW.mean())
    return round(float(map_HW[mask_HW].sum(dtype=np.float64)) / total, 12)


def iou(map_HW: Map, mask_HW: Mask, threshold: float) -> float:
    """Intersection over union of the thing and of the places that reach `threshold` of the map's maximum.

    Two places reach half of 0.8, one of them inside; the thing has two: 1 of 3.

    >>> iou(np.array([[0.8, 0.5], [0.1, 0.0]]), np.array([[True, False], [True, False]]), 0.5)
    0.3333333333333333
    """
    reached_HW = map_HW >= threshold * map_HW.max()
    return float((reached_HW & mask_HW).sum() / (reached_HW | mask_HW).sum())


def centre_map(height: int, width: int) -> NDArray[np.float32]:
    """The map of somebody who has not looked: a Gaussian about the middle, a quarter of each side wide, [H, W].

    >>> centre_map(3, 3).argmax()
    np.int64(4)
    """
    row_H = (np.arange(height) - (height - 1) / 2) / (height / 4)
    col_W = (np.arange(width) - (width - 1) / 2) / (width / 4)
    return np.exp(-(row_H[:, None] ** 2 + col_W[None] ** 2) / 2).astype(np.float32)
