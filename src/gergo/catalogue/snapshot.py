"""What an import needs to know of the catalogue as it is: every item and picture, without bytes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gergo.catalogue.groups import Item
from gergo.catalogue.pictures.reading import THUMBNAIL_PX
from gergo.catalogue.store import ITEMS, VIEWS, Catalogue
from gergo.catalogue.texts import key


class Facts(NamedTuple):
    """A picture without its bytes. They lie in the catalogue (view) or in this import's spill (place), the other -1."""

    hash: str
    width: int
    height: int
    perceptual: int
    view: int = -1
    place: int = -1


class StoredView(NamedTuple):
    """A picture of a stored item; source_hash: sha256 of the bytes as the source had them."""

    view: int
    column: str
    hash: str
    source_hash: str


@dataclass
class Snapshot:
    """items: by number, in order. facts: sha256 of source bytes -> picture. views: item number -> its pictures."""

    items: list[Item] = field(default_factory=list)
    facts: dict[str, Facts] = field(default_factory=dict)
    views: dict[int, list[StoredView]] = field(default_factory=dict)

    @classmethod
    def of(cls, catalogue: Catalogue) -> Snapshot:
        """Everything that is stored now."""
        facts: dict[str, Facts] = {}
        views: dict[int, list[StoredView]] = {}
        columns = ["view", "item", "column", "hash", "width", "height", "perceptual", "source_hash"]
        stored = catalogue.table(VIEWS).search().select(columns).to_arrow().sort_by("view").select(columns)
        for view, item, column, hash_, width, height, perceptual, source_hash in zip(
            *(stored[name].to_pylist() for name in columns), strict=True
        ):
            facts.setdefault(source_hash, Facts(hash_, width, height, perceptual, view=view))
            views.setdefault(item, []).append(StoredView(view, column, hash_, source_hash))
        return cls(_items(catalogue, views), facts, views)


def _items(catalogue: Catalogue, views: dict[int, list[StoredView]]) -> list[Item]:
    roles = catalogue.roles
    named = [name for name in (roles.brand, roles.category, roles.group) if name]
    columns = ["item", "id", "group", "split", "texts", "source", "row", "_source_id", "_digest", *named]
    table = catalogue.table(ITEMS).search().select(list(dict.fromkeys(columns))).to_arrow().sort_by("item")
    return [
        Item(
            number=row["item"],
            id=row["id"],
            source_id=row["_source_id"],
            source=row["source"],
            row=row["row"],
            digest=row["_digest"],
            title=row["texts"][0]["text"] if row["texts"] else "",
            text_hashes=tuple(text["hash"] for text in row["texts"]),
            pictures=[view.hash for view in views.get(row["item"], [])],
            brand=key_of(row, roles.brand),
            category=key_of(row, roles.category),
            variant=key_of(row, roles.group),
            group=row["group"],
            split=row["split"],
        )
        for batch in table.to_batches()
        for row in batch.to_pylist()
    ]


def key_of(values: dict, column: str | None) -> str:
    """The value of a column as names are compared, "" where there is none."""
    value = values.get(column) if column else None
    return key(str(value)) if value is not None else ""


def thumbnails(catalogue: Catalogue, views: list[int]) -> list[NDArray[np.uint8]]:
    """The thumbnails of stored views, uint8 [32, 32, 3] each, in the order asked."""
    if not views:
        return []
    places, order = catalogue.view_places
    distinct, back = np.unique(order[np.searchsorted(places, views)], return_inverse=True)
    taken = catalogue.table(VIEWS).take_offsets(distinct.tolist()).select(["thumbnail"]).to_arrow()["thumbnail"]
    pixels = [np.frombuffer(value, np.uint8).reshape(THUMBNAIL_PX, THUMBNAIL_PX, 3) for value in taken.to_pylist()]
    return [pixels[i] for i in back]
