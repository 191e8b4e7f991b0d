"""The report as data: what `gergo evaluate --json` writes, schema 1.

Figures are shares (0.48, not 48%), except `median_rank`. `low` and `high`, `delta_low` and `delta_high` are 95%
intervals, null where there are too few independent groups for one; `n` is how many queries a figure rests on;
`effect_size` is Cohen's h of the difference of two shares.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Decision = Literal["ship", "dont_ship", "not_enough_data"]
Finding = Literal["better", "not_worse", "worse", "unclear"]


class Strict(BaseModel):
    """Unknown keys are refused: what is written is what is documented."""

    model_config = ConfigDict(extra="forbid")


class Result(Strict):
    """One figure: a metric of a task on a split, for the model, the baseline and their difference."""

    task: str
    split: str
    metric: str
    value: float
    low: float | None
    high: float | None
    n: int
    baseline: float | None = None
    delta: float | None = None
    delta_low: float | None = None
    delta_high: float | None = None
    effect_size: float | None = None
    settings: dict[str, Any]
    baseline_low: float | None = Field(default=None, exclude=True)
    baseline_high: float | None = Field(default=None, exclude=True)
    clusters: int = Field(default=0, exclude=True)


class Mix(Strict):
    """One mix of a model's tuned weights with its base's. generality: None where nothing measured it."""

    alpha: float
    domain: float
    generality: float | None


class Mixing(Strict):
    """How a model's weights were chosen between the base's (alpha 0) and the tuned ones (alpha 1), by its record."""

    alpha: float
    sentence: str
    curve: list[Mix]


class ModelCard(Strict):
    """Which model was measured. pretrained_on: how many content hashes it lists. mixing: where its record has any."""

    name: str
    hash: str
    dim: int
    pretrained_on: int
    base: str | None = None
    mixing: Mixing | None = None


class LeftOut(Strict):
    """An item that was not measured, and why."""

    id: str
    split: str
    reason: str


class Skipped(Strict):
    """A task that measured nothing on a split, and why."""

    task: str
    split: str
    reason: str


class CatalogueCard(Strict):
    """What was measured on. left_out: how many items of the splits were not, by `left_out_reasons`."""

    name: str
    version: int
    hash: str
    items: dict[str, int]
    left_out: int
    left_out_reasons: dict[str, int]
    left_out_items: list[LeftOut]
    skipped: list[Skipped]


class Figure(Strict):
    """One of the figures that the verdict rests on.

    role: "gain" (must be better) or "guard" (must not be worse); needs: what would settle an unclear one.
    claim: what is tested ("better" or "not_worse"); p: its one-sided p-value; p_holm: that after Holm's correction over
    the deciding figures, which the finding goes by (at most .025). p_harm: of being worse by more than the margin,
    corrected over these figures and the splits pooled into them, which the finding "worse" goes by.
    """

    role: Literal["gain", "guard"]
    finding: Finding
    sentence: str
    needs: str
    result: Result
    claim: Literal["better", "not_worse"] = "better"
    p: float | None = None
    p_holm: float | None = None
    p_harm: float | None = None


class Verdict(Strict):
    """May the model be shipped. sentence: the answer in one; rule: what was applied."""

    decision: Decision
    sentence: str
    reasons: list[str]
    figures: list[Figure]
    rule: str


class ShownExhibit(Strict):
    """A table or curve that a task shows beside its figures; `model` and `baseline` are its contents.

    A table is {"columns", "rows", "shares"}, a curve {"x_label", "y_label", "series"}; both with a `note`.
    """

    task: str
    split: str
    settings: dict[str, Any]
    name: str
    kind: Literal["table", "curve"]
    model: dict[str, Any]
    baseline: dict[str, Any] | None


class Remarks(Strict):
    """Sentences of a task about a split."""

    task: str
    split: str
    settings: dict[str, Any]
    model: list[str]
    baseline: list[str]


class Making(Strict):
    """How to get the same report again.

    changed_labels: class -> words, where they differ; merged_labels: class -> the values that a labels file gave the
    same words; unused_label_words: values of a labels file that the column does not hold; unknown_query_ids: ids of a
    file of queries that the catalogue does not have, and the row that names each first.
    """

    command: str
    seed: int
    resamples: int
    level: float
    margin: float
    splits: list[str]
    tasks: list[str]
    template: str
    changed_labels: dict[str, str]
    versions: dict[str, str]
    time: str
    duration_s: float
    min_gain: float = 0.0
    prompts: str = ""
    templates: list[str] = []
    merged_labels: dict[str, list[str]] = {}
    unused_label_words: list[str] = []
    unknown_query_ids: dict[str, int] = {}


class Figures(Strict):
    """Everything, as `to_json` gives it. retained: the catalogue that must not be forgotten."""

    model_config = ConfigDict(extra="forbid", serialize_by_alias=True, validate_by_name=True)

    schema_: Literal[1] = Field(default=1, alias="schema")
    model: ModelCard
    baseline: ModelCard | None
    catalogue: CatalogueCard
    retained: CatalogueCard | None = None
    verdict: Verdict
    results: list[Result]
    exhibits: list[ShownExhibit] = []
    remarks: list[Remarks] = []
    made_with: Making
