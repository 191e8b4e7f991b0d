"""Refusal: does the model know that a picture is none of this shop's business.

Pictures of another trade (strangers) against the items of a split, by how sure the model is: the best cosine with any
label, and the best probability. The strangers are another catalogue's, where one is named; else fasteners that
`gergo.demo` draws, which a shop that sells fasteners should not be tested with.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from gergo.catalogue.store import Catalogue
from gergo.errors import NotEnoughData
from gergo.evaluation import metrics
from gergo.evaluation.calibration import WANTED, fit, validation_of
from gergo.evaluation.confidence import auroc, fpr_at_tpr
from gergo.evaluation.exhibits import Exhibit, Gallery, Tile
from gergo.evaluation.prompts import PLAIN, Prompts
from gergo.evaluation.task import Encoder, Metric, Outcome, Rows
from gergo.evaluation.zero_shot import item_scores, label_vectors
from gergo.pages.numbers import percent

STRANGERS = 300
DRAWN = 60  # drawing one takes a fifth of a second
SHOWN = 8
SCORES = ("cosine", "probability")

METRICS: Mapping[str, Metric] = {
    "auroc": lambda seen, weight: auroc(seen["score"], seen["known"], weight),
    "fpr95": lambda seen, weight: fpr_at_tpr(seen["score"], seen["known"], weight),
}


class Refusal:
    """Tell strangers from the shop's own. strangers: a catalogue of another trade; None draws fasteners."""

    name = "refusal"

    def __init__(self, prompts: Prompts = PLAIN, *, strangers: Path | None = None, seed: int = 0) -> None:
        self.prompts, self.strangers, self.seed = prompts, strangers, seed
        self._pictures: list[bytes] = []
        self._vectors: WeakKeyDictionary[Encoder, NDArray[np.float32]] = WeakKeyDictionary()

    def observe(self, encode: Encoder, rows: Rows) -> Iterator[Outcome]:
        if rows.labels is None:
            raise NotEnoughData("no label column was given and the catalogue has no category column")
        fitted = fit(encode, validation_of(rows), prompts=self.prompts)
        stranger_SD = self._encoded(encode)
        label_KD = label_vectors(encode, rows.labels.word_K, self.prompts)
        own_NK = item_scores(encode.views(rows.view_V), rows.owner_V, label_KD)
        cosine_QK = np.concatenate([own_NK, stranger_SD @ label_KD.T])
        known_Q = np.arange(len(cosine_QK)) < len(own_NK)
        # Every stranger is a cluster of its own, below all groups.
        cluster_Q = np.concatenate([rows.group_N, -1 - np.arange(len(stranger_SD))])
        probability_Q = fitted.probabilities(cosine_QK).max(1)
        settings = {
            "label_column": rows.labels.column,
            "strangers": self.strangers.name if self.strangers else "drawn fasteners",
            "stranger_pictures": len(stranger_SD),
            **self.prompts.settings,
        }
        threshold = fitted.refuse_below.get(f"{WANTED:g}", np.inf)
        let_in_S = probability_Q[~known_Q] >= threshold
        for name, score_Q in zip(SCORES, (cosine_QK.max(1), probability_Q), strict=True):
            first = name == SCORES[0]
            yield Outcome(
                f"{self.name}_by_{name}",
                rows.split,
                settings,
                cluster_Q,
                {"score": score_Q.astype(np.float64), "known": known_Q},
                METRICS,
                exhibits=self._most_trusted(score_Q[~known_Q]) if first else (),
                remarks=[_remark(name, score_Q, known_Q), *([_let_in(let_in_S)] if first else [])],
            )

    def _encoded(self, encode: Encoder) -> NDArray[np.float32]:
        if not self._pictures:
            self._pictures = drawn_strangers() if self.strangers is None else strangers_of(self.strangers, self.seed)
        if encode not in self._vectors:
            self._vectors[encode] = encode.images(self._pictures)
        return self._vectors[encode]

    def _most_trusted(self, score_S: NDArray[np.floating]) -> list[Exhibit]:
        order_S = np.argsort(-score_S, kind="stable")[:SHOWN]
        tiles = [Tile(self._pictures[s], f"cosine {score_S[s]:.3f}") for s in order_S]
        return [Gallery("Strangers most like the shop's own", tiles)]


def _remark(name: str, score_Q: NDArray[np.floating], known_Q: NDArray[np.bool_]) -> str:
    order, leak = float(auroc(score_Q, known_Q)), float(fpr_at_tpr(score_Q, known_Q))
    return (
        f"By its best {name}, a picture of the shop's stands above a stranger's {percent(order)} of the time (guessing "
        f"gets 50.0%); a threshold that keeps 95% of the shop's lets in {percent(leak)} of the strangers."
    )


def _let_in(let_in_S: NDArray[np.bool_]) -> str:
    share = percent(float(metrics.mean(let_in_S)))
    return f"The threshold of 'none of these' for a precision of {percent(WANTED)} lets in {share} of the strangers."


def strangers_of(path: Path, seed: int) -> list[bytes]:
    """Pictures of another catalogue, one an item at most, drawn evenly.

    Raises:
        InputError: there is no catalogue.
        NotEnoughData: it has no picture.
    """
    catalogue = Catalogue.open(path)
    table = catalogue.views()
    first: dict[int, int] = {}
    for item, view in zip(table["item"].to_pylist(), table["view"].to_pylist(), strict=True):
        first.setdefault(item, view)
    if not first:
        raise NotEnoughData(f"{path} has no pictures to serve as strangers")
    views = np.random.default_rng(seed).permutation(sorted(first.values()))[:STRANGERS]
    return catalogue.pictures(sorted(map(int, views)))


def drawn_strangers() -> list[bytes]:
    """Photographs of fasteners as PNG."""
    from gergo import demo

    pictures = []
    for product in demo.products(DRAWN):
        buffer = io.BytesIO()
        demo.render(product, view=0).image.save(buffer, "PNG")
        pictures.append(buffer.getvalue())
    return pictures
