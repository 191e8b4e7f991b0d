"""A picture and the evidence found on it, side by side, for a person to look at."""

from __future__ import annotations

import io
import textwrap
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

PANEL_PX = 448
GAP_PX = 12
LETTER_PX = 18
LINE_PX = 26
BAR_PX = 10
INK, FAINT, PAPER = (25, 25, 28), (105, 105, 110), (255, 255, 255)
_OPAQUE = 0.88
_FROM_OKLAB = np.array(  # Ottosson, 2020, "A perceptual color space for image processing": OKLab to linear sRGB
    [[1.0, 0.3963377774, 0.2158037573], [1.0, -0.1055613458, -0.0638541728], [1.0, -0.0894841775, -1.2914855480]]
)
_TO_RGB = np.array(
    [
        [4.0767416621, -3.3077115913, 0.2309699292],
        [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.7076147010],
    ]
)


def overlay(image: Image.Image, map_HW: NDArray[np.floating], caption: Sequence[str] = ()) -> Image.Image:
    """The picture, the picture under its map, a scale, and lines of caption below: RGB.

    map_HW: 0 and above, of the picture's shape or a smaller one; it is shown relative to its own maximum.
    """
    shrink = PANEL_PX / max(image.size)
    width, height = (max(1, round(side * shrink)) for side in image.size)
    picture = image.convert("RGB").resize((width, height), Image.Resampling.LANCZOS)
    lines = [piece for line in caption for piece in textwrap.wrap(drawable(line), width=max(20, (2 * width + GAP_PX) // 9))]
    foot_px = GAP_PX + BAR_PX + LINE_PX + LINE_PX * len(lines) + GAP_PX
    sheet = Image.new("RGB", (2 * width + 3 * GAP_PX, height + GAP_PX + foot_px), PAPER)
    sheet.paste(picture, (GAP_PX, GAP_PX))
    sheet.paste(heated(picture, map_HW), (width + 2 * GAP_PX, GAP_PX))
    draw = ImageDraw.Draw(sheet)
    top = height + 2 * GAP_PX
    _scale(sheet, draw, (width + 2 * GAP_PX, top), width)
    for number, line in enumerate(lines):
        colour = INK if number == 0 else FAINT
        at = (GAP_PX, top + BAR_PX + LINE_PX * (number + 1))
        draw.text(at, line, fill=colour, font=_font())
    return sheet


def heated(picture: Image.Image, map_HW: NDArray[np.floating]) -> Image.Image:
    """A picture in pale grey under the colours of its map: the more evidence, the less of the grey."""
    height, width = picture.height, picture.width
    peak = float(map_HW.max())
    value = Image.fromarray(np.asarray(map_HW / peak if peak > 0 else map_HW, np.float32))
    value_HW1 = np.clip(np.asarray(value.resize((width, height), Image.Resampling.BILINEAR)), 0, 1)[..., None]
    grey_HW1 = np.asarray(picture.convert("L"), np.float32)[..., None] * 0.6 + 0.4 * 255
    colour_HW3 = colours()[np.round(value_HW1[..., 0] * 255).astype(int)]
    cover_HW1 = _OPAQUE * np.sqrt(value_HW1)
    mixed = (1 - cover_HW1) * grey_HW1 + cover_HW1 * colour_HW3
    return Image.fromarray(np.round(mixed).astype(np.uint8))


@lru_cache(maxsize=1)
def colours() -> NDArray[np.uint8]:
    """256 colours from deep violet over red to light yellow, uint8 [256, 3]; lightness rises evenly in OKLab.

    Equal steps of a map look like equal steps, also in grey print and to eyes that do not tell red from green.
    """
    at = np.linspace(0, 1, 256)
    lightness = 0.28 + 0.66 * at
    hue = np.radians(300 + 170 * at)
    chroma = 0.13 + 0.09 * np.sin(np.pi * at) - 0.02 * at
    lab = np.stack([lightness, chroma * np.cos(hue), chroma * np.sin(hue)], axis=1)
    for _ in range(40):  # less chroma where sRGB has no such colour, so that clipping changes no lightness
        linear = (lab @ _FROM_OKLAB.T) ** 3 @ _TO_RGB.T
        outside = ((linear < -1e-4) | (linear > 1 + 1e-4)).any(1)
        lab[outside, 1:] *= 0.97
    linear = np.clip(linear, 0, 1)
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.round(encoded * 255).astype(np.uint8)


def _scale(sheet: Image.Image, draw: ImageDraw.ImageDraw, at: tuple[int, int], width: int) -> None:
    left, top = at
    ramp_1W = np.linspace(0, 1, width, dtype=np.float32)[None]
    white = Image.new("RGB", (width, BAR_PX), PAPER)
    sheet.paste(heated(white, np.repeat(ramp_1W, BAR_PX, axis=0)), (left, top))
    draw.text((left, top + BAR_PX + 3), "no evidence", fill=FAINT, font=_font(13))
    draw.text((left + width, top + BAR_PX + 3), "strongest", fill=FAINT, font=_font(13), anchor="ra")


@lru_cache(maxsize=4)
def _font(size_px: int = LETTER_PX) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size=size_px)


def drawable(text: str) -> str:
    """The text as Pillow's own font can draw it: accents taken off, and ? for what is left.

    >>> drawable("Café – 5 €, 中")
    'Cafe - 5 ?, ?'
    """
    text = text.translate({ord("–"): "-", ord("—"): "-", ord("×"): "x", ord("“"): '"', ord("”"): '"', ord("’"): "'"})
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return "".join(c if c.isascii() and c.isprintable() else "?" for c in plain)


def png(image: Image.Image) -> bytes:
    """The picture, encoded."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
