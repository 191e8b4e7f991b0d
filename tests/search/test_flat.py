"""Exact search counted in items, against what one would write by hand."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gergo.search.flat import TIE_DIGITS, FlatIndex


def unit(vectors_RD: np.ndarray) -> np.ndarray:
    return vectors_RD / np.linalg.norm(vectors_RD, axis=-1, keepdims=True)


def by_hand(
    vectors_RD: np.ndarray, items_R: np.ndarray, query_D: np.ndarray, k: int, among: set[int] | None
) -> list[int]:
    best: dict[int, float] = {}
    for item, score in zip(items_R.tolist(), (vectors_RD @ query_D).round(TIE_DIGITS).tolist(), strict=True):
        if among is None or item in among:
            best[item] = max(best.get(item, -2.0), score)
    return sorted(best, key=lambda item: (-best[item], item))[:k]


@given(
    seed=st.integers(0, 2**32 - 1),
    rows=st.integers(1, 60),
    items=st.integers(1, 20),
    k=st.integers(1, 25),
    filtered=st.booleans(),
)
def test_it_finds_what_a_scan_by_hand_finds(seed: int, rows: int, items: int, k: int, filtered: bool) -> None:
    rng = np.random.default_rng(seed)
    # eighths, so that every score is exact; few of them, so that ties, also across the cut, are the rule
    vectors_RD = (rng.integers(-1, 2, (rows, 3)) / 8).astype(np.float32)
    items_R = rng.integers(0, items, rows)
    query_D = (rng.integers(-2, 3, 3) / 8).astype(np.float32)
    among = set(range(0, items, 2)) if filtered else None
    hits = FlatIndex(vectors_RD, items_R).top_items(
        query_D, k, among=None if among is None else np.array(sorted(among))
    )
    assert hits.items_K.tolist() == by_hand(vectors_RD, items_R, query_D, k, among)
    assert (items_R[hits.rows_K] == hits.items_K).all()
    np.testing.assert_allclose((vectors_RD @ query_D)[hits.rows_K], hits.scores_K, atol=10**-TIE_DIGITS)


def test_one_item_with_many_pictures_does_not_crowd_out_the_others() -> None:
    rng = np.random.default_rng(0)
    query_D = unit(np.ones(8, np.float32))
    near_RD = unit(query_D + 0.01 * rng.standard_normal((500, 8), np.float32))
    far_RD = unit(rng.standard_normal((4, 8), np.float32))
    index = FlatIndex(np.concatenate([near_RD, far_RD]), np.array([9] * 500 + [0, 1, 2, 3]))
    hits = index.top_items(query_D, 5)
    assert hits.items_K[0] == 9
    assert sorted(hits.items_K.tolist()) == [0, 1, 2, 3, 9]


def test_nothing_among_nothing() -> None:
    index = FlatIndex(np.eye(3, dtype=np.float32), np.arange(3))
    assert index.top_items(np.eye(3, dtype=np.float32)[0], 5, among=np.array([], np.int64)).items_K.tolist() == []
    assert index.top_items(np.eye(3, dtype=np.float32)[0], 5, among=np.array([77])).items_K.tolist() == []
