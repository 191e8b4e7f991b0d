"""What a method would take is measured; what auto picks follows from that and is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import gergo
from gergo.catalogue.store import Catalogue
from gergo.contrastive import finetuning, planning
from gergo.contrastive.finetuning import finetune, plan
from gergo.contrastive.planning import FEW_ITEMS, Choice, Cost, _choose
from gergo.contrastive.settings import METHODS, Method, Settings
from gergo.errors import UsageError
from gergo.towers.model import Model


@pytest.fixture(scope="module")
def catalogue(write_shop: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return gergo.import_catalogue(write_shop(120), to=tmp_path_factory.mktemp("catalogues") / "shop.gergo")


def cost(method: Method, *, memory_bytes: int = 10**9, total_s: float = 60.0) -> Cost:
    return Cost(
        method=method,
        trainable=1000,
        weights=2000,
        batch_size=100,
        fixed_bytes=memory_bytes // 2,
        item_bytes=memory_bytes // 200,
        available_bytes=4 * 10**9,
        step_s=1.0,
        prepare_s=0.0,
        epoch_s=total_s / 10,
        epochs=10,
        mixing_s=0.0,
    )


def picked(costs: dict[Method, dict[str, Any]], items: int = 1000) -> tuple[Method, str]:
    return _choose(items, Settings(), lambda method: cost(method, **costs.get(method, {})))[:2]


def test_few_items_train_projections_only_and_nothing_is_measured() -> None:
    def fail(method: Method) -> Cost:
        raise AssertionError(method)

    assert _choose(FEW_ITEMS - 1, Settings(), fail)[0] == "probe"


def test_the_first_that_fits_into_memory_and_time_is_picked_and_why_is_said() -> None:
    first, second, third = planning.ORDER
    assert picked({})[0] == first
    method, reason = picked({first: {"memory_bytes": 9 * 10**9}})
    assert method == second
    assert "9.0 GB of the 4.0 GB" in reason
    method, reason = picked({first: {"memory_bytes": 9 * 10**9}, second: {"total_s": 10 * 3600.0}})
    assert method == third
    assert "hours=8" in reason
    assert picked({one: {"total_s": 1e9} for one in METHODS})[0] == "probe"


def test_the_largest_batch_fits_and_one_more_does_not() -> None:
    one = cost("full")
    assert one.fits
    at = one.fixed_bytes + one.largest_batch * one.item_bytes
    assert at <= 0.9 * one.available_bytes < at + one.item_bytes


def test_a_plan_measures_every_method_and_writes_nothing(catalogue: Catalogue, tiny: Model, tmp_path: Path) -> None:
    before = {name: weight.clone() for name, weight in tiny.network.state_dict().items()}
    made = plan(catalogue, base=tiny, threads=1)
    costs = {one.method: one for one in made.costs}
    assert list(costs) == list(METHODS)
    everything = sum(weight.numel() for weight in tiny.network.parameters())
    assert costs["full"].trainable == everything == costs["full"].weights
    assert costs["probe"].trainable == 2 * 16 * 16 + 1
    assert costs["probe"].trainable < costs["lora"].trainable < everything
    assert costs["full"].item_bytes > 10 * costs["probe"].item_bytes
    assert made.method in METHODS
    assert made.record()["methods"][3]["total_s"] == pytest.approx(costs["full"].total_s)
    assert all((weight == before[name]).all() for name, weight in tiny.network.state_dict().items())
    assert not list(tmp_path.iterdir())


def test_what_a_step_keeps_is_what_the_activations_take(catalogue: Catalogue, tiny: Model) -> None:
    """The stem alone keeps 4 x 12 x 12 and 8 x 6 x 6 numbers a picture; all of it is some thousands, not millions."""
    kept = plan(catalogue, base=tiny, method="full", threads=1).costs[0].item_bytes
    assert 4 * (4 * 12 * 12 + 8 * 6 * 6) < kept < 1_000_000


def test_an_unknown_method_is_refused(catalogue: Catalogue, tiny: Model) -> None:
    with pytest.raises(UsageError, match="adapter"):
        plan(catalogue, base=tiny, method="adapter")


def test_a_plan_for_pairs_that_few_items_have_is_no_error(catalogue: Catalogue, tiny: Model) -> None:
    settings = {"image_text": 0, "text_text": 1, "templates": "", "texts": "title:1", "threads": 1}
    assert plan(catalogue, base=tiny, method="full", **settings).costs[0].total_s > 0


def test_a_batch_that_does_not_fit_whole_is_taken_in_parts_before_a_lesser_method_is() -> None:
    small = replace(cost("full"), fixed_bytes=10**9, item_bytes=10**8, batch_size=128)
    choice = _choose(1000, Settings(), lambda _: small)
    assert (choice.method, choice.micro_batch) == ("full", 16)
    assert "a batch of 128 fits into memory 16 items at a time" in choice.reason
    assert _choose(1000, Settings(), lambda _: replace(small, item_bytes=10**9)).method == "probe", "2 at a time"
    assert _choose(1000, Settings.parse({"micro_batch": 64}), lambda _: small).micro_batch is None, "as asked"
    assert _choose(1000, Settings(), lambda _: replace(small, epoch_s=2500.0)).method == "probe", "over hours=8"


def test_auto_tunes_in_the_parts_that_it_chose(
    catalogue: Catalogue, tiny: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finetuning, "choose_method", lambda *_: Choice("full", "16 at a time", 16))
    model = finetune(catalogue, base=tiny, out=tmp_path / "out", epochs=1, batch_size=64, threads=1, augment=False)
    assert model.record["training"]["settings"]["micro_batch"] == 16
