"""Which columns hold attributes that people search by, found from what the columns hold, not from their names.

An attribute is short text of few values that repeat and are spread evenly: colours, materials, kinds; not ids, prices,
dates, flags, file names or prose. One column leads: the kind of thing, which every query names. Of the others, those
are kept that say something the columns before them do not: a department that follows from the kind adds no word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import log

import numpy as np

from gergo.catalogue import texts
from gergo.catalogue.column_profiles import profile
from gergo.catalogue.options import columns_of_options

MOST_COLUMNS = 5
PROVENANCE = frozenset({"evidence", "page"})  # what `gergo gather` writes of where a row is from: no words of the trade
FILLED = 0.5  # of the items that have a value: fewer, and a missing word says nothing about the item
EVENNESS = 0.3
LONGEST_WORDS = 4.0
NEW_INFORMATION = 0.3


def attribute_columns(columns: Mapping[str, Sequence[str]], *, lead: str | None, never: Sequence[str]) -> list[str]:
    """The columns to compose queries of, the leading one first; empty where nothing can lead.

    columns: column -> normalised text of each item, "" where it has none. lead: the catalogue's category column, if it
    has one. never: columns that are texts of the product.

    A kind, a colour, a department that follows from the kind, an id, a price and a sentence:

    >>> kinds = ["shirt", "shoe", "shirt", "shoe", "bag", "bag"] * 4
    >>> table = {"c1": kinds, "c2": ["red", "red", "blue", "blue", "red", "blue"] * 4}
    >>> table["c3"] = ["feet" if kind == "shoe" else "body" for kind in kinds]
    >>> table |= {"c4": [f"A{n}" for n in range(24)], "c5": ["9.99"] * 24}
    >>> table["c6"] = [f"Item {n} of our own" for n in range(24)]
    >>> attribute_columns(table, lead=None, never=[])
    ['c1', 'c2']
    """
    usable = usable_columns(columns, never=never)
    if lead is None or lead not in columns or not any(columns[lead]):
        lead = max(usable, key=lambda name: entropy(columns[name]), default=None)
    if lead is None:
        return []
    chosen = [lead]
    for name in (one for one in usable if one != lead):
        if len(chosen) < MOST_COLUMNS and all(_says_more(columns[name], columns[before]) for before in chosen):
            chosen.append(name)
    return chosen


def usable_columns(columns: Mapping[str, Sequence[str]], *, never: Sequence[str]) -> list[str]:
    """The columns that hold attributes, those that follow from one another as well; the most even first.

    Where a gathered row is from is none, nor are names of options and values of options of whatever name.

    >>> table = {"kind": ["hat", "bag", "hat"] * 6, "price": ["1.50", "2.20"] * 9, "size": ["small", "large"] * 9}
    >>> usable_columns(table, never=[])
    ['size', 'kind']
    """
    none = PROVENANCE.union(never, columns_of_options(columns))
    found = [name for name, values in columns.items() if name not in none and _is_attribute(name, values)]
    return sorted(found, key=lambda name: -_evenness(columns[name]))


def word_order(columns: Sequence[str], values: Mapping[str, Sequence[str]], titles: Sequence[str]) -> list[str]:
    """The columns in the order in which the shop's own titles name them; those never named stand before the lead.

    columns: the leading one first. A value is found in a title by its first word, endings aside ("Shirts", "shirt").

    >>> word_order(["kind", "colour"], {"kind": ["Shirts"], "colour": ["Red"]}, ["Acme red cotton shirt"])
    ['colour', 'kind']
    >>> word_order(["kind", "colour"], {"kind": ["Camicia"], "colour": ["Rosso"]}, ["Camicia Acme rossa"])
    ['kind', 'colour']
    """
    split = [texts.key(title).split() for title in titles]
    place = {}
    for name in columns:
        found = [_place(value, title) for value, title in zip(values[name], split, strict=True) if value and title]
        found = [at for at in found if at is not None]
        place[name] = float(np.mean(found)) if found else None
    lead = place[columns[0]]
    before_lead = (1.0 if lead is None else lead) - 1e-6
    order = {name: (before_lead if at is None else at) for name, at in place.items()}
    order[columns[0]] = 1.0 if lead is None else lead
    return sorted(columns, key=lambda name: order[name])


def entropy(values: Sequence[str]) -> float:
    """Of the values that are not empty, in nats."""
    counts = np.array(list(Counter(value for value in values if value).values()), float)
    share = counts / counts.sum() if len(counts) else counts
    return float(-(share * np.log(share)).sum())


def _is_attribute(name: str, values: Sequence[str]) -> bool:
    filled = [value for value in values if value]
    if len(filled) < FILLED * len(values):
        return False
    found = profile(name, filled)
    several = len(found.labels()) >= 2
    return found.is_label and several and found.words <= LONGEST_WORDS and found.evenness() >= EVENNESS


def _evenness(values: Sequence[str]) -> float:
    distinct = len({value for value in values if value})
    return entropy(values) / log(distinct) if distinct > 1 else 0.0


def _says_more(values: Sequence[str], known: Sequence[str]) -> bool:
    """Does a column leave something open once another is known, and the other way round."""
    both = [(a, b) for a, b in zip(values, known, strict=True) if a and b]
    if not both:
        return False
    ours, theirs = entropy([a for a, _ in both]), entropy([b for _, b in both])
    joint = entropy([f"{a}\x00{b}" for a, b in both])
    return joint - theirs >= NEW_INFORMATION * ours and joint - ours >= NEW_INFORMATION * theirs


def _place(value: str, title: list[str]) -> float | None:
    """Where in a title a value stands, from 0 (first word) to 1 (last)."""
    word = texts.key(value).split()[0]
    stem = word[: max(3, len(word) - 2)]
    at = next((i for i, other in enumerate(title) if other.startswith(stem) and len(other) <= len(word) + 2), None)
    return None if at is None else at / max(1, len(title) - 1)
