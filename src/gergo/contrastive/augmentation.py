"""Changes to product photographs that leave the product what it is, on a whole batch at once.

Shapes: B pictures, C pixels a side of the canvas that comes in, S of what goes out. Values are floats in [0,
255].

What is done, and what on purpose is not:

- Crops keep at least 60% of the area, turned by up to 6 degrees and stretched by up to 8%: a bolt's length, a
  sleeve, a logo are often the whole difference between two products, so nothing is cut away wholesale.
- Brightness and contrast within 15%, white balance within 4% a channel: lamps differ, colours are labels. No
  hue jitter.
- Now and then all colour goes: a picture that is grey is still of the product, and a model that never met one
  knows products by little else.
- No mirror: print, logos and handed parts (left doors, left shoes, screw threads) would be wrong.
- White studio backgrounds become another one now and then, because shoppers' photographs are no studio.
  Background is what is near white and connected to the border, so a white shirt with an outline stays white;
  it is multiplied in, so shadows stay. Where hardly anything or nearly everything would go, nothing is done.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

CANVAS_RATIO = 1.15
WHITE = 240.0
_COARSE_PX = 48
_LUMA_311 = torch.tensor([0.299, 0.587, 0.114])[:, None, None]  # ITU-R BT.601, as Pillow's convert("L")


@dataclass(frozen=True)
class Augmentation:
    """How far each change goes; shares and ratios, not percentages."""

    least_area: float = 0.6
    turn_degrees: float = 6.0
    stretch: float = 0.08
    light: float = 0.15
    white_balance: float = 0.04
    background_share: float = 0.15
    grey_share: float = 0.05

    def __call__(self, canvases_B3CC: Tensor, size_px: int, random: torch.Generator) -> Tensor:
        """uint8 [B, 3, C, C] to float32 [B, 3, S, S] in [0, 255]; every draw comes from `random`."""
        pixels_B3SS = self._crop(canvases_B3CC.float(), size_px, random)
        pixels_B3SS = self._replace_backgrounds(pixels_B3SS, random)
        return self._grey(self._relight(pixels_B3SS, random), random).clamp_(0.0, 255.0)

    def _crop(self, canvases_B3CC: Tensor, size_px: int, random: torch.Generator) -> Tensor:
        batch = len(canvases_B3CC)
        side = _uniform(batch, math.sqrt(self.least_area), 1.0, random)
        ratio = torch.exp(_uniform(batch, -self.stretch, self.stretch, random) / 2)
        angle = _uniform(batch, -1.0, 1.0, random) * math.radians(self.turn_degrees)
        width, height = (side * ratio).clamp(max=1.0), (side / ratio).clamp(max=1.0)
        shift_x = _uniform(batch, -1.0, 1.0, random) * (1 - width)
        shift_y = _uniform(batch, -1.0, 1.0, random) * (1 - height)
        rows = [
            torch.stack([width * angle.cos(), -height * angle.sin(), shift_x], dim=1),
            torch.stack([width * angle.sin(), height * angle.cos(), shift_y], dim=1),
        ]
        grid = F.affine_grid(torch.stack(rows, dim=1), [batch, 3, size_px, size_px], align_corners=False)
        return F.grid_sample(canvases_B3CC, grid, padding_mode="border", align_corners=False)

    def _relight(self, pixels_B3SS: Tensor, random: torch.Generator) -> Tensor:
        batch = len(pixels_B3SS)
        gain_B3 = _uniform(batch, 1 - self.light, 1 + self.light, random)[:, None] * _uniform(
            (batch, 3), 1 - self.white_balance, 1 + self.white_balance, random
        )
        contrast_B111 = _uniform((batch, 1, 1, 1), 1 - self.light, 1 + self.light, random)
        mean_B111 = pixels_B3SS.mean(dim=(1, 2, 3), keepdim=True)
        return ((pixels_B3SS - mean_B111) * contrast_B111 + mean_B111) * gain_B3[:, :, None, None]

    def _grey(self, pixels_B3SS: Tensor, random: torch.Generator) -> Tensor:
        chosen = torch.rand(len(pixels_B3SS), generator=random) < self.grey_share
        luma_b1SS = (pixels_B3SS[chosen] * _LUMA_311).sum(dim=1, keepdim=True)
        pixels_B3SS[chosen] = luma_b1SS.expand(-1, 3, -1, -1)
        return pixels_B3SS

    def _replace_backgrounds(self, pixels_B3SS: Tensor, random: torch.Generator) -> Tensor:
        chosen = torch.nonzero(torch.rand(len(pixels_B3SS), generator=random) < self.background_share)[:, 0]
        if not len(chosen):
            return pixels_B3SS
        some = pixels_B3SS[chosen]
        mask = studio_background(some)
        paper = _paper(len(chosen), some.shape[-1], random)
        pixels_B3SS[chosen] = some * (1 - mask + mask * paper)
        return pixels_B3SS


def studio_background(pixels_B3SS: Tensor) -> Tensor:
    """Where a white studio background is: float [B, 1, S, S] in [0, 1], all 0 for a picture that has none.

    Near white and connected to the border through what is near white, on a coarse grid (a narrow gap in an
    outline does not leak), then sharpened by the whiteness of each pixel. A share under 15% or over 95% is
    taken for no background.
    """
    size_px = pixels_B3SS.shape[-1]
    white = ((pixels_B3SS.amin(dim=1, keepdim=True) - WHITE) / (255 - WHITE) * 4).clamp(0.0, 1.0)
    open_cells = -F.adaptive_max_pool2d(-white, _COARSE_PX) > 0.5
    reached = torch.zeros_like(open_cells)
    reached[:, :, [0, -1], :] = open_cells[:, :, [0, -1], :]
    reached[:, :, :, [0, -1]] = open_cells[:, :, :, [0, -1]]
    for _ in range(2 * _COARSE_PX):
        grown = F.max_pool2d(reached.float(), 3, stride=1, padding=1).bool() & open_cells
        if torch.equal(grown, reached):
            break
        reached = grown
    near = F.max_pool2d(reached.float(), 3, stride=1, padding=1)
    mask = F.interpolate(near, size=(size_px, size_px), mode="bilinear", align_corners=False) * white
    share = reached.float().mean(dim=(1, 2, 3), keepdim=True)
    return mask * ((share > 0.15) & (share < 0.95))


def _paper(batch: int, size_px: int, random: torch.Generator) -> Tensor:
    """Soft, greyish backgrounds: float [B, 3, S, S] in [0, 1], to be multiplied onto white."""
    tone = _uniform((batch, 1, 1, 1), 0.35, 1.0, random)
    tint = _uniform((batch, 3, 1, 1), 0.85, 1.0, random)
    cloud = _uniform((batch, 1, 4, 4), 0.8, 1.0, random)
    return F.interpolate(cloud, size=(size_px, size_px), mode="bicubic", align_corners=False).clamp(0, 1) * tone * tint


def _uniform(shape: int | tuple[int, ...], low: float, high: float, random: torch.Generator) -> Tensor:
    return low + (high - low) * torch.rand(shape, generator=random)
