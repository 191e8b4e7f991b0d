"""What a task is: it gathers the vectors it needs from an encoder and says what it observed for every query.

A task never sees the other model, never computes an interval and never draws: `gergo.evaluation.evaluating` runs it
for the model and for the baseline on the same rows, pairs what they observed and does the statistics. A new task is
one class:

    class Colour:
        name = "colour"
        def observe(self, encode, rows):
            ...
            yield Outcome("colour", settings, cluster_Q, observed, metrics)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from gergo.evaluation.exhibits import Exhibit
from gergo.evaluation.labels import Labels
from gergo.towers.geometry import ImageLike
from gergo.towers.saliency import Method

RETAIN = "retain"
"""The name of what the splits of a catalogue to retain are pooled to; their own names begin with it."""

Observed = Mapping[str, NDArray]
"""One array [Q] for each thing observed (`rank`, `ndcg`, `true`, `predicted`), by its name."""

Metric = Callable[[Observed, NDArray[np.floating] | None], NDArray[np.float64]]
"""A value from what was observed and a weight [..., Q] a query (see `gergo.evaluation.metrics`)."""


class Encoder(Protocol):
    """A model as tasks see it: unit vectors, finite, float32 [n, d], in the order asked.

    Texts and views of the catalogue are encoded once and kept; `images` takes pictures that a task made itself.
    """

    @property
    def logit_scale(self) -> float: ...

    def texts(self, texts: Sequence[str]) -> NDArray[np.float32]: ...

    def views(self, views: Sequence[int]) -> NDArray[np.float32]: ...

    def images(self, images: Sequence[ImageLike]) -> NDArray[np.float32]: ...

    def maps(self, image: ImageLike, texts: Sequence[str], method: Method) -> NDArray[np.float32]:
        """Where in a picture the model finds each text, [T, H, W] (`gergo.towers.saliency.maps`)."""
        ...


class Shop(Protocol):
    """The catalogue as tasks see it, beyond the split they measure.

    brand_column, category_column: their names; None where the catalogue has none.
    """

    @property
    def brand_column(self) -> str | None: ...

    @property
    def category_column(self) -> str | None: ...

    def rows(self, split: str) -> Rows | None:
        """The items of another split, to learn from (`train`) or to choose by (`validation`); None where it is empty.

        Items without a picture are not among them; those that a model was pretrained on are.
        """
        ...

    def pictures(self, views: Sequence[int]) -> list[bytes]:
        """Encoded pictures by their view numbers, in the order asked."""
        ...

    def same_photograph(self, one_P: NDArray[np.int64], other_P: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether two views each, by their numbers, are one photograph, saved again perhaps: bool [P]."""
        ...


@dataclass(frozen=True)
class Rows:
    """The items of one split that are measured, each with a picture. N items, V pictures.

    texts: column -> the item's text in that column, "" where it has none; the first column is the title.
    seen_texts: content hashes of the texts that are in the train split too, or that either model was pretrained on.
    labels: the label space of the whole catalogue, None when no label column was given.
    label_N: the item's class in it, -1 where it has none.
    view_V, owner_V, hash_V: number of each picture, the item it shows (ascending from 0), and its content hash.
    columns: every column of the source as normalised text, "" for an empty cell.
    shop: the rest of the catalogue.
    """

    split: str
    id_N: list[str]
    group_N: NDArray[np.int64]
    texts: dict[str, list[str]]
    seen_texts: frozenset[str]
    view_V: list[int]
    owner_V: NDArray[np.int64]
    hash_V: list[str]
    labels: Labels | None = None
    label_N: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    columns: dict[str, list[str]] = field(default_factory=dict)
    shop: Shop | None = None

    @property
    def own_split(self) -> str:
        """The split as the catalogue calls it, where that of a catalogue to retain is called `retain_test`."""
        return self.split.removeprefix(f"{RETAIN}_")

    @property
    def first_view_N(self) -> NDArray[np.int64]:
        """The number of each item's first picture."""
        return np.array(self.view_V, np.int64)[np.searchsorted(self.owner_V, np.arange(len(self.id_N)))]


@dataclass(frozen=True)
class Answers:
    """What a person may look at: each query, its right answer and the first answers, for the report's examples.

    query_Q: the query in words; right_Q, top_QK: entries of a gallery; hit_QK: is that answer right; picture: of a
    query and an entry, the view of the entry that answers best; caption_G: an entry's words.
    """

    query_Q: list[str]
    right_Q: NDArray[np.int64]
    top_QK: NDArray[np.int64]
    hit_QK: NDArray[np.bool_]
    picture: Callable[[int, int], int]
    caption_G: list[str]


@dataclass(frozen=True)
class Outcome:
    """What one model did on one task and one split.

    settings: whatever a figure means nothing without (the gallery's size, the text column, the labels).
    cluster_Q: queries of one cluster are not independent of each other.
    unbounded: metrics that do not lie in [0, 1].
    exhibits: what the report shows beside the figures; of the baseline's, those of the same name are shown too.
    remarks: whole sentences for the report.
    stratum_Q: parts of the queries that are resampled by themselves, where there are several.
    """

    task: str
    split: str
    settings: dict[str, object]
    cluster_Q: NDArray[np.int64]
    observed: Observed
    metrics: Mapping[str, Metric]
    unbounded: frozenset[str] = frozenset()
    answers: Answers | None = None
    exhibits: Sequence[Exhibit] = ()
    remarks: Sequence[str] = ()
    stratum_Q: NDArray[np.int64] | None = None


@runtime_checkable
class Task(Protocol):
    """One file a task. `name` is what `--tasks` calls it."""

    name: str

    def observe(self, encode: Encoder, rows: Rows) -> Iterable[Outcome]:
        """Yield what the model did, the figure that matters most first.

        Raises NotEnoughData, with the reason, where the split holds nothing this task can measure.
        """
        ...
