"""Do 95% intervals of recall@1 cover the truth 95 times of 100? By simulation, where the truth is known.

    python benchmarks/interval_coverage.py [--simulations 1000] [--resamples 1000] [--write]

Each line draws data sets of n queries from one population and counts how many of their intervals hold the true value:
hits that are independent of each other, hits in clusters that stand or fall together, and the paired difference of two
models. Between 92% and 98% passes; the exit code is 1 where one line does not.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np

from gergo.evaluation.bootstrap import Interval, Resamples
from gergo.evaluation.metrics import recall_at_k

RESULTS = Path(__file__).parent / "results"
ALLOWED = (0.92, 0.98)


def independent(rng: np.random.Generator, resamples: int, *, n: int, truth: float) -> tuple[Interval, float]:
    """n queries, each hit with the same probability."""
    rank_Q = np.where(rng.random(n) < truth, 1, 9)
    draws = Resamples(np.arange(n), seed=int(rng.integers(2**31)), n=resamples)
    return draws.paired(partial(recall_at_k, rank_Q, 1)).model, truth


def clustered(rng: np.random.Generator, resamples: int, *, n: int, truth: float) -> tuple[Interval, float]:
    """n clusters of 1 to 5 queries whose probabilities vary around the truth from cluster to cluster."""
    size_C = rng.integers(1, 6, n)
    cluster_Q = np.repeat(np.arange(n), size_C)
    hit_Q = rng.random(len(cluster_Q)) < rng.beta(2 * truth, 2 * (1 - truth), n)[cluster_Q]
    draws = Resamples(cluster_Q, seed=int(rng.integers(2**31)), n=resamples)
    return draws.paired(partial(recall_at_k, np.where(hit_Q, 1, 9), 1)).model, truth


def difference(rng: np.random.Generator, resamples: int, *, n: int, truth: float) -> tuple[Interval, float]:
    """Two models on the same queries: the baseline hits 40%, and one in five answers is given anew."""
    before_Q = rng.random(n) < 0.4
    again_Q = rng.random(n) < 0.2
    after_Q = np.where(again_Q, rng.random(n) < 0.4 + truth / 0.2, before_Q)
    draws = Resamples(np.arange(n), seed=int(rng.integers(2**31)), n=resamples)
    ranks = (np.where(hit_Q, 1, 9) for hit_Q in (after_Q, before_Q))
    paired = draws.paired(*(partial(recall_at_k, rank_Q, 1) for rank_Q in ranks))
    assert paired.delta is not None
    return paired.delta, truth


Case = tuple[str, Callable[..., tuple[Interval, float]], int, float]
CASES: list[Case] = [
    ("independent queries", independent, 200, 0.05),
    ("independent queries", independent, 200, 0.3),
    ("independent queries", independent, 200, 0.9),
    ("independent queries", independent, 500, 0.5),
    ("clusters of 1 to 5 queries", clustered, 200, 0.3),
    ("clusters of 1 to 5 queries", clustered, 200, 0.8),
    ("difference of two models", difference, 200, 0.0),
    ("difference of two models", difference, 200, 0.05),
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--simulations", type=int, default=1000)
    parser.add_argument("--resamples", type=int, default=1000)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    lines = [
        "# Coverage of the 95% intervals of recall@1",
        "",
        f"`python benchmarks/interval_coverage.py --simulations {arguments.simulations} --resamples "
        f"{arguments.resamples}`; "
        f"numpy {np.__version__}. 92 to 98% passes; a share of {arguments.simulations} simulations is itself known to "
        f"about {196 * np.sqrt(0.95 * 0.05 / arguments.simulations):.1f} points.",
        "",
        "| data | n | truth | covered | mean width in points |",
        "|---|---|---|---|---|",
    ]
    passed = True
    for number, (name, draw, n, truth) in enumerate(CASES):
        rng = np.random.default_rng(number)
        found = [draw(rng, arguments.resamples, n=n, truth=truth) for _ in range(arguments.simulations)]
        ends = [(interval.low, interval.high, true) for interval, true in found]
        known = [(low, high, true) for low, high, true in ends if low is not None and high is not None]
        covered = float(np.mean([low <= true <= high for low, high, true in known]))
        width = float(np.mean([high - low for low, high, _ in known]))
        passed &= ALLOWED[0] <= covered <= ALLOWED[1]
        lines.append(f"| {name} | {n} | {truth:g} | {covered:.1%} | {100 * width:.1f} |")
        print(lines[-1], flush=True)
    if arguments.write:
        path = RESULTS / f"{date.today().isoformat()}-interval-coverage.md"
        path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    sys.exit(0 if passed else 1)


if __name__ == "__main__":
    main()
