"""A drawn thing laid into its picture, and the camera that takes it."""

from __future__ import annotations

import random

import numpy as np
from PIL import Image, ImageFilter


def put(
    draw: random.Random, canvas: np.ndarray, layer: tuple[np.ndarray, np.ndarray], x: int, y: int, *, flat: bool
) -> None:
    """Lay a thing on the canvas, centred at (x, y), in place; unless flat, with its shadow."""
    rgb, alpha = layer
    if not flat and draw.random() < 0.75:
        soft = Image.fromarray((alpha * 255).astype(np.uint8)).filter(
            ImageFilter.BoxBlur(alpha.shape[0] * draw.uniform(0.01, 0.06))
        )
        shadow = np.asarray(soft).astype(np.float32) * (draw.uniform(0.15, 0.5) / 255)
        reach = alpha.shape[0] * 0.06
        _blend(canvas, None, shadow, int(x + draw.uniform(-reach, reach)), int(y + draw.uniform(0, reach)))
    _blend(canvas, rgb, alpha, x, y)


def _blend(canvas: np.ndarray, rgb: np.ndarray | None, alpha: np.ndarray, x: int, y: int) -> None:
    side, size = alpha.shape[0], canvas.shape[0]
    left, top = x - side // 2, y - side // 2
    x0, y0, x1, y1 = max(0, left), max(0, top), min(size, left + side), min(size, top + side)
    if x0 >= x1 or y0 >= y1:
        return
    window = canvas[y0:y1, x0:x1]
    share = alpha[y0 - top : y1 - top, x0 - left : x1 - left, None]
    window *= 1 - share
    if rgb is not None:
        window += rgb[y0 - top : y1 - top, x0 - left : x1 - left] * share


def exposed(draw: random.Random, canvas: np.ndarray) -> np.ndarray:
    """The camera: exposure, white balance and a little noise; stronger casts are the trainer's augmentation."""
    if draw.random() < 0.6:
        gain = draw.uniform(0.82, 1.1)
        warmth = draw.gauss(0, 0.03)
        canvas = canvas * np.array([gain * (1 + warmth), gain, gain * (1 - warmth)], np.float32)
    return np.clip(canvas, 0, 255).astype(np.uint8)
