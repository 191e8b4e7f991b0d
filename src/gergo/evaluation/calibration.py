"""Calibration: is a probability of 0.8 right 8 times in 10, and from which on may an answer be given at all.

Everything is fitted on the validation split and kept in a `Calibration`: the temperature, the threshold of "none of
these" for each wanted precision, and a threshold for every attribute. What it is worth is measured on other splits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gergo.catalogue.texts import key
from gergo.errors import InputError, NotEnoughData
from gergo.evaluation import attribute_thresholds, metrics
from gergo.evaluation.attribute_thresholds import micro_f1
from gergo.evaluation.confidence import ece, fit_temperature, nll, precision_at, reliability, softmax, threshold_for
from gergo.evaluation.exhibits import Curve, Series, Table
from gergo.evaluation.labels import Labels
from gergo.evaluation.prompts import PLAIN, Prompts
from gergo.evaluation.task import Encoder, Metric, Outcome, Rows
from gergo.evaluation.zero_shot import RARE, classify, item_scores, label_vectors
from gergo.files import write_whole
from gergo.pages.numbers import percent

PRECISIONS = (0.8, 0.9, 0.95, 0.99)
WANTED = 0.95

METRICS: Mapping[str, Metric] = {
    "ece": lambda seen, weight: ece(seen["confidence"], seen["hit"], weight),
    "ece_before": lambda seen, weight: ece(seen["confidence_before"], seen["hit"], weight),
    "nll": lambda seen, weight: metrics.mean(seen["nll"], weight),
    "nll_before": lambda seen, weight: metrics.mean(seen["nll_before"], weight),
    "coverage": lambda seen, weight: metrics.mean(seen["answered"], weight),
    # Of all items, not of those answered: where everything is refused there is no precision, and 0 would be a lie.
    "answered_wrongly": lambda seen, weight: metrics.mean(seen["answered"] * (1 - seen["hit"]), weight),
}


class Threshold(BaseModel):
    """From which cosine on an item has a value. shared: the column's, since the value is too rare for its own."""

    model_config = ConfigDict(extra="forbid")

    column: str
    value: str
    word: str
    cosine: float
    shared: bool


class Calibration(BaseModel):
    """What was fitted on validation for one model and one label column; JSON, schema 1.

    temperature: logits (cosine times the logit scale) are divided by it. refuse_below: wanted precision, as "0.95",
    -> the probability below which the answer is "none of these"; a precision that validation cannot promise is absent.
    """

    model_config = ConfigDict(extra="forbid", validate_by_name=True, serialize_by_alias=True)

    schema_: Literal[1] = Field(default=1, alias="schema")
    label_column: str
    labels: list[str]
    templates: list[str]
    logit_scale: float
    temperature: float = Field(gt=0)
    fitted_on: int
    refuse_below: dict[str, float]
    attributes: list[Threshold] = []

    def probabilities(self, cosine_NK: NDArray[np.floating]) -> NDArray[np.float64]:
        """Of the labels, [N, K], from the cosines with them."""
        return softmax(cosine_NK * (self.logit_scale / self.temperature))

    def save(self, path: str | Path) -> Path:
        """Write it as JSON, moved into place whole."""
        path = Path(path)
        write_whole(path, self.model_dump_json(indent=2) + "\n")
        return path

    @classmethod
    def load(cls, path: str | Path) -> Calibration:
        """Read what `save` wrote.

        Raises:
            InputError: the file is not there, or is no calibration.
        """
        try:
            return cls.model_validate_json(Path(path).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, ValidationError) as error:
            raise InputError(f"{path} is no calibration: {error}", hint="fit it again on the catalogue") from None


@dataclass(frozen=True)
class Scored:
    """Labelled items of a split. cosine_NK: with every label; kept_N: which items of the split they are."""

    cosine_NK: NDArray[np.float32]
    true_N: NDArray[np.int64]
    kept_N: NDArray[np.bool_]


def score(encode: Encoder, rows: Rows, labels: Labels, prompts: Prompts) -> Scored:
    """The cosines of the labelled items with all labels of the catalogue."""
    kept_N = rows.label_N >= 0
    label_KD = label_vectors(encode, labels.word_K, prompts)
    cosine_NK = item_scores(encode.views(rows.view_V), rows.owner_V, label_KD)[kept_N]
    return Scored(cosine_NK, rows.label_N[kept_N], kept_N)


def fit(encode: Encoder, validation: Rows, *, prompts: Prompts = PLAIN) -> Calibration:
    """Fit everything on the validation split.

    Raises:
        NotEnoughData: it has no labelled item, or the label column one class.
    """
    labels = validation.labels
    if labels is None:
        raise NotEnoughData("no label column was given and the catalogue has no category column")
    if len(labels.name_K) < 2:
        raise NotEnoughData(f"column '{labels.column}' holds one class, '{labels.name_K[0]}'")
    if not (validation.label_N >= 0).any():
        raise NotEnoughData("validation has no item with a picture and a label to fit on")
    scored = score(encode, validation, labels, prompts)
    temperature = fit_temperature(scored.cosine_NK * encode.logit_scale, scored.true_N)
    probability_NK = softmax(scored.cosine_NK * (encode.logit_scale / temperature))
    hit_N = classify(scored.cosine_NK, scored.true_N)[1] == scored.true_N
    confidence_N = probability_NK.max(1)
    group_N = validation.group_N[scored.kept_N]
    found = {f"{wanted:g}": threshold_for(confidence_N, hit_N, wanted, group_Q=group_N) for wanted in PRECISIONS}
    return Calibration(
        label_column=labels.column,
        labels=labels.name_K,
        templates=list(prompts.sentences),
        logit_scale=encode.logit_scale,
        temperature=temperature,
        fitted_on=len(scored.true_N),
        refuse_below={wanted: threshold for wanted, threshold in found.items() if threshold is not None},
        attributes=[each for column in _attributes(encode, validation, prompts) for each in column],
    )


def _attributes(encode: Encoder, validation: Rows, prompts: Prompts) -> Iterator[list[Threshold]]:
    for labels in attribute_thresholds.attribute_columns(validation):
        threshold_K, rare_K = attribute_thresholds.fit(
            *attribute_thresholds.scores(encode, validation, labels, prompts)
        )
        yield [
            Threshold(column=labels.column, value=name, word=word, cosine=float(threshold), shared=bool(rare))
            for name, word, threshold, rare in zip(labels.name_K, labels.word_K, threshold_K, rare_K, strict=True)
        ]


def validation_of(rows: Rows) -> Rows:
    """Raises NotEnoughData where there is none, or it is the split to be measured."""
    if rows.own_split == "validation":
        raise NotEnoughData("temperature and thresholds are fitted on validation: it cannot be measured as well")
    validation = rows.shop.rows("validation") if rows.shop else None
    if validation is None:
        raise NotEnoughData("there is no validation split to fit on")
    return validation


class Calibrated:
    """Measure a calibration. prompts: the sentences that labels are put into."""

    name = "calibration"

    def __init__(self, prompts: Prompts = PLAIN) -> None:
        self.prompts = prompts

    def observe(self, encode: Encoder, rows: Rows) -> Iterator[Outcome]:
        if rows.labels is None:
            raise NotEnoughData("no label column was given and the catalogue has no category column")
        if not (rows.label_N >= 0).any():
            raise NotEnoughData(f"no item has a label in column '{rows.labels.column}'")
        fitted = fit(encode, validation_of(rows), prompts=self.prompts)
        scored = score(encode, rows, rows.labels, self.prompts)
        yield self._of_labels(rows, fitted, scored)
        yield from self._of_attributes(encode, rows, fitted)

    def _of_labels(self, rows: Rows, fitted: Calibration, scored: Scored) -> Outcome:
        logit_NK = scored.cosine_NK * fitted.logit_scale
        before_N, after_N = softmax(logit_NK).max(1), fitted.probabilities(scored.cosine_NK).max(1)
        hit_N = classify(scored.cosine_NK, scored.true_N)[1] == scored.true_N
        threshold = fitted.refuse_below.get(f"{WANTED:g}", np.inf)
        observed = {
            "confidence": after_N,
            "confidence_before": before_N,
            "hit": hit_N.astype(np.float64),
            "nll": nll(logit_NK / fitted.temperature, scored.true_N),
            "nll_before": nll(logit_NK, scored.true_N),
            "answered": (after_N >= threshold).astype(np.float64),
        }
        settings = {
            "label_column": fitted.label_column,
            "candidates": len(fitted.labels),
            "fitted_on": fitted.fitted_on,
            "wanted_precision": WANTED,
            "unlabelled": int((~scored.kept_N).sum()),
            **self.prompts.settings,
        }
        return Outcome(
            self.name,
            rows.split,
            settings,
            rows.group_N[scored.kept_N],
            observed,
            METRICS,
            frozenset({"nll", "nll_before"}),
            exhibits=[_diagram(before_N, after_N, hit_N), _refusals(fitted, after_N, hit_N)],
            remarks=_remarks(fitted, observed),
        )

    def _of_attributes(self, encode: Encoder, rows: Rows, fitted: Calibration) -> Iterator[Outcome]:
        by_column: dict[str, list[Threshold]] = {}
        for threshold in fitted.attributes:
            by_column.setdefault(threshold.column, []).append(threshold)
        for column, thresholds in by_column.items():
            names = [each.value for each in thresholds]
            labels = Labels(
                column, names, [each.word for each in thresholds], {key(name): k for k, name in enumerate(names)}
            )
            told_N = np.array([bool(value) for value in rows.columns.get(column, [])])
            if not told_N.any():
                continue
            cosine_NK, value_N = attribute_thresholds.scores(encode, rows, labels, self.prompts)
            threshold_K = np.array([each.cosine for each in thresholds])
            settings = {
                "label_column": column,
                "values": len(names),
                "rare_values": sum(each.shared for each in thresholds),
                "unknown_values": int((value_N < 0).sum()),
                "say_all": round(2 / (len(names) + 1), 4),
                **self.prompts.settings,
            }
            yield Outcome(
                "attribute_thresholds",
                rows.split,
                settings,
                rows.group_N[told_N],
                attribute_thresholds.counts(cosine_NK, value_N, threshold_K),
                {"micro_f1": micro_f1},
                exhibits=[_by_value(column, thresholds, cosine_NK, value_N)],
            )


def _diagram(before_N: NDArray[np.float64], after_N: NDArray[np.float64], hit_N: NDArray[np.bool_]) -> Curve:
    series = []
    for name, confidence_N in (("as it is", before_N), ("with the temperature", after_N)):
        points = reliability(confidence_N, hit_N)
        series.append(Series(name, [point[0] for point in points], [point[1] for point in points]))
    note = "Each point is the items of one bin of probability: on the diagonal, what is said is what is so."
    return Curve("Reliability", "probability", "accuracy", series, diagonal=True, note=note)


def _refusals(fitted: Calibration, confidence_N: NDArray[np.float64], hit_N: NDArray[np.bool_]) -> Table:
    rows: list[Sequence[str | float | None]] = []
    for wanted in PRECISIONS:
        threshold = fitted.refuse_below.get(f"{wanted:g}")
        if threshold is None:
            rows.append([wanted, None, None, None])
        else:
            precision = (
                float(precision_at(confidence_N, hit_N, threshold)) if (confidence_N >= threshold).any() else None
            )
            rows.append([wanted, threshold, precision, float((confidence_N >= threshold).mean())])
    columns = ["wanted precision", "probability from", "precision", "coverage"]
    note = "Thresholds from validation; below one the answer is 'none of these'. Empty: validation cannot promise it."
    return Table("None of these", columns, rows, frozenset({"wanted precision", "precision", "coverage"}), note)


def _remarks(fitted: Calibration, observed: Mapping[str, NDArray[np.float64]]) -> list[str]:
    before, after = (float(ece(observed[name], observed["hit"])) for name in ("confidence_before", "confidence"))
    told = [
        f"A temperature of {fitted.temperature:.2f}, fitted on {fitted.fitted_on:,} items of validation, takes the "
        f"calibration error from {percent(before)} to {percent(after)}."
    ]
    if f"{WANTED:g}" not in fitted.refuse_below:
        told.append(
            f"Validation promises a precision of {percent(WANTED)} from no threshold on: every answer is refused."
        )
    else:
        precision = float(precision_at(observed["answered"], observed["hit"], 0.5))
        told.append(
            f"Answering only where validation promises {percent(WANTED)} right ones answers "
            f"{percent(float(observed['answered'].mean()))} of the items, {percent(precision)} of them rightly."
        )
    return told


def _by_value(
    column: str, thresholds: Sequence[Threshold], cosine_NK: NDArray[np.float32], value_N: NDArray[np.int64]
) -> Table:
    rows: list[Sequence[str | int | float | None]] = []
    for k, each in enumerate(thresholds):
        said_N, has_N = cosine_NK[:, k] >= each.cosine, value_N == k
        right = int((said_N & has_N).sum())
        precision = right / int(said_N.sum()) if said_N.any() else None
        recall = right / int(has_N.sum()) if has_N.any() else None
        note = "shared threshold" if each.shared else "few items" if has_N.sum() < RARE else ""
        rows.append([each.value, int(has_N.sum()), each.cosine, precision, recall, note])
    rows.sort(key=lambda row: -int(row[1] or 0))
    columns = ["value", "items", "cosine from", "precision", "recall", ""]
    return Table(f"Thresholds of {column}", columns, rows, frozenset({"precision", "recall"}))
