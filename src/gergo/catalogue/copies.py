"""Which pictures of a catalogue are one photograph: the same pixels, or saved again (see `near_duplicates`).

Shapes: P pairs of views, V views.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gergo.catalogue.near_duplicates import same_picture
from gergo.catalogue.schema import VIEWS
from gergo.catalogue.snapshot import thumbnails
from gergo.catalogue.store import Catalogue

MAX_DISTANCE = 20  # bits of 64; of few pairs more may be looked at than an import looks at: other pictures differ in 32
_AT_ONCE = 1 << 10
_COMPARED = 1 << 16  # pairs at a time: their hashes are cheap to look at, and there may be many


def same_photograph(catalogue: Catalogue, one_P: NDArray[np.int64], other_P: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether two views each, by their numbers, show one photograph, bool [P]; thumbnails decide, as at import."""
    if not len(one_P):
        return np.empty(0, bool)
    views = catalogue.table(VIEWS).search().select(["view", "hash", "perceptual"]).to_arrow().sort_by("view")
    view_V, bits_V = views["view"].to_numpy(), views["perceptual"].to_numpy()
    code_V = np.unique(np.array(views["hash"].to_pylist(), "S64"), return_inverse=True)[1]
    same_P, near_P = np.empty(len(one_P), bool), np.empty(len(one_P), bool)
    for start in range(0, len(one_P), _COMPARED):
        part = slice(start, start + _COMPARED)
        one, other = np.searchsorted(view_V, one_P[part]), np.searchsorted(view_V, other_P[part])
        same_P[part] = code_V[one] == code_V[other]
        near_P[part] = np.bitwise_count(bits_V[one] ^ bits_V[other]) <= MAX_DISTANCE
    near = np.flatnonzero(near_P & ~same_P)
    for start in range(0, len(near), _AT_ONCE):
        part = near[start : start + _AT_ONCE]
        one, other = (np.stack(thumbnails(catalogue, views_P[part].tolist())) for views_P in (one_P, other_P))
        same_P[part] = same_picture(one, other)
    return same_P
