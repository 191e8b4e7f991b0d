"""What columns are called within their objects: text_fields_name is the name in text_fields.

Read where no whole name says which column is the title, the description, the brand or the category. Prefixes are those
that several columns have; a supplier_name may be one too, so titles are of the object that tells products best apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from gergo.catalogue.column_names import NameHint, hint, words_of
from gergo.catalogue.column_profiles import Profile

_ROLES = ("title", "description", "brand", "category")
_LEAST_DISTINCTNESS = 0.3  # of a title


class _Inner(NamedTuple):
    """The words of an object, and what the name within it says."""

    of: tuple[str, ...]
    name: NameHint


def inner_names(profiles: Mapping[str, Profile], names: Mapping[str, NameHint]) -> dict[str, NameHint]:
    """Column -> its name within its object, of those among `profiles` that say what no whole name says."""
    words = {column: tuple(words_of(column)) for column in profiles}
    prefixes = Counter(written[:n] for written in words.values() for n in range(1, len(written)))
    found: dict[str, NameHint] = {}
    for role in _ROLES:
        if any(role in names[column].roles for column in profiles):
            continue
        inner = {
            column: said
            for column, written in words.items()
            if not names[column].roles and column not in found and (said := _said(written, prefixes, role))
        }
        if role == "title":
            inner = _of_one_object(inner, profiles)
        found |= {column: said.name for column, said in inner.items()}
    return found


def _said(words: tuple[str, ...], prefixes: Counter[tuple[str, ...]], role: str) -> _Inner | None:
    for n in range(1, len(words)):
        if prefixes[words[:n]] > 1 and role in (name := hint(" ".join(words[n:]))).roles:
            return _Inner(words[:n], name)
    return None


def _of_one_object(titles: Mapping[str, _Inner], profiles: Mapping[str, Profile]) -> dict[str, _Inner]:
    told = {c: p.distinct for c in titles if (p := profiles[c]).is_text and p.distinctness > _LEAST_DISTINCTNESS}
    best = max(told, key=told.__getitem__, default="")
    return {column: titles[column] for column in told if titles[column].of == titles[best].of}
