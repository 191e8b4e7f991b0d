"""Makes an import the new version of a catalogue: plans it, writes the tables, checks them, and last the manifest."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path

import lancedb

from gergo.catalogue.columns import Layout
from gergo.catalogue.dates import Order
from gergo.catalogue.intake import Intake, Lost
from gergo.catalogue.item import Item, View
from gergo.catalogue.kinds import Kind, cast
from gergo.catalogue.leaks import leaks
from gergo.catalogue.manifest import Column, Counts, Manifest, SourceRecord, write_manifest
from gergo.catalogue.matching import Matched
from gergo.catalogue.placing import HeldOutNames, latest
from gergo.catalogue.roles import Roles
from gergo.catalogue.schema import ITEMS, PRIVATE, items_schema
from gergo.catalogue.snapshot import Facts, Snapshot
from gergo.catalogue.spill import Spill
from gergo.catalogue.store import Catalogue
from gergo.catalogue.writing import TableWriter

_VIEWS_AT_ONCE = 64


@dataclass
class Change:
    """All that an import found out, ready to be written."""

    folder: Path
    before: Catalogue | None
    snapshot: Snapshot
    layout: Layout
    intake: Intake
    matched: Matched
    held_out: HeldOutNames
    placeholders: set[str]
    spill: Spill
    removed: frozenset[int] = frozenset()  # numbers of stored items that go

    @property
    def rows_in(self) -> int:
        """How many rows the source has."""
        return self.intake.rows_in.total()

    @property
    def missing(self) -> int:
        """Stored items of the files just read that have no row there any more."""
        seen = {row.number for row in self.intake.rows} | self.removed
        return sum(item.source in self.intake.rows_in and item.number not in seen for item in self.snapshot.items)

    @property
    def unread(self) -> Counter[str]:
        """How many stored items each file has that was not read, and whose items were not met in another one."""
        seen = {row.number for row in self.intake.rows}
        stored = (item for item in self.snapshot.items if item.source not in self.intake.rows_in)
        return Counter(item.source for item in stored if item.number not in seen)

    @cached_property
    def items(self) -> list[Item]:
        """Every item of the new version."""
        return [item for item in latest(self.snapshot.items, self.matched.incoming) if item.number not in self.removed]

    @cached_property
    def quarantine(self) -> list[Lost]:
        """What this import lost, and what earlier ones lost in files that it did not read."""
        stored = self.before.quarantine().to_pylist() if self.before else []
        kept = [Lost(**row) for row in stored if row["source"] not in self.intake.rows_in]
        return sorted(kept + self.intake.lost)

    @cached_property
    def views(self) -> tuple[list[int], list[tuple[int, View]]]:
        """Numbers of stored pictures that go, and (item, view) of those that come; what stays keeps its number."""
        stored = {item.number: item.views for item in self.snapshot.items}
        next_view = self.before.manifest.next_view if self.before else 0
        removed: list[int] = []
        added: list[tuple[int, View]] = []
        for item in self.matched.incoming:
            left = list(stored.get(item.number, []))
            for view in item.views:
                same = next((old for old in left if (old.column, old.hash) == (view.column, view.hash)), None)
                if same is not None:
                    left.remove(same)
                else:
                    added.append((item.number, view._replace(view=next_view + len(added))))
            removed += [view.view for view in left]
        removed += [view.view for number in self.removed for view in stored[number]]
        return removed, added

    @cached_property
    def kinds(self) -> dict[str, Kind]:
        """The source's columns, those stored before first."""
        stored = self.before.manifest.kinds if self.before else {}
        kinds = self.intake.kinds.kinds(dict.fromkeys([*stored, *self.layout.names.values()]))
        if "id" in kinds:
            kinds["id"] = "string"
        return kinds

    @cached_property
    def orders(self) -> dict[str, Order]:
        """How the columns of dates were written; what is for something else stays as it is."""
        roles = self._roles(self.before.manifest if self.before else None)
        found: dict[str, Order] = {name: self.intake.kinds.order(name) for name in self.kinds if not roles.of(name)}
        return {name: order for name, order in found.items() if order}

    @cached_property
    def hash(self) -> str:
        """Sha256 hex of the content, the same whatever the order of the rows."""
        digest = hashlib.sha256()
        for item in sorted(self.items, key=lambda item: item.id):
            digest.update("\0".join((item.id, item.digest, item.group, item.split)).encode("utf-8", "surrogatepass"))
        names = [self.held_out.brands, self.held_out.categories, sorted(self.placeholders)]
        digest.update(json.dumps([self.quarantine, names, list(self.kinds.items())]).encode())
        return digest.hexdigest()

    def manifest(self) -> Manifest:
        """What the catalogue will be; the versions of its tables are not known yet."""
        before = self.before.manifest if self.before else None
        layout = self.layout
        return Manifest(
            version=before.version + 1 if before else 1,
            hash=self.hash,
            tables=before.tables if before else {},
            roles=self._roles(before),
            mapping=(before.mapping if before else {})
            | {layout.names[column]: reason for column, reason in layout.mapping.reasons.items()},
            columns=[
                Column(
                    name=name,
                    kind=kind,
                    currency=self.intake.kinds.currency(name),
                    mark=self.intake.kinds.mark(name),
                    order=self.orders.get(name, ""),
                )
                for name, kind in self.kinds.items()
            ],
            renamed=(before.renamed if before else {})
            | {stored: column for column, stored in layout.names.items() if stored != column},
            options={**(before.options if before else {}), **layout.options},
            sources=self._sources(before),
            counts=self._counts(before),
            held_out_brands=self.held_out.brands,
            held_out_categories=self.held_out.categories,
            placeholders=sorted(self.placeholders),
            next_item=max([before.next_item if before else 0, *(item.number + 1 for item in self.items)]),
            next_view=(before.next_view if before else 0) + len(self.views[1]),
        )

    def _roles(self, before: Manifest | None) -> Roles:
        """As they were, so that a file without brands takes none away; columns of pictures and texts may be added."""
        if before is None:
            return self.layout.roles
        images, texts = (
            tuple(now) if set(now) >= set(then) else tuple(dict.fromkeys((*then, *now)))
            for then, now in (
                (before.roles.images, self.layout.roles.images),
                (before.roles.texts, self.layout.roles.texts),
            )
        )
        return replace(before.roles, images=images, texts=texts)

    def _counts(self, before: Manifest | None) -> Counts:
        rows_quarantined = sum(lost.kind == "row" for lost in self.quarantine)
        rows_kept = sum(len(item.rows) for item in self.items)
        removed, added = self.views
        return Counts(
            rows_in=rows_kept + rows_quarantined,
            rows_kept=rows_kept,
            rows_quarantined=rows_quarantined,
            items=len(self.items),
            views=sum(len(item.views) for item in self.snapshot.items) - len(removed) + len(added),
            views_lost=len(self.quarantine) - rows_quarantined,
            groups=len({item.group for item in self.items}),
            id_collisions=sum(item.id != item.source_id for item in self.items) if self._roles(before).id else 0,
        )

    def _sources(self, before: Manifest | None) -> list[SourceRecord]:
        lost = Counter(lost.source for lost in self.quarantine if lost.kind == "row")
        read = self.intake.rows_in
        kept = [record for record in (before.sources if before else []) if record.name not in read]
        new = [SourceRecord(name=name, rows_in=rows, rows_quarantined=lost[name]) for name, rows in read.items()]
        return sorted(kept + new, key=lambda record: record.name)

    def commit(self) -> Catalogue:
        """Write everything; the manifest last, so that whatever happens before leaves the old version in force."""
        manifest = self.manifest()
        removed, added = self.views
        writer = TableWriter(lancedb.connect(str(self.folder)), manifest.tables)
        writer.change_views(removed, self._view_rows(iter(added)))
        writer.replace_items(self._item_rows(), items_schema(self.kinds))
        writer.replace_quarantine(lost._asdict() for lost in self.quarantine)
        after = Catalogue(self.folder, manifest.model_copy(update={"tables": writer.versions}))
        found = leaks(after)
        assert not found, f"the splits leak: {found[0]}"
        write_manifest(self.folder, after.manifest)
        return Catalogue.open(self.folder)

    def _view_rows(self, added: Iterator[tuple[int, View]]) -> Iterator[dict]:
        while chunk := list(islice(added, _VIEWS_AT_ONCE)):
            facts = [self.snapshot.facts[view.source_hash] for _, view in chunk]
            pixels = self._bytes(facts)
            for (item, view), fact, (picture, thumbnail) in zip(chunk, facts, pixels, strict=True):
                yield {
                    "view": view.view, "item": item, "column": view.column, "hash": view.hash,
                    "width": fact.width, "height": fact.height, "perceptual": fact.perceptual,
                    "source_hash": view.source_hash, "thumbnail": thumbnail, "picture": picture,
                }  # fmt: skip

    def _bytes(self, facts: list[Facts]) -> Iterator[tuple[bytes, bytes]]:
        """Picture and thumbnail of each, from this import or from what is stored."""
        views = [fact.view for fact in facts if fact.place < 0]
        stored = iter(())
        if self.before is not None:
            pictures, thumbnails = (self.before.bytes_of(views, column) for column in ("picture", "thumbnail"))
            stored = zip(pictures, thumbnails, strict=True)
        for fact in facts:
            if fact.place < 0:
                yield next(stored)
            else:
                yield self.spill.picture(fact.place), self.spill.thumbnail(fact.place).tobytes()

    def _item_rows(self) -> Iterator[dict]:
        """Every item of the new version: stored ones that stay, then those of this import."""
        incoming = {id(row) for row in self.matched.incoming}
        replaced = self.removed | {row.number for row in self.matched.incoming}
        if self.before is not None:
            stored = {item.number: item for item in self.snapshot.items}
            for batch in self.before.table(ITEMS).search().to_batches():
                for row in batch.to_pylist():
                    if row["item"] not in replaced:
                        yield self._item_row(stored[row["item"]], row["texts"], row)
        for item, row in zip(self.intake.rows, self.spill.rows(), strict=True):
            if id(item) in incoming:
                yield self._dated(self._item_row(item, row["texts"], row["values"]))

    def _dated(self, row: dict) -> dict:
        """A row that came in, its dates as they are stored; what is stored already stays as it is."""
        written = self.intake.kinds.dates.stored
        return row | {name: written(name, date) for name in self.orders if isinstance(date := row[name], str)}

    def _item_row(self, item: Item, texts: list[dict], values: dict) -> dict:
        row = {name: cast(values.get(name), kind, self.intake.kinds.mark(name)) for name, kind in self.kinds.items()}
        ours = {
            "item": item.number, "id": item.id, "group": item.group, "split": item.split, "texts": texts,
            "source": item.source, "row": item.row,
        }  # fmt: skip
        return row | ours | dict(zip(PRIVATE, (item.source_id, item.digest, list(item.more)), strict=True))
