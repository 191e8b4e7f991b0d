"""An item as importing sees it: what tells it from others and ties it to them, without its columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class View(NamedTuple):
    """A picture of an item. hash: of its pixels; source_hash: of its bytes as they came; view: -1 until stored."""

    column: str
    hash: str
    source_hash: str
    view: int = -1


@dataclass(slots=True, eq=False)
class Item:
    """One item. brand, category and variant are keys, "" for none.

    more: rows beside `row` that show further pictures of it. digest: of all it shows. source_id is the id that the
    source gives it, or one made from its content; two items may have the same. number and id are set when it is known
    whether it is stored already, group and split after that.
    """

    source_id: str
    source: str
    row: int
    digest: str
    title: str
    text_hashes: tuple[str, ...]
    views: list[View] = field(default_factory=list)
    brand: str = ""
    category: str = ""
    variant: str = ""
    more: tuple[int, ...] = ()
    number: int = -1
    id: str = ""
    group: str = ""
    split: str = ""

    @property
    def rows(self) -> tuple[int, ...]:
        """Every row of the source that it is made of."""
        return (self.row, *self.more)

    @property
    def pictures(self) -> set[str]:
        """The hashes of its pictures."""
        return {view.hash for view in self.views}
