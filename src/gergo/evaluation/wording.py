"""What figures mean, in sentences for people who do not know the metrics."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from gergo.evaluation.results import Decision, Figure, Finding, Result
from gergo.pages.numbers import effect_size, percent
from gergo.pages.numbers import points as signed

HEADS: dict[Decision, str] = {
    "ship": "Ship it",
    "dont_ship": "Don’t ship it",
    "not_enough_data": "Not enough data to decide",
}
NO_VERDICT = "No verdict"
DECISIONS: dict[Decision, str] = {
    "ship": "ship",
    "dont_ship": "don’t ship",
    "not_enough_data": "not enough data",
}
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


def between(low: float | None, high: float | None, say: Callable[[float], str]) -> str:
    """The 95% interval in words.

    >>> between(0.25, 0.5, str), between(None, None, str)
    ('95% interval 0.25 to 0.5', 'too few groups for an interval')
    """
    if low is None or high is None:
        return "too few groups for an interval"
    return f"95% interval {say(low)} to {say(high)}"


def counted(result: Result) -> str:
    """What a deciding figure counts."""
    place = "first" if result.metric.endswith("@1") else "among the first 5"
    f1 = "the harmonic mean of weighted F1 there and on test" if "mean_with" in result.settings else "weighted F1"
    return {
        "retrieval_text_to_image": f"the product is {place} when its text is searched for",
        "retrieval_image_to_text": f"a product’s own text is {place} for its pictures",
        "retrieval_image_to_image": f"the product is {place} for another picture of it",
        "zero_shot": f"classification by {result.settings.get('label_column')}, by {f1}",
    }[result.task]


def where(result: Result) -> str:
    """The split of a figure, for people."""
    return SPLITS.get(result.split, result.split)


def described(result: Result) -> str:
    """What a figure counts, and where."""
    return f"{counted(result)}, on {where(result)}"


def sentence(result: Result, found: Finding, margin: float) -> str:
    """A deciding figure and what it shows."""
    assert result.baseline is not None
    assert result.delta is not None
    head = {
        "better": "Better",
        "worse": f"Worse by more than {points(margin)}",
        "not_worse": f"Not worse by more than {points(margin)}",
        "unclear": "Not settled",
    }[found]
    return (
        f"{head} on {where(result)}: {counted(result)}, {percent(result.baseline)} before and {percent(result.value)} "
        f"after; a change of {signed(result.delta)} points ({between(result.delta_low, result.delta_high, signed)}"
        f"{_effect(result)}; {result.n:,} queries)."
    )


def _effect(result: Result) -> str:
    return "" if result.effect_size is None else f"; effect size {effect_size(result.effect_size)}"


def claimed(claim: Literal["better", "not_worse", "worse"], margin: float, min_gain: float = 0.0) -> str:
    """A hypothesis in words, as a p-value is quoted for; margins in points.

    >>> claimed("not_worse", 1.0), claimed("better", 1.0), claimed("better", 1.0, 0.5)
    ('not worse by more than 1 point', 'better', 'better by more than 0.5 points')
    """
    if claim == "better":
        return "better" + _by_more_than(min_gain)
    return f"{claim.replace('_', ' ')} by more than {points(margin)}"


def _by_more_than(min_gain: float) -> str:
    return f" by more than {points(min_gain)}" if min_gain else ""


def headline(
    decision: Decision,
    figures: Sequence[Figure],
    harmed: Sequence[Result],
    *,
    same_weights: bool,
    min_gain: float = 0.0,
) -> str:
    """The verdict in one sentence. min_gain: how much better the model was asked to be, in points."""
    head, gain = HEADS[decision], figures[0]
    better = f"better than the baseline{_by_more_than(min_gain)}"
    if same_weights:
        return f"{head}: tuning found nothing better than the baseline, and the model is the baseline."
    if decision == "ship":
        return f"{head}: {change(gain.result)}, {_guarded(figures[1:])}."
    worse = [figure.result for figure in figures if figure.finding == "worse"] + list(harmed)
    if decision == "dont_ship" and worse:
        return f"{head}: on {where(worse[0])}, {change(worse[0])}."
    if decision == "dont_ship":
        return f"{head}: {gain.result.n:,} queries do not show that it is {better}."
    if gain.finding != "better":
        return f"{head}: {gain.result.n:,} queries cannot tell whether it is {better}."
    unsettled = next((figure.result for figure in figures[1:] if figure.finding == "unclear"), None)
    if unsettled is None:
        return f"{head}: {change(gain.result)}, but new brands and categories were not measured."
    of_test = unsettled.split == "test"
    worse_at = "at another task" if of_test else "there"
    return (
        f"{head}: {change(gain.result)}, but {unsettled.n:,} queries{'' if of_test else f' on {where(unsettled)}'} "
        f"cannot rule out that it got worse {worse_at}."
    )


def _guarded(guards: Sequence[Figure]) -> str:
    if not guards:
        return "and nothing else was measured"
    elsewhere = list(dict.fromkeys(guard.result.split for guard in guards if guard.result.split != "test"))
    places = "on " + " and on ".join(SPLITS.get(split, split) for split in elsewhere) if elsewhere else ""
    if all(guard.finding == "better" for guard in guards):
        return f"and it is better {places or 'at the other tasks'} too"
    return f"and it is no worse {places or 'at the other tasks'}"


def change(result: Result) -> str:
    """From what to what, as a clause."""
    assert result.baseline is not None
    after, way = percent(result.value), "up from" if result.value >= result.baseline else "down from"
    place = "first" if result.metric.endswith("@1") else "among the first five"
    clause = {
        "retrieval_text_to_image": f"{after} of searches find their product {place}",
        "retrieval_image_to_text": f"{after} of products find their own text {place}",
        "retrieval_image_to_image": f"{after} of pictures find another of their product {place}",
        "zero_shot": f"classification by {result.settings.get('label_column')} has a weighted F1 of {after}",
    }[result.task]
    means = " (both are harmonic means with that on test)" if "mean_with" in result.settings else ""
    return f"{clause}, {way} {percent(result.baseline)}{means}"
