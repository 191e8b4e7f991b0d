"""Which rows are measured: the items of a split that have a picture and that no model was pretrained on."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gergo.catalogue.adding import origins
from gergo.catalogue.copies import same_photograph
from gergo.catalogue.schema import OURS
from gergo.catalogue.store import Catalogue
from gergo.catalogue.texts import key, normalise
from gergo.errors import UsageError
from gergo.evaluation.label_words import LabelWords
from gergo.evaluation.labels import Labels, read_labels
from gergo.evaluation.results import LeftOut
from gergo.evaluation.task import Rows

HasSeen = Callable[[str], bool]
"""Was a model pretrained on the picture or text of this content hash."""


@dataclass
class Measured:
    """The rows of each split, what was left out, which splits the catalogue has items in, how many, and its classes.

    made_from: of columns that the shop did not write, a translation say: what they were made from, and how.
    """

    rows: dict[str, Rows] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)
    splits: set[str] = field(default_factory=set)
    items: int = 0
    labels: Labels | None = None
    made_from: dict[str, str] = field(default_factory=dict)


def choose(
    catalogue: Catalogue,
    splits: Sequence[str],
    *,
    seen_by: dict[str, HasSeen],
    label_column: str | None,
    renamed: LabelWords | None = None,
    trained: bool = True,
) -> Measured:
    """Take the items that can be measured honestly.

    An item is left out when a model saw one of its pictures, or a text that names its group alone in the whole
    catalogue (a title of one product identifies it; "Apple" does not, and is a matter of `Rows.seen_texts`), or has
    no picture.

    seen_by: "model" and "baseline" -> what they were pretrained on. renamed: what the user calls some labels. trained:
    is the model trained on this catalogue's train split (one to retain may not be).

    Raises:
        UsageError: there is no such label column.
    """
    label_column = _label_column(catalogue, label_column)
    everything = catalogue.items()
    texts = _TextsOfCatalogue(everything, trained=trained)
    labels = None
    if label_column is not None:
        labels = read_labels(label_column, everything.column(label_column).to_pylist(), renamed)
    group_number = {group: number for number, group in enumerate(sorted(set(everything["group"].to_pylist())))}
    views = _views_by_item(catalogue, splits)
    measured = Measured(
        splits=set(everything["split"].to_pylist()),
        items=len(everything),
        labels=labels,
        made_from=origins(catalogue.manifest.mapping),
    )
    shop = CatalogueShop(catalogue, texts.items, group_number, labels)
    for split in splits:
        items = [item for item in texts.items if item["split"] == split]
        kept = []
        for item in items:
            reason = _why_not(item, views.get(item["item"], []), texts, seen_by)
            if reason:
                measured.left_out.append(LeftOut(id=item["id"], split=split, reason=reason))
            else:
                kept.append(item)
        if kept:
            seen_texts = texts.seen(kept, seen_by.values())
            measured.rows[split] = _rows(shop, split, kept, views, seen_texts)
    return measured


class CatalogueShop:
    """The catalogue as tasks see it (`evaluation.task.Shop`); the rows of another split are read when asked for."""

    def __init__(
        self, catalogue: Catalogue, items: list[dict], group_number: dict[str, int], labels: Labels | None
    ) -> None:
        self.catalogue, self.group_number, self.labels = catalogue, group_number, labels
        self._items = items
        self._rows: dict[str, Rows | None] = {}

    @property
    def brand_column(self) -> str | None:
        return self.catalogue.roles.brand

    @property
    def category_column(self) -> str | None:
        return self.catalogue.roles.category

    def rows(self, split: str) -> Rows | None:
        if split not in self._rows:
            views = _views_by_item(self.catalogue, [split])
            kept = [item for item in self._items if item["split"] == split and item["item"] in views]
            self._rows[split] = _rows(self, split, kept, views, frozenset()) if kept else None
        return self._rows[split]

    def pictures(self, views: Sequence[int]) -> list[bytes]:
        return self.catalogue.pictures(views)

    def same_photograph(self, one_P: NDArray[np.int64], other_P: NDArray[np.int64]) -> NDArray[np.bool_]:
        return same_photograph(self.catalogue, one_P, other_P)


class _TextsOfCatalogue:
    """The items as dicts, which groups each text names, and which texts are trained on."""

    def __init__(self, table: pa.Table, *, trained: bool) -> None:
        self.items = table.to_pylist()
        self._columns = [name for name in table.column_names if name not in OURS]
        self._groups: dict[str, set[str]] = defaultdict(set)
        self._trained: set[str] = set()
        for item in self.items:
            for text in item["texts"] or []:
                self._groups[text["hash"]].add(item["group"])
                if trained and item["split"] == "train":
                    self._trained.add(text["hash"])

    def names_one_group(self, hash: str, text: str) -> bool:
        """Whether one group alone bears the text, or has it in any other cell: a category's name is many products'."""
        return len(self._groups[hash] | self._groups_by_cell.get(key(text), set())) == 1

    @cached_property
    def _groups_by_cell(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for item in self.items:
            for name in self._columns:
                if isinstance(item[name], str):
                    found[key(item[name])].add(item["group"])
        return found

    def seen(self, items: Iterable[dict], seen_by: Iterable[HasSeen]) -> frozenset[str]:
        hashes = {text["hash"] for item in items for text in item["texts"] or []}
        seen_by = list(seen_by)
        return frozenset(h for h in hashes if h in self._trained or any(has_seen(h) for has_seen in seen_by))


def _why_not(item: dict, views: list[dict], texts: _TextsOfCatalogue, seen_by: dict[str, HasSeen]) -> str:
    if not views:
        return "no picture"
    for who, has_seen in seen_by.items():
        if any(has_seen(view["hash"]) for view in views):
            return f"a picture was seen by the {who}"
        if any(has_seen(t["hash"]) and texts.names_one_group(t["hash"], t["text"]) for t in item["texts"] or []):
            return f"a text of this product alone was seen by the {who}"
    return ""


def _views_by_item(catalogue: Catalogue, splits: Sequence[str]) -> dict[int, list[dict]]:
    views: dict[int, list[dict]] = defaultdict(list)
    for view in catalogue.views(splits=list(splits)).to_pylist():
        views[view["item"]].append(view)
    return views


def _rows(
    shop: CatalogueShop, split: str, items: list[dict], views: dict[int, list[dict]], seen_texts: frozenset[str]
) -> Rows:
    shown = [(position, view) for position, item in enumerate(items) for view in views[item["item"]]]
    texts = [{text["column"]: text["text"] for text in item["texts"] or []} for item in items]
    catalogue, labels = shop.catalogue, shop.labels
    return Rows(
        split=split,
        id_N=[item["id"] for item in items],
        group_N=np.array([shop.group_number[item["group"]] for item in items], np.int64),
        texts={column: [of_item.get(column, "") for of_item in texts] for column in catalogue.roles.texts},
        seen_texts=seen_texts,
        view_V=[view["view"] for _, view in shown],
        owner_V=np.array([position for position, _ in shown], np.int64),
        hash_V=[view["hash"] for _, view in shown],
        labels=labels,
        label_N=np.array([labels.of(item[labels.column]) if labels else -1 for item in items], np.int64),
        columns={name: [normalise(item[name]) for item in items] for name in catalogue.columns},
        shop=shop,
    )


def _label_column(catalogue: Catalogue, column: str | None) -> str | None:
    if column is None:
        return catalogue.roles.category
    by_case = {name.casefold(): name for name in catalogue.columns}
    if column in catalogue.columns or column.casefold() in by_case:
        return column if column in catalogue.columns else by_case[column.casefold()]
    raise UsageError(
        f"the catalogue has no column '{column}' to take labels from",
        hint="its columns are " + ", ".join(catalogue.columns),
    )


def count_reasons(left_out: Sequence[LeftOut]) -> dict[str, int]:
    """reason -> items, the commonest first."""
    return dict(Counter(item.reason for item in left_out).most_common())
