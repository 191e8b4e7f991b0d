"""What `evaluate` gives back: the figures as data, as JSON, and as a page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from gergo.catalogue.store import Catalogue
from gergo.evaluation.clip_benchmark import clip_benchmark
from gergo.evaluation.page import report_page
from gergo.evaluation.pairing import Pair
from gergo.evaluation.results import Figures, Result, Verdict
from gergo.evaluation.task import Rows
from gergo.files import write_whole
from gergo.pages.rendering import save


class Report:
    """Figures with a verdict.

    figures: everything, typed; pairs and rows: what both models answered, for the examples of the page.
    """

    def __init__(self, figures: Figures, pairs: Sequence[Pair], rows: dict[str, Rows], catalogue: Catalogue) -> None:
        self.figures, self.pairs, self.rows, self.catalogue = figures, list(pairs), rows, catalogue

    @property
    def verdict(self) -> Verdict:
        return self.figures.verdict

    @property
    def results(self) -> list[Result]:
        return self.figures.results

    def to_json(self) -> dict[str, Any]:
        """The report as `gergo evaluate --json` writes it, schema 1 (`gergo.evaluation.results`)."""
        return self.figures.model_dump(mode="json")

    def to_clip_benchmark(self) -> list[dict[str, Any]]:
        """The figures with CLIP_benchmark's keys, one object a model, split and task."""
        return clip_benchmark(self.figures)

    def save_json(self, path: str | Path, *, format: Literal["gergo", "clip-benchmark"] = "gergo") -> Path:
        """Write `to_json` or `to_clip_benchmark`, moved into place whole."""
        written = self.to_json() if format == "gergo" else self.to_clip_benchmark()
        path = Path(path)
        write_whole(path, json.dumps(written, indent=2, ensure_ascii=False, sort_keys=True, allow_nan=False) + "\n")
        return path

    def save_html(self, path: str | Path, *, pictures: bool = True) -> Path:
        """Write the report as one page that stands alone; `pictures=False` leaves the catalogue's pictures out."""
        source = self.catalogue.pictures if pictures else None
        return save(path, report_page(self.figures, self.pairs, self.rows, source))
