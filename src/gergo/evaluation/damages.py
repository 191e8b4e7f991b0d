"""What shops do to pictures, in steps: pure functions of a picture and how far it goes."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from gergo.towers.geometry import ImageLike

STUDIO_TOLERANCE = 24  # levels of 255 that a plain background may vary by
STUDIO_BORDER = 0.8  # of the border that must be of one colour


@dataclass(frozen=True)
class Damage:
    """One kind of damage. steps: from mild to strong, in `unit`; usual: the step that shops often go to.

    apply: an RGB picture and a step -> the damaged picture.
    """

    label: str
    unit: str
    steps: tuple[float, ...]
    usual: float
    apply: Callable[[Image.Image, float], ImageLike]


def jpeg(image: Image.Image, quality: float) -> bytes:
    """Compressed as JPEG of this quality, colours at half the resolution."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=int(quality), subsampling=2)
    return buffer.getvalue()


def blurred(image: Image.Image, percent: float) -> Image.Image:
    """A Gaussian blur whose radius is so many percent of the long side."""
    return image.filter(ImageFilter.GaussianBlur(max(image.size) * percent / 100))


def cropped(image: Image.Image, percent: float) -> Image.Image:
    """The middle, so many percent of each side.

    >>> cropped(Image.new("RGB", (200, 100)), 75).size
    (150, 75)
    """
    width, height = (max(1, round(side * percent / 100)) for side in image.size)
    left, top = (image.width - width) // 2, (image.height - height) // 2
    return image.crop((left, top, left + width, top + height))


def small(image: Image.Image, side_px: float) -> Image.Image:
    """Scaled down until the long side has so many pixels.

    >>> small(Image.new("RGB", (200, 100)), 64).size
    (64, 32)
    """
    scale = min(1.0, side_px / max(image.size))
    width, height = (max(1, round(side * scale)) for side in image.size)
    return image.resize((width, height), Image.Resampling.LANCZOS)


def rotated(image: Image.Image, degrees: float) -> Image.Image:
    """Turned, none of it cut off; the corners get the colour of the border."""
    fill = tuple(int(level) for level in border_colour(np.asarray(image)))
    return image.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=fill)


def greyed(image: Image.Image, percent: float) -> Image.Image:
    """So many percent of the colour taken out; at 100 a grey picture."""
    return Image.blend(image, image.convert("L").convert("RGB"), percent / 100)


def on_other_background(image: Image.Image, step: float) -> Image.Image:
    """A plain studio background replaced: 1 a pale colour, 2 a strong gradient, 3 a coarse pattern.

    A picture without a plain background stays as it is (`studio_mask`).
    """
    pixels_HWC = np.asarray(image)
    mask_HW = studio_mask(pixels_HWC)
    if mask_HW is None:
        return image
    return Image.fromarray(np.where(mask_HW[..., None], _background(pixels_HWC.shape[:2], step), pixels_HWC))


DAMAGES: Mapping[str, Damage] = {
    "jpeg": Damage("JPEG", "quality", (70, 50, 30, 10), 30, jpeg),
    "blur": Damage("Blur", "radius, % of the long side", (0.5, 1, 2, 4), 1, blurred),
    "crop": Damage("Crop", "% of each side that is kept", (90, 75, 50), 75, cropped),
    "background": Damage("Background", "1 pale, 2 gradient, 3 pattern", (1, 2, 3), 2, on_other_background),
    "small": Damage("Small", "px of the long side", (128, 64, 32), 64, small),
    "rotated": Damage("Rotated", "degrees", (5, 15, 45, 90), 15, rotated),
    "grey": Damage("Grey", "% of the colour taken out", (50, 100), 100, greyed),
}


def border_colour(pixels_HWC: NDArray[np.uint8]) -> NDArray[np.float64]:
    """The median colour of the outermost pixels, [3]."""
    border_P3 = np.concatenate([pixels_HWC[[0, -1]].reshape(-1, 3), pixels_HWC[:, [0, -1]].reshape(-1, 3)])
    return np.median(border_P3, axis=0)


def studio_mask(pixels_HWC: NDArray[np.uint8]) -> NDArray[np.bool_] | None:
    """Which pixels are plain background: those like the border that a straight line reaches from an edge.

    None where the border is not of one colour. Holes that no straight line reaches stay product: better a little old
    background than a shirt with a hole.

    >>> pixels = np.full((5, 5, 3), 255, np.uint8)
    >>> pixels[1:4, 1:4] = 0
    >>> int(studio_mask(pixels).sum())
    16
    """
    distance_HW = np.abs(pixels_HWC - border_colour(pixels_HWC)).max(axis=2)
    like_HW: NDArray[np.bool_] = distance_HW <= STUDIO_TOLERANCE
    border_P = np.concatenate([like_HW[[0, -1]].ravel(), like_HW[:, [0, -1]].ravel()])
    if border_P.mean() < STUDIO_BORDER:
        return None
    down, right = (np.logical_and.accumulate(like_HW, axis=axis, dtype=bool) for axis in (0, 1))
    up = np.flip(np.logical_and.accumulate(np.flip(like_HW, 0), axis=0, dtype=bool), 0)
    left = np.flip(np.logical_and.accumulate(np.flip(like_HW, 1), axis=1, dtype=bool), 1)
    return down | right | up | left


def _background(shape: tuple[int, int], step: float) -> NDArray[np.uint8]:
    height, width = shape
    y_HW, x_HW = np.mgrid[0:height, 0:width] / max(height, width)
    if step == 1:
        return np.broadcast_to(np.array([214, 226, 238], np.uint8), (height, width, 3))
    if step == 2:
        along_HW1 = ((x_HW + y_HW) / 2)[..., None]
        return ((1 - along_HW1) * np.array([200, 60, 40]) + along_HW1 * np.array([30, 70, 160])).astype(np.uint8)
    cells = np.random.default_rng(0).integers(0, 256, (13, 13, 3)).astype(np.uint8)
    return cells[(y_HW * 12.99).astype(int), (x_HW * 12.99).astype(int)]
