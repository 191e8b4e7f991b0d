"""How high what belongs together is ranked: the figure that judges a network, for each kind of pairs it is taught by.

A kind of pairs has directions (title to picture and picture to title; picture to another picture; another text to the
title), a direction has queries, and a query is about items. Ranks are those of `gergo.evaluation`, and so is
what is right: whatever is right for an item is so for all that show exactly the same pictures.

Shapes: N items, K contents that an item bears, Q queries, P queries of items, D the latent space.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from gergo.contrastive.pairs import Floats, Mask, Pairs
from gergo.contrastive.sampler import Floats32, Ints, kinship
from gergo.evaluation.ranking import Vectors, rank
from gergo.evaluation.same_pictures import looks, with_same_pictures

Kind = tuple[str, str]
Encode = Callable[[str, Ints], Floats32]
"""The unit vectors [P, D] of contents of a modality, by position."""

IMAGE_TEXT: Kind = ("image", "text")
IMAGE_IMAGE: Kind = ("image", "image")
TEXT_TEXT: Kind = ("text", "text")
PICTURES = 2  # of an item that are compared with those of others: bounds the time, and one more is enough to ask
_ROWS = 1024


class Direction(NamedTuple):
    """rr_Q: reciprocal rank of each query's first right answer, in (0, 1]. query_N: the query that an item asks, -1
    where it asks none; items that share a title ask the same one."""

    rr_Q: Floats
    query_N: Ints

    def over(self, part_N: Mask) -> float:
        """The mean over the queries of some items, each once; NaN where they ask none."""
        asked = np.unique(self.query_N[part_N & (self.query_N >= 0)])
        return float(self.rr_Q[asked].mean()) if len(asked) else float("nan")

    def contributions(self, part_N: Mask, class_P: Ints) -> Floats:
        """[C] of the part's items' classes 0..C-1, whose mean is `over` the part; NaN where it asks nothing."""
        query_P = self.query_N[part_N]
        asked, first = np.unique(query_P[query_P >= 0], return_index=True)
        class_A = class_P[query_P >= 0][first]
        classes = int(class_P.max(initial=-1)) + 1
        sums_C = np.bincount(class_A, self.rr_Q[asked], minlength=classes)
        return sums_C * classes / len(asked) if len(asked) else np.full(classes, np.nan)


@dataclass(frozen=True)
class ReciprocalRanks:
    """The directions of each kind with the kind's weight. tied_N: equal for items that share a title or a group,
    directly or through others."""

    kinds: list[tuple[float, list[Direction]]]
    tied_N: Ints

    def figure(self, part_N: Mask) -> float:
        """The mean over kinds, by weight, of the mean over directions; NaN where the part asks nothing."""
        return float(_mean([(weight, [one.over(part_N) for one in directions]) for weight, directions in self.kinds]))

    def by_cluster(self, part_N: Mask) -> Floats:
        """What the tied items of a part contribute to its figure, [C], which is the mean of these.

        Clusters are what is drawn, whole: variants of one product and items of one title are not independent of each
        other. The standard error is that of a mean of clusters that differ in size.
        """
        all_queries = [one.query_N for _, directions in self.kinds for one in directions]
        asks_N = part_N & (np.max(all_queries, axis=0) >= 0)
        _, which_P = np.unique(self.tied_N[asks_N], return_inverse=True)
        return _mean(
            [(weight, [one.contributions(asks_N, which_P) for one in directions]) for weight, directions in self.kinds]
        )


def reciprocal_ranks(encode: Encode, pairs: Pairs, weights: Mapping[Kind, float], domain_N: Mask) -> ReciprocalRanks:
    """Rank by kinds of pairs. A kind that none of the domain's items asks by (no second text) counts for nothing; where
    that leaves none, pictures and titles do."""
    found = [(weight, _DIRECTIONS[kind](encode, pairs)) for kind, weight in weights.items() if weight]
    found = [(weight, each) for weight, each in found if not any(np.isnan(one.over(domain_N)) for one in each)]
    return ReciprocalRanks(found or [(1.0, _pictures_and_titles(encode, pairs))], _tied(pairs))


def _tied(pairs: Pairs) -> Ints:
    titles = enumerate(pairs.bears["text"][:, 0].tolist())
    groups = ((item, -1 - group) for item, group in enumerate(pairs.groups_N.tolist()))  # below 0: no title's number
    return kinship([*titles, *groups], len(pairs))


def _pictures_and_titles(encode: Encode, pairs: Pairs) -> list[Direction]:
    """Titles among items (the best of an item's pictures), and items among distinct titles; right are those of all
    items that show the same pictures."""
    titles, title_N = np.unique(pairs.bears["text"][:, 0], return_inverse=True)
    pictures_NK = pairs.bears["image"]
    owners_V, _ = np.nonzero(pictures_NK >= 0)
    items = Vectors(encode("image", pictures_NK[pictures_NK >= 0]), owners_V)
    texts = Vectors.one_each(encode("text", titles))
    right_P2 = with_same_pictures(np.stack([title_N, np.arange(len(title_N))], axis=1), _looks(pairs))
    of_titles = rank(texts, items, right_P2).rank_Q
    of_items = rank(items, texts, right_P2[:, ::-1]).rank_Q
    return [Direction(1 / of_titles, title_N), Direction(1 / of_items, np.arange(len(title_N)))]


def _looks(pairs: Pairs) -> Ints:
    pictures_NK = pairs.bears["image"]
    owners_V, _ = np.nonzero(pictures_NK >= 0)
    return looks(owners_V, [pairs.contents["image"][position].hash for position in pictures_NK[pictures_NK >= 0]])


def _pictures(encode: Encode, pairs: Pairs) -> list[Direction]:
    """Pictures among all others; right are those of the same item, of items with the same title, and of items that show
    the same pictures. A copy of the query is not among them: to find it would prove nothing."""
    some_NK = pairs.bears["image"][:, :PICTURES]
    owners_P, _ = np.nonzero(some_NK >= 0)
    picture_PD = encode("image", some_NK[some_NK >= 0])
    title_P, look_P = pairs.bears["text"][owners_P, 0], _looks(pairs)[owners_P]
    hashes = [pairs.contents["image"][position].hash for position in some_NK[some_NK >= 0]]
    photograph_P = np.unique(hashes, return_inverse=True)[1]
    rr_P = np.full(len(owners_P), np.nan)
    for start in range(0, len(owners_P), _ROWS):
        rows = np.arange(start, min(start + _ROWS, len(owners_P)))
        score_RP = picture_PD[rows] @ picture_PD.T
        right_RP = (title_P[rows, None] == title_P) | (look_P[rows, None] == look_P)
        copy_RP = photograph_P[rows, None] == photograph_P
        score_RP[copy_RP], right_RP[copy_RP] = -np.inf, False
        best_R1 = np.where(right_RP, score_RP, -np.inf).max(axis=1, keepdims=True)
        above_R = (~right_RP & (score_RP >= best_R1)).sum(axis=1)
        rr_P[rows] = np.where(right_RP.any(axis=1), 1 / (1 + above_R), np.nan)
    return [_per_item(_by_class(rr_P, owners_P))]


def _texts(encode: Encode, pairs: Pairs) -> list[Direction]:
    """An item's other texts among all titles, as often as each is drawn; right are the titles of items that bear it."""
    bears_NK, weights_NK = pairs.bears["text"], pairs.weights["text"]
    item_P, slot_P = np.nonzero((bears_NK[:, 1:] >= 0) & (weights_NK[:, 1:] > 0))
    if not len(item_P):
        return [Direction(np.empty(0), np.full(len(pairs), -1))]
    titles, title_N = np.unique(bears_NK[:, 0], return_inverse=True)
    others, other_P = np.unique(bears_NK[item_P, 1 + slot_P], return_inverse=True)
    query, gallery = Vectors.one_each(encode("text", others)), Vectors.one_each(encode("text", titles))
    rank_O = rank(query, gallery, np.stack([other_P, title_N[item_P]], axis=1)).rank_Q
    weight_P = weights_NK[item_P, 1 + slot_P]
    weight_N = np.bincount(item_P, weight_P, minlength=len(pairs))
    sum_N = np.bincount(item_P, weight_P / rank_O[other_P], minlength=len(pairs))
    return [_per_item(np.divide(sum_N, weight_N, out=np.full(len(pairs), np.nan), where=weight_N > 0))]


_DIRECTIONS = {IMAGE_TEXT: _pictures_and_titles, IMAGE_IMAGE: _pictures, TEXT_TEXT: _texts}


def _per_item(rr_N: Floats) -> Direction:
    """Items that ask one query each, or none (NaN)."""
    asks_N = ~np.isnan(rr_N)
    return Direction(rr_N[asks_N], np.where(asks_N, np.cumsum(asks_N) - 1, -1))


def _by_class(value_P: Floats, class_P: Ints) -> Floats:
    """The mean of what is no NaN in each class 0..C-1; NaN where there is nothing."""
    known_P = ~np.isnan(value_P)
    classes = int(class_P.max(initial=-1)) + 1
    count = np.bincount(class_P[known_P], minlength=classes)
    total = np.bincount(class_P[known_P], value_P[known_P], minlength=classes)
    return np.divide(total, count, out=np.full(classes, np.nan), where=count > 0)


def _mean(kinds: list[tuple[float, list[float]]] | list[tuple[float, list[Floats]]]) -> Floats:
    """The mean over kinds, by weight, of the mean over directions; what is NaN counts for nothing."""
    of_kind = np.array([np.mean(directions, axis=0) for _, directions in kinds])
    weight = np.array([weight for weight, _ in kinds]).reshape(-1, *[1] * (of_kind.ndim - 1))
    known = np.where(np.isnan(of_kind), 0.0, weight)
    total = known.sum(axis=0)
    sums = (known * np.nan_to_num(of_kind)).sum(axis=0)
    return np.divide(sums, total, out=np.full(np.shape(total), np.nan), where=total > 0)
