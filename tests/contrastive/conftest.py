"""Tiny networks, and a small trade whose titles say what its pictures show, so that something can be learnt."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from gergo.towers.embedded import BpeTexts, EmbeddedConfig, assemble
from gergo.towers.model import Model

TINY = EmbeddedConfig(
    dim=16,
    image_size_px=24,
    image_widths=(8, 16),
    image_depths=(1, 1),
    text_width=16,
    text_depth=1,
    text_heads=2,
    text_mlp=32,
    context_length=48,
    vocabulary=300,
)
COLOURS = {"red": (200, 30, 30), "green": (30, 170, 40), "blue": (40, 50, 200), "yellow": (220, 200, 30)}
KINDS = ("bar", "plate", "ring", "block", "rod")


def tiny_tokenizer() -> Tokenizer:
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {piece: i for i, piece in enumerate(["<pad>", "<end>", *alphabet])}
    tokenizer = Tokenizer(models.BPE(vocabulary, []))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.post_processor = processors.TemplateProcessing(single="$A <end>", special_tokens=[("<end>", 1)])
    return tokenizer


@pytest.fixture
def tiny() -> Model:
    """An untrained dual encoder of a few thousand weights."""
    torch.manual_seed(0)
    network = assemble(TINY, BpeTexts(tiny_tokenizer(), TINY.context_length))
    return Model(
        network,
        family="embedded",
        config=TINY.model_dump(mode="json"),
        name="tiny",
        hash="0" * 64,
        seen=["a" * 64],
        precision="fp32",
    )


def picture(colour: str, kind: int, seed: int) -> bytes:
    """A coloured rectangle whose proportions are the kind's, on a noisy pale ground, as JPEG."""
    random = np.random.default_rng(seed)
    pixels = random.integers(215, 256, (32, 32, 3))
    width, height = 6 + 5 * kind, 28 - 5 * kind
    left, top = random.integers(0, 32 - width + 1), random.integers(0, 32 - height + 1)
    pixels[top : top + height, left : left + width] = np.array(COLOURS[colour]) + random.integers(-20, 21, 3)
    buffer = io.BytesIO()
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


@pytest.fixture(scope="session")
def write_shop(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Write a shop's CSV of so many products, with pictures beside it; returns the CSV's path.

    Its categories are the five kinds, or the twenty kinds by colour where `fine`.
    """

    def write(products: int, *, fine: bool = False) -> Path:
        folder = tmp_path_factory.mktemp("shop")
        lines = ["image,id,title,description,brand,category"]
        for n in range(products):
            colour, kind = list(COLOURS)[n % 4], n // 4 % 5
            (folder / f"{n}.jpg").write_bytes(picture(colour, kind, n))
            category = f"{colour} {KINDS[kind]}s" if fine else KINDS[kind]
            title = f"{colour} {KINDS[kind]} {n // 20}"
            lines.append(f"{n}.jpg,p{n},{title},A {KINDS[kind]} painted {colour},maker {n % 9},{category}")
        (folder / "shop.csv").write_text("\n".join(lines) + "\n")
        return folder / "shop.csv"

    return write


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """A CLIP of a few thousand weights, saved by transformers and loaded by us."""
    from transformers import CLIPConfig, CLIPModel, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("clip")
    sizes = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
    text = {**sizes, "vocab_size": 300, "max_position_embeddings": 24, "eos_token_id": 1, "pad_token_id": 0}
    vision = {**sizes, "image_size": 24, "patch_size": 8}
    torch.manual_seed(0)
    CLIPModel(CLIPConfig(text_config=text, vision_config=vision, projection_dim=16)).save_pretrained(folder)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=tiny_tokenizer(), pad_token="<pad>", eos_token="<end>")
    tokenizer.save_pretrained(folder)
    return Model.load(folder, precision="fp32")
