"""From a similarity to a probability: `calibration.json`, fitted on the validation split when a catalogue is indexed.

Two numbers are asked of a model, and a cosine is neither. *Does this phrase hold of this picture?* is answered by a
logistic curve over the cosine (Platt, 1999), fitted on short queries made of the catalogue's own columns ("black casual
shoes"), each against the items of which they hold and those of which they do not; what an empty cell leaves open is
left out. *Which of these labels is it?* is a softmax whose temperature is fitted on the category column (Guo et al.,
2017). A catalogue whose columns say nothing about its items leaves both open, and then nothing is calibrated and
nothing pretends to be.

Shapes: Q queries, N items, P pairs of both.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gergo.catalogue.splits import VALIDATION
from gergo.catalogue.store import Catalogue
from gergo.errors import InputError
from gergo.evaluation.attribute_queries import called, choose_columns, compose, marked
from gergo.evaluation.calibration import score
from gergo.evaluation.confidence import fit_temperature
from gergo.evaluation.measured_rows import choose
from gergo.evaluation.prompts import PLAIN
from gergo.evaluation.task import Encoder, Rows
from gergo.evaluation.zero_shot import item_scores
from gergo.files import write_whole
from gergo.towers.cache import VectorCache
from gergo.towers.model import Model

FILE = "calibration.json"
MOST_ITEMS = 2000  # of the split, drawn evenly: a curve of two numbers needs no more
LEAST_FITTED = 50  # pairs that hold, or labelled items: with fewer, nothing is fitted
STEPS = 50


class Curve(BaseModel):
    """p = sigmoid(slope x cosine + offset). prior: the share of all pairs that held."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    slope: float = Field(gt=0)
    offset: float
    prior: float = Field(gt=0, lt=1)

    def probability(self, similarity: float) -> float:
        """That a phrase of this cosine similarity holds of an item drawn from the catalogue.

        >>> round(Curve(slope=10, offset=-3, prior=0.5).probability(0.4), 3)  # sigmoid(1)
        0.731
        """
        return _sigmoid(self.slope * similarity + self.offset)

    def at_even_odds(self, similarity: float) -> float:
        """The same where somebody has reason to ask: held and not were as likely as each other beforehand.

        >>> round(Curve(slope=10, offset=-3, prior=0.1).at_even_odds(0.4), 3)  # sigmoid(1 + ln 9)
        0.961
        """
        return _sigmoid(self.slope * similarity + self.offset - math.log(self.prior / (1 - self.prior)))


class Calibration(BaseModel):
    """What was fitted for one model on one catalogue.

    curve: of phrases that hold or do not. label_temperature: logits of labels are divided by it. Either is None where
    there was too little to fit it on. queries, items: what the curve was fitted on.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=(), serialize_by_alias=True)

    schema_: Literal[1] = Field(default=1, alias="schema")
    model_hash: str
    curve: Curve | None = None
    label_temperature: float | None = Field(default=None, gt=0)
    queries: int = 0
    items: int = 0


def _sigmoid(logit: float) -> float:
    return 1 / (1 + math.exp(-logit)) if logit >= 0 else math.exp(logit) / (1 + math.exp(logit))


def calibrate(catalogue: Catalogue, model: Model) -> Calibration:
    """Fit both on the validation split; pictures that are embedded already are not encoded again."""
    rows = choose(catalogue, [VALIDATION], seen_by={}, label_column=None).rows.get(VALIDATION)
    if rows is None:
        return Calibration(model_hash=model.hash)
    encode = VectorCache(catalogue, model)
    fitted_on = phrase_pairs(encode, rows)
    temperature = _label_temperature(encode, rows)
    if fitted_on is None:
        return Calibration(model_hash=model.hash, label_temperature=temperature)
    queries, items = fitted_on.cosine_QN.shape
    cosine_P, hit_P = fitted_on.known
    curve = fit_curve(cosine_P, hit_P) if hit_P.sum() >= LEAST_FITTED else None
    return Calibration(model_hash=model.hash, curve=curve, label_temperature=temperature, queries=queries, items=items)


class Phrases(NamedTuple):
    """Short queries and items: their cosines, of which they hold, and of which an empty cell leaves that open."""

    cosine_QN: NDArray[np.float32]
    hit_QN: NDArray[np.bool_]
    unknown_QN: NDArray[np.bool_]

    @property
    def known(self) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Cosines [P] of the pairs of which is known whether they hold, and whether they do."""
        return self.cosine_QN[~self.unknown_QN], self.hit_QN[~self.unknown_QN]


def phrase_pairs(encode: Encoder, rows: Rows) -> Phrases | None:
    """Short queries beside items; None: no query can be made of the columns."""
    columns = choose_columns(rows)
    queries = compose(rows.columns, columns, called(rows, columns)) if columns else []
    if not queries:
        return None
    kept_N = np.arange(0, len(rows.id_N), max(1, math.ceil(len(rows.id_N) / MOST_ITEMS)))
    shown_V = np.flatnonzero(np.isin(rows.owner_V, kept_N))
    owner_V = np.searchsorted(kept_N, rows.owner_V[shown_V])
    view_VD = encode.views([rows.view_V[v] for v in shown_V])
    text_QD = encode.texts([query.text for query in queries])
    hit_QN = marked([query.relevant for query in queries], len(rows.id_N))
    unknown_QN = marked([query.unknown for query in queries], len(rows.id_N))
    return Phrases(item_scores(view_VD, owner_V, text_QD).T, hit_QN[:, kept_N], unknown_QN[:, kept_N])


def _label_temperature(encode: Encoder, rows: Rows) -> float | None:
    if rows.labels is None or len(rows.labels.name_K) < 2 or (rows.label_N >= 0).sum() < LEAST_FITTED:
        return None
    scored = score(encode, rows, rows.labels, PLAIN)
    return fit_temperature(scored.cosine_NK * encode.logit_scale, scored.true_N)


def fit_curve(cosine_P: NDArray[np.floating], hit_P: NDArray[np.bool_]) -> Curve | None:
    """The logistic curve of greatest likelihood, by Newton's method, with Platt's smoothed targets; None: it falls.

    Hits at 1, misses at 0, two of each: smoothed to 3/4 and 1/4, so the logits are ln 3 and -ln 3.

    >>> curve = fit_curve(np.array([1.0, 1.0, 0.0, 0.0]), np.array([True, True, False, False]))
    >>> round(curve.slope, 3), round(curve.offset, 3)  # 2 ln 3, -ln 3
    (2.197, -1.099)
    """
    hits, misses = int(hit_P.sum()), int((~hit_P).sum())
    target_P = np.where(hit_P, (hits + 1) / (hits + 2), 1 / (misses + 2))
    middle, spread = float(cosine_P.mean()), float(cosine_P.std()) or 1.0
    x_P = (cosine_P.astype(np.float64) - middle) / spread
    slope, offset = 0.0, math.log((hits + 1) / (misses + 1))
    for _ in range(STEPS):
        p_P = 1 / (1 + np.exp(-(slope * x_P + offset)))
        w_P = p_P * (1 - p_P)
        away_P = target_P - p_P
        gradient = np.array([(away_P * x_P).sum(), away_P.sum()])
        hessian = np.array([[(w_P * x_P * x_P).sum(), (w_P * x_P).sum()], [(w_P * x_P).sum(), w_P.sum()]])
        step = np.linalg.solve(hessian + 1e-9 * np.eye(2), gradient)
        slope, offset = slope + step[0], offset + step[1]
        if np.abs(step).max() < 1e-10:
            break
    if slope <= 0:
        return None
    prior = float(target_P.mean())
    return Curve(slope=slope / spread, offset=offset - slope * middle / spread, prior=prior)


def write_calibration(folder: Path, calibration: Calibration) -> None:
    """Put it into a catalogue's folder, whole or not at all."""
    write_whole(folder / FILE, json.dumps(calibration.model_dump(), indent=2) + "\n")


def read_calibration(folder: Path, model_hash: str) -> Calibration | None:
    """What is in a catalogue's folder; None where there is nothing, or it was fitted for other weights.

    Raises:
        InputError: there is a file that cannot be read.
    """
    path = folder / FILE
    if not path.is_file():
        return None
    try:
        found = Calibration.model_validate_json(path.read_text("utf-8"))
    except (OSError, ValidationError) as error:
        raise InputError(f"{path} cannot be read: {error}", hint="gergo index makes it anew") from error
    return found if found.model_hash == model_hash else None
