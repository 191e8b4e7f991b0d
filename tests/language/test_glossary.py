from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gergo.errors import InputError
from gergo.language.glossary import Entry, Glossary, abbreviates, is_abbreviation, names_of


def written(tmp_path: Path, text: str, name: str = "words.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table_is_read_with_its_columns(tmp_path: Path) -> None:
    path = written(tmp_path, "source,target,pos,gender\nlatent space,,noun,m\nwasher,rondella,n,f\n")
    one, other = Glossary.of(path).entries
    assert (one.source, one.kept, one.gender, one.row) == ("latent space", True, "m", 2)
    assert (other.target, other.kept, other.pos, other.row) == ("rondella", False, "noun", 3)


def test_a_plain_list_is_read_and_abbreviations_know_their_long_form(tmp_path: Path) -> None:
    glossary = Glossary.of(
        written(tmp_path, "# words\nML (Machine Learning)\nHyper Text (HT)\nspace (two words)\n", "w.txt")
    )
    assert [entry.names[:2] for entry in glossary.entries] == [
        ("ML", "Machine Learning"), ("Hyper Text", "HT"), ("space (two words)",),
    ]  # fmt: skip


def test_a_target_equal_to_its_source_means_keep() -> None:
    assert Glossary.of({"Gore-Tex": "Gore-Tex"}).entries[0].kept


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("term,target\nx,y\n", "row 1: no column is named 'source'"),
        ("source,colour\nx,y\n", "unknown column 'colour'"),
        ("source,gender\nnut,neuter\n", "row 2: gender is 'neuter'"),
        (
            "source,target\nnut,dado\nbolt,bullone\nNuts,\nnut,noce\n",
            "row 5: 'nut' has target 'noce', row 2 says 'dado'",
        ),
        ("source,target\n,dado\n", "row 2: the source is empty"),
        ("source,target\nnut,dado,extra\n", "row 2: 3 cells"),
        ("source,policy\nnut,gloss\n", "row 2: a gloss needs a target"),
        ("", "the glossary is empty"),
    ],
)
def test_what_is_wrong_is_named_with_its_row(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError) as error:
        Glossary.of(written(tmp_path, text))
    assert said in str(error.value)
    assert error.value.hint


def test_another_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "g.csv"
    path.write_bytes("source\nnut\ncaffè\n".encode("latin-1"))
    with pytest.raises(InputError, match="line 3: byte 0xe8 is not UTF-8"):
        Glossary.of(path)


def test_a_repeated_row_is_a_warning() -> None:
    glossary = Glossary.of(["OCR", "OCR (Optical Character Recognition)"])
    assert len(glossary.entries) == 1
    assert "repeats" in glossary.warnings[0]


def test_a_users_row_beats_a_proposal_and_the_table_reads_back(tmp_path: Path) -> None:
    mine = Glossary.of({"washer": "rondella"})
    merged = mine.merged([Entry("Washer", note="proposed"), Entry("hex bolt", aliases=("hex bolt",))])
    assert [(e.source, e.target) for e in merged.entries] == [("washer", "rondella"), ("hex bolt", "")]
    again = Glossary.of(written(tmp_path, merged.to_csv()))
    assert [(e.source, e.target) for e in again.entries] == [(e.source, e.target) for e in merged.entries]


@given(st.lists(st.text("abc,\"' -()", min_size=1).filter(str.strip), min_size=1, max_size=5, unique=True))
def test_any_terms_survive_being_written_and_read(names: list[str]) -> None:
    try:
        glossary = Glossary.of(names)
    except InputError:
        return
    import csv

    cells = [row[0] for row in csv.reader(glossary.to_csv().splitlines())][1:]
    assert [names_of(cell)[0] for cell in cells] == [entry.source for entry in glossary.entries]


def test_abbreviations() -> None:
    assert abbreviates("CLIP", "Contrastive Language-Image Pre-training")
    assert not abbreviates("CLIP", "Optical Character Recognition")
    assert [is_abbreviation(w) for w in ("OCR", "GPT-4", "Ocr", "a", "M8")] == [True, True, False, False, True]
