"""The pairs a catalogue holds: items that have at least one picture and one text, and what of them an epoch
draws.

Shapes: N items, K the most contents of one modality that an item bears; shorter rows are padded with -1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from gergo.catalogue.store import Catalogue
from gergo.contrastive.sampler import Ints, kinship

Mask = npt.NDArray[np.bool_]


class Content(NamedTuple):
    """One content: the catalogue's view number of a picture, or the text itself; and its content hash."""

    value: int | str
    hash: str


@dataclass(frozen=True)
class Pairs:
    """Items with what they bear in each modality, as numbers.

    items_N: the catalogue's item numbers. groups_N: codes of their groups.
    bears: by modality ("image", "text"), int64 [N, K]: positions in `contents[modality]`. Column 0 is the
    first picture,
        the title (the first text that is there).
    contents: by modality. Equal texts are one content; pictures are one each.
    kin_N: equal for items that share a group or a text, directly or through others.
    categories_N: the text of the category column, "" where there is none.
    """

    items_N: Ints
    groups_N: Ints
    bears: Mapping[str, Ints]
    contents: Mapping[str, list[Content]]
    kin_N: Ints
    categories_N: npt.NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.items_N)

    def only(self, keep_N: Mask) -> Pairs:
        """The pairs of some items; contents that no item bears any more are dropped, the rest renumbered."""
        bears, contents = {}, {}
        for modality, bears_NK in self.bears.items():
            used, renumbered = np.unique(bears_NK[keep_N], return_inverse=True)
            padding = int(used.size > 0 and used[0] == -1)
            bears[modality] = renumbered.reshape(-1, bears_NK.shape[1]).astype(np.int64) - padding
            contents[modality] = [self.contents[modality][position] for position in used[padding:]]
        return Pairs(
            items_N=self.items_N[keep_N],
            groups_N=self.groups_N[keep_N],
            bears=bears,
            contents=contents,
            kin_N=self.kin_N[keep_N],
            categories_N=self.categories_N[keep_N],
        )


def read_pairs(catalogue: Catalogue, splits: Sequence[str]) -> Pairs:
    """The pairs of some splits, in the order of item numbers."""
    category = catalogue.roles.category
    items = catalogue.items(splits=list(splits), columns=[category] if category else [])
    views = catalogue.views(splits=list(splits))
    pictures = [Content(*row) for row in zip(views["view"].to_pylist(), views["hash"].to_pylist(), strict=True)]
    pictures_of: dict[int, list[int]] = {}
    for position, item in enumerate(views["item"].to_pylist()):
        pictures_of.setdefault(item, []).append(position)

    texts: list[Content] = []
    position_of: dict[str, int] = {}
    kept, text_rows = [], []
    for n, (item, fields) in enumerate(zip(items["item"].to_pylist(), items["texts"].to_pylist(), strict=True)):
        if item not in pictures_of or not fields:
            continue
        for field in fields:
            if field["hash"] not in position_of:
                position_of[field["hash"]] = len(texts)
                texts.append(Content(field["text"], field["hash"]))
        kept.append(n)
        text_rows.append(list(dict.fromkeys(position_of[field["hash"]] for field in fields)))

    items = items.take(kept)
    numbers_N = np.array(items["item"].to_pylist(), dtype=np.int64)
    groups_N = _codes(items["group"].to_pylist())
    classes = [(n, text) for n, row in enumerate(text_rows) for text in row]
    classes += [(n, len(texts) + int(group)) for n, group in enumerate(groups_N)]
    bears = {"image": _padded([pictures_of[item] for item in numbers_N.tolist()]), "text": _padded(text_rows)}
    categories = [str(value or "") for value in items[category].to_pylist()] if category else [""] * len(kept)
    pairs = Pairs(
        items_N=numbers_N,
        groups_N=groups_N,
        bears=bears,
        contents={"image": pictures, "text": texts},
        kin_N=kinship(classes, len(kept)),
        categories_N=np.array(categories, dtype=np.str_),
    )
    return pairs.only(np.ones(len(kept), dtype=bool))


def _codes(values: list[str]) -> Ints:
    return np.unique(np.array(values, dtype=np.str_), return_inverse=True)[1].astype(np.int64)


def _padded(rows: list[list[int]]) -> Ints:
    table_NK = np.full((len(rows), max(map(len, rows), default=1)), -1, dtype=np.int64)
    for n, row in enumerate(rows):
        table_NK[n, : len(row)] = row
    return table_NK


def draw(bears_NK: Ints, *, first_share: float | None, random: np.random.Generator) -> Ints:
    """One content an item: int64 [N], positions in `contents`.

    The first with probability `first_share`, else one of the others; any with equal chance where that is
    None. Drawn for all items at once, so that an epoch can be entered in its middle.
    """
    count_N = (bears_NK >= 0).sum(axis=1)
    rows_N = np.arange(len(bears_NK))
    any_N = (random.random(len(bears_NK)) * count_N).astype(np.int64)
    if first_share is None:
        return bears_NK[rows_N, any_N]
    other_N = 1 + (random.random(len(bears_NK)) * (count_N - 1)).astype(np.int64)
    first_N = (random.random(len(bears_NK)) < first_share) | (count_N == 1)
    return bears_NK[rows_N, np.where(first_N, 0, other_N)]
