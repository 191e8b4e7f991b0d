"""How a shop's captions put words together: what stands beside what, and what goes with what."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

from gergo.evaluation.attributes import Caption, Vocabulary, alike, fold, words
from gergo.evaluation.task import Rows

MIN_ORDER = 5  # adjacent mentions from which the order of two columns is learned
CLEAR_ORDER = 0.8
EDGE = ""  # the neighbour of a caption's first and last word


def bigrams(captions: Sequence[Caption]) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for caption in captions:
        folded = [EDGE, *caption.folded, EDGE]
        found.update(pairwise(folded))
    return found


def orders(found: Sequence[Vocabulary], captions: Sequence[Caption]) -> dict[tuple[str, str], tuple[bool, int]]:
    """(column, other) -> do its values stand before the other's, and how often they are adjacent; clear cases only."""
    before: Counter[tuple[str, str]] = Counter()
    for caption in captions:
        spans = [(v.column, each) for v in found for each in v.mentions(caption)]
        ends: dict[int, set[str]] = defaultdict(set)
        for column, each in spans:
            ends[each.last].add(column)
        before.update((left, column) for column, each in spans for left in ends[each.first] if left != column)
    orders = {}
    for one, two in {tuple(sorted(pair)) for pair in before}:
        forth, back = before[one, two], before[two, one]
        if forth + back >= MIN_ORDER and max(forth, back) >= CLEAR_ORDER * (forth + back):
            orders[one, two] = (forth > back, forth + back)
            orders[two, one] = (back > forth, forth + back)
    return orders


def sides(vocabulary: Vocabulary, captions: Sequence[Caption]) -> tuple[set[str], set[str]]:
    """The words that are seen just before, and just after, a value of the column."""
    pairs = [neighbours(each, at.first, at.last) for each in captions for at in vocabulary.mentions(each)]
    return {left for left, _ in pairs}, {right for _, right in pairs}


def neighbours(caption: Caption, first: int, last: int) -> tuple[str, str]:
    folded = caption.folded
    return folded[first - 1] if first else EDGE, folded[last] if last < len(folded) else EDGE


def speaks_of(value: str, caption: Caption) -> bool:
    """Does a caption name the value in another form ("shirt" for "shirts")."""
    return any(alike(part, word) for part in value.split() for word in caption.folded)


def profiles(vocabulary: Vocabulary, splits: Sequence[Rows], others: Sequence[Vocabulary]) -> dict[str, dict[str, str]]:
    """value -> other column -> what most items of that value have there."""
    counts: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for rows in splits:
        folded = [fold(value) for value in rows.columns[vocabulary.column]]
        for other in others:
            if other.column != vocabulary.column:
                for value, there in zip(folded, rows.columns[other.column], strict=True):
                    counts[value][other.column][fold(there)] += 1
    return {
        value: {column: min(of, key=lambda v: (-of[v], v)) for column, of in columns.items()}
        for value, columns in counts.items()
    }


def known_words(rows: Rows) -> dict[int, set[str]]:
    """group -> every word of the columns and texts of its items."""
    known: dict[int, set[str]] = defaultdict(set)
    for values in [*rows.columns.values(), *rows.texts.values()]:
        for group, value in zip(rows.group_N.tolist(), values, strict=True):
            known[group].update(word.folded for word in words(value))
    return known
