from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gergo.language.glossary import Glossary
from gergo.language.matching import Matcher, plural_of, singular_of


def found(names: object, text: str, side: str = "source") -> list[str]:
    return [o.text for o in Matcher(Glossary.of(names).entries, side=side).find(text)]


def test_the_longest_match_wins() -> None:
    assert found(["space", "latent space", "latent"], "A latent space and a space.") == ["latent space", "space"]


@pytest.mark.parametrize(
    ("names", "text", "expected"),
    [
        (
            ["latent space"],
            "Latent spaces, latent-space models, latent\nspace",
            ["Latent spaces", "latent-space", "latent\nspace"],
        ),
        (["pre-trained models"], "one pre-trained model", ["pre-trained model"]),
        (["overfitting"], "by (over)fitting to it", ["(over)fitting"]),
        (["model"], "the model(s) and remodel", ["model(s)"]),
        (["IT"], "IT helps, but it does not", ["IT"]),
        (["CL (Contrastive Learning)"], "contrastive learning (CL), CL", ["contrastive learning (CL)", "CL"]),
        (["C++", "R&D"], "C++ in R&D, not C", ["C++", "R&D"]),
        (["M8 hex bolt"], "two M8 hex bolts", ["M8 hex bolts"]),
        (["task"], "no tasking", []),
    ],
)
def test_occurrences(names: list[str], text: str, expected: list[str]) -> None:
    assert found(names, text) == expected


def test_exact_case_is_exact() -> None:
    entry = Glossary.of({"Swift": ""}).entries[0]
    from dataclasses import replace

    assert [o.text for o in Matcher([replace(entry, case="exact")]).find("a swift Swift")] == ["Swift"]


def test_a_translated_term_is_found_inflected_in_the_target() -> None:
    assert found({"washer": "rondella", "use case": "caso d'uso"}, "le rondelle e i casi d'uso", "target") == [
        "rondelle", "casi d'uso",
    ]  # fmt: skip


@given(st.sampled_from(["model", "task", "box", "library", "loss", "analysis", "network", "bolt", "switch", "day"]))
def test_plural_and_singular_undo_each_other(word: str) -> None:
    assert singular_of(plural_of(word)) == word


@given(st.text())
def test_places_are_those_of_the_text_and_never_overlap(text: str) -> None:
    end = 0
    for o in Matcher(Glossary.of(["a", "a b", "b c", "(x)y"]).entries).find(text):
        assert o.start >= end
        assert text[o.start : o.end] == o.text
        end = o.end
