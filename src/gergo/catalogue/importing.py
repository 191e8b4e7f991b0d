"""`import_catalogue`: an export becomes a clean catalogue, or brings one up to date."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import lancedb
import numpy as np
from numpy.typing import NDArray

from gergo import progress
from gergo.catalogue import texts
from gergo.catalogue.columns import PRIVATE, KindTracker, cast, stored_names
from gergo.catalogue.groups import Item, assign, clusters, placeholders
from gergo.catalogue.hashing import text_hash
from gergo.catalogue.leaks import leaks
from gergo.catalogue.locking import import_lock
from gergo.catalogue.manifest import FILE, Column, Counts, Manifest, SourceRecord, write_manifest
from gergo.catalogue.mapping import map_columns
from gergo.catalogue.matching import Matched, match
from gergo.catalogue.near_duplicates import near_duplicates
from gergo.catalogue.reading import CleanRow, Loss, Reader
from gergo.catalogue.roles import ColumnMap, Roles
from gergo.catalogue.snapshot import Facts, Snapshot, StoredView, key_of, thumbnails
from gergo.catalogue.sources import Source, open_source
from gergo.catalogue.sources.delimited import DelimitedTable
from gergo.catalogue.spill import PREFIX, Spill
from gergo.catalogue.splits import HeldOut, named_held_out
from gergo.catalogue.store import ITEMS, QUARANTINE, QUARANTINE_COLUMNS, VIEWS, Catalogue
from gergo.catalogue.summary import Outcome, summary
from gergo.catalogue.writing import TableWriter, items_schema
from gergo.errors import InputError, UsageError

Columns = str | Sequence[str] | None


def import_catalogue(
    source: str | Path | Sequence[str | Path],
    to: str | Path,
    *,
    image: Columns = None,
    text: Columns = None,
    id: str | None = None,
    group: str | None = None,
    brand: str | None = None,
    category: str | None = None,
    held_out_brands: Sequence[str] | None = None,
    held_out_categories: Sequence[str] | None = None,
) -> Catalogue:
    """Read files or folders, clean and split them, store them in the folder `to`; returns the catalogue.

    A catalogue that exists is brought up to date: only what is new or changed comes in, groups keep their splits, and
    nothing that the source no longer has is deleted. Columns are found by name and content; `image` and `text` (one
    column or several), `id`, `group`, `brand` and `category` say otherwise. held_out_*: names kept out of training;
    drawn by hash when not given.

    Raises InputError when the source cannot be read, UsageError for a column or name that does not exist, for other
    held-out names than the catalogue has, and while another import writes to it.
    """
    folder = Path(to)
    opened = open_source(source)
    overrides: dict[str, Columns] = {
        "image": image, "text": text, "id": id, "group": group, "brand": brand, "category": category,
    }  # fmt: skip
    _claim(folder)
    with import_lock(folder), Spill(folder) as spill:
        before = Catalogue.open(folder) if (folder / FILE).exists() else None
        run = _Import(folder, opened, before, spill)
        run.map(overrides)
        run.read()
        run.match()
        run.hold_out(held_out_brands, held_out_categories)
        run.group()
        return run.commit()


def _claim(folder: Path) -> None:
    """Make the folder; refuse one that holds something else than a catalogue, or the beginning of one."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file; a catalogue is a folder", hint="choose another name for --to")
    folder.mkdir(parents=True, exist_ok=True)
    known = {FILE, "import.lock", "manifest.lock", *(f"{name}.lance" for name in (ITEMS, VIEWS, QUARANTINE))}
    if not (folder / FILE).exists():
        others = [p.name for p in folder.iterdir() if p.name not in known and not p.name.startswith((PREFIX, f".{FILE}"))]
        if others:
            raise UsageError(
                f"{folder} is no catalogue and not empty (it holds {others[0]})", hint="choose another folder for --to"
            )


@dataclass
class _Pending:
    """A row that was read: its item, its pictures as (column, sha256 of source bytes), and its line in the spill."""

    item: Item
    pictures: list[tuple[str, str]]
    line: int
    quarantined: bool = False


@dataclass
class _Import:
    """One import on its way, a step a method."""

    folder: Path
    source: Source
    before: Catalogue | None
    spill: Spill
    snapshot: Snapshot = field(init=False)
    mapping: ColumnMap = field(init=False)
    roles: Roles = field(init=False)  # by stored names
    names: dict[str, str] = field(init=False)
    kinds: KindTracker = field(init=False)
    pending: list[_Pending] = field(default_factory=list)
    losses: list[tuple[str, int, str, str, str, str]] = field(default_factory=list)  # QUARANTINE_COLUMNS
    rows_in: Counter[str] = field(default_factory=Counter)
    matched: Matched = field(init=False)
    held_out: HeldOut = field(init=False)
    held_out_names: tuple[list[str], list[str]] = field(init=False)
    placeholders: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.snapshot = Snapshot.of(self.before) if self.before else Snapshot()

    def map(self, overrides: dict[str, Columns]) -> None:
        """Decide what the columns are: as stored where there is a catalogue, else as they look."""
        manifest = self.before.manifest if self.before else None
        if manifest is not None:
            overrides = _with_stored_roles(overrides, manifest, self.source.columns)
        self.mapping = map_columns(self.source, overrides)
        found = self.mapping.roles
        self.names = stored_names(self.source.columns, found.id)
        name = self.names.get
        self.roles = Roles(
            images=tuple(self.names[column] for column in found.images),
            texts=tuple(self.names[column] for column in found.texts),
            id=name(found.id or ""),
            group=name(found.group or ""),
            brand=name(found.brand or ""),
            category=name(found.category or ""),
        )
        self.kinds = KindTracker(manifest.kinds if manifest else None)

    def read(self) -> None:
        """Read every row: what is usable goes to the spill, what is not is written down."""
        delimited = {part.name for part in self.source.parts if isinstance(part.table, DelimitedTable)}
        reader = Reader(self.mapping.roles, self.names, self.snapshot.facts.keys())
        with progress.bar("import", None, "rows") as bar:
            for row, decoded in reader.clean(self.source.rows()):
                self.rows_in[row.source] += 1
                bar.advance()
                for source_hash, picture in decoded.items():
                    if source_hash not in self.snapshot.facts:
                        place = self.spill.add_picture(picture)
                        self.snapshot.facts[source_hash] = Facts(
                            picture.hash, picture.width, picture.height, picture.fingerprint.perceptual, place=place
                        )
                if row.problem is None and not row.texts and not row.pictures:
                    row.problem = Loss("", "nothing_usable", "no text and no picture")
                self._lose(row.source, row.row, "view", row.lost)
                if row.problem is not None:
                    self._lose(row.source, row.row, "row", [row.problem])
                    continue
                for column, value in row.values.items():
                    self.kinds.observe(column, value, is_text=row.source in delimited)
                self._keep(row)

    def _keep(self, row: CleanRow) -> None:
        texts_ = [{"column": column, "text": text, "hash": text_hash(text)} for column, text in row.texts]
        pictures = [(column, self.snapshot.facts[source_hash].hash) for column, source_hash in row.pictures]
        content = json.dumps([row.values, row.texts, pictures], sort_keys=True, ensure_ascii=False)
        item = Item(
            number=-1,
            id="",
            source_id=row.source_id,
            source=row.source,
            row=row.row,
            digest=hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest(),
            title=row.texts[0][1] if row.texts else "",
            text_hashes=tuple(text["hash"] for text in texts_),
            pictures=[hash_ for _, hash_ in pictures],
            brand=key_of(row.values, self.roles.brand),
            category=key_of(row.values, self.roles.category),
            variant=key_of(row.values, self.roles.group),
        )
        self.spill.add_row({"values": row.values, "texts": texts_})
        self.pending.append(_Pending(item, row.pictures, len(self.pending)))

    def _lose(self, source: str, row: int, kind: str, losses: Sequence[Loss]) -> None:
        self.losses += [(source, row, loss.column, kind, loss.reason, loss.detail) for loss in losses]

    def match(self) -> None:
        """Tell new from changed from unchanged rows, then drop pictures that stand for no product."""
        next_item = self.before.manifest.next_item if self.before else 0
        self.matched = match(self.snapshot.items, [pending.item for pending in self.pending], next_item)
        incoming = self.matched.added + self.matched.changed
        self.cluster_of = self._clusters(incoming)
        known = set(self.before.manifest.placeholders) if self.before else set()
        found = placeholders(_latest(self.snapshot.items, incoming), self.cluster_of)
        stored = {hash_ for item in self.snapshot.items for hash_ in item.pictures}
        self.placeholders = known | {hash_ for hash_, cluster in self.cluster_of.items() if cluster in found} - stored
        for pending in self.pending:
            self._drop_placeholders(pending)
        self.cluster_of = {h: c for h, c in self.cluster_of.items() if h not in self.placeholders and c not in found}

    def _clusters(self, incoming: Sequence[Item]) -> dict[str, str]:
        """Cluster every picture, comparing those that came with this import to all."""
        facts = {fact.hash: fact for fact in reversed(self.snapshot.facts.values())}
        hashes = list(facts)
        new_N = np.array([facts[hash_].place >= 0 for hash_ in hashes], bool)
        perceptual_N = np.array([facts[hash_].perceptual for hash_ in hashes], np.uint64)
        if not new_N.any():
            return {hash_: hash_ for hash_ in hashes}

        def thumbnails_of(wanted: Sequence[int]) -> list[NDArray[np.uint8]]:
            found = [facts[hashes[i]] for i in wanted]
            stored = [fact.view for fact in found if fact.place < 0]
            from_store = iter(thumbnails(self.before, stored) if self.before else [])
            return [self.spill.thumbnail(fact.place) if fact.place >= 0 else next(from_store) for fact in found]

        return clusters(hashes, near_duplicates(perceptual_N, new_N, thumbnails_of))

    def _drop_placeholders(self, pending: _Pending) -> None:
        item, kept = pending.item, []
        for column, source_hash in pending.pictures:
            if self.snapshot.facts[source_hash].hash in self.placeholders:
                loss = Loss(column, "picture_placeholder", "the same picture stands for many different items")
                self._lose(item.source, item.row, "view", [loss])
            else:
                kept.append((column, source_hash))
        pending.pictures = kept
        item.pictures = [self.snapshot.facts[source_hash].hash for _, source_hash in kept]
        if not kept and not item.text_hashes:
            self._refuse(pending, Loss("", "nothing_usable", "no text and only a placeholder for a picture"))

    def _refuse(self, pending: _Pending, loss: Loss) -> None:
        pending.quarantined = True
        self._lose(pending.item.source, pending.item.row, "row", [loss])
        for items in (self.matched.added, self.matched.changed, self.matched.unchanged):
            items[:] = [item for item in items if item is not pending.item]

    def hold_out(self, brands: Sequence[str] | None, categories: Sequence[str] | None) -> None:
        """Take the held-out names that are stored, or named, or draw them."""
        if self.before is not None:
            manifest = self.before.manifest
            self.held_out_names = manifest.held_out_brands, manifest.held_out_categories
            for option, asked, stored in (
                ("--held-out-brands", brands, manifest.held_out_brands),
                ("--held-out-categories", categories, manifest.held_out_categories),
            ):
                if asked is not None and set(map(texts.key, asked)) != set(map(texts.key, stored)):
                    raise UsageError(
                        f"{option}: {self.folder} already holds out {', '.join(stored) or 'none'}",
                        hint="splits are stored with the catalogue; import into a new folder for others",
                    )
            self.held_out = HeldOut(map(texts.key, self.held_out_names[0]), map(texts.key, self.held_out_names[1]))
            return
        items = self.matched.added
        spelled = self._spellings()
        self.held_out = HeldOut.draw(
            [item.brand for item in items],
            [item.category for item in items],
            named_brands=None if brands is None else named_held_out("--held-out-brands", brands, spelled["brand"].values()),
            named_categories=None
            if categories is None
            else named_held_out("--held-out-categories", categories, spelled["category"].values()),
        )
        self.held_out_names = (
            sorted(spelled["brand"][name] for name in self.held_out.brands),
            sorted(spelled["category"][name] for name in self.held_out.categories),
        )

    def _spellings(self) -> dict[str, dict[str, str]]:
        """For brands and categories: key -> how it is mostly written."""
        counts: dict[str, Counter[tuple[str, str]]] = {"brand": Counter(), "category": Counter()}
        for row in self.spill.rows():
            for role, column in (("brand", self.roles.brand), ("category", self.roles.category)):
                if name := key_of(row["values"], column):
                    counts[role][name, str(row["values"][column]).strip()] += 1
        spelled: dict[str, dict[str, str]] = {}
        for role, found in counts.items():
            ranked = sorted(found.items(), key=lambda entry: (entry[1], entry[0]))
            spelled[role] = {name: written for (name, written), _ in ranked}
        return spelled

    def group(self) -> None:
        """Assign groups and splits; a row that would put one group in two splits is refused."""
        by_item = {id(pending.item): pending for pending in self.pending}
        incoming = self.matched.added + self.matched.changed
        for item in assign(self.snapshot.items, incoming, self.cluster_of, self.held_out):
            self._refuse(by_item[id(item)], Loss("", "would_bridge_splits", f"{item.id}: tied to items of two splits"))

    def commit(self) -> Catalogue:
        """Write the tables, check them, and last the manifest; nothing at all when nothing changed."""
        manifest = self._manifest()
        if self.before is None and manifest.counts.rows_kept == 0:
            raise InputError(
                f"{self.source.description}: none of {sum(self.rows_in.values())} rows can be used",
                hint=_reasons(self.losses),
            )
        before = self.before
        if before is not None and manifest.hash == before.hash:
            progress.say(summary(self._outcome(before)))
            return before
        writer = TableWriter(lancedb.connect(str(self.folder)), before.table_versions if before else {})
        writer.change_views(*self._view_changes())
        writer.replace_items(self._item_rows(manifest), items_schema(manifest.kinds))
        writer.replace_quarantine(dict(zip(QUARANTINE_COLUMNS, loss, strict=True)) for loss in self._quarantine())
        after = Catalogue(self.folder, manifest.model_copy(update={"tables": writer.versions}))
        found = leaks(after)
        assert not found, f"the splits leak: {found[0]}"
        write_manifest(self.folder, after.manifest)
        after = Catalogue.open(self.folder)
        progress.say(summary(self._outcome(after)))
        return after

    def _manifest(self) -> Manifest:
        """What the catalogue will be; the versions of its tables are not known yet."""
        before = self.before.manifest if self.before else None
        items = self._items()
        removed, added = self._view_plan()
        quarantine = self._quarantine()
        rows_quarantined = sum(kind == "row" for _, _, _, kind, _, _ in quarantine)
        columns = list(dict.fromkeys([*(before.kinds if before else ()), *self.names.values()]))
        kinds = self.kinds.kinds(columns)
        if "id" in kinds:
            kinds["id"] = "string"
        digest = hashlib.sha256()
        for item in sorted(items, key=lambda item: item.id):
            digest.update("\0".join((item.id, item.digest, item.group, item.split)).encode("utf-8", "surrogatepass"))
        digest.update(json.dumps([quarantine, sorted(self.placeholders), self.held_out_names, kinds]).encode())
        return Manifest(
            version=before.version + 1 if before else 1,
            hash=digest.hexdigest(),
            tables=before.tables if before else {},
            roles=self.roles,
            mapping={self.names[column]: reason for column, reason in self.mapping.reasons.items()},
            columns=[Column(name=name, kind=kind) for name, kind in kinds.items()],
            renamed={stored: column for column, stored in self.names.items() if stored != column},
            sources=self._sources(before, quarantine),
            counts=Counts(
                rows_in=len(items) + rows_quarantined,
                rows_kept=len(items),
                rows_quarantined=rows_quarantined,
                views=sum(len(views) for views in self.snapshot.views.values()) - len(removed) + len(added),
                views_lost=len(quarantine) - rows_quarantined,
                groups=len({item.group for item in items}),
                id_collisions=sum(item.id != item.source_id for item in items) if self.roles.id else 0,
            ),
            held_out_brands=self.held_out_names[0],
            held_out_categories=self.held_out_names[1],
            placeholders=sorted(self.placeholders),
            next_item=max([before.next_item if before else 0, *(item.number + 1 for item in items)]),
            next_view=(before.next_view if before else 0) + len(added),
        )

    def _items(self) -> list[Item]:
        return _latest(self.snapshot.items, self.matched.changed + self.matched.added)

    def _sources(self, before: Manifest | None, quarantine: Sequence[tuple]) -> list[SourceRecord]:
        lost = Counter(source for source, _, _, kind, _, _ in quarantine if kind == "row")
        kept = [record for record in (before.sources if before else ()) if record.name not in self.rows_in]
        new = [SourceRecord(name=n, rows_in=rows, rows_quarantined=lost[n]) for n, rows in self.rows_in.items()]
        return sorted(kept + new, key=lambda record: record.name)

    def _quarantine(self) -> list[tuple]:
        """What was lost in this import, and what earlier ones lost in files that it did not read."""
        stored = self.before.quarantine().to_pylist() if self.before else []
        kept = [tuple(row[name] for name in QUARANTINE_COLUMNS) for row in stored if row["source"] not in self.rows_in]
        return sorted(kept + self.losses)

    def _view_plan(self) -> tuple[list[StoredView], list[tuple[int, int, str, str]]]:
        """Stored pictures that go, and new ones as (view, item, column, sha256 of source bytes)."""
        by_item = {id(pending.item): pending for pending in self.pending}
        next_view = self.before.manifest.next_view if self.before else 0
        removed: list[StoredView] = []
        added: list[tuple[int, int, str, str]] = []
        for item in self.matched.changed + self.matched.added:
            left = list(self.snapshot.views.get(item.number, []))
            for column, source_hash in by_item[id(item)].pictures:
                hash_ = self.snapshot.facts[source_hash].hash
                same = next((view for view in left if (view.column, view.hash) == (column, hash_)), None)
                if same is not None:
                    left.remove(same)
                else:
                    added.append((next_view + len(added), item.number, column, source_hash))
            removed += left
        return removed, added

    def _view_changes(self) -> tuple[list[int], Iterator[dict]]:
        removed, added = self._view_plan()
        return [view.view for view in removed], map(self._view_row, added)

    def _view_row(self, planned: tuple[int, int, str, str]) -> dict:
        view, item, column, source_hash = planned
        facts = self.snapshot.facts[source_hash]
        if facts.place >= 0:
            picture, thumbnail = self.spill.picture(facts.place), self.spill.thumbnail(facts.place)
        else:
            assert self.before is not None
            picture = self.before.pictures([facts.view])[0]
            thumbnail = thumbnails(self.before, [facts.view])[0]
        return {
            "view": view, "item": item, "column": column, "hash": facts.hash, "width": facts.width,
            "height": facts.height, "perceptual": facts.perceptual, "source_hash": source_hash,
            "thumbnail": thumbnail.tobytes(), "picture": picture,
        }  # fmt: skip

    def _item_rows(self, manifest: Manifest) -> Iterator[dict]:
        """Every item of the new version: stored ones that stay, then those of this import."""
        items = {item.number: item for item in self._items()}
        incoming = {id(item) for item in self.matched.changed + self.matched.added}
        written = {pending.item.number for pending in self.pending if id(pending.item) in incoming}
        if self.before is not None:
            for batch in self.before.table(ITEMS).search().to_batches():
                for row in batch.to_pylist():
                    if row["item"] not in written:
                        yield _item_row(items[row["item"]], row["texts"], row, manifest)
        for pending, row in zip(self.pending, self.spill.rows(), strict=True):
            if id(pending.item) in incoming:
                yield _item_row(pending.item, row["texts"], row["values"], manifest)

    def _outcome(self, after: Catalogue) -> Outcome:
        return Outcome(
            catalogue=after,
            source=self.source.description,
            mapping=self.mapping.describe(),
            rows_in=sum(self.rows_in.values()),
            added=len(self.matched.added),
            changed=len(self.matched.changed),
            unchanged=len(self.matched.unchanged),
            losses=Counter((kind, reason) for _, _, _, kind, reason, _ in self.losses),
            missing=self._missing(),
        )

    def _missing(self) -> int:
        """Stored items of the files just read that have no row there any more."""
        seen = {pending.item.number for pending in self.pending}
        return sum(item.source in self.rows_in and item.number not in seen for item in self.snapshot.items)


def _item_row(item: Item, texts_: list[dict], values: dict, manifest: Manifest) -> dict:
    row = {name: cast(values.get(name), kind) for name, kind in manifest.kinds.items()}
    ours = {
        "item": item.number, "id": item.id, "group": item.group, "split": item.split, "texts": texts_,
        "source": item.source, "row": item.row,
    }  # fmt: skip
    return row | ours | dict(zip(PRIVATE, (item.source_id, item.digest), strict=True))


def _latest(stored: Sequence[Item], incoming: Sequence[Item]) -> list[Item]:
    """Every item once, by number; what comes in replaces what is stored."""
    return list(({item.number: item for item in stored} | {item.number: item for item in incoming}).values())


def _with_stored_roles(overrides: dict[str, Columns], manifest: Manifest, columns: Sequence[str]) -> dict[str, Columns]:
    """Roles as they are stored, unless asked otherwise; what decided the splits cannot be changed."""
    written = {stored: manifest.renamed.get(stored, stored) for stored in manifest.kinds}
    roles = manifest.roles
    stored: dict[str, Columns] = {
        "image": [written[column] for column in roles.images if written[column] in columns],
        "text": [written[column] for column in roles.texts if written[column] in columns],
    }
    for option in ("id", "group", "brand", "category"):
        column = getattr(roles, option)
        name = written[column] if column else ""
        stored[option] = name if name in columns else ""
        asked = overrides[option]
        if isinstance(asked, str) and asked.casefold() != name.casefold():
            raise UsageError(
                f"--{option} {asked}: the catalogue was made with {name or 'none'}",
                hint="import into a new folder to choose other columns",
            )
    chosen = {option: value for option, value in overrides.items() if value is not None}
    return stored | chosen


def _reasons(losses: Sequence[tuple]) -> str:
    counts = Counter(reason for _, _, _, kind, reason, _ in losses if kind == "view" or reason != "nothing_usable")
    return ", ".join(f"{reason}: {n}" for reason, n in counts.most_common(5)) or "no row has a text or a picture"
