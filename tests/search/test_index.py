"""A catalogue indexed and searched: by words, by picture, by both, filtered, stale, and by the wrong model."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gergo.catalogue.importing import import_catalogue
from gergo.catalogue.store import Catalogue
from gergo.demo import write_catalogue
from gergo.errors import InputError, UsageError
from gergo.search.index import Index, Result, index
from gergo.search.record import FILE
from gergo.towers.model import Model

PRODUCTS = 40
WITHOUT_PICTURES = 8


@pytest.fixture(scope="session")
def base() -> Model:
    return Model.load("base")


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export of 40 products in two pictures; the last eight have lost theirs."""
    path = write_catalogue(tmp_path_factory.mktemp("shop"), products=PRODUCTS, views=2, size_px=96)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows[-WITHOUT_PICTURES:]:
        row["image_1"] = row["image_2"] = ""
    write(path, rows)
    return path


@pytest.fixture(scope="session")
def catalogue(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return import_catalogue(source, tmp_path_factory.mktemp("catalogues") / "shop.gergo")


def write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="session")
def made(catalogue: Catalogue, base: Model) -> Index:
    return index(catalogue, base)


def first_pictures(catalogue: Catalogue) -> dict[int, bytes]:
    """One picture of each item that has any."""
    views = catalogue.views()
    first = dict(reversed(list(zip(views["item"].to_pylist(), views["view"].to_pylist(), strict=True))))
    return dict(zip(first, catalogue.pictures(list(first.values())), strict=True))


def found(results: list[Result]) -> list[tuple[str, float]]:
    return [(result.id, result.score) for result in results]


def test_a_product_is_found_by_its_own_picture(made: Index, catalogue: Catalogue) -> None:
    pictures = first_pictures(catalogue)
    assert len(pictures) == PRODUCTS - WITHOUT_PICTURES
    for item, picture in pictures.items():
        best = made.search(image=picture, k=1)[0]
        assert best.score == pytest.approx(1, abs=5e-3)
        assert best.item == item or best.score >= made.search(image=picture, k=2)[1].score


def test_scores_are_those_of_the_best_picture(made: Index, catalogue: Catalogue, base: Model) -> None:
    views = catalogue.views()
    vectors_VD = base.encode_images(catalogue.pictures(views["view"].to_pylist()))
    scores_V = vectors_VD @ base.encode_texts(["hex bolt"])[0]
    items = views["item"].to_numpy()
    best = {int(item): float(scores_V[items == item].max()) for item in np.unique(items)}
    results = made.search("hex bolt", k=PRODUCTS, mode="vector")
    assert len(results) == PRODUCTS
    assert len({result.id for result in results}) == PRODUCTS
    for result in results:
        if result.view is not None:
            assert result.score == pytest.approx(best[result.item], abs=5e-3)
    assert [result.score for result in results] == sorted((result.score for result in results), reverse=True)


def test_a_picture_is_taken_in_any_form(made: Index, catalogue: Catalogue, tmp_path: Path) -> None:
    data = next(iter(first_pictures(catalogue).values()))
    path = tmp_path / "query.jpg"
    path.write_bytes(data)
    expected = found(made.search(image=data, k=3))
    assert found(made.search(image=path, k=3)) == expected
    assert found(made.search(image=str(path), k=3)) == expected
    assert made.search(image=Image.open(io.BytesIO(data)), k=1)[0].id == expected[0][0]


def test_items_without_pictures_are_found_by_their_title(made: Index, catalogue: Catalogue) -> None:
    assert made.record.titles == WITHOUT_PICTURES
    pictured = set(catalogue.views()["item"].to_pylist())
    bare = [row for row in catalogue.items().to_pylist() if row["item"] not in pictured]
    for row in bare:
        results = made.search(row["texts"][0]["text"], k=3)
        assert row["item"] in {result.item for result in results}
        assert all((result.view is None) == (result.item not in pictured) for result in results)


def test_titles_do_not_crowd_out_pictures(made: Index, catalogue: Catalogue) -> None:
    """A fifth of the items have no picture; without moving titles across the gap they would fill every first page."""
    titles = [row["texts"][0]["text"] for row in catalogue.items().to_pylist()]
    by_title = [result.view is None for title in titles for result in made.search(title, k=10, mode="vector")]
    assert 0.05 < np.mean(by_title) < 0.6


def test_words_and_picture_are_weighed(made: Index, catalogue: Catalogue) -> None:
    picture = next(iter(first_pictures(catalogue).values()))
    by_words, by_picture = found(made.search("nut", k=5, mode="vector")), found(made.search(image=picture, k=5))
    assert found(made.search("nut", image=picture, text_weight=1.0, k=5, mode="vector")) == by_words
    assert found(made.search("nut", image=picture, text_weight=0.0, k=5, mode="vector")) == by_picture
    both = found(made.search("nut", image=picture, k=5, mode="vector"))
    assert both not in (by_words, by_picture)
    assert by_picture[0][0] in dict(both)


def test_where_is_exact_whatever_the_case_of_a_column(made: Index, catalogue: Catalogue) -> None:
    rows = catalogue.items().to_pylist()
    brand = rows[0]["brand"]
    expected = {row["id"] for row in rows if row["brand"] == brand}
    for column in ("brand", "BRAND"):
        results = made.search("bolt", where=f"{column} = '{brand}'", k=PRODUCTS, mode="vector")
        assert {result.id for result in results} == expected
    everything = found(made.search("bolt", k=PRODUCTS, mode="vector"))
    assert [pair for pair in everything if pair[0] in expected] == found(results)
    assert made.search("bolt", where="brand = 'nobody'") == []
    with pytest.raises(UsageError, match="nonsense"):
        made.search("bolt", where="nonsense = 1")
    with pytest.raises(UsageError, match="--where"):
        made.search("bolt", where="brand = = ")


def test_what_cannot_be_asked_is_said(made: Index, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing to look for"):
        made.search()
    with pytest.raises(UsageError, match="nothing to look for"):
        made.search("  \n")
    with pytest.raises(UsageError, match="k is 0"):
        made.search("bolt", k=0)
    with pytest.raises(UsageError, match="text_weight is 2"):
        made.search("bolt", text_weight=2)
    with pytest.raises(InputError, match="no picture at"):
        made.search(image=tmp_path / "missing.jpg")
    with pytest.raises(InputError, match="cannot be read as a picture"):
        made.search(image=b"<html>not found</html>")


def test_opened_again_it_finds_the_same(made: Index, catalogue: Catalogue, base: Model) -> None:
    assert found(Index.open(catalogue.path).search("washer", k=7)) == found(made.search("washer", k=7))
    assert found(Index.open(catalogue, model=base).search("washer", k=7)) == found(made.search("washer", k=7))


def test_another_model_is_refused(made: Index, catalogue: Catalogue, base: Model) -> None:
    other = base.copy()
    other.hash = "f" * 64
    with pytest.raises(UsageError, match="do not compare") as refusal:
        Index.open(catalogue, model=other)
    assert "gergo index" in refusal.value.hint


def test_without_an_index_it_says_how_to_make_one(catalogue: Catalogue, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(catalogue.path, tmp_path / "copy.gergo"))
    (copy / FILE).unlink(missing_ok=True)
    with pytest.raises(InputError, match="has no index") as refusal:
        Index.open(copy)
    assert refusal.value.hint == f"gergo index {copy} --model MODEL"
    (copy / FILE).write_text('{"format": 99}', "utf-8")
    with pytest.raises(InputError, match="cannot be read"):
        Index.open(copy)


def test_a_model_that_has_changed_is_noticed(catalogue: Catalogue, base: Model, tmp_path: Path) -> None:
    copy = Catalogue.open(shutil.copytree(catalogue.path, tmp_path / "copy.gergo"))
    model = base.copy()
    unsaved = base.copy()
    unsaved.source = ""
    with pytest.raises(UsageError, match="lies in no file"):
        index(copy, unsaved)
    model.save(tmp_path / "tuned")
    index(copy, model)
    model.network.log_scale.data += 1
    model.save(tmp_path / "tuned")
    with pytest.raises(InputError, match="no longer the model"):
        Index.open(copy.path)
    shutil.rmtree(tmp_path / "tuned")
    with pytest.raises(InputError, match="is gone"):
        Index.open(copy.path)


def test_rows_imported_since_are_found_and_it_is_said(
    source: Path, base: Model, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = Path(shutil.copytree(source.parent, tmp_path / "shop"))
    with source.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    write(shop / source.name, rows[:10])
    index(import_catalogue(shop / source.name, tmp_path / "shop.gergo"), base)
    write(shop / source.name, rows[:14])
    grown = import_catalogue(shop / source.name, tmp_path / "shop.gergo")
    capsys.readouterr()
    reopened = Index.open(tmp_path / "shop.gergo", model=base)
    assert "has changed since it was indexed" in capsys.readouterr().err
    assert len(reopened.search("screw", k=50)) == 14
    assert json.loads((grown.path / FILE).read_text("utf-8"))["items"] == 14
    Index.open(tmp_path / "shop.gergo", model=base)
    assert "has changed" not in capsys.readouterr().err


def test_a_page_shows_what_was_found(made: Index, tmp_path: Path) -> None:
    results = made.search("bolt", k=6)
    made.save_html(tmp_path / "found.html", results, title="bolt <script>")
    page = (tmp_path / "found.html").read_text("utf-8")
    assert "bolt &lt;script&gt;" in page
    assert page.count("data:image/") == sum(result.view is not None for result in results)


def test_a_column_named_like_ours_yields() -> None:
    result = Result(id="a", score=0.25, columns={"id": "x", "score": 9, "title": "t"}, item=0, view=None)
    assert result.to_json() == {"id": "a", "score": 0.25, "score_original": 9, "title": "t"}


@pytest.mark.parametrize("k", [1, 3, PRODUCTS + 5])
def test_the_same_question_gets_the_same_answer(made: Index, k: int) -> None:
    first = made.search("zinc", k=k)
    assert len(first) == min(k, PRODUCTS)
    assert made.search("zinc", k=k) == first
