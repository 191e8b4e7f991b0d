"""A catalogue: one folder with Lance tables, read exactly as its manifest ties them together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import lancedb
import numpy as np
import pyarrow as pa
from lancedb.db import DBConnection
from lancedb.table import Table

from gergo.catalogue.filters import column_named, quoted
from gergo.catalogue.manifest import Manifest, commit_version, read_manifest
from gergo.catalogue.roles import Roles
from gergo.catalogue.schema import ITEMS, OURS, QUARANTINE, QUARANTINE_COLUMNS, VIEW_COLUMNS, VIEWS
from gergo.catalogue.splits import SPLITS
from gergo.errors import InputError, UsageError


class Catalogue:
    """What a shop sells, as it was at one moment; an import that runs meanwhile does not change what is read."""

    def __init__(self, path: Path, manifest: Manifest) -> None:
        self.path, self.manifest = path, manifest

    @classmethod
    def open(cls, path: str | Path) -> Catalogue:
        """The catalogue in the folder `path`. Raises InputError when there is none."""
        path = Path(path)
        return cls(path, read_manifest(path))

    @staticmethod
    def of(catalogue: Catalogue | str | Path) -> Catalogue:
        """A catalogue as it is, or opened by its folder; raises as `open`."""
        return Catalogue.open(catalogue) if isinstance(catalogue, str | Path) else catalogue

    def require_other(self, retain: Catalogue) -> None:
        """Refuse to call it retained what is trained on. Raises UsageError where `retain` holds what this one does."""
        if retain.hash == self.hash:
            raise UsageError(
                f"--retain {retain.path} is the catalogue itself: it cannot measure what is forgotten of others",
                hint="name another one, of another trade or with general pictures",
            )

    def __repr__(self) -> str:
        return f"Catalogue({str(self.path)!r}, version={self.version}, items={len(self)})"

    def __len__(self) -> int:
        """The number of items."""
        return self.manifest.counts.items

    @property
    def name(self) -> str:
        """The folder's name without its suffix."""
        return self.path.resolve().stem

    @property
    def version(self) -> int:
        """Grows by one with every import that changed something."""
        return self.manifest.version

    @property
    def hash(self) -> str:
        """Sha256 hex of the content: items, views, groups, splits and quarantine."""
        return self.manifest.hash

    @property
    def roles(self) -> Roles:
        """What the columns are for."""
        return self.manifest.roles

    @property
    def columns(self) -> list[str]:
        """The source's own columns, as stored."""
        return [column.name for column in self.manifest.columns]

    @property
    def table_versions(self) -> dict[str, int]:
        """The Lance version of every table of this catalogue."""
        return dict(self.manifest.tables)

    @cached_property
    def database(self) -> DBConnection:
        """The LanceDB connection; a table opened through it is at its latest version, use `table` to read."""
        return lancedb.connect(str(self.path))

    def table(self, name: str) -> Table:
        """A table at the version that the manifest names. Raises InputError when it names none."""
        if name not in self.manifest.tables:
            raise InputError(f"{self.path}: no table {name!r}; there are {', '.join(sorted(self.manifest.tables))}")
        try:
            table = self.database.open_table(name)
            table.checkout(self.manifest.tables[name])
        except (ValueError, RuntimeError) as error:  # what LanceDB says of files that are not there, or cut short
            raise InputError(
                f"{self.path / name}.lance is missing or damaged: {str(error).splitlines()[0]}",
                hint="copy the whole folder again, or import anew into another",
            ) from error
        return table

    def commit_table(self, name: str) -> None:
        """Make the latest version of a further table (vectors-...) the one that is read from now on."""
        assert name not in (ITEMS, VIEWS, QUARANTINE), "only an import changes these"
        version = self.database.open_table(name).version
        tables = commit_version(self.path, name, version).tables
        self.manifest = self.manifest.model_copy(update={"tables": self.manifest.tables | {name: tables[name]}})

    def items(
        self,
        *,
        splits: str | Sequence[str] | None = None,
        columns: Sequence[str] | None = None,
        where: str | None = None,
    ) -> pa.Table:
        """Items in the order of their numbers: item, id, group, split, texts, source, row, then the source's columns.

        texts: list of {column, text, hash}, the title first. splits: only these. columns: of the source's columns only
        these. where: SQL over the columns, their names in any case ("price < 50 and Brand = 'Nike'"). Raises UsageError
        for an unknown split or column, or SQL that cannot be read.
        """
        wanted = self.columns if columns is None else [column_named(name, self._names) for name in columns]
        return self._found(list(dict.fromkeys([*OURS, *wanted])), splits, where)

    def numbers(self, where: str) -> np.ndarray:
        """The numbers of the items of which `where` holds, int64, ascending; raises as `items` does."""
        return self._found(["item"], None, where)["item"].to_numpy()

    def _found(self, selected: list[str], splits: str | Sequence[str] | None, where: str | None) -> pa.Table:
        conditions = [f"({quoted(where, self._names)})"] if where else []
        if splits is not None:
            conditions.append(f"split IN ({', '.join(repr(name) for name in _checked(splits))})")
        query = self._items.search().select(selected)
        if conditions:
            query = query.where(" AND ".join(conditions))
        try:
            found = query.to_arrow()
        except (ValueError, RuntimeError) as error:
            if not where:
                raise
            raise UsageError(f"--where {where!r}: {_explained(error)}", hint=self._where_hint) from None
        return found.sort_by("item").select(selected)

    def views(self, *, splits: str | Sequence[str] | None = None, items: Sequence[int] | None = None) -> pa.Table:
        """The pictures in the order of their numbers, without bytes: view, item, column, hash, width, height.

        splits: only of items in these. items: only of these item numbers.
        """
        found = self._all_views
        if splits is not None:
            within = self._items.search().select(["item"])
            within = within.where(f"split IN ({', '.join(repr(name) for name in _checked(splits))})").to_arrow()
            found = found.filter(pa.array(np.isin(found["item"].to_numpy(), within["item"].to_numpy())))
        if items is not None:
            found = found.filter(pa.array(np.isin(found["item"].to_numpy(), np.asarray(items, np.int64))))
        return found

    def pictures(self, views: Sequence[int]) -> list[bytes]:
        """The encoded bytes of pictures by view number, in the order asked; a number may come twice.

        Raises InputError for a number that is not there.
        """
        return self.bytes_of(views, "picture")

    def bytes_of(self, views: Sequence[int], column: str) -> list[bytes]:
        """A column of bytes of the views table ("picture", "thumbnail"), as `pictures` gives them."""
        asked = np.asarray(views, np.int64)
        if not len(asked):
            return []
        numbers, order = self._view_places
        place = np.minimum(np.searchsorted(numbers, asked), max(len(numbers) - 1, 0))
        if not len(numbers) or not (numbers[place] == asked).all():
            missing = sorted(set(asked.tolist()) - set(numbers.tolist()))
            raise InputError(f"{self.path}: no view {missing[0]}")
        distinct, back = np.unique(order[place], return_inverse=True)  # Lance answers in the order it is stored
        taken = self._views.take_offsets(distinct.tolist()).select([column]).to_arrow()[column].to_pylist()
        return [taken[i] for i in back]

    def quarantine(self) -> pa.Table:
        """What could not be used: source, row, column, kind ("row" or "view"), reason, detail; in source order."""
        found = self.table(QUARANTINE).search().select(list(QUARANTINE_COLUMNS)).to_arrow()
        return found.sort_by([("source", "ascending"), ("row", "ascending")]).select(list(QUARANTINE_COLUMNS))

    @cached_property
    def _items(self) -> Table:
        return self.table(ITEMS)

    @cached_property
    def _views(self) -> Table:
        return self.table(VIEWS)

    @cached_property
    def _all_views(self) -> pa.Table:
        found = self._views.search().select(list(VIEW_COLUMNS)).to_arrow()
        return found.sort_by("view").select(list(VIEW_COLUMNS)).combine_chunks()

    @cached_property
    def _view_places(self) -> tuple[np.ndarray, np.ndarray]:
        """View numbers in order, and where in the table each lies; both int64 [n]."""
        stored = self._views.search().select(["view"]).to_arrow()["view"].to_numpy()
        order = np.argsort(stored, kind="stable")
        return stored[order], order

    @property
    def _names(self) -> list[str]:
        return list(dict.fromkeys([*(name for name in OURS if name != "texts"), *self.columns]))

    @property
    def _where_hint(self) -> str:
        return f"SQL as in: brand = 'Nike' and price < 50; columns: {', '.join(self._names)}"


def _checked(splits: str | Sequence[str]) -> list[str]:
    names = [splits] if isinstance(splits, str) else list(splits)
    for name in names:
        if name not in SPLITS:
            raise UsageError(f"no split {name!r}", hint=f"splits: {', '.join(SPLITS)}")
    return names


def _explained(error: Exception) -> str:
    """What a query engine says, without the places in its source."""
    line = str(error).splitlines()[0]
    if "convert to literal of type 'Utf8'" in line:
        return "a number is compared with a column that holds texts, as one does of which not every value is a number"
    return re.sub(r",? /\S+\.rs:.*", "", line)
