"""Kept words as placeholders, for engines that know no grammar of ours: mask, verify, and repair."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from gergo.language.engines import Item, Placed, Reply, Request
from gergo.language.sentences import sentence_spans

Translate = Callable[[list[str]], list[str]]


def mask(index: int) -> str:
    """The placeholder of item `index`: letters and digits that subword models copy, and no text has."""
    return f"XQ{index}Z"


_MASK = re.compile(r"(?<![^\W_])XQ\s?(\d+)\s?Z(?![^\W_])", re.I)


def translate_masked(requests: Sequence[Request], translate: Translate) -> list[Reply]:
    """Translate sentence by sentence with items masked; where a mask is lost, the text around it piece by piece.

    The repair loses some grammar at the seams and no term.
    """
    pieces = [piece for request in requests for piece in sentences_of(request)]
    answers = translate([masked(piece) for piece in pieces])
    broken = [i for i, (piece, answer) in enumerate(zip(pieces, answers, strict=True)) if not intact(piece, answer)]
    around = [text for i in broken for text in _around(pieces[i])]
    repaired = iter(translate(around)) if around else iter(())
    for i in broken:
        answers[i] = _joined(pieces[i], [next(repaired) for _ in _around(pieces[i])])
    replies = [unmasked(piece, answer) for piece, answer in zip(pieces, answers, strict=True)]
    done, at = [], 0
    for request in requests:
        count = len(sentences_of(request))
        done.append(_together(request, replies[at : at + count]))
        at += count
    return done


def sentences_of(request: Request) -> list[Request]:
    """A request cut into sentences, none of which cuts an item."""
    spans: list[tuple[int, int]] = []
    for start, end in sentence_spans(request.text) or [(0, len(request.text))]:
        cut = any(i.start < start < i.end for i in request.items)
        if cut and spans:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return [
        Request(
            request.text[a:b],
            tuple(replace(i, start=i.start - a, end=i.end - a) for i in request.items if a <= i.start and i.end <= b),
        )
        for a, b in spans
    ]


def masked(request: Request) -> str:
    """The text with a placeholder for each item."""
    pieces, at = [], 0
    for i, item in enumerate(request.items):
        pieces += [request.text[at : item.start], mask(i)]
        at = item.end
    return "".join([*pieces, request.text[at:]])


def intact(request: Request, answer: str) -> bool:
    """Whether every placeholder stands in the answer exactly once."""
    return sorted(int(m[1]) for m in _MASK.finditer(answer)) == list(range(len(request.items)))


def unmasked(request: Request, answer: str) -> Reply:
    """The answer with its items written out, and where they stand."""
    pieces, placed, length, at = [], [], 0, 0
    for match in _MASK.finditer(answer):
        index = int(match[1])
        if index >= len(request.items):
            continue
        item = request.items[index]
        text = form_of(item)
        pieces += [answer[at : match.start()], text]
        length += match.start() - at
        placed.append(
            Placed(index, length, length + len(text), item.gender, item.number if item.kind == "term" else "")
        )
        length += len(text)
        at = match.end()
    return Reply("".join([*pieces, answer[at:]]), tuple(placed))


def form_of(item: Item) -> str:
    """What is written for an item: its plural where the source has one and the glossary gives it."""
    return item.plural if item.plural and item.number == "pl" else item.text


def _around(request: Request) -> list[str]:
    """The stretches between items that hold words."""
    edges = [0, *(edge for item in request.items for edge in (item.start, item.end)), len(request.text)]
    texts = [request.text[edges[i] : edges[i + 1]] for i in range(0, len(edges), 2)]
    return [_core(text)[1] for text in texts if any(c.isalpha() for c in text)]


def _core(text: str) -> tuple[str, str, str]:
    """A stretch as the signs before its first word, its words, and the signs after: only words are translated."""
    match = re.fullmatch(r"([\W_]*)(.*?)([\W_]*)", text, re.S)
    assert match is not None
    return match[1], match[2], match[3]


def _joined(request: Request, translated: Sequence[str]) -> str:
    pieces, at = [], 0
    words = iter(translated)
    for i, item in enumerate([*request.items, None]):
        text = request.text[at : item.start if item else len(request.text)]
        if any(c.isalpha() for c in text):
            lead, _, tail = _core(text)
            text = lead + _MASK.sub("", next(words)).strip() + tail
        pieces.append(text)
        if item:
            pieces.append(mask(i))
            at = item.end
    return "".join(pieces)


def _together(request: Request, replies: Sequence[Reply]) -> Reply:
    text, placed, first = "", [], 0
    for piece, reply in zip(sentences_of(request), replies, strict=True):
        text += " " if text else ""
        moved = [
            replace(p, index=p.index + first, start=p.start + len(text), end=p.end + len(text)) for p in reply.placed
        ]
        placed += moved
        text += reply.text
        first += len(piece.items)
    return Reply(text, tuple(placed))
