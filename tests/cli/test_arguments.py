"""Lists and settings as they are written on a command line."""

from __future__ import annotations

import json

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


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), st.integers() | st.booleans() | st.none()))
def test_settings_come_back_typed(settings: dict[str, object]) -> None:
    assert parse_settings(f"{key}={json.dumps(value)}" for key, value in settings.items()) == settings


def test_what_is_not_json_is_text() -> None:
    parsed = parse_settings(["schedule=cosine", "path=a=b", "empty=", "lr=1e-4"])
    assert parsed == {"schedule": "cosine", "path": "a=b", "empty": "", "lr": 1e-4}


@pytest.mark.parametrize("word", ["epochs", "=3", "two words=3", "1=2"])
def test_what_is_no_setting_is_refused(word: str) -> None:
    with pytest.raises(UsageError, match="is not a setting"):
        parse_settings([word])
