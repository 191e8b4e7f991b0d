"""`import_catalogue`: an export becomes a clean catalogue, or brings one up to date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from gergo import progress
from gergo.catalogue.columns import Override, lay_out
from gergo.catalogue.committing import Change
from gergo.catalogue.intake import Intake, take_in
from gergo.catalogue.kinds import KindTracker
from gergo.catalogue.locking import import_lock
from gergo.catalogue.manifest import FILE, read_manifest
from gergo.catalogue.matching import match, swallowed
from gergo.catalogue.placing import chosen_names, cluster_pictures, drop_placeholders, group_rows, stored_names
from gergo.catalogue.schema import ITEMS, QUARANTINE, VIEWS
from gergo.catalogue.snapshot import Snapshot, null_names_of
from gergo.catalogue.sources import Source, open_source
from gergo.catalogue.sources.stated import Stated
from gergo.catalogue.spill import PREFIX, Spill, spilled
from gergo.catalogue.store import Catalogue
from gergo.catalogue.summary import summary
from gergo.errors import InputError, UsageError


def import_catalogue(
    source: str | Path | Sequence[str | Path],
    to: str | Path,
    *,
    image: Override = None,
    text: Override = None,
    id: str | None = None,
    group: str | None = None,
    brand: str | None = None,
    category: str | None = None,
    held_out_brands: Sequence[str] | None = None,
    held_out_categories: Sequence[str] | None = None,
    encoding: str | None = None,
    separator: str | None = None,
) -> Catalogue:
    """Read files or folders, clean and split them, store them in the folder `to`; returns the catalogue.

    A catalogue that exists is brought up to date: only what is new or changed comes in, groups keep their splits, and
    nothing that the source no longer has is deleted; items go whose rows are further pictures of others now. Columns
    are found by name and content; `image` and `text` (one column or several), `id`, `group`, `brand` and `category` say
    otherwise. held_out_*: names kept out of training; drawn by hash when not given. encoding and separator of files of
    text: detected when not given.

    Raises InputError when the source cannot be read, UsageError for a column, a name or an encoding that does not
    exist, for other held-out names than the catalogue has, and while another import writes to it.
    """
    folder = Path(to)
    options = read_manifest(folder).options if (folder / FILE).exists() else {}
    opened = open_source(source, Stated.of(encoding, separator), options)
    overrides: dict[str, Override] = {
        "image": image, "text": text, "id": id, "group": group, "brand": brand, "category": category,
    }  # fmt: skip
    _claim(folder)
    with import_lock(folder), spilled(folder) as spill:
        before = Catalogue.open(folder) if (folder / FILE).exists() else None
        change = _prepare(folder, opened, overrides, (held_out_brands, held_out_categories), before, spill)
        if before is None and not change.items:
            raise InputError(f"none of {change.rows_in:,} rows can be used", hint=_reasons(change.intake))
        after = before if before is not None and change.hash == before.hash else change.commit()
        progress.say(summary(after, opened, change))
        return after


def _prepare(
    folder: Path,
    source: Source,
    overrides: dict[str, Override],
    held_out: tuple[Sequence[str] | None, Sequence[str] | None],
    before: Catalogue | None,
    spill: Spill,
) -> Change:
    """Read the source, tell what is new, tie it into groups and splits; nothing is stored yet."""
    manifest = before.manifest if before else None
    snapshot = Snapshot.of(before) if before else Snapshot()
    layout = lay_out(source, overrides, manifest, null_names_of(snapshot.items))
    kinds = manifest.tracker() if manifest else KindTracker()
    intake = take_in(source, layout, kinds, snapshot, spill)
    next_item = manifest.next_item if manifest else 0
    matched = match(snapshot.items, intake.rows, next_item, has_ids=layout.roles.id is not None)
    cluster_of = cluster_pictures(snapshot, spill, before)
    known = manifest.placeholders if manifest else []
    placeholders = drop_placeholders(snapshot, intake, matched, cluster_of, known)
    names = (
        stored_names(manifest, *held_out) if manifest else chosen_names(matched.added, layout.roles, spill, *held_out)
    )
    group_rows(snapshot, intake, matched, cluster_of, names.keys())
    removed = swallowed(snapshot.items, matched)
    return Change(folder, before, snapshot, layout, intake, matched, names, placeholders, spill, removed)


def _reasons(intake: Intake) -> str:
    counts = Counter(lost.reason for lost in intake.lost if (lost.kind, lost.reason) != ("row", "nothing_usable"))
    return ", ".join(f"{reason}: {n:,}" for reason, n in counts.most_common(5)) or "no row has a text or a picture"


def _claim(folder: Path) -> None:
    """Make the folder; refuse one that holds something else than a catalogue, or the beginning of one."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file; a catalogue is a folder", hint="choose another name for --to")
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / FILE).exists():
        return
    ours = {"import.lock", "manifest.lock", *(f"{name}.lance" for name in (ITEMS, VIEWS, QUARANTINE))}
    for path in folder.iterdir():
        if path.name not in ours and not path.name.startswith((PREFIX, f".{FILE}")):
            raise UsageError(
                f"{folder} is no catalogue and not empty (it holds {path.name})", hint="choose another folder for --to"
            )
