"""Smooth random fields, the same in every process: a volume for the blemishes of metal, planes for table tops."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from gergo.demo.distance import Array
from gergo.demo.seeds import generator

VOLUME_SIZE = 96


@lru_cache(maxsize=1)
def volume() -> Array:
    """A periodic volume of smooth noise, mean 0, deviation 1, float32 [96, 96, 96]."""
    white = generator("volume").standard_normal((VOLUME_SIZE,) * 3)
    return _band(white, 0.036)


def at(local: Array, scale: float) -> Array:
    """The noise at points [3, N] in mm; `scale` is about the size of a blotch in mm. Float32 [N]."""
    cell = (local * np.float32(13.0 / scale)).astype(np.int32) % VOLUME_SIZE
    return volume()[cell[0], cell[1], cell[2]]


def plane(name: object, size: int, *, blur_x: float, blur_y: float) -> Array:
    """A periodic plane of noise blurred by so many pixels each way, mean 0, deviation 1, float32 [size, size]."""
    white = generator("plane", name).standard_normal((size, size))
    fy, fx = np.meshgrid(np.fft.fftfreq(size), np.fft.fftfreq(size), indexing="ij")
    keep = np.exp(-2 * np.pi**2 * ((fx * blur_x) ** 2 + (fy * blur_y) ** 2))
    field = np.fft.ifft2(np.fft.fft2(white) * keep).real
    return (field / field.std()).astype(np.float32)


def _band(white: np.ndarray, cutoff: float) -> Array:
    axes = np.meshgrid(*(np.fft.fftfreq(n) for n in white.shape), indexing="ij")
    keep = np.exp(-sum(a * a for a in axes) / (2 * cutoff**2))
    field = np.fft.ifftn(np.fft.fftn(white) * keep).real
    return (field / field.std()).astype(np.float32)
