"""Columns made from others, as a localised title, beside the source's own: one more version of a catalogue."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

import lancedb

from gergo.catalogue.hashing import text_hash
from gergo.catalogue.kinds import Kind
from gergo.catalogue.locking import import_lock
from gergo.catalogue.manifest import Column, write_manifest
from gergo.catalogue.schema import ITEMS, items_schema
from gergo.catalogue.store import Catalogue
from gergo.catalogue.writing import TableWriter
from gergo.errors import UsageError

MADE_FROM = "made from "


def add_columns(
    catalogue: Catalogue,
    columns: Mapping[str, tuple[Kind, Mapping[int, object]]],
    *,
    text: str,
    made_from: str,
    digest: str,
) -> Catalogue:
    """Write columns (name -> kind and value by item number) beside the source's own; one of them is a text view too.

    A column of the source is never written over; one that was added before is. The manifest is written last.

    Args:
        text: which of the columns becomes a text view.
        made_from: a line for the manifest's mapping: the column they were made from, and how, as "title by marian".
        digest: of the values; the catalogue's hash changes with it.

    Raises:
        UsageError: a column of that name came with the source, or an import is at work.
    """
    with import_lock(catalogue.path):
        now = Catalogue.open(catalogue.path)
        for name in columns:
            if name in now.columns and name not in origins(now.manifest.mapping):
                raise UsageError(
                    f"{now.path}: the source has a column {name!r} already", hint="rename it in the source"
                )
        kinds: dict[str, Kind] = dict(now.manifest.kinds)
        kept = {column.name: column for column in now.manifest.columns if column.name not in columns}
        kinds.update((name, kind) for name, (kind, _) in columns.items())
        writer = TableWriter(lancedb.connect(str(now.path)), now.manifest.tables)
        writer.replace_items(_rows(now, columns, text), items_schema(kinds))
        roles = now.roles if text in now.roles.texts else replace(now.roles, texts=(*now.roles.texts, text))
        manifest = now.manifest.model_copy(
            update={
                "version": now.version + 1,
                "hash": text_hash(f"{now.hash} {digest}"),
                "tables": writer.versions,
                "roles": roles,
                "columns": [kept.get(name) or Column(name=name, kind=kind) for name, kind in kinds.items()],
                "mapping": now.manifest.mapping | dict.fromkeys(columns, f"{MADE_FROM}{made_from}"),
            }
        )
        write_manifest(now.path, manifest)
    return Catalogue.open(catalogue.path)


def origins(mapping: Mapping[str, str]) -> dict[str, str]:
    """Added column -> the column that it was made from, and how.

    >>> origins({"title": "product names", "title_it": "made from title by marian"})
    {'title_it': 'title by marian'}
    """
    return {name: why.removeprefix(MADE_FROM) for name, why in mapping.items() if why.startswith(MADE_FROM)}


def made_of(changed: Collection[str], mapping: Mapping[str, str]) -> set[str]:
    """Added columns that were made from a column which changes, or from one that was made from it.

    >>> mapping = {"title": "product names", "title_it": "made from title by marian", "title_de": "made from title_it"}
    >>> sorted(made_of({"title"}, mapping)), sorted(made_of({"price"}, mapping))
    (['title_de', 'title_it'], [])
    """
    source_of = {name: _source(reason, mapping) for name, reason in mapping.items()}
    found: set[str] = set()
    while more := {name for name, source in source_of.items() if source in (*changed, *found)} - found:
        found |= more
    return found


def _source(reason: str, columns: Iterable[str]) -> str | None:
    """The column that a reason says another was made from; None: it came with the source."""
    fitting = [name for name in columns if f"{reason} ".startswith(f"{MADE_FROM}{name} ")]
    return max(fitting, key=len, default=None)


def _rows(catalogue: Catalogue, columns: Mapping[str, tuple[Kind, Mapping[int, object]]], text: str) -> Iterator[dict]:
    for batch in catalogue.table(ITEMS).search().to_batches():
        for row in batch.to_pylist():
            number = row["item"]
            texts = [view for view in row["texts"] or [] if view["column"] != text]
            words = columns[text][1].get(number)
            if words:
                texts.append({"column": text, "text": str(words), "hash": text_hash(str(words))})
            yield row | {name: values.get(number) for name, (_, values) in columns.items()} | {"texts": texts}
