"""Which language a text is in: the one whose everyday words it is made of, from wordfreq."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from math import log10

MOST_WORDS = 20_000  # looked at
FEWEST_WORDS = 20  # a name or two are of no language
ENGLISH = 0.65  # of the words that are everyday English, from which on no other language is looked at
MARGIN = 0.5  # on wordfreq's log scale: how much better another language must fit
_NO_SPACES = frozenset({"ja", "ko", "zh"})  # wordfreq needs further packages to tell their words apart
_WORD = re.compile(r"[^\W\d_]+")


def language_of(texts: Iterable[str]) -> str:
    """The code of the language, "en" where no other fits better, or there are too few words to tell.

    >>> language_of(["A hat of red wool", "The blue shoes"] * 3), language_of(["Eine Schraube aus Messing"] * 6)
    ('en', 'de')
    """
    from wordfreq import available_languages, get_frequency_dict

    words = Counter(word.casefold() for text in texts for word in _WORD.findall(text))
    words = Counter(dict(words.most_common(MOST_WORDS)))
    english = get_frequency_dict("en", "small")
    if (
        words.total() < FEWEST_WORDS
        or sum(n for word, n in words.items() if word in english) >= ENGLISH * words.total()
    ):
        return "en"
    fits = {
        code: _fit(words, get_frequency_dict(code, "small"))
        for code in sorted(available_languages("small"))
        if code not in _NO_SPACES
    }
    best = max(fits, key=lambda code: fits[code])
    return best if fits[best] > fits["en"] + MARGIN else "en"


def _fit(words: Mapping[str, int], frequencies: Mapping[str, float]) -> float:
    """The mean of the words' Zipf frequencies, 0 for what the language does not have."""
    scores = (n * (9 + log10(frequencies[word])) for word, n in words.items() if word in frequencies)
    return sum(scores) / max(1, sum(words.values()))
