"""Augmentation stays within its promises: draws by generator, little cut away, colours kept, products left alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from gergo.contrastive.augmentation import Augmentation, studio_background

NOTHING = Augmentation(
    least_area=1.0, turn_degrees=0.0, stretch=0.0, light=0.0, white_balance=0.0, background_share=0.0, grey_share=0.0
)


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def gradient_picture(size_px: int = 74) -> torch.Tensor:
    """Red grows to the right, green downwards: uint8 [1, 3, S, S]."""
    ramp = torch.linspace(0, 255, size_px)
    red, green = ramp.expand(size_px, size_px), ramp[:, None].expand(size_px, size_px)
    return torch.stack([red, green, torch.zeros(size_px, size_px)])[None].to(torch.uint8)


def studio(shade: int, size_px: int = 96) -> torch.Tensor:
    """A dark square frame filled with `shade`, on white: float [1, 3, S, S]."""
    picture = torch.full((1, 3, size_px, size_px), 255.0)
    picture[:, :, 24:72, 24:72] = 60.0
    picture[:, :, 30:66, 30:66] = float(shade)
    return picture


def test_switched_off_it_only_resizes() -> None:
    out = NOTHING(gradient_picture(64), 64, seeded())
    torch.testing.assert_close(out, gradient_picture(64).float(), atol=0.51, rtol=0)


def test_the_same_generator_state_gives_the_same_pictures() -> None:
    canvases = gradient_picture().expand(4, 3, 74, 74)
    first, again, other = (Augmentation()(canvases, 64, seeded(seed)) for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert not torch.equal(first[0], first[1])


def test_crops_keep_at_least_sixty_percent() -> None:
    """Red and green tell which part of the canvas is seen: the spread of both is the side of the crop."""
    crops = replace(NOTHING, least_area=0.6, stretch=0.08)
    out = crops(gradient_picture().expand(200, 3, 74, 74), 64, seeded())
    width = (out[:, 0, 0, -1] - out[:, 0, 0, 0]) / 255
    height = (out[:, 1, -1, 0] - out[:, 1, 0, 0]) / 255
    area = width * height
    assert area.min() > 0.58
    assert area.max() > 0.95
    assert area.std() > 0.05


def test_never_mirrored() -> None:
    out = Augmentation()(gradient_picture().expand(100, 3, 74, 74), 64, seeded())
    assert (out[:, 0, :, -8:].mean(dim=(1, 2)) > out[:, 0, :, :8].mean(dim=(1, 2))).all()


def test_colours_stay_what_they_are() -> None:
    """The hue of a plain red moves by a few degrees at most, or all colour goes; pixel values stay in range."""
    red = torch.tensor([200, 40, 40], dtype=torch.uint8)[None, :, None, None].expand(600, 3, 40, 40)
    out = Augmentation()(red, 32, seeded())
    assert out.min() >= 0
    assert out.max() <= 255
    mean = out.mean(dim=(2, 3))
    grey = mean.amax(dim=1) == mean.amin(dim=1)
    assert 0.02 < grey.float().mean() < 0.09
    mean = mean[~grey]
    assert (mean[:, 0] > 3 * mean[:, 1:].amax(dim=1)).all()
    assert ((mean[:, 1] - mean[:, 2]).abs() < 0.1 * mean[:, 0]).all()


@pytest.mark.parametrize("shade", [255, 120])
def test_background_is_found_and_a_product_with_an_outline_is_left_alone(shade: int) -> None:
    mask = studio_background(studio(shade))
    assert mask[0, 0, :16, :].min() > 0.9
    assert mask[0, 0, 26:70, 26:70].max() < 0.05


def test_a_photograph_without_studio_background_is_left_alone() -> None:
    busy = 200 * torch.rand(2, 3, 96, 96, generator=seeded())
    white = torch.full((1, 3, 96, 96), 255.0)
    assert studio_background(busy).max() == 0
    assert studio_background(white).max() == 0


def test_backgrounds_are_replaced_in_the_share_asked_for() -> None:
    change = Augmentation(
        least_area=1.0, turn_degrees=0.0, stretch=0.0, light=0.0, white_balance=0.0, background_share=0.3
    )
    out = change(studio(120).to(torch.uint8).expand(400, 3, 96, 96), 96, seeded())
    replaced = (out[:, :, 2, 2] < 250).any(dim=1).float().mean()
    assert 0.2 < replaced < 0.4
    torch.testing.assert_close(out[:, :, 40:56, 40:56], torch.full((400, 3, 16, 16), 120.0))
