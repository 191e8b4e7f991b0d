"""How well the words of a pair fit its picture by a model, and what a threshold on that would keep.

Filtering by such a score is how LAION made a data set of a crawl (Schuhmann et al., 2021). The scale of a cosine is the
model's own, and so is what it knows: a threshold is the user's to choose, from the curve, and never set unseen.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gergo.catalogue.pictures import PictureError, read
from gergo.progress import bar
from gergo.towers.model import Model

BATCH = 64
THRESHOLDS = 41  # points of the curve


def similarities(model: Model, pictures: Sequence[Path], texts: Sequence[str]) -> NDArray[np.float32]:
    """Cosine of each picture with the text at the same place, float32 [P]; NaN where the picture cannot be decoded."""
    distinct_pictures, distinct_texts = list(dict.fromkeys(pictures)), list(dict.fromkeys(texts))
    place_of_text = {text: i for i, text in enumerate(distinct_texts)}
    text_TD = model.encode_texts(distinct_texts) if distinct_texts else np.empty((0, model.dim), np.float32)
    by_picture: dict[Path, list[int]] = {}
    for pair, picture in enumerate(pictures):
        by_picture.setdefault(picture, []).append(pair)
    found_P = np.full(len(pictures), np.nan, np.float32)
    with bar(f"pairs by {model.name}", len(distinct_pictures), "pictures") as shown:
        for start in range(0, len(distinct_pictures), BATCH):
            part = distinct_pictures[start : start + BATCH]
            readable = [path for path in part if _is_readable(path)]
            vectors = (
                dict(zip(readable, model.encode_images([str(path) for path in readable]), strict=True))
                if readable
                else {}
            )
            for path, vector_D in vectors.items():
                for pair in by_picture[path]:
                    found_P[pair] = float(text_TD[place_of_text[texts[pair]]] @ vector_D)
            shown.advance(len(part))
    return found_P


def _is_readable(path: Path) -> bool:
    try:
        read(path.read_bytes())
    except (PictureError, OSError):
        return False
    return True


def curve(similarity_P: NDArray[np.float32]) -> list[tuple[float, int]]:
    """(threshold, pairs that it keeps), evenly spaced from the lowest similarity to the highest.

    >>> curve(np.array([0.1, 0.2, 0.3], np.float32))[0][1], curve(np.array([0.1, 0.2, 0.3], np.float32))[-1][1]
    (3, 1)
    """
    known_P = np.sort(similarity_P[np.isfinite(similarity_P)]).astype(np.float64)
    if not len(known_P):
        return []
    steps = np.linspace(known_P[0], known_P[-1], THRESHOLDS)
    steps[0], steps[-1] = known_P[0], known_P[-1]
    return [(float(step), int(len(known_P) - np.searchsorted(known_P, step))) for step in steps]
