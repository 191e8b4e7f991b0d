"""How hard the demo catalogue is: what is reached by comparing pixels, and by reading colour alone, beside chance.

    python benchmarks/demo_difficulty.py [--products 400] [--seeds 0,1,2] [--pictures FOLDER] [--date YYYY-MM-DD]

One catalogue a seed, three views a product; families are split 80 / 10 / 10 and the middle tenth is left alone. Labels
are predicted for every test picture from all training pictures; retrieval asks, among the test pictures, for another
view of the same product. Writes a table to stdout and, with --date, to benchmarks/results/<date>-demo-difficulty.md.
With --pictures the catalogues are kept, and drawn only where they are missing.
"""

from __future__ import annotations

import argparse
import platform
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import PIL
from PIL import Image
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.preprocessing import StandardScaler

from gergo import demo
from gergo.demo.drawing import picture_path
from gergo.demo.seeds import generator

VIEWS = 3
ATTRIBUTES = ("category", "product_type", "head", "drive", "material", "finish", "brand")
RETRIEVAL = ("same product @1", "same product @5")


@dataclass(frozen=True)
class Pictures:
    """Every picture of one catalogue: product number, part of the split, and two descriptions."""

    product: np.ndarray
    part: np.ndarray
    thumbnails: np.ndarray
    histograms: np.ndarray


def describe(products: Sequence[demo.Product], seed: int, folder: Path) -> Pictures:
    """Shrink every picture of a catalogue to 32 x 32 RGB and count its colours in 8 x 8 x 8 bins."""
    if not (folder / "products.csv").exists():
        demo.write_catalogue(folder, products=len(products), views=VIEWS, seed=seed)
    thumbnails, histograms, owners, parts = [], [], [], []
    for number, product in enumerate(products):
        share = generator("split", seed, product.family).random()
        for view in range(VIEWS):
            with Image.open(folder / picture_path(product, view)) as picture:
                small = picture.resize((32, 32), Image.Resampling.BOX)
                levels = np.asarray(picture.resize((112, 112), Image.Resampling.BOX)) // 32
            thumbnails.append(np.asarray(small, np.float32).ravel() / 255)
            bins = (levels.reshape(-1, 3) * np.array([64, 8, 1])).sum(1)
            histograms.append(np.sqrt(np.bincount(bins, minlength=512) / len(bins)))
            owners.append(number)
            parts.append("train" if share < 0.8 else "validation" if share < 0.9 else "test")
    return Pictures(*(np.array(column) for column in (owners, parts, thumbnails, histograms)))


def nearest(queries: np.ndarray, gallery: np.ndarray) -> np.ndarray:
    """Gallery numbers by rising L2 distance for every query: int [queries, gallery]."""
    squared = (queries**2).sum(1)[:, None] - 2 * queries @ gallery.T + (gallery**2).sum(1)[None]
    return squared.argsort(1, kind="stable")


def label_scores(pictures: Pictures, labels: np.ndarray) -> dict[str, tuple[float, float]]:
    """Accuracy and weighted F1 of each way to predict a label; pictures whose product has no label are left out."""
    train = (pictures.part == "train") & (labels != "")
    test = (pictures.part == "test") & (labels != "")
    known, truth = labels[train], labels[test]
    names, counts = np.unique(known, return_counts=True)
    guesses = {"commonest label": np.full(len(truth), names[counts.argmax()])}
    guesses["pixels, nearest neighbour"] = known[nearest(pictures.thumbnails[test], pictures.thumbnails[train])[:, 0]]
    guesses["colours, nearest neighbour"] = known[nearest(pictures.histograms[test], pictures.histograms[train])[:, 0]]
    scaler = StandardScaler().fit(pictures.histograms[train])
    linear = LogisticRegression(C=0.1, max_iter=400).fit(scaler.transform(pictures.histograms[train]), known)
    guesses["colours, logistic regression"] = linear.predict(scaler.transform(pictures.histograms[test]))
    return {
        name: (float((guess == truth).mean()), float(f1_score(truth, guess, average="weighted")))
        for name, guess in guesses.items()
    }


def retrieval_scores(pictures: Pictures) -> dict[str, tuple[float, float]]:
    """Share of test pictures with another view of their product among the nearest 1 and 5 test pictures."""
    test = pictures.part == "test"
    owner = pictures.product[test]
    count = len(owner)
    scores = {}
    for name, vectors in (("pixels", pictures.thumbnails), ("colours", pictures.histograms)):
        order = nearest(vectors[test], vectors[test])
        others = order[order != np.arange(count)[:, None]].reshape(count, count - 1)
        hits = owner[others] == owner[:, None]
        scores[f"{name}, nearest neighbour"] = (float(hits[:, :1].any(1).mean()), float(hits[:, :5].any(1).mean()))
    misses = np.prod([(count - 1 - (VIEWS - 1) - i) / (count - 1 - i) for i in range(5)])
    scores["chance"] = ((VIEWS - 1) / (count - 1), float(1 - misses))
    return scores


def measure(count: int, seeds: Sequence[int], folder: Path) -> tuple[dict[str, dict[str, np.ndarray]], list[int]]:
    """task -> method -> scores [seeds, 2]; and how many test pictures each seed had."""
    tasks: dict[str, dict[str, list[tuple[float, float]]]] = {}
    sizes = []
    for seed in seeds:
        products = demo.products(count, seed)
        pictures = describe(products, seed, folder / f"{count}-{seed}")
        sizes.append(int((pictures.part == "test").sum()))
        for attribute in ATTRIBUTES:
            values = np.array([getattr(products[number], attribute) for number in pictures.product])
            values[values == "none"] = ""
            for method, score in label_scores(pictures, values).items():
                tasks.setdefault(attribute, {}).setdefault(method, []).append(score)
        for method, score in retrieval_scores(pictures).items():
            tasks.setdefault("retrieval", {}).setdefault(method, []).append(score)
    return {task: {m: np.array(s) for m, s in methods.items()} for task, methods in tasks.items()}, sizes


def table(tasks: dict[str, dict[str, np.ndarray]]) -> str:
    """The scores as Markdown: mean over seeds, and the lowest and highest seed."""
    lines = ["| what | how | accuracy (or @1) | weighted F1 (or @5) |", "|---|---|---|---|"]
    for task, methods in tasks.items():
        for method, scores in methods.items():
            cells = [f"{s.mean():.3f} ({s.min():.3f} to {s.max():.3f})" for s in scores.T]
            lines.append(f"| {task} | {method} | {cells[0]} | {cells[1]} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--products", type=int, default=400)
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--pictures", help="where the drawn catalogues are kept")
    parser.add_argument("--date", help="also write benchmarks/results/<date>-demo-difficulty.md")
    options = parser.parse_args()
    seeds = [int(seed) for seed in options.seeds.split(",")]
    with tempfile.TemporaryDirectory() as passing:
        tasks, sizes = measure(options.products, seeds, Path(options.pictures or passing))
    report = f"""# How hard the demo catalogue is

`python benchmarks/demo_difficulty.py --products {options.products} --seeds {options.seeds}`

{options.products} products a seed, {VIEWS} views of 224 px; families split 80 / 10 / 10; test pictures a seed: {sizes}.
Mean over the seeds (lowest to highest). Labels are predicted from all training pictures; products without that
attribute are left out. Retrieval: another view of the same product among all test pictures.
Python {platform.python_version()}, NumPy {np.__version__}, Pillow {PIL.__version__}.

{table(tasks)}
"""
    print(report)
    if options.date:
        target = Path(__file__).parent / "results" / f"{options.date}-demo-difficulty.md"
        target.write_text(report, encoding="utf-8")


if __name__ == "__main__":
    main()
