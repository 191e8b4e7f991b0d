"""Filters of a request, made into the SQL that a catalogue reads.

A client sends columns, operators and values, never SQL: columns are looked up, operators come from a list, values are
written as literals. Nothing else can come of a request, whatever its strings hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gergo.catalogue.kinds import Kind
from gergo.serving.failures import Refusal
from gergo.serving.schemas import Filter

COMPARISONS = {"eq": "=", "ne": "<>", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}


def compile_filters(filters: Sequence[Filter], kinds: Mapping[str, Kind]) -> str | None:
    """The condition that all of `filters` hold; None without any.

    >>> price = Filter(column="price", op="lt", value=50)
    >>> compile_filters([price, Filter(column="brand", op="in", value=["Nike", "L'Oréal"])],
    ...                 {"price": "float", "brand": "string"})
    "(`price` < 50) AND (`brand` IN ('Nike', 'L''Oréal'))"

    Raises Refusal for an unknown column, or a value that the column's kind cannot be compared with.
    """
    return " AND ".join(f"({_condition(one, kinds)})" for one in filters) or None


def _condition(one: Filter, kinds: Mapping[str, Kind]) -> str:
    if one.column not in kinds:
        names = ", ".join(kinds)
        raise Refusal(422, "unknown_column", f"there is no column {one.column!r}", hint=f"columns: {names}"[:400])
    kind, column = kinds[one.column], f"`{one.column}`"
    if one.op in ("is_null", "not_null"):
        return f"{column} IS {'NOT ' if one.op == 'not_null' else ''}NULL"
    values = one.value if isinstance(one.value, list) else [one.value]
    if kind == "int" and any(isinstance(value, float) for value in values):
        column = f"CAST({column} AS double)"
    if one.op == "in":
        return (
            f"{column} IN ({', '.join(_literal(value, one.column, kind) for value in values)})" if values else "false"
        )
    if isinstance(one.value, list):
        raise _mismatch(one.column, kind, "a list; op `in` takes one")
    if one.op == "contains":
        if kind != "string" or not isinstance(one.value, str):
            raise _mismatch(one.column, kind, "something to look for inside; only text has an inside")
        return f"contains(lower({column}), {_literal(one.value.lower(), one.column, kind)})"
    return f"{column} {COMPARISONS[one.op]} {_literal(one.value, one.column, kind)}"


def _literal(value: Any, column: str, kind: Kind) -> str:
    if kind == "bool" and isinstance(value, bool):
        return str(value).lower()
    if kind in ("int", "float") and isinstance(value, int | float) and not isinstance(value, bool):
        return repr(value)
    if kind == "string" and isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    raise _mismatch(column, kind, repr(value)[:60])


def _mismatch(column: str, kind: Kind, found: str) -> Refusal:
    return Refusal(422, "wrong_kind", f"{column} holds {kind} values and cannot be compared with {found}")
