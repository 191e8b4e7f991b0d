"""What a model's record says of the mixes of its weights with its base's: domain gained against generality lost.

Fine-tuning measures them on the items that chose among them (`gergo.contrastive.interpolation`); they are no test, and
the report shows them as what they are: how the shipped weights were chosen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from gergo.evaluation.results import Mixing
from gergo.pages.exhibits import Figure, Frame
from gergo.pages.plots import Line, Plot

DOMAIN, GENERALITY = "domain", "generality"
MEASURE = "mean reciprocal rank"


def mixing_of(record: Mapping[str, Any]) -> Mixing | None:
    """The sweep in a model's record; None where there is none of at least three mixes.

    >>> curve = [{"alpha": a, "domain": 0.4 + a / 10, "generality": None} for a in (0.0, 0.5, 1.0)]
    >>> found = mixing_of({"training": {"interpolation": {"alpha": 0.5, "sentence": "half", "curve": curve}}})
    >>> found.alpha, [point.domain for point in found.curve]
    (0.5, [0.4, 0.45, 0.5])
    >>> mixing_of({}) is None
    True
    """
    training = record.get("training")
    written = training.get("interpolation") if isinstance(training, Mapping) else None
    if not isinstance(written, Mapping):
        return None
    try:
        found = Mixing.model_validate({name: written.get(name) for name in Mixing.model_fields})
    except ValidationError:  # written by another version; the report is of figures, and has them
        return None
    return found if len(found.curve) > 2 else None


def mixing_figures(mixing: Mixing) -> list[Figure]:
    """The plots: both figures by alpha, and one against the other where generality was measured."""
    alphas = [point.alpha for point in mixing.curve]
    lines = [Line(DOMAIN, alphas, [point.domain for point in mixing.curve])]
    guarded = [(point.generality, point) for point in mixing.curve if point.generality is not None]
    if guarded:
        lines.append(Line(GENERALITY, [point.alpha for _, point in guarded], [kept for kept, _ in guarded], hue=1))
    by_alpha = Plot("alpha: the share of the tuned weights", MEASURE, lines)
    figures = [Figure("Mixes with the base", [Frame("", by_alpha)], note=f"This model is alpha {mixing.alpha:g}.")]
    if guarded:
        kept, domain = [100 * kept for kept, _ in guarded], [point.domain for _, point in guarded]
        chosen = [n for n, (_, point) in enumerate(guarded) if point.alpha == mixing.alpha]
        marked = [Line("this model", [kept[n]], [domain[n]], hue=2) for n in chosen]
        against = [Line("mixes", kept, domain), Line("the base", kept[:1], domain[:1], role="before", hue=1), *marked]
        plot = Plot(f"{GENERALITY}: {MEASURE} in %", MEASURE, against)
        figures.append(Figure("Domain gained against generality lost", [Frame("", plot)]))
    return figures
