"""Which weights are kept: a figure on items that nothing was trained on, the same for every epoch.

Two parts, each items that the training never sees, weighed the same:

- `validation`: the catalogue's validation split, products like those trained on;
- `unseen`: whole categories taken out of the train split by hash, products of a kind never trained on. It is
  what keeps the choice from favouring weights that know the shop's best-selling categories and little else.
  The catalogue's own held-out brands and categories are not touched: what chooses cannot also be reported.
  Small catalogues go without it, since it costs training items.

The figure of a part is the mean of both directions' mean reciprocal rank, between distinct titles and items
(the best of an item's pictures), as `gergo.evaluation` ranks them.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch

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
class Selection:
    """The parts that a network is judged by, by name."""

    parts: Mapping[str, Examples]

    def figures(self, network: DualEncoder, precision: Precision) -> dict[str, float]:
        """The figure of each part, in [0, 1]."""
        network.eval()
        return {name: retrieval_figure(network, part, precision) for name, part in self.parts.items()}


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


def retrieval_figure(network: DualEncoder, part: Examples, precision: Precision) -> float:
    """Mean of text-to-item and item-to-text mean reciprocal rank."""
    titles, title_N = np.unique(part.pairs.bears["text"][:, 0], return_inverse=True)
    pictures_NK = part.pairs.bears["image"]
    owners_V, _ = np.nonzero(pictures_NK >= 0)
    items = Vectors(_encode(network, "image", part, pictures_NK[pictures_NK >= 0], precision), owners_V)
    texts = Vectors.one_each(_encode(network, "text", part, titles, precision))
    item_to_text = np.stack([np.arange(len(title_N)), title_N], axis=1)
    forth = rank(texts, items, item_to_text[:, ::-1]).rank_Q
    back = rank(items, texts, item_to_text).rank_Q
    return float(mean_reciprocal_rank(forth) + mean_reciprocal_rank(back)) / 2


@torch.inference_mode()
def _encode(network: DualEncoder, modality: str, part: Examples, positions: Ints, precision: Precision) -> np.ndarray:
    rows = []
    for start in range(0, len(positions), 128):
        batch = part.inputs[modality](positions[start : start + 128], None)
        with precisions.autocast(precision, network.log_scale.device):
            rows.append(network.encode(modality, batch).cpu().numpy())
    return np.concatenate(rows)
