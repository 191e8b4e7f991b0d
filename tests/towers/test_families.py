"""Every family gives the vectors that its own library gives, and is given back as that library wrote it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tiny_checkpoints import SAVED, TEXTS, Reference

from gergo.errors import InputError
from gergo.towers.exporting.transformers_folder import write_transformers
from gergo.towers.geometry import Geometry
from gergo.towers.model import Model
from gergo.towers.preprocessing import CLIP_MEAN, CLIP_STD, describe_geometry, read_geometry
from gergo.towers.tokens import with_cleaning


@pytest.fixture(scope="module", params=list(SAVED))
def checkpoint(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp(request.param)
    SAVED[request.param](folder)
    return folder


@pytest.fixture(scope="module")
def reference(checkpoint: Path) -> Reference:
    return Reference(checkpoint)


@pytest.fixture(scope="module")
def loaded(checkpoint: Path) -> Model:
    return Model.load(checkpoint, precision="fp32")


def test_vectors_equal_the_reference(loaded: Model, reference: Reference, pictures: list[Image.Image]) -> None:
    texts, images = reference.texts(TEXTS), reference.images(pictures)
    np.testing.assert_allclose(loaded.encode_texts(TEXTS), texts, atol=1e-5)
    np.testing.assert_allclose(loaded.encode_images(pictures), images, atol=1e-5)
    assert (texts.shape, images.shape) == ((len(TEXTS), loaded.dim), (len(pictures), loaded.dim))
    assert abs(texts @ texts.T - 1).max() > 1e-2, "the texts are told apart"
    assert abs(images @ images.T - 1).max() > 1e-2, "the pictures are told apart"
    assert loaded.logit_scale == pytest.approx(float(reference.model.logit_scale.detach().exp()), rel=1e-6)


def test_saved_and_loaded_again(loaded: Model, tmp_path: Path, pictures: list[Image.Image]) -> None:
    copy = loaded.copy()
    copy.save(tmp_path / "copy")
    again = Model.load(tmp_path / "copy", precision="fp32")
    np.testing.assert_array_equal(again.encode_texts(TEXTS), loaded.encode_texts(TEXTS))
    np.testing.assert_array_equal(again.encode_images(pictures), loaded.encode_images(pictures))
    assert again.logit_scale == loaded.logit_scale
    assert again.context_length == loaded.context_length
    assert (again.network.logit_bias is None) == (loaded.family != "siglip")


def test_given_back_as_its_library_knows_it(loaded: Model, reference: Reference, tmp_path: Path) -> None:
    write_transformers(loaded, tmp_path)
    again, images = Reference(tmp_path), [Image.effect_noise((70, 50), 90).convert("RGB")]
    assert type(again.model) is type(reference.model)
    np.testing.assert_allclose(again.texts(TEXTS), reference.texts(TEXTS), atol=1e-6)
    np.testing.assert_allclose(again.images(images), reference.images(images), atol=1e-6)
    assert float(again.model.logit_scale.detach()) == pytest.approx(float(reference.model.logit_scale.detach()))


def test_sentence_transformers_reads_what_is_given_back(tmp_path: Path, pictures: list[Image.Image]) -> None:
    from sentence_transformers import SentenceTransformer

    (tmp_path / "published").mkdir()
    SAVED["siglip2"](tmp_path / "published")
    model = Model.load(tmp_path / "published", precision="fp32")
    (tmp_path / "given").mkdir()
    write_transformers(model, tmp_path / "given")
    read = SentenceTransformer(str(tmp_path / "given"), device="cpu")
    texts, images = read.encode(TEXTS, normalize_embeddings=True), read.encode(pictures, normalize_embeddings=True)
    np.testing.assert_allclose(model.encode_texts(TEXTS), texts, atol=1e-5)
    np.testing.assert_allclose(model.encode_images(pictures), images, atol=1e-5)


def test_weights_of_one_tower_alone_are_refused(tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    SAVED["siglip2"](tmp_path)
    weights = load_file(tmp_path / "model.safetensors")
    kept = {name: value for name, value in weights.items() if not name.startswith("text_model.")}
    save_file(kept, tmp_path / "model.safetensors", {"format": "pt"})
    with pytest.raises(InputError, match=r"lacks \d+ of the weights.*text_model"):
        Model.load(tmp_path)


@pytest.mark.parametrize(
    "config", [{"model_type": "flava"}, {"model_type": "siglip", "auto_map": {"AutoModel": "x.y"}}]
)
def test_what_is_not_supported_is_named_with_what_is(tmp_path: Path, config: dict[str, object]) -> None:
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(InputError, match=r"flava|code of its own") as caught:
        Model.load(tmp_path)
    assert "chinese_clip" in caught.value.hint
    assert "open_clip" in caught.value.hint


def test_gemma_s_tokenizer_is_lower_cased_for_siglip_2() -> None:
    from transformers import GemmaTokenizer

    pieces = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>", "▁", *"abcdehlortxABCDEHLORTX8"]
    gemma, other = (GemmaTokenizer(vocab={piece: i for i, piece in enumerate(pieces)}, merges=[]) for _ in range(2))
    lowered = with_cleaning(other, "case")
    assert lowered("HEX BOLT")["input_ids"] == gemma("hex bolt")["input_ids"] != gemma("HEX BOLT")["input_ids"]


@pytest.mark.parametrize(
    ("settings", "geometry"),
    [
        ({}, Geometry(64, fit="crop", mean=CLIP_MEAN, std=CLIP_STD)),
        ({"size": 64, "crop_size": 64, "resample": 2}, Geometry(64, "crop", CLIP_MEAN, CLIP_STD, 2)),
        ({"image_processor_type": "ViTFeatureExtractor", "size": 64}, Geometry(64, "squash", CLIP_MEAN, CLIP_STD, 2)),
        (
            {"image_processor_type": "ConvNextImageProcessor", "size": {"shortest_edge": 64}, "crop_pct": 0.5},
            Geometry(64, "crop", CLIP_MEAN, CLIP_STD, 3, short_px=128),
        ),
        (
            {"size": {"height": 64, "width": 64}, "do_normalize": False, "do_center_crop": False},
            Geometry(64, "squash", (0.0,) * 3, (1.0,) * 3),  # pyright: ignore[reportArgumentType]
        ),
    ],
)
def test_preprocessing_is_read_and_written_back(settings: dict[str, object], geometry: Geometry) -> None:
    assert read_geometry(settings, size_px=64) == geometry
    assert read_geometry(describe_geometry(geometry), size_px=64) == geometry


@pytest.mark.parametrize(
    "settings",
    [
        {"size": {"shortest_edge": 32}, "crop_size": 32},
        {"size": {"shortest_edge": 64}, "do_center_crop": False},
        {"size": {"height": 64, "width": 32}, "do_center_crop": False},
        {"size": 64, "crop_size": 64, "do_rescale": False},
    ],
)
def test_preprocessing_that_cannot_be_followed_is_refused(settings: dict[str, object]) -> None:
    with pytest.raises(InputError, match=r"preprocessor_config\.json"):
        read_geometry(settings, size_px=64)
