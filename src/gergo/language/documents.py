"""A document as segments that are translated and everything else, which is put back byte for byte.

A segment is a paragraph, heading, list item, table cell or caption. Its `text` is what a reader reads: paired markup
(`**bold**`, `<b>`, a link) is taken out and remembered as marks over the text, other markup and code stay in it as
opaque spans. `Document.render` splices translations into the source, so what lies between segments cannot change.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from gergo.errors import InputError, UsageError
from gergo.language.opaque import PLAIN_NUMBER, Span, opaque_spans

KINDS = ("plain", "markdown", "html")
_BY_SUFFIX = {".md": "markdown", ".markdown": "markdown", ".html": "html", ".htm": "html", ".xhtml": "html"}
MAX_SEGMENT = 100_000  # characters; a longer paragraph is a file that is no text, or has lost its line ends
WRAPPED_AT = 60  # columns; a paragraph whose lines are all at least this long was wrapped by an editor


@dataclass(frozen=True)
class Mark:
    """Paired markup over `text[start:end]`: what opens it and what closes it."""

    start: int
    end: int
    opening: str
    closing: str


@dataclass(frozen=True)
class Segment:
    """A piece of a document that is translated as one.

    Attributes:
        start, end: where it stands in the document.
        text: what a reader reads, entities decoded, line ends as spaces.
        marks: paired markup over `text`, outer before inner.
        opaque: spans of `text` that must survive, plain numbers not among them.
        escape: whether the text is written with `&`, `<` and `>` as entities.
    """

    start: int
    end: int
    text: str
    marks: tuple[Mark, ...] = ()
    opaque: tuple[Span, ...] = ()
    escape: bool = False


@dataclass(frozen=True)
class Document:
    """A source text and its segments, in order and without overlaps."""

    raw: str
    kind: str
    segments: tuple[Segment, ...]
    name: str = "document"

    def render(self, translations: Sequence[tuple[str, Sequence[Mark], Sequence[Span]]]) -> str:
        """The document with each segment's text, marks and opaque spans replaced by those of its translation."""
        assert len(translations) == len(self.segments)
        pieces, at = [], 0
        for segment, (text, marks, opaque) in zip(self.segments, translations, strict=True):
            pieces += [self.raw[at : segment.start], written(text, marks, opaque, escape=segment.escape)]
            at = segment.end
        return "".join([*pieces, self.raw[at:]])


def written(text: str, marks: Sequence[Mark], opaque: Sequence[Span], *, escape: bool) -> str:
    """A segment's text as its document has it: marks around their words, entities escaped outside opaque spans."""
    inserts: dict[int, list[str]] = {}
    for mark in marks:  # outer first: they open first and close last
        inserts.setdefault(mark.start, []).append(mark.opening)
    closings: dict[int, list[str]] = {}
    for mark in reversed(marks):
        closings.setdefault(mark.end, []).append(mark.closing)
    markup = {span.start: span for span in opaque if span.kind == "markup"}
    pieces, at = [], 0
    for cut in sorted({0, len(text), *inserts, *closings, *markup, *(s.end for s in markup.values())}):
        piece = text[at:cut]
        pieces.append(html.escape(piece, quote=False) if escape and at not in markup else piece)
        pieces += closings.get(cut, [])  # what ends here closes before anything opens
        pieces += inserts.get(cut, [])
        at = cut
    return "".join(pieces)


def read_document(text: str, *, kind: str = "plain", name: str = "document") -> Document:
    """Cut a text into segments.

    Raises:
        InputError: there is nothing to translate, or a paragraph is longer than `MAX_SEGMENT`.
        UsageError: an unknown kind.
    """
    if kind not in KINDS:
        raise UsageError(f"{kind!r} is not a kind of document", hint="one of " + ", ".join(KINDS))
    if not text.strip():
        raise InputError(f"{name}: the document is empty", hint="give a text with at least one word")
    _refuse_long(text, name)
    from gergo.language import hypertext, markdown

    cut = {"plain": plain_segments, "markdown": markdown.segments, "html": hypertext.segments}[kind]
    segments = tuple(s for s in cut(text) if any(c.isalpha() for c in s.text))
    if not segments:
        raise InputError(f"{name}: there are no words in the document", hint="give a text with at least one word")
    return Document(text, kind, segments, name)


def kind_of(path: Path) -> str:
    """The kind of document that a file's name says."""
    return _BY_SUFFIX.get(path.suffix.lower(), "plain")


def _refuse_long(text: str, name: str) -> None:
    if len(text) <= MAX_SEGMENT:
        return
    for i, line in enumerate(text.split("\n"), 1):
        if len(line) > MAX_SEGMENT:
            raise InputError(
                f"{name}, line {i}: {len(line):,} characters in one line, at most {MAX_SEGMENT:,} are taken",
                hint="this is no running text, or its line ends were lost; wrap it with: fold -s -w 1000",
            )


def plain_segments(text: str) -> list[Segment]:
    """Paragraphs between blank lines; one whose lines are short (verse, an address, a list) line by line."""
    segments: list[Segment] = []
    at = 0
    for blank, lines in groupby(text.splitlines(keepends=True), key=lambda line: not line.strip()):
        block = list(lines)
        if not blank:
            wrapped = all(len(line.rstrip()) >= WRAPPED_AT for line in block[:-1])
            inner = at
            for piece in ["".join(block)] if wrapped else block:
                segments.append(plain_segment(piece, inner))
                inner += len(piece)
        at += sum(map(len, block))
    return segments


def plain_segment(piece: str, offset: int = 0) -> Segment:
    """The segment of a piece of text without markup that stands at `offset`."""
    start = len(piece) - len(piece.lstrip())
    body = piece.strip()
    text = re.sub(r"[ \t]*\r?\n[ \t]*", " ", body)
    return Segment(offset + start, offset + start + len(body), text, (), opaque_of(text))


def opaque_of(text: str, markup: Sequence[Span] = ()) -> tuple[Span, ...]:
    """The spans of a segment that must survive: its markup, and what else is opaque outside it; no plain numbers."""
    found = [span for span in opaque_spans(text) if span.kind != PLAIN_NUMBER]
    apart = [s for s in found if not any(s.start < m.end and m.start < s.end for m in markup)]
    return tuple(sorted([*apart, *markup], key=lambda span: span.start))
