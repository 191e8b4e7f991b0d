"""A calibration fitted on one split and measured on another; kept and read back; strangers refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from small_shops import HandMade, SmallShop, make_shop

from gergo.catalogue.store import Catalogue
from gergo.errors import InputError, NotEnoughData
from gergo.evaluation.calibration import Calibrated, Calibration, fit
from gergo.evaluation.exhibits import Curve, Table
from gergo.evaluation.refusal import Refusal

WORDS = {f"a photo of {name}": vector for name, vector in {"bolt": (1, 0, 0), "nut": (0, 1, 0)}.items()}
WORDS |= {"a photo of shiny": (0, 0, 1), "a photo of dull": (0.5, 0.5, 0)}


def shop_of(n: int = 120, *, splits: tuple[str, ...] = ("validation", "test")) -> tuple[SmallShop, HandMade]:
    """Bolts and nuts, one in ten of which looks like the other; every fourth is shiny, and looks it."""
    columns = {
        "kind": ["bolt" if i % 2 else "nut" for i in range(n)],
        "finish": ["shiny" if i % 4 == 0 else "dull" for i in range(n)],
    }
    looks = [(i % 2 == 1) != (i % 10 == 0) for i in range(n)]
    vectors = [[1.0 * bolt, 1.0 * (not bolt), 1.0 * (i % 4 == 0)] for i, bolt in enumerate(looks)]
    return make_shop(dict.fromkeys(splits, columns)), HandMade(np.array(vectors * len(splits)), WORDS)


def test_the_temperature_makes_90_percent_mean_90_percent() -> None:
    shop, encode = shop_of()
    outcome, *by_column = Calibrated().observe(encode, shop.splits["test"])
    values = {name: float(metric(outcome.observed, None)) for name, metric in outcome.metrics.items()}
    assert values["ece_before"] > 0.08
    assert values["ece"] < 0.03
    assert values["nll"] < values["nll_before"]
    assert values["coverage"] == 0.0, "one in ten is wrong: a precision of 0.95 is never reached"
    assert values["answered_wrongly"] == 0.0
    assert "precision" not in values, "nothing was answered: there is none"
    assert "every answer is refused" in outcome.remarks[1]
    diagram, refusals = outcome.exhibits
    assert isinstance(diagram, Curve)
    assert diagram.diagonal
    assert isinstance(refusals, Table)
    assert [row[1] is None for row in refusals.rows] == [False, True, True, True]
    finish = next(each for each in by_column if each.settings["label_column"] == "finish")
    assert float(finish.metrics["micro_f1"](finish.observed, None)) == 1.0


def test_a_calibration_is_read_back_as_it_was(tmp_path: Path) -> None:
    shop, encode = shop_of()
    fitted = fit(encode, shop.splits["validation"])
    assert fitted.fitted_on == 120
    assert set(fitted.refuse_below) == {"0.8"}
    assert Calibration.load(fitted.save(tmp_path / "calibration.json")) == fitted
    probability = fitted.probabilities(np.array([[1.0, 0.0]]))
    assert probability.sum() == pytest.approx(1.0)
    (tmp_path / "calibration.json").write_text('{"schema": 2}')
    for name in ("calibration.json", "absent.json"):
        with pytest.raises(InputError, match="is no calibration"):
            Calibration.load(tmp_path / name)


def test_a_rare_value_shares_its_columns_threshold() -> None:
    columns = {"kind": ["bolt", "nut"] * 20, "finish": ["shiny"] * 3 + ["dull"] * 37}
    shop = make_shop({"validation": columns})
    fitted = fit(HandMade(np.random.default_rng(0).random((40, 3)), WORDS), shop.splits["validation"])
    assert {each.value: each.shared for each in fitted.attributes if each.column == "finish"} == {
        "shiny": True,
        "dull": False,
    }


def test_without_a_split_to_fit_on_nothing_is_measured() -> None:
    shop, encode = shop_of(splits=("test",))
    for task in (Calibrated(), Refusal()):
        with pytest.raises(NotEnoughData, match="no validation split"):
            list(task.observe(encode, shop.splits["test"]))
    shop, encode = shop_of(splits=("validation",))
    with pytest.raises(NotEnoughData, match="cannot be measured as well"):
        list(Calibrated().observe(encode, shop.splits["validation"]))


def test_strangers_far_from_all_labels_are_refused(tiles: Catalogue) -> None:
    """The pictures of another catalogue lie at right angles to every label, or upon one."""
    shop, encode = shop_of()
    far = HandMade(encode.views(range(240)), WORDS, image=(0.0, 0.0, 1.0))
    by_cosine, _ = Refusal(strangers=tiles.path).observe(far, shop.splits["test"])
    assert float(by_cosine.metrics["auroc"](by_cosine.observed, None)) == 1.0
    assert float(by_cosine.metrics["fpr95"](by_cosine.observed, None)) == 0.0
    assert by_cosine.settings["strangers"] == "tiles.gergo"
    assert by_cosine.settings["stranger_pictures"] == 300
    assert len(np.unique(by_cosine.cluster_Q)) == 120 + 300
    near = HandMade(encode.views(range(240)), WORDS, image=(1.0, 0.0, 0.0))
    by_cosine, _ = Refusal(strangers=tiles.path).observe(near, shop.splits["test"])
    assert float(by_cosine.metrics["fpr95"](by_cosine.observed, None)) == 1.0
