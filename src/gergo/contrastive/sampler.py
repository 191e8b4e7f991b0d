"""Batches of an epoch: every example once, look-alikes kept apart, a pure function of seed and epoch.

Because nothing is remembered between epochs, a run resumes in the middle of one by asking for the same epoch
again and skipping the batches it has seen.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


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
