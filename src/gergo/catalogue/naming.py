"""What people call an item."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gergo.catalogue.roles import Roles
from gergo.catalogue.texts import normalise


def name_of(row: Mapping[str, Any], roles: Roles, id_: str) -> str:
    """The item's first text as it is written, the title if that is usable; its id where none is ("N/A", "-").

    >>> name_of({"title": "N/A", "description": "A red shirt"}, Roles(texts=("title", "description")), "p7")
    'A red shirt'
    >>> name_of({"title": "-"}, Roles(texts=("title",)), "p7")
    'p7'
    """
    return next((str(row[name]) for name in roles.texts if normalise(row.get(name))), id_)
