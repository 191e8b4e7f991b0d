"""Batches hold every item once, keep look-alikes apart where they can, and are the same for the same seed and epoch."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gergo.contrastive.sampler import batches, kinship


@settings(max_examples=50, deadline=None)
@given(
    texts=st.lists(st.integers(0, 6), min_size=1, max_size=120),
    batch_size=st.integers(2, 40),
    epoch=st.integers(0, 5),
)
def test_every_item_once_and_equal_texts_spread_as_evenly_as_can_be(
    texts: list[int], batch_size: int, epoch: int
) -> None:
    texts_N = np.array(texts)
    dealt = batches(texts_N, texts_N, batch_size=batch_size, seed=3, epoch=epoch)
    assert sorted(np.concatenate(dealt).tolist()) == list(range(len(texts)))
    assert max(map(len, dealt)) <= batch_size
    assert max(map(len, dealt)) - min(map(len, dealt)) <= 1
    for text in set(texts):
        copies = [int((texts_N[batch] == text).sum()) for batch in dealt]
        assert max(copies) - min(copies) <= 1


def test_members_of_a_group_with_different_texts_land_in_different_batches() -> None:
    groups = np.repeat(np.arange(40), 3)
    kin = kinship([(member, int(group)) for member, group in enumerate(groups)], len(groups))
    for batch in batches(kin, np.arange(120), batch_size=20, seed=0, epoch=0):
        assert len(np.unique(groups[batch])) == len(batch)


def test_seed_and_epoch_decide() -> None:
    kin = np.arange(50)

    def first(seed: int, epoch: int) -> list[int]:
        return batches(kin, kin, batch_size=10, seed=seed, epoch=epoch)[0].tolist()

    assert first(1, 2) == first(1, 2)
    assert len({tuple(first(seed, epoch)) for seed in range(3) for epoch in range(3)}) == 9


def test_kinship_ties_what_any_chain_of_shared_classes_ties() -> None:
    """Items 0-1 share a text, 1-2 a group; 3 is alone."""
    assert kinship([(0, 0), (1, 0), (1, 9), (2, 9), (3, 1)], 4).tolist() == [0, 0, 0, 3]


@pytest.mark.parametrize("count", [1, 7, 128, 129])
def test_batches_are_as_few_as_they_can_be(count: int) -> None:
    kin = np.arange(count)
    assert len(batches(kin, kin, batch_size=128, seed=0, epoch=0)) == -(-count // 128)
