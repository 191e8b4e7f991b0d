"""Grounding: where is the "hex head". Maps of evidence, scored against what is known to be there.

Three truths: a user's own boxes; four products of the split in a grid, whose labels say which quarter is meant (no
annotation needed); and the exact masks of the demo's named parts (drawn once, not the catalogue's). Two methods,
`gradient` and `occlusion` (`gergo.towers.saliency`). Beside every figure stand three that must be beaten: chance (a map
that is the same everywhere), the centre (somebody who has not looked), and the model's own map of another text on the
same picture: a model that points at the product whatever it is asked scores the same with the wrong text.

Shapes: Q queries (a picture and a text), H and W pixels of a map.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gergo.catalogue.splits import SPLITS
from gergo.errors import NotEnoughData, UsageError
from gergo.evaluation import metrics
from gergo.evaluation.boxes import Box, read_boxes, refuse
from gergo.evaluation.exhibits import Curve, Gallery, Series, Table, Tile
from gergo.evaluation.located import Located, boxed, controls, drawn_parts, four_in_a_grid
from gergo.evaluation.map_metrics import centre_map, energy, iou, pointing
from gergo.evaluation.overlays import framed, jpeg, overlay
from gergo.evaluation.task import Encoder, Observed, Outcome, Rows
from gergo.towers.geometry import open_rgb
from gergo.towers.saliency import METHODS, Method

THRESHOLDS = (0.25, 0.5, 0.75)
CURVE_THRESHOLDS = tuple(float(t) for t in np.arange(1, 10) / 10)
IOUS = tuple(f"iou@{threshold:g}" for threshold in THRESHOLDS)
MEASURES = ("pointing", "energy", *IOUS)
TILE_PX = 240
SHOWN = 4  # overlays of the best and of the worst
TRUTHS = {"boxes": "your boxes", "grid": "four products in a grid", "drawn": "parts of the demo's products"}

MapsOfPicture = list[NDArray[np.float32]]
"""One [T, H, W] a picture."""


@dataclass(frozen=True)
class Scores:
    """What one kind of map is worth on every query: measure -> [Q], and IoU at `CURVE_THRESHOLDS` [Q, thresholds]."""

    value_Q: Mapping[str, NDArray[np.float64]]
    curve_QT: NDArray[np.float64]


class Grounding:
    """Find where things are. boxes: a table of boxes (`gergo.evaluation.boxes`), None for none."""

    name = "grounding"

    def __init__(self, boxes: str | Path | None = None, seed: int = 0) -> None:
        self.path = None if boxes is None else Path(boxes)
        self.boxes = [] if self.path is None else read_boxes(self.path)
        self.seed = seed
        self._first_split = ""

    def observe(self, encode: Encoder, rows: Rows) -> Iterator[Outcome]:
        self._first_split = self._first_split or rows.split
        first = rows.split == self._first_split
        of_boxes, remarks = self._boxed(rows, with_files=first)
        truths = {
            "boxes": of_boxes,
            "grid": four_in_a_grid(rows, self.seed),
            "drawn": drawn_parts(self.seed) if first else [],
        }
        if not any(truths.values()):
            raise NotEnoughData("fewer than four labels among the split's pictures, and no boxes on them")
        for truth, located in truths.items():
            if located:
                yield from _outcomes(encode, rows.split, truth, located, remarks)
                remarks = []

    def _boxed(self, rows: Rows, *, with_files: bool) -> tuple[list[Located], list[str]]:
        """The boxes on the split's items, and (once) those on files; what is left out of the split, said."""
        by_picture: dict[str | Path, list[Box]] = defaultdict(list)
        for box in self.boxes:
            by_picture[box.picture or box.item].append(box)
        if not by_picture:
            return [], []
        assert self.path is not None
        assert rows.shop is not None
        place = {item: number for number, item in enumerate(rows.id_N)}
        known = {item for split in SPLITS if (others := rows.shop.rows(split)) for item in others.id_N}
        strangers = [box for box in self.boxes if box.picture is None and box.item not in known | place.keys()]
        refuse(self.path, [f"row {b.row}: no item with a picture has the id {b.item!r}" for b in strangers])
        items = [key for key in by_picture if isinstance(key, str) and key in place]
        views = [int(rows.first_view_N[place[item]]) for item in items]
        files = [key for key in by_picture if isinstance(key, Path)] if with_files else []
        images = [*rows.shop.pictures(views), *files] if views else list(files)
        located, bad = boxed(images, [by_picture[key] for key in (*items, *files)])
        refuse(self.path, bad)
        elsewhere = sum(box.picture is None and box.item not in place for box in self.boxes)
        remark = f"{elsewhere:,} boxes are on items that are not measured on {rows.split}, and count nothing here."
        return located, [remark] if elsewhere else []


def _outcomes(
    encode: Encoder, split: str, truth: str, located: Sequence[Located], remarks: Sequence[str]
) -> Iterator[Outcome]:
    """One outcome a method, the better known first; exhibits with the first."""
    maps: dict[Method, MapsOfPicture] = {}
    for method in METHODS:
        try:
            maps[method] = [encode.maps(each.image, each.texts, method) for each in located]
        except UsageError as error:
            remarks = [*remarks, f"{method}: {error}."]
    scores: dict[Method, Scores] = {method: score(located, found) for method, found in maps.items()}
    others: dict[Method, Scores] = {method: score(located, found, other_text=True) for method, found in maps.items()}
    blind = {"chance": score(located, _same_everywhere(located)), "centre": score(located, _centres(located))}
    has_other_Q = np.array([text != other for _, text, other in controls(located)])
    cluster_Q = np.array([located[picture].cluster for picture, _, _ in controls(located)])
    exhibits = [
        _table(truth, scores, others, blind, has_other_Q),
        _curve(truth, scores, blind["chance"]),
        *([_by_text(truth, located, scores)] if truth == "drawn" else []),
        *(_gallery(truth, located, method, found, scores[method]) for method, found in maps.items()),
    ]
    for method, seen in scores.items():
        settings = {
            "truth": TRUTHS[truth],
            "method": method,
            "pictures": len(located),
            **{f"{name}_{m}": round(float(s.value_Q[m].mean()), 6) for name, s in blind.items() for m in MEASURES},
        }
        observed = {m: seen.value_Q[m] for m in MEASURES}
        observed |= {f"{m}_other_text": others[method].value_Q[m] for m in MEASURES}
        chosen = {m: partial(_mean, name=m) for m in MEASURES}
        if has_other_Q.all():  # else the tables give them: a figure here says that it rests on every query
            chosen |= {f"{m}_other_text": partial(_mean, name=f"{m}_other_text") for m in ("pointing", "energy")}
        shown = (exhibits, remarks) if method == next(iter(scores)) else ((), ())
        yield Outcome("grounding", split, settings, cluster_Q, observed, chosen, exhibits=shown[0], remarks=shown[1])


def _mean(seen: Observed, weight: NDArray[np.floating] | None, *, name: str) -> NDArray[np.float64]:
    return metrics.mean(seen[name], weight)


def score(located: Sequence[Located], maps: MapsOfPicture, *, other_text: bool = False) -> Scores:
    """Every measure of every query; with `other_text`, by the map of another text on the same picture."""
    lines, curves = [], []
    for picture, text, other in controls(located):
        map_HW, mask_HW = maps[picture][other if other_text else text], located[picture].masks[text]
        overlaps = [iou(map_HW, mask_HW, threshold) for threshold in THRESHOLDS]
        lines.append([pointing(map_HW, mask_HW), energy(map_HW, mask_HW), *overlaps])
        curves.append([iou(map_HW, mask_HW, threshold) for threshold in CURVE_THRESHOLDS])
    return Scores(dict(zip(MEASURES, np.array(lines).T, strict=True)), np.array(curves))


def _same_everywhere(located: Sequence[Located]) -> MapsOfPicture:
    return [np.ones((len(each.texts), *each.masks[0].shape), np.float32) for each in located]


def _centres(located: Sequence[Located]) -> MapsOfPicture:
    return [np.stack([centre_map(*each.masks[0].shape)] * len(each.texts)) for each in located]


def _table(
    truth: str,
    scores: Mapping[Method, Scores],
    others: Mapping[Method, Scores],
    blind: Mapping[str, Scores],
    has_other_Q: NDArray[np.bool_],
) -> Table:
    rows: list[list[str | int | float | None]] = []
    for method, seen in scores.items():
        rows.append([method, *_means(seen, np.ones_like(has_other_Q))])
        if has_other_Q.any():
            rows.append([f"{method}, of another text", *_means(others[method], has_other_Q)])
    rows += [[name, *_means(seen, np.ones_like(has_other_Q))] for name, seen in blind.items()]
    note = (
        "Pointing: the strongest place lies inside. Energy: the share of the evidence that does. IoU: with the places "
        "that reach so much of the strongest. A model that looks for what it is told beats its own map of another text."
    )
    return Table(f"Where things are: {TRUTHS[truth]}", ["map", *MEASURES], rows, frozenset(MEASURES), note)


def _means(seen: Scores, counted_Q: NDArray[np.bool_]) -> list[float]:
    return [float(seen.value_Q[measure][counted_Q].mean()) for measure in MEASURES]


def _curve(truth: str, scores: Mapping[Method, Scores], chance: Scores) -> Curve:
    series = [Series(method, CURVE_THRESHOLDS, seen.curve_QT.mean(0).tolist()) for method, seen in scores.items()]
    return Curve(
        f"IoU by threshold: {TRUTHS[truth]}",
        "threshold, of the map's maximum",
        "mean IoU",
        series,
        chance=float(chance.curve_QT.mean()),
    )


def _by_text(truth: str, located: Sequence[Located], scores: Mapping[Method, Scores]) -> Table:
    text_Q = np.array([located[picture].texts[text] for picture, text, _ in controls(located)])
    share_Q = np.array([located[picture].masks[text].mean() for picture, text, _ in controls(located)])
    names, count = np.unique(text_Q, return_counts=True)
    columns = ["part", "pictures", "chance", *(f"{m}, {method}" for method in scores for m in ("pointing", "energy"))]
    rows = []
    for name in names[np.argsort(-count, kind="stable")]:
        of_name_Q = text_Q == name
        found = [float(s.value_Q[m][of_name_Q].mean()) for s in scores.values() for m in ("pointing", "energy")]
        rows.append([str(name), int(of_name_Q.sum()), float(share_Q[of_name_Q].mean()), *found])
    return Table(f"Part by part: {TRUTHS[truth]}", columns, rows, frozenset(columns[2:]))


def _gallery(truth: str, located: Sequence[Located], method: Method, maps: MapsOfPicture, seen: Scores) -> Gallery:
    """The maps with the most and with the least evidence inside."""
    places = list(controls(located))
    order_Q = np.argsort(-seen.value_Q["energy"], kind="stable")
    best, worst = order_Q[:SHOWN], order_Q[::-1][:SHOWN]
    tiles = []
    for query in dict.fromkeys([*best.tolist(), *worst.tolist()]):
        picture, text, _ = places[query]
        each = located[picture]
        shown = overlay(framed(open_rgb(each.image), each.masks[text]), maps[picture][text], panel_px=TILE_PX)
        note = f"{100 * seen.value_Q['energy'][query]:.0f}% of the evidence inside, which is {{:.0f}}% of the picture"
        tiles.append(Tile(jpeg(shown), each.texts[text], note.format(100 * each.masks[text].mean())))
    return Gallery(f"Best and worst by {method}: {TRUTHS[truth]}", tiles)
