"""Each task on rows small enough to work out by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from gergo.catalogue.hashing import text_hash
from gergo.errors import NotEnoughData
from gergo.evaluation.image_to_image import ImageToImage
from gergo.evaluation.labels import read_labels
from gergo.evaluation.retrieval import Retrieval
from gergo.evaluation.task import Outcome, Rows
from gergo.evaluation.zero_shot import ZeroShot


class Angles:
    """Vectors on a circle, named by their angles in degrees."""

    def __init__(self, views: dict[int, float], texts: dict[str, float]) -> None:
        self._views, self._texts = views, texts

    def texts(self, texts: Sequence[str]) -> np.ndarray:
        return self._unit([self._texts[text] for text in texts])

    def views(self, views: Sequence[int]) -> np.ndarray:
        return self._unit([self._views[view] for view in views])

    def _unit(self, degrees: list[float]) -> np.ndarray:
        radians = np.radians(degrees)
        return np.stack([np.cos(radians), np.sin(radians)], axis=1).astype(np.float32)


def make_rows(
    titles: list[str],
    owner_V: list[int],
    *,
    group_N: list[int] | None = None,
    hash_V: list[str] | None = None,
    labels: list[str | None] | None = None,
    seen: Sequence[str] = (),
    catalogue_labels: Sequence[str] = (),
) -> Rows:
    space = read_labels("kind", [*(labels or []), *catalogue_labels]) if labels else None
    return Rows(
        split="test",
        id_N=[f"id{i}" for i in range(len(titles))],
        group_N=np.array(group_N or range(len(titles))),
        texts={"title": titles},
        seen_texts=frozenset(text_hash(text) for text in seen),
        view_V=list(range(len(owner_V))),
        owner_V=np.array(owner_V),
        hash_V=hash_V or [f"h{i}" for i in range(len(owner_V))],
        labels=space,
        label_N=np.array([space.of(value) if space else -1 for value in labels or [None] * len(titles)]),
    )


def values(outcome: Outcome) -> dict[str, float]:
    return {name: float(metric(outcome.observed, None)) for name, metric in outcome.metrics.items()}


def test_retrieval_both_ways() -> None:
    """Items at 0, 40 and 90 degrees, their titles a, b and c at 5, 80 and 85.

    Text b is 10 from item c and 40 from its own: second. Item b is 35 from text a and 40 from its own: second, too.
    """
    rows = make_rows(["a", "b", "c"], [0, 1, 2])
    encode = Angles({0: 0, 1: 40, 2: 90}, {"a": 5, "b": 80, "c": 85})
    forth, back = list(Retrieval().observe(encode, rows))
    assert forth.task == "retrieval_text_to_image"
    assert forth.observed["rank"].tolist() == [1, 2, 1]
    assert values(forth)["image_retrieval_recall@1"] == pytest.approx(2 / 3)
    assert values(forth)["mrr"] == pytest.approx(2.5 / 3)
    assert values(forth)["median_rank"] == 1
    assert forth.settings["gallery"] == 3
    assert back.task == "retrieval_image_to_text"
    assert back.observed["rank"].tolist() == [1, 2, 1]
    assert set(values(back)) >= {"text_retrieval_recall@1", "text_retrieval_recall@5", "text_retrieval_recall@10"}


def test_equal_texts_are_one_query_and_all_their_items_are_right() -> None:
    rows = make_rows(["Bolt", " bolt", "Nut", ""], [0, 1, 2, 3])
    encode = Angles({0: 50, 1: 10, 2: 90, 3: 0}, {"Bolt": 12, "Nut": 60})
    forth, back = list(Retrieval().observe(encode, rows))
    assert forth.settings["gallery"] == 4
    assert len(forth.cluster_Q) == 2
    assert forth.observed["rank"].tolist() == [1, 2]
    assert forth.observed["ndcg"].tolist() == pytest.approx([(1 + 1 / 2) / (1 + 1 / np.log2(3)), 1 / np.log2(3)])
    assert len(back.cluster_Q) == 3, "an item without a text is no query, but stays in the gallery"


def test_an_item_is_the_best_of_its_pictures() -> None:
    rows = make_rows(["a", "b"], [0, 0, 1])
    encode = Angles({0: 170, 1: 20, 2: 60}, {"a": 10, "b": 65})
    forth, back = list(Retrieval().observe(encode, rows))
    assert forth.observed["rank"].tolist() == [1, 1]
    assert back.observed["rank"].tolist() == [1, 1]


def test_texts_seen_in_training_are_told_apart() -> None:
    rows = make_rows(["a", "b", "c"], [0, 1, 2], seen=["A"])
    encode = Angles({0: 0, 1: 40, 2: 90}, {"a": 5, "b": 80, "c": 85})
    outcomes = list(Retrieval().observe(encode, rows))
    assert [outcome.settings["queries"] for outcome in outcomes] == ["all", "unseen_texts"] * 2
    assert outcomes[0].settings["texts_seen_in_training"] == 1
    assert outcomes[1].observed["rank"].tolist() == [2, 1]
    assert outcomes[1].settings["gallery"] == 3


def test_one_text_for_everything_is_no_retrieval() -> None:
    rows = make_rows(["a", "A"], [0, 1])
    with pytest.raises(NotEnoughData, match="same text"):
        list(Retrieval().observe(Angles({0: 0, 1: 1}, {"a": 0}), rows))


def test_another_picture_of_the_product() -> None:
    """Product 0 has pictures at 0 and 30, product 1 at 90 and 85, product 2 one at 20 (between those of 0)."""
    rows = make_rows(["a", "b", "c"], [0, 0, 1, 1, 2])
    (outcome,) = ImageToImage().observe(Angles({0: 0, 1: 30, 2: 90, 3: 85, 4: 20}, {}), rows)
    assert outcome.observed["rank"].tolist() == [2, 1]
    assert outcome.settings["gallery"] == 3


def test_variants_of_a_group_find_each_other() -> None:
    rows = make_rows(["a", "b", "c"], [0, 1, 2], group_N=[7, 7, 8])
    (outcome,) = ImageToImage().observe(Angles({0: 0, 1: 40, 2: 20}, {}), rows)
    assert outcome.observed["rank"].tolist() == [2]
    assert outcome.settings["gallery"] == 2


def test_a_copy_of_the_query_proves_nothing() -> None:
    rows = make_rows(["a", "b"], [0, 0, 1], hash_V=["same", "same", "other"])
    with pytest.raises(NotEnoughData, match="two different pictures"):
        list(ImageToImage().observe(Angles({0: 0, 1: 0, 2: 9}, {}), rows))


def test_zero_shot_against_all_labels_and_the_splits_own() -> None:
    """Item 0 (bolt, 10 degrees) is nearer to washer (8), a class of other splits; among its own it is a bolt."""
    rows = make_rows(
        ["", "", ""], [0, 1, 2], labels=["bolt", "nut", None], catalogue_labels=["washer", "washer", "hexNut"]
    )
    encode = Angles(
        {0: 10, 1: 60, 2: 0},
        {"a photo of bolt": 20, "a photo of nut": 61, "a photo of washer": 8, "a photo of hex nut": 90},
    )
    everything, own = list(ZeroShot().observe(encode, rows))
    assert everything.settings["labels"] == "all"
    assert everything.settings["candidates"] == 4
    assert everything.settings["unlabelled"] == 1
    assert everything.settings["rare_classes"] == 2
    assert values(everything)["acc1"] == 0.5
    assert values(everything)["acc5"] == 1.0
    assert values(everything)["mean_per_class_recall"] == 0.5
    assert own.settings["candidates"] == 2
    assert values(own)["acc1"] == 1.0
    assert values(own)["weighted_f1"] == 1.0


def test_labels_that_tie_with_the_truth_count_against_the_model() -> None:
    rows = make_rows(["", ""], [0, 1], labels=["bolt", "nut"])
    encode = Angles({0: 10, 1: 10}, {"a photo of bolt": 10, "a photo of nut": 10})
    outcome = next(iter(ZeroShot().observe(encode, rows)))
    assert values(outcome)["acc1"] == 0.0


@pytest.mark.parametrize(
    ("labels", "reason"), [(None, "no label column"), (["bolt", "bolt"], "one class"), (["bolt", None], "one class")]
)
def test_what_cannot_be_classified_is_said(labels: list[str | None] | None, reason: str) -> None:
    rows = make_rows(["", ""], [0, 1], labels=labels)
    with pytest.raises(NotEnoughData, match=reason):
        list(ZeroShot().observe(Angles({0: 0, 1: 1}, {}), rows))
