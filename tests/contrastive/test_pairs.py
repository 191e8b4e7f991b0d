"""Pairs read from a real catalogue, and what is drawn of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gergo.catalogue.hashing import text_hash
from gergo.catalogue.importing import import_catalogue
from gergo.catalogue.splits import TRAIN, VALIDATION
from gergo.catalogue.store import Catalogue
from gergo.contrastive.pairs import Pairs, TextShares, draw, draw_another, read_pairs
from gergo.contrastive.templates import attribute_templates
from gergo.errors import UsageError

SHARES = TextShares(title=0.6, category=0.1)
BEARS_NK = np.array([[0, 1, 2], [3, 4, -1], [5, -1, -1]])


@pytest.fixture(scope="module")
def catalogue(write_shop: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """A shop of 60 products; two lack a picture, one lacks every text."""
    source = write_shop(60)
    lines = source.read_text().splitlines()
    lines[1] = lines[1].replace("0.jpg,", ",")
    lines[2] = "1.jpg,p1,,,maker 1,bar"
    source.write_text("\n".join(lines) + "\n")
    return import_catalogue(source, to=tmp_path_factory.mktemp("catalogues") / "shop.gergo", group=None)


def test_only_items_with_a_picture_and_a_text_and_only_of_the_splits(catalogue: Catalogue) -> None:
    pairs = read_pairs(catalogue, [TRAIN], SHARES)
    items = {row["item"]: row for row in catalogue.items(splits=[TRAIN]).to_pylist()}
    assert set(pairs.items_N.tolist()) <= set(items)
    ids = {items[item]["id"] for item in pairs.items_N.tolist()}
    assert not ids & {"p0", "p1"}
    assert len(ids) >= len(items) - 2


def test_every_number_leads_back_to_the_catalogue(catalogue: Catalogue) -> None:
    pairs = read_pairs(catalogue, [TRAIN, VALIDATION], SHARES)
    items = {row["item"]: row for row in catalogue.items(splits=[TRAIN, VALIDATION]).to_pylist()}
    view_item = {row["view"]: row["item"] for row in catalogue.views().to_pylist()}
    for n, item in enumerate(pairs.items_N.tolist()):
        for position in pairs.bears["image"][n]:
            assert position == -1 or view_item[pairs.contents["image"][position].value] == item
        hashes = [pairs.contents["text"][position].hash for position in pairs.bears["text"][n] if position >= 0]
        assert hashes[:-1] == [text["hash"] for text in items[item]["texts"]]
        assert hashes[-1] == text_hash(items[item]["category"])
    assert len({content.hash for content in pairs.contents["text"]}) == len(pairs.contents["text"])


def values(pairs: Pairs, modality: str) -> list[list[int | str]]:
    """What each item bears, by value."""
    return [
        [pairs.contents[modality][position].value for position in row if position >= 0] for row in pairs.bears[modality]
    ]


def test_leaving_items_out_renumbers_and_changes_nothing_else(catalogue: Catalogue) -> None:
    pairs = read_pairs(catalogue, [TRAIN], SHARES)
    keep_N = np.arange(len(pairs)) % 3 == 1
    some = pairs.only(keep_N)
    for modality in ("image", "text"):
        whole = values(pairs, modality)
        assert values(some, modality) == [whole[n] for n in np.flatnonzero(keep_N)]
        used = some.bears[modality][some.bears[modality] >= 0]
        assert set(used.tolist()) == set(range(len(some.contents[modality])))


def test_every_content_is_drawn_by_its_weight_and_padding_never() -> None:
    weights_NK = np.array([[0.7, 0.1, 0.2], [0.5, 0.5, 0.0], [1.0, 0.0, 0.0]])
    random = np.random.default_rng(0)
    drawn = np.stack([draw(BEARS_NK, weights_NK, random) for _ in range(3000)])
    for n in range(3):
        shares = [(drawn[:, n] == content).mean() for content in BEARS_NK[n]]
        np.testing.assert_allclose(shares, weights_NK[n], atol=0.04)


def test_title_category_and_the_rest_have_their_shares(catalogue: Catalogue) -> None:
    pairs = read_pairs(catalogue, [TRAIN], SHARES)
    np.testing.assert_allclose(pairs.weights["text"].sum(axis=1), 1)
    np.testing.assert_allclose(pairs.weights["image"].sum(axis=1), 1)
    borne = values(pairs, "text")[3]
    assert [str(text).split()[0] for text in borne] == [str(borne[0]).split()[0], "A", pairs.categories_N[3]]
    np.testing.assert_allclose(pairs.weights["text"][3], [0.6, 0.3, 0.1])


def test_a_category_is_no_tie_between_items(catalogue: Catalogue) -> None:
    """Titles are all different here, so nearly everybody is alone, though categories are shared by dozens."""
    pairs = read_pairs(catalogue, [TRAIN], TextShares(1.0, 0.0))
    of_category = Counter(pairs.categories_N.tolist())
    assert max(Counter(pairs.kin_N.tolist()).values()) < min(of_category.values())


def test_templates_make_texts_of_columns_with_a_share_of_their_own(catalogue: Catalogue) -> None:
    shares = TextShares(0.5, 0.1, 0.2, ("{Brand} {category}", "one of {brand}"))
    pairs = read_pairs(catalogue, [TRAIN], shares)
    rows = {row["item"]: row for row in catalogue.items(splits=[TRAIN]).to_pylist()}
    row = rows[int(pairs.items_N[3])]
    weights = dict(zip(values(pairs, "text")[3], pairs.weights["text"][3], strict=False))
    assert weights[f"{row['brand']} {row['category']}"] == pytest.approx(0.1)
    assert weights[f"one of {row['brand']}"] == pytest.approx(0.1)
    assert weights[row["title"]] == pytest.approx(0.5)
    assert weights[row["category"]] == pytest.approx(0.1)
    assert weights[row["description"]] == pytest.approx(0.2)
    assert pairs.kin_N.tolist() == read_pairs(catalogue, [TRAIN], SHARES).kin_N.tolist()


def test_columns_have_the_weights_that_they_are_given(catalogue: Catalogue) -> None:
    """Brand is no text of the shop: it is drawn as one, and ties nobody to others of the brand."""
    shares = TextShares(0.7, 0.1, columns=(("Title", 3.0), ("brand", 1.0), ("description", 0.0)))
    pairs = read_pairs(catalogue, [TRAIN], shares)
    rows = {row["item"]: row for row in catalogue.items(splits=[TRAIN]).to_pylist()}
    row = rows[int(pairs.items_N[3])]
    weights = dict(zip(values(pairs, "text")[3], pairs.weights["text"][3], strict=False))
    expected = {row["title"]: 0.675, row["brand"]: 0.225, row["category"]: 0.1, row["description"]: 0.0}
    assert weights == pytest.approx(expected)
    assert pairs.kin_N.tolist() == read_pairs(catalogue, [TRAIN], SHARES).kin_N.tolist()


def test_a_text_that_two_columns_hold_counts_twice_and_one_without_them_has_its_title(
    write_shop: Callable[..., Path], tmp_path: Path
) -> None:
    source = write_shop(40)
    lines = source.read_text().splitlines()
    lines[5] = "4.jpg,p4,plain bolt,maker 4,maker 4,bar"
    lines[6] = "5.jpg,p5,plain nut,,,bar"
    source.write_text("\n".join(lines) + "\n")
    shop = import_catalogue(source, to=tmp_path / "shop.gergo", group=None)
    columns = (("title", 1.0), ("description", 1.0), ("brand", 2.0))
    pairs = read_pairs(shop, [TRAIN, VALIDATION, "test"], TextShares(0.7, 0.0, columns=columns))
    found = {}
    for borne, weights in zip(values(pairs, "text"), pairs.weights["text"], strict=True):
        found[borne[0]] = dict(zip(borne, weights, strict=False))
    assert found["plain bolt"]["maker 4"] == pytest.approx(0.75)
    assert found["plain bolt"]["plain bolt"] == pytest.approx(0.25)
    assert found["plain nut"]["plain nut"] == 1.0
    only = read_pairs(shop, [TRAIN, VALIDATION, "test"], TextShares(0.7, 0.2, columns=(("brand", 1.0),)))
    number = [borne[0] for borne in values(only, "text")].index("plain nut")
    np.testing.assert_allclose(only.weights["text"][number].max(), 0.8)


def test_a_column_that_is_not_there_is_named(catalogue: Catalogue) -> None:
    with pytest.raises(UsageError, match="'titel'") as caught:
        read_pairs(catalogue, [TRAIN], TextShares(0.7, 0.1, columns=(("titel", 1.0),)))
    assert "title" in caught.value.hint


@pytest.mark.parametrize("template", ["{colr} {category}", "no column at all", "{}"])
def test_a_template_that_cannot_be_filled_is_named(catalogue: Catalogue, template: str) -> None:
    with pytest.raises(UsageError, match="template") as caught:
        read_pairs(catalogue, [TRAIN], TextShares(0.5, 0.1, 0.2, (template,)))
    assert caught.value.hint


def test_a_second_content_is_another_one_where_there_is_one() -> None:
    weights_NK = np.array([[0.7, 0.1, 0.2], [0.5, 0.5, 0.0], [1.0, 0.0, 0.0]])
    random = np.random.default_rng(0)
    first_N = np.array([0, 3, 5])
    drawn = np.stack([draw_another(BEARS_NK, weights_NK, first_N, random) for _ in range(2000)])
    assert set(drawn[:, 0]) == {1, 2}
    assert (drawn[:, 0] == 2).mean() == pytest.approx(2 / 3, abs=0.05)
    assert set(drawn[:, 1]) == {4}
    assert set(drawn[:, 2]) == {5}


def test_attributes_are_said_by_themselves_and_with_the_kind(write_shop: Callable[..., Path], tmp_path: Path) -> None:
    """A colour says more than the category does; a shelf follows from it; prices and notes are no attributes."""
    source = write_shop(60)
    head, *lines = source.read_text().splitlines()
    kinds = {kind: n for n, kind in enumerate(sorted({line.rsplit(",", 1)[1] for line in lines}))}
    extra = [
        f"{line},{('Red', 'Blue', 'Grey')[n // 9 % 3]},shelf {'AB'[kinds[line.rsplit(',', 1)[1]] % 2]},{n}.99,note {n}"
        for n, line in enumerate(lines)
    ]
    source.write_text("\n".join([f"{head},{{odd}},place,cost,note", *extra]) + "\n")
    renamed = import_catalogue(source, to=tmp_path / "odd.gergo", group=None)
    assert not [text for text in attribute_templates(renamed, [TRAIN]) if "odd" in text]
    source.write_text("\n".join([f"{head},tint,place,cost,note", *extra]) + "\n")
    shop = import_catalogue(source, to=tmp_path / "shop.gergo", group=None)
    templates = attribute_templates(shop, [TRAIN])
    assert {"{tint}", "{place}"} <= set(templates)
    assert {"{tint} {category}", "{category} {tint}"} & set(templates)
    assert not [text for text in templates if "{cost}" in text or "{note}" in text or text == "{category}"]
    assert not [text for text in templates if "{place} " in text or " {place}" in text]
    pairs = read_pairs(shop, [TRAIN], TextShares(0.6, 0.1, 0.15, templates))
    assert {"Red", "Blue", "Grey"} <= {str(content.value) for content in pairs.contents["text"]}


def test_captions_say_the_last_level_of_a_path(write_shop: Callable[..., Path], tmp_path: Path) -> None:
    """Told apart from paths of other splits too; the category itself stays as the shop writes it."""
    source = write_shop(60)
    head, *lines = source.read_text().splitlines()
    kinds = sorted({line.rsplit(",", 1)[1] for line in lines})
    shelves = ("Hall/Left/Top", "Hall/Right", "Hall/Left/Low")
    rows = [line.rsplit(",", 1) for line in lines]
    extra = [f"{row},{('Men', 'Women')[n % 2]} > {kind},{shelves[n // 9 % 3]}" for n, (row, kind) in enumerate(rows)]
    source.write_text("\n".join([f"{head},place", *extra]) + "\n")
    shop = import_catalogue(source, to=tmp_path / "shop.gergo", group=None, category="category")
    templates = attribute_templates(shop, [TRAIN])
    assert "{place}" in templates
    pairs = read_pairs(shop, [TRAIN], TextShares(0.6, 0.1, 0.15, templates))
    made = {str(content.value) for content in pairs.contents["text"] if not content.own}
    assert {"Top", "Right", "Low"} <= made
    assert {f"Men {kind}" for kind in kinds} & made
    assert not [text for text in made if ">" in text or "/" in text]
    assert all(" > " in name for name in pairs.categories_N.tolist())


def test_one_photograph_in_two_sizes_is_one_picture(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    lines = ["id,title,image,large,back"]
    for n in range(20):
        for side in ("front", "back"):
            pixels = random.integers(0, 256, (4, 4, 3)).astype(np.uint8)
            picture = Image.fromarray(pixels).resize((96, 96), Image.Resampling.BICUBIC)
            picture.save(tmp_path / f"{n}-{side}.png")
            picture.resize((192, 192)).save(tmp_path / f"{n}-{side}-large.jpg", quality=60)
        lines.append(f"p{n},thing number {n},{n}-front.png,{n}-front-large.jpg,{n}-back.png")
    (tmp_path / "shop.csv").write_text("\n".join(lines) + "\n")
    shop = import_catalogue(tmp_path / "shop.csv", to=tmp_path / "shop.gergo")
    assert len(shop.views()) == 60
    pairs = read_pairs(shop, [TRAIN], SHARES)
    column_of = dict(zip(shop.views()["view"].to_pylist(), shop.views()["column"].to_pylist(), strict=True))
    columns = [[column_of[pairs.contents["image"][place].value] for place in row] for row in pairs.bears["image"]]
    assert columns == [["image", "back"]] * len(pairs)
