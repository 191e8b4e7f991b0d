"""Batches of an epoch: every example once, look-alikes kept apart, a pure function of seed and epoch.

Because nothing is remembered between epochs, a run resumes in the middle of one by asking for the same epoch
again and skipping the batches it has seen.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats32 = npt.NDArray[np.float32]
_BLOCK = 4096


def kinship(classes: list[tuple[int, int]], members: int) -> Ints:
    """Connected components: int64 [members], equal for members that any chain of shared classes ties
    together.

    Args:
        classes: (member, class) pairs; a class is a text or a group, numbered so that the two do not clash.

    >>> kinship([(0, 10), (1, 10), (1, 20), (2, 20), (3, 30)], 4).tolist()
    [0, 0, 0, 3]
    """
    parent = list(range(members))

    def root(member: int) -> int:
        while parent[member] != member:
            parent[member] = parent[parent[member]]
            member = parent[member]
        return member

    first: dict[int, int] = {}
    for member, key in classes:
        one, other = root(first.setdefault(key, member)), root(member)
        parent[max(one, other)] = min(one, other)
    return np.array([root(member) for member in range(members)], dtype=np.int64)


def batches(kin_N: Ints, texts_N: Ints, *, batch_size: int, seed: int, epoch: int) -> list[Ints]:
    """The batches of one epoch, as positions 0..N-1; sizes differ by one at most and never exceed
    `batch_size`.

    Members are sorted by kin, then by text, at random within and between, and dealt like cards: one to each
    batch in turn. So equal texts and members of a group land in distinct batches where there are batches
    enough, and are spread evenly where there are not. Distinct is preferred, never required: a catalogue of
    81 titles still trains.
    """
    count = len(kin_N)
    random = np.random.default_rng([seed, epoch])
    _, kin_N = np.unique(kin_N, return_inverse=True)
    _, texts_N = np.unique(texts_N, return_inverse=True)
    order = np.lexsort((random.random(count), random.permutation(count)[texts_N], random.permutation(count)[kin_N]))
    hands = -(-count // batch_size)
    return [order[hand::hands].astype(np.int64) for hand in random.permutation(hands)]


def neighbouring_batches(
    kin_N: Ints, vectors_ND: Floats32, *, batch_size: int, together: int, seed: int, epoch: int
) -> list[Ints]:
    """The batches of one epoch where hard negatives share a batch: handfuls of `together` items, alike by their
    vectors and never kin, are dealt instead of single ones (Zhang and Stratos, 2021, "Understanding hard negatives in
    noise contrastive estimation").

    Handfuls are gathered within random blocks of a few thousand items, so no N x N matrix is held; the last one of a
    block takes what is left, however unlike. Sizes of batches differ by one at most; a handful may be cut in two
    where one batch ends and the next begins.
    """
    count = len(kin_N)
    random = np.random.default_rng([seed, epoch])
    order = random.permutation(count)
    blocks = [order[start : start + _BLOCK] for start in range(0, count, _BLOCK)]
    hands = [block[hand] for block in blocks for hand in _handfuls(kin_N[block], vectors_ND[block], together)]
    dealt = np.concatenate([hands[number] for number in random.permutation(len(hands))]).astype(np.int64)
    return np.array_split(dealt, -(-count // batch_size))


def _handfuls(kin_B: Ints, vectors_BD: Floats32, together: int) -> list[Ints]:
    """Positions 0..B-1 in handfuls: the first that is left, and the nearest to it that are no kin of one another."""
    similarity_BB = vectors_BD @ vectors_BD.T
    left_B = np.ones(len(kin_B), dtype=bool)
    hands = []
    for first in range(len(kin_B)):
        if not left_B[first]:
            continue
        left_B[first] = False
        hand = [first]
        near = np.argsort(-np.where(left_B, similarity_BB[first], -np.inf), kind="stable")[: int(left_B.sum())]
        for other in near.tolist():
            if len(hand) == together:
                break
            if kin_B[other] not in kin_B[hand]:
                hand.append(other)
                left_B[other] = False
        hands.append(np.array(hand, dtype=np.int64))
    return hands
