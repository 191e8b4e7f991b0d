"""What figures mean, in sentences for people who do not know the metrics."""

from __future__ import annotations

from collections.abc import Sequence

from gergo.evaluation.results import Decision, Figure, Finding, Result
from gergo.pages.numbers import percent
from gergo.pages.numbers import points as signed

HEADS: dict[Decision, str] = {
    "ship": "Ship it",
    "dont_ship": "Don’t ship it",
    "not_enough_data": "Not enough data to decide",
}
NO_VERDICT = "No verdict"
SPLITS = {
    "test": "test",
    "held_out_brands": "new brands",
    "held_out_categories": "new categories",
    "held_out": "new brands and categories",
    "validation": "validation",
    "train": "train",
    "retain": "the catalogue to retain",
    "retain_test": "the catalogue to retain (test)",
    "retain_held_out_brands": "the catalogue to retain (its new brands)",
    "retain_held_out_categories": "the catalogue to retain (its new categories)",
    "retain_validation": "the catalogue to retain (validation)",
    "retain_train": "the catalogue to retain (train)",
}
TASKS = {
    "retrieval_text_to_image": "Text finds product",
    "retrieval_image_to_text": "Product finds text",
    "retrieval_image_to_image": "Picture finds product",
    "zero_shot": "Classification without examples",
    "retrieval_image_and_text_to_image": "Picture and text find product",
    "retrieval_attributes_to_image": "Queries of attributes find products",
    "retrieval_queries_to_image": "The shop’s own queries find products",
    "robustness": "Damaged pictures are still found",
}


def points(margin: float) -> str:
    """1.0 is "1 point", 0.5 "0.5 points"."""
    return f"{margin:g} point" + ("" if margin == 1 else "s")


def described(result: Result) -> str:
    """What a deciding figure counts, and where."""
    place = "first" if result.metric.endswith("@1") else "among the first 5"
    what = {
        "retrieval_text_to_image": f"product {place} when its text is searched for",
        "retrieval_image_to_text": f"own text {place} for a product’s pictures",
        "retrieval_image_to_image": f"product {place} for another picture of it",
        "zero_shot": f"classification by {result.settings.get('label_column')} ({_f1(result)})",
    }[result.task]
    return f"{what}, on {SPLITS.get(result.split, result.split)}"


def _f1(result: Result) -> str:
    return "weighted F1" + (", its harmonic mean with test" if "mean_with" in result.settings else "")


def sentence(result: Result, found: Finding, margin: float) -> str:
    """A deciding figure and what it shows."""
    assert result.baseline is not None
    assert result.delta is not None
    assert result.delta_low is not None
    assert result.delta_high is not None
    head = {
        "better": "Better",
        "worse": f"Worse by more than {points(margin)}",
        "not_worse": f"Not worse by more than {points(margin)}",
        "unclear": "Not settled",
    }[found]
    return (
        f"{head}: {described(result)}: {percent(result.baseline)} before, {percent(result.value)} after; "
        f"{signed(result.delta)} points, 95% interval {signed(result.delta_low)} to {signed(result.delta_high)}"
        f"{_effect(result)}, "
        f"{result.n:,} queries."
    )


def _effect(result: Result) -> str:
    return "" if result.effect_size is None else f", effect size {result.effect_size:+.2f}"


def headline(decision: Decision, figures: Sequence[Figure], harmed: Sequence[Result], *, same_weights: bool) -> str:
    """The verdict in one sentence."""
    head, gain = HEADS[decision], figures[0]
    if same_weights:
        return f"{head}: tuning found nothing better than the baseline, and the model is the baseline."
    if decision == "ship":
        return f"{head}: {change(gain.result)}, {_guarded(figures[1:])}."
    worse = [figure.result for figure in figures if figure.finding == "worse"] + list(harmed)
    if decision == "dont_ship" and worse:
        return f"{head}: on {SPLITS.get(worse[0].split, worse[0].split)}, {change(worse[0])}."
    if decision == "dont_ship":
        return f"{head}: {gain.result.n:,} queries do not show that it is better than the baseline."
    if gain.finding != "better":
        return f"{head}: {gain.result.n:,} queries cannot tell whether it is better than the baseline."
    unsettled = next((figure.result for figure in figures[1:] if figure.finding == "unclear"), None)
    if unsettled is None:
        return f"{head}: {change(gain.result)}, but new brands and categories were not measured."
    return (
        f"{head}: {change(gain.result)}, but {unsettled.n:,} queries on {SPLITS.get(unsettled.split, unsettled.split)} "
        "cannot rule out that it got worse there."
    )


def _guarded(guards: Sequence[Figure]) -> str:
    if not guards:
        return "and nothing else was measured"
    elsewhere = list(dict.fromkeys(guard.result.split for guard in guards if guard.result.split != "test"))
    where = " and on ".join(SPLITS.get(split, split) for split in elsewhere)
    if all(guard.finding == "better" for guard in guards):
        return f"and it is better on {where} too" if where else "and better at the rest of the tasks"
    return f"and it is no worse on {where}" if where else "and no worse at the rest of the tasks"


def change(result: Result) -> str:
    """From what to what, as a clause."""
    assert result.baseline is not None
    after, way = percent(result.value), "up from" if result.value >= result.baseline else "down from"
    place = "first" if result.metric.endswith("@1") else "among the first five"
    clause = {
        "retrieval_text_to_image": f"{after} of searches find their product {place}",
        "retrieval_image_to_text": f"{after} of products find their own text {place}",
        "retrieval_image_to_image": f"{after} of pictures find another of their product {place}",
        "zero_shot": f"classification by {result.settings.get('label_column')} reaches a {_f1(result)} of {after}",
    }[result.task]
    return f"{clause}, {way} {percent(result.baseline)}"
