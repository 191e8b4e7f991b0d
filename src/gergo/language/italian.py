"""Italian articles and articulated prepositions: which form a word asks for, by its sound, gender and number.

The sound of a foreign word is the one Italians give it: "lo zero-shot", "l'hardware", "il wrapper", and spelled
acronyms by the name of their first letter ("l'OCR", "l'SVM", but "il CLIP", "la GPU"). Where use wavers ("lo hashing",
"l'hashing") both forms are right, and the first is the one we write. Rules: Serianni, Grammatica italiana, IV 1-22.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

VOWEL, IMPURE, PLAIN = "vowel", "impure", "plain"
_LETTER_NAMES_IN_VOWEL = frozenset("AEFHILMNORSUX")  # acca, effe, emme, elle, enne, erre, esse, ics...
_ONSETS = re.compile(r"(?:[bcdfgpt]r|[bcfgps]l|[bcdfghjklmnpqrstvwyz]|s[cfklmnpqtvw]r?|[cstpw]h)[aeiouy]", re.I)
_IMPURE = re.compile(r"(?:s[bcdfghklmnpqrtvwxz]|z|x|y|gn|pn|ps|pt|ts|tz|ct|ft|mn|bd|cz|dj|ks|i[aeou](?!\w?\W))", re.I)
_SILENT = re.compile(r"(?:kn|wr|wh|w)", re.I)
_GLIDE = re.compile(r"(?:uni[^mn]|us[aeu]|ut[eio]|eu|one\b|once|ubiq)", re.I)
_SPOKEN_NUMBERS_IN_VOWEL = re.compile(r"(?:8\d*|11|1)(?!\d)")


def sounds(word: str) -> tuple[str, ...]:
    """The sounds a word may begin with, the preferred one first: "vowel", "impure" (lo, gli) or "plain".

    >>> [sounds(w)[0] for w in ("encoder", "zero-shot", "CLIP", "OCR", "GPU", "stream", "hardware", "wrapper")]
    ['vowel', 'impure', 'plain', 'vowel', 'plain', 'impure', 'vowel', 'plain']
    """
    word = word.lstrip("\"'“”«»‘’([{<*_`~ ")
    first = re.split(r"[\s\-/‐‑]", word, maxsplit=1)[0].strip(".,;:!?)]}'\"”»")
    if not first:
        return (PLAIN, VOWEL, IMPURE)
    if first[0].isdigit():
        return (VOWEL, PLAIN) if _SPOKEN_NUMBERS_IN_VOWEL.match(first) else (PLAIN,)
    letters = re.sub(r"[\W\d_]", "", first)
    if letters.isupper() and (len(letters) > 1 or first != letters) and not _read_as_word(letters, first):
        return (VOWEL,) if letters[0] in _LETTER_NAMES_IN_VOWEL else (IMPURE, PLAIN) if letters[0] == "Z" else (PLAIN,)
    return _spoken(first)


def _read_as_word(letters: str, first: str) -> bool:
    """Whether an acronym is read as a word (CLIP, RAM) and not by its letters (OCR, GPU)."""
    return first == letters and len(letters) > 2 and bool(_ONSETS.match(letters)) and letters[-2:] not in ("PU",)


def _spoken(word: str) -> tuple[str, ...]:
    low = word.casefold()
    if low[0] in "aeiouàèéìíòóùúäöü":
        if _GLIDE.match(low):
            return (VOWEL, IMPURE, PLAIN)
        return (IMPURE, VOWEL) if re.match(r"i[aeou]", low) and not re.match(r"io[nt]", low) else (VOWEL,)
    if low[0] == "h":
        return (VOWEL, IMPURE, PLAIN)
    if _SILENT.match(low):
        return (PLAIN, IMPURE) if low.startswith("wh") else (PLAIN,)
    if low.startswith(("pn", "j")):
        return (IMPURE, PLAIN) if low.startswith("pn") else (PLAIN, IMPURE)
    return (IMPURE,) if _IMPURE.match(low) else (PLAIN,)


@dataclass(frozen=True)
class Article:
    """An article or articulated preposition: `stem` is "" or the preposition, or quel, nessun, alcun...

    Attributes:
        stem: di, a, da, in, su before a definite article; "quel" and "bel" inflect like one; nessun, alcun... like un.
        definite: whether it inflects like il/lo/la; else like un/uno/una.
        gender: m, f, or "" where the form does not show it (l', dell').
        number: sg or pl.
        sounds: the sounds it may stand before.
    """

    stem: str
    definite: bool
    gender: str
    number: str
    sounds: frozenset[str]


_ENDINGS = {  # (gender, number) -> sound -> (il-like form, form after di, a, da, in, su)
    ("m", "sg"): {PLAIN: ("il", "l"), IMPURE: ("lo", "llo"), VOWEL: ("l'", "ll'")},
    ("f", "sg"): {PLAIN: ("la", "lla"), IMPURE: ("la", "lla"), VOWEL: ("l'", "ll'")},
    ("m", "pl"): {PLAIN: ("i", "i"), IMPURE: ("gli", "gli"), VOWEL: ("gli", "gli")},
    ("f", "pl"): {PLAIN: ("le", "lle"), IMPURE: ("le", "lle"), VOWEL: ("le", "lle")},
}
_STEMS = {"di": "de", "a": "a", "da": "da", "in": "ne", "su": "su", "quel": "que", "bel": "be"}
_UN = {("m", PLAIN): "", ("m", VOWEL): "", ("m", IMPURE): "o", ("f", PLAIN): "a", ("f", IMPURE): "a", ("f", VOWEL): "'"}
_UN_STEMS = ("un", "nessun", "alcun", "ciascun", "qualcun")


def form(stem: str, definite: bool, gender: str, number: str, sound: str) -> str:
    """The one right form: `form("di", True, "m", "sg", "vowel")` is "dell'"; an elided form ends in an apostrophe.

    Args:
        stem: "", di, a, da, in, su, quel or bel where definite, un, nessun, alcun, ciascun where not.
        gender: m or f.
        number: sg or pl; the indefinite has only the singular.
    """
    if not definite:
        return (stem or "un") + _UN[gender, sound]
    bare, after = _ENDINGS[gender, number][sound]
    return _STEMS[stem] + after if stem else bare


def _table() -> dict[str, Article]:
    forms: dict[str, list[tuple[str, bool, str, str, str]]] = {}
    for definite, stems in ((True, ("", *_STEMS)), (False, _UN_STEMS)):
        for stem in stems:
            for gender in "mf":
                for number in ("sg", "pl") if definite else ("sg",):
                    for sound in (PLAIN, IMPURE, VOWEL):
                        written = form(stem, definite, gender, number, sound)
                        forms.setdefault(written, []).append((stem, definite, gender, number, sound))
    table = {}
    for written, readings in forms.items():
        stem, definite, gender, number, _ = readings[0]
        genders = {reading[2] for reading in readings}
        table[written] = Article(
            stem, definite, gender if len(genders) == 1 else "", number, frozenset(r[4] for r in readings)
        )
    return table


ARTICLES = _table()
_BEFORE = re.compile(r"(?<![\w'’])([^\W\d_]+)(?:(['’])\s?|\s+)[\"“«‘(\[{*_`~]*$")


def article_before(text: str, at: int) -> tuple[int, int, Article] | None:
    """The article or articulated preposition that stands right before `text[at:]`: where it is, and what.

    A comma or full stop between them, or a word that is no article, gives None.
    """
    match = _BEFORE.search(text, max(0, at - 24), at)
    if match is None:
        return None
    written = match[1].casefold() + ("'" if match[2] else "")
    article = ARTICLES.get(written)
    if article is None or (written in ("a", "da", "su") and not match[2]):
        return None
    return match.start(), match.end(1) + len(match[2] or ""), article


def agreed(article: Article, word: str, *, gender: str = "", number: str = "") -> str:
    """The form of `article` before `word`: its sound from the word, its gender and number as given or as they were."""
    gender = gender or article.gender or "m"
    number = number or article.number
    if not article.definite:
        number = "sg"
    sound = sounds(word)[0]
    if article.stem == "bel" and sound == PLAIN and (gender, number) == ("m", "sg"):
        return "bel"
    return form(article.stem, article.definite, gender, number, sound)


def mismatch(article: Article, word: str, *, gender: str = "") -> str:
    """What is wrong with `article` before `word`: "sound", "gender", or "" where nothing is."""
    wanted = gender or article.gender
    options = {wanted} if wanted else {"m", "f"}
    allowed = {
        form(article.stem, article.definite, g, article.number, sound) for g in options for sound in sounds(word)
    }
    here = {
        form(article.stem, article.definite, g, article.number, sound)
        for g in ({article.gender} if article.gender else {"m", "f"})
        for sound in article.sounds
    }
    unelided = article.stem in _UN_STEMS[1:] and article.gender == "f" and wanted == "f"
    if here & allowed or unelided:  # "alcuna idea", "nessuna idea": elision is free, unlike that of una
        return ""
    return "gender" if gender and article.gender and gender != article.gender else "sound"


def with_agreement(text: str, start: int, end: int, *, gender: str = "", number: str = "") -> tuple[str, int]:
    """`text` with the article before `text[start:end]` made to agree, and by how much what follows it has moved."""
    found = article_before(text, start)
    if found is None:
        return text, 0
    at, stop, article = found
    right = agreed(article, text[start:end], gender=gender, number=number)
    between = text[stop:start]
    if right.endswith("'"):
        between = between.lstrip()
    elif not between[:1].isspace():
        between = " " + between
    old = text[at:stop]
    if old[:1].isupper():
        right = right[0].upper() + right[1:]
    if old.replace("’", "'") == right:
        right = old
    fixed = text[:at] + right + between + text[start:]
    return fixed, len(fixed) - len(text)
