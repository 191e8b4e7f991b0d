"""The optimizer spares what must not decay, and every group has its own learning rate."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from gergo.contrastive.losses import MAX_LOG_SCALE
from gergo.contrastive.optimization import Anchor, descend, make_optimizer, schedule_factor
from gergo.contrastive.settings import Settings
from gergo.towers.model import Model


def test_scale_biases_and_norms_do_not_decay_and_encoders_have_their_own_rate(tiny: Model) -> None:
    settings = Settings.parse({"learning_rate": 1e-3, "encoder_learning_rate": 1e-5, "weight_decay": 0.1})
    optimizer = make_optimizer(tiny.network, settings.filled("full", 100))
    of = {id(weight): group for group in optimizer.param_groups for weight in group["params"]}
    names = dict(tiny.network.named_parameters())
    assert len(of) == len(names)
    for name, weight in names.items():
        group = of[id(weight)]
        spared = name == "log_scale" or name.endswith("bias") or "norm" in name
        assert group["weight_decay"] == (0.0 if spared else 0.1), name
        assert group["peak"] == (1e-5 if ".encoder." in name else 1e-3), name


def test_the_schedule_rises_and_falls() -> None:
    factors = [schedule_factor(step, 100, 0.1) for step in range(100)]
    assert max(factors) == pytest.approx(1.0)
    assert factors.index(max(factors)) in (9, 10)
    steps = np.diff(factors)
    assert (steps[:9] > 0).all()
    assert (steps[10:] < 0).all()
    assert factors[-1] < 0.01


def test_a_step_never_takes_the_scale_out_of_bounds(tiny: Model) -> None:
    settings = Settings.parse({"learning_rate": 50.0}).filled("full", 100)
    optimizer = make_optimizer(tiny.network, settings)
    anchor = Anchor(tiny.network, 0.0)
    (-tiny.network.log_scale).backward()
    descend(tiny.network, optimizer, 1.0, anchor)
    assert tiny.network.log_scale.item() == pytest.approx(MAX_LOG_SCALE)
    optimizer.zero_grad()
    (1000 * tiny.network.log_scale).backward()
    descend(tiny.network, optimizer, 1.0, anchor)
    assert 0.0 <= tiny.network.log_scale.item() < MAX_LOG_SCALE
    assert torch.isfinite(tiny.network.log_scale)


def test_a_base_with_a_higher_scale_may_keep_it(tiny: Model) -> None:
    """SigLIP comes with 117: the clamp does not throw it down to 100 at the first step, nor lets it grow."""
    with torch.no_grad():
        tiny.network.log_scale.fill_(np.log(117))
    optimizer = make_optimizer(tiny.network, Settings.parse({"learning_rate": 50.0}).filled("full", 100))
    anchor = Anchor(tiny.network, 0.0)
    (-tiny.network.log_scale).backward()
    descend(tiny.network, optimizer, 1.0, anchor)
    assert tiny.network.log_scale.exp().item() == pytest.approx(117, rel=1e-5)


def test_the_pull_draws_weights_back_in_proportion_to_their_rates(tiny: Model) -> None:
    """No gradient and no decay: what is away from the base by 1 is away by 1 - pull x rate after a step."""
    settings = Settings.parse({"learning_rate": 0.1, "encoder_learning_rate": 0.01, "weight_decay": 0.0})
    optimizer, anchor = make_optimizer(tiny.network, settings.filled("full", 100)), Anchor(tiny.network, 2.0)
    before = {name: weight.detach().clone() for name, weight in tiny.network.named_parameters()}
    with torch.no_grad():
        for weight in tiny.network.parameters():
            weight += 1.0
    descend(tiny.network, optimizer, 0.5, anchor)
    for name, weight in tiny.network.named_parameters():
        expected = 1 - 2.0 * 0.5 * (0.01 if ".encoder." in name else 0.1)
        if name != "log_scale":
            torch.testing.assert_close(weight - before[name], torch.full_like(weight, expected))
