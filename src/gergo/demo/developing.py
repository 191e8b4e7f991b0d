"""The darkroom: from linear light at twice the size to an sRGB picture."""

from __future__ import annotations

import numpy as np
from PIL import Image

from gergo.demo.distance import Array
from gergo.demo.scene import Scene

OVERSAMPLING = 2


def shrink(values: Array, size_px: int) -> Array:
    """Mean over the fine pixels of each pixel."""
    n = OVERSAMPLING
    cells = values.reshape(len(values), size_px, n, size_px, n)
    total = cells[:, :, 0, :, 0] + cells[:, :, 0, :, 1] + cells[:, :, 1, :, 0] + cells[:, :, 1, :, 1]
    return total.reshape(len(values), -1) * np.float32(1 / (n * n))


def develop(shot: Scene, linear: Array, size_px: int) -> Image.Image:
    """Exposure, white balance, a shoulder for the highlights, sRGB, a little grain."""
    rng = shot.rng
    exposure = np.float32(np.exp(rng.normal(0.0, 0.07)))
    if shot.background == "white":
        exposure = np.maximum(exposure, np.float32(0.98))
    warmth = np.float32(rng.normal(0.0, 0.025))
    balance = (
        np.array([1 + warmth, 1.0, 1 - warmth], np.float32)[:, None] if shot.background != "white" else np.float32(1)
    )
    value = linear * exposure * balance
    value = np.where(value > 0.6, 0.6 + 0.4 * np.tanh((value - 0.6) / 0.4), value)
    value = np.clip(value, 0, 1)
    encoded = np.where(value < 0.0031308, 12.92 * value, 1.055 * np.maximum(value, 1e-5) ** np.float32(1 / 2.4) - 0.055)
    grain = rng.standard_normal((1, linear.shape[1]), dtype=np.float32) * np.float32(rng.uniform(0.0, 1.6))
    pixels = np.clip(encoded * 255 + grain * (encoded < 0.99) + 0.5, 0, 255).astype(np.uint8)
    return Image.fromarray(np.ascontiguousarray(pixels.T.reshape(size_px, size_px, 3)))
