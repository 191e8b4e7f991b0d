"""Rows that go on about the product of a row above: shop systems write further pictures and variants so.

Such a row repeats the product's key and leaves its title blank; a text of its picture may stand there (Shopify's Image
Alt Text). With an id of its own it is a variant, which takes over every cell that it leaves blank, the pictures only
where it shows none. Without one it is one more picture of the same item, and its words join the item's. Where another
product came between, the item's pictures have been read already: whatever the row is, it takes over the words, and
`picture_rows` may bring it together with its item after all. That is also for rows that repeat the title.

A product's pictures may merely share rows with its variants, picture 2 standing beside size M. They do where some rows
show a picture and are no variant, where pictures are counted, or where variants have a column of pictures of their own
(Shopify's Image Position, Variant Image): then all of a product's variants show all of its pictures, but for those
that other variants alone name as their own: a red shirt is not seen in blue.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from gergo.catalogue import texts
from gergo.catalogue.column_names import hint, is_of_variants
from gergo.catalogue.pictures import split
from gergo.catalogue.roles import Roles
from gergo.catalogue.sources import RawRow

_REMEMBERED = 10_000  # products whose words are kept for rows that come after others: memory stays flat


@dataclass
class Continuations:
    """Brings rows together with those that they continue. pictures, variants: how many rows were one or the other."""

    roles: Roles
    pictures: int = 0
    variants: int = 0
    _said: dict[tuple[str, str], RawRow] = field(default_factory=dict, repr=False)  # (source, group) -> words

    def joined(self, rows: Iterator[RawRow]) -> Iterator[RawRow]:
        """The rows: variants completed, further pictures within the row they belong to (`RawRow.more`)."""
        held: RawRow | None = None  # held back, with its variants, until it is known what goes on about it
        variants: list[RawRow] = []
        for row in rows:
            if row.problem:
                yield row
                continue
            first = self._continued(row, held)
            if first is None:
                yield from self._product(held, variants)
                held, variants = row, []
                self._remember(row)
            elif first is not held:
                self.variants += 1
                yield self._completed(row, first)
            elif self._has_own_id(row, first):
                self.variants += 1
                variants.append(row)
            else:
                self.pictures += 1
                held = replace(first, more=(*first.more, row))
        yield from self._product(held, variants)

    def _product(self, first: RawRow | None, variants: list[RawRow]) -> Iterator[RawRow]:
        """The items of a product, each with the pictures that are all of theirs."""
        if first is None:
            return
        rows = sorted((first, *first.more, *variants), key=lambda row: row.row)
        if not variants or not self._shares_pictures(rows, are_apart=bool(first.more)):
            yield self._whole(first)
            yield from (self._completed(variant, first) for variant in variants)
            return
        columns = self._shared_columns()
        shared = [replace(row, values={name: row.values[name] for name in columns}, more=()) for row in rows]
        named = [self._named(row) for row in (first, *variants)]
        for item, own in zip((first, *variants), named, strict=True):
            others = {place for some in named for place in some} - own
            rows_of = {row.row for row in (item, *item.more)}
            also = tuple(self._without(row, others) for row in shared if row.row not in rows_of)
            whole = self._whole(item) if item is first else self._completed(item, first)
            more = tuple(self._without(row, others) for row in whole.more)
            yield replace(self._without(whole, others), more=more, also=also)

    def _named(self, row: RawRow) -> set[object]:
        """The pictures that a variant names as its own."""
        rows, columns = (row, *row.more), self._own_columns()
        return {_place(part) for of in rows for column in columns for part in split(of.values.get(column))}

    def _without(self, row: RawRow, pictures: set[object]) -> RawRow:
        """The row without some of the pictures that are the product's."""
        values = dict(row.values)
        for column in self._shared_columns() if pictures else ():
            shown = split(values.get(column))
            left = [part for part in shown if _place(part) not in pictures]
            if len(left) < len(shown):
                values[column] = left
        return replace(row, values=values)

    def _shares_pictures(self, rows: list[RawRow], *, are_apart: bool) -> bool:
        """Whether pictures are the product's, not those of the variants beside them; `are_apart`: some stand alone."""
        shown = [row for row in rows if self._shows(row)]
        return are_apart or bool(self._own_columns()) or _are_counted(shown, self.roles)

    def _shared_columns(self) -> list[str]:
        return [column for column in self.roles.images if column not in self._own_columns()]

    def _own_columns(self) -> list[str]:
        """The columns of pictures that are of one variant each, where there are others."""
        own = [column for column in self.roles.images if is_of_variants(column)]
        return own if len(own) < len(self.roles.images) else []

    def _continued(self, row: RawRow, held: RawRow | None) -> RawRow | None:
        """The row that this one goes on about, if it goes on about any: the one held back, or the words of another."""
        if self._title(row) or not (key := self._key(row)):
            return None
        if held is None or held.source != row.source or key != self._key(held) or not self._goes_on(row, held):
            held = self._said.get((row.source, self._folded(row, self.roles.group)))
        return held if held is not None and (self._shows(row) or self._has_own_id(row, held)) else None

    def _goes_on(self, row: RawRow, first: RawRow) -> bool:
        """Whether `first` has the title that the row lacks, or has words at least where the row has none."""
        return bool(self._title(first)) or (self._has_words(first) and not self._has_words(row))

    def _remember(self, row: RawRow) -> None:
        group = self._folded(row, self.roles.group)
        if not group or not self._title(row):
            return
        shown = self.roles.images
        words = {
            name: value
            for name, value in row.values.items()
            if name not in shown and not isinstance(value, bytes | dict)
        }
        self._said[row.source, group] = replace(row, values=words)
        if len(self._said) > _REMEMBERED:
            del self._said[next(iter(self._said))]

    def _completed(self, row: RawRow, first: RawRow) -> RawRow:
        own = self.roles.images if self._shows(row) else self._own_columns()
        kept = {name: value for name, value in row.values.items() if name in own or not _is_blank(value)}
        return replace(row, values=row.values | first.values | kept)

    def _whole(self, row: RawRow) -> RawRow:
        """The row with the words that stand beside its further pictures."""
        words: dict[str, object] = {}
        for column in self.roles.texts:
            further = [text for more in row.more if (text := self._text(more, column))]
            if further:
                words[column] = [*dict.fromkeys(text for text in (self._text(row, column), *further) if text)]
        return replace(row, values=row.values | words) if words else row

    def _key(self, row: RawRow) -> str:
        """What ties the rows of one product: the group's value, else the id's."""
        return self._folded(row, self.roles.group) or self._folded(row, self.roles.id)

    def _has_own_id(self, row: RawRow, first: RawRow) -> bool:
        return self._folded(row, self.roles.id) not in ("", self._folded(first, self.roles.id))

    def _shows(self, row: RawRow) -> bool:
        return any(row.shown.get(column) or split(row.values.get(column)) for column in self.roles.images)

    def _title(self, row: RawRow) -> str:
        return self._text(row, self.roles.texts[0]) if self.roles.texts else ""

    def _has_words(self, row: RawRow) -> bool:
        return any(self._text(row, column) for column in self.roles.texts)

    def _folded(self, row: RawRow, column: str | None) -> str:
        return texts.key(self._text(row, column)) if column else ""

    def _text(self, row: RawRow, column: str) -> str:
        return texts.normalise(row.values.get(column))


def _are_counted(rows: list[RawRow], roles: Roles) -> bool:
    """Whether a column counts the pictures of a product: 1, 2, 3."""
    counts = [str(number) for number in range(1, len(rows) + 1)]
    columns = [c for c in rows[0].values if hint(c).is_image and not roles.of(c)] if len(rows) > 1 else []
    return any([texts.normalise(row.values[column]) for row in rows] == counts for column in columns)


def _place(picture: object) -> object:
    """Where a picture of a cell lies, else its bytes."""
    return picture.get("path") or picture.get("bytes") if isinstance(picture, dict) else picture


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
