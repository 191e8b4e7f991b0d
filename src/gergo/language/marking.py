"""Where markup goes in a translation: bold words are bold again, a link is around the words it was around."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gergo.language.documents import Mark, Segment
from gergo.language.engines import Reply, Request


def place_marks(segment: Segment, request: Request, reply: Reply, inner: Sequence[Reply]) -> list[Mark]:
    """The segment's marks over its translation, nested as they were.

    A mark goes over the kept items that were under it and the words that its own translation (`inner`) has; where
    neither is found it goes over as many words at the same depth in the text, so that markup is never lost.
    """
    placed: list[Mark] = []
    for mark, own in zip(segment.marks, inner, strict=True):
        start, end = _span(segment, request, reply, mark, own.text)
        outer = [m for o, m in zip(segment.marks, placed, strict=False) if o.start <= mark.start and mark.end <= o.end]
        if outer:
            start = min(max(start, outer[-1].start), outer[-1].end)
            end = max(min(end, outer[-1].end), start)
        elif placed and start < placed[-1].end and mark.start >= segment.marks[len(placed) - 1].end:
            start = max(start, placed[-1].end)  # neighbours do not cross
            end = max(end, start)
        placed.append(Mark(start, end, mark.opening, mark.closing))
    return placed


def _span(segment: Segment, request: Request, reply: Reply, mark: Mark, own: str) -> tuple[int, int]:
    text = reply.text
    if mark.start == 0 and mark.end == len(segment.text):
        return 0, len(text)
    whole = re.search(rf"(?<!\w){re.escape(own.strip(' .'))}(?!\w)", text, re.I) if own.strip(" .") else None
    if whole:
        return whole.span()
    under = [
        p for p in reply.placed if mark.start <= request.items[p.index].start and request.items[p.index].end <= mark.end
    ]
    words = {w.casefold()[:5] for w in re.findall(r"\w+", own) if len(w) > 2}
    near = (mark.start + mark.end) / 2 / max(len(segment.text), 1) * len(text)
    found = [m for m in re.finditer(r"\w+", text) if m[0].casefold()[:5] in words]
    if under:
        start, end = min(p.start for p in under), max(p.end for p in under)
        near = (start + end) / 2
    elif found:
        first = min(found, key=lambda m: abs(m.start() - near))
        start, end = first.span()
    else:
        return _proportional(text, segment, mark)
    width = len(own) + 8
    for match in found:  # words beside the anchor that belong to the same run
        if abs((match.start() + match.end()) / 2 - near) <= width:
            low, high = min(start, match.start()), max(end, match.end())
            if high - low <= width:
                start, end = low, high
    return start, end


def _proportional(text: str, segment: Segment, mark: Mark) -> tuple[int, int]:
    scale = len(text) / max(len(segment.text), 1)
    words = [m.span() for m in re.finditer(r"\S+", text)] or [(0, 0)]
    centre = (mark.start + mark.end) / 2 * scale
    count = max(1, len(segment.text[mark.start : mark.end].split()))
    nearest = min(range(len(words)), key=lambda i: abs(sum(words[i]) / 2 - centre))
    first = max(0, min(nearest - count // 2, len(words) - count))
    return words[first][0], words[min(first + count, len(words)) - 1][1]
