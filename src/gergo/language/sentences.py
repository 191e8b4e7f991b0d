"""Sentences of a text, and which sentence or paragraph of a translation answers which of the source."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gergo.language.wordlists import words_of

_ABBREVIATIONS = words_of(
    """
    e.g i.e etc cf vs fig figs eq eqs sec no vol pp p ed eds al dr mr mrs ms prof st ca approx dept inc ltd co
    jr sr es ecc cap art n pag pagg sig dott ing avv vd ved cfr tab ad.es p.es max min incl n.b u.s u.k a.k.a
    """
)
_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s+|$)")
_STARTS = re.compile(r"\s+[\"'“‘«(\[¿¡*_`]*[A-ZÀ-Þ0-9]")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Where the sentences of a text stand; abbreviations ("e.g.", "Fig.", initials) end none.

    >>> text = "See Fig. 1 (e.g. a shirt). It works!"
    >>> [text[a:b] for a, b in sentence_spans(text)]
    ['See Fig. 1 (e.g. a shirt).', 'It works!']
    """
    spans, start = [], 0
    for match in _END.finditer(text):
        word = re.search(r"[\w.]*$", text[start : match.start()])
        last = word[0].casefold().lstrip("(") if word else ""
        initial = len(last) == 1 and last.isalpha() and text[match.start() - 1].isupper()
        if match[0][0] == "." and (last in _ABBREVIATIONS or initial or last.endswith(("e.g", "i.e"))):
            continue
        if match.end() < len(text) and not _STARTS.match(text, match.end()):
            continue
        spans.append((start, match.end()))
        start = match.end()
    if text[start:].strip():
        spans.append((start, len(text)))
    return [
        (a + len(text[a:b]) - len(text[a:b].lstrip()), b - len(text[a:b]) + len(text[a:b].rstrip())) for a, b in spans
    ]


@dataclass(frozen=True)
class Unit:
    """A paragraph or sentence as alignment sees it: its length in characters, and what translation rarely changes."""

    length: int
    anchors: Counter[str]


def unit_of(text: str, *, names: Sequence[str] = ()) -> Unit:
    """Numbers, kept names, and the first four letters of longer words (Simard, Foster and Isabelle, 1992)."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))
    words = re.findall(r"\d+|[^\W\d_]{4,}", plain)
    anchors = Counter(word[:4] for word in words)
    anchors.update("=" + name for name in names)
    return Unit(len(text), anchors)


SKIP_COST = 1.6
MERGE_COST = 1.0
BAND = 24  # units by which the answer to a unit may lie off the diagonal, beyond the difference in number
LENGTH_WEIGHT = 3.0  # of sentences; a paragraph may lose half of itself and is still the same paragraph
PARAGRAPH_LENGTH_WEIGHT = 1.5
PARAGRAPH_MERGE_COST = 1.8  # translators hardly ever merge paragraphs
ANCHOR_WEIGHT = 2.0
Bead = tuple[tuple[int, int], tuple[int, int]]  # source units [i, j), target units [k, l)


def align(
    source: Sequence[Unit],
    target: Sequence[Unit],
    *,
    ratio: float = 1.1,
    length_weight: float = LENGTH_WEIGHT,
    merge_cost: float = MERGE_COST,
) -> list[Bead]:
    """Pairs of runs of units that answer each other, by length and anchors, in order (after Gale and Church, 1993).

    A run is one unit, or two on one side (split or merged), or none on one side: dropped or added. `ratio` is how much
    longer the target is, as a rule; `length_weight` how much a difference from that counts,
    `merge_cost` what a unit that is split or merged costs.
    """
    n, m = len(source), len(target)
    band = BAND + abs(n - m)
    best: dict[tuple[int, int], tuple[float, tuple[int, int]]] = {(0, 0): (0.0, (0, 0))}
    for i in range(n + 1):
        middle = round(i * m / n) if n else 0
        for k in range(max(0, middle - band), min(m, middle + band) + 1):
            if (i, k) == (0, 0):
                continue
            options = []
            for di, dk in ((1, 1), (1, 0), (0, 1), (2, 1), (1, 2)):
                if i < di or k < dk or (i - di, k - dk) not in best:
                    continue
                cost = best[i - di, k - dk][0] + _cost(
                    source[i - di : i], target[k - dk : k], ratio, length_weight, merge_cost
                )
                options.append((cost, (di, dk)))
            if options:
                best[i, k] = min(options)
    beads: list[Bead] = []
    i, k = n, m
    while i or k:
        di, dk = best[i, k][1]
        beads.append(((i - di, i), (k - dk, k)))
        i, k = i - di, k - dk
    return beads[::-1]


def _cost(
    source: Sequence[Unit], target: Sequence[Unit], ratio: float, length_weight: float, merge_cost: float
) -> float:
    if not source or not target:
        return SKIP_COST
    merge = merge_cost * (len(source) + len(target) - 2)
    lengths = sum(u.length for u in target) + 8, sum(u.length for u in source) * ratio + 8
    return (
        merge
        + length_weight * max(0.0, abs(math.log(lengths[0] / lengths[1])) - 0.1)
        + ANCHOR_WEIGHT * (1.0 - likeness(_sum(source), _sum(target)))
    )


def _sum(units: Sequence[Unit]) -> Counter[str]:
    if len(units) == 1:
        return units[0].anchors
    total: Counter[str] = Counter()
    for unit in units:
        total.update(unit.anchors)
    return total


def likeness(one: Counter[str], other: Counter[str]) -> float:
    """Dice's coefficient of two bags of anchors, 0 to 1; two empty bags are alike."""
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 1.0


def units_of(texts: Sequence[str], names_in: Callable[[str], Sequence[str]]) -> list[Unit]:
    """The units of texts, with the kept names that `names_in` finds in each."""
    return [unit_of(text, names=names_in(text)) for text in texts]
