"""The manifest: the one file that says what a catalogue is. It is written last, and whole or not at all."""

from __future__ import annotations

import json
import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gergo.catalogue.dates import Order
from gergo.catalogue.kinds import Kind, KindTracker
from gergo.catalogue.locking import manifest_lock
from gergo.catalogue.numerals import Mark
from gergo.catalogue.roles import Roles
from gergo.catalogue.schema import ITEMS, QUARANTINE, VIEWS
from gergo.errors import InputError
from gergo.files import write_whole

SCHEMA = 1
FILE = "manifest.json"


class Column(BaseModel):
    """One of the source's own columns, as stored.

    currency: what its numbers are in, "" where nothing says; mark: what they were written with before their decimals.
    order: of its dates, as they were written; they are stored with the year first.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    kind: Kind
    currency: str = ""
    mark: Mark = "."
    order: Order = ""


class SourceRecord(BaseModel):
    """One source file as its last import found it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    rows_in: int
    rows_quarantined: int


class Counts(BaseModel):
    """What the catalogue holds; `rows_in == rows_kept + rows_quarantined`.

    An item is one row, or several where some only show further pictures of it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    rows_in: int
    rows_kept: int
    rows_quarantined: int
    items: int
    views: int
    views_lost: int
    groups: int
    id_collisions: int


class Manifest(BaseModel):
    """Everything about a catalogue that is not a row of a table.

    version: grows by one with every import that changes something; hash: of the content, so two imports of the same
    source have the same. tables: the Lance version of each table; reading any other would be reading half a change.
    options: columns that options became, as the source's are called -> the options' names (see `Options`).
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    schema_number: int = Field(default=SCHEMA, alias="schema")
    version: int
    hash: str
    tables: dict[str, int]
    roles: Roles
    mapping: dict[str, str]
    columns: list[Column]
    renamed: dict[str, str]
    options: dict[str, str] = {}
    sources: list[SourceRecord]
    counts: Counts
    held_out_brands: list[str]
    held_out_categories: list[str]
    placeholders: list[str]
    next_item: int
    next_view: int

    @property
    def kinds(self) -> dict[str, Kind]:
        """Column -> kind, in the source's order."""
        return {column.name: column.kind for column in self.columns}

    @property
    def currencies(self) -> dict[str, str]:
        """Column -> currency, of those that have one."""
        return {column.name: column.currency for column in self.columns if column.currency}

    @property
    def marks(self) -> dict[str, Mark]:
        """Column -> the mark before its decimals, of those that are numbers with some."""
        return {column.name: column.mark for column in self.columns if column.kind == "float"}

    @property
    def orders(self) -> dict[str, Order]:
        """Column -> the order of its dates, of those that are dates."""
        return {column.name: column.order for column in self.columns if column.order}

    def tracker(self) -> KindTracker:
        """What is known of the columns, for what comes in."""
        return KindTracker(self.kinds, self.currencies, self.marks, self.orders)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a catalogue. Raises InputError when there is none, or none that this version understands."""
    path = folder / FILE
    try:
        written = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(
            f"{folder}: no catalogue here ({FILE} is missing)", hint=f"gergo import SOURCE --to {folder}"
        ) from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read: {error}") from None
    if not isinstance(written, dict) or written.get("schema") != SCHEMA:
        found = written.get("schema") if isinstance(written, dict) else None
        raise InputError(
            f"{path}: schema {found!r}, this version of gergo reads {SCHEMA}",
            hint="import the source again into a new folder",
        )
    try:
        return Manifest.model_validate(written)
    except ValidationError as error:
        raise InputError(f"{path}: {error}", hint="import the source again into a new folder") from None


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Replace the manifest at once; further tables that were committed meanwhile stay as they are."""
    with manifest_lock(folder):
        now = read_manifest(folder).tables if (folder / FILE).exists() else {}
        imported = {name: manifest.tables[name] for name in (ITEMS, VIEWS, QUARANTINE)}
        _replace(folder, manifest.model_copy(update={"tables": now | imported}))


def commit_version(folder: Path, table: str, version: int) -> Manifest:
    """Record a further table's version, leaving everything else as it is now."""
    with manifest_lock(folder):
        manifest = read_manifest(folder)
        manifest = manifest.model_copy(update={"tables": manifest.tables | {table: version}})
        _replace(folder, manifest)
        return manifest


def _replace(folder: Path, manifest: Manifest) -> None:
    written = manifest.model_dump(mode="json", by_alias=True)
    write_whole(folder / FILE, json.dumps(written, indent=2, sort_keys=True, ensure_ascii=False) + "\n")
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
