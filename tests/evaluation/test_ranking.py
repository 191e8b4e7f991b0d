"""Ranks against a plain loop, and the rule for ties: a model that tells nothing apart finds nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gergo.evaluation import ranking
from gergo.evaluation.ranking import VectorFile, Vectors, rank, ranks


def unit(rng: np.random.Generator, n: int, d: int = 4) -> np.ndarray:
    vector = rng.normal(size=(n, d))
    return (vector / np.linalg.norm(vector, axis=1, keepdims=True)).astype(np.float32)


def owned(rng: np.random.Generator, owners: int) -> Vectors:
    counts = rng.integers(1, 4, owners)
    return Vectors(unit(rng, int(counts.sum())), np.repeat(np.arange(owners), counts))


def by_loop(query: Vectors, gallery: Vectors, relevant: set[tuple[int, int]]) -> tuple[list[int], list[list[int]]]:
    """Best score over the vectors of both, sorted with the relevant behind whatever ties with them."""
    first, tops = [], []
    for q in range(query.owners):
        scores = []
        for g in range(gallery.owners):
            score = (query.vector_VD[query.owner_V == q] @ gallery.vector_VD[gallery.owner_V == g].T).max()
            scores.append((-(float(score) - ranking.TIE * ((q, g) in relevant)), g))
        order = [g for _, g in sorted(scores)]
        tops.append(order[:10])
        first.append(1 + min(order.index(g) for g in range(gallery.owners) if (q, g) in relevant))
    return first, tops


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1))
def test_ranks_equal_a_plain_loop(seed: int) -> None:
    rng = np.random.default_rng(seed)
    query, gallery = owned(rng, 7), owned(rng, 12)
    relevant = {(q, int(rng.integers(12))) for q in range(7)} | {(2, 3), (2, 5)}
    expected, tops = by_loop(query, gallery, relevant)
    found = rank(query, gallery, np.array(sorted(relevant)))
    assert found.rank_Q.tolist() == expected
    assert found.top_QK.tolist() == tops
    assert found.hit_QK.tolist() == [[(q, g) in relevant for g in top] for q, top in enumerate(tops)]
    assert found.relevant_Q.sum() == len(relevant)


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1))
def test_what_is_left_out_of_a_querys_gallery_is_as_if_it_were_not_there(seed: int) -> None:
    """Each query against its own smaller gallery; a relevant entry is in it whatever is left out."""
    rng = np.random.default_rng(seed)
    query, gallery = Vectors.one_each(unit(rng, 5)), owned(rng, 12)
    pairs = np.stack([np.arange(5), rng.integers(0, 12, 5)], axis=1)
    left_out_QG = rng.random((5, 12)) < 0.4
    found = rank(query, gallery, pairs, left_out_QG=left_out_QG)
    for q, relevant in pairs:
        left_G = np.flatnonzero(~left_out_QG[q] | (np.arange(12) == relevant))
        here_V = np.isin(gallery.owner_V, left_G)
        smaller = Vectors(gallery.vector_VD[here_V], np.searchsorted(left_G, gallery.owner_V[here_V]))
        place = np.searchsorted(left_G, relevant)
        alone = rank(Vectors.one_each(query.vector_VD[[q]]), smaller, np.array([[0, place]]))
        assert found.rank_Q[q] == alone.rank_Q[0]
        k = alone.top_QK.shape[1]
        assert found.top_QK[q, :k].tolist() == left_G[alone.top_QK[0]].tolist()
        assert found.hit_QK[q, :k].tolist() == alone.hit_QK[0].tolist()
        assert not found.hit_QK[q, k:].any(), "a place that no entry is left for is no hit"


def test_chunks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    query, gallery = owned(rng, 20), owned(rng, 30)
    pairs = np.stack([np.arange(20), rng.integers(0, 30, 20)], axis=1)
    whole = rank(query, gallery, pairs)
    monkeypatch.setattr(ranking, "TILE_SCORES", 60)
    monkeypatch.setattr(ranking, "TILE_VECTORS", 16)
    in_parts = rank(query, gallery, pairs)
    assert in_parts.rank_Q.tolist() == whole.rank_Q.tolist()
    assert in_parts.top_QK.tolist() == whole.top_QK.tolist()


@pytest.mark.parametrize(("vectors", "scores"), [(1, 1), (7, 40), (16, 60), (10**6, 10**8)])
def test_a_gallery_on_disk_in_tiles_equals_a_plain_loop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, vectors: int, scores: int
) -> None:
    rng = np.random.default_rng(5)
    query, gallery = owned(rng, 9), owned(rng, 25)
    relevant = {(q, int(rng.integers(25))) for q in range(9)} | {(0, 24), (0, 3), (8, 0)}
    expected, tops = by_loop(query, gallery, relevant)
    np.save(tmp_path / "gallery.npy", gallery.vector_VD)
    monkeypatch.setattr(ranking, "TILE_VECTORS", vectors)
    monkeypatch.setattr(ranking, "TILE_SCORES", scores)
    on_disk = Vectors(VectorFile(tmp_path / "gallery.npy"), gallery.owner_V)
    found = rank(query, on_disk, np.array(sorted(relevant)))
    assert found.rank_Q.tolist() == expected
    assert found.top_QK.tolist() == tops


def test_of_equal_answers_the_less_relevant_stands_first() -> None:
    query, gallery = np.float32([[1.0, 0.0]]), np.float32([[0.6, 0.8], [0.6, 0.8], [0.6, 0.8]])
    pairs = np.array([[0, 0], [0, 1]])
    found = rank(Vectors.one_each(query), Vectors.one_each(gallery), pairs, grade_P=np.array([3.0, 1.0]))
    assert found.top_QK.tolist() == [[2, 1, 0]]
    assert found.rank_Q.tolist() == [2]


def test_a_collapsed_model_finds_nothing() -> None:
    same = np.tile(np.float32([[0.6, 0.8]]), (10, 1))
    pairs = np.stack([np.arange(10), np.arange(10)], axis=1)
    assert ranks(same, same, pairs).tolist() == [10] * 10


def test_equal_vectors_tie_whatever_their_last_bits() -> None:
    query = np.float32([[1.0, 0.0]])
    gallery = np.float32([[0.6, 0.8], [0.6 + 3e-8, 0.8], [0.1, 0.99]])
    assert ranks(query, gallery, np.array([[0, 1]])).tolist() == [2]
    assert ranks(query, gallery, np.array([[0, 0], [0, 1]])).tolist() == [1]


def test_every_query_needs_an_answer() -> None:
    with pytest.raises(AssertionError, match="relevant entry"):
        ranks(np.eye(2, dtype=np.float32), np.eye(2, dtype=np.float32), np.array([[0, 0]]))


def test_owners_without_vectors_are_refused() -> None:
    with pytest.raises(AssertionError, match="without a gap"):
        Vectors(np.eye(2, dtype=np.float32), np.array([0, 2]))
