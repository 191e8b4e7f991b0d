"""Robustness: how often a picture still finds its own text after what shops do to pictures.

The queries are items, at most `MOST_ITEMS` of a split, each by its first picture; the gallery is their distinct
titles, of which those of items with the same picture are right as well. Every picture is damaged in several ways and
steps (`damages`), and the ranks are compared with those of the undamaged picture, item by item, so an interval of the
loss is narrow. Pictures are scaled to `SIDE_PX` first, damaged or not: the loss is that of the damage alone.

It encodes each picture some twenty times, so it has to be asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from gergo.errors import NotEnoughData
from gergo.evaluation import metrics
from gergo.evaluation.damages import DAMAGES, small, studio_mask
from gergo.evaluation.exhibits import Curve, Exhibit, Series, Table
from gergo.evaluation.ranking import ranks
from gergo.evaluation.retrieval import TextColumn, read_column
from gergo.evaluation.same_pictures import looks, sharing, with_same_pictures
from gergo.evaluation.task import Encoder, Metric, Outcome, Rows
from gergo.progress import bar
from gergo.towers.geometry import ImageLike, open_rgb

MOST_ITEMS = 300
SIDE_PX = 320
PORTION = 64

Step = tuple[str, float]
"""A kind of damage and how far it goes."""

CLEAN: Step = ("none", 0.0)
STEPS: tuple[Step, ...] = (CLEAN, *((kind, step) for kind, damage in DAMAGES.items() for step in damage.steps))


def _lost(observed: Mapping[str, NDArray], weight: NDArray[np.floating] | None) -> NDArray[np.float64]:
    return metrics.mean(observed["clean"], weight) - metrics.mean(observed["hit"], weight)


METRICS: Mapping[str, Metric] = {
    "text_retrieval_recall@1": lambda observed, weight: metrics.mean(observed["hit"], weight),
    "mrr": lambda observed, weight: metrics.mean(observed["reciprocal"], weight),
    "lost_recall@1": _lost,
}


class Robustness:
    """Image->text retrieval by damaged pictures. seed: of which items are taken where a split has more."""

    name = "robustness"

    def __init__(self, *, seed: int = 0) -> None:
        self.seed = seed

    def observe(self, encode: Encoder, rows: Rows) -> Iterator[Outcome]:
        column = next((found for name in rows.texts if (found := read_column(rows, name)) is not None), None)
        if column is None or rows.shop is None:
            raise NotEnoughData("no item has both a picture and a text, or all bear the same text")
        item_N, text_N, texts = self._drawn(column)
        first_N = np.searchsorted(rows.owner_V, item_N).tolist()
        views = [rows.view_V[first] for first in first_N]
        look_N = looks(np.arange(len(first_N)), [rows.hash_V[first] for first in first_N])
        text_TD = encode.texts(texts)
        pair_P2 = with_same_pictures(np.stack([text_N, np.arange(len(item_N))], axis=1), look_N)[:, ::-1]
        vectors, plain = _damaged_vectors(encode, rows, views)
        rank_SN = {step: ranks(vector_ND, text_TD, pair_P2) for step, vector_ND in vectors.items()}
        settings: dict[str, object] = {
            "text_column": column.column,
            "gallery": len(texts),
            "gallery_unit": "texts",
            "items_sharing_pictures": sharing(look_N),
            "plain_backgrounds": plain,
        }
        cluster_N = rows.group_N[item_N]
        usual = [(kind, damage.usual) for kind, damage in DAMAGES.items()]
        all_kinds = _outcome(rows.split, settings | {"damage": "all kinds, usual step"}, cluster_N, rank_SN, usual)
        yield replace(all_kinds, exhibits=_exhibits(rank_SN), remarks=[_remark(plain, len(item_N))])
        for step in (CLEAN, *usual):
            yield _outcome(rows.split, settings | {"damage": step[0], "step": step[1]}, cluster_N, rank_SN, [step])

    def _drawn(self, column: TextColumn) -> tuple[NDArray[np.int64], NDArray[np.int64], list[str]]:
        """The items taken, in order, the number of each one's text, and the texts."""
        text_P, item_P = column.pair_P2.T
        if len(item_P) > MOST_ITEMS:
            taken = np.sort(np.random.default_rng(self.seed).choice(len(item_P), MOST_ITEMS, replace=False))
            text_P, item_P = text_P[taken], item_P[taken]
        order_P = np.argsort(item_P, kind="stable")
        number_T, text_N = np.unique(text_P[order_P], return_inverse=True)
        if len(number_T) < 2:
            raise NotEnoughData("all items bear the same text")
        return item_P[order_P], text_N, [column.text_T[number] for number in number_T]


def _damaged_vectors(encode: Encoder, rows: Rows, views: Sequence[int]) -> tuple[dict[Step, NDArray[np.float32]], int]:
    """The vectors [N, D] of every step, and how many of the pictures have a plain background."""
    assert rows.shop is not None
    parts: dict[Step, list[NDArray[np.float32]]] = {step: [] for step in STEPS}
    plain = 0
    with bar(f"damaging pictures of {rows.split}", len(views), "pictures") as shown:
        for start in range(0, len(views), PORTION):
            data = rows.shop.pictures(views[start : start + PORTION])
            images = [small(open_rgb(picture), SIDE_PX) for picture in data]
            plain += sum(studio_mask(np.asarray(image)) is not None for image in images)
            for step in STEPS:
                parts[step].append(encode.images([_apply(image, step) for image in images]))
            shown.advance(len(images))
    return {step: np.concatenate(vectors) for step, vectors in parts.items()}, plain


def _apply(image: Image.Image, step: Step) -> ImageLike:
    kind, amount = step
    return image if step == CLEAN else DAMAGES[kind].apply(image, amount)


def _outcome(
    split: str,
    settings: dict[str, object],
    cluster_N: NDArray[np.int64],
    rank_SN: Mapping[Step, NDArray[np.int64]],
    steps: Sequence[Step],
) -> Outcome:
    """The mean over some steps of what each item was found by."""
    rank_XN = np.stack([rank_SN[step] for step in steps])
    observed = {
        "hit": (rank_XN == 1).mean(axis=0),
        "reciprocal": (1 / rank_XN).mean(axis=0),
        "clean": rank_SN[CLEAN] == 1,
    }
    return Outcome("robustness", split, settings, cluster_N, observed, METRICS, frozenset({"lost_recall@1"}))


def _exhibits(rank_SN: Mapping[Step, NDArray[np.int64]]) -> list[Exhibit]:
    recall = {step: float((rank_N == 1).mean()) for step, rank_N in rank_SN.items()}
    table = Table(
        "Found by a damaged picture",
        ("damage", "step", "own text first", "lost"),
        [
            (DAMAGES[kind].label if kind in DAMAGES else "none", step, share, recall[CLEAN] - share)
            for (kind, step), share in recall.items()
        ],
        frozenset({"own text first", "lost"}),
    )
    curves = [_curve(kind, recall) for kind in DAMAGES]
    return [table, *curves]


def _curve(kind: str, recall: Mapping[Step, float]) -> Curve:
    """Recall against the step; the undamaged picture stands first, at the step that changes nothing."""
    damage = DAMAGES[kind]
    unharmed = {"jpeg": 100.0, "crop": 100.0, "small": float(SIDE_PX)}.get(kind, 0.0)
    y = [recall[CLEAN], *(recall[kind, step] for step in damage.steps)]
    series = Series("own text first", [unharmed, *damage.steps], y)
    return Curve(damage.label, damage.unit, "own text first", [series], "steps")


def _remark(plain: int, items: int) -> str:
    return (
        f"{plain:,} of {items:,} pictures have a plain background that could be replaced; under “Background” the "
        "others stay as they are."
    )
