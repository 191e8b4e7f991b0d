"""Which row of a new export is which stored item: what is new, what changed, what stayed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from gergo.catalogue.item import Item

UPSERTS = "upserts"  # the source of items that came one by one, not in a file


@dataclass
class Matched:
    """Every row once. All have their number and id now; of changed and added ones group and split are yet to come."""

    unchanged: list[Item]
    changed: list[Item]
    added: list[Item]

    @property
    def incoming(self) -> list[Item]:
        """What there is to write."""
        return self.changed + self.added

    def drop(self, refused: Sequence[Item]) -> None:
        """Leave out rows that cannot come in after all."""
        gone = set(map(id, refused))
        for rows in (self.unchanged, self.changed, self.added):
            rows[:] = [row for row in rows if id(row) not in gone]


def match(stored: Sequence[Item], rows: Sequence[Item], next_item: int, *, has_ids: bool) -> Matched:
    """Tell every row apart; numbers and ids are written into `rows`.

    A row is an update of a stored item with its source id when it comes from a source file of the same name, shares a
    picture with it (without pictures: all texts), or when the item came by its id alone. Otherwise two products have
    one id: the row is added under another. Where ids are made from content (not `has_ids`), a row with the very
    pictures of an item of its file is an update too: its texts were edited, and so its id is another.
    """
    partner: dict[int, Item] = {}  # id(row) -> the stored item it is
    rules = (_is_equal, _shares_content, _same_place, _same_source, _was_upserted)
    _pair_alike(stored, rows, lambda item: item.source_id, rules, partner)
    if not has_ids:
        taken = set(map(id, partner.values()))
        free = [item for item in stored if item.views and id(item) not in taken]
        left = [row for row in rows if row.views and id(row) not in partner]
        _pair_alike(
            free, left, lambda item: (item.source, frozenset(item.pictures)), (_same_place, _same_source), partner
        )
    return _numbered(stored, rows, next_item, partner)


def swallowed(stored: Sequence[Item], matched: Matched) -> frozenset[int]:
    """Numbers of stored items that are rows of other items now, kept apart by an older import or when they differed.

    Such an item is of the very rows of its file, has the id or the group of the other, and shows and says less.
    """
    rows = [*matched.unchanged, *matched.changed, *matched.added]
    met = {row.number for row in rows}
    item_of = {(row.source, number): row for row in rows if row.more for number in row.rows}
    left = [item for item in stored if item.number not in met and item.views]
    return frozenset(item.number for item in left if _is_part(item, item_of.get((item.source, item.row))))


def _is_part(item: Item, whole: Item | None) -> bool:
    if whole is None or not (item.source_id == whole.source_id or (item.variant and item.variant == whole.variant)):
        return False
    says_less = set(item.text_hashes) <= set(whole.text_hashes) and item.pictures < whole.pictures
    return says_less and set(item.rows) <= set(whole.rows)


def _pair_alike(
    stored: Sequence[Item],
    rows: Sequence[Item],
    trait: Callable[[Item], Hashable],
    rules: Sequence[Callable[[Item, Item], bool]],
    partner: dict[int, Item],
) -> None:
    """Pair rows and items that have a trait in common, by the first rule before the second and so on."""
    items_by: dict[Hashable, list[Item]] = defaultdict(list)
    for item in stored:
        items_by[trait(item)].append(item)
    rows_by: dict[Hashable, list[Item]] = defaultdict(list)
    for row in rows:
        rows_by[trait(row)].append(row)
    for value, alike in rows_by.items():
        free = items_by.get(value, [])
        for rule in rules:
            for row in alike if free else ():
                found = next((i for i, item in enumerate(free) if rule(row, item)), None)
                if found is not None and id(row) not in partner:
                    partner[id(row)] = free.pop(found)


def _numbered(stored: Sequence[Item], rows: Sequence[Item], next_item: int, partner: dict[int, Item]) -> Matched:
    matched = Matched([], [], [])
    ids = {item.id for item in stored}
    suffixes: dict[str, int] = {}
    for row in rows:
        item = partner.get(id(row))
        if item is not None:
            row.number, row.id = item.number, item.id
            row.group, row.split = item.group, item.split
            (matched.unchanged if row.digest == item.digest else matched.changed).append(row)
            continue
        row.number, row.id = next_item, row.source_id
        next_item += 1
        while row.id in ids:
            suffixes[row.source_id] = suffixes.get(row.source_id, 1) + 1
            row.id = f"{row.source_id}~{suffixes[row.source_id]}"
        ids.add(row.id)
        matched.added.append(row)
    return matched


def _is_equal(row: Item, item: Item) -> bool:
    return row.digest == item.digest


def _shares_content(row: Item, item: Item) -> bool:
    if row.views or item.views:
        return not row.pictures.isdisjoint(item.pictures)
    return row.text_hashes == item.text_hashes


def _same_place(row: Item, item: Item) -> bool:
    return row.source == item.source and row.row == item.row


def _same_source(row: Item, item: Item) -> bool:
    return row.source == item.source


def _was_upserted(_: Item, item: Item) -> bool:
    return item.source == UPSERTS
