"""`translate`: a document into another language, with the words that must stay, and the proof that they did."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gergo.errors import InputError, UsageError
from gergo.language.checking import CheckReport, document_of, report_on
from gergo.language.checks.leftovers import distinctive
from gergo.language.checks.pairing import pair
from gergo.language.documents import Document, Mark, Segment, opaque_of
from gergo.language.engines import Engine, Item, Reply, Request, Usage, load_engine
from gergo.language.glossary import Entry, Glossary
from gergo.language.inflection import gender_of_italian, plural_of_phrase
from gergo.language.italian import with_agreement
from gergo.language.marking import place_marks
from gergo.language.matching import Matcher, Occurrence, is_plural
from gergo.language.opaque import Span

BATCH = 400  # segments a call; an engine may cut smaller


@dataclass(frozen=True)
class Translation:
    """A translated document.

    Attributes:
        text: the document in the other language, its structure as it was; `str()` gives it too.
        report: the check of it against the source, with the same glossary.
        segments: the translated segments, in order.
        engine: the engine's name; usage: its calls and tokens.
    """

    text: str
    report: CheckReport
    segments: tuple[Segment, ...]
    engine: str
    usage: Usage

    def __str__(self) -> str:
        return self.text


def translate(
    document: str | Path,
    *,
    to: str = "it",
    source: str = "en",
    glossary: object = None,
    engine: str | Engine = "apertium",
    model: str | None = None,
    kind: str | None = None,
) -> Translation:
    """Translate a text, or a text, Markdown or HTML file, and keep the words of a glossary.

    Args:
        document: a text, or the Path of a file.
        to, source: languages by their two letters.
        glossary: a path, a list of terms, a mapping source to target, or a `Glossary`.
        engine: apertium, marian or openai, or an object with the protocol of `gergo.language.engines.Engine`.
        model: the weights or endpoint's model that the engine takes.
        kind: plain, markdown or html; by default what the path says.

    Raises:
        InputError: an empty or unreadable document or glossary.
        UsageError: an unknown engine or pair, or one that is not installed.
    """
    if source == to:
        raise UsageError(f"from {source!r} to {to!r}: nothing to translate", hint="name two languages")
    rows = Glossary.of(glossary)
    read = document_of(document, kind, "document")
    chosen = load_engine(engine, source=source, to=to, model=model) if isinstance(engine, str) else engine
    segments = translate_segments(read.segments, rows, chosen, to=to)
    return _translation(read, segments, rows, chosen, to)


def translate_segments(segments: Sequence[Segment], glossary: Glossary, engine: Engine, *, to: str) -> list[Segment]:
    """Translate segments in batches; each comes back with its text, marks and opaque spans in their new places."""
    requests = request_all(segments, glossary)
    inner = [
        _inner(segment, request, mark)
        for segment, request in zip(segments, requests, strict=True)
        for mark in segment.marks
    ]
    everything = [*requests, *inner]
    replies: list[Reply] = []
    for start in range(0, len(everything), BATCH):
        batch = everything[start : start + BATCH]
        got = engine.translate(batch)
        assert len(got) == len(batch), f"{engine.name} answered {len(got)} of {len(batch)}"
        replies += got
    if to == "it":
        replies = [agree(r, q) for r, q in zip(replies, everything, strict=True)]
    marked = iter(replies[len(requests) :])
    done: list[Segment] = []
    glossed: set[int] = set()
    for segment, request, reply in zip(segments, requests, replies, strict=False):
        reply = _glossed(reply, request, glossary, glossed)
        marks = place_marks(segment, request, reply, [next(marked) for _ in segment.marks])
        done.append(_segment(segment, request, reply, marks))
    return done


def request_all(segments: Sequence[Segment], glossary: Glossary) -> list[Request]:
    """What the engine is asked: the text of each segment, with its terms and opaque spans as items."""
    entries = [*glossary.entries, *_echoes(glossary.entries)]
    matcher = Matcher(entries)
    requests = []
    for segment in segments:
        items = items_of(segment, matcher, entries)
        listed = tuple(i if i.entry < len(glossary.entries) else replace(i, entry=-1) for i in items)
        requests.append(Request(segment.text, listed))
    return requests


def _echoes(entries: Sequence[Entry]) -> list[Entry]:
    """Distinctive words of kept terms, kept outside them too: "contrastive" is never rendered in two ways."""
    known = {name.casefold() for entry in entries for name in entry.names}
    words = {w for entry in entries if entry.kept for name in entry.names for w in name.split()[:-1] if "(" not in name}
    return [Entry(w.lower(), case="any") for w in sorted(words) if distinctive(w) and w.casefold() not in known]


def items_of(segment: Segment, matcher: Matcher, entries: Sequence[Entry]) -> tuple[Item, ...]:
    """Terms and opaque spans of a segment; a term within an opaque span is part of it, and one around it holds it."""
    found = matcher.find(segment.text)
    items = [
        Item(span.start, span.end, span.text, kind=span.kind, pos="noun", gender="m")
        for span in segment.opaque
        if not any(o.start <= span.start and span.end <= o.end for o in found)
    ]
    for o in found:
        if not any(i.start < o.end and o.start < i.end for i in items):
            items.append(_item(o, entries[o.entry], segment.text))
    return tuple(sorted(items, key=lambda item: item.start))


def _item(occurrence: Occurrence, entry: Entry, text: str) -> Item:
    plural = entry.number == "pl" or (entry.number != "sg" and occurrence.plural and entry.pos != "name")
    if entry.kept:
        words = entry.source if entry.policy == "invariant" else occurrence.text
        words = re.sub(r"^\((\w+)\)(?=\w)", r"\1", words)
        starts = occurrence.text[:1].isupper() and not occurrence.text.isupper()
        if starts and entry.source[:1].islower() and _opens(text, occurrence.start):
            words = words[0].lower() + words[1:]
        return Item(occurrence.start, occurrence.end, words, "", "term", entry.pos, entry.gender,
                    "pl" if plural else "sg", occurrence.entry)  # fmt: skip
    gender = entry.gender or gender_of_italian(entry.target)
    inflects = entry.policy != "invariant" and not is_plural(entry.source)
    many = plural_of_phrase(entry.target, gender) if inflects else entry.target
    plural = plural and is_plural(occurrence.text)
    return Item(occurrence.start, occurrence.end, entry.target, many, "term", entry.pos or "noun", gender,
                "pl" if plural else "sg", occurrence.entry)  # fmt: skip


def _opens(text: str, at: int) -> bool:
    before = text[:at].rstrip(" \"'“‘«([")
    return not before or before[-1] in ".!?:"


def _inner(segment: Segment, request: Request, mark: Mark) -> Request:
    """The words under a mark as a request of their own: their translation tells where the mark goes."""
    items = tuple(
        replace(i, start=i.start - mark.start, end=i.end - mark.start)
        for i in request.items
        if mark.start <= i.start and i.end <= mark.end
    )
    return Request(segment.text[mark.start : mark.end], items)


def agree(reply: Reply, request: Request) -> Reply:
    """The reply with Italian articles before kept words made to suit their sound, gender and number."""
    text, placed = reply.text, []
    moved = 0
    for place in sorted(reply.placed, key=lambda p: p.start):
        start, end = place.start + moved, place.end + moved
        item = request.items[place.index] if 0 <= place.index < len(request.items) else None
        adjective = item is not None and item.pos in ("adjective", "adverb")
        gender = place.gender or ("" if item is None or adjective else item.gender)
        text, by = with_agreement(text, start, end, gender=gender, number=place.number)
        moved += by
        placed.append(replace(place, start=start + by, end=end + by))
    return Reply(text, tuple(p for p in placed if p.index >= 0))


def _glossed(reply: Reply, request: Request, glossary: Glossary, done: set[int]) -> Reply:
    """The reply with "(spazio latente)" after the first kept "latent space" whose row asks for a gloss."""
    text, placed, moved = reply.text, [], 0
    for place in reply.placed:
        entry_index = request.items[place.index].entry
        start, end = place.start + moved, place.end + moved
        placed.append(replace(place, start=start, end=end))
        if entry_index < 0 or glossary.entries[entry_index].policy != "gloss" or entry_index in done:
            continue
        done.add(entry_index)
        gloss = f" ({glossary.entries[entry_index].target})"
        text = text[:end] + gloss + text[end:]
        moved += len(gloss)
    return Reply(text, tuple(placed))


def _segment(source: Segment, request: Request, reply: Reply, marks: Sequence[Mark]) -> Segment:
    markup = [
        Span(p.start, p.end, request.items[p.index].kind, request.items[p.index].text)
        for p in reply.placed
        if request.items[p.index].kind in ("markup", "code")
    ]
    return Segment(source.start, source.end, reply.text, tuple(marks), opaque_of(reply.text, markup), source.escape)


def _translation(
    document: Document, segments: Sequence[Segment], glossary: Glossary, engine: Engine, to: str
) -> Translation:
    if not any(segment.text.strip() for segment in segments):
        raise InputError(f"{document.name}: {engine.name} answered nothing", hint="try another engine")
    text = document.render([(s.text, s.marks, s.opaque) for s in segments])
    report = report_on(pair(document.segments, segments, glossary.entries, in_step=True), glossary, to=to)
    return Translation(text, report, tuple(segments), engine.name, engine.usage)
