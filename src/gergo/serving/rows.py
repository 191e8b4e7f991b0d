"""Items of a catalogue as answers show them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from gergo.catalogue.naming import name_of
from gergo.catalogue.store import Catalogue
from gergo.serving.schemas import Item, ItemPicture
from gergo.serving.service import Service


def numbers(catalogue: Catalogue, where: str | None) -> np.ndarray:
    """Item numbers, int64, in the catalogue's order; of those of which `where` holds."""
    return catalogue.items(columns=[])["item"].to_numpy() if where is None else catalogue.numbers(where)


def number_of(catalogue: Catalogue, id_: str) -> int | None:
    """The number of the item with an id; None where there is none."""
    found = catalogue.items(where="`id` = '" + id_.replace("'", "''") + "'", columns=[])["item"].to_pylist()
    return found[0] if found else None


def items_of(service: Service, catalogue: Catalogue, wanted: Sequence[int] | np.ndarray) -> list[Item]:
    """Items by their numbers, in the catalogue's order, with all their pictures."""
    if not len(wanted):
        return []
    rows = catalogue.items(where=f"`item` IN ({', '.join(str(int(number)) for number in wanted)})").to_pylist()
    pictures = defaultdict(list)
    for view in catalogue.views(items=[int(number) for number in wanted]).to_pylist():
        link = service.picture_link(view["view"])
        assert link is not None
        shown = ItemPicture(view=view["view"], picture=link, width=view["width"], height=view["height"])
        pictures[view["item"]].append(shown)
    return [
        Item(
            id=row["id"],
            title=name_of(row, catalogue.roles, row["id"]),
            columns={name: row[name] for name in catalogue.columns},
            pictures=pictures[row["item"]],
        )
        for row in rows
    ]
