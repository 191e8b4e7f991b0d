from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gergo.language.italian import ARTICLES, agreed, article_before, form, mismatch, sounds, with_agreement

STEMS = ["", "di", "a", "da", "in", "su", "quel"]
WORDS = [
    "encoder",
    "zero-shot",
    "task",
    "OCR",
    "CLIP",
    "stream",
    "hardware",
    "GPU",
    "XML",
    "psycho",
    "web",
    "yogurt",
    "gnu",
]


@pytest.mark.parametrize(
    ("phrase", "word"),
    [
        ("l'", "encoder"), ("lo ", "zero-shot"), ("il ", "task"), ("l'", "OCR"), ("il ", "CLIP"), ("la ", "GPU"),
        ("gli ", "stream"), ("dell'", "API"), ("un ", "encoder"), ("uno ", "sprint"), ("un'", "API"),
        ("una ", "pipeline"),
        ("nel ", "vector space"), ("dello ", "zoom"), ("sull'", "hardware"), ("quegli ", "embedding"),
        ("i ", "wrapper"),
        ("l'", "SVM"), ("il ", "DIY"), ("lo ", "SKU"), ("il ", "know-how"), ("l'", "8"), ("i ", "400"),
        ("alcuna ", "annotation"),
    ],
)  # fmt: skip
def test_right_articles_are_right(phrase: str, word: str) -> None:
    text = phrase + word
    found = article_before(text, len(phrase))
    assert found is not None
    assert mismatch(found[2], word) == ""


@pytest.mark.parametrize(
    ("wrong", "word", "right"),
    [
        ("nello ", "vector space", "nel vector space"), ("il ", "zero-shot", "lo zero-shot"),
        ("un ", "stream", "uno stream"),
        ("la ", "API", "l'API"), ("dell'", "task", "del task"), ("Lo ", "task", "Il task"), ("una ", "API", "un'API"),
        ("i ", "encoder", "gli encoder"), ("quello ", "task", "quel task"), ("dei ", "zero-shot", "degli zero-shot"),
    ],
)  # fmt: skip
def test_wrong_articles_are_found_and_mended(wrong: str, word: str, right: str) -> None:
    text = wrong + word
    found = article_before(text, len(wrong))
    assert found is not None
    assert mismatch(found[2], word) == "sound"
    assert with_agreement(text, len(wrong), len(text))[0] == right


def test_gender_is_asked_for_only_where_it_is_known() -> None:
    found = article_before("il pipeline", 3)
    assert found is not None
    assert mismatch(found[2], "pipeline") == ""
    assert mismatch(found[2], "pipeline", gender="f") == "gender"
    assert with_agreement("del pipeline", 4, 12, gender="f")[0] == "della pipeline"


@given(st.sampled_from(STEMS), st.sampled_from("mf"), st.sampled_from(["sg", "pl"]), st.sampled_from(WORDS))
def test_the_form_for_a_word_is_never_a_mismatch(stem: str, gender: str, number: str, word: str) -> None:
    written = form(stem, True, gender, number, sounds(word)[0])
    article = ARTICLES[written]
    assert mismatch(article, word, gender=gender) == ""
    assert agreed(article, word, gender=gender) == written


@given(st.sampled_from(sorted(ARTICLES)), st.sampled_from(WORDS), st.sampled_from(["", "m", "f"]))
def test_agreement_is_reached_at_once_and_stays(article: str, word: str, gender: str) -> None:
    text = f"ecco {article}" + ("" if article.endswith("'") else " ") + word
    once, moved = with_agreement(text, len(text) - len(word), len(text), gender=gender)
    assert len(once) == len(text) + moved
    assert once.endswith(word)
    assert with_agreement(once, len(once) - len(word), len(once), gender=gender) == (once, 0)


def test_prepositions_and_other_words_are_no_articles() -> None:
    assert article_before("a encoder", 2) is None
    assert article_before("per encoder", 4) is None
    assert article_before("vedi il. Encoder", 9) is None
