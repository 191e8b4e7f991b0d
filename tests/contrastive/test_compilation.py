"""Compiled encoders compute what they did, and nothing of it is left behind."""

from __future__ import annotations

import copy
import shutil
from pathlib import Path

import pytest
import torch

from gergo.contrastive.compilation import compiled
from gergo.errors import UsageError
from gergo.towers.model import Model


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # torch's compiler imports what torch deprecates
def test_compiled_encoders_compute_the_same(tiny: Model) -> None:
    network = copy.deepcopy(tiny.network).train()
    pixels = torch.randint(0, 256, (6, 3, 24, 24), dtype=torch.uint8)
    lengths = [torch.randint(2, 250, (6, length)) for length in (12, 7)]

    def gradients() -> list[torch.Tensor]:
        network.zero_grad(set_to_none=True)
        pictures = network.encode("image", {"pixels": pixels})
        texts = [network.encode("text", {"ids": ids, "mask": torch.ones_like(ids)}) for ids in lengths]
        torch.stack([(pictures * of).sum() for of in texts]).sum().backward()
        return [w.grad.clone() for w in network.parameters() if w.grad is not None]

    expected, names = gradients(), list(network.state_dict())
    with compiled(network, True) as encoders:
        assert len(encoders) == 2
        found = gradients()
        assert list(network.state_dict()) == names
    for before, after in zip(expected, found, strict=True):
        torch.testing.assert_close(after, before, rtol=1e-3, atol=1e-5)
    assert all(encoder._compiled_call_impl is None for encoder in encoders)


def test_without_a_compiler_it_says_what_to_install(
    tiny: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CXX", raising=False)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert shutil.which("g++") is None
    with pytest.raises(UsageError, match="compiler") as caught, compiled(tiny.network, True):
        pass
    assert "apt-get install" in str(caught.value.hint)


def test_unwanted_it_does_nothing(tiny: Model) -> None:
    with compiled(tiny.network, False) as encoders:
        assert encoders == []
