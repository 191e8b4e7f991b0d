"""From raw rows to clean ones: texts normalised, pictures decoded once, ids made where there are none."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Collection, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import NamedTuple

from gergo.catalogue import texts
from gergo.catalogue.kinds import Plain, is_listing, plain
from gergo.catalogue.pictures import Picture, PictureError, PictureFolders, load, read, split
from gergo.catalogue.roles import ColumnMap
from gergo.catalogue.sources import RawRow

# Two threads do what two processes would: the decoders, the resizing and the hashes let go of the interpreter.
DECODERS = 2
AHEAD = 64  # rows being decoded at once: bounds memory when pictures are large


class Loss(NamedTuple):
    """A value that cannot be used. row: where it stands, if not in the item's own row."""

    column: str
    reason: str
    detail: str
    row: int | None = None


@dataclass
class CleanRow:
    """A row as it will be stored, before it has a number. more: the rows that show further pictures of its item.

    values: stored column -> value. pictures: (column, sha256 of the bytes as they came). Nothing usable remains when
    both texts and pictures are empty.
    """

    source: str
    row: int
    source_id: str
    values: dict[str, Plain]
    texts: list[tuple[str, str]]
    pictures: list[tuple[str, str]]
    lost: list[Loss] = field(default_factory=list)
    problem: Loss | None = None
    more: tuple[int, ...] = ()


class Shown(NamedTuple):
    """A cell that names a picture. row: None for the item's own. is_shared: another item tells of its loss."""

    row: int | None
    column: str
    value: object
    is_shared: bool = False


class Fetched(NamedTuple):
    """The bytes' sha256, and the picture unless those bytes are known already; or why there is none."""

    source_hash: str
    picture: Picture | None
    error: PictureError | None = None


def _fetch(value: object, root: PictureFolders, known: Collection[str]) -> Fetched:
    try:
        data = load(value, root)
        source_hash = hashlib.sha256(data).hexdigest()
        return Fetched(source_hash, None if source_hash in known else read(data))
    except PictureError as error:
        return Fetched("", None, error)


class Reader:
    """Cleans the rows of a source, decoding a few rows ahead.

    names: source column -> stored column. known: sha256 of picture bytes that need no decoding; may grow meanwhile.
    """

    def __init__(self, mapping: ColumnMap, names: dict[str, str], known: Collection[str]) -> None:
        self._roles, self._names, self._known = mapping.roles, names, known
        self._null_names = mapping.null_names

    def clean(self, rows: Iterator[RawRow]) -> Iterator[tuple[CleanRow, dict[str, Picture]]]:
        """Each row, in order, with the pictures that were decoded for it, by the sha256 of their bytes."""
        with ThreadPoolExecutor(DECODERS, thread_name_prefix="decode") as pool:
            waiting: deque[tuple[RawRow, list[tuple[Shown, Future[Fetched]]]]] = deque()
            try:
                for raw in rows:
                    waiting.append((raw, self._submit(raw, pool)))
                    if len(waiting) >= AHEAD:
                        yield self._assemble(*waiting.popleft())
                while waiting:
                    yield self._assemble(*waiting.popleft())
            finally:
                pool.shutdown(cancel_futures=True)

    def _submit(self, raw: RawRow, pool: ThreadPoolExecutor) -> list[tuple[Shown, Future[Fetched]]]:
        if raw.problem:
            return []
        places = [(row, column) for row in (raw, *raw.more) for column in self._roles.images]
        if raw.also:  # a column at a time, in the order of the product's rows
            rows = sorted((raw, *raw.more, *raw.also), key=lambda row: row.row)
            places = [(row, column) for column in self._roles.images for row in rows]
        shared = {row.row for row in raw.also}
        shown = [
            Shown(None if row is raw else row.row, column, value, row.row in shared)
            for row, column in places
            for value in split(row.shown.get(column, row.values.get(column)))
        ]
        return [(cell, pool.submit(_fetch, cell.value, raw.root, self._known)) for cell in shown]

    def _assemble(
        self, raw: RawRow, fetching: list[tuple[Shown, Future[Fetched]]]
    ) -> tuple[CleanRow, dict[str, Picture]]:
        row = CleanRow(raw.source, raw.row, "", {}, [], [], more=tuple(more.row for more in raw.more))
        if raw.problem:
            row.problem = Loss("", raw.problem, raw.detail)
            return row, {}
        decoded: dict[str, Picture] = {}
        identity: list[str] = []
        for cell, future in fetching:
            fetched, column = future.result(), self._names[cell.column]
            if cell.row is None:
                identity.append(cell.value if isinstance(cell.value, str) else fetched.source_hash)
            if fetched.error is not None and cell.is_shared:
                continue
            if fetched.error is not None:
                row.lost.append(Loss(column, fetched.error.reason, fetched.error.detail, cell.row))
                continue
            if any(fetched.source_hash == other for _, other in row.pictures):
                continue  # one picture, named as base, small and thumbnail, is one view
            row.pictures.append((column, fetched.source_hash))
            if fetched.picture is not None:
                decoded[fetched.source_hash] = fetched.picture
        self._read_texts(raw, row)
        row.values = {
            self._names[column]: _cell(value, column in self._roles.images) for column, value in raw.values.items()
        }
        row.source_id = self._source_id(raw, row, identity)
        if not row.texts and not row.pictures:
            row.problem = Loss("", "nothing_usable", "no text and no picture")
        return row, decoded

    def _read_texts(self, raw: RawRow, row: CleanRow) -> None:
        for column in self._roles.texts:
            value = raw.values.get(column)
            text = texts.normalise(value)
            if (
                column == self._roles.texts[0]
                and isinstance(value, str)
                and texts.is_null_name(value.strip())
                and value.strip().casefold() in self._null_names
            ):
                text = value.strip()
            if text:
                row.texts.append((self._names[column], text))
            elif plain(value) is not None:
                row.lost.append(Loss(self._names[column], "text_unusable", repr(value)[:80]))

    def _source_id(self, raw: RawRow, row: CleanRow, identity: list[str]) -> str:
        """The row's own id, else one made from what it shows: its texts and the paths or bytes of its pictures."""
        given = _written(raw.values.get(self._roles.id)) if self._roles.id else None
        if given is not None:
            return given
        digest = hashlib.sha256()
        for part in (*(texts.key(text) for _, text in row.texts), *identity):
            digest.update(part.encode("utf-8", "surrogatepass") + b"\0")
        return digest.hexdigest()[:16]


def _written(value: object) -> str | None:
    """An id as it is written: 7.0 is what a spreadsheet makes of 7."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    value = plain(value)
    return None if value is None else str(value).strip()


def _cell(value: object, is_picture: bool) -> Plain:
    """What the source's own column keeps of a cell; of pictures, where they lay."""
    if not is_picture:
        return plain(texts.normalise(value) if is_listing(value) else value)
    found = [part.get("path") if isinstance(part, dict) else part for part in split(value)]
    paths = [part for part in found if isinstance(part, str | int) and not str(part).startswith("data:")]
    return plain(paths[0] if len(paths) == 1 else paths)
