"""Each task on rows small enough to work out by hand."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from small_shops import make_shop

from gergo.catalogue.hashing import text_hash
from gergo.catalogue.importing import import_catalogue
from gergo.errors import InputError, NotEnoughData
from gergo.evaluation.attribute_queries import AttributeQueries, called, choose_columns, compose
from gergo.evaluation.class_tables import confusion_table
from gergo.evaluation.damages import DAMAGES, on_other_background, studio_mask
from gergo.evaluation.exhibits import Curve, Table
from gergo.evaluation.image_to_image import ImageToImage, query_and_gallery
from gergo.evaluation.labels import read_labels
from gergo.evaluation.measured_rows import choose
from gergo.evaluation.own_queries import OwnQueries, read_queries, unknown_ids
from gergo.evaluation.picture_and_text import PictureAndText
from gergo.evaluation.retrieval import Retrieval
from gergo.evaluation.robustness import Robustness
from gergo.evaluation.task import Outcome, Rows
from gergo.evaluation.zero_shot import ZeroShot
from gergo.towers.geometry import ImageLike, open_rgb


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
    columns: dict[str, list[str]] | None = None,
    shop: object = None,
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
        columns=columns or {},
        shop=shop,
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


def test_what_is_right_for_an_item_is_right_for_all_that_show_the_same_pictures() -> None:
    """Sizes S, M and L of a shirt, rows with one photograph at 0 degrees, and another shirt at 90."""
    rows = make_rows(["S", "M", "L", "other"], [0, 1, 2, 3], group_N=[0, 0, 0, 1], hash_V=["h", "h", "h", "o"])
    encode = Angles({0: 0, 1: 0, 2: 0, 3: 90}, {"S": 10, "M": 20, "L": 30, "other": 80})
    forth, back = list(Retrieval().observe(encode, rows))
    assert forth.observed["rank"].tolist() == back.observed["rank"].tolist() == [1, 1, 1, 1]
    assert forth.observed["ndcg"].tolist() == back.observed["ndcg"].tolist() == [1.0] * 4
    assert forth.settings["items_sharing_pictures"] == back.settings["items_sharing_pictures"] == 3


def test_variants_with_pictures_of_their_own_are_told_apart() -> None:
    """Two colours of a shirt share the photograph of the cut, and each has one of its own."""
    rows = make_rows(["red", "blue"], [0, 0, 1, 1], group_N=[0, 0], hash_V=["cut", "r", "cut", "b"])
    encode = Angles({0: 45, 1: 0, 2: 45, 3: 90}, {"red": 80, "blue": 70})
    forth, back = list(Retrieval().observe(encode, rows))
    assert forth.observed["rank"].tolist() == [2, 1]
    assert back.observed["rank"].tolist() == [2, 2]
    assert forth.settings["items_sharing_pictures"] == 0


def test_an_item_without_a_text_answers_for_one_with_the_same_picture() -> None:
    rows = make_rows(["a", "", "b"], [0, 1, 2], hash_V=["h", "h", "o"])
    forth, back = list(Retrieval().observe(Angles({0: 0, 1: 0, 2: 90}, {"a": 10, "b": 80}), rows))
    assert forth.observed["rank"].tolist() == [1, 1]
    assert back.observed["rank"].tolist() == [1, 1]


def test_a_text_seen_in_training_answers_for_all_that_show_the_same() -> None:
    rows = make_rows(["S", "M", "other"], [0, 1, 2], hash_V=["h", "h", "o"], seen=["S"])
    encode = Angles({0: 0, 1: 0, 2: 90}, {"S": 10, "M": 20, "other": 80})
    *_, unseen = Retrieval().observe(encode, rows)
    assert unseen.task == "retrieval_image_to_text"
    assert len(unseen.cluster_Q) == 1, "the picture of M finds the text of S, which was seen"


def test_an_answer_is_shown_by_the_picture_that_matched() -> None:
    rows = make_rows(["a", "b"], [0, 0, 1])
    encode = Angles({0: 90, 1: 10, 2: 80}, {"a": 12, "b": 85})
    answers = next(iter(Retrieval().observe(encode, rows))).answers
    assert answers is not None
    assert [answers.picture(0, 0), answers.picture(1, 0)] == [1, 0]
    assert [answers.picture(0, 1), answers.picture(1, 1)] == [2, 2]


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


def test_a_copy_saved_again_proves_nothing_either(tmp_path: Path) -> None:
    """Every product has a photograph, the same half as large and in poor quality, and one of its back."""
    rng = np.random.default_rng(0)
    lines = ["id,title,image,small,back"]
    for n in range(40):
        for side in ("front", "back"):
            pixels = rng.integers(0, 256, (4, 4, 3)).astype(np.uint8)
            picture = Image.fromarray(pixels).resize((128, 128), Image.Resampling.BICUBIC)
            picture.save(tmp_path / f"{n}-{side}.png")
            picture.resize((64, 64)).save(tmp_path / f"{n}-{side}-small.jpg", quality=50)
        lines.append(f"p{n},thing number {n},{n}-front.png,{n}-front-small.jpg,{n}-back.png")
    (tmp_path / "shop.csv").write_text("\n".join(lines) + "\n")
    shop = import_catalogue(tmp_path / "shop.csv", to=tmp_path / "shop.gergo")
    rows = choose(shop, ["train"], seen_by={}, label_column=None).rows["train"]
    items = len(rows.id_N)
    query_V, gallery_V = query_and_gallery(rows)
    assert rows.owner_V[query_V].tolist() == list(range(items))
    assert gallery_V.reshape(items, 3).tolist() == [[False, False, True]] * items, "the back alone"
    angles = {view: 9.0 * n for n, view in enumerate(rows.view_V)}
    asked = dict.fromkeys(rows.texts["title"], 0.0)
    for task in (ImageToImage(), PictureAndText()):
        (outcome,) = task.observe(Angles(angles, asked), rows)
        assert outcome.settings["copies_left_out"] == items


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


def test_picture_and_text_together() -> None:
    """Product 0 has pictures at 0 and 60 and the text at 80: together they look at 40, nearer to 60 than to 10.

    By its picture alone it would be mistaken for product 1, at 10.
    """
    rows = make_rows(["a", "", ""], [0, 0, 1, 2])
    encode = Angles({0: 0, 1: 60, 2: 10, 3: 170}, {"a": 80})
    (alone,) = ImageToImage().observe(encode, rows)
    (together,) = PictureAndText().observe(encode, rows)
    assert alone.observed["rank"].tolist() == [2]
    assert together.observed["rank"].tolist() == [1]
    assert together.settings["gallery"] == alone.settings["gallery"] == 3
    assert set(together.metrics) == set(alone.metrics)


def test_picture_and_text_need_both() -> None:
    with pytest.raises(NotEnoughData, match="text and two different pictures"):
        list(PictureAndText().observe(Angles({0: 0, 1: 9}, {}), make_rows([""], [0, 0])))


def test_queries_of_attributes_have_every_matching_item_as_answer() -> None:
    """Shoes at 0, 10, 20 (black, black, red), bags at 80 and 90, hats at 150 to 170; "black shoe" is asked at 12."""
    kinds, colours = (
        ["shoe"] * 3 + ["bag"] * 2 + ["hat"] * 3,
        ["black", "black", "red", "red", "black", "red", "red", ""],
    )
    angles = {0: 0, 1: 10, 2: 20, 3: 80, 4: 90, 5: 150, 6: 160, 7: 170}
    columns = {"sort": kinds, "paint": colours, "sku": [f"x{n}" for n in range(8)]}
    rows = make_rows([f"{c} {k}".strip() for c, k in zip(colours, kinds, strict=True)], list(range(8)), columns=columns)
    asked = {"shoe": 5, "bag": 85, "hat": 160, "black shoe": 12, "red shoe": 21, "red bag": 79, "black bag": 91}
    asked |= {"red hat": 155}
    (outcome,) = AttributeQueries().observe(Angles(angles, asked), rows)
    assert outcome.settings["columns"] == ["sort", "paint"]
    assert outcome.answers is not None
    found = dict(zip(outcome.answers.query_Q, outcome.observed["rank"].tolist(), strict=True))
    assert found == dict.fromkeys(asked, 1)
    ndcg = dict(zip(outcome.answers.query_Q, outcome.observed["ndcg"], strict=True))
    assert ndcg["shoe"] == pytest.approx(1.0)
    # at 12: 10 (black), 20 (red), 0 (black)
    assert ndcg["black shoe"] == pytest.approx((1 + 1 / 2) / (1 + 1 / np.log2(3)))
    assert next(iter(outcome.metrics)) == "ndcg@10"
    assert len(set(outcome.cluster_Q.tolist())) == 3, "queries about one kind are one cluster"
    assert isinstance(outcome.exhibits[0], Table)
    assert [row[:2] for row in outcome.exhibits[0].rows] == [(0, 3), (1, 5)]


def test_queries_say_the_last_level_of_a_path() -> None:
    """Told apart by all paths there are, those of train among them: a shoe of this split is still a men's shoe."""
    kinds = {"train": ["Women > Shoes", "Men > Hats"] * 4, "test": ["Men > Shoes", "Women > Bags"] * 4}
    places = {split: ["Floor / Left", "Floor / Right", "Wall", "Wall"] * 2 for split in kinds}
    shop = make_shop({split: {"kind": kinds[split], "place": places[split]} for split in kinds})
    rows = shop.splits["test"]
    columns = choose_columns(rows)
    found = [query.text for query in compose(rows.columns, columns, called(rows, columns))]
    assert found == ["bags", "men shoes", "left men shoes", "right bags", "wall bags", "wall men shoes"]


def test_one_query_has_the_answers_of_all_that_it_may_mean() -> None:
    """ "Tshirts" and "Tees" are both called "t-shirt"; "red" may be the upper's or the sole's."""
    columns = {
        "kind": ["Tshirts", "Tees", "shoe", "shoe", *["hat"] * 6],
        "colour": ["", "", "red", "blue", *[""] * 6],
        "sole": ["", "", "white", "red", *[""] * 6],
    }
    words = {"kind": {"tshirts": "T-shirt", "tees": "T-shirt"}}
    found = {query.text: query for query in compose(columns, ["kind", "colour", "sole", "kind"], words)}
    shirt = next(query for text, query in found.items() if text.casefold() == "t-shirt")
    assert shirt.relevant == (0, 1)
    assert found["red shoe"].relevant == (2, 3)


def test_an_empty_cell_is_neither_right_nor_wrong() -> None:
    columns = {
        "kind": ["bag", "bag", "bag", "hat", "", "bag", "hat", "hat", "hat"],
        "colour": ["red", "blue", "", "", "red", "blue", "red", "red", "blue"],
    }
    found = {query.text: query for query in compose(columns, ["kind", "colour", "kind"])}
    assert (found["red bag"].relevant, found["red bag"].unknown) == ((0,), (2, 4))
    assert (found["bag"].relevant, found["bag"].unknown) == ((0, 1, 2, 5), (4,))


def test_items_of_which_nothing_is_said_are_not_in_the_gallery() -> None:
    """Six bags and six hats, red at 0 and blue at 90 degrees. The bags 2 and 4 have no colour in the export, and lie
    nearest to "red bag" of all: that they come first is no mistake. A blue bag there would be one."""
    kinds = ["bag"] * 6 + ["hat"] * 6
    colours = ["red", "blue", "", "blue", "", "red"] + ["red", "blue"] * 3
    rows = make_rows([f"{c} {k} {i}" for i, (k, c) in enumerate(zip(kinds, colours, strict=True))], list(range(12)))
    rows = replace(rows, columns={"kind": kinds, "colour": colours})
    angles: dict[int, float] = {i: 90 if colour == "blue" else 10 for i, colour in enumerate(colours)}
    angles |= {2: 1, 4: 2} | dict.fromkeys(range(6, 12), 200)
    asked = {f"{colour} {kind}": angle for kind in ("bag", "hat") for colour, angle in (("red", 0), ("blue", 80))}
    asked |= {"bag": 40, "hat": 200}
    (outcome,) = AttributeQueries().observe(Angles(angles, asked), rows)
    assert outcome.answers is not None
    found = dict(zip(outcome.answers.query_Q, outcome.observed["rank"].tolist(), strict=True))
    assert found["red bag"] == found["blue bag"] == 1
    assert outcome.settings["left_out_most"] == 2
    (outcome,) = AttributeQueries().observe(Angles(angles | {3: 1}, asked), rows)
    assert outcome.answers is not None
    found = dict(zip(outcome.answers.query_Q, outcome.observed["rank"].tolist(), strict=True))
    assert found["red bag"] == 2


def test_a_size_that_no_picture_shows_is_answered_by_any_that_has_the_picture() -> None:
    """A shirt in two sizes, rows with one photograph, and a hat in the same."""
    columns = {"kind": ["shirt", "shirt", "hat", "hat"] * 2, "size": ["small", "large"] * 4}
    titles = [f"{size} {kind}" for kind, size in zip(columns["kind"], columns["size"], strict=True)]
    rows = make_rows(titles, list(range(8)), columns=columns, hash_V=["s", "s", "h", "h", "t", "t", "i", "i"])
    angles = {0: 0, 1: 0, 2: 90, 3: 90, 4: 5, 5: 5, 6: 85, 7: 85}
    asked = {title: 90.0 if "hat" in title else 0.0 for title in [*titles, "hat", "shirt"]}
    (outcome,) = AttributeQueries().observe(Angles(angles, asked), rows)
    assert values(outcome)["image_retrieval_recall@1"] == 1.0


def test_columns_without_attributes_make_no_queries() -> None:
    rows = make_rows(["a", "b"], [0, 1], columns={"sku": ["1", "2"], "price": ["9.99", "8.50"]})
    with pytest.raises(NotEnoughData, match="no two queries"):
        list(AttributeQueries().observe(Angles({0: 0, 1: 1}, {}), rows))


def test_a_shops_own_queries_count_by_grade(tmp_path: Path) -> None:
    """Items at 0, 40, 90. "cheap" is asked at 10 and graded id1: 3, id0: 1; the order found is 0, 1, 2."""
    path = tmp_path / "queries.csv"
    path.write_text(
        "Query,ID,Grade\ncheap,id1,3\ncheap ,id0,1\nCHEAP,id0,1\nelsewhere,gone,2\nnothing,id2,0\n", encoding="utf-8"
    )
    queries = read_queries(path)
    assert queries.row_of == {"id1": 1, "id0": 2, "gone": 4, "id2": 5}
    rows = make_rows(["", "", ""], [0, 1, 2])
    (outcome,) = OwnQueries(queries).observe(Angles({0: 0, 1: 40, 2: 90}, {"cheap": 10}), rows)
    assert outcome.observed["rank"].tolist() == [1]
    assert outcome.observed["ndcg"].tolist() == pytest.approx([(1 + 3 / np.log2(3)) / (3 + 1 / np.log2(3))])
    assert outcome.settings["queries_without_an_answer_here"] == 2
    assert unknown_ids(queries, {"id0", "id1", "id2"}) == ["gone"]
    with pytest.raises(InputError, match="none of its 4 ids, the first is 'id1'"):
        unknown_ids(queries, {"a"})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("text,id\nred,1\n", "no column query"),
        ("query,id,grade\nred,1,2\nred,2,good\nblue,,1\nblue,3,-1\n", "3 rows cannot be used: row 2: the grade 'good'"),
        ("query,id,grade\nred,1,2\nRed,1,3\n", "row 2: 'Red' and id 1 have another grade above"),
        ("query,id\nred,1\nblue,2,3\n", "row 2: 3 fields"),
    ],
)
def test_rows_of_queries_that_cannot_be_used_are_named(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "queries.csv").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_queries(tmp_path / "queries.csv")


def test_classes_and_confusions_are_shown() -> None:
    rows = make_rows([""] * 4, [0, 1, 2, 3], labels=["bolt", "bolt", "bolt", "nut"])
    encode = Angles({0: 0, 1: 80, 2: 85, 3: 90}, {"a photo of bolt": 0, "a photo of nut": 90})
    (outcome,) = ZeroShot().observe(encode, rows)
    classes, confused = outcome.exhibits
    assert isinstance(classes, Table)
    assert isinstance(confused, Table)
    assert classes.rows[0] == ("bolt", 3, pytest.approx(1 / 3), 1.0, 0.5, "rare")
    assert classes.rows[1] == ("nut", 1, 1.0, pytest.approx(1 / 3), 0.5, "rare")
    assert "2 of 2 classes" in classes.note
    assert confused.rows == [("bolt", "nut", 2, pytest.approx(2 / 3))]
    assert confused.missing == 0, "a pair that is not listed did not happen"


def test_every_confusion_is_handed_over_and_a_page_shows_the_first() -> None:
    names = [f"kind {i}" for i in range(41)]
    labels = read_labels("kind", names)
    confused = confusion_table(labels, np.arange(40), np.arange(1, 41))
    assert (len(confused.rows), confused.most) == (40, 30)


class PaintedShop:
    """Two plain studio pictures, a red and a blue square on white."""

    brand_column = category_column = None

    def rows(self, split: str) -> None:
        return None

    def pictures(self, views: Sequence[int]) -> list[bytes]:
        return [self._painted(view) for view in views]

    def _painted(self, view: int) -> bytes:
        picture = Image.new("RGB", (100, 80), "white")
        picture.paste(("red", "blue")[view], (30, 20, 70, 60))
        buffer = io.BytesIO()
        picture.save(buffer, "PNG")
        return buffer.getvalue()


class Colours(Angles):
    """A picture's vector is its share of red and of blue above green: grey pictures have neither."""

    def images(self, images: Sequence[ImageLike]) -> np.ndarray:
        means = np.array([np.asarray(open_rgb(image), float).mean((0, 1)) for image in images])
        vectors = np.stack([means[:, 0] - means[:, 1], means[:, 2] - means[:, 1]], axis=1) + 1e-6
        return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def test_damage_is_measured_against_the_undamaged_picture() -> None:
    """Colours survive compression, blur and the like; without colour the two squares cannot be told apart."""
    rows = make_rows(["red", "blue"], [0, 1], shop=PaintedShop())
    outcomes = list(Robustness().observe(Colours({}, {"red": 0, "blue": 90}), rows))
    by_damage = {str(outcome.settings["damage"]): values(outcome) for outcome in outcomes}
    assert by_damage["none"]["text_retrieval_recall@1"] == 1.0
    assert by_damage["jpeg"]["lost_recall@1"] == by_damage["blur"]["lost_recall@1"] == 0.0
    assert by_damage["grey"]["text_retrieval_recall@1"] < 1.0
    whole = outcomes[0]
    assert values(whole)["text_retrieval_recall@1"] == pytest.approx(
        np.mean([by_damage[kind]["text_retrieval_recall@1"] for kind in DAMAGES])
    )
    curves = {exhibit.name: exhibit for exhibit in whole.exhibits if isinstance(exhibit, Curve)}
    assert set(curves) == {damage.label for damage in DAMAGES.values()}
    assert curves["JPEG"].series[0].x == [100.0, 70, 50, 30, 10]
    assert curves["JPEG"].series[0].y[0] == 1.0
    assert "2 of 2 pictures have a plain background" in whole.remarks[0]


def test_damage_to_a_shared_photograph_is_no_more_than_to_one_of_its_own() -> None:
    """Two sizes of a red square with one photograph: either title is right for both."""
    shop = PaintedShop()
    shop.pictures = lambda views: [shop._painted(max(0, view - 1)) for view in views]
    rows = make_rows(["red S", "red M", "blue"], [0, 1, 2], hash_V=["r", "r", "b"], shop=shop)
    outcomes = list(Robustness().observe(Colours({}, {"red S": 0, "red M": 0, "blue": 90}), rows))
    clean = next(outcome for outcome in outcomes if outcome.settings["damage"] == "none")
    assert values(clean)["text_retrieval_recall@1"] == 1.0
    assert clean.settings["items_sharing_pictures"] == 2


def test_a_background_is_replaced_and_the_product_is_not() -> None:
    picture = open_rgb(PaintedShop().pictures([0])[0])
    mask = studio_mask(np.asarray(picture))
    assert mask is not None
    assert int((~mask).sum()) == 40 * 40
    for step in DAMAGES["background"].steps:
        changed = np.asarray(on_other_background(picture, step))
        assert (changed[~mask] == [255, 0, 0]).all()
        assert (changed[mask] != 255).any(axis=1).mean() > 0.9
    busy = Image.effect_noise((60, 60), 90).convert("RGB")
    assert studio_mask(np.asarray(busy)) is None
    assert on_other_background(busy, 2) is busy
