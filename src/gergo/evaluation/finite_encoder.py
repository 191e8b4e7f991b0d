"""The encoder that tasks are given: every vector is looked at before it is measured by."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from gergo.errors import GergoError
from gergo.evaluation.task import Encoder
from gergo.towers.geometry import ImageLike
from gergo.towers.saliency import Method


class FiniteEncoder:
    """An encoder that keeps a split's picture vectors at hand, and stops at a vector that is not finite.

    A NaN compares false with everything: it would rank first or last without a word, and the figure would be wrong.
    """

    def __init__(self, encoder: Encoder, name: str) -> None:
        self._encoder, self._name = encoder, name
        self._views: dict[tuple[int, ...], NDArray[np.float32]] = {}

    def texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vector_ND = self._encoder.texts(texts)
        self._check(vector_ND, lambda row: f"the text '{texts[row]}'")
        return vector_ND

    def views(self, views: Sequence[int]) -> NDArray[np.float32]:
        known = tuple(views)
        if known not in self._views:
            vector_ND = self._encoder.views(views)
            self._check(vector_ND, lambda row: f"picture {views[row]}")
            self._views = {known: vector_ND}
        return self._views[known]

    def images(self, images: Sequence[ImageLike]) -> NDArray[np.float32]:
        vector_ND = self._encoder.images(images)
        self._check(vector_ND, lambda row: f"picture {row} of those that a task made")
        return vector_ND

    def maps(self, image: ImageLike, texts: Sequence[str], method: Method) -> NDArray[np.float32]:
        return self._encoder.maps(image, texts, method)

    @property
    def logit_scale(self) -> float:
        return self._encoder.logit_scale

    def _check(self, vector_ND: NDArray[np.float32], what: Callable[[int], str]) -> None:
        bad_N = np.logical_not(np.isfinite(vector_ND).all(axis=1))
        if bad_N.any():
            raise GergoError(
                f"model '{self._name}' gives a vector that is not finite for {what(int(bad_N.argmax()))} "
                f"({int(bad_N.sum()):,} of {len(vector_ND):,} vectors)",
                hint="its weights may be damaged, or its training may have diverged: nothing was measured",
            )
