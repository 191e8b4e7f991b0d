"""Counts as bars: how many there are of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gergo.pages.grids import Tone
from gergo.pages.numbers import percent


@dataclass(frozen=True)
class Tally:
    """One bar. width: in percent of the longest; said: the count as printed, with what is beside it."""

    label: str
    count: int
    width: float
    said: str
    tone: Tone = ""


def tallies(counts: Mapping[str, int], *, of: int | None = None) -> list[Tally]:
    """A bar a count, in the order given. of: what a share of is said beside the count.

    >>> [(t.label, t.width, t.said) for t in tallies({"train": 80, "test": 20}, of=100)]
    [('train', 100.0, '80 · 80.0%'), ('test', 25.0, '20 · 20.0%')]
    """
    longest = max(counts.values(), default=0)
    return [
        Tally(
            label,
            n,
            round(100 * n / longest, 2) if longest else 0.0,
            f"{n:,} · {percent(n / of)}" if of else f"{n:,}",
        )
        for label, n in counts.items()
    ]


def histogram(values: Sequence[int], *, bins: int = 10, limit: int | None = None) -> list[Tally]:
    """How many values lie where, in ranges that people count in; ranges wholly above `limit` are marked bad.

    >>> [(t.label, t.count) for t in histogram([1, 2, 2, 3])]
    [('1', 1), ('2', 2), ('3', 1)]
    >>> [(t.label, t.count, t.tone) for t in histogram([1, 8, 15, 33], bins=4, limit=30)]
    [('1 to 10', 2, ''), ('11 to 20', 1, ''), ('21 to 30', 0, ''), ('31 to 40', 1, 'bad')]
    """
    if not len(values):
        return []
    low, high = min(values), max(values)
    step = _step((high - low + 1) / bins)
    first = (low - 1) // step * step + 1 if step > 1 else low
    counts = dict.fromkeys(range(first, high + 1, step), 0)
    for value in values:
        counts[(value - first) // step * step + first] += 1
    bars = tallies(
        {f"{start:,}" if step == 1 else f"{start:,} to {start + step - 1:,}": n for start, n in counts.items()}
    )
    return [
        Tally(bar.label, bar.count, bar.width, bar.said, "bad" if limit is not None and start > limit else "")
        for bar, start in zip(bars, counts, strict=True)
    ]


def _step(least: float) -> int:
    """The smallest of 1, 2, 5, 10, 20, 50, ... that is not below `least`."""
    unit = 1
    while True:
        for factor in (1, 2, 5):
            if unit * factor >= least:
                return unit * factor
        unit *= 10
