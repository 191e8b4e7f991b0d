"""Which words of a catalogue are searched as full text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pyarrow as pa

from gergo.catalogue.store import Catalogue
from gergo.search.fulltext import FullText

_AT_ONCE = 4096
_SHORTEST_CODE = 5  # digits of a number that may be a code: an article number or EAN, no price and no year
_DISTINCT = 0.5  # share of a column's values; of a number that variants share, two or more, at most half are
_PLACE = re.compile(r"^\S*://|^www\.|^\S+\.(?:jpe?g|png|webp|gif|html?)$", re.I)


def full_text(catalogue: Catalogue) -> FullText:
    """The words of every item: its texts (the title twice: it says what the item is), its id, and what its columns say.

    Left out are pictures' paths, addresses, and numbers that are too short to be a code.
    """
    roles = catalogue.roles
    others = [name for name in catalogue.columns if name not in (*roles.images, *roles.texts, "id")]
    table = catalogue.items(columns=others)
    names = table[roles.brand].unique().to_pylist() if roles.brand else []
    brands = [str(name) for name in names if name]
    return FullText(
        table["item"].to_numpy(), _documents(table, others), brands, _written(table), _numbers(table, others)
    )


def _numbers(table: pa.Table, others: list[str]) -> Iterator[Iterable[str]]:
    """The ids, and article numbers: of columns whose values are mostly distinct, those with a digit."""
    yield table["id"].to_pylist()
    for name in others:
        there = table[name].drop_null()
        if not (pa.types.is_string(there.type) or pa.types.is_integer(there.type)):
            continue
        if len(there) and len(there.unique()) > _DISTINCT * len(there):
            said = map(_said, table[name].to_pylist())
            yield (number if any(map(str.isdigit, number)) else "" for number in said)


def _documents(table: pa.Table, others: list[str]) -> Iterator[list[str]]:
    for batch in table.to_batches(max_chunksize=_AT_ONCE):
        ids = batch.column("id").to_pylist()
        columns = [batch.column(name).to_pylist() for name in others]
        for i, written in enumerate(_written(batch)):
            yield [*written[:1], *written, ids[i], *(said for column in columns if (said := _said(column[i])))]


def _written(table: pa.Table | pa.RecordBatch) -> Iterator[list[str]]:
    """The texts of each item, as an import has normalised them."""
    for start in range(0, len(table), _AT_ONCE):
        for texts in table.slice(start, _AT_ONCE)["texts"].to_pylist():
            yield [text["text"] for text in texts or []]


def _said(value: object) -> str:
    if isinstance(value, str):
        return "" if _PLACE.match(value) else value
    if isinstance(value, int) and not isinstance(value, bool) and len(str(abs(value))) >= _SHORTEST_CODE:
        return str(value)
    return ""
