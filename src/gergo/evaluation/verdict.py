"""May the tuned model be shipped? One rule over three figures.

The figures are differences between the model and its baseline on the same queries, with 95% intervals:

1. the gain: the primary metric on test;
2. a guard: the same metric on the brands and categories that training never saw, pooled, so that small held-out
   splits can decide together what neither can alone;
3. a guard: classification (or the other direction of retrieval) there.

Classification of new categories alone counts as the harmonic mean of its figure there and on test, as all labels
compete: naming everything by the name of one new category is no way to know it.

Retrieval counts by recall@5; where a split has fewer than 200 entries in its gallery, by recall@1 everywhere, since
the first five of so few are no feat. (This depends on sizes alone, never on the figures.)

Where the catalogue has no held-out brands or categories, both guards are read on test and a reason says so. Where
it has and they were not measured, nothing is shipped.

What an interval can show (n: independent queries, that is groups of products):

    better      all of it above 0                                                  at least 30
    worse       all of it below -margin                                            at least 30
    not worse   all of it above -margin                                            at least 500
    unclear     anything else, and whatever has too few groups for an interval

An interval that holds 0 proves nothing by itself, and "not worse" is a claim that needs numbers; but a guard that
is *better* passes with fewer, because superiority implies it. So a catalogue of 2,000 rows, with 100 rows in each
held-out split, can be told to ship when tuning helps on new brands too (as it often does, by a lot), and is
otherwise told how many queries would settle it. Harm is looked for in every split by itself as well, so that
pooling cannot hide it.

    dont_ship          a figure is worse, pooled or in one split; or 500 queries on test do not show a gain; or the
                       model is the baseline
    ship               the gain is better, and every guard is better or not worse
    not_enough_data    otherwise

A margin for the gain may be asked for, too: "better" then means above it, on test. A catalogue that must not be
forgotten is one more guard: the same metric there, over its splits pooled.

Several figures are looked at, so by chance alone one might seem to say something. Their claims are therefore tested
together: the one-sided p-values of the deciding figures go through Holm's correction before they count (`better` for
the gain and for guards of fewer than 500 queries, `not worse` for the others), so each may be quoted by itself; and
those of harm go through another, over the same figures and the splits that they were pooled from. (That all must
pass would need no correction to protect the decision to ship: Berger 1982. It costs little and protects each sentence.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Literal

import numpy as np

from gergo.catalogue.splits import HELD_OUT_CATEGORIES
from gergo.evaluation import wording
from gergo.evaluation.multiplicity import ALPHA, holm, p_above, p_below, widened
from gergo.evaluation.pairing import HELD_OUT, SEEN, Pair, harmonic, pool
from gergo.evaluation.results import Decision, Figure, Finding, Result, Verdict
from gergo.evaluation.task import RETAIN

ENOUGH_TO_DIFFER = 30
ENOUGH_FOR_NOT_WORSE = 500
SMALL_GALLERY = 200
DECIDING = ("retrieval", "zero_shot")
"""The tasks whose figures `gather` takes."""
HeldOut = Literal["measured", "absent", "not_measured"]
RECALL = {
    "retrieval_text_to_image": "image_retrieval_recall",
    "retrieval_image_to_text": "text_retrieval_recall",
    "retrieval_image_to_image": "image_retrieval_recall",
}


def rule(margin: float, min_gain: float = 0.0) -> str:
    """The rule in one sentence; margin and min_gain in points."""
    by = f" by more than {wording.points(min_gain)}" if min_gain else ""
    return (
        "At 95% confidence, corrected for looking at several figures (Holm): ship when the tuned model is better than "
        f"the baseline{by} on test and, on brands and categories that training never saw, better or not worse by more "
        f"than {wording.points(margin)} (a claim that needs {ENOUGH_FOR_NOT_WORSE} queries); don’t ship when it is "
        f"worse by more than that anywhere, or when {ENOUGH_FOR_NOT_WORSE} queries on test do not show a gain; "
        "otherwise there is not enough data to decide."
    )


@dataclass(frozen=True)
class Evidence:
    """A deciding figure, and the same figure in each of the splits that were pooled for it.

    items: of its catalogue, which can give no more queries than these; None: not known.
    """

    role: Literal["gain", "guard"]
    result: Result
    parts: tuple[Result, ...] = ()
    items: int | None = None


@dataclass(frozen=True)
class Margins:
    """In points: how much worse still counts as not worse, and how much better the gain must be."""

    worse: float = 1.0
    gain: float = 0.0


@dataclass(frozen=True)
class Tested:
    """What one deciding figure was tested for, and what came out. p_harm: of being worse, corrected too."""

    claim: Literal["better", "not_worse"]
    p: float
    p_holm: float
    finding: Finding
    p_harm: float


def decide(
    evidence: Sequence[Evidence],
    *,
    margin: float,
    held_out: HeldOut,
    min_gain: float = 0.0,
    same_weights: bool = False,
    caveats: Sequence[str] = (),
) -> Verdict:
    """Apply the rule.

    evidence: the gain first. held_out: "measured" (the guards stand on it), "absent" from the catalogue, or there but
    "not_measured". margin, min_gain: in points. caveats: further reasons that the reader must know.
    """
    margins = Margins(margin, min_gain)
    tested, harmed = judge(evidence, margins)
    figures = [_figure(item, found, margins) for item, found in zip(evidence, tested, strict=True)]
    reasons = [f"{figure.sentence} {'' if same_weights else figure.needs}".strip() for figure in figures]
    reasons += [wording.sentence(part, "worse", margins.worse) for part in harmed]
    if held_out == "absent":
        reasons.append("The catalogue has no held-out brands or categories: nothing is known about new ones.")
    if held_out == "not_measured":
        reasons.append("The catalogue’s held-out brands and categories were not measured: they must be, to ship.")
    reasons += caveats
    decision: Decision
    if same_weights:
        decision = "dont_ship"
        reasons.insert(0, "The model has the same weights as the baseline.")
    elif harmed or any(figure.finding == "worse" for figure in figures):
        decision = "dont_ship"
    elif figures[0].finding != "better":
        decision = "dont_ship" if figures[0].result.clusters >= ENOUGH_FOR_NOT_WORSE else "not_enough_data"
    else:
        passed = all(figure.finding in ("better", "not_worse") for figure in figures[1:])
        decision = "ship" if passed and held_out != "not_measured" else "not_enough_data"
    return Verdict(
        decision=decision,
        sentence=wording.headline(decision, figures, harmed, same_weights=same_weights, min_gain=margins.gain),
        reasons=reasons,
        figures=figures,
        rule=rule(margins.worse, margins.gain),
    )


def undecided(reason: str, *, margin: float, min_gain: float = 0.0) -> Verdict:
    """The verdict where there is nothing to compare."""
    return Verdict(
        decision="not_enough_data",
        sentence=f"{wording.NO_VERDICT}. {reason}",
        reasons=[reason],
        figures=[],
        rule=rule(margin, min_gain),
    )


def without_evidence(pairs: Sequence[Pair], tasks: Sequence[str]) -> str:
    """Why `gather` found no deciding figure. pairs: all that was measured; tasks: the names of what was asked for."""
    asked = [task for task in DECIDING if task in tasks]
    if not any(pair.model.split == SEEN for pair in pairs):
        return "Nothing was measured on test: no gain can be shown."
    if asked:
        return f"On test, {' and '.join(asked)} could not be measured, on which a verdict rests: no gain can be shown."
    return (
        f"The tasks measured here decide nothing. A verdict rests on {' and '.join(DECIDING)}: "
        "add one or both to --tasks."
    )


def judge(evidence: Sequence[Evidence], margins: Margins) -> tuple[list[Tested], list[Result]]:
    """What each deciding figure shows once all are looked at, and the splits that were harmed by themselves."""
    claims = [_claim(item, margins) for item in evidence]
    p_holm = holm([p for _, p in claims])
    figures = [item.result for item in evidence]
    parts = [part for item in evidence for part in item.parts]
    harm = dict(zip(map(id, [*figures, *parts]), holm([_p_harm(r, margins) for r in [*figures, *parts]]), strict=True))
    tested = []
    for item, (claim, p), adjusted in zip(evidence, claims, p_holm, strict=True):
        found = finding(item.result, margins.worse, min_gain=margins.gain if item.role == "gain" else 0.0)
        if found == "worse" and harm[id(item.result)] > ALPHA:
            found = "unclear"
        if (found == claim or found == "better") and adjusted > ALPHA:
            found = "unclear"
        tested.append(Tested(claim, p, adjusted, found, harm[id(item.result)]))
    return tested, [part for part in parts if finding(part, margins.worse) == "worse" and harm[id(part)] <= ALPHA]


def _claim(item: Evidence, margins: Margins) -> tuple[Literal["better", "not_worse"], float]:
    """What a figure must show for the model to be shipped, and its p-value."""
    result = item.result
    assert result.delta is not None
    if result.delta_low is None:
        return "better", 1.0
    if item.role == "gain":
        return "better", p_above(result.delta, result.delta_low, margins.gain / 100)
    if result.clusters >= ENOUGH_FOR_NOT_WORSE:
        return "not_worse", p_above(result.delta, result.delta_low, -margins.worse / 100)
    return "better", p_above(result.delta, result.delta_low, 0.0)


def _p_harm(result: Result, margins: Margins) -> float:
    assert result.delta is not None
    if result.delta_high is None:
        return 1.0
    return p_below(result.delta, result.delta_high, -margins.worse / 100)


def finding(result: Result, margin: float, *, min_gain: float = 0.0) -> Finding:
    """What the interval of the difference shows by itself; margins in points."""
    if result.delta_low is None or result.delta_high is None:
        return "unclear"
    if result.clusters >= ENOUGH_TO_DIFFER:
        if result.delta_low > min_gain / 100:
            return "better"
        if result.delta_high < -margin / 100:
            return "worse"
    if result.clusters >= ENOUGH_FOR_NOT_WORSE and result.delta_low > -margin / 100:
        return "not_worse"
    return "unclear"


def gather(pairs: Sequence[Pair], *, seed: int) -> tuple[list[Evidence], bool]:
    """The three deciding figures, and whether the guards stand on held-out splits.

    pairs: all that was measured, in the order tasks gave it: the first of a task and split is the one that matters.
    """
    first: dict[str, dict[str, Pair]] = {}
    for pair in pairs:
        first.setdefault(pair.model.task, {}).setdefault(pair.model.split, pair)
    tasks = _tasks_by_weight(first)
    if not tasks:
        return [], False

    def on_test(role: Literal["gain", "guard"], task: str) -> Evidence:
        return Evidence(role, first[task]["test"].result(_metric(first[task]), seed=seed))

    gain = on_test("gain", tasks[0])
    guards = [guard for task in tasks if (guard := _guard(first[task], seed)) is not None]
    if guards:
        return [gain, *guards[:2]], True
    return [gain, *(on_test("guard", task) for task in tasks[1:3])], False


def retention(pairs: Sequence[Pair], *, seed: int) -> Evidence | None:
    """The guard of a catalogue to retain: its splits pooled, by the first task that decides and was measured there."""
    first: dict[str, dict[str, Pair]] = {}
    for pair in pairs:
        first.setdefault(pair.model.task, {}).setdefault(pair.model.split, pair)
    tasks = _tasks_by_weight(first, f"{RETAIN}_test")
    return _guard(first[tasks[0]], seed, RETAIN) if tasks else None


def _tasks_by_weight(first: dict[str, dict[str, Pair]], split: str = "test") -> list[str]:
    """The tasks measured on a split: text->image, classification, image->text, image->image.

    Where titles are class names, a few texts stand for many items: the items are then the better queries.
    """
    queries = {task: len(splits[split].model.cluster_Q) for task, splits in first.items() if split in splits}
    text, image = "retrieval_text_to_image", "retrieval_image_to_text"
    if queries.get(text, 0) * 2 < queries.get(image, 0):
        text, image = image, text
    order = [text, "zero_shot", image, "retrieval_image_to_image"]
    return [task for task in order if task in queries]


def _metric(splits: dict[str, Pair]) -> str:
    outcome = next(iter(splits.values())).model
    if outcome.task not in RECALL:
        return next(iter(outcome.metrics))
    galleries = [pair.model.settings["gallery"] for pair in splits.values()]
    small = any(isinstance(size, int) and size < SMALL_GALLERY for size in galleries)
    return f"{RECALL[outcome.task]}@{1 if small else 5}"


def _guard(splits: dict[str, Pair], seed: int, prefix: str = HELD_OUT) -> Evidence | None:
    parts = [pair for split, pair in splits.items() if split.startswith(prefix)]
    parts = [pair for pair in parts if pair.variant == parts[0].variant]
    if not parts:
        return None
    metric = _metric(splits)
    by_split = tuple(_alone(pair, splits, metric, seed) for pair in parts)
    if len(parts) == 1:
        return Evidence("guard", by_split[0])
    return Evidence("guard", pool(parts, prefix).result(metric, seed=seed), by_split)


def _alone(pair: Pair, splits: dict[str, Pair], metric: str, seed: int) -> Result:
    """The figure of one split; of new categories' classes, together with test, but of as many queries as are theirs."""
    test = splits.get(SEEN)
    of_new_classes = pair.model.task == "zero_shot" and pair.model.split == HELD_OUT_CATEGORIES
    if not of_new_classes or test is None or test.variant != pair.variant:
        return pair.result(metric, seed=seed)
    together = harmonic(test, pair).result(metric, seed=seed)
    return together.model_copy(
        update={"n": len(pair.model.cluster_Q), "clusters": len(np.unique(pair.model.cluster_Q))}
    )


def _figure(evidence: Evidence, tested: Tested, margins: Margins) -> Figure:
    return Figure(
        role=evidence.role,
        finding=tested.finding,
        sentence=wording.sentence(evidence.result, tested.finding, margins.worse),
        needs=_what_would_settle(evidence, margins, tested) if tested.finding == "unclear" else "",
        claim=tested.claim,
        p=tested.p,
        p_holm=tested.p_holm,
        p_harm=tested.p_harm,
        result=evidence.result,
    )


def _what_would_settle(evidence: Evidence, margins: Margins, tested: Tested) -> str:
    """About how many queries would do, if the difference is what it seems to be, corrected for as many claims."""
    result = evidence.result
    assert result.delta is not None
    floor = ENOUGH_TO_DIFFER if evidence.role == "gain" else ENOUGH_FOR_NOT_WORSE
    if result.delta_low is None:
        return f"So few groups of products show nothing: at least {floor} are needed."
    needed = (margins.gain if evidence.role == "gain" else -margins.worse) / 100
    room = result.delta - needed
    if result.clusters < floor and evidence.role == "gain" and result.delta_low > needed:
        return (
            f"However clear it looks, {result.clusters} independent products are too few: at least {floor} are needed."
        )
    if room <= 0:
        return "As it stands, more data would not speak for it."
    claims = tested.p_holm / tested.p if tested.p else 1.0
    # Where the two never differ, the interval is the exact one, which shrinks with n and not with its root.
    never_differ = result.delta == 0 and result.delta_high == -result.delta_low
    factor = (widened(result.delta - result.delta_low, claims) / room) ** (1 if never_differ else 2)
    n = max(result.n * factor, floor * result.n / result.clusters, result.n + 1)
    step = 10 ** max(1, len(str(int(n))) - 2)  # two digits are all that such a forecast is worth
    queries = f"About {ceil(n / step) * step:,} queries would settle it if the difference is what it seems"
    if evidence.items is None or n <= evidence.items:
        return f"{queries}."
    wider = "a wider --margin" if evidence.role == "guard" else "a smaller --min-gain" if margins.gain else ""
    larger = " or ".join(filter(None, ["a larger catalogue", wider]))
    return f"{queries}, more than the {evidence.items:,} items of this catalogue: {larger} could."
