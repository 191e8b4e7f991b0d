"""Paragraphs, sentences, numbers, citations, addresses, markup: as multisets, and in order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from gergo.language.checks.findings import Finding
from gergo.language.checks.pairing import Block, Pairing, Sentence, Side
from gergo.language.opaque import Span

_WORDS = {"0": "zero", "1": "uno un una one", "2": "due two", "3": "tre three", "4": "quattro four",
          "5": "cinque five", "6": "sei six", "7": "sette seven", "8": "otto eight", "9": "nove nine",
          "10": "dieci ten", "11": "undici eleven", "12": "dodici twelve", "20": "venti twenty",
          "100": "cento hundred", "1000": "mille thousand"}  # fmt: skip


def dropped_or_added(pairing: Pairing) -> Iterator[Finding]:
    """Paragraphs and sentences with nothing on the other side."""
    for block in pairing.blocks:
        if not block.source or not block.target:
            yield from _paragraphs(pairing, block)
            continue
        for bead in block.beads:
            if not bead.target:
                for s in bead.source:
                    place = pairing.source.place(s.paragraph, s.start, s.end)
                    yield Finding("sentence_dropped", f"no counterpart of {_short(place.text)!r}", "", place)
            elif not bead.source:
                for s in bead.target:
                    place = pairing.target.place(s.paragraph, s.start, s.end)
                    yield Finding("sentence_added", f"not in the source: {_short(place.text)!r}", "", None, place)


def _paragraphs(pairing: Pairing, block: Block) -> Iterator[Finding]:
    for p in block.source:
        place = pairing.source.place(p, 0, len(pairing.source.segments[p].text))
        yield Finding("paragraph_dropped", f"no counterpart of {_short(place.text)!r}", "", place)
    for p in block.target:
        place = pairing.target.place(p, 0, len(pairing.target.segments[p].text))
        yield Finding("paragraph_added", f"not in the source: {_short(place.text)!r}", "", None, place)


def _short(text: str, width: int = 60) -> str:
    return text if len(text) <= width else text[: width - 1].rsplit(" ", 1)[0] + " …"


def spans(pairing: Pairing) -> Iterator[Finding]:
    """Numbers and opaque spans, paragraph by paragraph; what went with a dropped sentence is not told twice."""
    for block in pairing.blocks:
        if not block.source or not block.target:
            continue
        here = _spans(pairing.source, (s for b in block.beads if b.target for s in b.source))
        there = _spans(pairing.target, (s for b in block.beads if b.source for s in b.target))
        keys_here, keys_there = [canonical(s) for _, s in here], [canonical(s) for _, s in there]
        lost, added = Counter(keys_here) - Counter(keys_there), Counter(keys_there) - Counter(keys_here)
        _forgive_words(pairing, block, lost, added)
        yield from _told(pairing.source, here, lost, "lost")
        yield from _told(pairing.target, there, added, "added")
        if not lost and not added:
            yield from _order(pairing, here, there)
        yield from _marks(pairing, block)


Placed = tuple[int, Span]


def _spans(side: Side, sentences: Iterable[Sentence]) -> list[Placed]:
    return [(s.paragraph, span) for s in sentences for span in side.spans_in(s)]


def canonical(span: Span) -> tuple[str, str]:
    """Kind and text of a span with what translation may change of a number evened out: 1,000.5 is 1.000,5.

    >>> canonical(Span(0, 7, "number", "1,000.5")) == canonical(Span(0, 7, "number", "1.000,5"))
    True
    """
    if span.kind not in ("number", "measure"):
        return (span.kind, span.text)
    text = re.sub(r"\s+", "", span.text).replace("−", "-")
    text = re.sub(r"(?<=\d)[.,](?=\d{3}(?!\d))", "", text)
    return ("number" if span.kind == "number" else "measure", text.replace(",", "."))


def _forgive_words(
    pairing: Pairing, block: Block, lost: Counter[tuple[str, str]], added: Counter[tuple[str, str]]
) -> None:
    """A figure written out as a word (2, due) is there all the same."""
    for missing, side, paragraphs in ((lost, pairing.target, block.target), (added, pairing.source, block.source)):
        text = " ".join(side.segments[p].text.casefold() for p in paragraphs)
        for kind, value in list(missing):
            words = _WORDS.get(value, "").split()
            if kind == "number" and any(re.search(rf"\b{word}\b", text) for word in words):
                del missing[kind, value]


def _told(side: Side, placed: Sequence[Placed], missing: Counter[tuple[str, str]], what: str) -> Iterator[Finding]:
    left = missing.copy()
    for paragraph, span in reversed(placed):
        if left[canonical(span)] <= 0:
            continue
        left[canonical(span)] -= 1
        family = {"number": "number", "markup": "markup"}.get(span.kind, "opaque")
        place = side.place(paragraph, span.start, span.end)
        message = f"{span.kind} {span.text!r} is {'lost' if what == 'lost' else 'not in the source'}"
        yield Finding(
            f"{family}_{what}", message, "", place if what == "lost" else None, place if what == "added" else None
        )


def _order(pairing: Pairing, here: Sequence[Placed], there: Sequence[Placed]) -> Iterator[Finding]:
    def sequence(placed: Sequence[Placed]) -> list[tuple[str, str]]:
        return [canonical(s) for _, s in placed if s.kind in ("citation", "url", "placeholder", "markup")]

    if sequence(here) != sequence(there):
        paragraph, span = next(p for p, q in zip(here, there, strict=True) if canonical(p[1]) != canonical(q[1]))
        place = pairing.source.place(paragraph, span.start, span.end)
        order = ", ".join(text for _, text in sequence(there))
        yield Finding("order_changed", f"they stand in another order: {order}", "", place)


def _marks(pairing: Pairing, block: Block) -> Iterator[Finding]:
    def marks(side: Side, paragraphs: Sequence[int]) -> Counter[str]:
        return Counter(m.opening + m.closing for p in paragraphs for m in side.segments[p].marks)

    here, there = marks(pairing.source, block.source), marks(pairing.target, block.target)
    for text in (here - there).elements():
        yield Finding("markup_lost", f"{text} is lost", "", pairing.source.place(block.source[0], 0, 0))
    for text in (there - here).elements():
        yield Finding(
            "markup_added", f"{text} is not in the source", "", None, pairing.target.place(block.target[0], 0, 0)
        )
