"""CLIP checkpoints give the vectors that `transformers` gives."""

from __future__ import annotations

from pathlib import Path

import huggingface_hub
import numpy as np
import pytest
import torch
from PIL import Image

from gergo.errors import InputError
from gergo.towers.model import Model

TEXTS = ["a red shirt", "hex bolt M8", "x", "a very long title " * 9]


def reference_texts(folder: Path, texts: list[str]) -> np.ndarray:
    from transformers import AutoTokenizer, CLIPModel

    model, tokenizer = CLIPModel.from_pretrained(folder).eval(), AutoTokenizer.from_pretrained(folder)
    batch = tokenizer(texts, padding="max_length", truncation=True, max_length=32, return_tensors="pt")
    with torch.inference_mode():
        return torch.nn.functional.normalize(model.get_text_features(**batch).pooler_output, dim=-1).numpy()


def reference_images(folder: Path, images: list[Image.Image], size_px: int) -> np.ndarray:
    """Preprocessing written out by hand from CLIP's paper: short side to S, centre crop, mean and deviation."""
    from transformers import CLIPModel

    model = CLIPModel.from_pretrained(folder).eval()
    mean = np.array([0.48145466, 0.4578275, 0.40821073])
    std = np.array([0.26862954, 0.26130258, 0.27577711])
    rows = []
    for image in images:
        ratio = size_px / min(image.size)
        image = image.resize((int(image.width * ratio), int(image.height * ratio)), Image.Resampling.BICUBIC)
        left, top = (image.width - size_px) // 2, (image.height - size_px) // 2
        image = image.crop((left, top, left + size_px, top + size_px))
        rows.append(((np.asarray(image) / 255 - mean) / std).transpose(2, 0, 1))
    with torch.inference_mode():
        vectors = model.get_image_features(pixel_values=torch.tensor(np.stack(rows), dtype=torch.float32))
    return torch.nn.functional.normalize(vectors.pooler_output, dim=-1).numpy()


def test_vectors_equal_the_reference(clip_folder: Path, pictures: list[Image.Image]) -> None:
    model = Model.load(clip_folder, precision="fp32")
    np.testing.assert_allclose(model.encode_texts(TEXTS), reference_texts(clip_folder, TEXTS), atol=1e-5)
    np.testing.assert_allclose(model.encode_images(pictures), reference_images(clip_folder, pictures, 48), atol=1e-5)


def test_padding_does_not_change_a_text(clip_folder: Path) -> None:
    model = Model.load(clip_folder, precision="fp32")
    together, alone = model.encode_texts(TEXTS), np.concatenate([model.encode_texts([text]) for text in TEXTS])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_saved_and_loaded_again(clip_folder: Path, tmp_path: Path, pictures: list[Image.Image]) -> None:
    model = Model.load(clip_folder, precision="fp32")
    model.save(tmp_path / "copy")
    again = Model.load(tmp_path / "copy", precision="fp32")
    np.testing.assert_array_equal(again.encode_texts(TEXTS), model.encode_texts(TEXTS))
    np.testing.assert_array_equal(again.encode_images(pictures), model.encode_images(pictures))
    assert again.logit_scale == model.logit_scale


def test_another_architecture_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "bert"}')
    with pytest.raises(InputError, match="bert"):
        Model.load(tmp_path)


def test_pickled_weights_are_refused(clip_folder: Path, tmp_path: Path) -> None:
    for path in clip_folder.iterdir():
        if path.name != "model.safetensors":
            (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "pytorch_model.bin").write_bytes(b"not even read")
    with pytest.raises(InputError) as caught:
        Model.load(tmp_path)
    assert "safetensors" in caught.value.hint


@pytest.mark.parametrize("name", ["no-such-folder", "/no/such/folder", "../tuned", "a/b/c"])
def test_what_is_no_folder_and_no_hub_name_is_refused_at_once(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")  # with no models around it, of which a misspelt one would be told
    with pytest.raises(InputError, match="owner/name"):
        Model.load(name)


def test_a_hub_that_cannot_be_reached_is_not_a_model_that_is_not_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(InputError, match="the hub cannot be reached") as caught:
        Model.load("openai/clip-vit-base-patch32")
    assert "name the folder" in caught.value.hint
