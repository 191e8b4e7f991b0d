"""A tiny network of each family, with untrained weights: what the tests of the towers are made of."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from PIL import Image
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from gergo.towers.embedded import BpeTexts, EmbeddedConfig, assemble
from gergo.towers.model import Model

TINY = EmbeddedConfig(
    dim=16,
    image_size_px=32,
    image_widths=(8, 16),
    image_depths=(1, 1),
    text_width=16,
    text_depth=1,
    text_heads=2,
    text_mlp=32,
    context_length=12,
    vocabulary=300,
)


def tiny_tokenizer() -> Tokenizer:
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {piece: i for i, piece in enumerate(["<pad>", "<end>", *alphabet])}
    tokenizer = Tokenizer(models.BPE(vocabulary, []))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.post_processor = processors.TemplateProcessing(single="$A <end>", special_tokens=[("<end>", 1)])
    return tokenizer


def make() -> Model:
    torch.manual_seed(0)
    network = assemble(TINY, BpeTexts(tiny_tokenizer(), TINY.context_length))
    return Model(
        network, family="embedded", config=TINY.model_dump(mode="json"), name="tiny", hash="0" * 64, precision="fp32"
    )


@pytest.fixture
def tiny() -> Model:
    return make()


@pytest.fixture(scope="session")
def make_tiny() -> Callable[[], Model]:
    return make


@pytest.fixture
def pictures() -> list[Image.Image]:
    wide, tall, square = (
        Image.new("RGB", (60, 30), "red"),
        Image.new("RGB", (20, 50), "blue"),
        Image.effect_noise((40, 40), 80),
    )
    return [wide, tall, square.convert("RGB")]


@pytest.fixture(scope="session")
def clip_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CLIP of random weights, saved by `transformers` itself."""
    from transformers import CLIPConfig, CLIPModel, CLIPTokenizer

    folder = tmp_path_factory.mktemp("clip")
    characters = sorted(pre_tokenizers.ByteLevel.alphabet())
    pieces = [*characters, *(c + "</w>" for c in characters), "<|startoftext|>", "<|endoftext|>"]
    tokenizer = CLIPTokenizer(vocab={piece: i for i, piece in enumerate(pieces)}, merges=[])
    tokenizer.save_pretrained(folder)
    torch.manual_seed(0)
    sizes = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2}
    config = CLIPConfig(
        text_config={
            **sizes,
            "vocab_size": len(pieces),
            "max_position_embeddings": 32,
            "bos_token_id": len(pieces) - 2,
            "eos_token_id": len(pieces) - 1,
            "pad_token_id": len(pieces) - 1,
        },
        vision_config={**sizes, "image_size": 48, "patch_size": 16},
        projection_dim=24,
    )
    CLIPModel(config).save_pretrained(folder)
    return folder
