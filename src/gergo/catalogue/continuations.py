"""Rows that go on about the product of the row above: shop systems write further pictures and variants so.

Such a row repeats the product's key, shows a picture, and leaves blank the words that the first one said. With an id of
its own it is a variant, which takes over every cell that it leaves blank; without one it is one more picture of the
same item.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from gergo.catalogue import texts
from gergo.catalogue.pictures import split
from gergo.catalogue.roles import Roles
from gergo.catalogue.sources import RawRow


@dataclass
class Continuations:
    """Brings rows together with those that they continue. pictures, variants: how many rows were one or the other."""

    roles: Roles
    pictures: int = 0
    variants: int = 0

    def joined(self, rows: Iterator[RawRow]) -> Iterator[RawRow]:
        """The rows in order: variants completed, further pictures within the row they belong to (`RawRow.more`)."""
        first: RawRow | None = None  # held back until it is known what goes on about it
        for row in rows:
            if first is not None and self._continues(row, first):
                own_id = self._id(row)
                if own_id and own_id != self._id(first):
                    self.variants += 1
                    yield self._completed(row, first)
                else:
                    self.pictures += 1
                    first = replace(first, more=(*first.more, row))
                continue
            if first is not None:
                yield first
            first = row
        if first is not None:
            yield first

    def _continues(self, row: RawRow, first: RawRow) -> bool:
        key = self._key(row)
        return (
            not row.problem
            and not first.problem
            and row.source == first.source
            and key != ""
            and key == self._key(first)
            and self._says_something(first)
            and not self._says_something(row)
            and any(split(row.values.get(column)) for column in self.roles.images)
        )

    def _completed(self, row: RawRow, first: RawRow) -> RawRow:
        kept = {name: value for name, value in row.values.items() if name in self.roles.images or not _is_blank(value)}
        return replace(row, values=first.values | kept)

    def _key(self, row: RawRow) -> str:
        """What ties the rows of one product: the group's value, else the id's."""
        values = (row.values.get(column) for column in (self.roles.group, self.roles.id) if column)
        return next((key for value in values if (key := texts.key(texts.normalise(value)))), "")

    def _id(self, row: RawRow) -> str:
        return texts.key(texts.normalise(row.values.get(self.roles.id))) if self.roles.id else ""

    def _says_something(self, row: RawRow) -> bool:
        return any(texts.normalise(row.values.get(column)) for column in self.roles.texts)


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
