"""Many photographs on one sheet, to look at."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image

from gergo.demo.product import Product
from gergo.demo.rendering import render


def contact_sheet(
    shots: Sequence[tuple[Product, int | str]], *, columns: int = 8, size_px: int = 160, gap_px: int = 2
) -> Image.Image:
    """Photographs (product, view) side by side in rows of `columns`, each `size_px` square, on light grey."""
    rows = -(-len(shots) // columns)
    step = size_px + gap_px
    sheet = Image.new("RGB", (columns * step - gap_px, rows * step - gap_px), (228, 228, 228))
    for number, (product, view) in enumerate(shots):
        sheet.paste(render(product, view, size_px).image, (number % columns * step, number // columns * step))
    return sheet
