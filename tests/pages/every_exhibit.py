"""Outcomes of tasks that nobody has written, with every kind of exhibit: what the page must show whatever the task."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import numpy as np
from PIL import Image, ImageDraw

from gergo.evaluation import metrics
from gergo.evaluation.exhibits import Curve, Exhibit, Gallery, Series, Table, Tile
from gergo.evaluation.pairing import Pair
from gergo.evaluation.task import Outcome

CHANGES = ["JPEG 30", "blur", "crop", "another background", "small", "rotated", "grey"]
FITTINGS = [
    "bolt",
    "nut",
    "wood screw",
    "washer",
    "anchor",
    "hook",
    "hinge",
    "bracket",
    "rivet",
    "nail",
    "eyelet",
    "clip",
]


def drawn(colour: str, number: int, size: int = 160) -> bytes:
    """A picture that a task made."""
    picture = Image.new("RGB", (size, size), colour)
    draw = ImageDraw.Draw(picture)
    draw.ellipse([20 + 3 * number, 30, 100, 120], outline="white", width=5)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def few_shot(gain: float) -> Sequence[Exhibit]:
    """A ladder of three methods."""
    shots = [0, 1, 2, 4, 8, 16]
    rise = np.array([0.0, 0.02, 0.06, 0.11, 0.15, 0.18])
    ladder = []
    for name, slope, start in (("zero-shot", 0.0, 0.44), ("Tip-Adapter", 1.0, 0.44), ("linear probe", 1.9, 0.27)):
        y = start + gain + slope * rise
        spread = 0.05 - 0.006 * np.arange(6)
        ladder.append(Series(name, shots, y.tolist(), (y - spread).tolist(), (y + spread).tolist()))
    methods = ["zero-shot", "Tip-Adapter", "linear probe", "probe on both"]
    worth = [[name, 2 + i if i else None, 0.41 + gain + i / 20] for i, name in enumerate(methods)]
    return [
        Curve("Accuracy by examples a class", "examples a class", "accuracy", ladder, x_scale="steps", chance=0.08),
        Table("What a label is worth", ["method", "labels", "accuracy"], worth, frozenset({"accuracy"})),
    ]


def calibration(sharpness: float) -> Sequence[Exhibit]:
    """A reliability diagram (each model with x of its own), and refusal by threshold."""
    x = (np.linspace(0.12, 0.97, 9) ** sharpness).tolist()
    y = (np.linspace(0.1, 0.9, 9) ** (1.4 / sharpness)).tolist()
    y[0] = float("nan")  # an empty bin
    thresholds = np.linspace(0, 1, 41)
    precision = (0.5 + 0.48 * thresholds**sharpness).tolist()
    kept = (1 - thresholds**2 * sharpness / 2).clip(0).tolist()
    return [
        Curve("Reliability", "confidence", "accuracy", [Series("all classes", x, y)], diagonal=True),
        Curve(
            "Refusing what is unlike all classes",
            "threshold",
            "share",
            [Series("precision", thresholds.tolist(), precision), Series("answered", thresholds.tolist(), kept)],
            note="Raise the threshold until the precision is what the shop needs.",
        ),
    ]


def robustness(strength: float) -> Sequence[Exhibit]:
    """Seven curves, and a table by change and step."""
    steps = [0, 1, 2, 3]
    series = [
        Series(name, steps, [strength - 0.04 * k * (1 + i / 3) for k in steps], None, None)
        for i, name in enumerate(CHANGES)
    ]
    rows = [[name, k, strength - 0.04 * k * (1 + i / 3), 212] for i, name in enumerate(CHANGES) for k in steps]
    return [
        Curve("Recall after what shops do to pictures", "strength", "recall@5", series, x_scale="steps"),
        Table("By change", ["change", "strength", "recall@5", "n"], rows, frozenset({"recall@5"})),
    ]


def confused(classes: int, seed: int) -> Sequence[Exhibit]:
    """A long table a class, pairs that differ between the models, galleries of both kinds."""
    rng = np.random.default_rng(seed)
    names = [f"{FITTINGS[i % 8]} {i // 8 + 1}" for i in range(classes)]
    names[1] = "شامبو للأطفال 400 مل"
    names[2] = "Weißblech-Rundkopfschraube mit selbstsicherndem Flansch aus EPDM, 4,8 × 35 mm"
    names[3] = "電動ドリルドライバー <18V> & ケース"
    n_K = np.random.default_rng(9).integers(1, 90, classes)
    rows = [[name, int(n), float(r)] for name, n, r in zip(names, n_K, rng.random(classes), strict=True)]
    pairs = [[names[i], names[int(j)], int(10 - k)] for k, (i, j) in enumerate(rng.integers(0, classes, (8, 2)))]
    overlays = [Tile(drawn("#7a8", i + seed), f"hex head {i}", f"gain {0.1 * i + seed:.1f}") for i in range(6)]
    return [
        Table("By class", ["class", "n", "recall"], rows, frozenset({"recall"}), "Rare classes mean little."),
        Table("Most confused", ["true", "taken for", "times"], pairs),
        Gallery("Where the model looks", overlays, "Bright is where the words are."),
        Gallery("Unlike anything here", [Tile(view + seed, f"product {view}") for view in range(9)]),
        Gallery("Nothing", []),
        Table("Empty", ["a", "b"], []),
    ]


def outcome(task: str, split: str, hits: float, exhibits: Sequence[Exhibit], remarks: Sequence[str]) -> Outcome:
    hit_Q = (np.random.default_rng(3).random(240) < hits).astype(float)
    error_Q = np.random.default_rng(4).random(240) * (1 - hits)
    named = {
        "accuracy": lambda seen, weight: metrics.mean(seen["hit"], weight),
        "calibration_error": lambda seen, weight: metrics.mean(seen["error"], weight),
        "milliseconds": lambda seen, weight: 40 * metrics.mean(seen["error"], weight),
    }
    return Outcome(
        task,
        split,
        {"label_column": "kind"},
        np.arange(240),
        {"hit": hit_Q, "error": error_Q},
        named,
        frozenset({"milliseconds"}),
        exhibits=exhibits,
        remarks=remarks,
    )


def every_pair(*, baseline: bool, classes: int = 40) -> list[Pair]:
    """(task, its exhibits after and before): on test, and the last on new brands too."""
    tasks: Mapping[str, tuple[Sequence[Exhibit], Sequence[Exhibit]]] = {
        "few_shot": (few_shot(0.09), few_shot(0.0)),
        "calibration": (calibration(1.0), calibration(0.7)),
        "robustness": (robustness(0.71), robustness(0.6)),
        "fine_grained": (confused(classes, 1), confused(classes, 0)),
    }
    pairs = []
    for task, (after, before) in tasks.items():
        for split in ("test", "held_out_brands"):
            theirs = outcome(task, split, 0.5, before, ["Eight examples a class would do."]) if baseline else None
            ours = outcome(task, split, 0.61, after, ["Four examples a class reach 90% of what sixteen do."])
            pairs.append(Pair(ours, theirs))
    return pairs
