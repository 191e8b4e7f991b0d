"""The rule of the verdict, case by case."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from gergo.evaluation import metrics, verdict, wording
from gergo.evaluation.pairing import Pair, pool
from gergo.evaluation.results import Result, Verdict
from gergo.evaluation.task import Observed, Outcome
from gergo.evaluation.verdict import Evidence, decide, finding, gather
from gergo.evaluation.zero_shot import METRICS as ZERO_SHOT


def figure(low: float, high: float, n: int = 600, split: str = "held_out") -> Result:
    """A difference in points between `low` and `high`."""
    middle = (low + high) / 200
    return Result(
        task="retrieval_text_to_image",
        split=split,
        metric="image_retrieval_recall@5",
        value=0.5 + middle,
        low=0.4,
        high=0.6,
        n=n,
        baseline=0.5,
        delta=middle,
        delta_low=low / 100,
        delta_high=high / 100,
        settings={},
        clusters=n,
    )


def judge(first: Result, *guards: Result, margin: float = 1.0, gain: float = 0.0, same: bool = False) -> Verdict:
    evidence = [Evidence("gain", first), *(Evidence("guard", guard) for guard in guards)]
    return decide(evidence, margin=margin, min_gain=gain, held_out="measured", same_weights=same)


BETTER = figure(5, 9, split="test")


def test_too_few_groups_for_an_interval_show_nothing() -> None:
    none = {"low": None, "high": None, "delta_low": None, "delta_high": None}
    few = figure(20, 40, n=4).model_copy(update=none)
    found = judge(few.model_copy(update={"split": "test"}), few)
    assert found.decision == "not_enough_data"
    assert [item.finding for item in found.figures] == ["unclear", "unclear"]
    assert [item.p_holm for item in found.figures] == [1.0, 1.0]
    assert "+30.0 points (too few groups for an interval" in found.reasons[0]
    assert found.figures[0].needs == "So few groups of products show nothing: at least 30 are needed."
    assert judge(BETTER, few).decision == "not_enough_data", "a guard of which nothing is known does not pass"
    harmed = figure(-40, -20, n=4).model_copy(update=none)
    assert judge(BETTER, harmed).decision == "not_enough_data"


def test_a_clear_gain_of_too_few_products_says_why_it_is_not_settled() -> None:
    few = judge(figure(6, 32, n=26, split="test"))
    assert few.figures[0].finding == "unclear"
    needed = "However clear it looks, 26 independent products are too few: at least 30 are needed."
    assert few.figures[0].needs == needed
    assert judge(figure(6, 32, n=30, split="test")).figures[0].finding == "better"


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (figure(0.1, 9, n=30), "better"),
        (figure(0.1, 9, n=29), "unclear"),
        (figure(0, 9), "not_worse"),
        (figure(-0.9, 3, n=500), "not_worse"),
        (figure(-0.9, 3, n=499), "unclear"),
        (figure(-1.0, 3), "unclear"),
        (figure(-3, -0.5), "unclear"),
        (figure(-3, -1.0), "unclear"),
        (figure(-3, -1.1, n=30), "worse"),
        (figure(-3, -1.1, n=29), "unclear"),
    ],
)
def test_what_an_interval_shows(result: Result, expected: str) -> None:
    assert finding(result, margin=1.0) == expected


@pytest.mark.parametrize(
    ("gain", "guards", "decision"),
    [
        (BETTER, [figure(1, 4)], "ship"),
        (BETTER, [figure(1, 4, n=100), figure(2, 9, n=100)], "ship"),
        (BETTER, [figure(-0.5, 2)], "ship"),
        (BETTER, [figure(-0.5, 2, n=200)], "not_enough_data"),
        (BETTER, [figure(1, 4), figure(-2, 2)], "not_enough_data"),
        (BETTER, [figure(1, 4), figure(-9, -2)], "dont_ship"),
        (figure(-1, 2, n=500), [figure(1, 4)], "dont_ship"),
        (figure(-1, 2, n=499), [figure(1, 4)], "not_enough_data"),
        (figure(-9, -2, n=50), [figure(1, 4)], "dont_ship"),
        (BETTER, [], "ship"),
    ],
)
def test_decisions(gain: Result, guards: list[Result], decision: str) -> None:
    assert judge(gain, *guards).decision == decision


def test_a_wider_margin_forgives_more() -> None:
    guard = figure(-2.5, 1)
    assert judge(BETTER, guard).decision == "not_enough_data"
    assert judge(BETTER, guard, margin=3.0).decision == "ship"


def test_a_gain_that_was_asked_for_must_be_exceeded() -> None:
    small = figure(1, 4, split="test")
    assert judge(small, figure(1, 4)).decision == "ship"
    assert judge(small, figure(1, 4), gain=2.0).decision == "dont_ship", "600 queries do not show two points"
    assert judge(figure(3, 6, split="test"), figure(1, 4), gain=2.0).decision == "ship"


def test_one_of_several_claims_must_be_surer_than_one_alone() -> None:
    """Each interval just leaves 0 out: p a little under .025, which is not enough for the smallest of three."""
    edge = figure(0.05, 8, n=100)
    assert finding(edge, 1.0) == "better"
    assert judge(figure(0.05, 8, n=100, split="test")).figures[0].finding == "better"
    several = judge(figure(0.05, 8, n=100, split="test"), edge, edge)
    assert [item.finding for item in several.figures] == ["unclear"] * 3
    assert all(item.p is not None and item.p < 0.025 < item.p_holm for item in several.figures)
    assert several.decision == "not_enough_data"


def test_harm_in_one_of_many_splits_must_be_surer_too() -> None:
    edge = figure(-9, -1.05, n=60)
    assert judge(edge).figures[0].finding == "worse"
    parts = tuple(figure(-9, -1.05, n=60, split=f"held_out_{name}") for name in ("brands", "categories"))
    evidence = [Evidence("gain", BETTER), Evidence("guard", figure(1, 4), parts)]
    assert decide(evidence, margin=1.0, held_out="measured").decision == "ship"


def test_pooling_cannot_hide_harm() -> None:
    parts = (figure(8, 12, split="held_out_brands"), figure(-9, -4, split="held_out_categories"))
    evidence = [Evidence("gain", BETTER), Evidence("guard", figure(1, 4), parts)]
    found = decide(evidence, margin=1.0, held_out="measured")
    assert found.decision == "dont_ship"
    assert "new categories" in found.sentence
    assert any(reason.startswith("Worse by more than 1 point") for reason in found.reasons)


SHARE = "55.0% of searches find their product among the first five, up from 50.0%"


@pytest.mark.parametrize(
    ("guards", "sentence"),
    [
        ([], f"Ship it: {SHARE}, and nothing else was measured."),
        ([figure(1, 4)], f"Ship it: {SHARE}, and it is better on new brands and categories too."),
        ([figure(-0.5, 2)], f"Ship it: {SHARE}, and it is no worse on new brands and categories."),
        ([figure(1, 4, split="test")], f"Ship it: {SHARE}, and it is better at the other tasks too."),
        ([figure(-0.5, 2, split="test")], f"Ship it: {SHARE}, and it is no worse at the other tasks."),
        (
            [figure(1, 4), figure(-0.5, 2, split="retain")],
            f"Ship it: {SHARE}, and it is no worse on new brands and categories and on the catalogue to retain.",
        ),
        (
            [figure(-3, 5, n=200)],
            f"Not enough data to decide: {SHARE}, but 200 queries on new brands and categories cannot rule out that it "
            "got worse there.",
        ),
        (
            [figure(-3, 5, n=200, split="test")],
            f"Not enough data to decide: {SHARE}, but 200 queries cannot rule out that it got worse at another task.",
        ),
    ],
)
def test_headlines_read_as_english(guards: list[Result], sentence: str) -> None:
    assert judge(figure(3, 7, split="test"), *guards).sentence == sentence


def test_a_gain_too_small_is_not_called_no_gain() -> None:
    found = judge(figure(1, 4, split="test"), figure(1, 4), gain=2.0)
    asked = "600 queries do not show that it is better than the baseline by more than 2 points."
    assert found.sentence == f"Don’t ship it: {asked}"


def test_a_reason_reads_as_english() -> None:
    assert judge(figure(3, 7, split="test")).reasons[0] == (
        "Better on test: the product is among the first 5 when its text is searched for, 50.0% before and 55.0% after; "
        "a change of +5.0 points (95% interval +3.0 to +7.0; 600 queries)."
    )


def test_what_is_worse_has_the_p_value_of_that() -> None:
    worse = judge(BETTER, figure(-9, -2)).figures[1]
    assert worse.p_holm is not None
    assert worse.p_harm is not None
    assert worse.p_harm < 0.025 < worse.p_holm


def test_the_base_itself_is_not_shipped() -> None:
    found = judge(figure(-0.6, 0.6, n=100), same=True)
    assert found.decision == "dont_ship"
    assert "nothing better" in found.sentence


def test_a_small_catalogue_is_told_what_it_would_take() -> None:
    """+1 point in 200 queries, half-width 4: to keep the lower end above -1 takes (4 / 2) ** 2 as many."""
    found = judge(BETTER, figure(-3, 5, n=200))
    assert found.decision == "not_enough_data"
    assert found.figures[1].needs.startswith("About 800 queries")
    assert found.figures[1].needs in " ".join(found.reasons)


def test_what_it_would_take_counts_the_claims_that_were_corrected_for() -> None:
    """Alone +0.3 to +9.7 is better; beside two guards it must be surer than that, so it takes more than there is."""
    found = judge(figure(0.3, 9.7, n=400, split="test"), figure(-0.95, 4.0), figure(-0.95, 4.0))
    assert found.figures[0].finding == "unclear"
    told = found.figures[0].needs
    assert int(told.split()[1].replace(",", "")) > 400, told


def test_a_loss_is_not_to_be_settled_by_more_data() -> None:
    assert "more data would not speak for it" in judge(BETTER, figure(-6, 2, n=100)).figures[1].needs


def test_more_queries_than_a_catalogue_has_items_are_not_promised() -> None:
    guard = figure(-8, 9, n=100)

    def needs(items: int | None, first: Result = BETTER, gain: float = 0.0) -> str:
        evidence = [Evidence("gain", first, items=items), Evidence("guard", guard, items=items)]
        figures = decide(evidence, margin=1.0, min_gain=gain, held_out="measured").figures
        return next(item.needs for item in figures if item.needs)

    assert needs(None) == needs(100_000) == "About 3,300 queries would settle it if the difference is what it seems."
    more = "About 3,300 queries would settle it if the difference is what it seems, more than the 904 items of this"
    assert needs(904) == f"{more} catalogue: a larger catalogue or a wider --margin could."
    assert needs(904, figure(-2, 3, split="test")).endswith("904 items of this catalogue: a larger catalogue could.")
    assert needs(904, figure(-2, 5, split="test"), 1.0).endswith("a larger catalogue or a smaller --min-gain could.")


def test_where_the_two_never_differ_the_interval_shrinks_with_the_queries() -> None:
    """The exact interval of 0 in 32 reaches 10.9 points, of 0 in 370 it reaches 1: the rule's 500 are enough."""
    found = judge(BETTER, figure(-10.9, 10.9, n=32))
    assert found.figures[1].needs.startswith("About 500 queries")


def test_nothing_held_out_is_said() -> None:
    found = decide([Evidence("gain", BETTER)], margin=1.0, held_out="absent")
    assert any("nothing is known about new ones" in reason for reason in found.reasons)


def test_what_was_held_out_must_be_measured_to_ship() -> None:
    found = decide([Evidence("gain", BETTER)], margin=1.0, held_out="not_measured", caveats=["Another base."])
    assert found.decision == "not_enough_data"
    assert "were not measured" in found.sentence
    assert found.reasons[-1] == "Another base."


def test_the_rule_is_one_sentence_with_the_margin() -> None:
    rule = verdict.rule(0.5)
    assert "0.5 points" in rule
    assert rule.count(".") == 2  # the one in 0.5, and the full stop


FORTH, BACK = "retrieval_text_to_image", "retrieval_image_to_text"


def recall_at(k: int, observed: Observed, weight: np.ndarray | None) -> np.ndarray:
    return metrics.recall_at_k(observed["rank"], k, weight)


def outcome(task: str, split: str, hit_Q: np.ndarray, **settings: object) -> Outcome:
    recall = "text_retrieval_recall" if task == BACK else "image_retrieval_recall"
    measured = {f"{recall}@{k}": partial(recall_at, k) for k in (1, 5)}
    return Outcome(
        task, split, {"gallery": 400} | settings, np.arange(len(hit_Q)), {"rank": np.where(hit_Q, 1, 20)}, measured
    )


def pair(task: str, split: str, n: int, *, gain: float = 0.3, **settings: object) -> Pair:
    rng = np.random.default_rng(n)
    before_Q = rng.random(n) < 0.3
    return Pair(
        outcome(task, split, before_Q | (rng.random(n) < gain), **settings), outcome(task, split, before_Q, **settings)
    )


def test_held_out_splits_are_pooled() -> None:
    pairs = [pair(FORTH, "test", 100), pair(FORTH, "held_out_brands", 60), pair(FORTH, "held_out_categories", 50)]
    evidence, held_out = gather(pairs, seed=0)
    assert held_out
    assert [item.role for item in evidence] == ["gain", "guard"]
    assert evidence[1].result.n == 110
    assert evidence[1].result.split == "held_out"
    assert [part.split for part in evidence[1].parts] == ["held_out_brands", "held_out_categories"]
    assert evidence[1].result.settings["pooled"] == ["held_out_brands", "held_out_categories"]


def test_pooled_figures_weigh_queries_not_splits() -> None:
    pooled = pool([pair(FORTH, "held_out_brands", 60), pair(FORTH, "held_out_categories", 30)])
    parts = [pair(FORTH, "held_out_brands", 60), pair(FORTH, "held_out_categories", 30)]
    name = "image_retrieval_recall@5"
    each = [part.result(name, seed=0).value for part in parts]
    assert pooled.result(name, seed=0).value == pytest.approx((60 * each[0] + 30 * each[1]) / 90)


def test_small_galleries_are_judged_by_the_first_answer() -> None:
    big = [pair(FORTH, "test", 300), pair(FORTH, "held_out_brands", 300)]
    small = [pair(FORTH, "test", 300), pair(FORTH, "held_out_brands", 100, gallery=120)]
    assert {item.result.metric for item in gather(big, seed=0)[0]} == {"image_retrieval_recall@5"}
    assert {item.result.metric for item in gather(small, seed=0)[0]} == {"image_retrieval_recall@1"}


def test_where_titles_are_class_names_the_items_are_the_queries() -> None:
    pairs = [pair(FORTH, "test", 80), pair(BACK, "test", 290)]
    assert gather(pairs, seed=0)[0][0].result.task == BACK
    pairs = [pair(FORTH, "test", 200), pair(BACK, "test", 290)]
    assert gather(pairs, seed=0)[0][0].result.task == FORTH


def test_without_held_out_splits_the_other_tasks_guard_on_test() -> None:
    evidence, held_out = gather([pair(FORTH, "test", 200), pair(BACK, "test", 210)], seed=0)
    assert not held_out
    assert [(item.role, item.result.task) for item in evidence] == [("gain", FORTH), ("guard", BACK)]


def test_without_test_there_is_no_gain_to_show() -> None:
    assert gather([pair(FORTH, "held_out_brands", 200)], seed=0) == ([], False)


def test_what_was_asked_for_and_could_not_be_measured_is_named() -> None:
    of_few_shot = [pair("few_shot", "test", 50)]
    told = verdict.without_evidence(of_few_shot, ["few_shot", "zero_shot"])
    assert told == "On test, zero_shot could not be measured, on which a verdict rests: no gain can be shown."


def test_a_catalogue_to_retain_is_one_more_guard() -> None:
    pairs = [pair(FORTH, "retain_test", 100, catalogue="groceries"), pair(BACK, "retain_test", 110)]
    pairs += [pair(FORTH, "retain_held_out_brands", 60, catalogue="groceries")]
    kept = verdict.retention(pairs, seed=0)
    assert kept is not None
    assert (kept.role, kept.result.task, kept.result.split, kept.result.n) == ("guard", FORTH, "retain", 160)
    assert kept.result.settings["catalogue"] == "groceries"
    found = decide([Evidence("gain", BETTER), kept], margin=1.0, held_out="measured")
    assert "on the catalogue to retain" in found.sentence
    assert verdict.retention([], seed=0) is None


def classified(split: str, true: list[int], before: list[int], after: list[int]) -> Pair:
    def one(predicted: list[int]) -> Outcome:
        seen = {"true": np.array(true), "predicted": np.array(predicted)}
        return Outcome("zero_shot", split, {"label_column": "kind"}, np.arange(len(true)), seen, dict(ZERO_SHOT))

    return Pair(one(after), one(before))


def test_a_base_that_calls_everything_by_one_new_name_knew_nothing_to_lose() -> None:
    """Of 4 classes, 3 is new; the base says 3 of everything, the tuned model tells the others apart."""
    known, new = [0, 1, 2] * 40, [3] * 60
    pairs = [
        classified("test", known, [3] * 119 + [2], known),
        classified("held_out_brands", known, [3] * 119 + [2], known),
        classified("held_out_categories", new, new, [3] * 6 + [0] * 54),
    ]
    evidence, _ = gather([pair(FORTH, "test", 600), *pairs], seed=0)
    of_categories = next(part for item in evidence for part in item.parts if part.split == "held_out_categories")
    assert (of_categories.n, of_categories.clusters) == (60, 60)
    assert of_categories.baseline == pytest.approx(2 * 1 * (1 / 3 * 2 / 41) / (1 + 1 / 3 * 2 / 41))
    assert of_categories.delta is not None
    assert of_categories.delta > 0
    assert decide(evidence, margin=1.0, held_out="measured").decision != "dont_ship"


def test_new_categories_that_were_known_and_are_forgotten_are_harm() -> None:
    known, new = [0, 1, 2] * 40, [3] * 60
    half = [k if n % 2 else (k + 1) % 3 for n, k in enumerate(known)]
    pairs = [
        classified("test", known, half, known),
        classified("held_out_brands", known, half, known),
        classified("held_out_categories", new, [3] * 50 + [0] * 10, [3] * 3 + [0] * 57),
    ]
    evidence, _ = gather([pair(FORTH, "test", 600), *pairs], seed=0)
    found = decide(evidence, margin=1.0, held_out="measured")
    assert found.decision == "dont_ship"
    assert found.sentence == (
        "Don’t ship it: on new categories, classification by kind has a weighted F1 of 17.4%, down from 64.5% "
        "(both are harmonic means with that on test)."
    )
    (worse,) = [reason for reason in found.reasons if reason.startswith("Worse by more than 1 point on new categories")]
    assert ": classification by kind, by the harmonic mean of weighted F1 there and on test, " in worse


def test_a_few_new_categories_are_drawn_in_every_resample() -> None:
    """8 queries beside 120: drawn together with these, one resample in a few thousand would have none of them."""
    known, new = [0, 1, 2] * 40, [3] * 8
    pairs = [
        classified("test", known, known, known),
        classified("held_out_categories", new, [3] * 4 + [0] * 4, [3] * 5 + [0] * 3),
    ]
    evidence, _ = gather([pair(FORTH, "test", 600), *pairs], seed=0)
    of_categories = next(item.result for item in evidence if item.result.split == "held_out_categories")
    assert of_categories.clusters == 8
    assert of_categories.delta_low is not None
    assert of_categories.delta_high is not None
    assert of_categories.delta_low < 0.02 < of_categories.delta_high, "one answer of eight"


def test_decisions_are_said_in_english() -> None:
    assert wording.DECISIONS == {"ship": "ship", "dont_ship": "don’t ship", "not_enough_data": "not enough data"}
