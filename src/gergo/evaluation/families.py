"""Labels with one parent: which column of a catalogue groups the labels into families, whatever it is called.

Shapes: N items, K classes, P parents.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gergo.catalogue.texts import key

PURE = 0.98  # share of the items whose label alone tells the column's value
TELLING = 0.9  # how much of what the commonest value leaves open the label must settle


@dataclass(frozen=True)
class Families:
    """The parents of a column's classes. parent_K: of each class, -1 where its items name none; exceptions: items
    whose column names another parent than most items of their class do."""

    column: str
    name_P: list[str]
    parent_K: NDArray[np.int64]
    exceptions: int

    @property
    def children_P(self) -> NDArray[np.int64]:
        """How many classes each parent has."""
        return np.bincount(self.parent_K[self.parent_K >= 0], minlength=len(self.name_P))

    @property
    def shared(self) -> int:
        """How many parents have two classes or more: what there is to tell apart within."""
        return int((self.children_P > 1).sum())

    def siblings_of(self, parent: int) -> NDArray[np.int64]:
        return np.flatnonzero(self.parent_K == parent)


def find_parent(columns: Mapping[str, Sequence[str]], label_N: NDArray[np.int64], classes: int) -> Families | None:
    """The column that is a function of the label and has the most parents that several labels share; None: no such.

    A column counts as a function of the label where the label tells its value for 98% of the items (real exports
    contradict themselves), and settles nine tenths of what guessing its commonest value leaves open (a column that is
    "yes" nearly everywhere is a function of everything).

    Oak and ash are trees and iris is a flower, whatever their size.

    >>> columns = {"size": ["S", "M", "S", "S", "M", "M"], "kind": ["tree"] * 4 + ["flower"] * 2}
    >>> found = find_parent(columns, np.array([0, 0, 1, 1, 2, 2]), 3)
    >>> found.column, found.name_P, found.parent_K.tolist()
    ('kind', ['flower', 'tree'], [1, 1, 0])
    """
    found = [families_of(name, values, label_N, classes) for name, values in columns.items()]
    kept = [each for each in found if each is not None and each.shared and _is_function(each, columns, label_N)]
    return max(kept, key=lambda each: (each.shared, -each.exceptions), default=None)


def families_of(column: str, values: Sequence[str], label_N: NDArray[np.int64], classes: int) -> Families | None:
    """The families a column makes: the parent of a class is what most of its items name (of equals, the first by
    name); None where it holds fewer than two values, or as many as there are classes."""
    spelling: dict[str, str] = {}
    key_N = [key(value) for value in values]
    for folded, value in zip(key_N, values, strict=True):
        if folded:
            spelling.setdefault(folded, value)
    if not 1 < len(spelling) <= max(classes, 2):
        return None
    number = {folded: parent for parent, folded in enumerate(sorted(spelling))}
    parent_N = np.array([number.get(folded, -1) for folded in key_N])
    told_N = (parent_N >= 0) & (label_N >= 0)
    count_KP = np.zeros((classes, len(number)), np.int64)
    np.add.at(count_KP, (label_N[told_N], parent_N[told_N]), 1)
    parent_K = np.where(count_KP.any(1), count_KP.argmax(1), -1)
    exceptions = int(count_KP.sum() - count_KP.max(1, initial=0).sum())
    return Families(column, [spelling[folded] for folded in number], parent_K, exceptions)


def _is_function(families: Families, columns: Mapping[str, Sequence[str]], label_N: NDArray[np.int64]) -> bool:
    told = [(key(v), k) for v, k in zip(columns[families.column], label_N.tolist(), strict=True) if v and k >= 0]
    # A class of one item tells its value by being alone: that is no evidence.
    if len(told) < 2 * len({k for _, k in told}):
        return False
    missed = families.exceptions / len(told)
    guessed = 1 - max(Counter(value for value, _ in told).values()) / len(told)
    return guessed > 0 and missed <= min(1 - PURE, (1 - TELLING) * guessed)
