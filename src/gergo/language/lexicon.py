"""A small English-Italian lexicon of our own: what the check recognises, and what an engine is told to say.

`lexicon.csv` holds `english,pos,italian,gender`: words of research, commerce and trade that a general dictionary
lacks or gets wrong ("fashion" is moda, not modo).
"""

from __future__ import annotations

import csv
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from gergo.language.matching import singular_of

_SPELLINGS = (
    ("ction", "zion"),
    ("tion", "zion"),
    ("ph", "f"),
    ("th", "t"),
    ("ct", "t"),
    ("pt", "t"),
    ("x", "s"),
    ("y", "i"),
    ("k", "c"),
    ("qu", "cu"),
)
_MIN_PREFIX = 5  # letters that a word and its cognate share at least


@dataclass(frozen=True)
class Word:
    """An Italian word for an English one; `gender` is m, f or mf for nouns."""

    english: str
    pos: str
    italian: str
    gender: str


@cache
def words() -> dict[str, tuple[Word, ...]]:
    """The lexicon by English word, the preferred translation first."""
    table: dict[str, list[Word]] = defaultdict(list)
    text = files("gergo.language").joinpath("lexicon.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        table[row["english"]].append(Word(row["english"], row["pos"], row["italian"], row["gender"]))
    return {english: tuple(found) for english, found in table.items()}


@cache
def renders(english: str, italian: str) -> bool:
    """Whether an Italian word looks like a translation of an English one: by the lexicon, or as its cognate.

    >>> renders("models", "modelli"), renders("contrastive", "contrastivo"), renders("space", "testo")
    (True, True, False)
    """
    english, italian = english.casefold(), italian.casefold()
    if english == italian:
        return False
    listed = (*words().get(english, ()), *words().get(singular_of(english), ()))
    if any(_inflects(part, italian) for word in listed for part in word.italian.casefold().split()):
        return True
    one, other = spelled_alike(singular_of(english)), spelled_alike(italian)
    shared = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return shared >= max(_MIN_PREFIX, round(0.7 * len(one)))


def _inflects(lemma: str, form: str) -> bool:
    """Whether `form` is `lemma` with another ending: compito, compiti; rete, reti; words of four letters at least."""
    return len(lemma) >= 4 and form.startswith(lemma[:-1]) and len(form) <= len(lemma) + 1


@cache
def spelled_alike(word: str) -> str:
    """A word with the differences of spelling between English and Italian taken out: vector and vettore share vetor."""
    plain = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    for english, italian in _SPELLINGS:
        plain = plain.replace(english, italian)
    return "".join(c for i, c in enumerate(plain) if i == 0 or plain[i - 1] != c)
