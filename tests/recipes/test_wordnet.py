"""WordNet is read as wndb(5) says."""

from __future__ import annotations

from pathlib import Path

import pytest
from recipes.wordnet import FOLDER, Entry, entries, parse, synsets

from gergo.errors import InputError

LINE = (
    "00003553 03 n 02 whole 0 unit 0 003 @ 00002684 n 0000 + 01462023 v 0204 ~ 00003993 n 0000 "
    '| an assemblage of parts; "how big is that part compared to the whole?"; "the team is a unit"  \n'
)


def test_a_line_is_taken_apart() -> None:
    synset = parse(LINE)
    assert synset.key == ("n", 3553)
    assert synset.field == 3
    assert synset.lemmas == ("whole", "unit")
    assert synset.hypernyms == (("n", 2684),)
    assert synset.gloss == "an assemblage of parts"
    assert synset.examples == ("how big is that part compared to the whole?", "the team is a unit")


def test_spaces_markers_and_hexadecimal_counts() -> None:
    words = " ".join(f"hex_key{number} 0" for number in range(10))
    assert len(parse(f"00000001 06 n 0a {words} 000 | a tool  \n").lemmas) == 10
    assert parse("00000001 00 s 01 afloat(p) 0 000 | borne on the water; floating  \n").lemmas == ("afloat",)
    # A satellite adjective is found under "a", as pointers call it; a semicolon does not end a gloss.
    assert parse("00000001 00 s 01 afloat(p) 0 000 | borne on the water; floating  \n").key == ("a", 1)
    assert parse("00000001 00 s 01 afloat(p) 0 000 | borne on the water; floating  \n").gloss == (
        "borne on the water; floating"
    )


def test_the_licence_is_skipped_and_every_word_of_a_meaning_comes(tmp_path: Path) -> None:
    (tmp_path / "data.noun").write_text("  1 This software and database is being provided\n" + LINE, "utf-8")
    examples = ("how big is that part compared to the whole?", "the team is a unit")
    found = list(entries(tmp_path, parts=("noun",)))
    assert found == [
        Entry("whole", "an assemblage of parts", examples),
        Entry("unit", "an assemblage of parts", examples),
    ]


def test_a_missing_installation_names_the_package(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="WordNet is not installed") as error:
        next(synsets(tmp_path))
    assert "wordnet-base" in error.value.hint


@pytest.mark.skipif(not FOLDER.is_dir(), reason="Debian's wordnet-base is not installed")
def test_the_whole_of_debians_wordnet() -> None:
    found = list(entries())
    assert 200_000 < len(found) < 215_000
    assert all(entry.lemma and entry.gloss and "_" not in entry.lemma for entry in found)
    glosses = {entry.gloss for entry in found if entry.lemma == "sneaker"}
    assert "a canvas shoe with a pliable rubber sole" in glosses
