"""Takes a source in: every row is read once, kept in the spill or written down as lost."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from gergo import progress
from gergo.catalogue.columns import Layout
from gergo.catalogue.continuations import Continuations
from gergo.catalogue.hashing import text_hash
from gergo.catalogue.item import Item, View
from gergo.catalogue.kinds import KindTracker
from gergo.catalogue.picture_rows import PictureRows
from gergo.catalogue.reading import CleanRow, Loss, Reader
from gergo.catalogue.snapshot import Facts, Snapshot, key_of
from gergo.catalogue.sources import Source
from gergo.catalogue.sources.delimited import DelimitedTable
from gergo.catalogue.spill import Spill


class Lost(NamedTuple):
    """A row of the quarantine table; kind is "row" or "view"."""

    source: str
    row: int
    column: str
    kind: str
    reason: str
    detail: str


@dataclass
class Intake:
    """What was read. rows: usable ones, in the order of the spill. rows_in: source file -> rows that it has.

    continuations: how many rows went on with the row above.
    """

    kinds: KindTracker
    rows: list[Item] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)
    rows_in: Counter[str] = field(default_factory=Counter)
    continuations: Continuations | None = None

    def lose(self, source: str, row: int, kind: str, losses: Iterable[Loss]) -> None:
        """Write down what cannot be used of a row."""
        for loss in losses:
            at = row if loss.row is None else loss.row
            self.lost.append(Lost(source, at, loss.column, kind, loss.reason, loss.detail))

    def refuse(self, item: Item, loss: Loss) -> None:
        """Write down that no row of an item can be used."""
        for row in item.rows:
            self.lose(item.source, row, "row", [loss])


def take_in(source: Source, layout: Layout, kinds: KindTracker, snapshot: Snapshot, spill: Spill) -> Intake:
    """Read a source. Pictures whose bytes are known are not decoded; new ones are added to `snapshot.facts`.

    kinds: what is known of the columns as they are stored.
    """
    intake = Intake(kinds)
    delimited = {part.name for part in source.parts if isinstance(part.table, DelimitedTable)}
    # Interfaces write prices as strings: "12.50".
    numbers = {layout.names[column] for column, why in layout.mapping.reasons.items() if why == "numbers"}
    reader = Reader(layout.mapping, layout.names, snapshot.facts.keys())
    light = [column for column in source.columns if column not in source.picture_columns] or source.columns
    total = sum(1 for _ in source.rows(light[:1]))
    continuations, picture_rows = Continuations(layout.mapping.roles), PictureRows(layout, spill)
    with progress.bar("import", total, "rows") as bar:
        for row, decoded in reader.clean(continuations.joined(source.rows())):
            intake.rows_in[row.source] += 1 + len(row.more)
            for source_hash, picture in decoded.items():
                if source_hash not in snapshot.facts:
                    place, looks = spill.add_picture(picture), picture.fingerprint.perceptual
                    facts = Facts(picture.hash, picture.width, picture.height, looks, place=place)
                    snapshot.facts[source_hash] = facts
            intake.lose(row.source, row.row, "view", row.lost)
            if row.problem is not None:
                for number in (row.row, *row.more):
                    intake.lose(row.source, number, "row", [row.problem])
            else:
                quoted = row.source not in delimited
                for column, value in row.values.items():
                    intake.kinds.observe(column, value, is_text=not quoted or column in numbers, quoted=quoted)
                picture_rows.note(row, len(intake.rows))
                intake.rows.append(_keep(row, len(intake.rows), layout, snapshot, spill))
            bar.advance(1 + len(row.more))
    gone: set[int] = set()
    for places in picture_rows.of_one_item(intake.rows):
        first = min(places)
        intake.rows[first] = _keep(picture_rows.joined(places, intake.rows), first, layout, snapshot, spill)
        gone |= {*places} - {first}
    spill.drop_rows(gone)
    intake.rows = [row for place, row in enumerate(intake.rows) if place not in gone]
    continuations.pictures += len(gone)
    intake.continuations = continuations
    return intake


def _keep(row: CleanRow, place: int, layout: Layout, snapshot: Snapshot, spill: Spill) -> Item:
    texts = [{"column": column, "text": text, "hash": text_hash(text)} for column, text in row.texts]
    views = [View(column, snapshot.facts[hash_].hash, hash_) for column, hash_ in row.pictures]
    # Without empty cells: a column that others have filled does not change a row.
    filled = {column: value for column, value in row.values.items() if value is not None}
    content = [filled, row.texts, [(view.column, view.hash) for view in views]]
    written = json.dumps(content, sort_keys=True, ensure_ascii=False)
    spill.put_row(place, {"values": row.values, "texts": texts})
    return Item(
        source_id=row.source_id,
        source=row.source,
        row=row.row,
        more=row.more,
        digest=hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest(),
        title=row.texts[0][1] if row.texts else "",
        text_hashes=tuple(text["hash"] for text in texts),
        views=views,
        brand=key_of(row.values, layout.roles.brand),
        category=key_of(row.values, layout.roles.category),
        variant=key_of(row.values, layout.roles.group),
    )
