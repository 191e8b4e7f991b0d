"""Where in a picture a model finds a text: maps of evidence, in the picture's own shape.

Two methods. Neither is the truth about a model; `gergo.evaluation.grounding` scores both.

`gradient` costs one pass. At a feature map of the picture encoder, gradient times activation, summed over channels, its
positive part (HiResCAM: Draelos and Carin, 2020, "Use HiResCAM instead of Grad-CAM for faithful explanations of
convolutional neural networks", arXiv:2011.08891). Where an encoder halves its resolution, the maps of its last two
stages are multiplied: the deeper says what, the shallower where. What is differentiated is the cosine with the text
minus the mean cosine with `NEUTRAL` texts: what speaks for this text more than for any text at all.

`occlusion` costs a pass for every grey patch on a grid, 61 in all. The gain of the cosine over the full picture's,
clipped at 0, is credited to all that a patch leaves visible and averaged over the patches that leave a place visible;
the mean is subtracted five times, clipped at 0 each time. So do the authors of FashionCLIP (Chia et al., 2022,
"Contrastive language and vision learning of general fashion concepts"), as far as that is described; the grid and the
sizes of the patches are ours.

Shapes: T texts, D the latent space, S pixels a side of the canvas, C channels, h and w cells of a feature map, H and W
pixels of the map given back, N patches.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import singledispatch
from itertools import pairwise
from typing import Literal, get_args

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from gergo.errors import UsageError
from gergo.towers.clip import ClipVision
from gergo.towers.embedded import ResidualBlock, ResidualEncoder
from gergo.towers.geometry import Geometry, ImageLike, open_rgb
from gergo.towers.model import Model

Method = Literal["gradient", "occlusion"]
METHODS: tuple[Method, ...] = get_args(Method)
NEUTRAL = ("a photo", "a picture", "a product", "an object", "a thing", "something")
GRID = 7
PATCHES = (2, 3)  # cells a side
SUBTRACTIONS = 5
GREY = 127
BATCH = 64
MAP_PX = 448  # the longer side of a map is no longer than this


def maps(model: Model, image: ImageLike, texts: Sequence[str], *, method: Method = "gradient") -> NDArray[np.float32]:
    """Evidence for each text at each place of one picture: float32 [T, H, W], 0 and above, 0 meaning none.

    H and W are the picture's own, shrunk where the longer side exceeds `MAP_PX`; what the model's crop leaves out is 0.

    Raises:
        UsageError: no texts, an unknown method, or one that this family of models has no feature map for.
        InputError: the picture cannot be read.
    """
    if not texts or isinstance(texts, str):
        raise UsageError("maps takes a list of texts, at least one", hint="maps(model, image, ['hex head'])")
    if method not in METHODS:
        raise UsageError(f"there is no method {method!r}", hint="one of " + ", ".join(METHODS))
    picture = open_rgb(image)
    tower = model.network.image
    canvas_3SS = tower.canvas(picture)
    model.network.eval()
    make = _gradient_maps if method == "gradient" else _occlusion_maps
    map_TSS = make(model, canvas_3SS, list(texts))
    return to_picture(map_TSS, placement(tower.geometry, picture.size), map_size(picture.size)).numpy()


def _gradient_maps(model: Model, canvas_3SS: Tensor, texts: list[str]) -> Tensor:
    """HiResCAM of each text against the neutral ones, [T, S, S]."""
    size_px = canvas_3SS.shape[-1]
    neutral_D = torch.from_numpy(model.encode_texts(NEUTRAL)).mean(0)
    target_TD = (torch.from_numpy(model.encode_texts(texts)) - neutral_D).to(model.device)
    layers = feature_layers(model.network.image.encoder)
    kept: list[Tensor] = []
    hooks = [layer.module.register_forward_hook(lambda *call: kept.append(call[2])) for layer in layers]
    try:
        with torch.enable_grad():
            pixels_13SS = canvas_3SS[None].float().requires_grad_()  # a graph, even where every weight is frozen
            vector_D = model.network.encode("image", {"pixels": pixels_13SS})[0]
            found = []
            for target_D in target_TD:
                gradients = torch.autograd.grad(vector_D @ target_D, kept, retain_graph=True)
                found.append(
                    [layer.grid(g * a.detach()).sum(0) for layer, g, a in zip(layers, gradients, kept, strict=True)]
                )
    finally:
        for hook in hooks:
            hook.remove()
    return torch.stack([_product([_enlarged(cells_hw, size_px) for cells_hw in stages]) for stages in found]).cpu()


def _enlarged(cells_hw: Tensor, size_px: int) -> Tensor:
    """The positive part as [S, S], its maximum 1 (or 0 everywhere)."""
    positive = cells_hw.float().clamp(min=0)[None, None]
    large = F.interpolate(positive, size=(size_px, size_px), mode="bilinear", align_corners=False)[0, 0]
    return large / large.max().clamp(min=torch.finfo(torch.float32).tiny)


def _product(stages: Sequence[Tensor]) -> Tensor:
    product = stages[0]
    for stage in stages[1:]:
        product = product * stage
    return product


@dataclass(frozen=True)
class FeatureLayer:
    """A part of an encoder whose output is a feature map; `grid` brings it (or what has its shape) to [C, h, w]."""

    module: nn.Module
    grid: Callable[[Tensor], Tensor]


@singledispatch
def feature_layers(encoder: nn.Module) -> list[FeatureLayer]:
    """Where an encoder's features still have a place; register the encoder of a new family here."""
    raise UsageError(
        f"gradient maps are not known for a {type(encoder).__name__}", hint="occlusion works with every model"
    )


@feature_layers.register
def _(encoder: ResidualEncoder) -> list[FeatureLayer]:
    blocks = [block for block in encoder.blocks if isinstance(block, ResidualBlock)]
    ends = [block for block, after in pairwise(blocks) if isinstance(after.pool, nn.AvgPool2d)]
    return [FeatureLayer(block, lambda features: features[0]) for block in [*ends, blocks[-1]][-2:]]


@feature_layers.register
def _(encoder: ClipVision) -> list[FeatureLayer]:
    # What the last block's attention reads: after that block, only the class token goes on to the projection.
    last_block = encoder.model.encoder.layers[-1]  # pyright: ignore[reportAttributeAccessIssue, reportIndexIssue]
    return [FeatureLayer(last_block.layer_norm1, _tokens_to_grid)]  # pyright: ignore[reportArgumentType]


def _tokens_to_grid(tokens_1LC: Tensor) -> Tensor:
    """[1, 1 + h * w, C] with the class token first to [C, h, w], h = w."""
    patches_LC = tokens_1LC[0, 1:]
    side = round(len(patches_LC) ** 0.5)
    assert side * side == len(patches_LC)
    return patches_LC.T.unflatten(1, (side, side))


@torch.inference_mode()
def _occlusion_maps(model: Model, canvas_3SS: Tensor, texts: list[str]) -> Tensor:
    """Gains of what the patches leave visible, credited to that, [T, S, S]."""
    hidden_NSS = patches(canvas_3SS.shape[-1])
    text_TD = torch.from_numpy(model.encode_texts(texts)).to(model.device)
    full_D = model.network.encode("image", {"pixels": canvas_3SS[None]})[0]
    grey = torch.tensor(GREY, dtype=canvas_3SS.dtype)
    gains = []
    for part_BSS in hidden_NSS.split(BATCH):
        shown_B3SS = torch.where(part_BSS[:, None], grey, canvas_3SS)
        gains.append((model.network.encode("image", {"pixels": shown_B3SS}) - full_D) @ text_TD.T)
    return credited(torch.cat(gains).clamp(min=0).cpu(), ~hidden_NSS)


def patches(size_px: int, *, grid: int = GRID, sides: Sequence[int] = PATCHES) -> Tensor:
    """Every square patch of so many cells a side on a grid of `grid` x `grid` cells: bool [N, S, S], True inside.

    >>> patches(4, grid=2, sides=(1,))[0].int().tolist()
    [[1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]
    """
    edges = [round(i * size_px / grid) for i in range(grid + 1)]
    places = [(row, col, side) for side in sides for row in range(grid - side + 1) for col in range(grid - side + 1)]
    patch_NSS = torch.zeros(len(places), size_px, size_px, dtype=torch.bool)
    for number, (row, col, side) in enumerate(places):
        patch_NSS[number, edges[row] : edges[row + side], edges[col] : edges[col + side]] = True
    return patch_NSS


def credited(gain_NT: Tensor, visible_NSS: Tensor) -> Tensor:
    """The mean gain of the pictures in which a place is visible, less its mean over the places, five times: [T, S, S].

    One text. What shows the left place alone gains 1, what shows the right one nothing. The mean taken off once:
    [1, 0] - 0.5 = [0.5, 0]; five times: 1 / 32.

    >>> left_right = torch.tensor([[[True, False]], [[False, True]]])
    >>> credited(torch.tensor([[1.0], [0.0]]), left_right).tolist()
    [[[0.03125, 0.0]]]
    """
    shown_NSS = visible_NSS.float()
    map_TSS = torch.einsum("nt,nij->tij", gain_NT, shown_NSS) / shown_NSS.sum(0).clamp(min=1)
    for _ in range(SUBTRACTIONS):
        map_TSS = (map_TSS - map_TSS.mean((1, 2), keepdim=True)).clamp(min=0)
    return map_TSS


def placement(geometry: Geometry, picture_px: tuple[int, int]) -> tuple[int, int, int, int]:
    """Where a picture of this width and height lies on the canvas: left, top, width, height in canvas pixels.

    Left and top are below 0 where `crop` leaves something out.

    >>> placement(Geometry(100), (400, 200)), placement(Geometry(100, fit="crop"), (400, 200))
    ((0, 25, 100, 50), (-50, 0, 200, 100))
    """
    width, height = picture_px
    side = geometry.size_px
    scale = side / (min(width, height) if geometry.fit == "crop" else max(width, height))
    rounded = int if geometry.fit == "crop" else round  # as the geometry itself does
    wide, high = max(1, rounded(width * scale)), max(1, rounded(height * scale))
    if geometry.fit == "crop":
        return -((wide - side) // 2), -((high - side) // 2), wide, high
    return (side - wide) // 2, (side - high) // 2, wide, high


def map_size(picture_px: tuple[int, int]) -> tuple[int, int]:
    """Width and height of the map of a picture: its own, or shrunk to `MAP_PX`.

    >>> map_size((300, 200)), map_size((4480, 2000))
    ((300, 200), (448, 200))
    """
    shrink = min(1.0, MAP_PX / max(picture_px))
    return max(1, round(picture_px[0] * shrink)), max(1, round(picture_px[1] * shrink))


def to_picture(map_TSS: Tensor, placed: tuple[int, int, int, int], size_px: tuple[int, int]) -> Tensor:
    """Maps on the canvas to maps of the picture that lies at `placed` on it, [T, H, W] with (W, H) = `size_px`."""
    left, top, wide, high = placed
    side = map_TSS.shape[-1]
    whole = torch.zeros(len(map_TSS), high, wide)
    col, row = max(0, left), max(0, top)
    seen = map_TSS[:, row : min(side, top + high), col : min(side, left + wide)]
    whole[:, row - top : row - top + seen.shape[1], col - left : col - left + seen.shape[2]] = seen
    width, height = size_px
    return F.interpolate(whole[None], size=(height, width), mode="bilinear", align_corners=False)[0]
