"""Pictures in pages: small, upright, and what was transparent is white."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image

from gergo.pages.thumbnails import data_uri


def encoded(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def opened(uri: str) -> Image.Image:
    head, _, body = uri.partition(",")
    assert head == "data:image/jpeg;base64"
    return Image.open(io.BytesIO(base64.b64decode(body)))


def near(pixel: object, colour: tuple[int, int, int]) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(a - b) < 12 for a, b in zip(pixel, colour, strict=True))


def test_the_longer_side_is_what_was_asked_for() -> None:
    assert opened(data_uri(encoded(Image.new("RGB", (900, 300), "red"), "JPEG"), size_px=120)).size == (120, 40)


def test_a_small_picture_is_not_blown_up() -> None:
    assert opened(data_uri(encoded(Image.new("RGB", (20, 10), "red")), size_px=160)).size == (20, 10)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA"])
def test_what_is_transparent_is_white(mode: str) -> None:
    clear = Image.new("RGBA", (32, 32), (255, 0, 0, 0))
    clear.paste((0, 0, 255, 255), (0, 0, 16, 32))
    picture = clear.quantize(8) if mode == "PA" else clear.convert(mode)
    assert near(opened(data_uri(encoded(picture))).getpixel((28, 16)), (255, 255, 255))


@pytest.mark.parametrize("mode", ["L", "P", "CMYK", "1"])
def test_other_modes_become_rgb(mode: str) -> None:
    kind = "TIFF" if mode == "CMYK" else "PNG"
    picture = opened(data_uri(encoded(Image.new("RGB", (40, 40), "white").convert(mode), kind)))
    assert picture.mode == "RGB"
    assert near(picture.getpixel((20, 20)), (255, 255, 255))


def test_exif_rotation_is_followed() -> None:
    """Left half black, stored lying down with the tag that says to turn it: black ends up on top."""
    lying = Image.new("RGB", (80, 40), "white")
    lying.paste("black", (0, 0, 40, 40))
    exif = Image.Exif()
    exif[0x0112] = 6
    upright = opened(data_uri(encoded(lying, "JPEG", exif=exif)))
    assert upright.size == (40, 80)
    assert near(upright.getpixel((20, 10)), (0, 0, 0))
    assert near(upright.getpixel((20, 70)), (255, 255, 255))


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(OSError, match="cannot identify"):
        data_uri(b"<html>")
