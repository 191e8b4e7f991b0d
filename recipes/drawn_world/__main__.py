"""`python -m recipes.drawn_world sheet.png [seed]`: a contact sheet with captions, and how fast it was drawn."""

from __future__ import annotations

import sys
import time

from PIL import Image, ImageDraw

from . import samples


def sheet(seed: int, *, columns: int = 8, rows: int = 6, size_px: int = 112) -> Image.Image:
    """Pictures in rows, each with its first three captions below."""
    cell_wide, cell_high = size_px + 52, size_px + 52
    page = Image.new("RGB", (columns * cell_wide, rows * cell_high), "white")
    pencil = ImageDraw.Draw(page)
    for number, (pixels, captions) in enumerate(samples(columns * rows, seed, size_px)):
        x, y = number % columns * cell_wide, number // columns * cell_high
        page.paste(Image.fromarray(pixels), (x, y))
        pencil.multiline_text(
            (x, y + size_px + 1), "\n".join(text[:34] for text in captions[:4]), fill="black", font_size=9
        )
    return page


def main(path: str, seed: int = 0) -> None:
    """Write the sheet, then time 600 pictures on one core."""
    sheet(seed).save(path)
    start_s = time.process_time()
    count = sum(1 for _ in samples(600, seed))
    print(f"{path}: {count / (time.process_time() - start_s):.0f} pictures a second a core at 112 px")


if __name__ == "__main__":
    main(sys.argv[1], *(int(argument) for argument in sys.argv[2:3]))
