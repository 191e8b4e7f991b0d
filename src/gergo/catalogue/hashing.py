"""Content hashes: two pictures with the same pixels, or two texts that read the same, have the same one.

A hash says what is shown, not how it is stored: a picture saved again without loss, or a title in other capitals,
keeps its hash. That is what lets a base name the content it was trained on, and a cache find a vector.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from gergo.catalogue.texts import key

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def picture_hash(rgb_HWC: NDArray[np.uint8]) -> str:
    """Sha256 hex of upright RGB pixels, uint8 [height, width, 3], and of their size.

    The size is hashed too, because 2 x 8 and 4 x 4 pixels may be the same bytes. The hash of a lossy picture holds for
    one version of its decoder: another libjpeg may round a pixel differently.
    """
    assert rgb_HWC.dtype == "uint8"
    height, width, channels = rgb_HWC.shape
    assert channels == 3
    digest = hashlib.sha256(f"{width}x{height}:".encode())
    digest.update(rgb_HWC.data if rgb_HWC.flags.c_contiguous else rgb_HWC.tobytes())
    return digest.hexdigest()


def text_hash(text: str) -> str:
    """Sha256 hex of the text as it is compared (`texts.key`): normalised, whatever its capitals.

    A word for nothing that is a title all the same (Null) is itself.
    """
    return hashlib.sha256((key(text) or text.casefold()).encode("utf-8", "surrogatepass")).hexdigest()
