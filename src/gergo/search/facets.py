"""Which values a column has, and how many items have each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from gergo.search.words import fold

Facets = dict[str, list[tuple[Any, int]]]


def count(column: pa.ChunkedArray, limit: int) -> list[tuple[Any, int]]:
    """The `limit` most frequent values and their counts, equal ones in the order of their writing; nulls count nowhere.

    >>> count(pa.chunked_array([["b", "a", None, "b", "c"]]), limit=2)
    [('b', 2), ('a', 1)]
    """
    found = column.drop_null().value_counts()
    pairs = [(pair["values"], pair["counts"]) for pair in found.to_pylist()]
    return sorted(pairs, key=lambda pair: (-pair[1], str(pair[0])))[:limit]


def once_a_group(table: pa.Table, name: str) -> pa.ChunkedArray:
    """The values of a column, each once for every group (column `group`) that has it.

    >>> once_a_group(pa.table({"group": ["x", "x", "x", "y"], "size": ["S", "S", "M", "S"]}), "size").to_pylist()
    ['S', 'M', 'S']
    """
    return (
        pa.table([table["group"], table[name]], ["group", "value"]).group_by(["group", "value"]).aggregate([])["value"]
    )


def written_otherwise(table: pa.Table, compared: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Column -> its values that are the one it was compared with but for capitals and accents.

    >>> written_otherwise(pa.table({"brand": ["Müller", "Nike"]}), [("brand", "MULLER"), ("brand", "Nike")])
    {'brand': ['Müller']}
    """
    found = {}
    for name, value in compared:
        values = [known for known in table[name].unique().to_pylist() if isinstance(known, str)]
        alike = sorted(known for known in values if fold(known) == fold(value))
        if alike and value not in alike:
            found[name] = alike
    return found
