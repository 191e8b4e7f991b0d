"""Which encoding of East Asia makes text: characters that its language uses every day, not any that it has a place for.

Nearly all bytes are characters under each. Under a wrong one they are rare ones, those of another script, or private.
The codes themselves say what is common: JIS, GB 2312 and Big5 hold everyday characters in their first levels, KS X 1001
the everyday syllables.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from functools import lru_cache

from gergo.catalogue.sources.letters import foreign_words

# In the order of preference: what reads as everyday Korean reads as everyday Chinese too, and not the other way round.
_LANGUAGES = {
    "cp932": "ja",
    "euc_jp": "ja",
    "euc_jis_2004": "ja",  # with ① and ㈱
    "cp949": "ko",
    "gb18030": "zh",
    "cp950": "tw",
}
_FIRST_LEVEL = {"ja": ("euc_jp", 0xB0, 0xCF), "zh": ("gb2312", 0xB0, 0xD7), "tw": ("big5", 0xA4, 0xC6)}
_HALF_WIDTH_COST = 0.5  # old exports have half-width katakana, but most often other languages look so
_NO_KANA_COST = 0.1
_ALONE_COST = 0.5  # of a letter alone among Latin ones: T恤 is Chinese, but Gardener’s is Gardener痴, too
_MAX_COST = 0.2
_KANA = re.compile("[\u3041-\u30ff]")
_HALF_WIDTH = re.compile("[\uff66-\uff9f]")
_ALONE = re.compile(r"(?<=[A-Za-z])[^\W\d_a-zA-Z](?![^\W\d_a-zA-Z])|(?<![^\W\d_a-zA-Z])[^\W\d_a-zA-Z](?=[A-Za-z])")


def east_asian(data: bytes) -> str:
    """The encoding whose characters are the most natural; "" if under each too many are not.

    data: lines that hold bytes beyond ASCII; the last may be cut.
    """
    costs = {encoding: _cost(data, encoding, language) for encoding, language in _LANGUAGES.items()}
    best = min(costs, key=lambda encoding: costs[encoding])
    return best if costs[best] <= _MAX_COST else ""


def _cost(data: bytes, encoding: str, language: str) -> float:
    """The share of letters that are not everyday ones; 1 where bytes are no characters, or none is a letter."""
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(data)
    except UnicodeDecodeError:
        return 1.0
    words = "\n".join(foreign_words(text))  # each counts once, however often it comes
    letters = [c for c in words if not c.isascii() and (c.isalpha() or unicodedata.category(c) in ("Co", "Cn"))]
    if not letters:
        return 1.0
    odd = sum(_oddness(letter, language) for letter in letters) + _ALONE_COST * len(_ALONE.findall(words))
    return odd / len(letters) + (_NO_KANA_COST if language == "ja" and not _KANA.search(words) else 0.0)


@lru_cache(maxsize=1 << 16)
def _oddness(letter: str, language: str) -> float:
    """0 for an everyday letter, 1 for one that nearly no text has.

    >>> [_oddness(letter, "ja") for letter in "赤シｼ凜한"]
    [0.0, 0.0, 0.5, 1.0, 1.0]
    """
    if language == "ko":
        return float(not ("가" <= letter <= "힣" and len(letter.encode("euc_kr", "ignore")) == 2))
    if language == "ja" and _KANA.fullmatch(letter):
        return 0.0
    if language == "ja" and _HALF_WIDTH.fullmatch(letter):
        return _HALF_WIDTH_COST
    if "\uff01" <= letter <= "\uff5e":  # full-width Latin
        return 0.0
    code, first, last = _FIRST_LEVEL[language]
    written = letter.encode(code, "ignore")
    return float(not (len(written) == 2 and first <= written[0] <= last))
