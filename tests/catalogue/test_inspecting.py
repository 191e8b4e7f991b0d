"""Inspect: counts that add up, and warnings that come when they should."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.catalogue.exports import picture, shop_rows, write_csv, write_pictures, write_shop

from gergo.catalogue.importing import import_catalogue
from gergo.catalogue.inspecting import inspect
from gergo.catalogue.leaks import leaks
from gergo.catalogue.store import Catalogue


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> Catalogue:
    folder = tmp_path_factory.mktemp("shop")
    source = write_shop(folder, 60)
    (folder / "images/3.jpg").write_bytes(picture(3)[:200])
    return import_catalogue(source, folder / "shop.gergo")


def test_the_json_has_what_others_script_against(shop: Catalogue):
    found = inspect(shop, lambda texts: [len(text.split()) + 2 for text in texts]).to_json()
    assert json.loads(json.dumps(found)) == found
    assert (found["rows_in"], found["rows_kept"], found["rows_quarantined"], found["views_lost"]) == (60, 60, 0, 1)
    assert sum(found["splits"].values()) == 60
    assert found["groups"] == 60
    assert found["quarantine_reasons"] == {"picture_truncated": 1}
    assert [column["name"] for column in found["columns"]] == shop.columns
    assert found["columns"][0]["role"] == ["id"]
    assert found["texts"]["title"] == {
        "count": 60, "unit": "tokens", "median": 6.0, "p95": 6.0, "longest": 6, "limit": None, "over_limit_share": None,
    }  # fmt: skip
    assert found["classes"]["count"] == 12
    assert found["pictures"]["items_without"] == 1
    assert found["leaks"] == []


def test_the_text_says_the_same(shop: Catalogue):
    text = inspect(shop).to_text()
    assert "60 in = 60 kept + 0 quarantined" in text
    assert "1  picture_truncated" in text
    assert "4 words in the median" in text


def warnings_of(catalogue: Catalogue, **settings) -> str:
    return "\n".join(inspect(catalogue, **settings).warnings)


def test_few_rows_and_small_pictures_are_warned_of(shop: Catalogue):
    warnings = warnings_of(shop)
    assert "items to train on" in warnings
    assert "59 pictures are under 128 px" in warnings


def test_texts_over_the_limit_are_warned_of(shop: Catalogue):
    long = warnings_of(shop, count_tokens=lambda texts: [99 for _ in texts], context_length=77)
    assert "100% of title are longer than the model reads (77 tokens)" in long
    assert "longer than" not in warnings_of(shop, count_tokens=lambda texts: [9 for _ in texts], context_length=77)


def test_a_shop_without_variety_is_warned_of(tmp_path: Path):
    rows = [row | {"title": "the same title", "image": "", "category": "bolt"} for row in shop_rows(150)]
    rows[:30] = [row | {"category": row["sku"][-1]} for row in rows[:30]]
    source = write_csv(tmp_path / "products.csv", rows)
    warnings = warnings_of(import_catalogue(source, tmp_path / "c.gergo", text="title", category="category"))
    assert "one title stands for 150 items" in warnings
    assert "no item has a picture" in warnings
    assert "80% of the items are category 'bolt'" in warnings


def test_a_group_that_swallows_the_shop_is_warned_of(tmp_path: Path):
    rows = [row | {"model": "one" if i < 30 else f"m{i}"} for i, row in enumerate(shop_rows(60))]
    write_pictures(tmp_path, range(60))
    catalogue = import_catalogue(write_csv(tmp_path / "p.csv", rows), tmp_path / "c.gergo", group="model")
    assert "one group holds 50% of the items: is model the right column" in warnings_of(catalogue)


def titled(folder: Path, title: str, **overrides: str) -> Catalogue:
    """A shop of 120 rows, every three under one title."""
    rows = [
        row | {"title": title.format(i // 3), "image": "", "lot": f"lot {i // 3}"}
        for i, row in enumerate(shop_rows(120))
    ]
    return import_catalogue(write_csv(folder / "p.csv", rows), folder / "c.gergo", text="title", **overrides)


def test_product_titles_on_both_sides_of_a_split_are_warned_of(tmp_path: Path):
    """Variants with unlike ids, under one title: no import can know, so a person is asked."""
    catalogue = titled(tmp_path, "drawing {}")
    splits = catalogue.items(columns=[])["split"].to_pylist()
    trained = {i: splits[3 * i : 3 * i + 3].count("train") for i in range(40)}
    both = [i for i, n in trained.items() if 0 < n < 3]
    warnings = warnings_of(catalogue)
    assert f"{len(both)} titles of a few items each are both trained on and measured on, by " in warnings
    assert f" by {sum(3 - trained[i] for i in both)} of the " in warnings
    assert f"'drawing {both[0]}' (P" in warnings
    assert "--group COLUMN" in warnings


def test_titles_that_a_group_holds_together_or_that_name_a_class_are_not(tmp_path: Path):
    assert "titles of a few items" not in warnings_of(titled(tmp_path / "tied", "drawing {}", group="lot"))
    assert "titles of a few items" not in warnings_of(titled(tmp_path / "class", "drawing"))
    assert "titles of a few items" not in warnings_of(titled(tmp_path / "classes", "drawing {}", category="title"))


def test_leaks_are_found_where_there_are_some(shop: Catalogue, tmp_path: Path):
    """The check must be able to fail: a catalogue made by hand in which everything leaks."""
    assert leaks(shop) == []
    twisted = _Twisted(shop)
    found = "\n".join(leaks(twisted))
    assert "group G is in test and train" in found
    assert "picture H is in test and train" in found
    assert "held-out brand" in found
    assert "is in no split ('nowhere')" in found


class _Twisted(Catalogue):
    """A catalogue whose tables say what no import would write."""

    def __init__(self, shop: Catalogue) -> None:
        held_out = {"held_out_brands": ["Acme"]}
        super().__init__(shop.path, shop.manifest.model_copy(update=held_out))

    def items(self, **wanted):
        items = super().items(**wanted)
        number = items.num_rows
        splits = ["train", "test", "nowhere", *["train"] * (number - 3)]
        groups = ["G", "G", *map(str, range(number - 2))]
        for name, values in (("split", splits), ("group", groups)):
            items = items.set_column(items.column_names.index(name), name, [values])
        return items

    def views(self, **wanted):
        views = super().views(**wanted)
        hashes = ["H", "H", *map(str, range(views.num_rows - 2))]
        return views.set_column(views.column_names.index("hash"), "hash", [hashes])
