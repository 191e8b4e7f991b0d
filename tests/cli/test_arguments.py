"""Lists and settings as they are written on a command line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gergo.cli.arguments import parse_settings, split_commas
from gergo.errors import UsageError

NAMES = st.text(st.characters(exclude_characters='",', exclude_categories=["C", "Z"]), min_size=1)


@given(st.lists(NAMES, min_size=1))
def test_names_joined_by_commas_come_back(names: list[str]) -> None:
    assert split_commas([", ".join(names)]) == names
    assert split_commas(names) == names


def test_a_quoted_name_keeps_its_comma() -> None:
    assert split_commas(['Nike,"Dolce, Gabbana", Puma', ""]) == ["Nike", "Dolce, Gabbana", "Puma"]


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), st.text()))
def test_settings_come_back(settings: dict[str, str]) -> None:
    assert parse_settings(f"{key}={value}" for key, value in settings.items()) == settings


@pytest.mark.parametrize("word", ["epochs", "=3", "two words=3", "1=2"])
def test_what_is_no_setting_is_refused(word: str) -> None:
    with pytest.raises(UsageError, match="is not a setting"):
        parse_settings([word])
