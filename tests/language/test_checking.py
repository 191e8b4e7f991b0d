from __future__ import annotations

import json
from pathlib import Path

import pytest

from gergo.language.checking import CheckReport, check_translation
from gergo.language.page import check_page

from .conftest import GOOD, SOURCE, TERMS


def kinds(target: str, source: str = SOURCE, glossary: object = TERMS) -> dict[str, int]:
    return check_translation(source, target, glossary=glossary).counts()


def test_a_good_translation_raises_no_alarm() -> None:
    report = check_translation(SOURCE, GOOD, glossary=TERMS)
    assert [f.message for f in report.findings] == []
    assert report.passed
    assert (report.occurrences, report.recall, report.exact_recall) == (8, 1.0, 1.0)


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("in un latent space", "in uno spazio latente", "term_lost"),
        ("large-scale di", "su larga scala di", "term_lost"),
        ("Un dataset", "Uno dataset", "article"),
        ("L'encoder", "Il encoder", "article"),
        ("I pre-trained", "Gli pre-trained", "article"),
        ("I pre-trained models", "I modelli pre-trained models", "doubled_head"),
        ("il latent space tiene", "il latent space latent space tiene", "term_doubled"),
        ("400 ", "40 ", "number_lost"),
        (" [1]", "", "opaque_lost"),
        ("https://example.org/a", "https://example.org/b", "opaque_lost"),
        ("{name}", "{nome}", "opaque_lost"),
        ("i dettagli", "i details", "untranslated"),
        (" Girano su un portatile, e {name} può scaricarli.", "", "sentence_dropped"),
        ("sono piccoli.", "sono piccoli. Tutti gli abitanti del villaggio amano le patate fritte.", "sentence_added"),
        (GOOD.split("\n\n")[1] + "\n\n", "", "paragraph_dropped"),
        ("\n\nI pre-trained",
         "\n\nUn paragrafo intero che nessuno aveva scritto in origine, su tutt'altro.\n\nI pre-trained",
         "paragraph_added"),
    ],
)  # fmt: skip
def test_each_fault_is_found(old: str, new: str, kind: str) -> None:
    assert old in GOOD
    assert kind in kinds(GOOD.replace(old, new, 1))


def test_a_word_kept_and_translated_is_two_ways() -> None:
    source = "Contrastive learning is new. Contrastive training is old."
    target = "Il contrastive learning è nuovo. L'addestramento contrastivo è vecchio."
    assert kinds(target, source, ["contrastive learning"]) == {"two_ways": 1}


def test_a_gender_that_the_glossary_gives_is_held_to() -> None:
    source, target = "The pipeline runs.", "Il pipeline gira."
    assert kinds(target, source, ["pipeline"]) == {}
    glossary = Path(__file__).parent / "pipeline.csv"
    assert kinds(target, source, glossary) == {"gender": 1}


def test_two_genders_without_one_in_the_glossary_are_a_warning() -> None:
    report = check_translation(
        "The pipeline runs. A pipeline stops.", "Il pipeline gira. Una pipeline si ferma.", glossary=["pipeline"]
    )
    assert report.counts() == {"gender_unsure": 1}
    assert report.passed


def test_a_moved_term_is_kept_and_a_gloss_is_no_double() -> None:
    source = "In the latent space, the encoder is free."
    target = "L'encoder è libero nel latent space (spazio latente)."
    assert kinds(target, source, ["latent space", "encoder"]) == {}


def test_what_italian_changes_in_numbers_is_no_fault() -> None:
    assert (
        kinds("Due scatole da 1.000,5 kg costano il 3,5 % in più.", "2 boxes of 1,000.5 kg cost 3.5% more.", []) == {}
    )


def test_a_glossary_row_that_matches_nothing_is_a_warning() -> None:
    report = check_translation(SOURCE, GOOD, glossary=[*TERMS, "flux capacitor"])
    assert report.warnings == ("'flux capacitor' is not in the source",)


def test_places_are_those_of_the_texts() -> None:
    report = check_translation(SOURCE, GOOD, glossary=TERMS)
    for pair in report.pairs:
        assert pair.source is not None
        assert pair.target is not None
        assert SOURCE.split("\n\n")[pair.source.paragraph - 1][pair.source.start : pair.source.end] == pair.source.text
        assert GOOD.split("\n\n")[pair.target.paragraph - 1][pair.target.start : pair.target.end] == pair.target.text


def test_scores_against_a_reference_are_those_of_sacrebleu() -> None:
    import sacrebleu

    other = GOOD.replace("piccoli", "minuscoli")
    report = check_translation(SOURCE, other, glossary=TERMS, reference=GOOD)
    flat, reference = other.replace("\n\n", " "), GOOD.replace("\n\n", " ")
    assert report.scores["bleu"] == pytest.approx(sacrebleu.corpus_bleu([flat], [[reference]]).score, abs=0.01)
    assert report.scores["chrf2++"] == pytest.approx(
        sacrebleu.corpus_chrf([flat], [[reference]], word_order=2).score, abs=0.01
    )


def test_json_and_page_tell_the_same_and_escape_what_they_show() -> None:
    report = check_translation(SOURCE, GOOD.replace("in un latent space", "in <b>uno</b>"), glossary=TERMS)
    told = json.loads(json.dumps(report.to_json()))
    assert told["counts"] == report.counts()
    assert not told["passed"]
    page = check_page(report, title="<me>")
    assert "<b>uno" not in page
    assert "&lt;b&gt;" in page
    assert "&lt;me&gt;" in page
    assert 'class="lost' in page


MARKUP = "The **latent space** and [the paper](http://x.org)."


def test_lost_markup_is_found() -> None:
    whole = "Il **latent space** e [l'articolo](http://x.org)."
    assert check_translation(MARKUP, whole, glossary=["latent space"], kind="markdown").counts() == {}
    assert check_translation(MARKUP, whole.replace("**", ""), glossary=["latent space"], kind="markdown").counts() == {
        "markup_lost": 1
    }


@pytest.mark.real
class TestGivenVersions:
    """The two Italian versions that came with the issue, against what was counted in them by hand."""

    @pytest.fixture(params=["a", "b"])
    def report(self, request: pytest.FixtureRequest, real_data: Path) -> tuple[str, CheckReport]:
        folder = real_data / "translation"
        name = request.param
        found = check_translation(
            folder / "source.en.md", folder / f"translation_{name}.it.md", glossary=folder / f"terms_{name}.txt"
        )
        return name, found

    def test_every_fault_counted_by_hand_is_found_and_every_other_alarm_is_known(
        self, report: tuple[str, CheckReport]
    ) -> None:
        name, found = report
        places = [(f.kind, f.source or f.target) for f in found.findings if "dropped" not in f.kind]
        told = sorted((kind, place.text.casefold()) for kind, place in places if place)
        expected = {
            "a": [
                ("article", "nello vector space"),
                ("doubled_head", "modelli foundational models"),
                ("doubled_head", "modelli pre-trained models"),
                ("doubled_head", "modelli su larga scala, self-supervised models"),
                ("term_lost", "contrastive learning"), ("term_lost", "contrastive learning"),
                ("term_lost", "large-scale"), ("term_lost", "large-scale"),
                ("term_lost", "latent space"), ("term_lost", "ml"), ("term_lost", "task"),
                ("untranslated", "fine-grained"),
            ],
            "b": [
                ("term_lost", "semantically"), ("two_ways", "contrastive"),
                ("untranslated", "downstream"), ("untranslated", "image"), ("untranslated", "learning"),
            ],
        }  # fmt: skip
        assert told == expected[name]
        assert ("paragraph_dropped" in found.counts()) == (name == "a")
