"""Texts of the trade in Italian, as `gergo translate` writes them: what the text tower reads beside the English ones.

    python -m recipes.italian "a red wool jumper" "hiking boots"

Apertium (Forcada et al., 2011) knows some words and not others. A text of which too many words come back as they went
in is not Italian, and is left out; names and sizes may stay.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from gergo.catalogue.texts import key
from gergo.language.engines import Request, load_engine
from gergo.progress import bar

BATCH = 2000
MOST_UNCHANGED = 0.34  # of a text's words

_WORD = re.compile(r"[^\W\d_]{3,}")


def unchanged(english: str, italian: str) -> float:
    """The share of a text's words, of three letters or more, that its translation has too.

    >>> unchanged("red wool jumper", "maglione di lana rosso"), unchanged("a laminator", "una laminator")
    (0.0, 1.0)
    """
    words, there = _WORD.findall(english.lower()), set(_WORD.findall(italian.lower()))
    return sum(word in there for word in words) / len(words) if words else 1.0


def translations(texts: Sequence[str], cached: Path) -> dict[str, str]:
    """English -> Italian, of those that could be translated; what is in the file is not translated again."""
    known: dict[str, str] = json.loads(cached.read_text("utf-8")) if cached.is_file() else {}
    missing = [text for text in dict.fromkeys(texts) if text not in known]
    engine = load_engine("apertium", source="en", to="it")
    with bar("to Italian", len(missing), "texts") as shown:
        for start in range(0, len(missing), BATCH):
            part = missing[start : start + BATCH]
            replies = engine.translate([Request(text, ()) for text in part])
            known |= {text: reply.text for text, reply in zip(part, replies, strict=True)}
            shown.advance(len(part))
    if missing:
        cached.with_suffix(".part").write_text(json.dumps(known, ensure_ascii=False), "utf-8")
        cached.with_suffix(".part").replace(cached)
    wanted = dict.fromkeys(texts)
    return {
        english: known[english]
        for english in wanted
        if key(known[english]) != key(english) and unchanged(english, known[english]) <= MOST_UNCHANGED
    }


def main() -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        for english, italian in translations(sys.argv[1:], Path(folder) / "italian.json").items():
            print(f"{english}\t{italian}")


if __name__ == "__main__":
    main()
