"""What a calibrated similarity is worth on products that it was not fitted on.

    python benchmarks/similarity_calibration.py CATALOGUE MODEL LABEL_COLUMN [...] [--write]

The curve is fitted on the validation split, as `gergo index` does it, and measured on test: its calibration error, and
the share of phrases that hold in each bin of probability. Then "none of these": every test item is shown with five
labels of the column, once with its own among them and once without; a right answer is its own label in the first case
and none in the second. The rule with the curve stands beside the one that serves where nothing could be fitted.
"""

from __future__ import annotations

import argparse
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import gergo
from gergo.evaluation.confidence import ece
from gergo.evaluation.measured_rows import choose
from gergo.evaluation.zero_shot import item_scores
from gergo.search.calibration import calibrate, phrase_pairs
from gergo.serving.endpoints.classify import NONE_BELOW, NOTHING_SAID
from gergo.towers.cache import VectorCache

RESULTS = Path(__file__).parent / "results"
EDGES = (0.0, 0.02, 0.1, 0.3, 0.6, 1.0)
LABELS_SHOWN = 5


def measure(folder: str, name: str, column: str) -> list[str]:
    """Markdown about one model on one catalogue."""
    catalogue, model = gergo.Catalogue.open(folder), gergo.Model.load(name)
    calibration = calibrate(catalogue, model)
    head = f"## {Path(folder).stem}, {model.name}, labels of {column}"
    if calibration.curve is None:
        return [head, "", "Nothing could be fitted.", ""]
    encode = VectorCache(catalogue, model)
    rows = choose(catalogue, ["test"], seen_by={}, label_column=column).rows["test"]
    found = phrase_pairs(encode, rows)
    assert found is not None
    queries, items = found.hit_QN.shape
    cosine_P, hit_P = found.known
    curve = calibration.curve
    p_P = 1 / (1 + np.exp(-(curve.slope * cosine_P + curve.offset)))
    lines = [
        head,
        "",
        f"Fitted on {calibration.queries:,} queries x {calibration.items:,} items; measured on {queries:,} x {items:,}."
        f" Calibration error {float(ece(p_P, hit_P)):.4f}; {hit_P.mean():.4f} of all pairs hold.",
        "",
        "| probability | pairs | mean probability | hold |",
        "|---|---:|---:|---:|",
    ]
    for low, high in pairwise(EDGES):
        inside_P = (p_P >= low) & (p_P < high)
        if inside_P.any():
            lines.append(
                f"| {low} to {high} | {inside_P.sum():,} | {p_P[inside_P].mean():.3f} | {hit_P[inside_P].mean():.3f} |"
            )
    assert rows.labels is not None
    texts = [f"a photo of {word}" for word in [*rows.labels.word_K, *NOTHING_SAID]]
    text_TD, view_VD = encode.texts(texts), encode.views(rows.view_V)
    cosine_NT = item_scores(view_VD, rows.owner_V, text_TD)
    labels = len(rows.labels.word_K)
    even_NK = np.vectorize(curve.at_even_odds)(cosine_NT[:, :labels])
    fitted, plain = (
        _right(cosine_NT[:, :labels], rows.label_N, accepted_NK)
        for accepted_NK in (even_NK >= NONE_BELOW, _stands_out(cosine_NT, view_VD @ text_TD.T, labels))
    )
    lines += [
        "",
        f"| {len(rows.label_N):,} items, {LABELS_SHOWN} of {labels} labels | own absent: none | present: it | both |",
        "|---|---:|---:|---:|",
        f"| by the curve | {fitted[0]:.3f} | {fitted[1]:.3f} | {sum(fitted) / 2:.3f} |",
        f"| without one | {plain[0]:.3f} | {plain[1]:.3f} | {sum(plain) / 2:.3f} |",
        "",
    ]
    return lines


def _stands_out(cosine_NT: NDArray[np.float32], view_VT: NDArray[np.float32], labels: int) -> NDArray[np.bool_]:
    """The rule without a curve: more than words that say nothing, and than half the pictures."""
    standing_NK = np.stack([(view_VT[:, :labels] < row_T[:labels]).mean(axis=0) for row_T in cosine_NT])
    return (cosine_NT[:, :labels] > cosine_NT[:, labels:].max(axis=1, keepdims=True)) & (standing_NK >= NONE_BELOW)


def _right(
    cosine_NK: NDArray[np.float32], true_N: NDArray[np.int64], accepted_NK: NDArray[np.bool_]
) -> tuple[float, float]:
    """Shares of right answers: own label absent, and present."""
    draw, right = np.random.default_rng(0), {False: [], True: []}
    labels = cosine_NK.shape[1]
    for n in np.flatnonzero(true_N >= 0):
        others = draw.permutation(np.delete(np.arange(labels), true_N[n]))
        for present in (False, True):
            shown = np.array([true_N[n], *others[: LABELS_SHOWN - 1]]) if present else others[:LABELS_SHOWN]
            best = shown[np.argmax(cosine_NK[n, shown])]
            said = best if accepted_NK[n, best] else -1
            right[present].append(said == (true_N[n] if present else -1))
    return float(np.mean(right[False])), float(np.mean(right[True]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("triples", nargs="+", metavar="CATALOGUE MODEL LABEL_COLUMN")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    if len(options.triples) % 3:
        parser.error("needs a catalogue, a model and a column each")
    command = f"python benchmarks/similarity_calibration.py {' '.join(options.triples)}"
    lines = ["# What a calibrated similarity is worth", "", f"`{command}`", ""]
    for start in range(0, len(options.triples), 3):
        lines += measure(*options.triples[start : start + 3])
    print("\n".join(lines))
    if options.write:
        (RESULTS / f"{date.today().isoformat()}-similarity-calibration.md").write_text("\n".join(lines), "utf-8")


if __name__ == "__main__":
    main()
