"""Words treated in two ways, and words of the source that nobody listed yet stand in the translation."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from gergo.language import lexicon
from gergo.language.checks.findings import Finding
from gergo.language.checks.pairing import Bead, Pairing, Side
from gergo.language.glossary import is_abbreviation
from gergo.language.lexicon import renders
from gergo.language.matching import Token, tokens_of

_MIN_LETTERS = 4


def two_ways(pairing: Pairing) -> Iterator[Finding]:
    """A word of a kept term that the same text also translates: "contrastive learning", "addestramento contrastivo"."""
    kept_words = _kept_words(pairing)
    told: set[tuple[str, str]] = set()
    for bead in pairing.beads():
        free = [(s.paragraph, t) for s in bead.target for t in pairing.target.free_tokens(s)]
        for s in bead.source:
            for token in pairing.source.free_tokens(s):
                word = token.word.casefold()
                if word not in kept_words or any(t.word.casefold() == word for _, t in free):
                    continue
                for paragraph, other in free:
                    if renders(word, other.word) and (word, other.word.casefold()) not in told:
                        told.add((word, other.word.casefold()))
                        yield Finding(
                            "two_ways",
                            f"{token.word!r} is translated as {other.word!r} here and kept in {kept_words[word]!r}",
                            kept_words[word],
                            pairing.source.place(s.paragraph, token.start, token.end),
                            pairing.target.place(paragraph, other.start, other.end),
                        )


def _kept_words(pairing: Pairing) -> dict[str, str]:
    """Distinctive modifiers of kept terms that stand in the target, and their term; heads are general words."""
    words: dict[str, str] = {}
    for occurrences in pairing.target.occurrences:
        for o in occurrences:
            entry = pairing.entries[o.entry]
            if not entry.kept:
                continue
            for word in o.text.split()[:-1]:  # a hyphenated compound is one word: its parts are nobody's terms
                known = words.get(word.casefold(), entry.source)
                if distinctive(word):
                    words[word.casefold()] = min(known, entry.source, key=len)
    return words


def distinctive(word: str) -> bool:
    """Whether a word of a term is so much the trade's own that it should be rendered alike everywhere.

    "contrastive" is; "linear" or "neural" are general words too, which a text may well use outside the term (wordfreq).
    """
    from wordfreq import zipf_frequency

    plain = len(word) >= _MIN_LETTERS and word.isalpha() and not word.isupper()
    return plain and zipf_frequency(word.casefold(), "en") < 3.0


def untranslated(pairing: Pairing) -> Iterator[Finding]:
    """Words that stand alike in both, are listed nowhere and are no Italian; neighbours are one finding."""
    listed = {t.word.casefold() for e in pairing.entries for name in e.names for t in tokens_of(name)}
    for bead in pairing.beads():
        source_words = _words(pairing.source, bead)
        here: dict[int, list[Token]] = defaultdict(list)
        for s in bead.target:
            for token in pairing.target.free_tokens(s):
                word = token.word.casefold()
                if (
                    source_words[word] > 0
                    and _is_english(token.word)
                    and (word not in listed or not token.word.isupper())
                ):
                    source_words[word] -= 1
                    here[s.paragraph].append(token)
        for paragraph, tokens in here.items():
            text = pairing.target.segments[paragraph].text
            for run in _runs(text, tokens):
                start, end = _whole_compound(text, run[0].start, run[-1].end)
                place = pairing.target.place(paragraph, start, end)
                yield Finding("untranslated", f"{place.text!r} is not Italian, and not listed", "", None, place)


def _words(side: Side, bead: Bead) -> Counter[str]:
    return Counter(t.word.casefold() for s in bead.source for t in side.free_tokens(s))


def _is_english(word: str) -> bool:
    """Whether a word is English and not at home in Italian: by its frequency in both (wordfreq).

    Abbreviations and capitalised names are nobody's mistake. Loans ("software", "framework", "web") are nearly as
    frequent in Italian as in English.
    """
    from wordfreq import zipf_frequency

    if len(word) < _MIN_LETTERS or is_abbreviation(word) or word[1:] != word[1:].lower():
        return False
    english, italian = zipf_frequency(word.casefold(), "en"), zipf_frequency(word.casefold(), "it")
    if word[0].isupper() and english < 4:
        return False
    if any(w.italian == word.casefold() for w in lexicon.words().get(word.casefold(), ())):
        return False
    loan = (italian >= 3.3 and english - italian < 1.0) or (italian >= 2.5 and english - italian < 0.7)
    return english > italian and not loan


def _whole_compound(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch widened to the hyphenated words it touches: "grained" to "fine-grained"."""
    while start > 1 and text[start - 1] == "-" and text[start - 2].isalpha():
        start = next((i + 1 for i in range(start - 2, -1, -1) if not text[i].isalpha()), 0)
    while end + 1 < len(text) and text[end] == "-" and text[end + 1].isalpha():
        end = next((i for i in range(end + 1, len(text)) if not text[i].isalpha()), len(text))
    return start, end


def _runs(text: str, tokens: list[Token]) -> Iterator[list[Token]]:
    run: list[Token] = []
    for token in tokens:
        if run and text[run[-1].end : token.start].strip(" -\u00a0"):
            yield run
            run = []
        run.append(token)
    if run:
        yield run
