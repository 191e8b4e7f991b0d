"""Pictures small enough to live inside a page."""

from __future__ import annotations

import base64
import io

from PIL import Image, ImageOps

BACKGROUND = (255, 255, 255)


def data_uri(data: bytes, *, size_px: int = 160, quality: int = 80) -> str:
    """An encoded picture as `data:image/jpeg;base64,...`, upright, its longer side at most `size_px`.

    Transparency is laid on white, as shops show it. Pass twice the size it is shown at, for dense screens.

    Raises:
        OSError: the picture cannot be decoded (what a catalogue holds has been decoded before).
    """
    with Image.open(io.BytesIO(data)) as picture:
        picture.draft("RGB", (size_px, size_px))
        upright = ImageOps.exif_transpose(picture)
        rgb = _on_white(upright)
    rgb.thumbnail((size_px, size_px), Image.Resampling.LANCZOS)
    jpeg = io.BytesIO()
    rgb.save(jpeg, "JPEG", quality=quality, optimize=True)
    return "data:image/jpeg;base64," + base64.b64encode(jpeg.getvalue()).decode("ascii")


def _on_white(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    rgba = picture.convert("RGBA")
    page = Image.new("RGB", rgba.size, BACKGROUND)
    page.paste(rgba, mask=rgba.getchannel("A"))
    return page
