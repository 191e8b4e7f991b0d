"""Words and vectors together: what is called so comes first, then what has all the words, then what means the same."""

from __future__ import annotations

import numpy as np
import pytest

from gergo.search.flat import FlatIndex
from gergo.search.fulltext import FullText
from gergo.search.ranking import fused

TITLES = [f"{kind} face" for kind in ("Kissing", "Tired", "Sad", "Happy", "Round") for _ in range(12)]
TITLES += ["Face", "Sneezing face", "Sneezing and crying face", "Rubber boot", "Shoe polish"]


@pytest.fixture(scope="module")
def text() -> FullText:
    return FullText(np.arange(len(TITLES)), [[title, title] for title in TITLES], titles=[[title] for title in TITLES])


@pytest.fixture(scope="module")
def vectors() -> FlatIndex:
    """Each item further from the axis than the one before it."""
    angles = np.linspace(0, 3, len(TITLES))
    return FlatIndex(np.stack([np.cos(angles), np.sin(angles)], 1).astype(np.float32), np.arange(len(TITLES)))


def found(words: str, nearest: int, vectors: FlatIndex, text: FullText, among: list[int] | None = None) -> list[str]:
    query_D = vectors.vectors(np.array([nearest]))[0]
    kept = None if among is None else np.array(among)
    ranked = fused(words, query_D, vectors, text, among=kept, count=len(TITLES))
    assert ((ranked.scores_K >= 0) & (ranked.scores_K <= 1)).all()
    assert (np.diff(ranked.scores_K) <= 0).all()
    return [TITLES[item] for item in ranked.hits.items_K]


@pytest.mark.parametrize("title", ["Face", "Sneezing face", "Sneezing and crying face", "Shoe polish"])
def test_what_is_called_so_comes_first_however_far_its_vector(title: str, vectors: FlatIndex, text: FullText) -> None:
    """All of these are among the furthest, and all but one share their words with 60 others."""
    assert found(title, 0, vectors, text)[0] == title
    assert found(title.upper(), 0, vectors, text)[0] == title
    assert text.titled("fáce").tolist() == [TITLES.index("Face")]
    assert text.titled("crying").tolist() == []


def test_what_is_called_so_and_filtered_out_stays_out(vectors: FlatIndex, text: FullText) -> None:
    assert set(found("Face", 0, vectors, text, among=[0, 1])) == {"Kissing face"}


def test_all_the_words_count_for_more_than_a_common_one(vectors: FlatIndex, text: FullText) -> None:
    assert set(found("face, sneezing", 0, vectors, text)[:2]) == {"Sneezing face", "Sneezing and crying face"}


def test_where_no_item_has_all_the_words_meaning_has_its_say(vectors: FlatIndex, text: FullText) -> None:
    boot = TITLES.index("Rubber boot")
    assert found("warm shoes for rain", boot, vectors, text)[:2] == ["Shoe polish", "Rubber boot"]


def test_of_items_with_the_same_words_the_nearest_is_first(vectors: FlatIndex, text: FullText) -> None:
    alike = [item for item, title in enumerate(TITLES) if title == "Sad face"]
    query_D = vectors.vectors(np.array(alike[5:6]))[0]
    ranked = fused("sad face", query_D, vectors, text, among=None, count=12)
    assert ranked.hits.items_K[0] == alike[5]
    assert set(ranked.hits.items_K.tolist()) == set(alike)
