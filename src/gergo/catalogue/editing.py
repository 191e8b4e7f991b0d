"""Single items written and removed, by the rules of an import: cleaned, tied into groups, never across a split.

An update keeps its item's place in the source it came from, so that the next import of that file finds it again (and
brings back what the file says). New items come from a source of their own, named `upserts`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from gergo import progress
from gergo.catalogue.columns import Layout
from gergo.catalogue.committing import Change
from gergo.catalogue.edit_rows import EditRows, source_columns
from gergo.catalogue.intake import Intake, Lost, take_in
from gergo.catalogue.item import Item
from gergo.catalogue.locking import import_lock
from gergo.catalogue.manifest import Manifest, SourceRecord
from gergo.catalogue.matching import UPSERTS, Matched, match
from gergo.catalogue.pictures.locating import PictureFolders
from gergo.catalogue.placing import cluster_pictures, drop_placeholders, group_rows, stored_names
from gergo.catalogue.roles import ColumnMap, Roles
from gergo.catalogue.snapshot import Snapshot, null_names_of
from gergo.catalogue.sources.rows import Part, Source
from gergo.catalogue.spill import Spill, spilled
from gergo.catalogue.store import Catalogue
from gergo.errors import InputError


def upsert(
    catalogue: Catalogue, rows: Sequence[Mapping[str, Any]], pictures: Mapping[str, bytes] | None = None
) -> Catalogue:
    """Write items: those whose id is known are changed, others are added; the new version is there whole or not at all.

    A row that is changed keeps what is not given, unless it was made from what changes (the translation of another
    title); None empties a column. Rows that cannot be used go to quarantine, as in an import: `refused` says which.

    Args:
        rows: column -> value, columns as the catalogue has them; the item's id as `id`, or by the source's own name.
        pictures: what the rows' picture columns name -> encoded bytes. No file is ever opened, no address fetched.

    Returns:
        The catalogue at its new version; the same one where nothing changed.

    Raises:
        UsageError: no such column, an id twice, or an import is at work on the catalogue.
        InputError: a value that does not fit its column, or an id where the catalogue makes its own.
    """
    with ExitStack() as held:
        now, spill = _begin(catalogue, held)
        snapshot = Snapshot.of(now)
        table = EditRows(now, snapshot.items, rows, dict(pictures or {}))
        layout = _layout(now.manifest, table.columns, snapshot.items)
        source = Source(now.path, [Part(UPSERTS, table, PictureFolders())], table.columns)
        intake = take_in(source, layout, now.manifest.tracker(), snapshot, spill)
        _take_places(intake, table)
        matched = match(snapshot.items, intake.rows, now.manifest.next_item, has_ids=layout.roles.id is not None)
        cluster_of = cluster_pictures(snapshot, spill, now)
        placeholders = drop_placeholders(snapshot, intake, matched, cluster_of, now.manifest.placeholders)
        names = stored_names(now.manifest, None, None)
        group_rows(snapshot, intake, matched, cluster_of, names.keys())
        change = Edit(now.path, now, snapshot, layout, intake, matched, names, placeholders, spill)
        after = now if change.hash == now.hash else change.commit()
        refused_rows = len(rows) - len(matched.added) - len(matched.changed) - len(matched.unchanged)
        progress.say(
            f"{len(rows):,} rows in = {len(matched.added):,} added + {len(matched.changed):,} changed + "
            f"{len(matched.unchanged):,} unchanged + {refused_rows:,} quarantined"
        )
        return after


def remove(catalogue: Catalogue, ids: Sequence[str]) -> Catalogue:
    """Take items out; the new version is there whole or not at all.

    Raises:
        InputError: an id that no item has (nothing is removed then), or no item would be left.
        UsageError: an import is at work on the catalogue.
    """
    with ExitStack() as held:
        now, spill = _begin(catalogue, held)
        snapshot = Snapshot.of(now)
        numbers = {item.id: item.number for item in snapshot.items}
        unknown = [id_ for id_ in dict.fromkeys(ids) if id_ not in numbers]
        if unknown:
            raise InputError(f"{now.path}: no item has the id {', '.join(map(repr, unknown[:5]))}")
        going = frozenset(numbers[id_] for id_ in ids)
        if not going:
            return now
        if len(going) == len(numbers):
            raise InputError(f"{now.path}: no item would be left", hint="delete the catalogue's folder instead")
        names = stored_names(now.manifest, None, None)
        layout, intake = (
            _layout(now.manifest, source_columns(now.manifest), snapshot.items),
            Intake(now.manifest.tracker()),
        )
        known = set(now.manifest.placeholders)
        nothing = Matched([], [], [])
        after = Edit(now.path, now, snapshot, layout, intake, nothing, names, known, spill, removed=going).commit()
        progress.say(f"{len(going):,} items removed, {len(after):,} left")
        return after


def refused(before: Catalogue, after: Catalogue) -> list[dict[str, Any]]:
    """What the quarantine of `after` has that `before`'s had not: source, row (1 the first of the rows), reason."""
    known = Counter(tuple(entry.values()) for entry in before.quarantine().to_pylist())
    start = _rows_before(before.manifest)
    found = []
    for entry in after.quarantine().to_pylist():
        if known[tuple(entry.values())]:
            known[tuple(entry.values())] -= 1
        else:
            found.append(entry | {"row": entry["row"] - start if entry["source"] == UPSERTS else entry["row"]})
    return found


@dataclass
class Edit(Change):
    """A change that reads no file again: what was lost of other rows stays lost."""

    @property
    def quarantine(self) -> list[Lost]:  # pyright: ignore[reportIncompatibleVariableOverride]
        """What was lost before, but of items that were written anew or removed, and what is lost now."""
        assert self.before is not None
        renewed = {row.number for row in self.matched.incoming} | self.removed
        places = {(item.source, item.row) for item in self.snapshot.items if item.number in renewed}
        stored = [Lost(**entry) for entry in self.before.quarantine().to_pylist()]
        return sorted([lost for lost in stored if (lost.source, lost.row) not in places] + self.intake.lost)

    def _dated(self, row: dict) -> dict:
        """Given dates were read by `EditRows`, and the others are as they were stored."""
        return row

    def _sources(self, before: Manifest | None) -> list[SourceRecord]:
        assert before is not None
        lost = Counter(entry.source for entry in self.quarantine if entry.kind == "row")
        rows = {record.name: record.rows_in for record in before.sources}
        for name, more in self.intake.rows_in.items():
            rows[name] = rows.get(name, 0) + more
        return [SourceRecord(name=name, rows_in=n, rows_quarantined=lost[name]) for name, n in sorted(rows.items())]


def _begin(catalogue: Catalogue, held: ExitStack) -> tuple[Catalogue, Spill]:
    """The catalogue as it is now, nobody else writing to it until `held` is closed."""
    held.enter_context(import_lock(catalogue.path))
    spill = held.enter_context(spilled(catalogue.path))
    return Catalogue.open(catalogue.path), spill


def _rows_before(manifest: Manifest) -> int:
    return next((record.rows_in for record in manifest.sources if record.name == UPSERTS), 0)


def _layout(manifest: Manifest, columns: Sequence[str], items: Sequence[Item]) -> Layout:
    """Every column for what it is for already; titles that are words for nothing stay titles."""
    names = {manifest.renamed.get(name, name): name for name in manifest.kinds}
    written = {stored: column for column, stored in names.items()}
    roles = manifest.roles
    by_source = Roles(
        tuple(written[name] for name in roles.images),
        tuple(written[name] for name in roles.texts),
        *(written.get(name or "") for name in (roles.id, roles.group, roles.brand, roles.category)),
    )
    reasons = {column: manifest.mapping.get(names[column], "") for column in columns}
    return Layout(ColumnMap(by_source, reasons, null_names=null_names_of(items)), names, roles)


def _take_places(intake: Intake, table: EditRows) -> None:
    """Give each row that updates an item that item's place, so that it is matched with it and with nothing else."""
    targets = table.targets
    for row in intake.rows:
        target = targets.get(row.row)
        if target is not None:
            if row.row in table.same:
                row.digest = target.digest
            row.source, row.row, row.more, row.source_id = target.source, target.row, target.more, target.source_id
    intake.lost[:] = [
        lost._replace(source=targets[lost.row].source, row=targets[lost.row].row)
        if lost.kind == "view" and lost.row in targets
        else lost
        for lost in intake.lost
    ] + table.lost
