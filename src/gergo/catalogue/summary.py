"""What an import says when it has ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from gergo.catalogue.committing import Change
from gergo.catalogue.item import Item
from gergo.catalogue.largest_group import largest_group
from gergo.catalogue.manifest import Manifest
from gergo.catalogue.sources import Source
from gergo.catalogue.splits import SPLITS
from gergo.catalogue.store import Catalogue

_NAMES_SHOWN, _FILES_SHOWN, _REPEATED_SHOWN = 20, 3, 5
_NOT_FOUND = ("picture_missing", "picture_outside_source", "picture_is_a_url")


def summary(after: Catalogue, source: Source, change: Change) -> str:
    """What was read, what became of it, and what the catalogue holds now, for people."""
    manifest = after.manifest
    lines = ["", source.description, "", change.layout.mapping.describe(), ""]
    lines += [f"column {column!r} is stored as {stored!r}" for stored, column in manifest.renamed.items()]
    lines += _numbers(change, manifest)
    lines += _dates(change, manifest)
    lines += _rows(change)
    counts = manifest.counts
    lines.append(f"{counts.items:,} items with {counts.views:,} pictures in {counts.groups:,} groups")
    lines += largest_group(change)
    if counts.id_collisions:
        lines.append(f"{counts.id_collisions:,} items have an id that another had before: theirs end in ~2, ~3, ...")
    lines += _repeated(change.intake.rows)
    splits = Counter(after.items(columns=[])["split"].to_pylist())
    lines.append("splits: " + ", ".join(f"{name} {splits[name]:,}" for name in SPLITS))
    lines += _held_out("brands", manifest.roles.brand, manifest.held_out_brands)
    lines += _held_out("categories", manifest.roles.category, manifest.held_out_categories)
    return "\n".join(lines)


def _numbers(change: Change, manifest: Manifest) -> Iterator[str]:
    """How columns of numbers were read; and those kept as texts, which no `price < 5` can be asked of."""
    stored = {column: name for name, column in manifest.renamed.items()}
    tracker = change.intake.kinds
    for column, reason in change.layout.mapping.reasons.items():
        name = stored.get(column, column)
        if reason == "numbers" and manifest.kinds.get(name) == "string":
            yield f"column {column!r} is of numbers, but kept as text, since {tracker.why_text(name)}"
        elif reading := tracker.reading(name):
            currency = tracker.currency(name)
            yield f"column {column!r} is of numbers{currency and f', in {currency}'}: {reading}"


def _dates(change: Change, manifest: Manifest) -> Iterator[str]:
    """How columns of dates were read; and those kept as texts, which compare letter by letter."""
    stored = {column: name for name, column in manifest.renamed.items()}
    dates = change.intake.kinds.dates
    for column, reason in change.layout.mapping.reasons.items():
        name = stored.get(column, column)
        if reason == "dates" and name not in manifest.orders and (why := dates.why_text(name)):
            yield f"column {column!r} is of dates, but kept as text, since {why}"
        elif name in manifest.orders and (reading := dates.reading(name)):
            yield f"column {column!r} is of dates: {reading}"
        if name in manifest.orders and (why := dates.why_some(name)):
            yield f"column {column!r} is of dates, but {why} stays as it is"


def _rows(change: Change) -> list[str]:
    matched, lost = change.matched, change.intake.lost
    kept = sum(len(item.rows) for item in (*matched.added, *matched.changed, *matched.unchanged))
    quarantined = sum(entry.kind == "row" for entry in lost)
    assert change.rows_in == kept + quarantined, "a row was lost without a word"
    lines = [f"{change.rows_in:,} rows in = {kept:,} kept + {quarantined:,} quarantined"]
    went_on = change.intake.continuations
    if went_on is not None and went_on.pictures:
        lines.append(f"{went_on.pictures:,} rows only show further pictures of an item of another row")
    if went_on is not None and went_on.variants:
        lines.append(f"{went_on.variants:,} rows are variants that took the words of the row above")
    if change.before is not None:
        lines.append(
            f"{len(matched.added):,} added, {len(matched.changed):,} changed, {len(matched.unchanged):,} unchanged; "
            f"{change.missing:,} items are no longer in these files, and stay"
        )
        if change.removed:
            lines.append(f"{len(change.removed):,} items are further pictures of other items now, and are gone")
        if unread := change.unread:
            files = ", ".join(list(unread)[:_FILES_SHOWN]) + (", ..." if len(unread) > _FILES_SHOWN else "")
            lines.append(f"{sum(unread.values()):,} items are of files that were not read this time, and stay: {files}")
    for (kind, reason), n in sorted(Counter((entry.kind, entry.reason) for entry in lost).items()):
        lines.append(f"  {kind}s lost: {n:,} {reason}")
    not_found = sum(entry.kind == "view" and entry.reason in _NOT_FOUND for entry in lost)
    if not_found > len(change.intake.rows) / 2:
        lines.append(
            "  most pictures were not found: a cell names a file by its path beside the source, or the end of it; "
            "addresses are not fetched"
        )
    return lines


def _repeated(rows: Sequence[Item]) -> list[str]:
    """Rows that say what another says, in every column: an export that holds a product twice, not two products."""
    first: dict[tuple[str, str], Item] = {}
    pairs = [(row, known) for row in rows if (known := first.setdefault((row.source_id, row.digest), row)) is not row]
    if not pairs:
        return []
    shown = [f"{_place(row)} is {_place(known)}" for row, known in pairs[:_REPEATED_SHOWN]]
    more = ", ..." if len(pairs) > _REPEATED_SHOWN else ""
    return [f"{len(pairs):,} rows repeat another in every column, and are kept beside it: {', '.join(shown)}{more}"]


def _place(row: Item) -> str:
    return f"{row.source} row {row.row:,}"


def _held_out(what: str, column: str | None, names: list[str]) -> list[str]:
    if column is None:
        return [f"held-out {what}: none, no column is known to hold them"]
    if not names:
        return [f"held-out {what} ({column}): none, fewer than two that hold at most 10% of the items"]
    more = f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else ""
    return [f"held-out {what} ({column}): {', '.join(names[:_NAMES_SHOWN])}{more}"]
