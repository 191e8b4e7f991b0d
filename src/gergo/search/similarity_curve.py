"""From a similarity to a probability, where somebody has measured that: `similarity.json` beside the model's files.

    {"schema": 1, "model_hash": "...", "temperature": 0.05, "bias": -4.0}

means p = sigmoid(cosine / temperature + bias). Without the file nothing is calibrated, and nothing pretends to be.
It is another thing than `gergo.evaluation.calibration`, which is of labels that compete.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gergo.errors import InputError

FILE = "similarity.json"


class SimilarityCurve(BaseModel):
    """A logistic curve over cosine similarities (Platt, 1999), and the model that it was measured for."""

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())

    schema_number: Literal[1] = Field(alias="schema")
    model_hash: str
    temperature: float = Field(gt=0)
    bias: float = 0.0

    def probability(self, similarity: float) -> float:
        """The probability of a hit at a cosine similarity.

        >>> round(SimilarityCurve(schema=1, model_hash="", temperature=0.1, bias=-3).probability(0.4), 3)  # sigmoid(1)
        0.731
        """
        logit = similarity / self.temperature + self.bias
        return 1 / (1 + math.exp(-logit)) if logit >= 0 else math.exp(logit) / (1 + math.exp(logit))


def read_curve(model_source: str, model_hash: str) -> SimilarityCurve | None:
    """The curve beside a model's files; None where there is none, or it was measured for other weights.

    Raises:
        InputError: there is a file that cannot be read.
    """
    path = Path(model_source) / FILE
    if not path.is_file():
        return None
    try:
        found = SimilarityCurve.model_validate_json(path.read_text("utf-8"))
    except (OSError, ValidationError) as error:
        raise InputError(f"{path} cannot be read: {error}", hint="remove it, or calibrate again") from error
    return found if found.model_hash in ("", model_hash) else None
