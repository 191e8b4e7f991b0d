from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gergo.errors import InputError
from gergo.language.terms import terms, weirdness

TEXT = """The latent space of a Variational Auto-Encoder (VAE) is smooth. We fine-tune the VAE on shelf photographs, and
a zero-shot classifier reads its latent space. Latent spaces of this kind help a lot. People like them very much, and
the weather was nice. PyTorch runs the zero-shot classifier."""


def test_the_domains_own_words_come_first_with_their_evidence() -> None:
    found = terms(TEXT)
    names = [t.source for t in found]
    assert {"VAE", "latent space", "zero-shot classifier", "PyTorch", "fine-tune"} <= set(names)
    assert not {"people", "weather", "lot", "kind"} & {n.casefold() for n in names[:5]}
    vae = next(t for t in found if t.source == "VAE")
    assert (vae.alias, vae.pos) == ("Variational Auto-Encoder", "name")
    space = next(t for t in found if t.source == "latent space")
    assert space.count == 3
    assert "latent space" in space.example
    assert [t.score for t in found] == sorted((t.score for t in found), reverse=True)


def test_an_abbreviation_before_its_long_form_is_a_pair_too() -> None:
    assert any(t.source == "OCR" and t.alias == "Optical Character Recognition" for t in terms(
        "We run OCR (Optical Character Recognition) on it."
    ))  # fmt: skip


def test_a_column_gives_brands_and_model_codes() -> None:
    found = terms(["Nike Air runner AX-200", "Puma runner AX-200 red"], brands=["Nike", "Puma"])
    by_name = {t.source: t.pos for t in found}
    assert by_name["Nike"] == by_name["Puma"] == "name"
    assert by_name["AX-200"] == "number"


def test_an_example_stands_as_in_the_text() -> None:
    rail = terms("The towel rail measures 12 × 40 cm. A towel rail | see https://shop.example/rails.")[0]
    assert "12 × 40 cm" in rail.example


def test_proposals_become_a_glossarys_rows() -> None:
    entry = next(t for t in terms(TEXT) if t.source == "VAE").entry()
    assert entry.names[:2] == ("VAE", "Variational Auto-Encoder")
    assert entry.note.startswith("proposed: ")


def test_a_compound_is_rarer_than_its_parts() -> None:
    assert weirdness("zero-shot") > weirdness("dataset") > weirdness("picture") >= 0


def test_nothing_is_refused() -> None:
    with pytest.raises(InputError):
        terms("  ")
    with pytest.raises(InputError):
        terms([" ", ""])


@settings(deadline=None)  # the first text in no English reads the words of forty languages
@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    try:
        found = terms(text)
    except InputError:
        return
    assert all(t.count >= 1 and t.score > 0 for t in found)


GERMAN = ["Ein roter Apfel", "Eine Schraube aus Messing", "Ein Hut mit breiter Krempe", "Eine Amsel", "Ein Igel"]


def test_a_text_in_another_language_is_said_to_be_and_weighed_by_it(capsys: pytest.CaptureFixture[str]) -> None:
    names = [t.source.casefold() for t in terms(GERMAN * 4)]
    assert "reads as another language (de)" in capsys.readouterr().err
    assert not {"ein", "eine", "mit", "aus"} & set(names)
    assert any("krempe" in name for name in names)


def test_english_is_taken_for_english_whatever_its_trade(capsys: pytest.CaptureFixture[str]) -> None:
    shop = ["Nike Men White Shorts", "Puma Women Navy Kurta", "M8 hex bolt DIN 933 zinc"]
    for text in (TEXT, shop * 4, ["Fjällräven Kånken"]):
        terms(text)
    assert capsys.readouterr().err == ""
