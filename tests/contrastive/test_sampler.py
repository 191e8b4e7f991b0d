"""Batches hold every item once, keep look-alikes apart where they can, and are the same for the same seed and epoch."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gergo.contrastive.sampler import batches, kinship, neighbouring_batches


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


def test_neighbours_share_a_batch_kin_do_not_and_every_item_comes_once() -> None:
    """Ten clusters of eight on a circle; members 0 and 1 of a cluster are kin."""
    clusters = np.repeat(np.arange(10), 8)
    angle = 2 * np.pi * clusters / 10 + 0.01 * np.tile(np.arange(8), 10)
    vectors = np.stack([np.cos(angle), np.sin(angle)], axis=1).astype(np.float32)
    kin = np.arange(80)
    kin[1::8] = kin[::8]
    dealt = neighbouring_batches(kin, vectors, batch_size=16, together=4, seed=0, epoch=1)
    assert sorted(np.concatenate(dealt).tolist()) == list(range(80))
    assert [len(batch) for batch in dealt] == [16] * 5
    near = [(clusters[batch][:, None] == clusters[batch]).sum(axis=1).mean() for batch in dealt]
    random = [
        (clusters[batch][:, None] == clusters[batch]).sum(axis=1).mean()
        for batch in batches(kin, kin, batch_size=16, seed=0, epoch=1)
    ]
    assert np.mean(near) > 1.4 * np.mean(random)
    again = neighbouring_batches(kin, vectors, batch_size=16, together=4, seed=0, epoch=1)
    other = neighbouring_batches(kin, vectors, batch_size=16, together=4, seed=0, epoch=2)
    assert all(np.array_equal(one, two) for one, two in zip(dealt, again, strict=True))
    assert not all(np.array_equal(one, two) for one, two in zip(dealt, other, strict=True))


@settings(max_examples=30, deadline=None)
@given(count=st.integers(1, 60), batch_size=st.integers(2, 20), together=st.integers(1, 8), seed=st.integers(0, 9))
def test_batches_of_neighbours_are_as_many_as_plain_ones(count: int, batch_size: int, together: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    kin, vectors = random.integers(0, count, count), random.normal(size=(count, 3)).astype(np.float32)
    dealt = neighbouring_batches(
        kin, vectors, batch_size=batch_size, together=min(together, batch_size), seed=seed, epoch=0
    )
    assert sorted(np.concatenate(dealt).tolist()) == list(range(count))
    assert len(dealt) == len(batches(kin, kin, batch_size=batch_size, seed=seed, epoch=0))
    assert max(map(len, dealt)) <= batch_size
