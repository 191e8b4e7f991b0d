"""A picture as the catalogue keeps it: its bytes, its content hash, and a fingerprint to find near-duplicates by."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache

import numpy as np
import simplejpeg
from numpy.typing import NDArray
from PIL import Image

from gergo.catalogue.hashing import picture_hash
from gergo.catalogue.pictures.decoding import MAX_SIDE_PX, opened, pixels
from gergo.catalogue.pictures.errors import PictureError

THUMBNAIL_PX = 32
JPEG_QUALITY = 95
_UNSEEN_LEVELS = 2  # of 255: so little from the darkest to the lightest nobody sees
_KEPT_FORMATS = ("JPEG", "MPO", "PNG", "WEBP", "GIF")


@dataclass(frozen=True)
class Fingerprint:
    """How a picture looks from afar.

    perceptual: 64 bits, unsigned; near-duplicates differ in few of them (pHash: the signs of the 8 x 8 lowest
        frequencies of the grey thumbnail against their median; Zauner, 2010).
    thumbnail: uint8 RGB pixels, 32 x 32 x 3 = 3,072 bytes, the whole picture squeezed: the last word on a proposal.
    """

    perceptual: int
    thumbnail: bytes


@dataclass(frozen=True)
class Picture:
    """What is stored of a picture: `hash == picture_hash(pixels(data))`, always; sizes are of the upright picture."""

    data: bytes
    hash: str
    width: int
    height: int
    fingerprint: Fingerprint


def read(data: bytes) -> Picture:
    """Decode once; keep the bytes as they are unless they are huge, animated or of an exotic format.

    Raises PictureError when the bytes are no usable picture, or show nothing: white, grey or black all over, as what is
    transparent becomes. One colour all over may be a swatch of paint.
    """
    rgb_HWC = pixels(data)
    if int(rgb_HWC.max()) - int(rgb_HWC.min()) <= _UNSEEN_LEVELS:
        raise PictureError("picture_blank", f"nothing on it: every pixel is {tuple(rgb_HWC[0, 0].tolist())}")
    kept = _to_keep(data, rgb_HWC)
    if kept is not data and kept.startswith(b"\xff\xd8"):
        rgb_HWC = pixels(kept)  # encoded with loss: the hash is of what is stored
    height, width, _ = rgb_HWC.shape
    return Picture(kept, picture_hash(rgb_HWC), width, height, fingerprint(rgb_HWC))


def _to_keep(data: bytes, rgb_HWC: NDArray[np.uint8]) -> bytes:
    with opened(data) as header:
        shrunk = max(header.size) > MAX_SIDE_PX
        exotic = header.format not in _KEPT_FORMATS or header.mode == "CMYK"
        animated = header.format != "MPO" and getattr(header, "n_frames", 1) > 1
    if shrunk:
        return simplejpeg.encode_jpeg(rgb_HWC, quality=JPEG_QUALITY, colorsubsampling="444")
    if exotic or animated:
        png = io.BytesIO()
        Image.fromarray(rgb_HWC).save(png, "PNG")
        return png.getvalue()
    return data


def fingerprint(rgb_HWC: NDArray[np.uint8]) -> Fingerprint:
    """The fingerprint of upright RGB pixels, uint8 [height, width, 3]."""
    size = (THUMBNAIL_PX, THUMBNAIL_PX)
    thumbnail = Image.fromarray(rgb_HWC).resize(size, Image.Resampling.BOX)
    grey_TT = np.asarray(thumbnail.convert("L"), dtype=np.float32)
    low_88 = _cosines() @ grey_TT @ _cosines().T
    bits = (low_88 > np.median(low_88)).reshape(-1)
    return Fingerprint(int.from_bytes(np.packbits(bits).tobytes(), "big"), thumbnail.tobytes())


@cache
def _cosines() -> NDArray[np.float32]:
    """The 8 lowest frequencies of the DCT-II over 32 samples, float32 [8, 32]."""
    frequency, sample = np.arange(8)[:, None], np.arange(THUMBNAIL_PX)[None, :]
    return np.cos(np.pi * frequency * (2 * sample + 1) / (2 * THUMBNAIL_PX)).astype(np.float32)
