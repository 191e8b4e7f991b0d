"""Shops of a few rows, whose vectors are given by hand, for tasks that learn from train and choose on validation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gergo.evaluation.labels import read_labels
from gergo.evaluation.task import Rows


class HandMade:
    """An encoder that looks vectors up; texts without one are drawn from their letters."""

    logit_scale = 10.0

    def __init__(
        self, view_VD: np.ndarray, texts: dict[str, Sequence[float]], image: Sequence[float] = (1.0, 0.0)
    ) -> None:
        self._view_VD, self._texts, self._image = _unit(view_VD), texts, image

    def texts(self, texts: Sequence[str]) -> np.ndarray:
        return _unit(np.array([self._texts[text] for text in texts], float))

    def views(self, views: Sequence[int]) -> np.ndarray:
        return self._view_VD[list(views)]

    def images(self, images: Sequence[object]) -> np.ndarray:
        return _unit(np.array([self._image] * len(images), float))


class SmallShop:
    brand_column = None
    category_column = "kind"

    def __init__(self) -> None:
        self.splits: dict[str, Rows] = {}

    def rows(self, split: str) -> Rows | None:
        return self.splits.get(split)

    def pictures(self, views: Sequence[int]) -> list[bytes]:
        raise AssertionError("no picture is asked for")


def make_shop(
    splits: dict[str, dict[str, list[str]]], *, label_column: str = "kind", texts: Sequence[str] = ()
) -> SmallShop:
    """Split -> columns; each item has one picture, numbered through all splits, and a group of its own."""
    shop, first = SmallShop(), 0
    everything = [value for columns in splits.values() for value in columns.get(label_column, [])]
    labels = read_labels(label_column, everything) if everything else None
    for split, columns in splits.items():
        n = len(next(iter(columns.values())))
        shop.splits[split] = Rows(
            split=split,
            id_N=[f"{split}{i}" for i in range(n)],
            group_N=np.arange(first, first + n),
            texts={name: columns[name] for name in texts},
            seen_texts=frozenset(),
            view_V=list(range(first, first + n)),
            owner_V=np.arange(n),
            hash_V=[f"{split}{i}" for i in range(n)],
            labels=labels,
            label_N=np.array([labels.of(value) if labels else -1 for value in columns.get(label_column, [""] * n)]),
            columns=columns,
            shop=shop,
        )
        first += n
    return shop


def _unit(vector_ND: np.ndarray) -> np.ndarray:
    return (vector_ND / np.linalg.norm(vector_ND, axis=1, keepdims=True)).astype(np.float32)
