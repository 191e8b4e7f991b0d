"""Fine-grained classification: an item's label among those with the same parent only (which apple, which milk).

The parent is a column of the catalogue that the label determines and that several labels share; it is found
(`gergo.evaluation.families`), or named. All labels of the catalogue with that parent compete. An item whose label has
no sibling is not measured: there is nothing to tell it from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from gergo.errors import NotEnoughData, UsageError
from gergo.evaluation import metrics
from gergo.evaluation.bootstrap import Resamples
from gergo.evaluation.exhibits import Exhibit, Gallery, Table, Tile
from gergo.evaluation.families import Families, families_of, find_parent
from gergo.evaluation.labels import Labels
from gergo.evaluation.prompts import PLAIN, Prompts
from gergo.evaluation.task import Encoder, Metric, Outcome, Rows
from gergo.evaluation.zero_shot import RARE, classify, item_scores, label_vectors
from gergo.pages.numbers import percent

PAIRS = 10  # sibling pairs shown
RESAMPLES = 1000

METRICS: Mapping[str, Metric] = {
    "acc1": lambda seen, weight: metrics.mean(seen["true"] == seen["predicted"], weight),
    "mean_per_class_recall": lambda seen, weight: metrics.mean_per_class_recall(
        seen["true"], seen["predicted"], weight
    ),
    # Recall by parent: an item counts as its parent's where it was recognised, as nobody's where it was not.
    "mean_per_parent_accuracy": lambda seen, weight: metrics.mean_per_class_recall(
        seen["parent"], np.where(seen["true"] == seen["predicted"], seen["parent"], -1), weight
    ),
}


class FineGrained:
    """Tell siblings apart. prompts: the sentences that labels are put into; parent_column: None finds it."""

    name = "fine_grained"

    def __init__(self, prompts: Prompts = PLAIN, *, parent_column: str | None = None) -> None:
        self.prompts, self.parent_column = prompts, parent_column

    def observe(self, encode: Encoder, rows: Rows) -> Iterator[Outcome]:
        if rows.labels is None:
            raise NotEnoughData("no label column was given and the catalogue has no category column")
        families = families_in(rows, rows.labels, self.parent_column)
        parent_N = np.where(rows.label_N >= 0, families.parent_K[rows.label_N], -1)
        measured_N = (parent_N >= 0) & (families.children_P[parent_N] > 1)
        if not measured_N.any():
            raise NotEnoughData(f"no item has a label that shares its '{families.column}' with another label")
        label_KD = label_vectors(encode, rows.labels.word_K, self.prompts)
        score_NK = item_scores(encode.views(rows.view_V), rows.owner_V, label_KD)[measured_N]
        true_N, parent_N = rows.label_N[measured_N], parent_N[measured_N]
        score_NK = np.where(families.parent_K[None, :] == parent_N[:, None], score_NK, np.float32(-np.inf))
        _, predicted_N = classify(score_NK, true_N)
        cluster_N = rows.group_N[measured_N]
        told = _Told(rows.labels, families, true_N, predicted_N, parent_N, cluster_N, rows.first_view_N[measured_N])
        settings = {
            "label_column": rows.labels.column,
            "parent_column": families.column,
            "parents": len(np.unique(parent_N)),
            "classes": len(np.unique(true_N)),
            "chance": round(float(told.chance_N.mean()), 4),
            "without_siblings": int((rows.label_N >= 0).sum() - len(true_N)),
            "unlabelled": int((rows.label_N < 0).sum()),
            "rare_classes": int((np.unique(true_N, return_counts=True)[1] < RARE).sum()),
            "exceptions": families.exceptions,
            **self.prompts.settings,
        }
        observed = {"true": true_N, "predicted": predicted_N, "parent": parent_N}
        yield Outcome(
            self.name,
            rows.split,
            settings,
            cluster_N,
            observed,
            METRICS,
            exhibits=told.exhibits(),
            remarks=told.remarks(),
        )


def families_in(rows: Rows, labels: Labels, column: str | None) -> Families:
    """The families of the labels, by a named column or the one found, over train, validation and this split.

    Raises:
        NotEnoughData: no column groups the labels.
        UsageError: there is no column of that name.
    """
    splits = {rows.split: rows}
    for split in ("train", "validation"):
        other = rows.shop.rows(split) if rows.shop and split != rows.split else None
        splits |= {split: other} if other is not None else {}
    label_N = np.concatenate([each.label_N for each in splits.values()])
    columns = {
        name: [value for each in splits.values() for value in each.columns[name]]
        for name in rows.columns
        if name != labels.column
    }
    if column is None:
        found = find_parent(columns, label_N, len(labels.name_K))
        if found is None:
            raise NotEnoughData(f"no column groups the labels of '{labels.column}' into families")
        return found
    by_case = {name.casefold(): name for name in columns}
    name = column if column in columns else by_case.get(column.casefold())
    if name is None:
        raise UsageError(
            f"the catalogue has no column '{column}' to take parents from", hint="its columns are " + ", ".join(columns)
        )
    families = families_of(name, columns[name], label_N, len(labels.name_K))
    if families is None or not families.shared:
        raise NotEnoughData(f"no two labels of '{labels.column}' share a value of '{name}'")
    return families


@dataclass(frozen=True)
class _Told:
    """What the report shows of one model."""

    labels: Labels
    families: Families
    true_N: NDArray[np.int64]
    predicted_N: NDArray[np.int64]
    parent_N: NDArray[np.int64]
    cluster_N: NDArray[np.int64]
    view_N: NDArray[np.int64]

    @property
    def chance_N(self) -> NDArray[np.float64]:
        return 1 / self.families.children_P[self.parent_N]

    def exhibits(self) -> list[Exhibit]:
        pairs = confused_pairs(self.true_N, self.predicted_N)[:PAIRS]
        return [self._by_parent(), *([self._pairs(pairs), self._pictures(pairs)] if pairs else [])]

    def remarks(self) -> list[str]:
        accuracy, chance = float((self.true_N == self.predicted_N).mean()), float(self.chance_N.mean())
        column, parent = self.labels.column, self.families.column
        told = [
            f"Within one {parent}, {percent(accuracy)} get the right {column}; guessing would get {percent(chance)}."
        ]
        if self.families.exceptions:
            told.append(
                f"{self.families.exceptions:,} items name another {parent} than most of their {column} do; the "
                "commonest counts."
            )
        return told

    def _by_parent(self) -> Table:
        rows = []
        for parent in np.unique(self.parent_N):
            of_parent = self.parent_N == parent
            hit_N = self.true_N[of_parent] == self.predicted_N[of_parent]
            draws = Resamples(self.cluster_N[of_parent], seed=0, n=RESAMPLES)
            interval = draws.paired(partial(metrics.mean, hit_N)).model
            siblings, n = int(self.families.children_P[parent]), len(hit_N)
            rare = "few items" if draws.clusters < RARE else ""
            row = [self.families.name_P[parent], siblings, n, interval.value, interval.low, interval.high, 1 / siblings]
            rows.append([*row, rare])
        columns = [self.families.column, "siblings", "items", "accuracy", "low", "high", "chance", ""]
        note = f"Among the labels of one {self.families.column}; fewer than {RARE} items prove little."
        rows.sort(key=lambda row: -row[2])
        return Table("Accuracy within the parent", columns, rows, frozenset(columns[3:7]), note)

    def _pairs(self, pairs: list[tuple[int, int]]) -> Table:
        names, true_N, predicted_N = self.labels.name_K, self.true_N, self.predicted_N
        rows = []
        for a, b in pairs:
            forth, back = (int(((true_N == x) & (predicted_N == y)).sum()) for x, y in ((a, b), (b, a)))
            parent = self.families.name_P[self.families.parent_K[a]]
            rows.append([names[a], names[b], parent, forth, int((true_N == a).sum()), back, int((true_N == b).sum())])
        columns = ["A", "B", self.families.column, "A taken for B", "items of A", "B taken for A", "items of B"]
        return Table("Most confused siblings", columns, rows)

    def _pictures(self, pairs: list[tuple[int, int]]) -> Gallery:
        """For each pair, an item of one that was taken for the other, and an item of the other."""
        names, tiles = self.labels.name_K, []
        for pair in pairs:
            ways = [((self.true_N == x) & (self.predicted_N == y), x, y) for x, y in (pair, pair[::-1])]
            wrong_N, true, predicted = max(ways, key=lambda way: int(way[0].sum()))
            note = f"taken for {names[predicted]}"
            tiles.append(Tile(int(self.view_N[np.flatnonzero(wrong_N)[0]]), names[true], note))
            others = np.flatnonzero(self.true_N == predicted)
            if len(others):
                tiles.append(Tile(int(self.view_N[others[0]]), names[predicted], "what it was taken for"))
        return Gallery("Most confused siblings in pictures", tiles)


def confused_pairs(true_N: NDArray[np.int64], predicted_N: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Pairs of classes by how often one is taken for the other, either way, the most confused first.

    >>> confused_pairs(np.array([0, 1, 1, 2, 2]), np.array([1, 0, 1, 1, 2]))
    [(0, 1), (1, 2)]
    """
    wrong_N = true_N != predicted_N
    both = np.sort(np.stack([true_N[wrong_N], predicted_N[wrong_N]], 1), 1)
    pair_M2, count_M = np.unique(both, axis=0, return_counts=True)
    return [(int(a), int(b)) for a, b in pair_M2[np.argsort(-count_M, kind="stable")]]
