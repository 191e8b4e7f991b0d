"""Which one-byte encoding makes words: each holds letters of one language, standing where that language has them.

Under a wrong encoding most bytes still become letters, but of different languages within a word ("Coleçăo", "gümüþ"),
or symbols between letters ("¿ó³ty"), or capitals after small ones ("cittÖ"). Words count once, however often they come.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Language(NamedTuple):
    """The letters beyond ASCII of a language, and what it never has (of a lower-case word)."""

    letters: frozenset[str]
    never: re.Pattern[str]


def _language(letters: str, never: str = "(?!)") -> Language:
    return Language(frozenset(letters), re.compile(never))


_WEST = (
    _language("äöüß", "^ß"),  # German
    _language("àâæçéèêëîïôœùûüÿ"),  # French
    _language("áéíóúüñ"),  # Spanish
    _language("áâãàçéêíóôõúü", "õ(?!e)|ã(?![eosn]|$)"),  # Portuguese
    _language("àèéìíîòóùú"),  # Italian
    _language("àçèéíïòóúü"),  # Catalan
    _language("áàéèêëíïóöúü"),  # Dutch
    _language("åäöéüà"),  # Swedish, Finnish
    _language("æøåéèêòôäöü"),  # Danish, Norwegian
    _language("áðéíóúýþæö", "^ð|þ$|þ(?=[bcdfghklmnpstxz])|ý.*ý"),  # Icelandic
    _language("áéíóúýšž"),  # names from central Europe, as far as they can be written
)
_CENTRAL = (
    _language("ąćęłńóśźż"),  # Polish
    _language("áčďéěíňóřšťúůýž"),  # Czech
    _language("áäčďéíĺľňóôŕšťúýž"),  # Slovak
    _language("áéíóöőúüű"),  # Hungarian
    _language("ăâîşţ", "ă[oe]"),  # Romanian
    _language("čćđšž"),  # Slovene, Croatian
    _language("äöüß", "^ß"),  # German
)
_TURKISH = (_language("çğıİöşüâîû"),)
_BALTIC = (
    _language("ąčęėįšųūž"),  # Lithuanian
    _language("āčēģīķļņšūž"),  # Latvian
    _language("äõöüšž"),  # Estonian
)
# Under cp1258 a tone is a character of its own, after its vowel.
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_VOWELS = "".join(unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưy" for tone in ["", *_TONES])
_VIETNAMESE = (_language("đ" + "".join(c for c in _VOWELS if not c.isascii()), "[ăắằẳẵặ](?![cmnpt])|ơ[eo]|.đ"),)
# In the order of preference when several read equally well, as they do where their texts are the same.
LANGUAGES = {
    "cp1252": _WEST,
    "cp1250": _CENTRAL,
    "cp1254": _TURKISH,
    "mac_roman": _WEST,
    "cp850": _WEST,
    "iso8859_2": _CENTRAL,
    "cp1257": _BALTIC,
    "cp1258": _VIETNAMESE,
}
_FOREIGN_COST = 0.25  # of a word in another language than most: brands and loanwords, but each is a little evidence
_MAX_IMPROBABLE = 0.25
_MAX_UNDEFINED = 0.01  # of the bytes beyond ASCII: stray ones
_WORD = re.compile(r"[^\s\x00-\x40\x5b-\x60\x7b-\x7f]+")
_UNIT = re.compile(r"(?:[kdchm]?m|ft|in|yd)[²³]|µ[a-z]{1,2}|[a-z]{1,2}[ºª]|ø", re.I)
_OPENING = "\xad¿¡«»‹›“”„‘’‚–—…•·°±×§©®™€´¨"
_CLOSING = "\xad«»‹›“”‘’…°©®™€§"
_ALONE = frozenset(_OPENING + "¹²³¼½¾ªºµ£¢¥¶¦¬¤¸†‡‰")
_NO_LETTERS = frozenset("ªºµ")  # although Unicode says so
_WITHIN = re.compile(r"(?<=[^\W\d_])[’‘´·–—×®™\xad]+(?=[^\W\d_])")


@dataclass(frozen=True)
class Judgement:
    """How well an encoding makes words. cost: improbable ones, and a little for each that another language explains."""

    encoding: str
    words: Counter[str]
    improbable: int
    cost: float

    @property
    def is_probable(self) -> bool:
        return self.improbable <= _MAX_IMPROBABLE * len(self.words)


def most_natural(data: bytes) -> Judgement | None:
    """The Latin encoding whose words are the most natural; None if under each too many are not.

    data: lines that hold bytes beyond ASCII.
    """
    possible = [_judge(data, encoding) for encoding in LANGUAGES if not is_undefined(data, encoding)]
    best = min(possible, key=lambda judgement: judgement.cost)  # some encodings lack nothing
    return best if best.is_probable else None


def is_undefined(data: bytes, encoding: str) -> bool:
    """Whether more than a stray byte is no character under an encoding: then it is another one.

    >>> is_undefined("赤い靴".encode("cp932"), "cp1252"), is_undefined("Größe".encode("cp1252"), "cp1252")
    (True, False)
    """
    beyond = sum(byte > 127 for byte in data)
    return data.decode(encoding, "replace").count("\N{REPLACEMENT CHARACTER}") > _MAX_UNDEFINED * beyond


def foreign_words(text: str) -> Counter[str]:
    """The words that hold characters beyond ASCII, and how often; numbers, units and lone symbols are none."""
    found = Counter(word for word in _WORD.findall(text) if not word.isascii())
    return Counter({word: count for word, count in found.items() if not _is_symbol(word)})


def _judge(data: bytes, encoding: str) -> Judgement:
    words = foreign_words(unicodedata.normalize("NFC", data.decode(encoding, "replace")))
    explained = [_explaining(word, LANGUAGES[encoding]) for word in words]
    improbable = sum(not languages for languages in explained)
    most = max(Counter(language for languages in explained for language in languages).values(), default=0)
    return Judgement(encoding, words, improbable, improbable + _FOREIGN_COST * (len(words) - improbable - most))


def _explaining(word: str, languages: Sequence[Language]) -> list[int]:
    """The languages, by their places, that a word can be of."""
    parts = _WITHIN.split(word.lstrip(_OPENING).rstrip(_CLOSING))
    letters = "".join(parts)
    if not all(part.isalpha() for part in parts if part) or not _NO_LETTERS.isdisjoint(letters) or _misplaced(letters):
        return []
    beyond = frozenset(letter.lower() if letter != "İ" else letter for letter in letters if not letter.isascii())
    if len(letters) > 4 and not any(map(str.isascii, letters)):
        return []
    small = letters.lower()
    return [
        place
        for place, language in enumerate(languages)
        if beyond <= language.letters and not language.never.search(small)
    ]


def _misplaced(letters: str) -> bool:
    """Whether a capital follows a small letter, or a small one stands between capitals: "cittÖ", "STýHLE"."""
    for before, letter, after in zip(f" {letters}", letters, f"{letters[1:]} ", strict=False):
        rises = before.islower() and letter.isupper() and not (before + letter).isascii() and before != "ß"  # GRÖßE
        falls = before.isupper() and after.isupper() and letter.islower() and not letter.isascii() and letter != "ß"
        if rises or falls:
            return True
    return False


def _is_symbol(word: str) -> bool:
    return bool(_UNIT.fullmatch(word)) or _ALONE.issuperset(word)
