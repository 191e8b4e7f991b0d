"""Ranks by kinds of pairs, on vectors one can follow by hand."""

from __future__ import annotations

from dataclasses import replace
from math import isnan

import numpy as np
import pytest

from gergo.contrastive.pairs import Content, Pairs
from gergo.contrastive.reciprocal_ranks import IMAGE_IMAGE, IMAGE_TEXT, TEXT_TEXT, Kind, reciprocal_ranks
from gergo.contrastive.sampler import Floats32, Ints

ALL_N = np.ones(3, dtype=bool)
ANGLES = {"image": [0, 10, 90, 12], "text": [0, 90, 80, 20]}  # degrees


def encode(modality: str, positions: Ints) -> Floats32:
    angle_P = np.deg2rad(np.array(ANGLES[modality], np.float32))[positions]
    return np.stack([np.cos(angle_P), np.sin(angle_P)], axis=1)


def pairs(images: list[list[int]], texts: list[list[int]], weights: list[list[float]]) -> Pairs:
    return Pairs(
        items_N=np.arange(3),
        splits_N=np.array(["train"] * 3),
        groups_N=np.arange(3),
        bears={"image": np.array(images), "text": np.array(texts)},
        weights={"image": np.ones((3, 1)), "text": np.array(weights)},
        contents={name: [Content(n, f"{n:064x}") for n in range(4)] for name in ANGLES},
        kin_N=np.arange(3),
        categories_N=np.array([""] * 3),
    )


def of_kind(kind: Kind, found: Pairs) -> tuple[float, list[float]]:
    ranks = reciprocal_ranks(encode, found, {IMAGE_TEXT: 0.0, kind: 2.0}, ALL_N)
    return ranks.figure(ALL_N), ranks.by_cluster(ALL_N).tolist()


def test_a_picture_finds_another_of_its_item() -> None:
    """Item 0 has pictures at 0 and 10 degrees, item 1 at 90, item 2 at 12; titles are all different.

    From 0 the other (10) is first. From 10 the nearest is 12, of item 2: rank 2. The others ask nothing.
    """
    found = pairs([[0, 1], [2, -1], [3, -1]], [[0], [1], [2]], [[1.0]] * 3)
    assert of_kind(IMAGE_IMAGE, found) == (pytest.approx(0.75), [pytest.approx(0.75)])


def test_pictures_of_one_title_are_right_answers_too() -> None:
    """Items 0 and 2 share a title: 10 degrees finds 12 of item 2 first; every query of theirs is at rank 1."""
    found = pairs([[0, 1], [2, -1], [3, -1]], [[0], [1], [0]], [[1.0]] * 3)
    assert of_kind(IMAGE_IMAGE, found) == (1.0, [1.0])


def test_another_text_finds_the_title_as_often_as_it_is_drawn() -> None:
    """Titles lie at 0 (items 0 and 2) and 90 (item 1). Item 0 also has text 20 (rank 1), item 1 has text 80 (rank 1)
    and, three times as often, text 20 (rank 2): (1/4 + 3/4 * 1/2) = 5/8. Item 2's text 80 is never drawn."""
    found = pairs(
        [[0], [2], [3]],
        [[0, 3, -1], [1, 2, 3], [0, 2, -1]],
        [[0.5, 0.5, 0.0], [0.2, 0.2, 0.6], [1.0, 0.0, 0.0]],
    )
    # text 20 is borne by items 0 and 1, so both titles are right answers and the nearer counts
    assert of_kind(TEXT_TEXT, found) == (1.0, [1.0, 1.0])
    apart = pairs(
        [[0], [2], [3]],
        [[0, -1, -1], [1, 2, 3], [0, -1, -1]],
        [[1.0, 0.0, 0.0], [0.2, 0.2, 0.6], [1.0, 0.0, 0.0]],
    )
    assert of_kind(TEXT_TEXT, apart) == (pytest.approx(5 / 8), [pytest.approx(5 / 8)])


def test_what_titles_contribute_adds_up_to_the_figure() -> None:
    """Title 0 has two items of three: its items weigh more in the direction from pictures, and so does the title."""
    for kind in (IMAGE_TEXT, IMAGE_IMAGE, TEXT_TEXT):
        found = pairs(
            [[0, 1], [2, -1], [3, -1]],
            [[0, 3, -1], [1, 2, 3], [0, 2, -1]],
            [[0.5, 0.5, 0.0], [0.2, 0.2, 0.6], [1, 0, 0]],
        )
        figure, of_titles = of_kind(kind, found)
        assert np.mean(of_titles) == pytest.approx(figure)


def test_kinds_are_weighed_and_one_that_asks_nothing_counts_for_nothing() -> None:
    plain = pairs([[0], [2], [3]], [[0], [1], [2]], [[1.0]] * 3)
    alone = reciprocal_ranks(encode, plain, {IMAGE_TEXT: 1.0}, ALL_N).figure(ALL_N)
    for weights in ({IMAGE_TEXT: 1.0, IMAGE_IMAGE: 5.0}, {IMAGE_IMAGE: 1.0}, {TEXT_TEXT: 1.0}):
        assert reciprocal_ranks(encode, plain, weights, ALL_N).figure(ALL_N) == alone
    both = pairs([[0, 1], [2, -1], [3, -1]], [[0], [1], [2]], [[1.0]] * 3)
    of_text = reciprocal_ranks(encode, both, {IMAGE_TEXT: 1.0}, ALL_N).figure(ALL_N)
    mixed = reciprocal_ranks(encode, both, {IMAGE_TEXT: 3.0, IMAGE_IMAGE: 1.0}, ALL_N)
    assert mixed.figure(ALL_N) == pytest.approx((3 * of_text + 0.75) / 4)
    assert isnan(reciprocal_ranks(encode, both, {IMAGE_IMAGE: 1.0}, ALL_N).figure(np.array([False, True, False])))


def same_photograph(found: Pairs, first: int, second: int) -> Pairs:
    """The pairs, with two picture contents that have one hash."""
    images = list(found.contents["image"])
    images[second] = images[second]._replace(hash=images[first].hash)
    return replace(found, contents=dict(found.contents) | {"image": images})


def test_titles_of_items_that_show_the_same_are_right_for_each_other() -> None:
    """Items 0 and 1 (sizes, say) are shown by one photograph; their titles lie at 20 and 0 degrees, item 2's at 90.

    Pictures 0 and 3 are told to lie at 0 and 12 degrees, so title 3 (20) would find item 1 first, not item 0.
    """
    found = pairs([[0], [3], [2]], [[3], [0], [1]], [[1.0]] * 3)
    assert of_kind(IMAGE_TEXT, found)[0] < 1
    assert of_kind(IMAGE_TEXT, same_photograph(found, 0, 3)) == (1.0, [1.0, 1.0, 1.0])


def test_a_copy_of_a_picture_is_neither_right_nor_wrong() -> None:
    """Item 0 has pictures at 0 and 10 degrees; item 2, of another title, shows that at 10 again (12 degrees here).

    From 10 the copy is nearest, but is left out: 0 is first.
    """
    found = pairs([[0, 1], [2, -1], [3, -1]], [[0], [1], [2]], [[1.0]] * 3)
    assert of_kind(IMAGE_IMAGE, found)[0] == pytest.approx(0.75)
    assert of_kind(IMAGE_IMAGE, same_photograph(found, 1, 3)) == (1.0, [1.0])


def test_variants_of_a_product_and_items_of_a_title_are_one_cluster() -> None:
    """Items 0 and 1 are of one group; item 2 has the title of item 1: through it all three are tied."""
    of_one_group = replace(pairs([[0], [2], [3]], [[0], [1], [2]], [[1.0]] * 3), groups_N=np.array([0, 0, 1]))
    figure, clusters = of_kind(IMAGE_TEXT, of_one_group)
    assert len(clusters) == 2
    assert np.mean(clusters) == pytest.approx(figure)
    tied = replace(of_one_group, bears=dict(of_one_group.bears) | {"text": np.array([[0], [1], [1]])})
    assert len(of_kind(IMAGE_TEXT, tied)[1]) == 1
