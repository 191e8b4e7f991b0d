"""Italian around kept words: articles by sound, gender and number, and heads that stand twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from gergo.language.checks.findings import Finding
from gergo.language.checks.pairing import Bead, Pairing, Sentence, Side
from gergo.language.glossary import Entry
from gergo.language.italian import agreed, article_before, mismatch
from gergo.language.lexicon import renders
from gergo.language.matching import Occurrence, Token, singular_of, tokens_of

_BEFORE, _AFTER = 6, 2  # words between a head in translation and the kept term that holds it already


def articles(pairing: Pairing) -> Iterator[Finding]:
    """Articles right before kept words: their sound always, their gender where the glossary gives one."""
    seen: dict[int, dict[str, tuple[int, Occurrence]]] = defaultdict(dict)
    side = pairing.target
    for p, occurrences in enumerate(side.occurrences):
        text = side.segments[p].text
        for occurrence in occurrences:
            found = article_before(text, occurrence.start)
            if found is None:
                continue
            start, end, article = found
            entry = pairing.entries[occurrence.entry]
            wrong = mismatch(article, occurrence.text, gender=entry.gender if entry.kept else "")
            if article.gender:
                seen[occurrence.entry].setdefault(article.gender, (p, occurrence))
            if wrong:
                right = agreed(article, occurrence.text, gender=entry.gender)
                kind = "article" if wrong == "sound" else "gender"
                message = f"{text[start:end]!r} before {occurrence.text!r}: {right!r}"
                yield Finding(kind, message, entry.source, None, side.place(p, start, occurrence.end))
            elif (article.number == "pl" and entry.number == "sg") or (article.number == "sg" and entry.number == "pl"):
                message = (
                    f"{text[start:end]!r} before {occurrence.text!r}, which the glossary has in the {entry.number}"
                )
                yield Finding("number_agreement", message, entry.source, None, side.place(p, start, occurrence.end))
    yield from _unsure(pairing, seen)


def _unsure(pairing: Pairing, seen: dict[int, dict[str, tuple[int, Occurrence]]]) -> Iterator[Finding]:
    for index, genders in seen.items():
        entry = pairing.entries[index]
        if len(genders) == 2 and not entry.gender:
            p, occurrence = genders["f"]
            place = pairing.target.place(p, occurrence.start, occurrence.end)
            message = f"{entry.source!r} is masculine in one place and feminine in another; give its gender"
            yield Finding("gender_unsure", message, entry.source, None, place)


def doubled_heads(pairing: Pairing) -> Iterator[Finding]:
    """A kept term whose noun stands beside it in translation too: "modelli pre-trained models".

    The source's count of that noun in the same sentence tells a double from a second mention.
    """
    for bead in pairing.beads():
        for head in sorted(_heads(pairing, bead)):
            yield from _doubled(pairing, bead, head)


def _heads(pairing: Pairing, bead: Bead) -> set[str]:
    """The nouns, in the singular, on which kept terms of a sentence end."""
    return {
        head
        for s in bead.target
        for o in pairing.target.occurrences_in(s)
        if (head := head_of(pairing.entries[o.entry], o.text))
    }


def head_of(entry: Entry, text: str) -> str:
    """The noun that a kept term ends on, in the singular; "" for abbreviations, adjectives and translated terms."""
    words = [t.word for t in tokens_of(text)]
    if not entry.kept or entry.pos not in ("", "noun") or not words or not words[-1].isalpha() or words[-1].isupper():
        return ""
    return singular_of(words[-1]).casefold()


def _doubled(pairing: Pairing, bead: Bead, head: str) -> Iterator[Finding]:
    wanted = sum(
        singular_of(t.word).casefold() == head
        for s in bead.source
        for t in tokens_of(pairing.source.text(s))
    )  # fmt: skip
    kept = [
        (s.paragraph, o)
        for s in bead.target
        for o in pairing.target.occurrences_in(s)
        if any(singular_of(t.word).casefold() == head for t in tokens_of(o.text))
    ]
    translated = [(s.paragraph, t) for s in bead.target for t in _translations(pairing.target, s, head)]
    excess = len(kept) + len(translated) - wanted
    near = [
        (p, o, t)
        for p, o in kept
        for q, t in translated
        if p == q and head_of(pairing.entries[o.entry], o.text) == head and _beside(pairing.target, p, o, t)
    ]
    told: set[int] = set()
    for p, o, t in near:
        if len(told) < excess and t.start not in told:
            told.add(t.start)
            place = pairing.target.place(p, min(t.start, o.start), max(t.end, o.end))
            message = f"{t.word!r} and {o.text!r}: the same noun twice"
            yield Finding("doubled_head", message, pairing.entries[o.entry].source, None, place)


def _translations(side: Side, sentence: Sentence, head: str) -> list[Token]:
    return [t for t in side.free_tokens(sentence) if singular_of(t.word).casefold() == head or renders(head, t.word)]


def _beside(side: Side, paragraph: int, occurrence: Occurrence, token: Token) -> bool:
    """Whether a word stands in the noun phrase of a kept term, and not as its gloss in brackets."""
    text = side.segments[paragraph].text
    before = token.end <= occurrence.start
    between = text[token.end : occurrence.start] if before else text[occurrence.end : token.start]
    if any(sign in between for sign in "();:.?!"):
        return False
    return len(_words(between)) <= (_BEFORE if before else _AFTER)


def _words(text: str) -> Sequence[Token]:
    return [t for t in tokens_of(text) if t.word[0].isalpha()]
