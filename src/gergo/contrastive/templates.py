"""Texts made of an item's columns: `{colour} {category} by {brand}`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gergo.catalogue.attribute_columns import attribute_columns, usable_columns, word_order
from gergo.catalogue.category_paths import in_words
from gergo.catalogue.filters import column_named
from gergo.catalogue.store import Catalogue
from gergo.catalogue.texts import normalise
from gergo.errors import UsageError

MOST_COLUMNS = 8
MOST_ROWS = 20_000  # looked at, to tell what a column holds

_FIELD = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Template:
    """A text with columns in braces.

    >>> Template.parse("{Colour} {kind}", ["colour", "kind"]).fill({"colour": " red ", "kind": "T-shirt"})
    'red T-shirt'
    """

    text: str
    columns: tuple[str, ...]

    @classmethod
    def parse(cls, text: str, columns: Sequence[str]) -> Template:
        """Column names are found whatever their case.

        Raises:
            UsageError: no column in braces, or one that the catalogue does not have.
        """
        asked = [name.strip() for name in _FIELD.findall(text)]
        if not asked:
            raise UsageError(f"the template {text!r} has no column in braces", hint="templates='{colour} {category}'")
        try:
            return cls(text, tuple(column_named(name, columns) for name in asked))
        except UsageError as error:
            raise UsageError(f"the template {text!r}: {error}", hint=error.hint) from None

    def fill(self, row: Mapping[str, Any]) -> str:
        """The text for one item; empty where one of its columns is: half a phrase teaches nothing."""
        values = [_said(row[name]) for name in self.columns]
        if not all(values):
            return ""
        left = iter(values)
        return normalise(_FIELD.sub(lambda _: next(left), self.text))


def attribute_templates(catalogue: Catalogue, splits: Sequence[str]) -> tuple[str, ...]:
    """What people ask for beside titles and categories: each attribute by itself, and each with the kind of thing.

    Titles seldom say what the columns know (the colour, the material, the department), and a model that is tuned on
    titles alone unlearns it. The columns are those that queries are composed of when a model is evaluated, and those
    that follow from the category; paths are judged in the words that `read_pairs` puts for them.
    """
    roles = catalogue.roles
    names = [name for name in catalogue.columns if name not in roles.images]
    values = {name: _some_values(catalogue, splits, name) for name in names}
    titles = values[roles.texts[0]] if roles.texts else []
    columns = {name: in_words(told) for name, told in values.items() if "{" not in name and "}" not in name}
    alone = [name for name in usable_columns(columns, never=roles.texts) if name != roles.category][:MOST_COLUMNS]
    chosen = attribute_columns(columns, lead=roles.category, never=roles.texts)
    pairs = [word_order([chosen[0], other], columns, titles) for other in chosen[1:]]
    return tuple(" ".join(f"{{{name}}}" for name in named) for named in [*([name] for name in alone), *pairs])


def _some_values(catalogue: Catalogue, splits: Sequence[str], column: str) -> list[str]:
    """The values of a column, of evenly spaced items where there are many; one column in memory at a time."""
    values = catalogue.items(splits=list(splits), columns=[column])[column]
    return [_said(value) for value in values.take(np.arange(0, len(values), 1 + len(values) // MOST_ROWS)).to_pylist()]


def _said(value: Any) -> str:
    return "" if value is None else normalise(str(value))
