"""What an item is called where its title is none."""

from __future__ import annotations

import doctest

from gergo.catalogue import naming
from gergo.catalogue.naming import name_of
from gergo.catalogue.roles import Roles


def test_examples() -> None:
    outcome = doctest.testmod(naming)
    assert outcome.attempted > 0
    assert outcome.failed == 0


def test_a_name_is_shown_as_it_is_written() -> None:
    roles = Roles(texts=("title", "description"))
    assert name_of({"title": "  Käse &amp; Brot", "description": "x"}, roles, "7") == "  Käse &amp; Brot"
    assert name_of({"title": None, "description": "k.A."}, roles, "7") == "7"
    assert name_of({}, Roles(), "7") == "7"
