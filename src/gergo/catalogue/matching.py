"""Which row of a new export is which stored item: what is new, what changed, what stayed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from gergo.catalogue.groups import Item


@dataclass
class Matched:
    """unchanged, changed and added share no row. Changed and added items have their number and id; groups come later."""

    unchanged: list[Item]
    changed: list[Item]
    added: list[Item]


def match(stored: Sequence[Item], rows: Sequence[Item], next_item: int) -> Matched:
    """Tell every row apart; numbers and ids are written into `rows`.

    A row is an update of a stored item with its source id when it comes from a source file of the same name, or shares
    a picture with it (without pictures: all texts). Otherwise two products have one id: the row is added under another.
    """
    matched = Matched([], [], [])
    by_id: dict[str, list[Item]] = defaultdict(list)
    for item in stored:
        by_id[item.source_id].append(item)
    rows_by_id: dict[str, list[Item]] = defaultdict(list)
    for row in rows:
        rows_by_id[row.source_id].append(row)
    partner: dict[int, Item] = {}  # id(row) -> the stored item it is
    for source_id, same in rows_by_id.items():
        free = by_id.get(source_id, [])
        for rule in (_is_equal, _shares_content, _same_place, _same_source):
            free = _pair(same, free, rule, partner)
    ids = {item.id for item in stored}
    for row in rows:
        item = partner.get(id(row))
        if item is None:
            row.number, row.id = next_item, _free_id(row.source_id, ids)
            next_item += 1
            ids.add(row.id)
            matched.added.append(row)
            continue
        row.number, row.id = item.number, item.id
        (matched.unchanged if row.digest == item.digest else matched.changed).append(row)
    return matched


def _pair(rows: Sequence[Item], free: Sequence[Item], rule, partner: dict[int, Item]) -> list[Item]:
    """Pair what has no partner yet, first come first served; returns the items that are still free."""
    left = list(free)
    for row in rows:
        if not left:
            break
        if id(row) in partner:
            continue
        found = next((item for item in left if rule(row, item)), None)
        if found is not None:
            partner[id(row)] = found
            left.remove(found)
    return left


def _is_equal(row: Item, item: Item) -> bool:
    return row.digest == item.digest


def _shares_content(row: Item, item: Item) -> bool:
    if row.pictures or item.pictures:
        return not set(row.pictures).isdisjoint(item.pictures)
    return row.text_hashes == item.text_hashes


def _same_place(row: Item, item: Item) -> bool:
    return row.source == item.source and row.row == item.row


def _same_source(row: Item, item: Item) -> bool:
    return row.source == item.source


def _free_id(source_id: str, taken: set[str]) -> str:
    if source_id not in taken:
        return source_id
    n = 2
    while f"{source_id}~{n}" in taken:
        n += 1
    return f"{source_id}~{n}"
