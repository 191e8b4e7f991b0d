"""Words as a full-text index knows them: folded, split, and joined where people write one thing in several ways.

No language is assumed and nothing is stemmed; articles and prepositions of five languages are left out of queries, but
not of what is indexed: in titles they are rare, and would weigh as much as a brand. Accents and capitals fold away;
scripts without spaces give pairs of characters; codes and sizes are indexed whole and in parts, so that M8x40, M8 x 40
and M8×40 meet, and DIN 933 meets DIN933.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

_TIMES = re.compile(r"(?<=\d)\s*[x×*]\s*(?=\d)")
_COMMA = re.compile(r"(?<=\d),(?=\d)")
_UNSPACED = "\u0e00-\u0eff\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff\uac00-\ud7af"  # Thai, Khmer, CJK, Korean
_RUN = re.compile(rf"(?P<unspaced>[{_UNSPACED}]+)|(?P<word>[^\W_{_UNSPACED}]+(?:[-./_'’+&][^\W_{_UNSPACED}]+)*)")
_PIECE = re.compile(r"[^\W\d_]+|\d+(?:\.\d+)*")
_SEPARATOR = re.compile(r"[-./_'’+&]")
_LETTERS_BEFORE_NUMBER = 5  # DIN 933, ISO 4017, RJ 45
_LETTERS_AFTER_NUMBER = 3  # 40 mm, 500 ml, 12 V

# What an inflected word ends in, in the languages shops here write; only words that the catalogue has are tried.
_ENDINGS = ("", "s", "es", "a", "e", "i", "o", "n", "en")
_SHORTEST_STEM = 3
# Of a query, unless it has nothing else. Not among them: words that name products elsewhere (hat, die, top, come, per).
_FUNCTION_WORDS = frozenset(
    """
    a an and are as at be by for from i in is it me my of on or some something that the this to what with you your
    al con da dei del della delle di e gli il la le lo nel un una uno che au aux avec dans de des du et les pour sur une
    das dem den der ein eine einen fur im mit und von zu el en las los para por y
    """.split()  # noqa: SIM905
)
_SHORTEST_MISSPELT = 5
LONG = 7  # letters; in a shorter word another letter makes another word as often as a slip: perro, ferro
_LONGEST_NUMBER = 18  # digits: material numbers of SAP; an EAN has 13


def fold(text: str) -> str:
    """The text without capitals, accents, or variants of width.

    >>> fold("Più CAFFÈ, Größe")
    'piu caffe, grosse'
    """
    if text.isascii():
        return text.casefold()
    parted = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(character for character in parted if not unicodedata.combining(character))
    return unicodedata.normalize("NFC", bare)


def tokens(text: str) -> list[str]:
    """What is indexed of a text, and looked for of a query.

    >>> tokens("Hex bolt M8 x 40")
    ['hex', 'bolt', 'm8x40', 'm8', '40']
    >>> tokens("DIN 933") == tokens("DIN933")
    True
    >>> tokens("T-shirt")
    ['t', 'shirt', 'tshirt']
    """
    found: list[str] = []
    before = ""
    for run in _RUN.finditer(_COMMA.sub(".", _TIMES.sub("x", fold(text)))):
        if run["unspaced"]:
            found += _pairs(run["unspaced"])
            before = ""
            continue
        word = run["word"]
        found += _forms(word)
        joined = _joined(before, word)
        if joined:
            found.append(joined)
        before = word
    return found


def asked(query: str) -> list[str]:
    """The tokens of a query that say what is looked for.

    >>> asked("a bag for the laptop"), asked("the")
    (['bag', 'laptop'], ['the'])
    """
    found = tokens(query)
    return [token for token in found if token not in _FUNCTION_WORDS] or found


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]


def _forms(word: str) -> list[str]:
    """A word; one of several parts also in its parts, and its parts as one."""
    pieces = _PIECE.findall(word)
    if len(pieces) < 2 or "".join(pieces) != word:
        return _parted(word) if _SEPARATOR.search(word) and pieces != [word] else [word]
    sizes = word.split("x")
    if len(sizes) > 1 and all(size[-1:].isdigit() or size[:1].isdigit() for size in sizes):
        return [word, *(form for size in sizes for form in _forms(size))]
    if len(pieces) == 2 and (pieces[0][0].isdigit() or len(pieces[0]) > 1):
        return [*pieces, word]  # din933 and 40mm, as if there were a space; m8 is one word
    return _parted(word) if "." in word else [word]


def _parted(word: str) -> list[str]:
    parts = [part for part in _SEPARATOR.split(word) if part]
    return [form for part in parts for form in _forms(part)] + ["".join(parts)]


def _joined(before: str, word: str) -> str:
    """The two as one where people write them so: DIN 933, 40 mm."""
    if before.isalpha() and 1 < len(before) <= _LETTERS_BEFORE_NUMBER and word.isdigit():
        return before + word
    if before[:1].isdigit() and before.replace(".", "").isdigit() and word.isalpha():
        return before + word if len(word) <= _LETTERS_AFTER_NUMBER else ""
    return ""


def is_code(token: str) -> bool:
    """Whether a token looks like a part of a code or a size: it holds a digit and is no lone figure.

    >>> [is_code(token) for token in ("m8", "933", "7", "bolt")]
    [True, True, False, False]
    """
    return len(token) > 1 and any(character.isdigit() for character in token)


def inflections(token: str, vocabulary: Container[str]) -> list[str]:
    """Other forms of a word that the vocabulary has: plurals, and the endings of gender.

    >>> inflections("shoes", {"shoe", "shirt"}), inflections("scarpa", {"scarpe"})
    (['shoe'], ['scarpe'])
    """
    if not token.isalpha():
        return []
    stems = {token[: len(token) - len(ending)] for ending in _ENDINGS if token.endswith(ending)}
    forms = {stem + ending for stem in stems if len(stem) >= _SHORTEST_STEM for ending in _ENDINGS}
    return sorted(form for form in forms if form != token and form in vocabulary)


def misspelt(token: str, vocabulary: Container[str], alphabet: str) -> list[str]:
    """Words of the vocabulary that are one slip away: a letter missing, added, or two swapped (Norvig, 2007), in long
    words also a wrong one. The first letter is what people get right.

    Codes and short words are never corrected.

    >>> misspelt("adiddas", {"adidas", "nike"}, "adins"), misspelt("m8x41", {"m8x40"}, "0")
    (['adidas'], [])
    """
    if len(token) < _SHORTEST_MISSPELT or not token.isalpha():
        return []
    halves = [(token[:i], token[i:]) for i in range(1, len(token) + 1)]
    slips = {left + right[1:] for left, right in halves if right}
    slips |= {left + right[1] + right[0] + right[2:] for left, right in halves if len(right) > 1}
    slips |= {left + letter + right for left, right in halves for letter in alphabet}
    if len(token) >= LONG:
        slips |= {left + letter + right[1:] for left, right in halves if right for letter in alphabet}
    return sorted(slip for slip in slips if slip in vocabulary)


def zero_forms(number: str) -> list[str]:
    """A number of digits alone with more or fewer zeros before it, which spreadsheets drop; of other words none.

    >>> zero_forms("0042")[:3], zero_forms("m8")
    (['42', '042', '0042'], [])
    """
    bare = number.lstrip("0")
    if not number.isdecimal() or not bare:
        return []
    return ["0" * zeros + bare for zeros in range(_LONGEST_NUMBER - len(bare) + 1)]


def final_sigma(word: str) -> str:
    """A folded word as it is written: Greek has another sigma at the end.

    >>> final_sigma("βατραχοσ")
    'βατραχος'
    """
    return word[:-1] + "ς" if len(word) > 1 and word.endswith("σ") else word
