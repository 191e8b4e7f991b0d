"""The encoders of the embedded base: small enough to ship in the package, fast enough for a laptop.

Picture side: a plain residual network (He et al., 2016, basic blocks, average-pooled shortcuts) on a stem of stride
four. Batch normalisation exists only while the recipe trains it: `fold_norms` folds it into the convolutions, so what
ships, and what is fine-tuned, has no running statistics that a small batch could spoil.
Text side: a pre-norm transformer, mean-pooled, with a byte-level BPE vocabulary of its own.

Shapes: B batch, L tokens, C channels, E features, S pixels a side.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from pydantic import BaseModel, ConfigDict
from tokenizers import Tokenizer as BpeTokenizer
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.fusion import fuse_conv_bn_eval

from gergo.towers.geometry import Geometry
from gergo.towers.network import DualEncoder, ImageTower, TextTower

TOKENIZER_FILE = "tokenizer.json"


class EmbeddedConfig(BaseModel):
    """Sizes of the embedded architecture; `dim` is the shared latent space."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    dim: int = 256
    image_size_px: int = 128
    image_widths: tuple[int, ...] = (48, 96, 192, 384)
    image_depths: tuple[int, ...] = (2, 2, 2, 2)
    text_width: int = 256
    text_depth: int = 4
    text_heads: int = 4
    text_mlp: int = 768
    context_length: int = 64
    vocabulary: int = 10_000


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions and a shortcut."""

    def __init__(self, inputs: int, outputs: int, stride: int, *, norms: bool) -> None:
        super().__init__()
        self.first = _convolution(inputs, outputs, 3, stride, norms=norms)
        self.second = _convolution(outputs, outputs, 3, 1, norms=norms)
        self.pool = nn.AvgPool2d(stride, stride, ceil_mode=True) if stride > 1 else nn.Identity()
        changes = stride > 1 or inputs != outputs
        self.shortcut = _convolution(inputs, outputs, 1, 1, norms=norms) if changes else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.second(F.relu(self.first(x))) + self.shortcut(self.pool(x)))


class ResidualEncoder(nn.Module):
    """Pixels float [B, 3, S, S], normalised, to features [B, E] by the mean over positions."""

    def __init__(self, widths: Sequence[int], depths: Sequence[int], *, norms: bool = False) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            _convolution(3, widths[0] // 2, 3, 2, norms=norms),
            nn.ReLU(),
            _convolution(widths[0] // 2, widths[0], 3, 2, norms=norms),
            nn.ReLU(),
        )
        blocks, inputs = [], widths[0]
        for stage, (width, depth) in enumerate(zip(widths, depths, strict=True)):
            for position in range(depth):
                stride = 2 if position == 0 and stage > 0 else 1
                blocks.append(ResidualBlock(inputs, width, stride, norms=norms))
                inputs = width
        self.blocks = nn.Sequential(*blocks)
        self.features = inputs

    def forward(self, pixels_B3SS: Tensor) -> Tensor:
        return self.blocks(self.stem(pixels_B3SS)).float().mean(dim=(2, 3))


def _convolution(inputs: int, outputs: int, kernel: int, stride: int, *, norms: bool) -> nn.Module:
    convolution = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=not norms)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs)) if norms else convolution


def fold_norms(encoder: ResidualEncoder, widths: Sequence[int], depths: Sequence[int]) -> ResidualEncoder:
    """The same function without batch normalisation: each is folded into the convolution before it.

    Equal to `encoder.eval()` up to rounding.
    """
    folded = ResidualEncoder(widths, depths, norms=False)
    plain = dict(folded.named_modules())
    for name, module in encoder.eval().named_modules():
        if not isinstance(module, nn.Sequential) or len(module) != 2:
            continue
        convolution, norm = module
        if isinstance(convolution, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
            plain[name].load_state_dict(fuse_conv_bn_eval(convolution, norm).state_dict())
    return folded


class TextLayer(nn.Module):
    """Pre-norm self-attention and MLP."""

    def __init__(self, width: int, heads: int, mlp: int) -> None:
        super().__init__()
        self.heads = heads
        self.attention_norm, self.mlp_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.query_key_value, self.output = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.mlp_in, self.mlp_out = nn.Linear(width, mlp), nn.Linear(mlp, width)
        # Each layer starts as no change at all: an untrained network is the mean of its token vectors.
        for last in (self.output, self.mlp_out):
            nn.init.zeros_(last.weight)
            nn.init.zeros_(last.bias)

    def forward(self, x_BLE: Tensor, allowed_B11L: Tensor) -> Tensor:
        batch, length, width = x_BLE.shape
        qkv = self.query_key_value(self.attention_norm(x_BLE)).view(batch, length, 3, self.heads, -1)
        query, key, value = qkv.permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(query, key, value, attn_mask=allowed_B11L)
        x_BLE = x_BLE + self.output(mixed.transpose(1, 2).reshape(batch, length, width))
        return x_BLE + self.mlp_out(F.gelu(self.mlp_in(self.mlp_norm(x_BLE))))


class TextEncoder(nn.Module):
    """Token ids and mask int64 [B, L] to features [B, E]: the mean of the last layer over the tokens, normalised.

    The mean comes before the norm, so that a token's length says how much it counts.
    """

    def __init__(self, config: EmbeddedConfig) -> None:
        super().__init__()
        self.tokens = nn.Embedding(config.vocabulary, config.text_width)
        self.positions = nn.Parameter(torch.zeros(config.context_length, config.text_width))
        nn.init.normal_(self.tokens.weight, std=0.02)
        self.layers = nn.ModuleList(
            TextLayer(config.text_width, config.text_heads, config.text_mlp) for _ in range(config.text_depth)
        )
        self.norm = nn.LayerNorm(config.text_width)
        self.features = config.text_width

    def forward(self, ids_BL: Tensor, mask_BL: Tensor) -> Tensor:
        allowed = mask_BL.bool()[:, None, None, :]
        x_BLE = self.tokens(ids_BL) + self.positions[: ids_BL.shape[1]]
        for layer in self.layers:
            x_BLE = layer(x_BLE, allowed)
        weights_BL1 = mask_BL[:, :, None].float()
        return self.norm((x_BLE.float() * weights_BL1).sum(1) / weights_BL1.sum(1).clamp(min=1))


class BpeTexts:
    """The base's own tokenizer (a `tokenizers` file), one vector of ids a text; implements `network.Tokenizer`."""

    def __init__(self, tokenizer: BpeTokenizer, context_length: int) -> None:
        self.tokenizer = tokenizer
        self.context_length = context_length
        tokenizer.no_truncation()
        tokenizer.no_padding()

    def __call__(self, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
        return pad_ids([e.ids for e in self.tokenizer.encode_batch(list(texts))], self.context_length, pad=0)

    def count(self, texts: Sequence[str]) -> list[int]:
        return [len(e.ids) for e in self.tokenizer.encode_batch(list(texts))]


def pad_ids(rows: Sequence[Sequence[int]], context_length: int, *, pad: int) -> tuple[Tensor, Tensor]:
    """Ids of several texts as int64 [B, L] and their mask, cut at `context_length`, padded to the longest."""
    cut = [row[:context_length] for row in rows]
    length = max(1, *(len(row) for row in cut)) if cut else 1
    ids_BL = torch.full((len(cut), length), pad)
    mask_BL = torch.zeros((len(cut), length), dtype=torch.int64)
    for i, row in enumerate(cut):
        ids_BL[i, : len(row)] = torch.tensor(row, dtype=torch.int64)
        mask_BL[i, : len(row)] = 1
    return ids_BL, mask_BL


def build(config: dict[str, Any], folder: Path) -> DualEncoder:
    """An untrained network of this configuration; the tokenizer is read from `folder`."""
    sizes = EmbeddedConfig.model_validate(config)
    tokenizer = BpeTexts(BpeTokenizer.from_file(str(folder / TOKENIZER_FILE)), sizes.context_length)
    return assemble(sizes, tokenizer)


def assemble(config: EmbeddedConfig, tokenizer: BpeTexts) -> DualEncoder:
    """The two towers, untrained."""
    encoder = TextEncoder(config)
    text = TextTower(encoder, nn.Linear(encoder.features, config.dim, bias=False), tokenizer)
    return DualEncoder({"image": image_tower(config), "text": text})


def image_tower(config: EmbeddedConfig, *, norms: bool = False) -> ImageTower:
    """The picture side alone; `norms` adds the batch normalisation that only the pretraining recipe wants."""
    encoder = ResidualEncoder(config.image_widths, config.image_depths, norms=norms)
    projection = nn.Linear(encoder.features, config.dim, bias=False)
    tower = ImageTower(encoder, projection, Geometry(config.image_size_px))
    return tower.to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]


def save_files(network: DualEncoder, folder: Path) -> None:
    """Write what `build` reads beside the configuration."""
    tokenizer = network.text.tokenizer
    assert isinstance(tokenizer, BpeTexts)
    tokenizer.tokenizer.save(str(folder / TOKENIZER_FILE))
