"""Which ingredient of the embedded base does what: each changed in turn, over several seeds, at home and elsewhere.

    python -m benchmarks.base_ablations DATA --work build/base [--without grocery] [--pairs 48000 0]
        [--seeds 0 1 2] [--only NAME ...] [--write]

`build/base` is where `recipes.base text` left the tokenizer and the map of the teacher's space. Only picture towers are
trained, all on as many pairs, and measured by the teacher's own vectors of labels and titles: nothing depends on
the student. Test rows and held-out categories of the catalogue that was trained on say what was learnt, the rows of the
catalogue that was left out and the demo what transfers. A difference is to the recipe as it is with the same seed.
Runs that are there already are read, not repeated, so that several of these may share the work.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from statistics import mean

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

import gergo
from gergo import demo
from gergo.catalogue.splits import HELD_OUT_CATEGORIES, TEST
from gergo.contrastive.augmentation import Augmentation
from gergo.evaluation.metrics import recall_at_k, weighted_f1
from gergo.towers.geometry import Geometry
from recipes import base as recipe

HERE = Path(__file__).parent
LABELS = {"fashion": "articleType", "grocery": "category", "demo": "product_type"}
ALL_SPLITS = ("train", "validation", "test", "held_out_brands", "held_out_categories")
RECIPE = "the recipe"
CHANGES: dict[str, dict[str, float]] = {
    RECIPE: {},
    "no backgrounds replaced": {"background_share": 0.0},
    "no drawn world": {"drawn": 0},
    "twice the drawn world": {"drawn": 14_000},
    "no soft targets": {"soft_share": 0.0},
    "softer targets": {"soft_share": 0.5},
    "one caption": {"captions": 1},
    "four captions": {"captions": 4},
    "map of the teacher's space fixed": {"map_rate": 0.0},
    "noise on captions": {"caption_noise": 0.5},
    "mild crops and light": {"least_area": 0.8, "light": 0.1},
    "stronger light and white balance": {"light": 0.4, "white_balance": 0.15},
    "no mirror": {"mirror": False},
    "two views compared": {"views": 0.3},
}


@dataclass
class Exam:
    """Pictures with their labels and titles: canvases uint8 [n, 3, C, C]."""

    canvases_N3CC: Tensor
    labels: list[str]
    titles: list[str]

    def of(self, chosen: Sequence[int]) -> Exam:
        rows = list(chosen)
        return Exam(self.canvases_N3CC[rows], [self.labels[i] for i in rows], [self.titles[i] for i in rows])


def read_exam(catalogue: gergo.Catalogue, label: str, splits: Sequence[str]) -> Exam:
    """The first picture of every item that has a label."""
    items = {row["item"]: row for row in catalogue.items(splits=splits, columns=["title", label]).to_pylist()}
    first = {view["item"]: view["view"] for view in reversed(catalogue.views(splits=splits).to_pylist())}
    rows = [item for item, row in items.items() if item in first and row[label]]
    geometry = Geometry(recipe.CANVAS_PX)
    pictures = catalogue.pictures([first[item] for item in rows])
    canvases = torch.stack([geometry.canvas(data) for data in pictures])
    return Exam(canvases, [items[i][label] for i in rows], [items[i]["title"] or "" for i in rows])


@torch.inference_mode()
def image_vectors(run: recipe.Run, canvases_N3CC: Tensor, size_px: int) -> np.ndarray:
    network, parts = run.network.eval(), []
    for part in canvases_N3CC.split(256):
        pixels = F.interpolate(part.float(), size=(size_px, size_px), mode="bicubic", antialias=True)
        parts.append(F.normalize(network.image({"pixels": pixels.clamp(0, 255)}), dim=-1))
    return torch.cat(parts).numpy()


def other_backgrounds(canvases_N3CC: Tensor) -> Tensor:
    """The same pictures, each on another background where it has a white one."""
    nothing = {"least_area": 1.0, "turn_degrees": 0.0, "stretch": 0.0, "light": 0.0, "white_balance": 0.0}
    change = Augmentation(**nothing, background_share=1.0, grey_share=0.0)
    random = torch.Generator().manual_seed(0)
    parts = [change(part, recipe.CANVAS_PX, random) for part in canvases_N3CC.split(256)]
    return torch.cat(parts).round().to(torch.uint8)


def synonyms(name: str) -> dict[str, str]:
    path = HERE / "labels" / f"{name}_synonyms.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["value"]: row["words"] for row in csv.DictReader(file)}


class Examiner:
    """Everything that is measured, read once."""

    def __init__(self, data: Path, work: Path, without: str) -> None:
        (inside,) = (name for name in recipe.CATALOGUES if name != without)
        self.map_TD = np.load(work / "map.npy")
        opened = {name: self._open(name, data, work) for name in (inside, without, "demo")}
        test, unseen = (read_exam(opened[inside], LABELS[inside], [split]) for split in (TEST, HELD_OUT_CATEGORIES))
        elsewhere = {name: read_exam(opened[name], LABELS[name], ALL_SPLITS) for name in (without, "demo")}
        every = opened[inside].items(columns=[LABELS[inside]])[LABELS[inside]].to_pylist()
        labels = sorted({label for label in every if label})
        said = synonyms(inside) if inside == "fashion" else {}
        self.figures: dict[str, Callable[[recipe.Run, int], float]] = {
            f"{inside}: F1": self._f1(test, labels),
            f"{inside}: F1, other backgrounds": self._f1(
                Exam(other_backgrounds(test.canvases_N3CC), test.labels, test.titles), labels
            ),
            f"{inside}: F1, synonyms": self._f1(test, labels, said),
            f"{inside}: recall@5": self._recall(test),
            f"{inside}, unseen categories: F1": self._f1(unseen, labels),
            f"{inside}, unseen categories: F1 among them": self._f1(unseen, sorted(set(unseen.labels))),
            f"{without}: F1": self._f1(elsewhere[without], sorted(set(elsewhere[without].labels))),
            f"{without}: recall@5": self._recall(elsewhere[without]),
            "demo: F1": self._f1(elsewhere["demo"], sorted(set(elsewhere["demo"].labels))),
            "demo: recall@5": self._recall(elsewhere["demo"]),
        }

    @staticmethod
    def _open(name: str, data: Path, work: Path) -> gergo.Catalogue:
        folder = work / f"{name}.gergo"
        if folder.exists():
            return gergo.Catalogue.open(folder)
        if name == "demo":
            source = demo.write_catalogue(work / "demo", products=400, views=1)
            return gergo.import_catalogue(source, to=folder)
        return gergo.import_catalogue(data / recipe.CATALOGUES[name][0], to=folder)

    def _texts(self, texts: list[str]) -> Callable[[recipe.Run], np.ndarray]:
        mapped_ND = F.normalize(torch.from_numpy(recipe.teacher_vectors(texts) @ self.map_TD), dim=-1)
        return lambda run: F.normalize(run.network.text(mapped_ND), dim=-1).detach().numpy()

    def _f1(
        self, exam: Exam, labels: list[str], said: dict[str, str] | None = None
    ) -> Callable[[recipe.Run, int], float]:
        told = [(said or {}).get(label, recipe.words(label)) for label in labels]
        vectors = self._texts([*told, *(f"a photo of {text}" for text in told)])
        true = np.array([labels.index(label) for label in exam.labels])

        def figure(run: recipe.Run, size_px: int) -> float:
            both_LD = vectors(run).reshape(2, len(labels), -1).sum(0)
            both_LD /= np.linalg.norm(both_LD, axis=1, keepdims=True)
            scores = image_vectors(run, exam.canvases_N3CC, size_px) @ both_LD.T
            return float(weighted_f1(true, scores.argmax(1)))

        return figure

    def _recall(self, exam: Exam) -> Callable[[recipe.Run, int], float]:
        titles = sorted(set(exam.titles) - {""})
        vectors, own = self._texts(titles), np.array([[title == other for other in exam.titles] for title in titles])

        def figure(run: recipe.Run, size_px: int) -> float:
            scores = vectors(run) @ image_vectors(run, exam.canvases_N3CC, size_px).T
            best_Q1 = np.where(own, scores, -np.inf).max(1, keepdims=True)
            ranks = 1 + (scores > best_Q1).sum(1)
            return float(recall_at_k(ranks, 5))

        return figure

    def __call__(self, run: recipe.Run) -> dict[str, float]:
        return {name: figure(run, run.sizes[-1]) for name, figure in self.figures.items()}


def train(name: str, seed: int, path: Path, options: argparse.Namespace, sets: list[recipe.Pictures]) -> recipe.Run:
    """One picture tower, kept at `path`; the sets are the same for all."""
    ingredients = replace(recipe.INGREDIENTS, **CHANGES[name])
    features_at = path.with_name("captions.pt")
    if not features_at.is_file():
        torch.save(recipe.caption_features(options.work, sets), features_at)
    torch.manual_seed(seed)
    batches = recipe.PictureBatches(sets, seed, ingredients)
    epochs = [round(pairs / (recipe.BATCH * batches.count)) for pairs in options.pairs]
    run = recipe.Run(batches, torch.load(features_at, weights_only=True), path, epochs)
    run.go()
    return run


def table(found: dict[str, list[dict[str, float]]]) -> list[str]:
    """A column a change: the recipe's figure, then differences to it in points, mean (lowest to highest seed)."""
    names = [name for name in found if name != RECIPE]
    lines = ["| | " + " | ".join([RECIPE, *names]) + " |", "|---|" + "---:|" * (1 + len(names))]
    for figure in found[RECIPE][0]:
        own = [run[figure] for run in found[RECIPE]]
        cells = [f"{mean(own):.3f} ({min(own):.3f} to {max(own):.3f})"]
        for name in names:
            away = [100 * (run[figure] - before) for run, before in zip(found[name], own, strict=False)]
            cells.append(f"{mean(away):+.1f} ({min(away):+.1f} to {max(away):+.1f})")
        lines.append(f"| {figure} | " + " | ".join(cells) + " |")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--without", choices=sorted(recipe.CATALOGUES), default="grocery")
    parser.add_argument("--pairs", type=int, nargs=2, default=[48_000, 0], metavar=("COARSE", "FULL"))
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--only", nargs="+", choices=list(CHANGES), default=list(CHANGES), metavar="NAME")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    examiner = Examiner(options.data, options.work, options.without)
    _, sets = recipe.gather(options.work, options.data, [options.without])
    folder = options.work / f"ablations-without-{options.without}"
    folder.mkdir(exist_ok=True)
    found: dict[str, list[dict[str, float]]] = {}
    for seed in options.seeds:
        for name in dict.fromkeys([RECIPE, *options.only]):
            path = folder / f"{name.replace(' ', '-')}-{'-'.join(map(str, options.pairs))}-{seed}.pt"
            figures_at = path.with_suffix(".json")
            if not figures_at.is_file():
                figures_at.write_text(json.dumps(examiner(train(name, seed, path, options, sets)), indent=1), "utf-8")
            found.setdefault(name, []).append(json.loads(figures_at.read_text("utf-8")))
            print("\n".join(table(found)), flush=True)
    seeds = " ".join(map(str, options.seeds))
    head = [
        f"# What each ingredient of the base does, trained without {options.without}",
        "",
        f"`python -m benchmarks.base_ablations DATA --without {options.without} --pairs "
        f"{' '.join(map(str, options.pairs))} --seeds {seeds}`; torch {torch.__version__}. The first column is a mean "
        "(lowest to highest seed), the others are differences to it in points, seed by seed. Labels and titles are the "
        "teacher's vectors, not the student's.",
        "",
    ]
    if options.write:
        path = HERE / "results" / f"{date.today().isoformat()}-base-ablations-without-{options.without}.md"
        path.write_text("\n".join([*head, *table(found), ""]), "utf-8")


if __name__ == "__main__":
    main()
