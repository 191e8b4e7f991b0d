"""What is exported is near what was there, loadable, explained by its own files; what is not near is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from tiny_checkpoints import SAVED, TEXTS, Reference

from gergo.cli.main import main
from gergo.errors import GergoError, InputError, NotEnoughData, UsageError
from gergo.towers.exporting.agreement import Agreement, Limits, recall_at, require
from gergo.towers.exporting.samples import Sample, take_sample
from gergo.towers.model import Model

WORDS = ["red", "blue", "hex", "bolt", "nut", "shirt", "zinc", "M8"]


def sample(count: int = 18, size_px: int = 40) -> Sample:
    random = np.random.default_rng(0)
    coarse = random.integers(0, 256, (count, 5, 5, 3), dtype=np.uint8)
    images = [Image.fromarray(pixels).resize((size_px, size_px), Image.Resampling.BICUBIC) for pixels in coarse]
    return Sample(images, [f"{' '.join(random.choice(WORDS, 4))} {i}" for i in range(count)], f"{count} noises")


@pytest.fixture(scope="module")
def lively(make_tiny: Any) -> Model:
    """The tiny model with weights that tell its inputs apart."""
    model = make_tiny()
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for name, parameter in model.network.named_parameters():
            if parameter.ndim > 1:
                fan_in = parameter[0].numel() if "tokens" not in name else 1
                parameter.normal_(0, (2 / fan_in) ** 0.5, generator=generator)
    model.seen, model.hash = frozenset({"ab" * 8}), "1" * 64
    return model


@pytest.fixture(scope="module")
def exported(lively: Model, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Agreement]:
    folder = tmp_path_factory.mktemp("exported") / "int8"
    found = lively.export(folder, precision="int8", catalogue=sample(), max_loss=100, licence="MIT")
    return folder, found


def test_int8_serves_what_the_original_does(lively: Model, exported: tuple[Path, Agreement]) -> None:
    folder, found = exported
    served, values = Model.load(folder), sample(9)
    for name, before, after in (
        ("image", lively.encode_images(values.images), served.encode_images(values.images)),
        ("text", lively.encode_texts(values.texts), served.encode_texts(values.texts)),
    ):
        np.testing.assert_allclose(np.linalg.norm(after, axis=1), 1, atol=1e-5)
        assert (before * after).sum(axis=1).mean() > 0.95
        assert not np.allclose(before, after, atol=1e-6), "8 bits are not 32"
        assert found.least_cosine[name] <= found.mean_cosine[name] <= 1 + 1e-6
    assert (served.dim, served.context_length, served.image_size) == (lively.dim, 12, 32)
    assert served.logit_scale == pytest.approx(lively.logit_scale)
    assert served.has_seen("ab" * 32)
    assert served.source == str(folder.resolve())
    assert served.hash != lively.hash
    assert served.zero_shot(values.images[:2], ["red", "blue"]).shape == (2, 2)
    np.testing.assert_allclose(
        served.encode_images(values.images[:1]), served.encode_images(values.images)[:1], atol=1e-5
    )


def test_the_folder_explains_itself(exported: tuple[Path, Agreement]) -> None:
    folder, found = exported
    written = json.loads((folder / "onnx.json").read_text())
    assert {path.name for path in folder.iterdir()} == {
        "image.onnx", "text.onnx", "onnx.json", "tokenizer.json", "seen.bin", "README.md",
    }  # fmt: skip
    towers = written["towers"]
    assert (towers["image"]["quantisation"], towers["text"]["quantisation"]) == ("static", "dynamic")
    assert towers["image"]["preparation"]["mean"] == [0.5] * 3
    assert towers["image"]["preparation"]["fit"] == "pad"
    assert towers["text"]["preparation"]["context_length"] == 12
    assert written["exported_from"]["hash"] == "1" * 64
    assert written["agreement"] == found.to_json()
    assert found.pairs == 12, "a third of the sample was calibrated on"
    card = (folder / "README.md").read_text()
    assert 'license: "mit"' in card
    assert "12 pairs (18 noises)" in card
    assert not list(folder.parent.glob(".int8*"))


def test_an_export_is_not_trained_saved_or_exported_again(exported: tuple[Path, Agreement], tmp_path: Path) -> None:
    served = Model.load(exported[0])
    with pytest.raises(UsageError, match="cannot be trained"):
        served.copy()
    with pytest.raises(UsageError, match="cannot be saved"):
        served.save(tmp_path / "again")
    with pytest.raises(UsageError, match="export already"):
        served.export(tmp_path / "again", format="onnx")
    assert list(tmp_path.iterdir()) == []


def test_damaged_exports_are_refused(exported: tuple[Path, Agreement], tmp_path: Path) -> None:
    for path in exported[0].iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    graph = (tmp_path / "text.onnx").read_bytes()
    (tmp_path / "text.onnx").write_bytes(graph[: len(graph) // 2])
    with pytest.raises(InputError, match=r"text\.onnx"):
        Model.load(tmp_path)
    (tmp_path / "onnx.json").write_text('{"format": 1}')
    with pytest.raises(InputError, match="lacks"):
        Model.load(tmp_path)
    (tmp_path / "onnx.json").write_text('{"format": 9}')
    with pytest.raises(InputError, match="format 1"):
        Model.load(tmp_path)


def test_the_limits() -> None:
    def agreement(cosine: float, recall: float) -> Agreement:
        return Agreement({"image": 1.0, "text": cosine}, {"image": 1.0, "text": 0.5}, recall, 0.5, 0.9, 100, "x")

    require(agreement(0.99, 0.48), Limits(0.98, 2.5), "export")
    with pytest.raises(GergoError, match="text tower's mean cosine to the original"):
        require(agreement(0.97, 0.6), Limits(0.98, 2.5), "export")
    with pytest.raises(GergoError, match=r"fell by 4\.0 points") as caught:
        require(agreement(0.99, 0.46), Limits(0.98, 2.5), "export")
    assert "--catalogue" in caught.value.hint
    with pytest.raises(GergoError, match="cosine"):
        require(agreement(float("nan"), 0.5), Limits(0.98, 2.5), "export")


def test_equal_titles_share_their_pictures() -> None:
    scores = np.array([[0.1, 0.2, 0.9], [0.3, 0.2, 0.1], [0.1, 0.2, 0.9]])
    assert recall_at(scores, ["a", "b", "a"], k=1) == 0.5


def test_transformers_folder_with_its_card(clip_folder: Path, tmp_path: Path) -> None:
    model = Model.load(clip_folder, precision="fp32")
    figures = {"split": "test", "value": 0.5, "low": 0.4, "high": 0.6, "n": 1200, "baseline": 0.25}
    result = {"task": "zero_shot", "metric": "acc1", "settings": {"label_column": "kind|sort"}, **figures}
    recall = {"task": "retrieval_text_to_image", "metric": "image_retrieval_recall@5", **figures}
    texts = [{**recall, "settings": {"text_column": f"title {n}", "queries": "unseen_texts"}} for n in range(60)]
    few = {**result, "split": "held_out_brands", "low": None, "high": None}
    results = [*texts, result, {**result, "metric": "acc5"}, few]
    report = {"model": {"name": "x", "hash": model.hash}, "catalogue": {"name": "shop", "hash": "f" * 64}}
    written = {**report, "baseline": {"name": "base"}, "results": results, "verdict": None}
    (tmp_path / "report.json").write_text(json.dumps(written))
    model.record = {
        "base": {"name": "openai", "hash": "a" * 64},
        "catalogue": {"name": "shop.gergo", "version": 3, "hash": "b" * 64},
        "training": {"items": {"train": 1200}, "method": "full", "best_epoch": 2},
    }
    out = tmp_path / "out"
    model.export(out, format="transformers", catalogue=sample(), report=tmp_path / "report.json")
    images = sample(3).images
    np.testing.assert_allclose(Reference(out).images(list(images)), model.encode_images(images), atol=1e-5)
    card = (out / "README.md").read_text()
    assert "| zero_shot | test | kind\\|sort | acc1 | 0.250 | 0.500 | 0.400 to 0.600 | 1,200 |" in card
    assert "| title 37, unseen texts | image_retrieval_recall@5 | 0.250 |" in card
    assert "| zero_shot | held_out_brands | kind\\|sort | acc1 | 0.250 | 0.500 |  | 1,200 |" in card, "no interval"
    assert "“before” is base" in card
    assert card.count("0.400 to 0.600") == 39, "no task is cut off for another's many columns"
    assert "23 more are in the report." in card
    assert "shop.gergo, version 3" in card
    assert "1,200 train; method full, epoch 2 kept" in card
    assert "the record does not say" in card
    report["model"]["hash"] = "0" * 64
    (tmp_path / "report.json").write_text(json.dumps({**report, "results": [result]}))
    with pytest.raises(InputError, match="was measured on x"):
        model.export(tmp_path / "no", format="transformers", catalogue=sample(), report=tmp_path / "report.json")
    with pytest.raises(GergoError, match="fell by"):
        model.export(tmp_path / "no", format="transformers", catalogue=sample(), max_loss=-1)
    with pytest.raises(UsageError, match="holds something else"):
        model.export(tmp_path, format="transformers", catalogue=sample())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "report.json"], "nothing is left behind"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["base", "--format", "transformers"], "transformers does not know"),
        (["base", "--format", "transformers", "--precision", "int8"], "written in fp32"),
        (["base", "--format", "safetensors"], "safetensors"),
    ],
)
def test_what_cannot_be_exported_is_said(
    options: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(["export", *options, "--out", str(tmp_path / "out")])
    assert end.value.code == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_the_command_on_a_catalogue(clip_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from gergo.catalogue.importing import import_catalogue

    rows = ["id,title,image"]
    for number, image in enumerate(sample(12).images):
        image.save(tmp_path / f"{number}.png")
        rows.append(f"p{number},thing number {number},{number}.png")
    (tmp_path / "shop.csv").write_text("\n".join(rows))
    shop = import_catalogue(tmp_path / "shop.csv", tmp_path / "shop.gergo")
    taken = take_sample(shop)
    assert len(taken) == 12
    assert taken.texts[0] == "thing number 0"
    out = tmp_path / "out"
    with pytest.raises(SystemExit) as end:
        main(["export", str(clip_folder), "--format", "transformers", "--out", str(out), "--catalogue", str(shop.path)])
    said = capsys.readouterr()
    assert (end.value.code, said.out) == (0, f"{out}\n")
    assert "checked on 12 pairs (12 items of the catalogue" in said.err
    (tmp_path / "few.csv").write_text("\n".join(rows[:4]))
    with pytest.raises(NotEnoughData, match="3 items"):
        take_sample(import_catalogue(tmp_path / "few.csv", tmp_path / "few.gergo"))


@pytest.mark.slow
@pytest.mark.parametrize("precision", ["fp32", "fp16", "int8"])
@pytest.mark.parametrize("name", list(SAVED))
def test_every_family_as_onnx(name: str, precision: str, tmp_path: Path) -> None:
    (tmp_path / "published").mkdir()
    SAVED[name](tmp_path / "published")
    model = Model.load(tmp_path / "published", precision="fp32")
    model.export(tmp_path / "out", precision=precision, catalogue=sample(), max_loss=100)
    served = Model.load(tmp_path / "out")
    close = {"fp32": 1e-4, "fp16": 2e-2, "int8": 0.5}[precision]
    np.testing.assert_allclose(served.encode_texts(TEXTS), model.encode_texts(TEXTS), atol=close)
    images = sample(3).images
    np.testing.assert_allclose(served.encode_images(images), model.encode_images(images), atol=close)
