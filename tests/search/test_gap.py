"""Pictures and titles in one ranking: neither crowds out the other, and every page is a part of one order."""

from __future__ import annotations

import doctest

import numpy as np
import pytest

from gergo.search import gap
from gergo.search.flat import FlatIndex, VectorIndex
from gergo.search.gap import AcrossGap, Gap, gap_between
from gergo.search.inverted import InvertedIndex, add, train

DIM, PICTURES, TITLES, PAIRS = 64, 1900, 100, 500


def unit(vectors_ND: np.ndarray) -> np.ndarray:
    return (vectors_ND / np.linalg.norm(vectors_ND, axis=1, keepdims=True)).astype(np.float32)


class Space:
    """Things as a model sees them: texts in one cone, clearly; pictures in another, faintly and with noise."""

    def __init__(self) -> None:
        rng = np.random.default_rng(0)
        cones = unit(rng.standard_normal((2, DIM)))
        kinds = unit(rng.standard_normal((40, DIM)))
        drawn = kinds[rng.integers(0, len(kinds), PICTURES + TITLES)]
        things = unit(drawn + unit(rng.standard_normal((PICTURES + TITLES, DIM))))
        self.texts = unit(cones[0] + things)
        self.pictures = unit(cones[1] + 0.2 * things + 0.2 * unit(rng.standard_normal((len(things), DIM))))
        self.rows = np.concatenate([self.pictures[:PICTURES], self.texts[PICTURES:]])
        self.title_R = np.arange(len(things)) >= PICTURES
        self.gap = gap_between(self.pictures[:PAIRS], self.texts[:PAIRS])
        self.queries = unit(cones[0] + kinds)

    def exact(self, query_D: np.ndarray) -> np.ndarray:
        scores_R = self.rows @ query_D
        scores_R[self.title_R] = self.gap.bridged(scores_R[self.title_R], query_D)
        return scores_R


@pytest.fixture(scope="module")
def space() -> Space:
    return Space()


def across(space: Space, index: VectorIndex) -> AcrossGap:
    return AcrossGap(index, space.title_R, space.gap)


def titles_share(space: Space, index: VectorIndex, queries_QD: np.ndarray) -> float:
    return float(np.mean([space.title_R[index.top_items(query_D, 5).rows_K] for query_D in queries_QD]))


def test_examples() -> None:
    failed, attempted = doctest.testmod(gap)
    assert (failed, attempted > 0) == (0, True)


def test_for_words_titles_do_not_take_most_first_places(space: Space) -> None:
    """They are 5% of the items, and tell more than pictures; with the means alone made equal they take two thirds."""
    flat = FlatIndex(space.rows, np.arange(len(space.rows)))
    shift_D = space.pictures[:PAIRS].mean(axis=0) - space.texts[:PAIRS].mean(axis=0)
    rows = np.concatenate([space.rows[:PICTURES], unit(space.rows[PICTURES:] + shift_D)])
    shifted = FlatIndex(rows, np.arange(len(rows)))
    assert titles_share(space, flat, space.queries) == 1
    assert titles_share(space, shifted, space.queries) > 0.6
    assert titles_share(space, across(space, flat), space.queries) < 0.4


def test_an_item_is_found_by_its_own_title_however_narrow(space: Space) -> None:
    index = across(space, FlatIndex(space.rows, np.arange(len(space.rows))))
    assert all(index.top_items(space.texts[item], 1).items_K[0] == item for item in range(PICTURES, PICTURES + TITLES))


def test_for_a_picture_titles_are_not_stretched_into_noise(space: Space) -> None:
    index = across(space, FlatIndex(space.rows, np.arange(len(space.rows))))
    assert titles_share(space, index, space.pictures[:50]) < 0.05


@pytest.mark.parametrize("kind", ["flat", "cells"])
def test_every_page_is_a_part_of_one_exact_order(space: Space, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gergo.search.inverted.SCANNED_ROWS", 0)
    items_R = np.arange(len(space.rows)) // 2
    index: VectorIndex = FlatIndex(space.rows, items_R)
    if kind == "cells":
        cells = train(space.rows)
        add(cells, space.rows, np.arange(len(space.rows)))
        index = InvertedIndex(space.rows, items_R, cells, cells.nlist)
    index = across(space, index)
    kept = np.arange(0, len(space.rows) // 2, 3)
    for query_D in space.queries[:5]:
        best_I = space.exact(query_D).reshape(-1, 2).max(axis=1)
        for among in (None, kept):
            allowed = np.arange(len(best_I)) if among is None else among
            whole = index.top_items(query_D, len(allowed), among=among)
            assert sorted(whole.items_K.tolist()) == allowed.tolist()
            assert whole.scores_K[:20] == pytest.approx(np.sort(best_I[allowed])[::-1][:20], abs=2e-6)
            assert (np.diff(whole.scores_K) <= 0).all()
            for k in (1, 7, 40):
                assert index.top_items(query_D, k, among=among).items_K.tolist() == whole.items_K[:k].tolist()
            again = index.best_rows(query_D, whole.items_K[:40])
            assert again.scores_K == pytest.approx(whole.scores_K[:40], abs=2e-6)
            assert again.rows_K.tolist() == whole.rows_K[:40].tolist()


def test_of_one_pair_only_the_means_are_known() -> None:
    one = gap_between(np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]]))
    assert one.bridged(np.array([0.9, 0.1]), np.array([0.6, 0.8])) == pytest.approx([0.7, -0.1])


def test_scores_stay_cosines() -> None:
    far = Gap(np.array([0.9]), np.array([-0.9]), np.eye(1), np.eye(1))
    assert far.bridged(np.array([1.0]), np.array([1.0])).tolist() == [1.0]
