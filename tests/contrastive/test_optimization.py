"""The optimizer spares what must not decay, and every group has its own learning rate."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from gergo.contrastive.losses import MAX_LOG_SCALE
from gergo.contrastive.optimization import descend, make_optimizer, schedule_factor
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
    (-tiny.network.log_scale).backward()
    descend(tiny.network, optimizer, 1.0)
    assert tiny.network.log_scale.item() == pytest.approx(MAX_LOG_SCALE)
    optimizer.zero_grad()
    (1000 * tiny.network.log_scale).backward()
    descend(tiny.network, optimizer, 1.0)
    assert 0.0 <= tiny.network.log_scale.item() < MAX_LOG_SCALE
    assert torch.isfinite(tiny.network.log_scale)
