"""Groups: items tied by one photograph, a variant id, a product id met twice with the same texts, or as a family.

A group never crosses a split. Items that are stored keep their group and split; a new row goes with the group it is
tied to, and one that is tied to two splits is refused. A family is told by ids and titles alone, which is no ground to
refuse a row: where it lies in another split, the row comes in without that tie.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from gergo.catalogue.families import Families
from gergo.catalogue.item import Item
from gergo.catalogue.splits import TEST, TRAIN, VALIDATION, HeldOut, group_split
from gergo.catalogue.texts import key


class Union:
    """Union-find (Tarjan, 1975) over numbers from 0, with path halving."""

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))

    def root(self, i: int) -> int:
        parent = self._parent
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    def unite(self, i: int, j: int) -> int:
        """Join two sets; the smaller root is the root of both."""
        i, j = sorted((self.root(i), self.root(j)))
        self._parent[j] = i
        return i


def clusters(hashes: Sequence[str], pairs: Iterable[Sequence[int]]) -> dict[str, str]:
    """Picture hash -> the hash that stands for all pictures that are the same photograph."""
    union = Union(len(hashes))
    for i, j in pairs:
        union.unite(i, j)
    return {value: hashes[union.root(i)] for i, value in enumerate(hashes)}


@dataclass
class _Component:
    """What is known of a set of tied items: the split of those that are stored, and what the others ask for."""

    stored: str = ""
    group: str = ""
    wishes: set[str] = field(default_factory=set)

    def merged(self, other: _Component) -> _Component | None:
        """Both as one, None when that would put one group in two splits."""
        splits = {self.stored, other.stored} - {""}
        wishes = self.wishes | other.wishes
        if len(splits) > 1 or (wishes and splits & {TRAIN, VALIDATION, TEST}):
            return None
        groups = {self.group, other.group} - {""}
        return _Component(max(splits, default=""), min(groups, default=""), wishes)


def assign(
    stored: Sequence[Item], incoming: Sequence[Item], cluster_of: Mapping[str, str], held_out: HeldOut
) -> list[Item]:
    """Give every incoming item its group and split; stored items may join a group, and keep their split.

    incoming: new items and changed ones (with the number of the stored item they replace). cluster_of: see `clusters`;
    pictures that are not in it tie nothing. Returns the incoming items that would bridge two splits, untouched.
    """
    numbers = {item.number for item in stored}
    nodes = [*stored, *(item for item in incoming if item.number not in numbers)]
    place = {item.number: i for i, item in enumerate(nodes)}
    parents = {item.variant for item in nodes if item.variant}
    families = Families([*stored, *incoming])
    union = Union(len(nodes))
    components = {i: _Component() for i in range(len(nodes))}
    owner: dict[Hashable, int] = {}
    for i, item in enumerate(stored):
        first = owner.setdefault(("group", item.group), i)
        components[union.unite(first, i)] = _Component(item.split, item.group)
        for tie in (*_ties(item, cluster_of, parents), *families.ties(item)):
            owner.setdefault(tie, i)
    refused = []
    for item in incoming:
        ties = _ties(item, cluster_of, parents)
        roots = {union.root(owner[tie]) for tie in ties if tie in owner} | {union.root(place[item.number])}
        wish = held_out.wish(item.brand, item.category)
        merged: _Component | None = _Component(wishes={wish} if wish else set())
        for root in sorted(roots):
            merged = merged and merged.merged(components[root])
        if merged is None:
            refused.append(item)
            continue
        kin = families.ties(item)
        merged, roots = _with_kin(merged, roots, {union.root(owner[tie]) for tie in kin if tie in owner}, components)
        for root in roots:
            union.unite(root, place[item.number])
        components[union.root(place[item.number])] = merged
        for tie in (*ties, *kin):
            owner.setdefault(tie, place[item.number])
    _settle(nodes, incoming, place, union, components, {item.number for item in refused})
    return refused


def _with_kin(
    component: _Component, roots: set[int], kin: set[int], components: Mapping[int, _Component]
) -> tuple[_Component, set[int]]:
    """A component joined with those of its family that are not in another split."""
    for root in sorted(kin - roots):
        if joined := component.merged(components[root]):
            component, roots = joined, roots | {root}
    return component, roots


def _ties(item: Item, cluster_of: Mapping[str, str], parents: Collection[str]) -> list[Hashable]:
    """What ties an item to others, whatever split they are in. Equal titles do not: a class name is not a product.

    parents: the ids that variants name. An item that names none may be such a parent itself; one that does may not, or
    families numbered from 1 would be tied to the products of these numbers.
    """
    ties: list[Hashable] = [("picture", cluster_of[picture]) for picture in item.pictures if picture in cluster_of]
    if item.variant:
        ties.append(("variant", item.variant))
    elif (own := key(item.source_id)) in parents:
        ties.append(("variant", own))
    if item.text_hashes:
        ties.append(("same", item.source_id, item.text_hashes))
    return ties


def _settle(
    nodes: Sequence[Item],
    incoming: Sequence[Item],
    place: Mapping[int, int],
    union: Union,
    components: Mapping[int, _Component],
    refused: Collection[int],
) -> None:
    members: dict[int, list[Item]] = defaultdict(list)
    for i, item in enumerate(nodes):
        if item.group or item.number not in refused:
            members[union.root(i)].append(item)
    for root, items in members.items():
        component = components[root]
        group = component.group or min(item.id for item in items)
        split = component.stored or group_split((item.source_id for item in items), component.wishes)
        for item in items:
            item.group, item.split = group, split
    for item in incoming:
        if item.number not in refused:
            settled = nodes[place[item.number]]
            item.group, item.split = settled.group, settled.split
