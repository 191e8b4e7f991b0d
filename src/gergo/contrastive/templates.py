"""Texts made of an item's columns: `{colour} {category} by {brand}`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gergo.catalogue.filters import column_named
from gergo.catalogue.texts import normalise
from gergo.errors import UsageError

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
        values = [normalise(str(row[name])) if row[name] is not None else "" for name in self.columns]
        if not all(values):
            return ""
        left = iter(values)
        return normalise(_FIELD.sub(lambda _: next(left), self.text))
