"""Zero-shot equals a plain loop over a checkpoint with transformers, from pictures and labels to figures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from sklearn.metrics import accuracy_score, f1_score
from tokenizers import pre_tokenizers
from transformers import AutoTokenizer, CLIPConfig, CLIPImageProcessor, CLIPModel, CLIPTokenizer

import gergo
from gergo.catalogue.store import Catalogue
from gergo.towers.geometry import open_rgb

SIZE_PX = 48


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CLIP of random weights, saved by `transformers` itself."""
    folder = tmp_path_factory.mktemp("checkpoint")
    characters = sorted(pre_tokenizers.ByteLevel.alphabet())
    pieces = [*characters, *(c + "</w>" for c in characters), "<|startoftext|>", "<|endoftext|>"]
    CLIPTokenizer(vocab={piece: i for i, piece in enumerate(pieces)}, merges=[]).save_pretrained(folder)
    torch.manual_seed(0)
    sizes = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2}
    sizes["initializer_factor"] = 10.0  # so that pictures and words differ enough for several classes to win
    end = len(pieces) - 1
    words = {"vocab_size": len(pieces), "max_position_embeddings": 40, "bos_token_id": end - 1}
    config = CLIPConfig(
        text_config={**sizes, **words, "eos_token_id": end, "pad_token_id": end},
        vision_config={**sizes, "image_size": SIZE_PX, "patch_size": 16},
        projection_dim=24,
    )
    CLIPModel(config).save_pretrained(folder)
    size = {"shortest_edge": SIZE_PX}
    CLIPImageProcessor(size=size, crop_size={"height": SIZE_PX, "width": SIZE_PX}).save_pretrained(folder)
    return folder


def by_hand(folder: Path, pictures: list[Image.Image], labels: list[str], template: str) -> np.ndarray:
    """Cosines [N, K], as the model card of a CLIP checkpoint shows."""
    model, tokenizer = CLIPModel.from_pretrained(folder).eval(), AutoTokenizer.from_pretrained(folder)
    processor = CLIPImageProcessor.from_pretrained(folder)
    prompts = [template.format(label) for label in labels]
    texts = tokenizer(prompts, padding="max_length", max_length=40, truncation=True, return_tensors="pt")
    with torch.inference_mode():
        images = model.get_image_features(**processor(images=pictures, return_tensors="pt")).pooler_output
        words = model.get_text_features(**texts).pooler_output
    return (torch.nn.functional.normalize(images) @ torch.nn.functional.normalize(words).T).numpy()


def test_zero_shot_equals_a_plain_transformers_loop(checkpoint: Path, tiles: Catalogue) -> None:
    model = gergo.Model.load(checkpoint, precision="fp32")
    template = "{}"
    report = gergo.evaluate(model, tiles, tasks=["zero_shot"], splits=["test"], template=template)
    ours = {r.metric: r.value for r in report.results if r.settings["labels"] == "all"}
    rows = report.rows["test"]
    assert rows.labels is not None
    pictures = [open_rgb(data) for data in tiles.pictures(rows.view_V)]
    cosine_VK = by_hand(checkpoint, pictures, rows.labels.word_K, template)
    cosine_NK = np.stack([cosine_VK[rows.owner_V == item].max(0) for item in range(len(rows.id_N))])
    predicted_N = cosine_NK.argmax(1)
    best_5 = np.argsort(-cosine_NK, axis=1)[:, :5]
    assert len(set(predicted_N.tolist())) > 1, "an untrained model that says one thing would prove little"
    assert ours["acc1"] == pytest.approx(accuracy_score(rows.label_N, predicted_N))
    assert ours["acc5"] == pytest.approx((best_5 == rows.label_N[:, None]).any(1).mean())
    assert ours["weighted_f1"] == pytest.approx(
        f1_score(rows.label_N, predicted_N, average="weighted", zero_division=0.0)
    )
