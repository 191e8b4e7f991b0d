"""Cells: the recall that is claimed, filters, and an index on disk that is brought up to date and survives a kill."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from tests.catalogue.exports import shop_rows, write_csv

from gergo.catalogue.editing import remove, upsert
from gergo.catalogue.importing import import_catalogue
from gergo.catalogue.store import Catalogue
from gergo.demo import write_catalogue
from gergo.search import building
from gergo.search.cells import FILE
from gergo.search.flat import FlatIndex
from gergo.search.index import Index, index
from gergo.search.inverted import InvertedIndex, add, exact_items, probes_needed, recall_of, train
from gergo.towers.model import Model

ROWS, ITEMS = 6000, 3000


@pytest.fixture(scope="module")
def vectors_RD() -> np.ndarray:
    rng = np.random.default_rng(0)
    kinds = rng.standard_normal((60, 32), np.float32)
    drawn = kinds[rng.integers(0, 60, ROWS)] + 0.7 * rng.standard_normal((ROWS, 32), np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def both(vectors_RD: np.ndarray) -> tuple[InvertedIndex, FlatIndex]:
    items_R = np.arange(ROWS) % ITEMS
    cells = train(vectors_RD)
    add(cells, vectors_RD, np.arange(ROWS))
    return InvertedIndex(vectors_RD, items_R, cells, 1), FlatIndex(vectors_RD, items_R)


def test_exact_items_are_those_of_flat(both: tuple[InvertedIndex, FlatIndex], vectors_RD: np.ndarray) -> None:
    _, flat = both
    queries_QD = vectors_RD[::600]
    exact_QK = exact_items(vectors_RD, flat.items_R, queries_QD, 10)
    assert recall_of(flat, queries_QD, exact_QK) == 1
    assert exact_QK.tolist() == [flat.top_items(query_D, 10).items_K.tolist() for query_D in queries_QD]


def test_the_probes_give_the_recall_that_is_wanted(
    both: tuple[InvertedIndex, FlatIndex], vectors_RD: np.ndarray
) -> None:
    cells, flat = both
    seen, unseen = vectors_RD[::100], vectors_RD[50::100]
    cells.probes, recall = probes_needed(cells, seen, exact_items(vectors_RD, flat.items_R, seen, 10))
    assert recall >= 0.98
    assert cells.probes < cells.cells.nlist
    assert recall_of(cells, unseen, exact_items(vectors_RD, flat.items_R, unseen, 10)) > 0.95


@pytest.mark.parametrize(("every", "wanted"), [(100, 1.0), (4, 0.95)])
def test_filters(
    both: tuple[InvertedIndex, FlatIndex],
    vectors_RD: np.ndarray,
    monkeypatch: pytest.MonkeyPatch,
    every: int,
    wanted: float,
) -> None:
    cells, flat = both
    cells.probes = 16
    monkeypatch.setattr("gergo.search.inverted.SCANNED_ROWS", 200)
    among = np.arange(0, ITEMS, every)
    shared = []
    for query_D in vectors_RD[::200]:
        found, exact = (one.top_items(query_D, 10, among=among) for one in (cells, flat))
        assert np.isin(found.items_K, among).all()
        shared.append(np.isin(exact.items_K, found.items_K).mean())
    assert np.mean(shared) >= wanted


def test_pages_never_overlap(both: tuple[InvertedIndex, FlatIndex], vectors_RD: np.ndarray) -> None:
    cells, _ = both
    cells.probes = 8
    whole = cells.top_items(vectors_RD[7], 60).items_K.tolist()
    assert len(set(whole)) == 60
    assert [cells.top_items(vectors_RD[7], n).items_K.tolist() for n in (10, 25)] == [whole[:10], whole[:25]]


@pytest.fixture(scope="module")
def base() -> Model:
    return Model.load("base")


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catalogues of 50 rows are large here."""
    monkeypatch.setattr(building, "FLAT_ROWS", 50)


def titles_only(folder: Path, n: int) -> Path:
    rows = [{name: value for name, value in row.items() if name != "image"} for row in shop_rows(n)]
    return write_csv(folder / "shop.csv", rows)


def check_every_row(opened: Index, base: Model) -> None:
    """Every item is found by its own title, its vector is its title's, and nothing that is gone is found."""
    rows = opened.catalogue.items().to_pylist()
    titles_ND = base.encode_texts([row["texts"][0]["text"] for row in rows])
    for row, title_D in zip(rows, titles_ND, strict=True):
        best = opened._vectors.best_rows(title_D, np.array([row["item"]]))
        assert best.scores_K[0] == pytest.approx(1, abs=1e-3)
    found = opened.search(rows[0]["title"], k=10_000, mode="hybrid")
    assert {result.id for result in found} <= {row["id"] for row in rows}


def test_new_changed_and_removed_rows_need_no_rebuild(tmp_path: Path, base: Model, large: None) -> None:
    catalogue = import_catalogue(titles_only(tmp_path, 200), tmp_path / "shop.gergo")
    made = index(catalogue, base)
    assert made.record.kind == "ivf-sq8"
    assert made.record.recall_at_10 is not None
    check_every_row(made, base)
    folder = next(catalogue.path.glob("index-vectors-*"))
    vectors = next(folder.glob("vectors-*.f32"))
    edited = remove(catalogue, ["P0007"])
    edited = upsert(edited, [{"id": "P0008", "title": "a violet umbrella"}, {"id": "new", "title": "a green lamp"}])
    assert made.stale()
    reopened = Index.open(edited, model=base)
    assert not reopened.stale()
    check_every_row(reopened, base)
    assert reopened.search("violet umbrella", k=1, mode="vector")[0].id == "P0008"
    assert "P0007" not in {result.id for result in reopened.search("bolt", k=300, mode="vector")}
    assert vectors.is_file()  # appended to, not built anew
    assert reopened.record.items == 200
    upsert(edited, [{"id": f"P{i:04d}", "title": f"another thing, number {i}"} for i in range(100)])
    check_every_row(Index.open(edited.path, model=base), base)
    assert not vectors.is_file()  # so many changed that it was


def test_a_damaged_index_is_built_again(tmp_path: Path, base: Model, large: None) -> None:
    catalogue = import_catalogue(titles_only(tmp_path, 80), tmp_path / "shop.gergo")
    index(catalogue, base)
    folder = next(catalogue.path.glob("index-vectors-*"))
    (folder / FILE).write_text("{", "utf-8")
    check_every_row(Index.open(catalogue, model=base), base)


def test_titles_among_pictures_are_found_as_by_an_exact_search(
    tmp_path: Path, base: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write_catalogue(tmp_path, products=60, views=1, size_px=48)
    catalogue = import_catalogue(source, tmp_path / "shop.gergo")
    bare = [row["id"] for row in catalogue.items().to_pylist()[::5]]
    upsert(catalogue, [{"id": id_, "image_1": ""} for id_ in bare])
    exact = index(Catalogue.open(catalogue.path), base)
    monkeypatch.setattr(building, "FLAT_ROWS", 50)
    cells = index(Catalogue.open(catalogue.path), base)
    assert (exact.record.kind, cells.record.kind, cells.record.titles) == ("flat", "ivf-sq8", len(bare))
    state = next(catalogue.path.glob("index-vectors-*")) / FILE
    state.write_text(state.read_text("utf-8").replace('"format": 2', '"format": 1'), "utf-8")
    older = Index.open(catalogue.path, model=base)  # which held titles moved: it is built again
    assert '"format": 2' in state.read_text("utf-8")
    for query in ("hex bolt", "zinc", "a brush"):
        found = [[r.id for r in one.search(query, k=10, mode="vector")] for one in (exact, cells, older)]
        assert found[0] == found[1] == found[2]
        assert 0 < len(set(bare) & set(found[0])) < 10


WORK = """
import sys
from gergo.catalogue.editing import upsert
from gergo.catalogue.store import Catalogue
from gergo.search import building
from gergo.search.index import index
from gergo.towers.model import Model
building.FLAT_ROWS = 50
base = Model.load("base")
print("ready", flush=True)
catalogue = Catalogue.open(sys.argv[1])
turn = int(sys.argv[2])
rows = [{"id": f"P{(turn * 7 + i) % 150:04d}", "title": f"turn {turn} thing {i}"} for i in range(5)]
index(upsert(catalogue, rows), base)
"""


def kill_while_it_works(folder: Path, turns: int, base: Model, longest_s: float) -> int:
    catalogue = import_catalogue(titles_only(folder, 150), folder / "shop.gergo")
    index(catalogue, base)
    draw, killed = random.Random(0), 0
    for turn in range(turns):
        child = subprocess.Popen(
            [sys.executable, "-c", WORK, str(catalogue.path), str(turn)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        time.sleep(draw.uniform(0, longest_s))
        if child.poll() is None:
            os.kill(child.pid, signal.SIGKILL)
        child.stdout.close()
        killed += child.wait() != 0
        check_every_row(Index.open(Catalogue.open(catalogue.path), model=base), base)
    return killed


def test_killed_at_any_moment_it_still_serves(tmp_path: Path, base: Model, large: None) -> None:
    kill_while_it_works(tmp_path, 2, base, 1.0)


@pytest.mark.slow
def test_killed_fifty_times_it_still_serves(tmp_path: Path, base: Model, large: None) -> None:
    assert kill_while_it_works(tmp_path, 50, base, 1.5) > 10
