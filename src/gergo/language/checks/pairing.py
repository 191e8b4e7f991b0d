"""A source and its translation side by side: paragraphs, sentences, and the occurrences of terms in each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gergo.language.checks.findings import Place
from gergo.language.documents import Segment
from gergo.language.glossary import Entry
from gergo.language.matching import Matcher, Occurrence, Token, tokens_of
from gergo.language.opaque import Span, opaque_spans
from gergo.language.sentences import PARAGRAPH_LENGTH_WEIGHT, PARAGRAPH_MERGE_COST, Unit, align, sentence_spans, unit_of
from gergo.language.sentences import Bead as AlignedRuns


@dataclass(frozen=True)
class Sentence:
    """A sentence of paragraph `paragraph` (from 0), the `index`th in it, at `[start, end)` of its text."""

    paragraph: int
    index: int
    start: int
    end: int


@dataclass(frozen=True)
class Side:
    """One of the two texts: its segments, their sentences, the terms and opaque spans in them."""

    segments: Sequence[Segment]
    sentences: list[list[Sentence]] = field(default_factory=list)
    occurrences: list[list[Occurrence]] = field(default_factory=list)
    spans: list[list[Span]] = field(default_factory=list)  # opaque spans and numbers

    @classmethod
    def of(cls, segments: Sequence[Segment], matcher: Matcher) -> Side:
        side = cls(segments)
        for p, segment in enumerate(segments):
            spans = [*segment.opaque, *_outside(opaque_spans(segment.text), segment.opaque)]
            side.spans.append(sorted(spans, key=lambda s: s.start))
            side.occurrences.append(
                [o for o in matcher.find(segment.text) if not _covered(o.start, o.end, segment.opaque)]
            )
            side.sentences.append([Sentence(p, i, a, b) for i, (a, b) in enumerate(sentence_spans(segment.text))])
        return side

    def text(self, sentence: Sentence) -> str:
        return self.segments[sentence.paragraph].text[sentence.start : sentence.end]

    def occurrences_in(self, sentence: Sentence) -> list[Occurrence]:
        return [o for o in self.occurrences[sentence.paragraph] if sentence.start <= o.start < sentence.end]

    def spans_in(self, sentence: Sentence) -> list[Span]:
        return [s for s in self.spans[sentence.paragraph] if sentence.start <= s.start < sentence.end]

    def free_tokens(self, sentence: Sentence) -> list[Token]:
        """Words of a sentence, placed in its paragraph, that belong to no term and no opaque span."""
        taken = [(o.start, o.end) for o in self.occurrences_in(sentence)]
        taken += [(s.start, s.end) for s in self.spans_in(sentence)]
        placed = [
            Token(t.start + sentence.start, t.end + sentence.start, t.word) for t in tokens_of(self.text(sentence))
        ]
        return [t for t in placed if t.word[0].isalpha() and not any(a <= t.start < b for a, b in taken)]

    def place(self, paragraph: int, start: int, end: int) -> Place:
        """Where `[start, end)` of a paragraph stands, as a person counts."""
        within = [s.index for s in self.sentences[paragraph] if s.start <= start]
        text = self.segments[paragraph].text[start:end]
        return Place(paragraph + 1, (within[-1] if within else 0) + 1, start, end, text)


@dataclass(frozen=True)
class Bead:
    """Sentences that answer each other; one side is empty where something was dropped or added."""

    source: tuple[Sentence, ...]
    target: tuple[Sentence, ...]


@dataclass(frozen=True)
class Block:
    """Paragraphs that answer each other, and their sentences."""

    source: tuple[int, ...]
    target: tuple[int, ...]
    beads: tuple[Bead, ...]


@dataclass(frozen=True)
class Pairing:
    """Source and translation, aligned."""

    entries: Sequence[Entry]
    source: Side
    target: Side
    blocks: tuple[Block, ...]

    def beads(self) -> Iterator[Bead]:
        """Beads with something on both sides."""
        for block in self.blocks:
            for bead in block.beads:
                if bead.source and bead.target:
                    yield bead


def pair(
    source: Sequence[Segment], target: Sequence[Segment], entries: Sequence[Entry], *, in_step: bool = False
) -> Pairing:
    """Align two cut texts: paragraphs first, then the sentences of those that answer each other.

    `in_step` says that the segments are known to answer each other one by one, as those that we translated ourselves.
    """
    one = Side.of(source, Matcher(entries))
    other = Side.of(target, Matcher(entries, side="target"))
    blocks = []
    for (i, j), (k, m) in _steps(len(source)) if in_step else _aligned(one, other):
        here = [s for p in range(i, j) for s in one.sentences[p]]
        there = [s for p in range(k, m) for s in other.sentences[p]]
        if not here or not there:
            beads = [Bead(tuple(here), tuple(there))]
        else:
            pairs = align([_unit(one, s) for s in here], [_unit(other, s) for s in there])
            beads = [Bead(tuple(here[a:b]), tuple(there[c:d])) for (a, b), (c, d) in pairs]
        blocks.append(Block(tuple(range(i, j)), tuple(range(k, m)), tuple(beads)))
    return Pairing(entries, one, other, tuple(blocks))


def _steps(count: int) -> list[AlignedRuns]:
    return [((i, i + 1), (i, i + 1)) for i in range(count)]


def _aligned(one: Side, other: Side) -> list[AlignedRuns]:
    return align(
        _paragraphs(one),
        _paragraphs(other),
        length_weight=PARAGRAPH_LENGTH_WEIGHT,
        merge_cost=PARAGRAPH_MERGE_COST,
    )


def _paragraphs(side: Side) -> list[Unit]:
    return [
        unit_of(segment.text, names=[str(o.entry) for o in side.occurrences[p]])
        for p, segment in enumerate(side.segments)
    ]


def _unit(side: Side, sentence: Sentence) -> Unit:
    names = [str(o.entry) for o in side.occurrences_in(sentence)]
    return unit_of(side.text(sentence), names=names)


def _covered(start: int, end: int, spans: Sequence[Span]) -> bool:
    return any(s.start <= start and end <= s.end for s in spans)


def _outside(found: Sequence[Span], spans: Sequence[Span]) -> list[Span]:
    return [f for f in found if not any(f.start < s.end and s.start < f.end for s in spans)]
