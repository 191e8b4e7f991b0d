from __future__ import annotations

import re
from pathlib import Path

import pytest

from gergo.errors import GergoError, UsageError
from gergo.language.engines import Item, Request, modes
from gergo.language.engines.apertium import Apertium
from gergo.language.engines.stream import number_of, token
from gergo.language.glossary import Glossary
from gergo.language.translating import translate

from .conftest import SOURCE, TERMS, needs_apertium


@needs_apertium
def test_terms_and_opaque_spans_survive_and_articles_agree() -> None:
    done = translate(SOURCE, glossary=TERMS)
    assert done.report.recall == 1.0
    assert done.report.faults == ()
    assert done.text.count("\n\n") == 2
    for span in ("400", "[1]", "https://example.org/a", "{name}"):
        assert span in done.text


@needs_apertium
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The encoder is fast.", "L'encoder è veloce."),
        ("We use the same latent space.", "Utilizziamo lo stesso latent space."),
        ("A shared latent space is useful.", "Un latent space condiviso è utile."),
        ("These neural networks are large.", "Queste neural networks sono grandi."),
        ("A red shirt is in the catalogue.", "Una camicia rossa è nel catalogo."),
    ],
)
def test_the_sentence_agrees_with_the_kept_word(text: str, expected: str) -> None:
    assert translate(text, glossary=["encoder", "latent space", "neural network"]).text == expected


@needs_apertium
def test_a_kept_verb_becomes_a_noun_that_italian_can_carry() -> None:
    assert "fare il fine-tune dei modelli" in translate("We want to fine-tune the models.", glossary=["fine-tune"]).text


@needs_apertium
def test_a_translated_term_takes_its_gender_and_number_into_the_sentence() -> None:
    done = translate("The new washers are red.", glossary={"washer": "rondella"})
    assert done.text == "Le rondelle nuove sono rosse."
    assert done.report.recall == 1.0


@needs_apertium
def test_a_gloss_stands_at_the_first_use_only(tmp_path: Path) -> None:
    path = tmp_path / "g.csv"
    path.write_text("source,target,policy\nlatent space,spazio latente,gloss\n")
    text = translate("The latent space is new. The latent space is large.", glossary=path).text
    assert text.count("latent space (spazio latente)") == 1
    assert text.count("latent space") == 2


@needs_apertium
def test_markup_stays_around_its_words() -> None:
    text = "# The **latent space**\n\nA [red shirt](http://x.org) is *very useful* for `code` users.\n"
    done = translate(text, kind="markdown", glossary=["latent space"])
    assert done.text == (
        "# Il **latent space**\n\nUna [camicia rossa](http://x.org) è *molto utile* per utenti `code`.\n"
    )
    html = translate("<p>The <b>red shirt</b> &amp; co.</p>", kind="html").text
    assert "<b>camicia rossa</b>" in html


@needs_apertium
def test_signs_that_mean_something_to_apertium_come_through() -> None:
    text = translate("It costs ^5 / 6$ \\ @ # * ~ {x} [y] <z> and more.").text
    for sign in ("^", "$", "\\", "@", "#", "*", "~", "{x}", "<z>"):
        assert sign in text
    assert not re.search(r"xq[a-p]+q|prpers", text)


@needs_apertium
def test_a_batch_is_what_its_texts_are_alone() -> None:
    engine = Apertium("en", "it")
    texts = ["The encoder is fast.", "Our shop is open.", "A red shirt."]
    requests = [Request(t, (Item(4, 11, "encoder", pos="noun", entry=0),) if "encoder" in t else ()) for t in texts]
    together = [r.text for r in engine.translate(requests)]
    assert together == [engine.translate([r])[0].text for r in requests]


@needs_apertium
def test_other_languages_are_reached_by_their_pairs_or_refused_with_what_there_is() -> None:
    assert [p.name for p in modes.chain("en", "it")] == ["eng-cat", "cat-ita"]
    done = translate("The latent space is large.", to="ca", glossary=["latent space"])
    assert "latent space" in done.text
    with pytest.raises(UsageError, match=r"from 'en' they reach cat, ita") as error:
        Apertium("en", "ja")
    assert "apt-get install" in error.value.hint


def test_without_apertium_the_hint_installs_it(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="apertium' is not installed") as error:
        modes.chain("en", "it", modes=tmp_path / "none")
    assert "apt-get install apertium" in error.value.hint


def test_a_stage_that_fails_is_told() -> None:
    with pytest.raises(GergoError, match="apertium failed: no such thing"):
        modes.run(("cat", "sh -c 'echo no such thing >&2; exit 3'"), "x")


def test_tokens_are_letters_and_come_back() -> None:
    assert [number_of(token(n)) for n in (0, 17, 4096)] == [0, 17, 4096]
    assert token(4096).isalpha()
    assert number_of("Xqbbq") == 17
    assert number_of("word") is None


@needs_apertium
@pytest.mark.parametrize("odd", ["xqaq", "Xqbbq", "xqaq-xqbq", "a\0b", "\x1bwood", "]xqaq[", "\0" + "7"])
def test_what_looks_like_the_engines_own_marks_is_only_text(odd: str) -> None:
    done = translate(f"The red shirt has {odd} buttons.", to="it")
    assert "camicia rossa" in done.text
    assert all(part in done.text for part in re.findall(r"[Xx]q\w+", odd))


@needs_apertium
@pytest.mark.real
@pytest.mark.parametrize("name", ["a", "b"])
def test_the_given_text_keeps_every_occurrence(real_data: Path, name: str) -> None:
    folder = real_data / "translation"
    done = translate(folder / "source.en.md", glossary=Glossary.of(folder / f"terms_{name}.txt"))
    assert done.report.recall == 1.0
    assert done.report.faults == ()
    assert len(done.text.strip().split("\n\n")) == 3
