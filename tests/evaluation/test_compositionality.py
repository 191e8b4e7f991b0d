"""False captions of a small shop: fluent, false, and told apart by an encoder that reads colours."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from small_shops import SmallShop, make_shop

from gergo.errors import NotEnoughData
from gergo.evaluation.attributes import alike, fold, words
from gergo.evaluation.compositionality import Compositionality, side_by_side
from gergo.evaluation.hard_negatives import Maker

COLOURS = ["red", "blue", "green"]
THINGS = ["skirt", "jacket", "scarf"]


def wardrobe(title: str = "{maker} {colour} {thing}", n: int = 36) -> SmallShop:
    """Every colour of every thing, four times; the maker is in no column."""
    colour = [COLOURS[i % 3] for i in range(n)]
    thing = [THINGS[i // 3 % 3] for i in range(n)]
    titles = [title.format(maker="Acme", colour=c, thing=t) for c, t in zip(colour, thing, strict=True)]
    columns = {"title": titles, "colour": colour, "kind": thing}
    return make_shop({"test": columns, "train": columns}, texts=["title"])


class ColourEyes:
    """Sees the colour of the item (from the split's order) and reads the colours in a text; blind to the rest."""

    logit_scale = 10.0

    def texts(self, texts: Sequence[str]) -> np.ndarray:
        return self._unit([[text.split().count(colour) for colour in COLOURS] for text in texts])

    def views(self, views: Sequence[int]) -> np.ndarray:
        return self._unit([[int(view % 36 % 3 == k) for k in range(3)] for view in views])

    def images(self, images: Sequence[object]) -> np.ndarray:
        return self._unit([[1, 1, 1]] * len(images))

    def _unit(self, rows: list[list[int]]) -> np.ndarray:
        array = np.array(rows, np.float32) + 1e-3
        return array / np.linalg.norm(array, axis=1, keepdims=True)


def maker_of(shop: SmallShop) -> Maker:
    return Maker(shop.splits["test"], [shop.splits["train"]], seed=0)


def test_replaced_values_are_false_and_stand_where_the_true_one_stood() -> None:
    made = maker_of(wardrobe()).make().made["replace"]
    assert len(made) == 72
    for each in made:
        true, false = each.positive.split(), each.negative.split()
        changed = [(a, b) for a, b in zip(true, false, strict=True) if a != b]
        assert len(changed) == 1
        assert set(changed[0]) <= set(COLOURS if each.column == "colour" else THINGS)
    assert all(each.attested for each in made)


def test_swaps_exchange_the_colours_of_two_things() -> None:
    made = maker_of(wardrobe()).make().made["swap"]
    assert made
    for each in made:
        (c1, t1), (c2, t2) = (phrase.split() for phrase in each.positive.split(", "))
        assert each.negative == f"{c2} {t1}, {c1} {t2}"
        assert c1 != c2
        assert t1 != t2


def test_an_added_value_stands_where_the_shop_puts_it() -> None:
    shop = wardrobe()
    plain = {"title": ["Acme skirt"], "colour": ["red"], "kind": ["skirt"]}
    one = make_shop({"test": plain, "train": shop.splits["train"].columns}, texts=["title"])
    (added,) = Maker(one.splits["test"], [one.splits["train"]], seed=0).make().made["add"]
    assert added.positive == "Acme skirt"
    assert added.negative in ("Acme blue skirt", "Acme green skirt")


def test_a_model_that_sees_only_colours_gets_only_those() -> None:
    """Swaps are hidden from it: both captions hold the same colours, and ties count against the model."""
    shop = wardrobe()
    shop.pictures = lambda views: [png() for _ in views]  # type: ignore[method-assign]
    outcomes = {outcome.task: outcome for outcome in Compositionality().observe(ColourEyes(), shop.splits["test"])}
    replaced = outcomes["compositionality_replace"]
    rows = {row[0]: row for row in replaced.exhibits[0].rows}  # pyright: ignore
    assert rows["colour"][2] == 1.0
    assert rows["kind"][2] == 0.0
    assert float(replaced.metrics["acc1"](replaced.observed, None)) == 0.5
    swapped = outcomes["compositionality_swap"]
    assert float(swapped.metrics["acc1"](swapped.observed, None)) == 0.0


def png(colour: str = "red", size: tuple[int, int] = (30, 20)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "PNG")
    return buffer.getvalue()


def test_two_pictures_stand_whole_in_the_middle_of_a_square() -> None:
    sheet = side_by_side(png("red", (448, 224)), png("blue", (100, 300)))
    assert sheet.size == (448, 448)
    assert sheet.getpixel((112, 224)) == (255, 0, 0)
    assert sheet.getpixel((336, 224)) == (0, 0, 255)
    assert sheet.getpixel((112, 10)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("extra", "why"),
    [
        ({"note": "also in blue"}, "a text of the item names it"),
        ({"colour2": "Blue"}, "another column holds it"),
    ],
)
def test_what_may_be_true_is_never_called_false(extra: dict[str, str], why: str) -> None:
    shop = wardrobe()
    one = {"title": ["Acme red skirt"], "colour": ["red"], "kind": ["skirt"]}
    one |= {name: [value] for name, value in extra.items()}
    train = shop.splits["train"].columns | {name: [""] * 36 for name in extra}
    both = make_shop({"test": one, "train": train}, texts=["title", *(["note"] if "note" in extra else [])])
    maker = Maker(both.splits["test"], [both.splits["train"]], seed=0)
    colour = next(v for v in maker.vocabularies if v.column == "colour")
    assert not maker.false_of(0, colour, "red", "blue"), why
    assert maker.false_of(0, colour, "red", "green")


def test_values_that_items_are_told_to_have_both_are_not_exclusive() -> None:
    shop = wardrobe()
    columns = {name: list(values) for name, values in shop.splits["train"].columns.items()}
    red = [i for i, colour in enumerate(columns["colour"]) if colour == "red"]
    for i in red[:3]:
        columns["title"][i] += " with green trim"
    maker = maker_of(make_shop({"test": columns, "train": columns}, texts=["title"]))
    colour = next(v for v in maker.vocabularies if v.column == "colour")
    assert not colour.exclusive("red", "green")
    assert colour.exclusive("red", "blue")


def test_values_that_claim_anything_are_no_attributes() -> None:
    columns = {
        "title": ["Acme multi skirt", "Acme red skirt"] * 6,
        "colour": ["multi", "red"] * 6,
        "kind": ["skirt"] * 12,
    }
    maker = maker_of(make_shop({"test": columns, "train": columns}, texts=["title"]))
    assert all("multi" not in vocabulary.items for vocabulary in maker.vocabularies)


def test_a_shop_without_words_for_its_attributes_is_told() -> None:
    shop = make_shop({"test": {"title": ["a b", "c d"] * 4, "kind": ["x1", "y2"] * 4}}, texts=["title"])
    with pytest.raises(NotEnoughData, match="no column holds attributes that the texts name"):
        list(Compositionality().observe(ColourEyes(), shop.splits["test"]))
    with pytest.raises(NotEnoughData, match="no texts"):
        list(Compositionality().observe(ColourEyes(), make_shop({"test": {"kind": ["x"]}}).splits["test"]))


@settings(deadline=None)
@given(st.text(max_size=20), st.text(max_size=20))
def test_likeness_is_symmetric_and_folding_settles(a: str, b: str) -> None:
    assert alike(a, b) == alike(b, a)
    assert fold(fold(a)) == fold(a)
    assert all(a[word.start : word.end].casefold() == word.folded for word in words(a))
