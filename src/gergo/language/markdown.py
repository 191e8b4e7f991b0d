"""Markdown into segments: markdown-it-py finds the blocks, the inline markup becomes marks and opaque spans."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gergo.language import hypertext
from gergo.language.documents import Mark, Segment, opaque_of
from gergo.language.opaque import Span

_FRONT_MATTER = re.compile(r"\A---\r?\n.*?\r?\n---[ \t]*(?:\r?\n|\Z)", re.S)
_INLINE = re.compile(
    r"(?P<code>(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`))"
    r"|(?P<image>!\[[^\]\n]*\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\))"
    r"|(?P<auto><(?:https?://|mailto:)[^<>\s]+>)"
    r"|(?P<open>\[)(?=[^\[\]\n]+\](?:\((?!\s)|\[))"
    r"|(?P<close>\](?:\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)|\[[^\[\]\n]*\]))"
    r"|(?P<strong>\*\*|__)|(?P<strike>~~)|(?P<em>\*|(?<!\w)_(?=\w)|(?<=\w)_(?!\w))"
    r"|(?P<html></?[A-Za-z][A-Za-z0-9-]*(?:\s+[\w:-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s<>\"'=]+))?)*\s*/?>|<!--.*?-->)"
    r"|(?P<escape>\\[!-/:-@\[-`{-~])|(?P<break>[ \t]*\\?\n(?:[ \t]*>)*[ \t]*)",
    re.S,
)
_VOID = re.compile(r"<(?:br|hr|img|wbr|input|!--)", re.I)


def segments(text: str) -> list[Segment]:
    """The segments of a Markdown document; code, front matter and link definitions are in none."""
    front = _FRONT_MATTER.match(text)
    start = front.end() if front else 0
    return list(_blocks(text, start))


def _blocks(text: str, start: int) -> Iterator[Segment]:
    from markdown_it import MarkdownIt

    body = text[start:]
    lines = [start]
    for line in body.splitlines(keepends=True):
        lines.append(lines[-1] + len(line))
    at = start
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(body):
        if token.map is None or token.type not in ("inline", "html_block"):
            continue
        first, last = lines[token.map[0]], lines[min(token.map[1], len(lines) - 1)]
        if token.type == "html_block":
            yield from hypertext.segments(text[first:last], first)
            at = last
            continue
        found = _locate(text, token.content, max(at, first), last)
        if found:
            at = found[1]
            yield inline_segment(text[found[0] : found[1]], found[0])


def _locate(text: str, content: str, first: int, last: int) -> tuple[int, int] | None:
    """Where an inline token's content stands: its lines in order, each perhaps after a quote sign or indent."""
    start = end = -1
    at = first
    for line in content.split("\n"):
        begin = text.find(line, at, last)
        if begin < 0:
            return None
        start = begin if start < 0 else start
        at = end = begin + len(line)
    return (start, end) if end > start else None


def inline_segment(raw: str, offset: int) -> Segment:
    """The segment of one block: emphasis, links and tags in pairs become marks, code and images opaque spans."""
    text, at = "", 0
    opened: list[tuple[str, str, int]] = []
    marks: list[Mark] = []
    opaque: list[Span] = []
    pairs = _pairs(raw)
    for match in _INLINE.finditer(raw):
        text += raw[at : match.start()]
        at = match.end()
        if match["break"] is not None:
            text += " " if not match[0].startswith(("  ", "\\")) else ""
            if match[0].startswith(("  ", "\\")):
                opaque.append(Span(len(text), len(text) + len(match[0]), "markup", match[0]))
                text += match[0]
        elif match.start() in pairs:
            opening = pairs[match.start()]
            if opening:
                opened.append((match[0], opening, len(text)))
            elif opened:
                begun, _, where = opened.pop()
                marks.append(Mark(where, len(text), begun, match[0]))
        else:
            kind = "markup" if match["escape"] or match["html"] or match["image"] or match["auto"] else "code"
            kind = kind if match.lastgroup not in ("strong", "strike", "em", "open", "close") else ""
            if kind:
                opaque.append(Span(len(text), len(text) + len(match[0]), kind, match[0]))
            text += match[0]
    text += raw[at:]
    marks.sort(key=lambda m: (m.start, -m.end))
    return Segment(offset, offset + len(raw), text, tuple(marks), opaque_of(text, opaque))


def _pairs(raw: str) -> dict[int, str]:
    """Where paired markup opens (mapped to what closes it) and closes (mapped to ""); what has no partner is absent."""
    stack: list[tuple[str, int]] = []
    pairs: dict[int, str] = {}
    for match in _INLINE.finditer(raw):
        group = match.lastgroup
        if match["open"]:
            stack.append(("]", match.start()))
        elif match["close"]:
            _close(stack, pairs, "]", match)
        elif group in ("strong", "strike", "em"):
            token = match[0]
            flanks_left = match.end() < len(raw) and not raw[match.end()].isspace()
            flanks_right = match.start() > 0 and not raw[match.start() - 1].isspace()
            if flanks_right and any(t == token for t, _ in stack):
                _close(stack, pairs, token, match)
            elif flanks_left:
                stack.append((token, match.start()))
        elif match["html"] and not _VOID.match(match[0]) and not match[0].endswith("/>"):
            name = re.sub(r"\W.*", "", match[0].lstrip("</"), flags=re.S).lower()
            if match[0].startswith("</"):
                _close(stack, pairs, f"</{name}", match)
            else:
                stack.append((f"</{name}", match.start()))
    return pairs


def _close(stack: list[tuple[str, int]], pairs: dict[int, str], token: str, match: re.Match[str]) -> None:
    for i in range(len(stack) - 1, -1, -1):
        if stack[i][0] == token:
            pairs[stack[i][1]] = match[0]
            pairs[match.start()] = ""
            del stack[i:]
            return
