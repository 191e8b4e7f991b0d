"""What an import needs to know of the catalogue as it is: every item and picture, without bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gergo.catalogue.item import Item, View
from gergo.catalogue.pictures.reading import THUMBNAIL_PX
from gergo.catalogue.schema import ITEMS, VIEWS
from gergo.catalogue.store import Catalogue
from gergo.catalogue.texts import is_null_name, key


class Facts(NamedTuple):
    """A picture without its bytes. They lie in the catalogue (view) or in this import's spill (place), the other -1."""

    hash: str
    width: int
    height: int
    perceptual: int
    view: int = -1
    place: int = -1


@dataclass
class Snapshot:
    """items: in the order of their numbers. facts: sha256 of a picture's bytes as they came -> the picture."""

    items: list[Item] = field(default_factory=list)
    facts: dict[str, Facts] = field(default_factory=dict)

    @classmethod
    def of(cls, catalogue: Catalogue) -> Snapshot:
        """Everything that is stored now."""
        facts: dict[str, Facts] = {}
        views: dict[int, list[View]] = {}
        columns = ["view", "item", "column", "hash", "width", "height", "perceptual", "source_hash"]
        stored = catalogue.table(VIEWS).search().select(columns).to_arrow().sort_by("view")
        for view, item, column, hash_, width, height, perceptual, source_hash in zip(
            *(stored[name].to_pylist() for name in columns), strict=True
        ):
            facts.setdefault(source_hash, Facts(hash_, width, height, perceptual, view=view))
            views.setdefault(item, []).append(View(column, hash_, source_hash, view))
        return cls(_items(catalogue, views), facts)


def null_names_of(items: Iterable[Item]) -> frozenset[str]:
    """Titles that are words for nothing, in lower case: what was taken for a name stays one."""
    return frozenset(item.title.casefold() for item in items if is_null_name(item.title))


def _items(catalogue: Catalogue, views: dict[int, list[View]]) -> list[Item]:
    roles = catalogue.roles
    named = [name for name in (roles.brand, roles.category, roles.group) if name]
    columns = ["item", "id", "group", "split", "texts", "source", "row", "_source_id", "_digest", "_more_rows", *named]
    table = catalogue.table(ITEMS).search().select(list(dict.fromkeys(columns))).to_arrow().sort_by("item")
    return [
        Item(
            number=row["item"],
            id=row["id"],
            source_id=row["_source_id"],
            source=row["source"],
            row=row["row"],
            more=tuple(row["_more_rows"] or ()),
            digest=row["_digest"],
            title=row["texts"][0]["text"] if row["texts"] else "",
            text_hashes=tuple(text["hash"] for text in row["texts"]),
            views=views.get(row["item"], []),
            brand=key_of(row, roles.brand),
            category=key_of(row, roles.category),
            variant=key_of(row, roles.group),
            group=row["group"],
            split=row["split"],
        )
        for batch in table.to_batches(max_chunksize=1024)
        for row in batch.to_pylist()
    ]


def key_of(values: dict, column: str | None) -> str:
    """The value of a column as names are compared, "" where there is none; WooCommerce's `id:100` is 100."""
    value = values.get(column) if column else None
    return re.sub(r"^id:(?=\d+$)", "", key(str(value))) if value is not None else ""


def thumbnails(catalogue: Catalogue, views: list[int]) -> list[NDArray[np.uint8]]:
    """The thumbnails of stored views, uint8 [32, 32, 3] each, in the order asked."""
    shape = (THUMBNAIL_PX, THUMBNAIL_PX, 3)
    return [np.frombuffer(pixels, np.uint8).reshape(shape) for pixels in catalogue.bytes_of(views, "thumbnail")]
