"""Bracketed asides, translated as texts of their own.

An aside between a noun and its verb would break their agreement; as a blank it does not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_ASIDE = re.compile(r"\(([^()]*[^\W\d_]{2}[^()]*)\)(?!\w)")


def without_asides(text: str, asides: list[str]) -> str:
    """The text with a blank `[a0]` for each aside, which goes into `asides`; an aside may hold the blank of another."""
    while (match := _ASIDE.search(text)) is not None:
        asides.append(match[1])
        text = text[: match.start()] + f"[a{len(asides) - 1}]" + text[match.end() :]
    return text


def with_asides(text: str, asides: Sequence[str]) -> str:
    """The text with its asides, translated by now, put back."""
    return re.sub(r"\[a(\d+)\]", lambda m: f"({with_asides(asides[int(m[1])], asides)})", text)
