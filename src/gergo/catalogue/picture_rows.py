"""Brings rows that show one more picture together with their item, wherever in their file it is (see `repeats`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from gergo.catalogue.columns import Layout
from gergo.catalogue.item import Item
from gergo.catalogue.reading import CleanRow
from gergo.catalogue.repeats import agrees
from gergo.catalogue.snapshot import key_of
from gergo.catalogue.spill import Spill

_MOST_ITEMS = 20  # of one key that a row is compared with, the last ones


class PictureRows:
    """Joins rows to items that were read before, wherever they stand in their file."""

    def __init__(self, layout: Layout, spill: Spill) -> None:
        self._roles, self._spill = layout.roles, spill
        self._own = {layout.names[column] for column in layout.mapping.of_pictures}
        self._is_needed = bool(self._own)
        self._places: dict[int, list[int]] = defaultdict(list)

    def place_of(self, row: CleanRow, items: Sequence[Item]) -> int | None:
        """The place of the item that a row shows a further picture of; None where it is an item of its own."""
        if not self._is_needed or not (key := self._key(row)):
            return None
        places = self._places[key]
        for place in reversed(places[-_MOST_ITEMS:]):
            if self._is_further(row, items[place], self._spill.row(place)["values"]):
                return place
        places.append(len(items))
        return None

    def joined(self, item: Item, place: int, row: CleanRow) -> CleanRow:
        """The item's row with what another adds: pictures, words of pictures, cells that were blank."""
        stored = self._spill.row(place)
        values = {name: row.values.get(name) if value is None else value for name, value in stored["values"].items()}
        before, said = {text["column"]: text["text"] for text in stored["texts"]}, dict(row.texts)
        words = said | before
        for column in self._own & said.keys() & before.keys():
            if said[column] not in before[column]:
                values[column] = words[column] = f"{before[column]}; {said[column]}"
        shown = [(view.column, view.source_hash) for view in item.views]
        seen = {source_hash for _, source_hash in shown}
        return replace(
            row,
            row=item.row,
            source_id=item.source_id,
            values=values,
            texts=[(column, words[column]) for column in self._roles.texts if column in words],
            pictures=shown + [picture for picture in row.pictures if picture[1] not in seen],
            more=(*item.more, row.row, *row.more),
        )

    def _key(self, row: CleanRow) -> int:
        column = self._roles.id or self._roles.group
        value = key_of(row.values, column)
        return hash((row.source, value)) if value else 0

    def _is_further(self, row: CleanRow, item: Item, values: dict) -> bool:
        said = [name for name in values if name not in self._own]
        if not agrees([values[name] for name in said], [row.values.get(name) for name in said]):
            return False
        shown = {view.source_hash for view in item.views}
        return row.values != values or any(source_hash not in shown for _, source_hash in row.pictures)
