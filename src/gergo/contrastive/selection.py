"""Which weights are kept: a figure on items that nothing was trained on, the same for every epoch.

Two parts, each of items that the training never sees, weighed the same:

- `validation`: the catalogue's validation split, products like those trained on;
- `unseen`: whole categories taken out of the train split by hash, products of a kind never trained on. It is what
  keeps the choice from favouring weights that know the shop's best-selling categories and little else. The
  catalogue's own held-out brands and categories are not touched: what chooses cannot also be reported. Small
  catalogues go without it, since it costs training items.

The figure of a part is the mean of both directions' mean reciprocal rank, between distinct titles and items (the best
of an item's pictures), as `gergo.evaluation` ranks them; the queries of a part are ranked against all items of both,
so few categories are no easier to tell apart than many.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch

from gergo.catalogue.splits import TRAIN, VALIDATION
from gergo.contrastive.inputs import Inputs
from gergo.contrastive.pairs import Mask, Pairs
from gergo.contrastive.sampler import Ints
from gergo.evaluation.metrics import mean_reciprocal_rank
from gergo.evaluation.ranking import Vectors, rank
from gergo.towers import precision as precisions
from gergo.towers.network import DualEncoder
from gergo.towers.precision import Precision

UNSEEN_FROM_ITEMS = 1_500
UNSEEN_SHARE = 0.05
MOST_ITEMS = 2_000


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
    unseen = train.only(unseen_N)
    judged = pairs.only(np.isin(pairs.items_N, np.concatenate([validation.items_N, unseen.items_N])))
    named = {"validation": validation} | ({"unseen": unseen} if len(unseen) else {})
    parts = {name: np.isin(judged.items_N, part.items_N) for name, part in named.items()}
    return Division(train.only(~unseen_N), judged, parts)


@dataclass(frozen=True)
class Selection:
    """What a network is judged by: items, and which of them belong to each part."""

    examples: Examples
    parts: Mapping[str, Mask]

    def figures(self, network: DualEncoder, precision: Precision) -> dict[str, float]:
        """The figure of each part, in [0, 1]."""
        network.eval()
        pairs = self.examples.pairs
        titles, title_N = np.unique(pairs.bears["text"][:, 0], return_inverse=True)
        pictures_NK = pairs.bears["image"]
        owners_V, _ = np.nonzero(pictures_NK >= 0)
        pictures_VD = _encode(network, "image", self.examples, pictures_NK[pictures_NK >= 0], precision)
        items = Vectors(pictures_VD, owners_V)
        texts = Vectors.one_each(_encode(network, "text", self.examples, titles, precision))
        item_to_text = np.stack([np.arange(len(title_N)), title_N], axis=1)
        text_rank_T = rank(texts, items, item_to_text[:, ::-1]).rank_Q
        item_rank_N = rank(items, texts, item_to_text).rank_Q
        return {
            name: float(
                mean_reciprocal_rank(text_rank_T[np.unique(title_N[part_N])])
                + mean_reciprocal_rank(item_rank_N[part_N])
            )
            / 2
            for name, part_N in self.parts.items()
        }


def score(figures: Mapping[str, float]) -> float:
    """What is compared between epochs: the mean over the parts."""
    return sum(figures.values()) / len(figures)


def unseen_categories(pairs: Pairs) -> Mask:
    """Items to keep out of training, bool [N]: categories drawn by hash until they hold 5% of the items.

    None where there are too few items, or no category column. No category over 10% of the items is drawn, and
    a group goes with its category.
    """
    counts = Counter(pairs.categories_N.tolist())
    drawable = [name for name, count in counts.items() if name and count <= 0.1 * len(pairs)]
    if len(pairs) < UNSEEN_FROM_ITEMS or len(drawable) < 5:
        return np.zeros(len(pairs), dtype=bool)
    drawn: list[str] = []
    for name in sorted(drawable, key=lambda name: hashlib.sha256(f"unseen {name}".encode()).digest()):
        if len(drawn) >= 2 and sum(counts[one] for one in drawn) >= UNSEEN_SHARE * len(pairs):
            break
        drawn.append(name)
    touched = pairs.groups_N[np.isin(pairs.categories_N, drawn)]
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
def _encode(network: DualEncoder, modality: str, part: Examples, positions: Ints, precision: Precision) -> np.ndarray:
    rows = []
    for start in range(0, len(positions), 128):
        batch = part.inputs[modality](positions[start : start + 128], None)
        with precisions.autocast(precision, network.log_scale.device):
            rows.append(network.encode(modality, batch).cpu().numpy())
    return np.concatenate(rows)
