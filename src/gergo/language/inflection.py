"""Italian endings by rule, for words that no dictionary at hand inflects, and the gender of terms in Italian."""

from __future__ import annotations

import re

from gergo.language import lexicon
from gergo.language.matching import singular_of

_FEMININE_ENDS = (
    "tion",
    "sion",
    "ity",
    "ance",
    "ence",
    "ology",
    "graphy",
    "ure",
    "ness",
    "sis",
    "cy",
    "age",
    "zione",
    "tà",
)
_MASCULINE_ANYWAY = (
    "language",
    "message",
    "package",
    "coverage",
    "percentage",
    "usage",
    "image processing",
    "sequence length",
)


def gender_of(term: str) -> str:
    """m or f: the gender of the Italian noun that the term's head would be, masculine where nothing tells.

    >>> gender_of("neural network"), gender_of("representation"), gender_of("latent space"), gender_of("OCR")
    ('f', 'f', 'm', 'm')
    """
    words = re.findall(r"[^\W\d_]+", term)
    if not words:
        return "m"
    for name in (term.casefold(), words[-1].casefold(), singular_of(words[-1].casefold())):
        for word in lexicon.words().get(name, ()):
            if word.pos == "noun":
                return "f" if word.gender == "f" else "m"
    head = singular_of(words[-1]).casefold()
    if words[-1].isupper() or head in _MASCULINE_ANYWAY:
        return "m"
    return "f" if len(head) > 4 and head.endswith(_FEMININE_ENDS) else "m"


def plural_of_word(word: str, gender: str) -> str:
    """The plural of an Italian noun or adjective; words that end in a consonant, an accent or -i do not change.

    >>> [plural_of_word(w, g) for w, g in (("rete", "f"), ("spazio", "m"), ("modello", "m"), ("banca", "f"))]
    ['reti', 'spazi', 'modelli', 'banche']
    """
    if (
        len(word) < 3
        or word[-1] not in "aeo"
        or word in ("polo", "foto", "moto", "auto", "radio", "euro", "video", "sneaker")
    ):
        return word
    stem, ending = word[:-1], word[-1]
    if ending == "e":
        return stem + "i"
    if ending == "a":
        if word.endswith(("ca", "ga")):
            return stem + ("he" if gender == "f" else "hi")
        if word.endswith(("cia", "gia")) and word[-4] not in "aeiou":
            return word[:-2] + "e"
        return stem + ("e" if gender == "f" else "i")
    if word.endswith("io"):
        return stem
    return stem + ("hi" if word.endswith(("co", "go")) and not word.endswith(("ico", "logo")) else "i")


def plural_of_phrase(phrase: str, gender: str) -> str:
    """The plural of a noun phrase: its noun and the adjectives after it, up to a preposition.

    >>> plural_of_phrase("caso d'uso", "m"), plural_of_phrase("spazio latente", "m")
    ("casi d'uso", 'spazi latenti')
    """
    words, done = [], False
    for word in phrase.split(" "):
        done = done or bool(
            re.match(
                r"(?:d|dell|all|nell|sull|dall)['’]|(?:di|a|da|in|con|su|per|tra|fra|del|della|dei|delle|al|alla|in|e)$",
                word,
            )
        )
        words.append(word if done else plural_of_word(word, gender))
    return " ".join(words)


def feminine_of_word(word: str) -> str:
    """The feminine singular of an Italian adjective."""
    return word[:-1] + "a" if word.endswith("o") else word


def inflect(text: str, pos: str, tags: str) -> str:
    """An Italian word or phrase with the endings that `tags` (`<f><pl>`) ask for, by rule."""
    if pos == "verb":
        return conjugate(text, tags)
    if pos not in ("noun", "adjective"):
        return text
    first, _, rest = text.partition(" ")
    if pos == "adjective":
        if re.match(r"(?:di|a|da|in|con|su|per|del|al)$|d'", first):  # "su larga scala" does not inflect
            return text
        if "-" in first and not re.search(r"(?:[aiu]to|ivo|ico|oso|ale|ile)$", first):  # immagine-testo
            return text
        first = feminine_of_word(first) if "<f>" in tags else first
        first = plural_of_word(first, "f" if "<f>" in tags else "m") if "<pl>" in tags else first
        return f"{first} {rest}".strip()
    return plural_of_phrase(text, "f" if "<f>" in tags else "m") if "<pl>" in tags else text


_ENDINGS = {  # regular verbs in -are; tense tag -> endings of p1 sg ... p3 pl
    "pri": ("o", "i", "a", "iamo", "ate", "ano"),
    "pii": ("avo", "avi", "ava", "avamo", "avate", "avano"),
    "ifi": ("ai", "asti", "ò", "ammo", "aste", "arono"),
    "fti": ("erò", "erai", "erà", "eremo", "erete", "eranno"),
    "cni": ("erei", "eresti", "erebbe", "eremmo", "ereste", "erebbero"),
    "prs": ("i", "i", "i", "iamo", "iate", "ino"),
    "imp": ("a", "a", "i", "iamo", "ate", "ino"),
}


def conjugate(verb: str, tags: str) -> str:
    """A regular verb in -are in the tense, person and number of `tags`; other verbs stay in the infinitive.

    >>> conjugate("mappare", "<vblex><pri><p3><pl>"), conjugate("affinare", "<vblex><pp><f><sg>")
    ('mappano', 'affinata')
    """
    verb, _, rest = verb.partition(" ")
    after = f" {rest}" if rest else ""
    if not verb.endswith("are"):
        return verb + after
    stem = verb[:-3]
    if "<pp>" in tags:
        return inflect(stem + "ato", "adjective", tags) + after
    if "<ger>" in tags:
        return stem + "ando" + after
    tense = next((t for t in _ENDINGS if f"<{t}>" in tags), None)
    person = re.search(r"<p([123])><(sg|pl)>", tags)
    if tense is None or person is None:
        return verb + after
    ending = _ENDINGS[tense][int(person[1]) - 1 + 3 * (person[2] == "pl")]
    if stem[-1] in "cg" and ending[0] in "ei":
        stem += "h"
    return (stem[:-1] if stem[-1] == "i" and ending[0] == "i" else stem) + ending + after


def gender_of_italian(phrase: str) -> str:
    """m or f of an Italian noun phrase, by the lexicon and else by the ending of its first word."""
    for found in lexicon.words().values():
        for word in found:
            if word.pos == "noun" and word.italian == phrase:
                return "f" if word.gender == "f" else "m"
    first = phrase.split(" ")[0].casefold()
    masculine = first.endswith(("ma", "ista", "one", "ore", "ale", "ile")) and not first.endswith(("zione", "sione"))
    feminine = first.endswith(("a", "zione", "sione", "tà", "tù", "trice", "ie", "udine"))
    return "f" if feminine and not masculine else "m"
