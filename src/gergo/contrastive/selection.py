"""Which weights are kept: a figure on items that nothing was trained on, the same for every epoch.

Up to three parts, each of items that the training never sees, weighed the same:

- `validation`: the catalogue's validation split, products like those trained on: the domain;
- `unseen`: whole categories taken out of the train split by hash, products of a kind never trained on. It is what
  keeps the choice from favouring weights that know the shop's best-selling categories and little else. The
  catalogue's own held-out brands and categories are not touched: what chooses cannot also be reported. Small
  catalogues go without it, since it costs training items;
- `retain`: another catalogue, of what the model must not forget, where one is given: the items of its train and
  validation splits, ranked among themselves. Its other splits stay for `gergo evaluate`.

The last two guard generality. All parts choose the epoch; `interpolation` then weighs the domain against the rest.

The figure of a part is the mean of both directions' mean reciprocal rank, between distinct titles and items (the best
of an item's pictures), as `gergo.evaluation` ranks them; where pairs of two pictures or two texts are taught, theirs
counts by its weight (`reciprocal_ranks`). The queries of a part are ranked against all items of both, so few categories
are no easier to tell apart than many.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import torch
from torch.nn import functional as F

from gergo.catalogue import texts
from gergo.catalogue.splits import TRAIN, VALIDATION
from gergo.contrastive.inputs import Inputs
from gergo.contrastive.optimization import Diverged
from gergo.contrastive.pairs import Floats, Mask, Pairs
from gergo.contrastive.reciprocal_ranks import IMAGE_TEXT, Kind, ReciprocalRanks, reciprocal_ranks
from gergo.contrastive.sampler import Floats32, Ints
from gergo.towers import precision as precisions
from gergo.towers.network import DualEncoder
from gergo.towers.precision import Precision

UNSEEN_FROM_ITEMS = 1_500
UNSEEN_SHARE = 0.05
MOST_ITEMS = 2_000
DOMAIN = "validation"


@dataclass(frozen=True)
class Examples:
    """Pairs and where their contents come from, by modality."""

    pairs: Pairs
    inputs: Mapping[str, Inputs]


@dataclass(frozen=True)
class Division:
    """Items to train on, items to judge by, and which of these belong to each part (bool, by position in `judged`)."""

    train: Pairs
    judged: Pairs
    parts: Mapping[str, Mask]

    @property
    def counts(self) -> dict[str, int]:
        """How many items each part has, those trained on first."""
        return {"train": len(self.train), **{name: int(mask.sum()) for name, mask in self.parts.items()}}


def divide(pairs: Pairs) -> Division:
    """Divide the pairs of the train and validation splits."""
    validation = at_most(pairs.only(pairs.splits_N == VALIDATION), MOST_ITEMS)
    train = pairs.only(pairs.splits_N == TRAIN)
    unseen_N = unseen_categories(train)
    unseen = at_most(train.only(unseen_N), MOST_ITEMS)
    judged = pairs.only(np.isin(pairs.items_N, np.concatenate([validation.items_N, unseen.items_N])))
    named = {"validation": validation} | ({"unseen": unseen} if len(unseen) else {})
    parts = {name: np.isin(judged.items_N, part.items_N) for name, part in named.items()}
    return Division(train.only(~unseen_N), judged, parts)


class Measured(NamedTuple):
    """figures: of each part, in [0, 1]. domain_C: what every cluster of tied items of the validation split contributes
    to its figure, which is the mean of these; for telling two networks apart, cluster by cluster."""

    figures: dict[str, float]
    domain_C: Floats


@dataclass(frozen=True)
class Selection:
    """What a network is judged by: items and which of them belong to each part, items of another catalogue, and how
    much each kind of pairs counts."""

    examples: Examples
    parts: Mapping[str, Mask]
    retain: Examples | None = None
    weights: Mapping[Kind, float] = field(default_factory=lambda: {IMAGE_TEXT: 1.0})

    def figures(self, network: DualEncoder, precision: Precision) -> dict[str, float]:
        """The figure of each part, in [0, 1]."""
        return self.measure(network, precision).figures

    def measure(self, network: DualEncoder, precision: Precision, *, dim: int | None = None) -> Measured:
        """All figures; by the first `dim` numbers of the vectors where that is set."""
        network.eval()
        found = self._ranks(network, self.examples, self.parts[DOMAIN], precision, dim)
        figures = {name: found.figure(part_N) for name, part_N in self.parts.items()}
        figures = {name: figure for name, figure in figures.items() if not math.isnan(figure)}  # that asks nothing
        if self.retain is not None:
            all_N = np.ones(len(self.retain.pairs), dtype=bool)
            kept = self._ranks(network, self.retain, all_N, precision, dim)
            figures["retain"] = kept.figure(all_N)
        return Measured(figures, found.by_cluster(self.parts[DOMAIN]))

    def _ranks(
        self, network: DualEncoder, part: Examples, domain_N: Mask, precision: Precision, dim: int | None
    ) -> ReciprocalRanks:
        def encode(modality: str, positions: Ints) -> Floats32:
            return _encode(network, modality, part, positions, precision, dim)

        return reciprocal_ranks(encode, part.pairs, self.weights, domain_N)


def generality(figures: Mapping[str, float]) -> float | None:
    """The mean of the figures that guard it, None where there are none.

    >>> generality({"validation": 0.9, "unseen": 0.5, "retain": 0.75}), generality({"validation": 0.9})
    (0.625, None)
    """
    guards = [value for name, value in figures.items() if name != DOMAIN]
    return sum(guards) / len(guards) if guards else None


def score(figures: Mapping[str, float]) -> float:
    """What is compared between epochs: the mean over the parts.

    >>> score({"validation": 0.9, "unseen": 0.5})
    0.7
    """
    return sum(figures.values()) / len(figures)


def item_vectors(network: DualEncoder, examples: Examples, precision: Precision) -> Floats32:
    """One vector an item, float32 [N, D]: the sum of its first picture's and its title's, unaugmented."""
    network.eval()
    first = {modality: bears_NK[:, 0] for modality, bears_NK in examples.pairs.bears.items()}
    each = [_encode(network, name, examples, of_N, precision, None) for name, of_N in first.items()]
    return np.sum(each, axis=0)


def unseen_categories(pairs: Pairs) -> Mask:
    """Items to keep out of training, bool [N]: categories drawn by hash until they hold 5% of the items.

    None where there are too few items, or no category column. No category over 10% of the items is drawn, and
    a group goes with its category.
    """
    names_N = np.array([texts.key(name) for name in pairs.categories_N.tolist()], dtype=np.str_)  # "SHOES" is "Shoes"
    counts = Counter(names_N.tolist())
    drawable = [name for name, count in counts.items() if name and count <= 0.1 * len(pairs)]
    if len(pairs) < UNSEEN_FROM_ITEMS or len(drawable) < 5:
        return np.zeros(len(pairs), dtype=bool)
    drawn: list[str] = []
    for name in sorted(drawable, key=lambda name: hashlib.sha256(f"unseen {name}".encode()).digest()):
        if len(drawn) >= 2 and sum(counts[one] for one in drawn) >= UNSEEN_SHARE * len(pairs):
            break
        drawn.append(name)
    touched = pairs.groups_N[np.isin(names_N, drawn)]
    return np.isin(pairs.groups_N, touched)


def at_most(pairs: Pairs, items: int) -> Pairs:
    """So many items at most, drawn by hash of their number, to keep the time of a validation bounded."""
    if len(pairs) <= items:
        return pairs
    keys = [hashlib.sha256(str(item).encode()).digest() for item in pairs.items_N.tolist()]
    keep = np.zeros(len(pairs), dtype=bool)
    keep[sorted(range(len(pairs)), key=keys.__getitem__)[:items]] = True
    return pairs.only(keep)


@torch.inference_mode()
def _encode(
    network: DualEncoder, modality: str, part: Examples, positions: Ints, precision: Precision, dim: int | None
) -> np.ndarray:
    rows = []
    for start in range(0, len(positions), 128):
        batch = part.inputs[modality](positions[start : start + 128], None)
        with precisions.autocast(precision, network.log_scale.device):
            vectors_BD = network.encode(modality, batch)
        if dim is not None:
            vectors_BD = F.normalize(vectors_BD[:, :dim], dim=1)
        rows.append(vectors_BD.cpu().numpy())
    vectors_ND = np.concatenate(rows)
    if not np.isfinite(vectors_ND).all():  # no number is above another: every rank would be the first
        raise Diverged("the model gives vectors that are no numbers")
    return vectors_ND
