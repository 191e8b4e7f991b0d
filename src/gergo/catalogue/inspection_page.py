"""An inspection as a page: what is likely to hurt training, then what there is, with pictures to believe it by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gergo.catalogue.splits import SPLITS
from gergo.pages.exhibits import Picture, Sheet, Tile
from gergo.pages.grids import Grid, grid
from gergo.pages.rendering import render
from gergo.pages.tallies import Tally, histogram, tallies
from gergo.pages.thumbnails import data_uri

if TYPE_CHECKING:
    from gergo.catalogue.inspecting import Inspection
    from gergo.catalogue.store import Catalogue

SAMPLES = 6  # pictures of a split
GROUPS = 6  # groups shown, the largest first
MEMBERS = 8  # items of a group shown
CLASSES = 20  # bars of the commonest; the table has all
ROWS = 200  # quarantined rows shown for a reason
THUMBNAIL_PX = 260


@dataclass(frozen=True)
class TextColumn:
    """How long the texts of a column are."""

    name: str
    facts: dict[str, Any]
    bars: list[Tally]


@dataclass(frozen=True)
class Group:
    """Items that stay together, as they are tied by a picture or a variant."""

    size: int
    split: str
    sheet: Sheet


@dataclass(frozen=True)
class Reason:
    """Why rows or pictures were lost, and which."""

    reason: str
    count: int
    rows: Grid


def inspection_page(inspection: Inspection, *, pictures: bool) -> str:
    """The page as HTML. pictures: False leaves the catalogue's pictures out."""
    catalogue = inspection.catalogue
    items = catalogue.items(columns=[])
    sheets = _Sheets(catalogue, items.to_pylist()) if pictures else None
    found = inspection.to_json()
    classes = _classes(catalogue)
    contents = [
        ("verdict", "What may hurt training" if found["warnings"] else "Nothing amiss"),
        ("splits", "Splits"),
        *([("samples", "Sample pictures"), ("groups", "Duplicates and variants")] if sheets else []),
        ("texts", "Texts"),
        *([("classes", "Categories")] if classes else []),
        ("lost", "Lost, and why"),
        ("columns", "Columns"),
    ]
    return render(
        "inspection.html",
        found=found,
        contents=contents,
        splits=tallies({_said(name): n for name, n in inspection.splits.items()}, of=found["rows_kept"] or None),
        samples=sheets.of_splits() if sheets else [],
        groups=sheets.of_groups() if sheets else [],
        texts=[_texts(name, facts, inspection) for name, facts in inspection.texts.items()],
        classes=tallies(dict(list(classes.items())[:CLASSES])),
        every_class=_every_class(classes, inspection),
        reasons=_reasons(catalogue),
        columns=_columns(found["columns"]),
        has_pictures=pictures,
    )


def _said(split: str) -> str:
    return split.replace("held_out_", "held-out ")


class _Sheets:
    """Items as tiles: their first picture, their title, their id."""

    def __init__(self, catalogue: Catalogue, items: list[dict[str, Any]]) -> None:
        self.catalogue, self.items = catalogue, items
        views = catalogue.views()
        self.first_view: dict[int, int] = {}
        self.hash_of: dict[int, str] = {}
        for view, item, hash in zip(*(views[name].to_pylist() for name in ("view", "item", "hash")), strict=True):
            if item not in self.first_view:
                self.first_view[item], self.hash_of[item] = view, hash

    def of_splits(self) -> list[Sheet]:
        """Some items of every split that have a picture, evenly spaced through it."""
        by_split: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for item in self.items:
            if item["item"] in self.first_view:
                by_split[item["split"]].append(item)
        found = []
        for split in sorted(by_split, key=SPLITS.index):
            items = by_split[split]
            places = np.unique(np.linspace(0, len(items) - 1, SAMPLES).round().astype(int))
            found.append(self._sheet(_said(split).capitalize(), [items[i] for i in places]))
        return found

    def of_groups(self) -> list[Group]:
        """The largest groups of several items; a picture that is in the group before is said to be the same."""
        by_group: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for item in self.items:
            by_group[item["group"]].append(item)
        largest = sorted((items for items in by_group.values() if len(items) > 1), key=len, reverse=True)[:GROUPS]
        return [
            Group(len(items), _said(items[0]["split"]), self._sheet("", items[:MEMBERS], say_same=True))
            for items in largest
        ]

    def _sheet(self, name: str, items: Sequence[dict[str, Any]], *, say_same: bool = False) -> Sheet:
        shown = [item["item"] for item in items if item["item"] in self.first_view]
        encoded = self.catalogue.pictures([self.first_view[item] for item in shown])
        uris = {item: data_uri(data, size_px=THUMBNAIL_PX) for item, data in zip(shown, encoded, strict=True)}
        tiles, met = [], set()
        for item in items:
            number, texts = item["item"], item["texts"] or []
            note = item["id"]
            if say_same and self.hash_of.get(number) in met:
                note += ", the same picture"
            met.update([self.hash_of[number]] if number in self.hash_of else [])
            pictures = [Picture(uris[number])] if number in uris else []
            tiles.append(Tile(pictures, texts[0]["text"] if texts else "no text", note))
        return Sheet(name, tiles)


def _texts(name: str, facts: dict[str, Any], inspection: Inspection) -> TextColumn:
    return TextColumn(name, facts, histogram(inspection.text_lengths[name], limit=facts["limit"]))


def _classes(catalogue: Catalogue) -> dict[str, int]:
    """Every value of the category column, the commonest first."""
    column = catalogue.roles.category
    if column is None:
        return {}
    counts: dict[str, int] = defaultdict(int)
    for value in catalogue.items(columns=[column])[column].to_pylist():
        if value is not None:
            counts[str(value)] += 1
    return dict(sorted(counts.items(), key=lambda each: (-each[1], each[0])))


def _every_class(classes: dict[str, int], inspection: Inspection) -> Grid:
    held_out = set(inspection.catalogue.manifest.held_out_categories)
    rows = [[name, n, "held out" if name in held_out else ""] for name, n in classes.items()]
    return grid("Every category", [str(inspection.classes.get("column", "")), "items", "held out"], rows)


def _reasons(catalogue: Catalogue) -> list[Reason]:
    """What could not be used, by reason, the commonest first."""
    by_reason: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for entry in catalogue.quarantine().to_pylist():
        by_reason[entry["reason"]].append(entry)
    found = []
    for reason, entries in sorted(by_reason.items(), key=lambda each: -len(each[1])):
        names = ["source", "row", "column", "kind", "detail"]
        rows = [[entry[name] for name in names] for entry in entries[:ROWS]]
        listed = grid(reason, ["source", "row", "column", "lost", "detail"], rows)
        found.append(Reason(reason.replace("_", " "), len(entries), listed))
    return found


def _columns(columns: Sequence[dict[str, Any]]) -> Grid:
    rows = [
        [column["name"], column["kind"], " + ".join(column["role"]) or "kept", column["reason"]] for column in columns
    ]
    return grid("Columns", ["column", "kind", "used as", "because"], rows)
