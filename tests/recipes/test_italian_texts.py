"""The Italian that the base's text tower is taught."""

from __future__ import annotations

import json
from pathlib import Path

from recipes.italian import translations, unchanged
from tests.language.conftest import needs_apertium


def test_what_comes_back_as_it_went_in_is_counted() -> None:
    assert unchanged("red wool jumper", "maglione di lana rosso") == 0
    assert unchanged("Tindale hiking boots", "Tindale stivali da escursionismo") == 1 / 3
    assert unchanged("M8", "M8") == 1


@needs_apertium
def test_only_what_became_italian_is_taken_and_nothing_is_translated_twice(tmp_path: Path) -> None:
    cached = tmp_path / "italian.json"
    found = translations(["fresh apples", "zzyx qwrt"], cached)
    assert list(found) == ["fresh apples"]
    assert "mele" in found["fresh apples"]
    known = json.loads(cached.read_text("utf-8"))
    cached.write_text(json.dumps(known | {"fresh apples": "pere fresche"}), "utf-8")
    assert translations(["fresh apples"], cached) == {"fresh apples": "pere fresche"}
