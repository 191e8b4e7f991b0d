"""Views that show one photograph, among however many pairs."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
from tests.catalogue.exports import picture, shop_rows, write_csv, write_pictures

from gergo.catalogue.copies import same_photograph
from gergo.catalogue.importing import import_catalogue


def test_many_pairs_are_compared_in_little_memory(tmp_path: Path):
    write_pictures(tmp_path, range(12))
    (tmp_path / "images" / "1.jpg").write_bytes((tmp_path / "images" / "0.jpg").read_bytes())
    (tmp_path / "images" / "2.jpg").write_bytes(picture(0, quality=80))  # saved again
    catalogue = import_catalogue(write_csv(tmp_path / "p.csv", shop_rows(12)), tmp_path / "c")
    view_V = catalogue.views().sort_by("item")["view"].to_numpy()
    one_P, other_P = (np.tile(view_V[places], 1 << 19) for places in ([0, 3], [1, 4]))
    expected = same_photograph(catalogue, view_V[[0, 0, 0, 3]], view_V[[0, 1, 2, 4]])
    assert expected.tolist() == [True, True, True, False]
    tracemalloc.start()
    same_P = same_photograph(catalogue, one_P, other_P)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert same_P.tolist() == [True, False] * (1 << 19)
    assert peak < 32 * len(one_P)
