"""What the embedded base knows of rows it was not trained on, in words it was and was not taught.

    python benchmarks/base_quality.py DATA [--model base] [--without fashion] [--write NAME]

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
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

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


def lines(name: str, words: str, report: dict) -> Iterator[str]:
    """One line of the table for each figure of a report."""
    for result in report["results"]:
        if result["metric"] not in METRICS.get(result["task"], ()):
            continue
        settings = result["settings"]
        what = settings.get("text_column", words) if result["task"] != "zero_shot" else words
        if result["task"] == "ocr":
            what = f"printed, {settings['difficulty']}, {settings['reading']}"
        if settings.get("labels") not in (None, "all"):
            what += f", {settings['labels']}"
        among = settings.get("gallery", settings.get("candidates"))
        yield (
            f"| {name} | {result['split']} | {what} | {result['task']} {result['metric']} | {result['value']:.3f} | "
            f"{result['low']:.3f} to {result['high']:.3f} | {result['n']} | {among} |"
        )


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--model", default="base")
    parser.add_argument("--without", default="nothing")
    parser.add_argument("--write", metavar="NAME")
    options = parser.parse_args()
    model = gergo.Model.load(options.model)
    table = list(HEAD)
    with tempfile.TemporaryDirectory() as folder:
        for name, (source, column) in CATALOGUES.items():
            catalogue = gergo.import_catalogue(options.data / source, to=Path(folder) / f"{name}.gergo")
            copied = Path(folder) / "changed" / f"{name}.gergo"
            shutil.copytree(catalogue.path, copied)  # now: the vectors of the other pictures must not be in it
            for words, file in LABELS.items():
                labels = HERE / "labels" / file.format(name) if file else None
                if labels is not None and not labels.is_file():
                    continue
                tasks = ["zero_shot"] if labels else ["retrieval", "zero_shot", "ocr"]
                report = gergo.evaluate(model, catalogue, tasks=tasks, label_column=column, labels_file=labels)
                table += lines(name, words, report.to_json())
            changed = OtherBackgrounds.open(copied)
            report = gergo.evaluate(model, changed, tasks=["zero_shot"], label_column=column)
            table += lines(name, "as in the catalogue, other backgrounds", report.to_json())
        drawn = demo.write_catalogue(Path(folder) / "demo", products=DEMO_PRODUCTS, views=DEMO_VIEWS)
        catalogue = gergo.import_catalogue(drawn, to=Path(folder) / "demo.gergo", text=["title", "title_it"])
        report = gergo.evaluate(model, catalogue, tasks=["retrieval", "zero_shot"], label_column="product_type")
        table += lines("demo", "as in the catalogue", report.to_json())
    text = "\n".join(
        [
            f"# What {model.name} knows",
            "",
            f"`python benchmarks/base_quality.py DATA --without {options.without}`; pretrained without "
            f"{options.without}; weights {model.hash[:8]}.",
            "",
            *table,
            "",
        ]
    )
    print(text)
    if options.write:
        (HERE / "results" / f"{date.today().isoformat()}-base-{options.write}.md").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
