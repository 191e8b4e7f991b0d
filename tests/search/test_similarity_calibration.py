"""What a similarity is worth: the pairs it is fitted on, the curve, and what comes of it on other items."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.search.coloured import write_coloured_shop

from gergo.catalogue.importing import import_catalogue
from gergo.catalogue.store import Catalogue
from gergo.evaluation.confidence import ece
from gergo.evaluation.measured_rows import choose
from gergo.search.calibration import calibrate, fit_curve, phrase_pairs
from gergo.towers.cache import VectorCache
from gergo.towers.model import Model


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    folder = tmp_path_factory.mktemp("coloured")
    return import_catalogue(write_coloured_shop(folder / "source", items=600), folder / "shop.gergo")


def test_a_curve_is_found_again() -> None:
    draw = np.random.default_rng(0)
    cosine_P = draw.normal(0.2, 0.1, 200_000)
    hit_P = draw.random(len(cosine_P)) < 1 / (1 + np.exp(-(20 * cosine_P - 7)))
    curve = fit_curve(cosine_P, hit_P)
    assert curve is not None
    assert (curve.slope, curve.offset) == pytest.approx((20, -7), rel=0.03)
    assert curve.prior == pytest.approx(hit_P.mean(), abs=1e-4)
    assert fit_curve(-cosine_P, hit_P) is None, "what falls with the similarity is no calibration"


def test_pairs_hold_where_the_columns_say_so(shop: Catalogue) -> None:
    rows = choose(shop, ["validation"], seen_by={}, label_column=None).rows["validation"]
    model = Model.load("base")
    found = phrase_pairs(VectorCache(shop, model), rows)
    assert found is not None
    cosine_QN, hit_QN, unknown_QN = found
    assert cosine_QN.shape == hit_QN.shape == unknown_QN.shape
    assert not unknown_QN.any()
    assert hit_QN.shape[1] == len(rows.id_N)
    both = Counter(zip(rows.columns["category"], rows.columns["colour"], strict=True))
    kinds = Counter(rows.columns["category"])
    assert sorted(hit_QN.sum(1).tolist()) == sorted([*kinds.values(), *both.values()])


def test_pairs_that_an_empty_cell_leaves_open_are_not_fitted_on(shop: Catalogue) -> None:
    rows = choose(shop, ["validation"], seen_by={}, label_column=None).rows["validation"]
    kind, colours = rows.columns["category"], list(rows.columns["colour"])
    colours[0] = ""
    rows = replace(rows, columns=rows.columns | {"colour": colours})
    found = phrase_pairs(VectorCache(shop, Model.load("base")), rows)
    assert found is not None
    of_kind = len({colour for one, colour in zip(kind, colours, strict=True) if one == kind[0] and colour})
    assert found.unknown_QN[:, 0].sum() == of_kind, "queries about its kind and any colour"
    assert not found.unknown_QN[:, 1:].any()
    assert len(found.known[0]) == found.hit_QN.size - of_kind


def test_probabilities_hold_on_items_they_were_not_fitted_on(shop: Catalogue) -> None:
    model = Model.load("base")
    calibration = calibrate(shop, model)
    assert calibration.curve is not None, "the base tells colours apart"
    assert calibration.label_temperature is not None
    rows = choose(shop, ["test"], seen_by={}, label_column=None).rows["test"]
    found = phrase_pairs(VectorCache(shop, model), rows)
    assert found is not None
    cosine_P, hit_P = found.known
    p_P = np.array([calibration.curve.probability(float(cosine)) for cosine in cosine_P])
    assert float(ece(p_P, hit_P)) < 0.05
    sure = p_P > np.quantile(p_P, 0.9)
    assert hit_P[sure].mean() > 2 * hit_P.mean()
    assert calibration.curve.at_even_odds(0.3) > calibration.curve.probability(0.3), "most pairs do not hold"


def test_without_columns_nothing_is_calibrated(tmp_path: Path) -> None:
    source = write_coloured_shop(tmp_path / "source", items=40, columns=False)
    shop = import_catalogue(source, tmp_path / "shop.gergo")
    found = calibrate(shop, Model.load("base"))
    assert (found.curve, found.label_temperature) == (None, None)
