"""What the embedded base knows of rows it was not trained on, in words it was and was not taught.

    python benchmarks/base_quality.py DATA [--model base] [--other-trainings MODEL ...] [--without fashion]
        [--write NAME]

Zero-shot and retrieval on the test split, on held-out brands and on held-out categories (against all labels) of the
real catalogues; then with label words that no caption has, and in Italian (`benchmarks/labels/`, written by hand); with
the white backgrounds of pictures replaced; printed words, one among eight, on easy to hard prints; and the demo, of
which no base saw anything, by its English and its Italian titles. `--without` names a catalogue that the model was
pretrained without.
"""

from __future__ import annotations

import argparse
import io
import shutil
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from statistics import mean
from typing import Any

import torch
from PIL import Image

import gergo
from gergo import demo
from gergo.contrastive.augmentation import Augmentation
from gergo.towers.geometry import Geometry

HERE = Path(__file__).parent
LABELS = {"as in the catalogue": None, "synonyms": "{}_synonyms.csv", "in Italian": "{}_it.csv"}
CATALOGUES = {"fashion": ("fashion/products.csv", "articleType"), "grocery": ("grocery", "category")}
DEMO_PRODUCTS, DEMO_VIEWS = 400, 2
CANVAS_PX = 160
METRICS = {
    "zero_shot": ("weighted_f1", "acc1"),
    "ocr": ("acc1",),
    "retrieval_text_to_image": ("image_retrieval_recall@5", "mrr"),
}
HEAD = ["| catalogue | split | words | figure | value | 95% | n | among |", "|---|---|---|---|---|---|---|---|"]
HEAD_OF_SEVERAL = [HEAD[0] + " {} trainings: mean | lowest to highest |", HEAD[1] + "---|---|"]
Figures = dict[tuple[str, str, str, str], dict[str, Any]]  # by catalogue, split, words and figure


def figures(name: str, words: str, report: dict[str, Any]) -> Figures:
    """The figures of a report that are shown."""
    found: Figures = {}
    for result in report["results"]:
        if result["metric"] not in METRICS.get(result["task"], ()):
            continue
        settings = result["settings"]
        what = settings.get("text_column", words) if result["task"] != "zero_shot" else words
        if result["task"] == "ocr":
            what = f"printed, {settings['difficulty']}, {settings['reading']}"
        if settings.get("labels") not in (None, "all"):
            what += f", {settings['labels']}"
        if settings.get("queries") == "unseen_texts":
            what += ", none that training saw"
        assert (name, result["split"], what, f"{result['task']} {result['metric']}") not in found
        found[name, result["split"], what, f"{result['task']} {result['metric']}"] = result
    return found


def rows(trainings: Sequence[Figures]) -> list[str]:
    """The table: the first model's figures, and how far those of other trainings lie apart."""
    several = len(trainings) > 1
    head = [line.format(len(trainings)) for line in HEAD_OF_SEVERAL] if several else HEAD
    return [
        *head,
        *(row(key, result, [one[key]["value"] for one in trainings]) for key, result in trainings[0].items()),
    ]


def row(key: tuple[str, ...], result: dict[str, Any], values: Sequence[float]) -> str:
    """One line of the table. values: of all trainings, the first is the result's own."""
    interval = "" if result["low"] is None else f"{result['low']:.3f} to {result['high']:.3f}"
    settings = result["settings"]
    cells = [*key, f"{result['value']:.3f}", interval, result["n"], settings.get("gallery", settings.get("candidates"))]
    if len(values) > 1:
        cells += [f"{mean(values):.3f}", f"{min(values):.3f} to {max(values):.3f}"]
    return "| " + " | ".join(map(str, cells)) + " |"


class OtherBackgrounds(gergo.Catalogue):
    """A catalogue whose pictures stand on other backgrounds where theirs are white."""

    def pictures(self, views: Sequence[int]) -> list[bytes]:
        change = Augmentation(1.0, 0.0, 0.0, 0.0, 0.0, background_share=1.0, grey_share=0.0)
        geometry, changed = Geometry(CANVAS_PX), []
        for view, data in zip(views, super().pictures(views), strict=True):
            random = torch.Generator().manual_seed(view)
            pixels_3SS = change(geometry.canvas(data)[None], CANVAS_PX, random)[0].round().to(torch.uint8)
            stream = io.BytesIO()
            Image.fromarray(pixels_3SS.permute(1, 2, 0).numpy()).save(stream, "PNG")
            changed.append(stream.getvalue())
        return changed


def known(models: Sequence[gergo.Model], data: Path, folder: Path) -> list[Figures]:
    """What each model knows; the catalogues are made in `folder`."""
    measured: list[Figures] = [{} for _ in models]
    for name, (source, column) in CATALOGUES.items():
        catalogue = gergo.import_catalogue(data / source, to=folder / f"{name}.gergo")
        copied = folder / "changed" / f"{name}.gergo"
        shutil.copytree(catalogue.path, copied)  # now: the vectors of the other pictures must not be in it
        for model, found in zip(models, measured, strict=True):
            for words, file in LABELS.items():
                labels = HERE / "labels" / file.format(name) if file else None
                if labels is not None and not labels.is_file():
                    continue
                tasks = ["zero_shot"] if labels else ["retrieval", "zero_shot", "ocr"]
                report = gergo.evaluate(model, catalogue, tasks=tasks, label_column=column, labels_file=labels)
                found |= figures(name, words, report.to_json())
            changed = OtherBackgrounds.open(copied)
            report = gergo.evaluate(model, changed, tasks=["zero_shot"], label_column=column)
            found |= figures(name, "as in the catalogue, other backgrounds", report.to_json())
    drawn = demo.write_catalogue(folder / "demo", products=DEMO_PRODUCTS, views=DEMO_VIEWS)
    catalogue = gergo.import_catalogue(drawn, to=folder / "demo.gergo", text=["title", "title_it"])
    for model, found in zip(models, measured, strict=True):
        report = gergo.evaluate(model, catalogue, tasks=["retrieval", "zero_shot"], label_column="product_type")
        found |= figures("demo", "as in the catalogue", report.to_json())
    return measured


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--model", default="base")
    parser.add_argument("--without", default="nothing")
    parser.add_argument("--write", metavar="NAME")
    parser.add_argument("--other-trainings", nargs="+", default=[], metavar="MODEL")
    options = parser.parse_args()
    models = [gergo.Model.load(name) for name in (options.model, *options.other_trainings)]
    with tempfile.TemporaryDirectory() as folder:
        measured = known(models, options.data, Path(folder))
    model, others = models[0], " --other-trainings MODEL ..." if options.other_trainings else ""
    text = "\n".join(
        [
            f"# What {model.name} knows",
            "",
            f"`python benchmarks/base_quality.py DATA --without {options.without}{others}`; pretrained without "
            f"{options.without}; weights {', '.join(one.hash[:8] for one in models)}.",
            "",
            *rows(measured),
            "",
        ]
    )
    print(text)
    if options.write:
        (HERE / "results" / f"{date.today().isoformat()}-base-{options.write}.md").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
