"""One safe decode for every picture: whatever the bytes are, upright RGB pixels or a `PictureError`.

JPEGs that are what they seem go through simplejpeg (four times Pillow's speed); everything else, and whatever
simplejpeg complains about, through Pillow. The choice depends on the bytes alone, so the same bytes always give the
same pixels (for one version of the decoders).
"""

from __future__ import annotations

import io
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import simplejpeg
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from gergo.catalogue.pictures.errors import PictureError

MAX_SIDE_PX = 1024  # no tower takes more; larger pictures are stored at this size
MIN_SIDE_PX = 8  # tracking pixels and rules, not products
MAX_PIXELS = 128_000_000  # the largest cameras; 384 MB of pixels, more is a decompression bomb

# What is read. Not Pillow's whole list: EPS starts Ghostscript, others are no pictures of products.
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "DIB", "TIFF", "AVIF", "JPEG2000", "ICO", "PPM", "PCX", "TGA")
_EXIF_ORIENTATION = 0x0112
_JPEG = b"\xff\xd8\xff"
_KNOWN_STARTS = (_JPEG, b"\x89PNG", b"GIF8", b"II*\0", b"MM\0*", b"BM", b"RIFF")
_LONGEST_HEADER_BYTES = 1024
_UNSUPPORTED = {b"%PDF": "a PDF", b"%!PS": "PostScript", b"\x1aE\xdf\xa3": "a video", b"FLV": "a video"}


def decode(data: bytes, *, max_px: int = MAX_SIDE_PX) -> Image.Image:
    """The picture as Pillow has it: RGB, upright, alpha on white, longest side at most `max_px`.

    Raises PictureError when the bytes are no usable picture.
    """
    return Image.fromarray(pixels(data, max_px=max_px))


def pixels(data: bytes, *, max_px: int = MAX_SIDE_PX) -> NDArray[np.uint8]:
    """Upright RGB pixels, uint8 [height, width, 3]; longer sides than `max_px` are scaled down while decoding.

    Raises PictureError when the bytes are no usable picture.
    """
    with opened(data) as picture:
        rgb_HWC = _jpeg_pixels(data, picture, max_px) if data.startswith(_JPEG) else None
        if rgb_HWC is None:
            rgb_HWC = _pillow_pixels(picture, max_px)
        return np.ascontiguousarray(_upright(rgb_HWC, _orientation(picture)))


@contextmanager
def opened(data: bytes) -> Iterator[Image.Image]:
    """The header of a picture, read and checked; failures inside the block become PictureErrors too."""
    if not data:
        raise PictureError("picture_empty", "no bytes")
    try:
        with _quiet(), Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
            _check_size(picture.size)
            yield picture
    except PictureError:
        raise
    except Image.DecompressionBombError as error:
        raise PictureError("picture_too_large", str(error)) from None
    except UnidentifiedImageError:
        raise _unidentified(data) from None
    except Exception as error:  # decoders fail on hostile bytes in every way there is
        reason = "picture_truncated" if _is_truncation(error) else "picture_broken"
        raise PictureError(reason, f"{type(error).__name__}: {error}") from error


def _check_size(size: tuple[int, int]) -> None:
    width, height = size
    if width * height > MAX_PIXELS:
        raise PictureError("picture_too_large", f"{width} x {height} px")
    if min(size) < MIN_SIDE_PX:
        raise PictureError("picture_too_small", f"{width} x {height} px")


def _is_truncation(error: Exception) -> bool:
    text = str(error).lower()
    return isinstance(error, EOFError) or any(word in text for word in ("truncat", "premature", "not enough", "end of"))


def _unidentified(data: bytes) -> PictureError:
    start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    for magic, name in _UNSUPPORTED.items():
        if start.startswith(magic):
            return PictureError("picture_unsupported", name)
    if data[4:8] == b"ftyp":
        return PictureError("picture_unsupported", f"a video or HEIF picture ({data[8:12].decode('latin-1').strip()})")
    if b"<svg" in data[:4096].lower():
        return PictureError("picture_unsupported", "an SVG drawing")
    if start.startswith(b"<"):
        return PictureError("picture_not_an_image", "an HTML or XML page")
    if data.startswith(_KNOWN_STARTS) and len(data) < _LONGEST_HEADER_BYTES:
        return PictureError("picture_truncated", f"{len(data)} bytes, the header is not complete")
    if data.startswith(_KNOWN_STARTS):
        return PictureError("picture_unsupported", "a rare kind of a known format, or a broken header")
    shown = start[:24].decode("ascii", errors="replace").replace("\ufffd", "?")
    return PictureError("picture_not_an_image", f"begins with {shown!r}")


def _jpeg_pixels(data: bytes, picture: Image.Image, max_px: int) -> NDArray[np.uint8] | None:
    """Through simplejpeg, or None where Pillow has to judge: CMYK, or a stream with a fault."""
    if picture.mode not in ("RGB", "L"):
        return None
    width, height = _fitted(picture.size, max_px)
    try:
        # Scaled in the frequency domain to the smallest size that is still at least what is wanted.
        rgb_HWC = simplejpeg.decode_jpeg(data, "RGB", min_width=width, min_height=height, min_factor=1)
    except ValueError:
        return None
    return _resized(rgb_HWC, (width, height))


def _pillow_pixels(picture: Image.Image, max_px: int) -> NDArray[np.uint8]:
    size = _fitted(picture.size, max_px)
    picture.draft(None, size)  # JPEGs only: the same scaled decoding
    picture.load()
    return _resized(np.asarray(_rgb(picture)), size)


def _rgb(picture: Image.Image) -> Image.Image:
    """RGB of any mode; what is transparent becomes white, the paper of a catalogue."""
    if picture.mode.startswith(("I", "F")):
        return Image.fromarray(_eight_bits(np.asarray(picture))).convert("RGB")
    if picture.has_transparency_data:
        layer = picture.convert("RGBA")
        paper = Image.new("RGBA", layer.size, (255, 255, 255, 255))
        return Image.alpha_composite(paper, layer).convert("RGB")
    return picture.convert("RGB")


def _eight_bits(grey_HW: NDArray) -> NDArray[np.uint8]:
    """Grey of 16 or 32 bits, or floats in [0, 1], as 8 bits."""
    grey_HW = np.nan_to_num(grey_HW.astype(np.float64))
    peak = grey_HW.max(initial=0.0)
    scale = 255.0 if peak <= 1.0 else 1.0 if peak <= 255.0 else 255.0 / 65535.0
    return np.clip(np.rint(grey_HW * scale), 0, 255).astype(np.uint8)


def _fitted(size: tuple[int, int], max_px: int) -> tuple[int, int]:
    longest = max(size)
    if longest <= max_px:
        return size
    return max(1, round(size[0] * max_px / longest)), max(1, round(size[1] * max_px / longest))


def _resized(rgb_HWC: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    if (rgb_HWC.shape[1], rgb_HWC.shape[0]) == size:
        return rgb_HWC
    return np.asarray(Image.fromarray(rgb_HWC).resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0))


def _orientation(picture: Image.Image) -> int:
    try:
        return picture.getexif().get(_EXIF_ORIENTATION, 1)
    except Exception:  # broken EXIF is no reason to lose the picture
        return 1


def _upright(rgb_HWC: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """Undo the camera's rotation; the eight cases of EXIF 2.3, tag 0x0112."""
    if orientation in (5, 6, 7, 8):
        rgb_HWC = rgb_HWC.transpose(1, 0, 2)
    if orientation in (2, 3, 6, 7):
        rgb_HWC = rgb_HWC[:, ::-1]
    if orientation in (3, 4, 7, 8):
        rgb_HWC = rgb_HWC[::-1]
    return rgb_HWC


_quiet_lock = threading.Lock()
_quiet_inside: list[warnings.catch_warnings] = []


@contextmanager
def _quiet() -> Iterator[None]:
    """Pillow's warnings off (bombs are refused by our own limit, odd EXIF is no news), also among threads.

    `warnings.catch_warnings` alone would restore the wrong filters when two threads leave in another order than they
    came: the first in saves them, the last out restores them.
    """
    with _quiet_lock:
        if not _quiet_inside:
            saved = warnings.catch_warnings()
            saved.__enter__()
            warnings.filterwarnings("ignore", module=r"PIL\b")
        else:
            saved = _quiet_inside[0]
        _quiet_inside.append(saved)
    try:
        yield
    finally:
        with _quiet_lock:
            _quiet_inside.pop()
            if not _quiet_inside:
                saved.__exit__(None, None, None)
