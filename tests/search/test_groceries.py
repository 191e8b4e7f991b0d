"""Search over photographs from shelves: 296 rows of 81 kinds, with descriptions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gergo.catalogue.importing import import_catalogue
from gergo.search.index import Index, index
from gergo.towers.model import Model

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def groceries(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Index:
    to = tmp_path_factory.mktemp("catalogues") / "grocery.gergo"
    return index(import_catalogue(real_data / "grocery" / "val.parquet", to), Model.load("base"))


def test_kinds_are_found_by_name(groceries: Index) -> None:
    titles = groceries.catalogue.items(columns=["title"])["title"].to_pylist()
    kinds = sorted(set(titles))
    hits = [kind in {result.columns["title"] for result in groceries.search(kind, k=5)} for kind in kinds]
    by_chance = [1 - (1 - titles.count(kind) / len(titles)) ** 5 for kind in kinds]
    assert np.mean(hits) > 3 * np.mean(by_chance)


def test_a_photograph_finds_its_like(groceries: Index) -> None:
    views = groceries.catalogue.views()["view"].to_pylist()[::10]
    alike = []
    for picture in groceries.catalogue.pictures(views):
        itself, other = groceries.search(image=picture, k=2)
        alike.append(itself.columns["title"] == other.columns["title"])
    assert np.mean(alike) > 0.3


def test_where_narrows(groceries: Index) -> None:
    results = groceries.search("apple", where="department = 'Fruit'", k=20)
    assert len(results) == 20
    assert {result.columns["department"] for result in results} == {"Fruit"}
