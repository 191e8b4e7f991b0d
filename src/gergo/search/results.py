"""What a search gives back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from gergo.catalogue.schema import YIELDED

Mode = Literal["vector", "text", "hybrid", "auto"]


@dataclass(frozen=True)
class Result:
    """One item found.

    Attributes:
        id: the product's id in the catalogue.
        score: what the results are ordered by: the cosine similarity in [-1, 1] where vectors decide, BM25 where full
            text does, and where both do their fused scores in [0, 1], 1 for the first of both.
        columns: the source's own columns.
        item: its number in the catalogue.
        view: the picture that matched best; None where the item has none and its title was matched.
        similarity: the cosine similarity to the query, a title's on the scale of the pictures'; None where only full
            text was asked.
        probability: that the words asked hold of it, where the index is calibrated and likeness alone gave it its
            place; None for a query that is not words alone, as a cosine of two pictures is another measure, and where
            it is `worded`: how its picture looks is not why it stands where it does.
        worded: it has words of the query, and they were part of what gave it its place.
        named: its title is what was asked.
        others: how many more items of its group may be found, where one result a group was asked for; else None.
    """

    id: str
    score: float
    columns: dict[str, Any] = field(repr=False)
    item: int = field(repr=False)
    view: int | None = field(repr=False)
    similarity: float | None = field(default=None, repr=False)
    probability: float | None = field(default=None, repr=False)
    worded: bool = field(default=False, repr=False)
    named: bool = field(default=False, repr=False)
    others: int | None = field(default=None, repr=False)

    def to_json(self) -> dict[str, Any]:
        """`id` and `score` (`probability` and `others` where they are known) beside the columns; a column that has such
        a name becomes `score_original`.
        """
        ours: dict[str, Any] = {"id": self.id, "score": round(self.score, 6)}
        if self.probability is not None:
            ours["probability"] = round(self.probability, 6)
        if self.others is not None:
            ours["others"] = self.others
        theirs = {
            name + YIELDED if name in ours else name: value for name, value in self.columns.items() if name != "id"
        }
        return {**theirs, **ours}
