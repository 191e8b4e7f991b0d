"""Brings rows that show one more picture together with their item, wherever in their file they are (see `repeats`)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from gergo.catalogue.column_names import is_plain_position
from gergo.catalogue.columns import Layout
from gergo.catalogue.item import Item
from gergo.catalogue.reading import CleanRow
from gergo.catalogue.repeats import agrees, merged
from gergo.catalogue.snapshot import key_of
from gergo.catalogue.spill import Spill


class PictureRows:
    """Joins rows once all are read, so that their order decides nothing. Rows are known by their place in the spill."""

    def __init__(self, layout: Layout, spill: Spill) -> None:
        self._roles, self._spill = layout.roles, spill
        self._own = {layout.names[column]: column for column in layout.mapping.of_pictures}
        self._position = next((name for name, column in self._own.items() if is_plain_position(column)), "")
        self._places: dict[int, list[int]] = defaultdict(list)

    def note(self, row: CleanRow, place: int) -> None:
        """Remember a row by its key."""
        value = key_of(row.values, self._roles.id or self._roles.group) if self._own else ""
        if value:
            self._places[hash((row.source, value))].append(place)

    def of_one_item(self, items: Sequence[Item]) -> Iterator[list[int]]:
        """The places of rows that are one item, where they are several: by position if they have one."""
        for places in self._places.values():
            if len(places) > 1:
                yield from self._apart(places, items)

    def joined(self, places: Sequence[int], items: Sequence[Item]) -> CleanRow:
        """The first row with what the others add: pictures, words of pictures, cells that were blank."""
        item, stored = items[places[0]], [self._spill.row(place) for place in places]
        values: dict = {}
        words: dict[str, list[str]] = defaultdict(list)
        for row in stored:
            values |= {name: value for name, value in row["values"].items() if values.get(name) is None}
            for text in row["texts"]:
                if not any(text["text"] in known for known in words[text["column"]]):
                    words[text["column"]].append(text["text"])
        # Cells that are not of the picture say the same but for how texts are written: the first is kept.
        texts = {column: "; ".join(said if column in self._own else said[:1]) for column, said in words.items()}
        values |= {column: texts[column] for column, said in words.items() if column in self._own and len(said) > 1}
        shown: dict[str, str] = {}
        for view in (view for place in places for view in items[place].views):
            shown.setdefault(view.source_hash, view.column)
        return CleanRow(
            item.source,
            item.row,
            item.source_id,
            values,
            texts=[(column, texts[column]) for column in self._roles.texts if column in texts],
            pictures=[(column, source_hash) for source_hash, column in shown.items()],
            more=tuple(sorted(row for place in places for row in items[place].rows if row != item.row)),
        )

    def _apart(self, places: Sequence[int], items: Sequence[Item]) -> Iterator[list[int]]:
        """Rows of one key by their items."""
        values = {place: self._spill.row(place)["values"] for place in places}
        said = {place: [row[name] for name in row if name not in self._own] for place, row in values.items()}
        are_one = _agree(list(said.values()))
        found: dict[tuple[str, int], list[int]] = defaultdict(list)
        copies: Counter[str] = Counter()
        for place in places:
            whole = repr((values[place], sorted(items[place].pictures)))
            found["" if are_one else repr(said[place]), copies[whole]].append(place)
            copies[whole] += 1
        for alike in found.values():
            if len(alike) > 1:
                yield sorted(alike, key=lambda place: (_number(values[place].get(self._position)), place))


def _agree(rows: Sequence[Sequence[object]]) -> bool:
    known = rows[0]
    for row in rows:
        if not agrees(known, row):
            return False
        known = merged(known, row)
    return True


def _number(position: object) -> float:
    text = str(position).strip().removesuffix(".0")
    return int(text) if text.isdecimal() else float("inf")
