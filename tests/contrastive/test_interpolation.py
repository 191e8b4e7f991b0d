"""The rule for alpha, by hand; and that the line between two models is walked as it says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import nn

import gergo
from gergo.catalogue.store import Catalogue
from gergo.contrastive.finetuning import finetune
from gergo.contrastive.interpolation import ALPHAS, Point, choose, interpolable, interpolate
from gergo.towers.model import Model


def points(domain: Sequence[float], generality: Sequence[float] | None = None, *, noise: float = 0.0) -> list[Point]:
    """Points at even alphas whose queries differ from one another by the same amount, give or take `noise`."""
    wobble = noise * np.array([1.0, -1.0, 1.0, -1.0])
    alphas = np.linspace(0, 1, len(domain))
    kept = generality or [None] * len(domain)
    return [
        Point(float(alpha), value, guard, value + wobble * (number % 2))
        for number, (alpha, value, guard) in enumerate(zip(alphas, domain, kept, strict=True))
    ]


def test_without_noise_and_guard_the_best_is_taken() -> None:
    assert choose(points([0.5, 0.7, 0.6]), margin=0.01).alpha == 0.5


def test_what_loses_generality_is_not_taken_and_the_margin_is_inclusive() -> None:
    line = points([0.5, 0.6, 0.7, 0.8, 0.9], [0.80, 0.81, 0.79, 0.75, 0.70])
    assert choose(line, margin=0.0101).alpha == 0.5
    assert choose(line, margin=0.0).alpha == 0.25
    assert choose(line, margin=0.2).alpha == 1.0


def test_a_gain_within_an_error_leaves_the_base_and_one_beyond_it_does_not() -> None:
    """Differences of .01 with a deviation of .1 over 4 queries: an error of .058."""
    assert choose(points([0.50, 0.51], noise=0.1), margin=0.01).alpha == 0.0
    assert choose(points([0.50, 0.57], noise=0.1), margin=0.01).alpha == 1.0


def test_a_gain_of_variants_of_one_product_alone_is_no_gain() -> None:
    base, tuned = Point(0.0, 0.5, None, np.array([0.5])), Point(1.0, 0.9, None, np.array([0.9]))
    assert choose([base, tuned], margin=0.01).alpha == 0.0


@settings(suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault of the strategies
@given(
    domain=st.lists(st.floats(0, 1), min_size=2, max_size=8),
    generality=st.lists(st.floats(0, 1), min_size=8, max_size=8),
    margin=st.floats(0, 0.2),
)
def test_the_chosen_point_never_breaks_the_rule(domain: list[float], generality: list[float], margin: float) -> None:
    line = points(domain, generality[: len(domain)])
    chosen = choose(line, margin=margin)
    assert chosen.generality is not None
    assert line[0].generality is not None
    assert chosen.generality >= line[0].generality - margin
    assert chosen.domain >= line[0].domain


def test_ends_are_the_weights_themselves_and_between_they_are_mixed() -> None:
    base = {"w": torch.tensor([0.1, 1.0]), "n": torch.tensor(3)}
    tuned = {"w": torch.tensor([0.3, 2.0]), "n": torch.tensor(5)}
    assert torch.equal(interpolate(base, tuned, 0.0)["w"], base["w"])
    assert torch.equal(interpolate(base, tuned, 1.0)["w"], tuned["w"])
    torch.testing.assert_close(interpolate(base, tuned, 0.3)["w"], torch.tensor([0.16, 1.3]))


def test_running_statistics_cannot_be_mixed() -> None:
    assert interpolable(nn.Sequential(nn.Linear(2, 2), nn.LayerNorm(2)))
    assert not interpolable(nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2)))


@pytest.fixture(scope="module")
def catalogue(write_shop: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return gergo.import_catalogue(write_shop(200), to=tmp_path_factory.mktemp("catalogues") / "shop.gergo")


def test_the_saved_model_is_the_mix_that_the_record_says(catalogue: Catalogue, tiny: Model, tmp_path: Path) -> None:
    settings = {"epochs": 15, "batch_size": 32, "threads": 1, "augment": False, "method": "full"}
    settings |= {"learning_rate": 3e-3, "encoder_learning_rate": 3e-3}
    mixed = finetune(catalogue, base=tiny, out=tmp_path / "mixed", **settings)
    whole = finetune(catalogue, base=tiny, out=tmp_path / "whole", interpolate=False, **settings)
    record = mixed.record["training"]["interpolation"]
    assert [point["alpha"] for point in record["curve"]] == list(ALPHAS)
    assert record["alpha"] > 0
    ends = {point["alpha"]: point["domain"] for point in record["curve"]}
    history = mixed.record["training"]["epochs"]
    assert ends[0.0] == pytest.approx(history[0]["validation"], abs=1e-6)
    assert ends[1.0] == pytest.approx(history[mixed.record["training"]["best_epoch"]]["validation"], abs=2e-3)
    expected = interpolate(tiny.network.state_dict(), whole.network.state_dict(), record["alpha"])
    for name, weight in mixed.network.state_dict().items():
        torch.testing.assert_close(weight, expected[name], atol=1e-6, rtol=1e-5)
    assert f"| {record['alpha']:g} (this folder) |" in (tmp_path / "mixed" / "README.md").read_text()


def test_a_retain_set_is_measured_at_every_epoch_and_guards_alpha(
    catalogue: Catalogue, write_shop: Callable[..., Path], tiny: Model, tmp_path: Path
) -> None:
    other = gergo.import_catalogue(write_shop(60), to=tmp_path / "other.gergo")
    settings = {"epochs": 3, "batch_size": 32, "threads": 1, "method": "probe", "generality_margin": 0.5}
    model = finetune(catalogue, base=tiny, out=tmp_path / "out", retain=other, **settings)
    training = model.record["training"]
    assert training["items"]["retain"] == len(other.items(splits=["train", "validation"]))
    assert model.record["retain"]["hash"] == other.hash
    assert all(epoch["score"] == (epoch["validation"] + epoch["retain"]) / 2 for epoch in training["epochs"])
    assert training["interpolation"]["curve"][0]["generality"] == pytest.approx(training["epochs"][0]["retain"])
