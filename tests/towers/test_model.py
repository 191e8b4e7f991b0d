"""What every model promises: unit vectors, probabilities, folders that load again, clear refusals."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gergo.errors import InputError, UsageError
from gergo.towers.embedded import ResidualEncoder, fold_norms
from gergo.towers.geometry import Geometry
from gergo.towers.loading import save_model
from gergo.towers.model import Model


def test_vectors_are_unit_rows(tiny: Model, pictures: list[Image.Image]) -> None:
    images, texts = (
        tiny.encode_images(pictures),
        tiny.encode_texts(["a", "", "a long text indeed, cut at twelve tokens"]),
    )
    assert images.shape == texts.shape == (3, 16)
    assert images.dtype == texts.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(np.concatenate([images, texts]), axis=1), 1, atol=1e-5)


def test_one_picture_in_every_form_gives_one_vector(tiny: Model, pictures: list[Image.Image], tmp_path: Path) -> None:
    image = pictures[2]
    image.save(tmp_path / "x.png")
    forms = [image, np.asarray(image), tmp_path / "x.png", str(tmp_path / "x.png"), (tmp_path / "x.png").read_bytes()]
    vectors = tiny.encode_images(forms)
    np.testing.assert_allclose(vectors, np.repeat(vectors[:1], len(forms), axis=0), atol=1e-6)


def test_jpeg_decoded_at_a_smaller_scale_is_nearly_the_same(tiny: Model) -> None:
    rows, columns = np.mgrid[0:400, 0:600]
    pixels = np.stack([rows % 256, columns % 256, (rows + columns) % 256], axis=-1).astype(np.uint8) // 2 + 60
    buffer = io.BytesIO()
    Image.fromarray(pixels).resize((600, 400), Image.Resampling.BOX).save(buffer, "JPEG", quality=95)
    fast, plain = tiny.encode_images([buffer.getvalue(), Image.open(buffer).convert("RGB")])
    assert fast @ plain > 0.99


def test_order_of_texts_is_kept(tiny: Model) -> None:
    texts = ["four letters", "a", "xyz", "b", "longer than most"]
    together = tiny.encode_texts(texts, batch_size=2)
    for text, vector in zip(texts, together, strict=True):
        np.testing.assert_allclose(tiny.encode_texts([text])[0], vector, atol=1e-5)


def test_zero_shot_is_a_softmax_of_scaled_cosines(tiny: Model, pictures: list[Image.Image]) -> None:
    labels = ["red", "blue"]
    found = tiny.zero_shot(pictures, labels, template="a {} thing")
    cosines = tiny.encode_images(pictures) @ tiny.encode_texts(["a red thing", "a blue thing"]).T
    expected = np.exp(tiny.logit_scale * cosines)
    np.testing.assert_allclose(found, expected / expected.sum(1, keepdims=True), rtol=1e-4)
    np.testing.assert_allclose(found.sum(1), 1, atol=1e-6)


def test_mistakes_are_named(tiny: Model, pictures: list[Image.Image], tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="label"):
        tiny.zero_shot(pictures, [])
    with pytest.raises(UsageError, match="template"):
        tiny.zero_shot(pictures, ["a"], template="no place")
    with pytest.raises(UsageError, match="list"):
        tiny.encode_texts("one string")  # pyright: ignore[reportArgumentType]
    with pytest.raises(InputError, match=r"nowhere\.jpg"):
        tiny.encode_images([tmp_path / "nowhere.jpg"])
    with pytest.raises(InputError, match="picture"):
        tiny.encode_images([b"<html>not a picture</html>"])


def test_saved_model_loads_equal_and_says_what_made_it(tiny: Model, tmp_path: Path) -> None:
    tiny.seen = frozenset({"ab" * 8})
    tiny.save(tmp_path / "out", record={"why": "test"})
    again = Model.load(tmp_path / "out", precision="fp32")
    np.testing.assert_array_equal(again.encode_texts(["x"]), tiny.encode_texts(["x"]))
    assert again.record == {"why": "test"}
    assert again.hash == tiny.hash
    assert again.has_seen("ab" * 32)
    assert not again.has_seen("cd" * 32)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_damaged_folders_are_refused(tiny: Model, tmp_path: Path) -> None:
    tiny.save(tmp_path / "out")
    weights = tmp_path / "out" / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    with pytest.raises(InputError, match=r"weights\.safetensors"):
        Model.load(tmp_path / "out")
    written = json.loads((tmp_path / "out" / "model.json").read_text())
    (tmp_path / "out" / "model.json").write_text(json.dumps({**written, "format": 99}))
    with pytest.raises(InputError, match="99"):
        Model.load(tmp_path / "out")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="holds no model"):
        Model.load(tmp_path / "empty")


def test_a_folder_that_is_not_what_was_saved_is_refused(tiny: Model, tmp_path: Path) -> None:
    """One changed byte, a list of what was seen that is gone or shorter, a tokenizer that is missing."""
    model = tiny.copy()
    model.seen = frozenset({"ab" * 8, "cd" * 8})
    out = model.save(tmp_path / "out")
    assert Model.load(out).seen == model.seen
    whole = {path.name: path.read_bytes() for path in out.iterdir()}

    def refused(name: str, content: bytes | None) -> str:
        (out / name).unlink() if content is None else (out / name).write_bytes(content)
        with pytest.raises(InputError) as error:
            Model.load(out)
        (out / name).write_bytes(whole[name])
        assert "copy the whole folder" in error.value.hint
        return str(error.value)

    changed = bytearray(whole["weights.safetensors"])
    changed[-1] ^= 1
    assert "weights.safetensors is missing or damaged" in refused("weights.safetensors", bytes(changed))
    assert "seen.bin lists 0 of the 2" in refused("seen.bin", None)
    assert "seen.bin lists 1 of the 2" in refused("seen.bin", whole["seen.bin"][:8])
    assert str(out) in refused("tokenizer.json", None)
    Model.load(out)


def test_weights_are_the_same_whatever_they_are_stored_in(tiny: Model, tmp_path: Path) -> None:
    half = tiny.copy()
    with torch.no_grad():
        for weight in half.network.parameters():
            weight.copy_(weight.half().float())
    save_model(half, tmp_path / "half", record=None, half=True)
    half.save(tmp_path / "whole")
    one, other = Model.load(tmp_path / "half"), Model.load(tmp_path / "whole")
    assert one.hash != other.hash
    assert one.same_weights(other)
    assert not one.same_weights(tiny)
    assert not one.same_weights(other.in_precision("bf16"))


def test_a_misspelt_folder_is_not_asked_of_the_hub(
    tiny: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny.save(tmp_path / "models" / "tuned")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="no model folder models/tunedd") as error:
        Model.load("models/tunedd")
    assert "tuned" in error.value.hint


def test_copy_is_independent(tiny: Model) -> None:
    before, other = tiny.encode_texts(["x"]), tiny.copy()
    with torch.no_grad():
        other.network.text.projection.weight.add_(1)
    np.testing.assert_array_equal(tiny.encode_texts(["x"]), before)
    assert not np.array_equal(other.encode_texts(["x"]), before)


def test_folding_normalisation_changes_nothing() -> None:
    torch.manual_seed(0)
    encoder = ResidualEncoder((8, 16), (2, 1), norms=True)
    for module in encoder.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean = torch.randn_like(module.bias) * 0.1
            module.running_var = torch.rand_like(module.bias) + 0.5
            torch.nn.init.uniform_(module.weight, 0.5, 2)
            torch.nn.init.normal_(module.bias)
    folded = fold_norms(encoder, (8, 16), (2, 1))
    assert not any(isinstance(module, torch.nn.BatchNorm2d) for module in folded.modules())
    pixels = torch.randn(2, 3, 40, 40)
    torch.testing.assert_close(folded(pixels), encoder.eval()(pixels), atol=1e-5, rtol=1e-4)


@given(st.integers(1, 90), st.integers(1, 90), st.sampled_from(["pad", "crop"]))
def test_any_picture_becomes_a_square(width: int, height: int, fit: str) -> None:
    canvas = Geometry(24, fit=fit).canvas(Image.new("RGB", (width, height), (10, 200, 30)))  # pyright: ignore[reportArgumentType]
    assert canvas.shape == (3, 24, 24)
    assert canvas.dtype == torch.uint8
    assert (canvas.float() - torch.tensor([10.0, 200, 30])[:, None, None]).abs().max() <= 1


def test_padding_takes_the_colour_of_the_border() -> None:
    image = Image.new("RGB", (60, 30), "white")
    image.paste((255, 0, 0), (20, 10, 40, 20))
    canvas = Geometry(32).canvas(image)
    assert (canvas[:, :7] == 255).all()
    assert (canvas[1, 14:18, 14:18] < 20).all()


def test_a_broken_picture_among_others_is_named(tiny: Model, tmp_path: Path) -> None:
    whole, broken = tmp_path / "whole.jpg", tmp_path / "broken.jpg"
    Image.effect_noise((64, 64), 50).convert("RGB").save(whole)
    broken.write_bytes(whole.read_bytes()[:500])
    with pytest.raises(InputError, match=r"broken\.jpg cannot be read as a picture") as caught:
        tiny.encode_images([whole, broken])
    assert caught.value.hint
