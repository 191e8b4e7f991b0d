"""Listed terms, occurrence by occurrence: kept, lost, added, doubled, and whether the capitals are the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gergo.language.checks.findings import Finding, Place
from gergo.language.checks.pairing import Block, Pairing, Side
from gergo.language.glossary import Entry
from gergo.language.lexicon import renders
from gergo.language.matching import Occurrence, tokens_of

_ADJACENT = 40  # characters between two occurrences of which one is a double


@dataclass(frozen=True)
class Pair:
    """One occurrence of a term in the source and what answers it; one of the two is None where it was lost or added.

    `exact` says that the target's letters are those of the source's occurrence, or of the glossary's row.
    """

    entry: int
    source: Place | None
    target: Place | None
    exact: bool


Found = tuple[int, Occurrence]  # paragraph, occurrence


def match_occurrences(pairing: Pairing) -> list[Pair]:
    """Answer each occurrence: in its own sentence first, then anywhere in its paragraph."""
    pairs: list[Pair] = []
    for block in pairing.blocks:
        for entry in range(len(pairing.entries)):
            pairs += _match_block(pairing, block, entry)
    pairs.sort(key=lambda p: _order(p.source or p.target))
    return pairs


def _order(place: Place | None) -> tuple[int, int]:
    assert place is not None
    return (place.paragraph, place.start)


def _match_block(pairing: Pairing, block: Block, entry: int) -> list[Pair]:
    matched: list[tuple[Found | None, Found | None]] = []
    left_source: list[Found] = []
    left_target: list[Found] = []
    for bead in block.beads:
        here = [(s.paragraph, o) for s in bead.source for o in pairing.source.occurrences_in(s) if o.entry == entry]
        there = [(s.paragraph, o) for s in bead.target for o in pairing.target.occurrences_in(s) if o.entry == entry]
        n = min(len(here), len(there))
        matched += zip(here[:n], there[:n], strict=True)
        left_source += here[n:]
        left_target += there[n:]
    n = min(len(left_source), len(left_target))
    matched += zip(left_source[:n], left_target[:n], strict=True)
    matched += [(one, None) for one in left_source[n:]]
    matched += [(None, one) for one in left_target[n:]]
    return [_pair(pairing, entry, one, other) for one, other in matched]


def _pair(pairing: Pairing, entry: int, one: Found | None, other: Found | None) -> Pair:
    source = _place(pairing.source, one)
    target = _place(pairing.target, other)
    row = pairing.entries[entry]
    listed = {row.target} if not row.kept else set(row.names)
    exact = bool(source and target and (target.text == source.text or target.text in listed))
    return Pair(entry, source, target, exact)


def _place(side: Side, found: Found | None) -> Place | None:
    return side.place(found[0], found[1].start, found[1].end) if found else None


def findings(pairing: Pairing, pairs: Sequence[Pair]) -> Iterator[Finding]:
    """Terms lost, added, and doubled."""
    dropped = {p for block in pairing.blocks if not block.target for p in block.source}
    gone = {(s.paragraph, s.index) for block in pairing.blocks for b in block.beads if not b.target for s in b.source}
    for pair in pairs:
        entry = pairing.entries[pair.entry]
        if pair.target is None and pair.source is not None:
            yield _lost(pairing, pair.source, entry, dropped, gone)
        elif pair.source is None and pair.target is not None:
            yield _added(pairs, pair, entry)


def _lost(pairing: Pairing, place: Place, entry: Entry, dropped: set[int], gone: set[tuple[int, int]]) -> Finding:
    why = ""
    if place.paragraph - 1 in dropped:
        why = ": its paragraph was dropped"
    elif (place.paragraph - 1, place.sentence - 1) in gone:
        why = ": its sentence was dropped"
    else:
        words = _rendering(pairing, place)
        why = f", rendered as {words!r}" if words else ""
    verb = "translated otherwise than listed" if not entry.kept else "lost"
    return Finding("term_lost", f"{place.text!r} is {verb}{why}", entry.source, place)


def _rendering(pairing: Pairing, place: Place) -> str:
    """Words of the answering sentences that look like a translation of a lost term."""
    wanted = [t.word for t in tokens_of(place.text)]
    for block in pairing.blocks:
        for bead in block.beads:
            if not any((s.paragraph + 1, s.index + 1) == (place.paragraph, place.sentence) for s in bead.source):
                continue
            free = [t for s in bead.target for t in pairing.target.free_tokens(s)]
            return " ".join(t.word for t in free if any(renders(word, t.word) for word in wanted))
    return ""


def _added(pairs: Sequence[Pair], pair: Pair, entry: Entry) -> Finding:
    assert pair.target is not None
    here = pair.target
    near = [
        p.target
        for p in pairs
        if p.entry == pair.entry and p is not pair and p.target is not None and p.target.paragraph == here.paragraph
        and max(p.target.start - here.end, here.start - p.target.end) < _ADJACENT
        and p.target.sentence == here.sentence
    ]  # fmt: skip
    if near:
        return Finding("term_doubled", f"{here.text!r} stands twice for one occurrence", entry.source, None, here)
    return Finding("term_added", f"{here.text!r} is not in the source here", entry.source, None, here)
