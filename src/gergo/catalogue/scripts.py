"""Words of any script: Chinese, Japanese, Korean, Thai and their neighbours write them without spaces between."""

from __future__ import annotations

import re

# Kana with its half-width forms, Han, Hangul, and the letters and vowel signs of Thai, Lao, Khmer and Myanmar; no
# digits of theirs. Korean has spaces, yet its names of products are often written as one.
UNSPACED = (
    r"\u3005-\u3007\u3041-\u309f\u30a1-\u30ff\u31f0-\u31ff\uff66-\uff9f"
    r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
    r"\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3"
    r"\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ecd\u0edc-\u0edf\u1780-\u17d3\u1000-\u103f"
)
_LETTER = re.compile(f"[{UNSPACED}]")
_WORD = re.compile(rf"[{UNSPACED}]{{1,2}}|[^\s{UNSPACED}]+")


def is_unspaced(text: str) -> bool:
    """Whether there are letters of a script without spaces: such a text may be words though it has no space."""
    return _LETTER.search(text) is not None


def count_words(text: str) -> int:
    """Words between spaces; where a script has none, two characters are about a word.

    >>> count_words("Red wool shirt"), count_words("洗顔フォーム 155ml"), count_words("กระเป๋าหนัง")
    (3, 4, 6)
    """
    return sum(1 for _ in _WORD.finditer(text))
