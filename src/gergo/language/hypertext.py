"""HTML into segments, by the standard library's tokenizer: the only one that says where in the source a tag stands.

selectolax and lxml build a tree and write it anew, which changes bytes that nobody asked to change; here whatever is
not text is copied. Scripts, styles, code, and what is marked `translate="no"` are not translated.
"""

from __future__ import annotations

import html
from html.parser import HTMLParser

from gergo.language.documents import Mark, Segment, opaque_of
from gergo.language.opaque import Span
from gergo.language.wordlists import words_of

_INLINE = words_of(
    """
    a abbr acronym b bdi bdo big br cite data dfn del em font i img ins kbd label mark q s samp small span
    strike strong sub sup time tt u var wbr code math svg input
    """
)
_VOID = words_of(
    """
    area base br col embed hr img input link meta source track wbr
    """
)
_WHOLE = frozenset(["code", "kbd", "samp", "var", "math", "svg"])  # within a sentence, kept whole
_SKIPPED = frozenset(["script", "style", "pre", "textarea", "template", "noscript", "iframe", "object", "canvas"])


class _Reader(HTMLParser):
    """Collects the runs of text and inline markup between block tags."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=False)
        self._source = source
        self._lines = [0]
        for line in source.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        self.runs: list[list[tuple[str, str, int, int]]] = [[]]  # pieces (kind, tag, start, end) of each run
        self._skipping: list[str] = []
        self._whole: list[tuple[str, int]] = []

    def read(self) -> list[list[tuple[str, str, int, int]]]:
        self._events: list[tuple[str, str, int]] = []
        self.feed(self._source)
        self.close()
        self._events.append(("end", "", len(self._source)))
        for i, (kind, tag, start) in enumerate(self._events[:-1]):
            self._piece(kind, tag, start, self._events[i + 1][2])
        return [run for run in self.runs if any(kind == "text" for kind, *_ in run)]

    def _piece(self, kind: str, tag: str, start: int, end: int) -> None:
        if self._skipping:
            if kind == "open" and tag == self._skipping[-1]:
                self._skipping.append(tag)
            elif kind == "close" and tag == self._skipping[-1]:
                self._skipping.pop()
            return
        if self._whole:
            name, begun = self._whole[-1]
            if kind == "close" and tag == name:
                self._whole.pop()
                if not self._whole:
                    self.runs[-1].append(("opaque", name, begun, end))
            elif kind == "open" and tag == name:
                self._whole.append((name, begun))
            return
        if kind == "open" and (tag in _SKIPPED or self._untranslated(start, end)):
            if tag in _INLINE and tag not in _VOID:
                self._whole.append((tag, start))
            elif tag not in _VOID:
                self._skipping.append(tag)
                self.runs.append([])
            return
        if kind == "open" and tag in _WHOLE:
            self._whole.append((tag, start))
        elif kind == "text" or (tag in _INLINE and kind in ("open", "close")) or kind == "void":
            self.runs[-1].append((kind, tag, start, end))
        else:
            self.runs.append([])

    def _untranslated(self, start: int, end: int) -> bool:
        compact = "".join(self._source[start:end].split()).lower().replace("'", '"')
        return 'translate="no"' in compact or "notranslate" in compact

    def _at(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: object) -> None:
        del attrs  # only its place matters
        kind = "open"
        if tag in _VOID:
            kind = "void" if tag in _INLINE else "block"
        self._events.append((kind, tag, self._at()))

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        del attrs  # only its place matters
        self._events.append(("void" if tag in _INLINE else "block", tag, self._at()))

    def handle_endtag(self, tag: str) -> None:
        self._events.append(("close", tag, self._at()))

    def handle_data(self, data: str) -> None:
        del data  # only its place matters
        self._events.append(("text", "", self._at()))

    def handle_entityref(self, name: str) -> None:
        del name  # only its place matters
        self._events.append(("text", "", self._at()))

    def handle_charref(self, name: str) -> None:
        del name  # only its place matters
        self._events.append(("text", "", self._at()))

    def handle_comment(self, data: str) -> None:
        del data  # only its place matters
        self._events.append(("void", "comment", self._at()))

    def handle_decl(self, decl: str) -> None:
        del decl  # only its place matters
        self._events.append(("block", "", self._at()))

    def unknown_decl(self, data: str) -> None:
        del data  # only its place matters
        self._events.append(("block", "", self._at()))

    def handle_pi(self, data: str) -> None:
        del data  # only its place matters
        self._events.append(("block", "", self._at()))


def segments(source: str, offset: int = 0) -> list[Segment]:
    """The segments of an HTML text that stands at `offset` of its document."""
    found = []
    for run in _Reader(source).read():
        while run and run[0][0] != "text" and not _opens_within(run):
            run = run[1:]
        segment = _segment(source, run, offset)
        if segment is not None:
            found.append(segment)
    return found


def _opens_within(run: list[tuple[str, str, int, int]]) -> bool:
    """Whether the run's first piece opens an element that closes in the same run."""
    kind, tag, *_ = run[0]
    return kind == "open" and any(k == "close" and t == tag for k, t, *_ in run[1:])


def _segment(source: str, run: list[tuple[str, str, int, int]], offset: int) -> Segment | None:
    partner = _partners(run)
    text = ""
    opened: dict[int, int] = {}
    marks: list[Mark] = []
    opaque: list[Span] = []
    for i, (kind, _, start, end) in enumerate(run):
        raw = source[start:end]
        if kind == "text":
            text += _collapse(raw, text)
        elif i in partner and kind == "open":
            opened[i] = len(text)
        elif i in partner:
            first = partner[i]
            marks.append(Mark(opened[first], len(text), source[run[first][2] : run[first][3]], raw))
        else:
            opaque.append(Span(len(text), len(text) + len(raw), "markup", raw))
            text += raw
    if not text.strip():
        return None
    return _trimmed(source, run, offset, Segment(0, 0, text, tuple(sorted(marks, key=_outer_first)), (), True), opaque)


def _outer_first(mark: Mark) -> tuple[int, int]:
    return (mark.start, -mark.end)


def _collapse(raw: str, before: str) -> str:
    """A piece of text as a browser shows it: entities decoded, runs of space as one (no-break spaces kept)."""
    pieces = "".join(c if c not in " \t\r\n\f" else " " for c in html.unescape(raw))
    while "  " in pieces:
        pieces = pieces.replace("  ", " ")
    return pieces[1:] if pieces.startswith(" ") and before.endswith(" ") else pieces


def _partners(run: list[tuple[str, str, int, int]]) -> dict[int, int]:
    """For each closing tag the index of its opening one, and for each opening one its own index."""
    stack: list[int] = []
    partner: dict[int, int] = {}
    for i, (kind, tag, *_) in enumerate(run):
        if kind == "open":
            stack.append(i)
        elif kind == "close":
            at = next((j for j in reversed(stack) if run[j][1] == tag), None)
            if at is not None:
                partner[i], partner[at] = at, at
                del stack[stack.index(at) :]
    return partner


def _trimmed(
    source: str, run: list[tuple[str, str, int, int]], offset: int, segment: Segment, opaque: list[Span]
) -> Segment:
    """The segment without the space at its ends, which stays in the document."""
    lead = len(segment.text) - len(segment.text.lstrip(" "))
    text = segment.text.strip(" ")
    start, end = run[0][2], run[-1][3]
    if run[0][0] == "text":
        first = source[run[0][2] : run[0][3]]
        start += len(first) - len(first.lstrip(" \t\r\n\f"))
    if run[-1][0] == "text":
        last = source[run[-1][2] : run[-1][3]]
        end -= len(last) - len(last.rstrip(" \t\r\n\f")) if last.strip(" \t\r\n\f") else len(last)
    marks = tuple(
        Mark(max(m.start - lead, 0), min(m.end - lead, len(text)), m.opening, m.closing) for m in segment.marks
    )
    moved = [Span(s.start - lead, s.end - lead, s.kind, s.text) for s in opaque]
    return Segment(offset + start, offset + max(start, end), text, marks, opaque_of(text, moved), True)
