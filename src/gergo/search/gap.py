"""Pictures and titles in one ranking, across the gap between them.

Texts and pictures lie in two cones of the space ("Mind the gap", Liang et al., 2022): left alone, a title would outrank
every picture for a query in words, and none for a query by picture. The means alone are not the difference: to a query
in words titles are several times as widely spread as pictures, so moved by the means they would still take most first
places. For every query, titles' scores are therefore brought to the mean of the pictures', and to their standard
deviation where they spread wider: a title stands out among titles as far as a picture does among pictures. Where they
spread less, as for a query by picture, of which a title tells little, they are left narrow: stretched, they would be
noise. Both moments are known for any query from those of the vectors, q.mean and q.covariance.q, over the items that
have a picture and a title.

Shapes: S items with both, R rows, D the latent space, K results.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from gergo.search.flat import TIE_DIGITS, VectorIndex


class Gap(NamedTuple):
    """Means [D] and covariances [D, D] of the pictures and the titles of the same items, float64."""

    picture_D: np.ndarray
    title_D: np.ndarray
    picture_DD: np.ndarray
    title_DD: np.ndarray

    def bridged(self, scores_K: np.ndarray, query_D: np.ndarray) -> np.ndarray:
        """Titles' cosines to a query on the scale of the pictures', in [-1, 1].

        Pictures score .1 or .3 here, titles .5 or .9: twice as widely spread around .7 as pictures around .2.

        >>> gap = gap_between(np.array([[0.1], [0.3]]), np.array([[0.5], [0.9]]))
        >>> gap.bridged(np.array([0.9, 0.7]), np.array([1.0])).round(3).tolist()
        [0.3, 0.2]
        """
        q_D = query_D.astype(np.float64)
        widths = [math.sqrt(max(0.0, float(q_D @ spread_DD @ q_D))) for spread_DD in (self.picture_DD, self.title_DD)]
        narrowed = widths[0] / widths[1] if widths[1] > widths[0] > 0 else 1.0
        bridged_K = q_D @ self.picture_D + narrowed * (scores_K.astype(np.float64) - q_D @ self.title_D)
        return bridged_K.clip(-1, 1).round(TIE_DIGITS)


def gap_between(pictures_SD: np.ndarray, titles_SD: np.ndarray) -> Gap:
    """The gap, from a picture and the title of each of some items."""
    both = [vectors_SD.astype(np.float64) for vectors_SD in (pictures_SD, titles_SD)]
    means = [vectors_SD.mean(axis=0) for vectors_SD in both]
    spreads = [(v_SD - mean_D).T @ (v_SD - mean_D) / len(v_SD) for v_SD, mean_D in zip(both, means, strict=True)]
    return Gap(*means, *spreads)


class AcrossGap(VectorIndex):
    """An index of which some rows are titles: they are looked for apart, and merged with the pictures.

    Args:
        index: of the vectors as they are.
        title_R: whether a row is a title.
    """

    def __init__(self, index: VectorIndex, title_R: np.ndarray, gap: Gap) -> None:
        super().__init__(index.items_R)
        self._index, self._title_R, self._gap = index, title_R, gap
        self._kinds = [kind_R & (index.items_R >= 0) for kind_R in (~title_R, title_R)]

    def vectors(self, rows: np.ndarray) -> np.ndarray:
        return self._index.vectors(rows)

    def scores(self, query_D: np.ndarray, rows: np.ndarray) -> np.ndarray:
        scores = self._index.scores(query_D, rows)
        titles = self._title_R[rows]
        scores[titles] = self._gap.bridged(scores[titles], query_D)
        return scores

    def top_rows(self, query_D: np.ndarray, k: int, allowed_R: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        found: list[tuple[np.ndarray, np.ndarray]] = []
        for kind_R in self._kinds:
            wanted_R = kind_R if allowed_R is None else kind_R & allowed_R
            found.append(self._index.top_rows(query_D, min(k, int(wanted_R.sum())), wanted_R))
        (pictures, picture_rows), (titles, title_rows) = found
        scores = np.concatenate([pictures, self._gap.bridged(titles, query_D).astype(np.float32)])
        rows = np.concatenate([picture_rows, title_rows])
        best = np.lexsort((rows, -scores))[:k]
        return scores[best], rows[best]
