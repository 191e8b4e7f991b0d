"""Single items written and removed: the rules of an import hold, and nothing else changes."""

from __future__ import annotations

import doctest
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.catalogue.exports import picture, write_csv, write_pictures, write_shop

from gergo.catalogue import adding
from gergo.catalogue.adding import add_columns
from gergo.catalogue.editing import refused, remove, upsert
from gergo.catalogue.importing import import_catalogue
from gergo.catalogue.leaks import leaks
from gergo.catalogue.store import Catalogue
from gergo.errors import InputError, UsageError


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    folder = tmp_path_factory.mktemp("edited")
    return import_catalogue(write_shop(folder / "shop"), folder / "shop.gergo", held_out_brands=["Lux"])


@pytest.fixture
def shop(made: Catalogue, tmp_path: Path) -> Catalogue:
    import shutil

    return Catalogue.open(shutil.copytree(made.path, tmp_path / "shop.gergo"))


def rows(catalogue: Catalogue) -> dict[str, dict]:
    return {row["id"]: row for row in catalogue.items().to_pylist()}


def views(catalogue: Catalogue, id_: str) -> list[dict]:
    number = rows(catalogue)[id_]["item"]
    return catalogue.views(items=[number]).to_pylist()


def test_a_change_touches_what_is_given_and_nothing_else(shop: Catalogue) -> None:
    before, pictures = rows(shop), views(shop, "P0003")
    after = upsert(shop, [{"id": "P0003", "price": 9.25}])
    assert after.version == shop.version + 1
    now = rows(after)
    assert now["P0003"]["price"] == 9.25
    now["P0003"]["price"] = before["P0003"]["price"]
    assert now == before
    assert views(after, "P0003") == pictures
    assert after.quarantine().num_rows == shop.quarantine().num_rows


def test_a_row_as_it_is_changes_nothing(shop: Catalogue) -> None:
    row = {name: value for name, value in rows(shop)["P0005"].items() if name in shop.columns}
    after = upsert(shop, [row, {"id": "P0006"}])
    assert (after.version, after.hash) == (shop.version, shop.hash)


def test_what_was_made_from_a_text_goes_when_the_text_changes(shop: Catalogue) -> None:
    numbers = {id_: row["item"] for id_, row in rows(shop).items()}
    titles = {numbers[id_]: f"titolo {id_}" for id_ in numbers}
    localised = add_columns(
        shop,
        {"title_it": ("string", titles), "title_it_check": ("string", dict.fromkeys(titles, "ok"))},
        text="title_it",
        made_from="title by engine en it",
        digest="1",
    )
    edits = [
        {"id": "P0003", "title": "Blue shoe"},
        {"id": "P0004", "title": "Blue hat", "title_it": "Cappello blu"},
        {"id": "P0005", "price": 9.25},
    ]
    now = rows(upsert(localised, edits))
    assert (now["P0003"]["title_it"], now["P0003"]["title_it_check"]) == (None, None), "of the old title"
    assert [text["text"] for text in now["P0003"]["texts"]] == ["Blue shoe"]
    assert (now["P0004"]["title_it"], now["P0004"]["title_it_check"]) == ("Cappello blu", None), "it came along"
    for id_ in ("P0005", "P0006"):
        assert (now[id_]["title_it"], now[id_]["title_it_check"]) == (f"titolo {id_}", "ok")


def test_a_column_is_made_from_the_one_that_is_named_and_no_shorter_one() -> None:
    assert doctest.testmod(adding).failed == 0
    mapping = {"sold": "kept", "sold by": "kept", "sold by_it": "made from sold by by engine en it"}
    assert adding.made_of({"sold"}, mapping) == set()
    assert adding.made_of({"sold by"}, mapping) == {"sold by_it"}


def test_a_new_item_comes_in_by_the_rules_of_an_import(shop: Catalogue) -> None:
    data = picture(3)  # what P0003 shows: they belong to one group, and so to one split
    after = upsert(
        shop,
        [{"sku": "N1", "title": "  Acme&nbsp;bolt <b>new</b> ", "brand": "Acme", "price": 5, "image": "new.jpg"}],
        {"new.jpg": data},
    )
    new, old = rows(after)["N1"], rows(after)["P0003"]
    assert new["texts"][0]["text"] == "Acme bolt new"
    assert (new["group"], new["split"]) == (old["group"], old["split"])
    assert (new["price"], new["image"], new["source"]) == (5.0, "new.jpg", "upserts")
    assert after.pictures([views(after, "N1")[0]["view"]]) == [data]
    assert leaks(after) == []
    counts = after.manifest.counts
    assert (counts.rows_in, counts.rows_kept, counts.views) == (61, 61, 61)
    assert counts.rows_in == sum(record.rows_in for record in after.manifest.sources)


def test_what_would_bridge_two_splits_is_refused_and_listed(shop: Catalogue) -> None:
    before = rows(shop)
    held = next(row for row in before.values() if row["split"] == "held_out_brands")
    free = next(row for row in before.values() if row["split"] == "train")
    pictures = {f"{n}.jpg": shop.pictures([views(shop, row["id"])[0]["view"]])[0] for n, row in enumerate((held, free))}
    after = upsert(shop, [{"id": "bridge", "title": "a bridge", "image": "0.jpg|1.jpg"}], pictures)
    assert "bridge" not in rows(after)
    assert [(entry["row"], entry["reason"]) for entry in refused(shop, after)] == [(1, "would_bridge_splits")]
    assert after.manifest.counts.rows_in == after.manifest.counts.rows_kept + after.manifest.counts.rows_quarantined
    again = upsert(after, [{"id": "fine", "title": "a fine thing"}, {"id": "nothing"}])
    assert [(entry["row"], entry["reason"]) for entry in refused(after, again)] == [(2, "nothing_usable")]
    assert again.quarantine().num_rows == 2


def test_a_broken_picture_is_lost_and_the_next_one_heals_it(shop: Catalogue) -> None:
    broken = upsert(shop, [{"id": "P0001", "image": "x.jpg"}], {"x.jpg": b"<html>not found</html>"})
    assert views(broken, "P0001") == []
    assert [entry["reason"] for entry in refused(shop, broken)] == ["picture_not_an_image"]
    healed = upsert(broken, [{"id": "P0001", "image": "x.jpg"}, {"id": "P0001b", "title": "t"}], {"x.jpg": picture(1)})
    assert views(healed, "P0001") == []  # the cell says the same as before
    healed = upsert(healed, [{"id": "P0001", "image": "y.jpg"}], {"y.jpg": picture(1)})
    assert len(views(healed, "P0001")) == 1
    assert healed.quarantine().num_rows == shop.quarantine().num_rows


def test_what_is_lost_of_a_picture_stays_lost_as_it_was(shop: Catalogue) -> None:
    broken = upsert(shop, [{"id": "P0001", "image": "x.jpg|y.jpg"}], {"x.jpg": b"<html>", "y.jpg": picture(101)})
    lost = broken.quarantine().to_pylist()
    after = upsert(broken, [{"id": "P0001", "price": 3}, {"id": "P0002", "image": "x.jpg|y.jpg"}])
    kept = [entry for entry in after.quarantine().to_pylist() if entry["row"] == 2]
    assert kept == [entry for entry in lost if entry["row"] == 2] != []
    assert (rows(after)["P0001"]["image"], len(views(after, "P0001"))) == ('["x.jpg", "y.jpg"]', 1)


def test_a_variant_that_shares_pictures_keeps_its_cells_and_all_of_them(tmp_path: Path) -> None:
    made = [
        {
            "Handle": f"h{i}", "Title": "" if k else f"Garden rake number {i}", "SKU": f"R{i}-{k}", "Price": "9.50",
            "Image Src": f"images/{100 + 3 * i + k}.jpg", "Image Position": k + 1,
            "Variant Image": f"images/{100 + 3 * i}.jpg" if k == 0 else "",
        }
        for i in range(12)
        for k in range(3)
    ]  # fmt: skip
    write_pictures(tmp_path, range(100, 136))
    before = import_catalogue(write_csv(tmp_path / "p.csv", made), tmp_path / "c", id="SKU", group="Handle")
    ids = [f"R5-{k}" for k in range(3)]
    after = upsert(before, [{"id": id_, "Price": 99} for id_ in ids])
    assert [rows(after)[id_] for id_ in ids] == [rows(before)[id_] | {"Price": 99.0} for id_ in ids]
    assert [len(views(before, id_)) for id_ in ids] == [3, 2, 2]
    assert [views(after, id_) for id_ in ids] == [views(before, id_) for id_ in ids]
    assert after.quarantine().num_rows == 0


def test_a_picture_that_a_number_names_keeps_its_name(tmp_path: Path) -> None:
    write_pictures(tmp_path, range(100, 120))
    made = [{"sku": f"P{i}", "title": f"Garden rake number {i}", "image": i, "price": 9} for i in range(100, 120)]
    before = import_catalogue(write_csv(tmp_path / "images" / "p.csv", made), tmp_path / "c", image="image")
    after = upsert(before, [{"id": "P107", "price": 7}])
    assert (rows(after)["P107"]["image"], views(after, "P107")) == (107, views(before, "P107"))


def test_no_file_is_opened_and_no_address_fetched(shop: Catalogue, tmp_path: Path) -> None:
    (tmp_path / "secret.jpg").write_bytes(picture(77))
    paths = [str(tmp_path / "secret.jpg"), "../secret.jpg", "http://localhost/1.jpg", "manifest.json"]
    after = upsert(shop, [{"id": f"X{i}", "title": f"thing {i}", "image": path} for i, path in enumerate(paths)])
    assert [views(after, f"X{i}") for i in range(4)] == [[]] * 4
    assert {entry["reason"] for entry in refused(shop, after)} == {"picture_missing", "picture_is_a_url"}


@pytest.mark.parametrize(
    ("row", "error", "words"),
    [
        ({"id": "P0001", "pirce": 3}, UsageError, "pirce"),
        ({"id": "P0001", "price": "cheap"}, InputError, "row 2, column 'price'"),
        ({"id": "P0000", "title": "again"}, UsageError, "comes twice"),
    ],
)
def test_bad_rows_name_the_row_and_the_column(shop: Catalogue, row: dict, error: type, words: str) -> None:
    with pytest.raises(error, match=words):
        upsert(shop, [{"id": "P0000", "title": "x y"}, row])
    assert Catalogue.open(shop.path).hash == shop.hash


def test_the_next_import_finds_edited_and_added_items_again(made: Catalogue, tmp_path: Path) -> None:
    shop = write_shop(tmp_path / "shop", 12)
    first = import_catalogue(shop, tmp_path / "shop.gergo")
    edited = upsert(first, [{"id": "P0001", "title": "by hand"}, {"id": "P0012", "title": "came early"}])
    assert rows(edited)["P0001"]["title"] == "by hand"
    again = import_catalogue(write_shop(tmp_path / "shop", 13), tmp_path / "shop.gergo")
    assert sorted(rows(again)) == [f"P{i:04d}" for i in range(13)]
    assert rows(again)["P0001"]["title"] == rows(first)["P0001"]["title"]
    assert len(views(again, "P0012")) == 1


def test_ids_made_from_content_can_be_updated_but_not_invented(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "s.csv", [{"title": f"thing number {i}", "price": i} for i in range(8)])
    first = import_catalogue(path, tmp_path / "s.gergo")
    id_ = next(iter(rows(first)))
    after = upsert(first, [{"id": id_, "title": "renamed"}, {"title": "one more"}])
    assert rows(after)[id_]["title"] == "renamed"
    assert len(after) == 9
    with pytest.raises(InputError, match="made from content"):
        upsert(after, [{"id": "mine", "title": "x"}])


def test_removed_items_are_gone_with_their_pictures(shop: Catalogue) -> None:
    before = rows(shop)
    after = remove(shop, ["P0002", "P0004", "P0002"])
    assert rows(after) == {id_: row for id_, row in before.items() if id_ not in ("P0002", "P0004")}
    counts = after.manifest.counts
    assert (counts.rows_kept, counts.views, after.views().num_rows) == (58, 58, 58)
    assert len(after.pictures(after.views()["view"].to_pylist())) == 58
    back = upsert(after, [{"id": "P0002", "title": "back again"}])
    assert rows(back)["P0002"]["item"] == 60  # numbers are never given twice
    with pytest.raises(InputError, match="'P0004'"):
        remove(back, ["P0000", "P0004"])
    assert "P0000" in rows(Catalogue.open(shop.path))
    with pytest.raises(InputError, match="no item would be left"):
        remove(back, list(rows(back)))


KILLED = """
import os, signal, sys
from gergo.catalogue import committing
from gergo.catalogue.editing import upsert
from gergo.catalogue.store import Catalogue
committing.write_manifest = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
upsert(Catalogue.open(sys.argv[1]), [{"id": "P0001", "title": "never"}])
"""


def test_a_killed_edit_leaves_what_was_there(shop: Catalogue) -> None:
    before = rows(shop)
    done = subprocess.run([sys.executable, "-c", KILLED, str(shop.path)], capture_output=True, env=os.environ)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert rows(Catalogue.open(shop.path)) == before
    assert rows(upsert(shop, [{"id": "P0001", "title": "now"}]))["P0001"]["title"] == "now"


def test_an_id_that_names_the_picture_file_stays_the_id(tmp_path: Path):
    (tmp_path / "shop.csv").write_text("id,title\n" + "".join(f"{n},Oak chair number {n}\n" for n in range(6)))
    shop = import_catalogue(tmp_path / "shop.csv", tmp_path / "shop.gergo", image="id", id="id")
    assert upsert(shop, [{"id": "n", "title": "A new chair of oak"}]).items()["id"].to_pylist()[-1] == "n"
