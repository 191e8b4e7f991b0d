"""Apertium's stream format: lexical units `^surface/analysis<tag>$` among blanks, and our own tokens in it."""

from __future__ import annotations

import re
from collections.abc import Callable

UNIT = re.compile(r"\^((?:[^$\\]|\\.)*)\$")
TOKEN = re.compile(r"[xX][qQ]([a-pA-P]+)[qQ]")
_PASSES = re.compile(r"[\w\s.,;:!?()'’\"“”‘«»\-–—…%]", re.UNICODE)
_SPLIT = re.compile(r"(?:[^/\\]|\\.)+")
_TAGS = re.compile(r"((?:\\.|[^<\\])*)((?:<[^>]*>)*)(.*)", re.S)


def token(number: int) -> str:
    """A word of letters only that no dictionary has, for our unit `number`: 0 is "xqaq", 17 is "xqbbq"."""
    letters = ""
    while True:
        letters = chr(ord("a") + number % 16) + letters
        number //= 16
        if number == 0:
            return f"xq{letters}q"


def number_of(text: str) -> int | None:
    """The number of our token in a lemma or word, None where there is none."""
    match = TOKEN.fullmatch(text)
    if match is None:
        return None
    value = 0
    for letter in match[1].lower():
        value = value * 16 + ord(letter) - ord("a")
    return value


def escaped(text: str, blanks: list[str]) -> str:
    """Plain text for the analyser: signs that mean something to it become blanks `[n]` that point into `blanks`."""
    pieces = []
    for piece in re.split(rf"((?:(?!{_PASSES.pattern}).)+)", text, flags=re.S):
        if piece and not _PASSES.match(piece):
            pieces.append(blank(piece, blanks))
        else:
            pieces.append(piece.replace("\n", " "))
    return "".join(pieces)


def blank(text: str, blanks: list[str]) -> str:
    """A blank that stands for `text` and survives every stage."""
    blanks.append(text)
    return f"[b{len(blanks) - 1}]"


def split_unit(body: str) -> list[str]:
    """The slash-separated parts of a lexical unit's body."""
    return _SPLIT.findall(body)


def lemma_and_tags(part: str) -> tuple[str, str, str]:
    """`space<n><sg># out` as lemma, tags, and the rest of a multiword."""
    match = _TAGS.fullmatch(part)
    assert match is not None
    return match[1], match[2], match[3]


def rewrite(stream: str, change: Callable[[str], str | None]) -> str:
    """Replace the body of each lexical unit by what `change` returns for it; None leaves it."""

    def one(match: re.Match[str]) -> str:
        body = change(match[1])
        return match[0] if body is None else f"^{body}$"

    return UNIT.sub(one, stream)
