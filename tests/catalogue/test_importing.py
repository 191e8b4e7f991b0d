"""Import: every row is kept or in quarantine, and importing again brings in only what is new or changed."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from tests.catalogue.exports import KINDS, picture, saved, shop_rows, write_csv, write_pictures, write_shop

from gergo.catalogue import placing, reading
from gergo.catalogue.editing import upsert
from gergo.catalogue.families import Families
from gergo.catalogue.hashing import picture_hash, text_hash
from gergo.catalogue.importing import import_catalogue
from gergo.catalogue.leaks import leaks
from gergo.catalogue.locking import import_lock
from gergo.catalogue.pictures import pixels
from gergo.catalogue.splits import HELD_OUT_BRANDS, SPLITS
from gergo.catalogue.store import Catalogue
from gergo.errors import InputError, UsageError


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return write_shop(tmp_path / "shop")


def ids(catalogue: Catalogue) -> list[str]:
    return catalogue.items(columns=[])["id"].to_pylist()


def splits_of(catalogue: Catalogue) -> dict[str, str]:
    items = catalogue.items(columns=[])
    return dict(zip(items["id"].to_pylist(), items["split"].to_pylist(), strict=True))


def test_a_shop_comes_in_whole(shop: Path, tmp_path: Path, capsys):
    catalogue = import_catalogue(shop, tmp_path / "shop.gergo")
    counts = catalogue.manifest.counts
    assert (counts.rows_in, counts.rows_kept, counts.rows_quarantined, counts.views_lost) == (60, 60, 0, 0)
    assert catalogue.roles.id == "sku"
    assert catalogue.roles.images == ("image",)
    assert catalogue.roles.brand == "brand"
    assert catalogue.columns == ["sku", "title", "brand", "category", "price", "image"]
    items = catalogue.items()
    assert items["item"].to_pylist() == list(range(60))
    assert items["price"].to_pylist()[:2] == [0.5, 1.5]
    title = items["texts"][7][0].as_py()
    assert title == {"column": "title", "text": "Hobel anchor number 7", "hash": text_hash("Hobel anchor number 7")}
    assert set(items["split"].to_pylist()) <= set(SPLITS)
    views = catalogue.views()
    for view, hash_, width in zip(*(views[name].to_pylist() for name in ("view", "hash", "width")), strict=True):
        data = catalogue.pictures([view])[0]
        assert data == (shop.parent / f"images/{view}.jpg").read_bytes()
        assert (hash_, width) == (picture_hash(pixels(data)), 64)
    said = capsys.readouterr()
    assert "60 rows in = 60 kept + 0 quarantined" in said.err
    assert "named as an id" in said.err
    assert said.out == ""


def test_held_out_names_are_nowhere_in_train(shop: Path, tmp_path: Path):
    catalogue = import_catalogue(shop, tmp_path / "shop.gergo", held_out_brands=["acme"], held_out_categories=["Hinge"])
    assert catalogue.manifest.held_out_brands == ["Acme"]
    assert catalogue.manifest.held_out_categories == ["hinge"]
    held = catalogue.items(splits=["held_out_brands", "held_out_categories"])
    assert set(held["item"].to_pylist()) == set(
        catalogue.items(where="brand = 'Acme' or category = 'hinge'")["item"].to_pylist()
    )
    assert leaks(catalogue) == []


def test_an_unknown_held_out_name_is_refused_with_the_nearest(shop: Path, tmp_path: Path):
    with pytest.raises(UsageError, match="'Acmee'") as raised:
        import_catalogue(shop, tmp_path / "shop.gergo", held_out_brands=["Acmee"])
    assert "Acme" in raised.value.hint
    with pytest.raises(InputError, match="no catalogue here"):
        Catalogue.open(tmp_path / "shop.gergo")


def test_importing_again_changes_nothing_and_decodes_nothing(shop: Path, tmp_path: Path, monkeypatch, capsys):
    first = import_catalogue(shop, tmp_path / "shop.gergo")

    def decoding(data: bytes):
        raise AssertionError("a picture that did not change was decoded again")

    monkeypatch.setattr(reading, "read", decoding)
    again = import_catalogue(shop, tmp_path / "shop.gergo")
    assert (again.version, again.hash, again.table_versions) == (1, first.hash, first.table_versions)
    assert "0 added, 0 changed, 60 unchanged; 0 items are no longer" in capsys.readouterr().err


def test_the_hash_does_not_depend_on_the_order_of_rows(shop: Path, tmp_path: Path):
    one = import_catalogue(shop, tmp_path / "one.gergo")
    write_csv(shop, list(reversed(shop_rows(60))))
    other = import_catalogue(shop, tmp_path / "other.gergo")
    assert splits_of(one) == splits_of(other)
    assert one.hash == other.hash


def test_a_column_of_numbers_that_one_word_spoils_is_told(tmp_path: Path, capsys):
    lines = [f"A{n},Chair number {n},{n}.90,{n} %" for n in range(30)]
    source = tmp_path / "shop.csv"
    source.write_text("\n".join(["sku,name,price,fee", *lines, "A99,Chair 99,on request,9 %"]) + "\n")
    shop = import_catalogue(source, tmp_path / "shop.gergo")
    said = capsys.readouterr().err
    assert "column 'price' is of numbers, but kept as text, since 'on request' is none" in said
    assert "column 'fee' is of numbers, but kept as text, since not all of its values are plain ones" in said
    assert "column 'sku'" not in said
    assert shop.items()["price"][0].as_py() == "0.90"


@pytest.mark.parametrize(
    ("prices", "said", "least"),
    [
        (["1,299.00", "2,450.50", "4.50"], "", 4.5),
        (["1,299", "2,450.50", "4.50"], "of numbers: '1,299' is 1299.0", 4.5),
        (["$1,201.00", "$3.50", "$9.99"], "of numbers, in $: '$1,201.00' is 1201.0", 3.5),
        (["€ 1.201,00", "3,50 EUR", "9,99"], "of numbers, in EUR: '€ 1.201,00' is 1201.0", 3.5),
        (["201.00 EUR", "3.50 EUR", "9.99 EUR"], "of numbers, in EUR: '201.00 EUR' is 201.0", 3.5),
        (["¥1,980", "¥980", "¥12"], "of numbers, in ¥: '¥1,980' is 1980", 12),
        (["CHF 12.50", "CHF 3.50", "CHF 1'299.00"], "of numbers, in CHF: 'CHF 12.50' is 12.5", 3.5),
        (["1 299,00 zł", "3,50 zł", "49,99 zł"], "of numbers, in PLN: '1 299,00 zł' is 1299.0", 3.5),
    ],
)
def test_prices_as_shops_write_them_can_be_compared(tmp_path: Path, capsys, prices: list[str], said: str, least: float):
    rows: list[dict[str, object]] = [
        {"sku": f"A{n}", "name": f"Chair number {n}", "price": prices[n % 3]} for n in range(30)
    ]
    source = write_csv(tmp_path / "p.csv", rows)
    shop = import_catalogue(source, tmp_path / "shop.gergo")
    told = capsys.readouterr().err
    assert f"column 'price' is {said}" in told if said else "column 'price'" not in told
    assert len(shop.items(where=f"price <= {least}")) == 10
    assert import_catalogue(source, tmp_path / "shop.gergo").version == 1


def test_a_currency_stays_with_its_column_and_no_other_comes_in(tmp_path: Path, capsys):
    rows: list[dict[str, object]] = [
        {"sku": f"A{n}", "name": f"Chair number {n}", "price": f"{n},50 €"} for n in range(30)
    ]
    shop = import_catalogue(write_csv(tmp_path / "p.csv", rows), tmp_path / "shop.gergo")
    shop = upsert(shop, [{"id": "A3", "price": "1.299 €"}])
    assert (shop.manifest.kinds["price"], shop.manifest.currencies) == ("float", {"price": "EUR"})
    assert shop.items(where="id = 'A3'")["price"].to_pylist() == [1299.0]
    with pytest.raises(InputError, match=r"'\$5' is no number") as caught:
        upsert(shop, [{"id": "A3", "price": "$5"}])
    assert "number, in EUR" in caught.value.hint
    write_csv(tmp_path / "p.csv", [*rows, {"sku": "A99", "name": "Chair of others", "price": "$5"}])
    capsys.readouterr()
    mixed = import_catalogue(tmp_path / "p.csv", tmp_path / "shop.gergo")
    assert mixed.manifest.kinds["price"] == "string"
    assert "kept as text, since its currencies are mixed: EUR ('0,50 €'), $ ('$5')" in capsys.readouterr().err


def test_thousands_that_may_be_decimals_are_text_and_that_is_told(tmp_path: Path, capsys):
    rows = [{"sku": f"A{n}", "name": f"Chair number {n}", "price": f"{n + 1},299"} for n in range(30)]
    shop = import_catalogue(write_csv(tmp_path / "p.csv", rows), tmp_path / "shop.gergo")
    assert "kept as text, since '1,299' may be thousands or decimals" in capsys.readouterr().err
    assert shop.items()["price"][0].as_py() == "1,299"


def test_items_of_a_file_that_is_not_read_again_are_counted(shop: Path, tmp_path: Path, capsys):
    import_catalogue(shop, tmp_path / "shop.gergo")
    capsys.readouterr()
    february = shop.with_name("february.csv")
    write_csv(february, [row for row in shop_rows(60) if row["sku"] != "P0005"])
    import_catalogue(february, tmp_path / "shop.gergo")
    said = capsys.readouterr().err
    assert "1 items are of files that were not read this time, and stay: products.csv" in said


def test_what_is_new_and_what_changed_comes_in(shop: Path, tmp_path: Path, capsys):
    first = import_catalogue(shop, tmp_path / "shop.gergo")
    rows = [row for row in shop_rows(63) if row["sku"] != "P0005"]
    rows[0]["title"] = "Acme bolt, now in blue"
    rows[1]["image"] = "images/900.jpg"
    write_pictures(shop.parent, [60, 61, 62, 900])
    write_csv(shop, rows)
    second = import_catalogue(shop, tmp_path / "shop.gergo")
    assert "3 added, 2 changed, 57 unchanged; 1 items are no longer in these files" in capsys.readouterr().err
    assert second.version == 2
    assert second.hash != first.hash
    assert ids(second) == [f"P{i:04d}" for i in range(63)]
    assert second.items()["texts"][0][0]["text"].as_py() == "Acme bolt, now in blue"
    views = second.views(items=[0, 1])
    assert views["view"].to_pylist() == [0, 60]
    assert second.pictures([60]) == [picture(900)]
    with pytest.raises(InputError, match="no view 1"):
        second.pictures([1])
    before, after = splits_of(first), splits_of(second)
    assert all(after[id_] == split for id_, split in before.items())
    assert leaks(second) == []
    assert first.items()["texts"][0][0]["text"].as_py() == "Acme bolt number 0", "an open catalogue changed"
    assert first.pictures([1]) == [picture(1)]
    third = import_catalogue(shop, tmp_path / "shop.gergo")
    assert third.version == 2


def test_a_new_row_goes_where_its_group_is(shop: Path, tmp_path: Path):
    first = import_catalogue(shop, tmp_path / "shop.gergo", held_out_brands=[], held_out_categories=[])
    rows = shop_rows(70)
    for row in rows[60:]:
        twin = int(str(row["sku"])[1:]) - 50
        (shop.parent / str(row["image"])).write_bytes(saved(Image.open(shop.parent / f"images/{twin}.jpg"), quality=80))
    write_csv(shop, rows)
    second = import_catalogue(shop, tmp_path / "shop.gergo")
    splits = splits_of(first)
    assert {id_: split for id_, split in splits_of(second).items() if id_ >= "P0060"} == {
        f"P{i:04d}": splits[f"P{i - 50:04d}"] for i in range(60, 70)
    }
    assert len({splits[f"P{i:04d}"] for i in range(10, 20)}) > 1


def test_a_row_that_would_bridge_two_splits_is_quarantined(shop: Path, tmp_path: Path):
    first = import_catalogue(shop, tmp_path / "shop.gergo", held_out_brands=[], held_out_categories=[])
    splits = splits_of(first)
    train, test = (next(i for i in range(60) if splits[f"P{i:04d}"] == split) for split in ("train", "test"))
    rows = shop_rows(61)
    rows[60] |= {"image": f"images/{train}.jpg|images/{test}.jpg"}
    write_csv(shop, rows)
    second = import_catalogue(shop, tmp_path / "shop.gergo")
    assert second.quarantine().to_pylist() == [
        {
            "source": "products.csv",
            "row": 61,
            "column": "",
            "kind": "row",
            "reason": "would_bridge_splits",
            "detail": "P0060: tied to items of two splits",
        }
    ]
    assert (second.manifest.counts.rows_in, second.manifest.counts.rows_kept) == (61, 60)


def test_a_broken_picture_costs_a_view_and_an_empty_row_a_row(shop: Path, tmp_path: Path):
    rows = shop_rows(60)
    (shop.parent / "images/3.jpg").write_bytes(picture(3)[:300])
    rows[4]["image"] = "../secret.jpg"
    rows[5] = dict.fromkeys(rows[5], "") | {"sku": "P0005", "title": "N/A", "image": "images/nowhere.jpg"}
    write_csv(shop, rows)
    catalogue = import_catalogue(shop, tmp_path / "shop.gergo")
    counts = catalogue.manifest.counts
    assert (counts.rows_in, counts.rows_kept, counts.rows_quarantined, counts.views_lost) == (60, 59, 1, 4)
    assert [
        (lost["row"], lost["kind"], lost["column"], lost["reason"]) for lost in catalogue.quarantine().to_pylist()
    ] == [
        (4, "view", "image", "picture_truncated"),
        (5, "view", "image", "picture_outside_source"),
        (6, "row", "", "nothing_usable"),
        (6, "view", "image", "picture_missing"),
        (6, "view", "title", "text_unusable"),
    ]
    assert catalogue.views(items=[3, 4]).num_rows == 0
    assert catalogue.version == import_catalogue(shop, tmp_path / "shop.gergo").version


def test_an_id_met_twice_keeps_both_rows(shop: Path, tmp_path: Path):
    rows = shop_rows(60)
    rows[7]["sku"] = rows[2]["sku"]
    write_csv(shop, rows)
    catalogue = import_catalogue(shop, tmp_path / "shop.gergo")
    assert [id_ for id_ in ids(catalogue) if "P0002" in id_] == ["P0002", "P0002~2"]
    assert catalogue.manifest.counts.id_collisions == 1
    rows[7]["title"] = "changed since"
    write_csv(shop, list(reversed(rows)))
    again = import_catalogue(shop, tmp_path / "shop.gergo")
    assert again.items(where="id = 'P0002~2'")["texts"][0][0]["text"].as_py() == "changed since"
    assert again.manifest.counts.rows_kept == 60


def test_rows_that_repeat_another_are_kept_and_named(shop: Path, tmp_path: Path, capsys):
    rows = shop_rows(60)
    write_csv(shop, [*rows, rows[4], rows[7] | {"price": "77.00"}])
    catalogue = import_catalogue(shop, tmp_path / "shop.gergo")
    said = capsys.readouterr().err
    assert (
        "1 rows repeat another in every column, and are kept beside it: products.csv row 61 is products.csv row 5"
        in said
    )
    assert (catalogue.manifest.counts.rows_kept, catalogue.manifest.counts.id_collisions) == (62, 2)
    assert import_catalogue(shop, tmp_path / "shop.gergo").version == 1


def write_parquet(path: Path, first: int, n: int) -> Path:
    rows = [
        {"id": f"id{i}", "title": f"title {i}", "image": {"bytes": picture(first + i), "path": None}} for i in range(n)
    ]
    pq.write_table(pa.Table.from_pylist(rows), path)
    return path


def test_ids_of_another_file_are_other_products_unless_they_share_a_picture(tmp_path: Path):
    train, val = write_parquet(tmp_path / "train.parquet", 0, 12), write_parquet(tmp_path / "val.parquet", 500, 4)
    import_catalogue(train, tmp_path / "c.gergo")
    both = import_catalogue(val, tmp_path / "c.gergo")
    assert both.manifest.counts.rows_kept == 16
    assert ids(both)[12:] == ["id0~2", "id1~2", "id2~2", "id3~2"]
    assert both.manifest.counts.views == 16
    copy = write_parquet(tmp_path / "copy.parquet", 0, 12)
    assert import_catalogue(copy, tmp_path / "c.gergo").hash == both.hash


def test_rows_without_ids_are_known_again(shop: Path, tmp_path: Path, capsys):
    rows = [{"name": f"the {row['title']}", "picture": row["image"]} for row in shop_rows(30)]
    write_csv(shop, rows)
    first = import_catalogue(shop, tmp_path / "shop.gergo")
    assert first.roles.id is None
    rows[3]["name"] = "a name that was edited"
    write_csv(shop, [*rows[10:], *rows[:10], {"name": "a new one", "picture": ""}])
    second = import_catalogue(shop, tmp_path / "shop.gergo")
    assert "1 added, 1 changed, 29 unchanged; 0 items" in capsys.readouterr().err
    assert ids(second)[:30] == ids(first)


def test_a_placeholder_does_not_tie_the_shop_together(shop: Path, tmp_path: Path, capsys):
    logo = saved(Image.new("RGB", (64, 64), "orange"))
    for i in range(0, 60, 2):
        (shop.parent / f"images/{i}.jpg").write_bytes(logo)
    catalogue = import_catalogue(shop, tmp_path / "shop.gergo")
    counts = catalogue.manifest.counts
    assert (counts.groups, counts.views, counts.views_lost) == (60, 30, 30)
    assert catalogue.manifest.placeholders == [picture_hash(pixels(logo))]
    assert "views lost: 30 picture_placeholder" in capsys.readouterr().err
    assert import_catalogue(shop, tmp_path / "shop.gergo").version == 1


def test_a_word_for_nothing_is_a_title_where_it_does_not_repeat(shop: Path, tmp_path: Path):
    """Null is zero in German: the third of a set of numbers."""
    rows = shop_rows(60)
    for i, title in enumerate(["Null", "n/a", "Unknown", "unknown", "Missing"]):
        rows[i]["title"] = title
    write_csv(shop, rows)
    catalogue = import_catalogue(shop, tmp_path / "shop.gergo")
    texts = catalogue.items()["texts"].to_pylist()
    assert [found[0]["text"] if found else "" for found in texts[:5]] == ["Null", "", "", "", "Missing"]
    assert texts[0][0]["hash"] != texts[4][0]["hash"]
    assert catalogue.manifest.counts.views_lost == 3
    edited = upsert(catalogue, [{"id": "P0000", "price": 7}]).items(where="id = 'P0000'")
    assert edited["texts"][0][0]["text"].as_py() == "Null"


def test_titles_as_programs_write_nothing_are_none(shop: Path, tmp_path: Path):
    rows = shop_rows(60)
    titles = ["NaN", "undefined", "null", "None", "unknown", "Unknown", "N/A", "NULL"]
    for i, title in enumerate(titles):
        rows[i]["title"] = title
    catalogue = import_catalogue(write_csv(shop, rows), tmp_path / "shop.gergo")
    texts = catalogue.items()["texts"].to_pylist()
    assert not any(found["column"] == "title" for row in texts[: len(titles)] for found in row)


def test_a_stored_title_stays_when_its_word_comes_again(shop: Path, tmp_path: Path):
    rows = shop_rows(60)
    rows[0]["title"] = "Null"
    import_catalogue(write_csv(shop, rows), tmp_path / "shop.gergo")
    rows[0]["price"], rows[1]["title"], rows[2]["title"] = "99.00", "Null", "null"
    catalogue = import_catalogue(write_csv(shop, rows), tmp_path / "shop.gergo")
    texts = catalogue.items()["texts"].to_pylist()
    assert [[found["text"] for found in row if found["column"] == "title"] for row in texts[:3]] == [
        ["Null"], ["Null"], [],
    ]  # fmt: skip


def test_pictures_with_nothing_on_them_are_set_aside_and_tie_nothing(shop: Path, tmp_path: Path):
    blanks = [saved(Image.new("RGBA", (64, 64), (200, 0, 0, 0)), format="PNG"), saved(Image.new("L", (90, 60), 180))]
    for i in range(4):
        (shop.parent / f"images/{i}.jpg").write_bytes(blanks[i % 2])
    catalogue = import_catalogue(shop, tmp_path / "shop.gergo")
    counts = catalogue.manifest.counts
    assert (counts.items, counts.groups, counts.views, counts.views_lost) == (60, 60, 56, 4)
    assert {entry["reason"] for entry in catalogue.quarantine().to_pylist()} == {"picture_blank"}
    assert import_catalogue(shop, tmp_path / "shop.gergo").version == 1


def test_a_placeholder_that_spreads_later_is_kept_out_of_new_rows(shop: Path, tmp_path: Path):
    logo = saved(Image.new("RGB", (64, 64), "orange"))
    (shop.parent / "images/0.jpg").write_bytes(logo)
    first = import_catalogue(shop, tmp_path / "shop.gergo")
    assert first.manifest.placeholders == []
    for i in range(60, 80):
        (shop.parent / f"images/{i}.jpg").write_bytes(logo)
    write_csv(shop, shop_rows(80))
    second = import_catalogue(shop, tmp_path / "shop.gergo")
    assert second.manifest.counts.rows_kept == 80
    assert second.manifest.counts.views == 60
    assert leaks(second) == []
    assert import_catalogue(shop, tmp_path / "shop.gergo").version == 2


def with_charts(folder: Path, n: int = 96) -> Path:
    """A shop in which every brand shows its own size chart as the last picture of all it sells."""
    source = write_shop(folder, n)
    rows = shop_rows(n)
    for brand in {str(row["brand"]) for row in rows}:
        (folder / f"{brand}.png").write_bytes(picture(sum(map(ord, brand)), format="PNG"))
    return write_csv(source, [row | {"image2": f"{row['brand']}.png"} for row in rows])


def test_a_brands_size_chart_ties_nothing(tmp_path: Path, capsys):
    charted = import_catalogue(with_charts(tmp_path / "charted"), tmp_path / "charted.gergo")
    said = capsys.readouterr().err
    plain = import_catalogue(write_shop(tmp_path / "plain", 96), tmp_path / "plain.gergo")
    assert splits_of(charted) == splits_of(plain)
    assert len(charted.manifest.placeholders) == 12
    assert "views lost: 96 picture_placeholder" in said
    reasons = charted.quarantine().to_pylist()
    assert {(entry["column"], entry["reason"]) for entry in reasons} == {("image2", "picture_placeholder")}
    assert import_catalogue(tmp_path / "charted" / "products.csv", tmp_path / "charted.gergo").version == 1


def test_what_ties_a_large_group_is_said(tmp_path: Path, capsys):
    """A picture of all sizes of a bolt, and a column of variants that has the same in half of the rows."""
    source = write_shop(tmp_path / "shop", 90)
    rows = shop_rows(90)
    bolts = [row | {"title": f"zinc bolt size {i}", "image": "images/0.jpg"} for i, row in enumerate(rows[:30])]
    write_csv(source, bolts + rows[30:])
    import_catalogue(source, tmp_path / "bolts.gergo")
    said = capsys.readouterr().err
    assert "the largest group has 30 items, 33% of all: 30 show images/0.jpg (image of P0000); if that is no" in said
    write_csv(source, [row | {"model": "one" if i < 45 else f"m{i}"} for i, row in enumerate(rows)])
    import_catalogue(source, tmp_path / "models.gergo", group="model")
    assert "has 45 items, 50% of all: 45 have 'one' in model; --group COLUMN names" in capsys.readouterr().err
    write_csv(source, [row | {"model": f"m{i // 20}"} for i, row in enumerate(rows)])
    import_catalogue(source, tmp_path / "families.gergo", group="model")
    assert "the largest group" not in capsys.readouterr().err


def test_what_only_stored_items_show_is_not_looked_at_again(tmp_path: Path, monkeypatch):
    """A catalogue in which charts tied what they should not stays as it is when its file comes again."""
    source = with_charts(tmp_path / "shop")
    with monkeypatch.context() as earlier:
        earlier.setattr(placing, "placeholders", lambda *_: set())
        first = import_catalogue(source, tmp_path / "shop.gergo")
    assert first.manifest.counts.groups == 12
    again = import_catalogue(source, tmp_path / "shop.gergo")
    assert (again.version, again.hash) == (first.version, first.hash)


def colours(n: int = 60) -> list[dict[str, object]]:
    """Every product in three colours under one title, told by letters after its number."""
    skus = [f"{i // 3:06d}{('', '-B', '-D')[i % 3]}" for i in range(n)]
    return [row | {"sku": skus[i], "title": f"drawing {i // 3}"} for i, row in enumerate(shop_rows(n))]


def test_variants_that_only_their_ids_tell_are_one_group(shop: Path, tmp_path: Path):
    write_csv(shop, colours())
    first = import_catalogue(shop, tmp_path / "shop.gergo", held_out_brands=[], held_out_categories=[])
    assert first.manifest.counts.groups == 20
    again = import_catalogue(shop, tmp_path / "shop.gergo")
    assert (again.version, again.hash) == (first.version, first.hash)


def test_variants_that_are_stored_apart_stay_where_they_are(shop: Path, tmp_path: Path, monkeypatch):
    """What an earlier version split by ids alone is neither moved nor set aside when it comes again, changed or not."""
    write_csv(shop, colours())
    with monkeypatch.context() as earlier:
        earlier.setattr(Families, "ties", lambda *_: [])
        first = import_catalogue(shop, tmp_path / "shop.gergo")
    assert first.manifest.counts.groups == 60
    assert import_catalogue(shop, tmp_path / "shop.gergo").version == 1
    write_csv(shop, [row | {"price": "99.95"} for row in colours()])
    second = import_catalogue(shop, tmp_path / "shop.gergo")
    assert splits_of(second) == splits_of(first)
    assert (second.version, second.manifest.counts.rows_quarantined, leaks(second)) == (2, 0, [])


def test_variants_named_by_a_column_are_one_group(shop: Path, tmp_path: Path):
    rows = [row | {"model": f"M{i // 3}"} for i, row in enumerate(shop_rows(60))]
    write_csv(shop, rows)
    catalogue = import_catalogue(shop, tmp_path / "shop.gergo", group="model")
    assert catalogue.manifest.counts.groups == 20
    assert leaks(catalogue) == []


def test_a_column_that_turns_to_text_keeps_what_was_stored(shop: Path, tmp_path: Path, capsys):
    assert import_catalogue(shop, tmp_path / "shop.gergo").manifest.kinds["price"] == "float"
    rows = shop_rows(61)
    rows[60] |= {"price": "on request", "colour": "red"}
    write_pictures(shop.parent, [60])
    write_csv(shop, rows)
    catalogue = import_catalogue(shop, tmp_path / "shop.gergo")
    said = capsys.readouterr().err
    assert "1 added, 0 changed, 60 unchanged" in said
    assert "asked for" not in said
    assert catalogue.manifest.kinds == catalogue.manifest.kinds | {"price": "string", "colour": "string"}
    assert catalogue.items()["price"].to_pylist()[::60] == ["0.5", "on request"]
    assert catalogue.items(where="colour = 'red'")["id"].to_pylist() == ["P0060"]


def test_a_file_without_brands_takes_none_away(shop: Path, tmp_path: Path):
    first = import_catalogue(shop, tmp_path / "shop.gergo", held_out_brands=["Acme", "Bolt"])
    rows = [{"sku": f"Q{i}", "title": f"a new thing {i}", "picture": f"images/{i}.jpg"} for i in range(60, 64)]
    write_pictures(shop.parent, range(60, 64))
    second = import_catalogue(write_csv(shop.parent / "more.csv", rows), tmp_path / "shop.gergo")
    assert second.roles.brand == "brand"
    assert second.roles.images == ("image", "picture")
    assert second.manifest.counts.views == 64
    assert [source.name for source in second.manifest.sources] == ["more.csv", "products.csv"]
    assert {k: v for k, v in splits_of(second).items() if k in splits_of(first)} == splits_of(first)


def test_texts_that_no_file_can_hold_come_in_as_far_as_they_can(tmp_path: Path):
    path = tmp_path / "products.jsonl"
    path.write_text(
        "".join(f'{{"id": "x{i}", "title": "half a smile \\ud83d {i}", "note": "\\ud83d"}}\n' for i in range(5))
    )
    catalogue = import_catalogue(path, tmp_path / "c.gergo", text="title", id="id")
    assert catalogue.items()["note"].to_pylist() == ["?"] * 5
    assert catalogue.items()["texts"][3][0]["text"].as_py() == "half a smile 3"


def test_columns_that_clash_are_renamed_and_said(shop: Path, tmp_path: Path, capsys):
    write_csv(shop, [row | {"Split": "train", "row": i} for i, row in enumerate(shop_rows(20))])
    catalogue = import_catalogue(shop, tmp_path / "shop.gergo")
    assert catalogue.columns[-2:] == ["Split_original", "row_original"]
    assert catalogue.items(where="split_original = 'train' and `row` = 3")["row_original"].to_pylist() == [2]
    assert catalogue.items(where="split = 'train' and row = 3")["row_original"].to_pylist() == [3], "the shop's own"
    assert "column 'Split' is stored as 'Split_original'" in capsys.readouterr().err


def test_other_splits_than_the_stored_ones_are_refused(shop: Path, tmp_path: Path):
    import_catalogue(shop, tmp_path / "shop.gergo", held_out_brands=["Acme", "Bolt"])
    with pytest.raises(UsageError, match="already holds out Acme, Bolt"):
        import_catalogue(shop, tmp_path / "shop.gergo", held_out_brands=["Corda"])
    with pytest.raises(UsageError, match="the catalogue was made with sku"):
        import_catalogue(shop, tmp_path / "shop.gergo", id="title")
    assert import_catalogue(shop, tmp_path / "shop.gergo", held_out_brands=["BOLT", "acme"]).version == 1


def test_a_folder_that_is_something_else_is_left_alone(shop: Path, tmp_path: Path):
    with pytest.raises(UsageError, match="no catalogue and not empty"):
        import_catalogue(shop, shop.parent)
    with pytest.raises(UsageError, match="is a file"):
        import_catalogue(shop, shop)
    assert sorted(os.listdir(shop.parent)) == ["images", "products.csv"]


def test_nothing_usable_is_an_error_with_the_reasons(shop: Path, tmp_path: Path):
    for path in (shop.parent / "images").iterdir():
        path.write_bytes(b"<html>not found</html>")
    write_csv(shop, [{"image": row["image"], "title": "N/A"} for row in shop_rows(20)])
    with pytest.raises(InputError, match="none of 20 rows can be used") as raised:
        import_catalogue(shop, tmp_path / "shop.gergo", text="title")
    assert "picture_not_an_image: 20" in raised.value.hint


def test_two_imports_at_once_are_refused(shop: Path, tmp_path: Path):
    (tmp_path / "shop.gergo").mkdir()
    with import_lock(tmp_path / "shop.gergo"), pytest.raises(UsageError, match=rf"another import .*{os.getpid()}"):
        import_catalogue(shop, tmp_path / "shop.gergo")
    assert import_catalogue(shop, tmp_path / "shop.gergo").version == 1


def test_texts_alone_are_a_catalogue(tmp_path: Path):
    rows = [{key: value for key, value in row.items() if key != "image"} for row in shop_rows(40)]
    catalogue = import_catalogue(write_csv(tmp_path / "products.csv", rows), tmp_path / "c.gergo")
    assert catalogue.roles.images == ()
    assert catalogue.views().num_rows == 0
    assert catalogue.pictures([]) == []
    assert len(catalogue) == 40
    assert catalogue.manifest.held_out_brands == ["Acme", "Bolt"] or catalogue.items(splits=HELD_OUT_BRANDS).num_rows


cells = st.sampled_from(["", "N/A", "good", "missing", "broken", "outside"])


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(cells, st.sampled_from(["", "N/A", "a", "b"]), st.integers(0, 3)), min_size=1, max_size=12),
    st.lists(st.tuples(cells, st.sampled_from(["", "N/A", "a", "b"]), st.integers(0, 3)), min_size=1, max_size=12),
)
def test_rows_in_are_rows_kept_and_quarantined(tmp_path_factory, first, second):
    folder = tmp_path_factory.mktemp("shop")
    write_pictures(folder, range(4))
    (folder / "images/broken.jpg").write_bytes(b"\xff\xd8\xff nothing")

    def rows(drawn):
        paths = {
            "good": "images/{}.jpg",
            "missing": "images/none{}.jpg",
            "broken": "images/broken.jpg",
            "outside": "/../x{}.jpg",
        }
        for cell, text, number in drawn:
            title = f"a title {number}{text}" if text not in ("", "N/A") else text
            yield {"id": number, "title": title, "image": paths.get(cell, cell).format(number), "kind": KINDS[number]}

    kept = 0
    for drawn in (first, second, second):
        path = write_csv(folder / "products.csv", list(rows(drawn)))
        try:
            catalogue = import_catalogue(path, folder / "c.gergo", image="image", text="title", id="id")
        except InputError:
            continue
        counts = catalogue.manifest.counts
        kept += 1
        assert counts.rows_in == counts.rows_kept + counts.rows_quarantined
        assert counts.rows_kept >= counts.items == catalogue.items().num_rows
        assert counts.views == catalogue.views().num_rows
        (source,) = catalogue.manifest.sources
        assert source.rows_in == len(drawn)
        quarantine = catalogue.quarantine().to_pylist()
        assert source.rows_quarantined == counts.rows_quarantined == sum(q["kind"] == "row" for q in quarantine)
        assert len(set(ids(catalogue))) == len(catalogue)
        assert leaks(catalogue) == []


def shopify(folder: Path, products: int = 24, *, broken: str = "") -> Path:
    """Each product by one row with words and two that only show further pictures, as Shopify exports it."""
    write_pictures(folder, range(3 * products))
    if broken:
        (folder / "images" / broken).write_bytes(b"<html>not found</html>")
    rows = []
    for i in range(products):
        words = {"Title": f"Linen shirt number {i}", "Vendor": f"Maker {i % 12}", "Type": KINDS[i % 12]}
        for k in range(3):
            own = words if k == 0 else dict.fromkeys(words, "")
            rows.append({"Handle": f"linen-shirt-{i}", **own, "Image Src": f"images/{3 * i + k}.jpg"})
    return write_csv(folder / "products.csv", rows)


def test_rows_that_only_show_further_pictures_are_of_the_item_above(tmp_path: Path, capsys):
    source = shopify(tmp_path / "shop", broken="4.jpg")
    catalogue = import_catalogue(source, tmp_path / "shop.gergo", id="Handle")
    counts = catalogue.manifest.counts
    assert (counts.rows_in, counts.rows_kept, counts.rows_quarantined) == (72, 72, 0)
    assert (counts.items, counts.views, counts.views_lost, counts.id_collisions) == (24, 71, 1, 0)
    assert len(catalogue) == 24
    assert catalogue.quarantine().to_pylist()[0]["row"] == 5
    assert "48 rows only show further pictures of an item of another row" in capsys.readouterr().err
    again = import_catalogue(source, tmp_path / "shop.gergo", id="Handle")
    assert again.version == catalogue.version


def test_a_further_picture_changes_its_item_and_no_other(tmp_path: Path, capsys):
    source = shopify(tmp_path / "shop")
    first = import_catalogue(source, tmp_path / "shop.gergo", id="Handle")
    write_pictures(tmp_path / "shop", [500])
    lines = source.read_text("utf-8").splitlines()
    source.write_text("\n".join([*lines[:4], "linen-shirt-0,,,,images/500.jpg", *lines[4:]]), "utf-8")
    again = import_catalogue(source, tmp_path / "shop.gergo", id="Handle")
    assert "0 added, 1 changed, 23 unchanged" in capsys.readouterr().err
    assert (again.manifest.counts.rows_in, again.manifest.counts.views) == (73, 73)
    assert ids(again) == ids(first)


def test_a_variant_without_words_takes_those_of_the_row_above(tmp_path: Path):
    write_pictures(tmp_path, range(40))
    rows = [
        {
            "parent": f"G{i // 2}",
            "sku": f"S{i:03}",
            "name": "" if i % 2 else f"Oak board {i}",
            "image": f"images/{i}.jpg",
        }
        for i in range(40)
    ]
    catalogue = import_catalogue(write_csv(tmp_path / "p.csv", rows), tmp_path / "p.gergo", group="parent", id="sku")
    items = {row["sku"]: row for row in catalogue.items().to_pylist()}
    assert len(items) == 40
    assert items["S005"]["name"] == items["S004"]["name"] == "Oak board 4"
    assert items["S005"]["group"] == items["S004"]["group"] != items["S006"]["group"]


def shopify_with_alt(folder: Path, *, apart: bool = False) -> Path:
    """Products of a row with words, a variant with a picture, one without, and a further picture; each with its text.

    apart: the first rows of all products come first, then the others.
    """
    write_pictures(folder, range(36))
    rows = []
    for i in range(12):
        words = {"Handle": f"rake-{i}", "Title": f"Garden rake number {i}", "Body": f"Made of steel for garden {i}."}
        blank = {"Handle": f"rake-{i}", "Title": "", "Body": ""}
        for k, (size, alt) in enumerate([("S", "front"), ("M", "side"), ("L", ""), ("", "detail")]):
            own = {"Size": size, "Variant SKU": f"R{i}-{size}" if size else "", "Price": f"{10 + k}.50" if size else ""}
            shown = f"images/{3 * i + min(k, 2)}.jpg" if alt else ""
            described = f"Rake {i} seen from the {alt}" if alt else ""
            rows.append((words if k == 0 else blank) | own | {"Image Src": shown, "Image Alt Text": described})
    if apart:
        rows = rows[::4] + [row for i, row in enumerate(rows) if i % 4]
    return write_csv(folder / "products.csv", rows)


def test_rows_with_a_picture_text_and_variants_without_a_picture_are_of_their_product(tmp_path: Path):
    catalogue = import_catalogue(shopify_with_alt(tmp_path / "shop"), tmp_path / "shop.gergo")
    roles, counts = catalogue.manifest.roles, catalogue.manifest.counts
    assert (roles.id, roles.group, roles.texts) == ("Variant SKU", "Handle", ("Title", "Body", "Image Alt Text"))
    assert (counts.rows_kept, counts.rows_quarantined, counts.items, counts.id_collisions) == (48, 0, 36, 0)
    items = {row["Variant SKU"]: row for row in catalogue.items().to_pylist()}
    views = catalogue.views().to_pylist()
    for size, price in (("S", 10.5), ("M", 11.5), ("L", 12.5)):
        item = items[f"R7-{size}"]
        assert (item["Title"], item["Body"]) == ("Garden rake number 7", "Made of steel for garden 7.")
        assert (item["Size"], item["Price"], item["group"]) == (size, price, items["R7-S"]["group"])
        assert sum(view["item"] == item["item"] for view in views) == 3
    assert items["R7-S"]["Image Alt Text"] == "Rake 7 seen from the front; Rake 7 seen from the detail"
    assert items["R7-M"]["Image Alt Text"] == "Rake 7 seen from the side"


def sizes_of_a_product(folder: Path, *, position: bool = False, variant: bool = False) -> Path:
    """Products of three rows, S, M and L; two pictures stand beside S and M, and M may have one of its own."""
    write_pictures(folder, range(100, 136))
    rows = []
    for i in range(12):
        for k, size in enumerate("SML"):
            row = {"Handle": f"rake-{i}", "Title": "" if k else f"Garden rake number {i}", "Size": size}
            row |= {"Variant SKU": f"R{i}-{size}", "Image Src": f"images/{100 + 3 * i + k}.jpg" if k < 2 else ""}
            row |= {"Image Position": str(k + 1) if k < 2 else ""} if position else {}
            row |= {"Variant Image": f"images/{102 + 3 * i}.jpg" if k == 1 else ""} if variant else {}
            rows.append(row)
    return write_csv(folder / "products.csv", rows)


@pytest.mark.parametrize(
    ("position", "variant", "shown"),
    [
        (True, False, {"S": [0, 1], "M": [0, 1], "L": [0, 1]}),
        (True, True, {"S": [0, 1], "M": [2, 0, 1], "L": [0, 1]}),
        (False, True, {"S": [0, 1], "M": [2, 0, 1], "L": [0, 1]}),
        (False, False, {"S": [0], "M": [1], "L": [0]}),  # nothing says that a picture is not its row's
    ],
)
def test_variants_show_all_pictures_that_are_their_products(tmp_path: Path, position: bool, variant: bool, shown: dict):
    source = sizes_of_a_product(tmp_path / "shop", position=position, variant=variant)
    catalogue = import_catalogue(source, tmp_path / "shop.gergo")
    hashes = {picture_hash(pixels((tmp_path / f"shop/images/{n}.jpg").read_bytes())): n for n in range(100, 136)}
    items = {row["Variant SKU"]: row["item"] for row in catalogue.items().to_pylist()}
    views = catalogue.views().sort_by("view").to_pylist()
    for size, pictures in shown.items():
        found = [hashes[view["hash"]] - 121 for view in views if view["item"] == items[f"R7-{size}"]]
        assert found == pictures
    assert catalogue.manifest.counts.rows_kept == 36
    assert leaks(catalogue) == []
    assert import_catalogue(source, tmp_path / "shop.gergo").version == 1


def test_a_variant_does_not_show_what_others_name_as_their_own(tmp_path: Path):
    """Of each colour a picture, named beside it; in rows of another colour, and one of all; green has none of its own.

    Blue comes in two sizes, and both name its picture.
    """
    write_pictures(tmp_path / "shop", range(100, 136))
    own, src = {"red": 0, "blue S": 1, "blue L": 1}, {"red": 1, "blue S": 0, "blue L": 2}
    rows = [
        {
            "Handle": f"hat-{i}", "Title": f"Felt hat number {i}" if color == "red" else "", "Color": color,
            "Variant SKU": f"H{i}-{color}", "Image Position": src.get(color, -2) + 1,
            "Image Src": f"images/{100 + 3 * i + src[color]}.jpg" if color in src else "",
            "Variant Image": f"images/{100 + 3 * i + own[color]}.jpg" if color in own else "",
        }
        for i in range(12)
        for color in ("red", "blue S", "blue L", "green")
    ]  # fmt: skip
    source = write_csv(tmp_path / "shop" / "products.csv", rows)
    catalogue = import_catalogue(source, tmp_path / "shop.gergo", id="Variant SKU", group="Handle")
    hashes = {picture_hash(pixels((tmp_path / f"shop/images/{n}.jpg").read_bytes())): n for n in range(100, 136)}
    items = {row["Variant SKU"]: row["item"] for row in catalogue.items().to_pylist()}
    views = catalogue.views().sort_by("view").to_pylist()
    for color, pictures in {"red": [0, 2], "blue S": [1, 2], "blue L": [1, 2], "green": [2]}.items():
        found = [hashes[view["hash"]] - 121 for view in views if view["item"] == items[f"H7-{color}"]]
        assert found == pictures, color
    assert import_catalogue(source, tmp_path / "shop.gergo").version == 1


def test_a_shared_picture_that_is_lost_is_listed_once(tmp_path: Path):
    source = sizes_of_a_product(tmp_path / "shop", position=True)
    (tmp_path / "shop/images/122.jpg").write_bytes(b"broken")
    catalogue = import_catalogue(source, tmp_path / "shop.gergo")
    assert [(lost["kind"], lost["row"]) for lost in catalogue.quarantine().to_pylist()] == [("view", 23)]
    assert catalogue.manifest.counts.views == 69


def test_rows_apart_from_their_product_have_its_words(tmp_path: Path):
    catalogue = import_catalogue(shopify_with_alt(tmp_path / "shop", apart=True), tmp_path / "shop.gergo")
    counts = catalogue.manifest.counts
    assert (counts.rows_kept, counts.rows_quarantined, counts.items) == (48, 0, 36)
    titles = {row["Handle"]: row["Title"] for row in catalogue.items().to_pylist()}
    assert {row["Title"] == titles[row["Handle"]] != "" for row in catalogue.items().to_pylist()} == {True}
    assert leaks(catalogue) == []


def test_a_file_of_something_else_is_refused(shop: Path, tmp_path: Path):
    import_catalogue(shop, to=tmp_path / "shop.gergo")
    other = tmp_path / "measurements.csv"
    other.write_text("foo,bar\n" + "".join(f"a{n},some words of {n}\n" for n in range(10)), "utf-8")
    before = Catalogue.open(tmp_path / "shop.gergo").items().num_rows
    with pytest.raises(InputError, match="no column of this catalogue: foo, bar"):
        import_catalogue(other, to=tmp_path / "shop.gergo")
    assert Catalogue.open(tmp_path / "shop.gergo").items().num_rows == before


def test_a_separator_that_never_occurs_is_refused(shop: Path, tmp_path: Path):
    with pytest.raises(UsageError, match=r"'\|' does not occur"):
        import_catalogue(shop, to=tmp_path / "shop.gergo", separator="|")


def test_pictures_that_were_not_found_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    source = tmp_path / "p.csv"
    source.write_text("id,title,image\n" + "".join(f"A{n},Oak table {n},https://x.example/{n}.jpg\n" for n in range(9)))
    import_catalogue(source, to=tmp_path / "p.gergo")
    assert "most pictures were not found" in capsys.readouterr().err


def test_a_picture_that_several_columns_name_is_one_view(tmp_path: Path):
    for n in range(6):
        (tmp_path / f"{n}.png").write_bytes(picture(n, format="PNG"))
    rows = "".join(f"A{n},Oak table {n},{n}.png,{n}.png,{(n + 1) % 6}.png\n" for n in range(6))
    (tmp_path / "p.csv").write_text("sku,name,base_image,small_image,image_3\n" + rows)
    assert import_catalogue(tmp_path / "p.csv", to=tmp_path / "p.gergo").manifest.counts.views == 12


def test_prices_that_an_interface_writes_as_strings_are_numbers(tmp_path: Path, capsys):
    rows = [{"sku": f"A{n}", "name": f"Chair number {n}", "price": f"{n}.90", "ean": f"40063813{n}"} for n in range(30)]
    source = tmp_path / "shop.json"
    source.write_text(json.dumps(rows))
    items = import_catalogue(source, tmp_path / "shop.gergo").items()
    assert (items["price"][0].as_py(), items["ean"][0].as_py()) == (0.9, "400638130")
    said = capsys.readouterr().err
    assert "column 'ean' is of numbers, but kept as text, since its file has them as texts" in said
    assert "column 'price'" not in said


def test_a_column_keeps_its_decimal_mark_for_later_files_and_items(tmp_path: Path):
    def written(name: str, prices: list[str], first: int) -> Path:
        lines = [f"A{first + n};Oak chair number {first + n};{price}" for n, price in enumerate(prices)]
        (tmp_path / name).write_text("\n".join(["sku;name;price", *lines]) + "\n")
        return tmp_path / name

    first = written("first.csv", ["12,50", "9,90", "7,00", "1.299"], 0)
    import_catalogue(first, tmp_path / "shop.gergo")
    again = import_catalogue(written("second.csv", ["2.499", "950"], 10), tmp_path / "shop.gergo")
    assert again.items()["price"].to_pylist() == [12.5, 9.9, 7.0, 1299.0, 2499.0, 950.0]
    edited = upsert(again, [{"id": "A0", "price": "3.499"}])
    assert edited.items()["price"].to_pylist()[0] == 3499.0
    # Decimals that say what they are count more than what was.
    changed = import_catalogue(written("third.csv", ["8.25"], 20), tmp_path / "shop.gergo")
    assert changed.items()["price"].to_pylist()[-1] == 8.25
