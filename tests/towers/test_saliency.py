"""Maps of evidence: exact where they can be worked out, in place whatever the picture's shape, for every family."""

from __future__ import annotations

import doctest
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from gergo.errors import UsageError
from gergo.towers import saliency
from gergo.towers.geometry import Geometry
from gergo.towers.model import Model
from gergo.towers.saliency import feature_layers, maps, placement, to_picture


def test_docstring_examples() -> None:
    outcome = doctest.testmod(saliency)
    assert outcome.attempted > 0
    assert outcome.failed == 0


@pytest.fixture
def corner() -> Image.Image:
    """White, with a red square in the top left quarter."""
    picture = Image.new("RGB", (64, 64), "white")
    picture.paste((200, 20, 20), (8, 8, 28, 28))
    return picture


@pytest.mark.parametrize("method", saliency.METHODS)
def test_maps_have_the_pictures_shape_and_depend_on_the_text(tiny: Model, method: saliency.Method) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (30, 50, 3), dtype=np.uint8)
    found = maps(tiny, noise, ["bolt", "a red nut"], method=method)
    assert found.shape == (2, 30, 50)
    assert found.dtype == np.float32
    assert (found >= 0).all()
    assert found.any()
    assert not np.allclose(found[0], found[1])
    assert np.array_equal(found, maps(tiny, noise, ["bolt", "a red nut"], method=method)), "the same every time"


def test_the_last_stages_map_is_the_exact_share_of_each_place(tiny: Model, corner: Image.Image) -> None:
    """The features are a mean over places and the projection is linear: gradient x activation of a dot product adds up
    to the dot product itself, place by place (class activation mapping)."""
    tower = tiny.network.image
    layer = feature_layers(tower.encoder)[-1]
    kept: list[torch.Tensor] = []
    hook = layer.module.register_forward_hook(lambda *call: kept.append(call[2]))
    target_D = torch.linspace(-1, 1, tiny.dim)
    score = tower(tower.prepare([corner]))[0] @ target_D
    (gradient,) = torch.autograd.grad(score, kept)
    hook.remove()
    share_hw = layer.grid(gradient * kept[0].detach()).sum(0)
    pooled_hw = (tower.projection.weight.T @ target_D) @ kept[0][0].detach().flatten(1) / share_hw.numel()
    assert torch.allclose(share_hw.flatten(), pooled_hw, atol=1e-6)
    assert float(share_hw.sum()) == pytest.approx(score.item(), abs=1e-5)


def test_a_model_that_sees_red_points_at_red(tiny: Model, corner: Image.Image) -> None:
    """An encoder by hand: channel 0 is how red a place is, and the only text it knows is red."""
    sees_red = RedEncoder()
    tiny.network.image.encoder = sees_red
    tiny.network.image.projection = nn.Linear(2, tiny.dim, bias=False)
    with torch.no_grad():
        tiny.network.image.projection.weight.zero_()
        tiny.network.image.projection.weight[0, 0] = 1.0
        tiny.network.image.projection.weight[1, 1] = 1.0
    tiny.encode_texts = lambda texts, **_: np.eye(tiny.dim, dtype=np.float32)[[0 if t == "red" else 1 for t in texts]]
    for method in saliency.METHODS:
        (found,) = maps(tiny, corner, ["red"], method=method)
        inside = found[8:28, 8:28].sum() / found.sum()
        assert inside > (0.6 if method == "gradient" else 0.3), method
        row, col = np.unravel_index(found.argmax(), found.shape)
        assert row < 32 > col, method


class RedEncoder(nn.Module):
    """Redness and brightness, averaged over 4 x 4 px cells, then over the picture."""

    def __init__(self) -> None:
        super().__init__()
        self.cells = nn.Conv2d(3, 2, 4, 4)
        with torch.no_grad():
            self.cells.weight.zero_()
            self.cells.weight[0, 0], self.cells.weight[0, 1:] = 0.25, -0.125
            self.cells.weight[1] = 0.02
            self.cells.bias.copy_(torch.tensor([0.0, 0.3]))

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        return self.cells(pixels).clamp(min=0).mean((2, 3))


@feature_layers.register
def _(encoder: RedEncoder) -> list[saliency.FeatureLayer]:
    return [saliency.FeatureLayer(encoder.cells, lambda features: features[0])]


def test_clip_vision_transformers_have_maps_too(clip_folder: Path) -> None:
    model = Model.load(clip_folder, precision="fp32")
    for parameter in model.network.parameters():
        parameter.requires_grad_(False)
    noise = np.random.default_rng(1).integers(0, 255, (60, 90, 3), dtype=np.uint8)
    found = maps(model, noise, ["a", "bolt"])
    assert found.shape == (2, 60, 90)
    assert found[:, :, :14].max() == 0, "CLIP crops the sides off: they can hold no evidence"
    assert (found.reshape(2, -1).max(1) > 0).all()
    assert all(parameter.grad is None for parameter in model.network.parameters())
    cells = feature_layers(model.network.image.encoder)[0].grid(torch.arange(20.0).view(1, 10, 2))
    assert cells.shape == (2, 3, 3)
    assert cells[0].flatten().tolist() == [2, 4, 6, 8, 10, 12, 14, 16, 18], "the class token is left out"


def test_a_family_without_a_feature_map_says_what_to_do(tiny: Model, corner: Image.Image) -> None:
    with pytest.raises(UsageError, match="not known for a Identity") as error:
        feature_layers(nn.Identity())
    assert "occlusion" in error.value.hint
    with pytest.raises(UsageError, match="no method 'attention'"):
        maps(tiny, corner, ["a"], method="attention")
    with pytest.raises(UsageError, match="list of texts"):
        maps(tiny, corner, [])


@pytest.mark.parametrize("fit", ["pad", "crop"])
@pytest.mark.parametrize("size", [(80, 40), (40, 80), (64, 64), (33, 100)])
def test_a_place_on_the_canvas_is_the_same_place_on_the_picture(fit: str, size: tuple[int, int]) -> None:
    geometry = Geometry(32, fit=fit)  # pyright: ignore[reportArgumentType]
    picture = Image.new("RGB", size, "black")
    x, y = size[0] // 2, size[1] // 2
    picture.paste("white", (x - 4, y - 4, x + 4, y + 4))
    canvas = geometry.canvas(picture).float().mean(0)
    back = to_picture(canvas[None], placement(geometry, size), size)[0].numpy()
    assert back.shape == (size[1], size[0])
    rows, cols = np.nonzero(back > 0.6 * back.max())
    assert abs(rows.mean() + 0.5 - y) < 2
    assert abs(cols.mean() + 0.5 - x) < 2
