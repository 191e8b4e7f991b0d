"""The figure that chooses the epoch, and the categories kept aside for it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
import torch

from gergo.catalogue.splits import TRAIN, VALIDATION
from gergo.contrastive.inputs import Features, on_features
from gergo.contrastive.pairs import Content, Pairs
from gergo.contrastive.selection import (
    UNSEEN_FROM_ITEMS,
    UNSEEN_SHARE,
    Examples,
    Selection,
    at_most,
    divide,
    score,
    unseen_categories,
)
from gergo.towers.model import Model


def make_pairs(
    categories: Sequence[str],
    *,
    titles: Sequence[int],
    groups: Sequence[int] | None = None,
    splits: Sequence[str] | None = None,
) -> Pairs:
    """Items with one picture each and the title of this number."""
    count = len(categories)
    return Pairs(
        items_N=np.arange(count),
        splits_N=np.array(splits if splits is not None else [TRAIN] * count),
        groups_N=np.array(groups if groups is not None else range(count)),
        bears={"image": np.arange(count)[:, None], "text": np.array(titles)[:, None]},
        weights={"image": np.ones((count, 1)), "text": np.ones((count, 1))},
        contents={
            "image": [Content(n, f"{n:064x}") for n in range(count)],
            "text": [Content(f"title {n}", f"{n:064x}") for n in range(max(titles) + 1)],
        },
        kin_N=np.arange(count),
        categories_N=np.array(categories),
    )


def test_the_figure_is_the_mean_reciprocal_rank_of_both_directions(tiny: Model) -> None:
    """Three items, two titles; the projections are made to pass two chosen coordinates through.

    Title 0 is borne by items 0 and 1, title 1 by item 2. Titles are (1, 0), (0, 1); items (1, 0), (0, 1), (.6, .8).
    Title 0: cosines 1, 0, .6, first hit at rank 1. Title 1: 0, 1, .8, its item 2 at rank 2. Item 0: rank 1. Item 1: its
    title 0 at rank 2. Item 2: its title 1 (.8 over .6) at rank 1. So (1 + 1/2) / 2 and (1 + 1/2 + 1) / 3, meant. The
    part of the last item has its title's rank and its own, still among all.
    """
    network = on_features(tiny.network, ["image", "text"])
    with torch.no_grad():
        for tower in (network.tower("image"), network.tower("text")):
            tower.projection.weight.zero_()
            tower.projection.weight[0, 0] = tower.projection.weight[1, 1] = 1.0
    rows = {"image": [[1, 0], [0, 1], [0.6, 0.8]], "text": [[1, 0], [0, 1]]}
    inputs = {}
    for modality, values in rows.items():
        features = torch.zeros(len(values), network.tower(modality).projection.in_features)
        features[:, :2] = torch.tensor(values)
        inputs[modality] = Features(features)
    examples = Examples(make_pairs(["", "", ""], titles=[0, 0, 1]), inputs)
    parts = {"validation": np.array([True, True, True]), "last": np.array([False, False, True])}
    figures = Selection(examples, parts).figures(network, "fp32")
    assert figures["validation"] == pytest.approx(((1 + 1 / 2) / 2 + (1 + 1 / 2 + 1) / 3) / 2, abs=1e-6)
    assert figures["last"] == pytest.approx((1 / 2 + 1) / 2, abs=1e-6)


def test_parts_weigh_the_same() -> None:
    assert score({"validation": 0.2, "unseen": 0.6}) == pytest.approx(0.4)


def test_unseen_categories_are_whole_small_and_take_their_groups_along() -> None:
    count = 2 * UNSEEN_FROM_ITEMS
    categories = [f"kind {n % 40}" if n % 4 else "best seller" for n in range(count)]
    groups = [n - n % 2 for n in range(count)]
    pairs = make_pairs(categories, titles=list(range(count)), groups=groups)
    drawn_N = unseen_categories(pairs)
    assert UNSEEN_SHARE * count <= drawn_N.sum() < 0.2 * count
    assert set(pairs.groups_N[drawn_N]).isdisjoint(pairs.groups_N[~drawn_N])
    whole = set(pairs.categories_N.tolist()) - set(pairs.categories_N[~drawn_N].tolist())
    assert len(whole) >= 2
    assert "best seller" not in whole
    assert np.array_equal(drawn_N, unseen_categories(pairs))


def test_a_category_is_unseen_however_it_is_written() -> None:
    count = 2 * UNSEEN_FROM_ITEMS
    pairs = make_pairs([f"{'KIND' if n % 3 else 'Kind'} {n % 40}" for n in range(count)], titles=list(range(count)))
    drawn_N = unseen_categories(pairs)
    names_N = np.array([name.lower() for name in pairs.categories_N.tolist()])
    assert drawn_N.any()
    assert set(names_N[drawn_N]).isdisjoint(names_N[~drawn_N])


def test_what_is_trained_on_and_what_judges_share_no_item_and_no_group() -> None:
    count = 2 * UNSEEN_FROM_ITEMS
    splits = [VALIDATION if n % 10 == 0 else TRAIN for n in range(count)]
    pairs = make_pairs([f"kind {n % 40}" for n in range(count)], titles=list(range(count)), splits=splits)
    divided = divide(pairs)
    assert set(divided.train.items_N).isdisjoint(divided.judged.items_N)
    assert set(divided.train.groups_N).isdisjoint(divided.judged.groups_N)
    validation_N, unseen_N = divided.parts["validation"], divided.parts["unseen"]
    assert (validation_N ^ unseen_N).all()
    assert (divided.judged.splits_N[validation_N] == VALIDATION).all()
    assert (divided.judged.splits_N[unseen_N] == TRAIN).all()
    assert set(divided.judged.categories_N[unseen_N]).isdisjoint(divided.train.categories_N)
    assert divided.counts == {"train": len(divided.train), "validation": 300, "unseen": int(unseen_N.sum())}
    assert sum(divided.counts.values()) == count


def test_small_catalogues_and_those_without_categories_keep_all_their_items() -> None:
    few = make_pairs([f"kind {n % 20}" for n in range(200)], titles=list(range(200)))
    assert not unseen_categories(few).any()
    count = UNSEEN_FROM_ITEMS
    assert not unseen_categories(make_pairs([""] * count, titles=list(range(count)))).any()


def test_a_large_validation_split_is_thinned_the_same_way_every_time() -> None:
    pairs = make_pairs([""] * 100, titles=list(range(100)))
    some = at_most(pairs, 30)
    assert len(some) == 30
    assert np.array_equal(some.items_N, at_most(pairs, 30).items_N)
    assert not np.array_equal(some.items_N, np.arange(30))
    assert at_most(pairs, 100) is pairs
