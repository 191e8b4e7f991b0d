"""From any picture to the square of pixels that an image tower takes.

Shapes: a canvas is uint8 [3, S, S] (RGB, channels first).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import simplejpeg
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from gergo.catalogue.pictures import PictureError, decode
from gergo.errors import InputError

ImageLike = Image.Image | str | Path | bytes | np.ndarray


@dataclass(frozen=True)
class Geometry:
    """How a picture becomes a square.

    `pad` keeps the whole picture and fills the rest with the mean colour of its border (a product is never cut);
    `crop` scales the short side to `short_px` (`size_px` unless given) and takes the centre, as CLIP and DINOv2 do;
    `squash` scales both sides to the square, whatever their ratio, as SigLIP does. `mean` and `std` are per channel,
    for values in [0, 1]; the tower applies them, after any augmentation.
    """

    size_px: int
    fit: Literal["pad", "crop", "squash"] = "pad"
    mean: tuple[float, float, float] = (0.5, 0.5, 0.5)
    std: tuple[float, float, float] = (0.25, 0.25, 0.25)
    resample: int = Image.Resampling.BICUBIC
    short_px: int | None = None

    def canvas(self, image: ImageLike, size_px: int | None = None) -> Tensor:
        """One picture as uint8 [3, S, S] with S = `size_px` or the tower's own.

        Raises:
            InputError: the picture cannot be read.
        """
        size = size_px or self.size_px
        if self.fit == "squash":
            return _tensor(open_rgb(image).resize((size, size), Image.Resampling(self.resample)))
        if self.fit == "crop":
            short = round((self.short_px or self.size_px) * size / self.size_px)
            return _crop(open_rgb(image), size, short, self.resample)
        return _pad(_pixels(image, size), size)


def open_rgb(image: ImageLike) -> Image.Image:
    """Any accepted picture as an upright RGB Pillow image.

    Raises:
        InputError: a path that is not there, or bytes that are no picture.
    """
    if isinstance(image, Image.Image):
        return image if image.mode == "RGB" else decode_or_explain(_encoded(image), "the image given")
    if isinstance(image, np.ndarray):
        return Image.fromarray(image)
    if isinstance(image, bytes):
        return decode_or_explain(image, f"{len(image)} bytes given as a picture")
    path = Path(image)
    if not path.is_file():
        raise InputError(f"there is no picture at {path}")
    return decode_or_explain(path.read_bytes(), str(path))


def decode_or_explain(data: bytes, what: str) -> Image.Image:
    """`catalogue.pictures.decode`, its refusal turned into an InputError that names `what`."""
    try:
        return decode(data)
    except PictureError as error:
        hint = "give a whole JPEG, PNG, WebP, GIF, BMP or TIFF, or leave it out"
        raise InputError(f"{what} cannot be read as a picture: {error}", hint=hint) from error


def _encoded(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def _pixels(image: ImageLike, at_least_px: int) -> np.ndarray:
    """uint8 [H, W, 3]; a JPEG is decoded at the smallest scale that still has `at_least_px` on its long side."""
    data = Path(image).read_bytes() if isinstance(image, (str, Path)) and Path(image).is_file() else image
    if isinstance(data, bytes) and data[:3] == b"\xff\xd8\xff" and b"Exif" not in data[:64]:
        try:
            height, width, colourspace = (simplejpeg.decode_jpeg_header(data))[:3]
            if colourspace in ("YCbCr", "RGB"):
                height, width = int(height), int(width)
                wanted = 2 * at_least_px * min(height, width) // max(height, width)
                return simplejpeg.decode_jpeg(data, "RGB", min_height=wanted, min_width=wanted)
        except ValueError:
            pass  # damaged: Pillow's path below says how
    if isinstance(data, bytes) and not isinstance(image, bytes):
        return np.asarray(decode_or_explain(data, str(image)))
    return np.asarray(open_rgb(image))


def _pad(pixels_HWC: np.ndarray, size_px: int) -> Tensor:
    height, width = pixels_HWC.shape[:2]
    scale = size_px / max(height, width)
    inner = (max(1, round(height * scale)), max(1, round(width * scale)))
    pixels_CHW = torch.tensor(pixels_HWC).permute(2, 0, 1)
    if (height, width) != inner:
        pixels_CHW = F.interpolate(pixels_CHW[None], size=inner, mode="bicubic", antialias=True)[0]
    if inner == (size_px, size_px):
        return pixels_CHW.contiguous()
    border_CN = torch.cat([pixels_CHW[:, [0, -1]].flatten(1), pixels_CHW[:, :, [0, -1]].flatten(1)], dim=1)
    colour_C = border_CN.float().mean(dim=1).round().to(torch.uint8)
    canvas = colour_C[:, None, None].expand(3, size_px, size_px).contiguous()
    top, left = (size_px - inner[0]) // 2, (size_px - inner[1]) // 2
    canvas[:, top : top + inner[0], left : left + inner[1]] = pixels_CHW
    return canvas


def _crop(image: Image.Image, size_px: int, short_px: int, resample: int) -> Tensor:
    width, height = image.size
    short = min(width, height)
    scaled = (int(short_px * width / short), int(short_px * height / short))
    image = image.resize(scaled, Image.Resampling(resample))
    left, top = (scaled[0] - size_px) // 2, (scaled[1] - size_px) // 2
    return _tensor(image.crop((left, top, left + size_px, top + size_px)))


def _tensor(image: Image.Image) -> Tensor:
    return torch.from_numpy(np.array(image)).permute(2, 0, 1).contiguous()


def stack(geometry: Geometry, images: Sequence[ImageLike]) -> Tensor:
    """Pictures as one uint8 [B, 3, S, S]."""
    return torch.stack([geometry.canvas(image) for image in images])
