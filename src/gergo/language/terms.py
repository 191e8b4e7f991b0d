"""`terms`: the domain's own words in a document or column, proposed with evidence and without a model.

Candidates are noun phrases, "Long Form (ABC)" pairs, abbreviations, hyphenated and mixed-case words, and for catalogues
brands and model codes. The score is C-value (Frantzi, Ananiadou and Mima, 2000) times weirdness against the general
language of the text (Ahmad, Gillam and Tostevin, 1999), from wordfreq; a compound is as rare as its rarest part and
rarer with every part, for wordfreq itself would take "zero-shot" for a more common word than "dataset".
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gergo.errors import InputError
from gergo.language.checking import document_of
from gergo.language.detecting import language_of
from gergo.language.documents import plain_segment
from gergo.language.glossary import Entry, abbreviates, is_abbreviation
from gergo.language.matching import is_plural, singular_of
from gergo.language.opaque import opaque_spans
from gergo.language.sentences import sentence_spans
from gergo.language.wordlists import OPENERS, is_function, is_verb, words_of
from gergo.progress import say

MAX_WORDS = 4
_WORD = re.compile(r"\([^\W\d_]{2,}\)[^\W\d_]+|[^\W_]+(?:[-‐'’&+.][^\W_]+)*(?:\+\+|#)?")
_PAIR = re.compile(r"((?:[^\W_][\w-]*[ ]){0,7}[^\W_][\w-]*) \(([^()]{2,60})\)")
_CODE = re.compile(r"(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z0-9]+(?:[-/.][A-Za-z0-9]+)*")
_ADJECTIVE = re.compile(
    r"(?:ed|al|ive|ous|ful|less|able|ible|ic|ary|shot|scale|modal|based|grained|end|specific|proof)$"
)


@dataclass(frozen=True)
class Term:
    """A proposal and its evidence.

    Attributes:
        source: the word as the text has it, in the singular where both stand there.
        alias: its long form or abbreviation, "" where the text gives none.
        pos: noun, adjective, name (brands, abbreviations) or number (model codes).
        count: occurrences in the text.
        score: C-value times weirdness; only its order within one text means anything.
        example: a stretch of the text around the first occurrence.
    """

    source: str
    alias: str
    pos: str
    count: int
    score: float
    example: str

    def entry(self) -> Entry:
        """The proposal as a glossary's row."""
        names = (self.source,)
        if self.alias:
            names = (self.source, self.alias, f"{self.source} ({self.alias})", f"{self.alias} ({self.source})")
        note = f"proposed: {self.count} x, score {self.score:.1f}, e.g. {self.example}"
        return Entry(self.source, pos=self.pos if self.pos != "number" else "name", note=note, aliases=names)


@dataclass
class _Candidate:
    forms: Counter[str] = field(default_factory=Counter)
    example: str = ""
    weight: float = 1.0
    pos: str = ""

    @property
    def count(self) -> int:
        return self.forms.total()


def terms(
    text: str | Path | Sequence[str],
    *,
    limit: int = 50,
    brands: Iterable[str] = (),
    kind: str | None = None,
) -> list[Term]:
    """Propose the domain's own words, best first.

    Phrases are cut out by the rules of English. A text in another language is said to be, and its words are weighed by
    that one; articles and other small words stay in its phrases.

    Args:
        text: a text, the Path of a file, or the values of a catalogue's column.
        limit: how many proposals at most.
        brands: names that are terms whatever their frequency, as those of a catalogue's brand column.
        kind: plain, markdown or html; by default what the path says.

    Raises:
        InputError: the text is empty or cannot be read.
    """
    column = not isinstance(text, str | Path)
    if column:
        texts = [t for t in text if t.strip()]
        if not texts:
            raise InputError("the column holds no text", hint="name another column")
        segments = [plain_segment(t) for t in texts]
    else:
        assert isinstance(text, str | Path)
        segments = list(document_of(text, kind, "document").segments)
    bodies = [_Body(_masked(s.text), s.text) for s in segments]
    language = language_of(body.masked for body in bodies)
    if language != "en":
        say(
            f"the text reads as another language ({language}) than English, by whose rules terms are cut out of it: "
            "expect articles and verbs among them, or propose from a text in English"
        )
    pairs = _pairs(body.masked for body in bodies)
    found = _candidates(bodies, column)
    _add_names(found, bodies, brands, column)
    scored = _scored(found, pairs, language)
    return scored[:limit]


@dataclass(frozen=True)
class _Body:
    """A text to look for terms in, and how it stands in the document: of one length."""

    masked: str
    said: str


def _masked(text: str) -> str:
    """The text with addresses, citations and code as blanks; model codes and names stay."""
    for span in opaque_spans(text):
        if span.kind not in ("code", "number"):
            text = text[: span.start] + "|" * (span.end - span.start) + text[span.end :]
    return text


def _pairs(texts: Iterable[str]) -> dict[str, str]:
    """Abbreviation to long form, from "Long Form (ABC)" and "ABC (Long Form)" (Schwartz and Hearst, 2003)."""
    pairs: dict[str, str] = {}
    for text in texts:
        for match in _PAIR.finditer(text):
            before, inside = match[1], match[2].strip()
            words = before.split(" ")
            if is_abbreviation(inside):
                for n in range(1, min(len(inside) + 3, len(words)) + 1):
                    long = " ".join(words[-n:])
                    if abbreviates(inside, long) and long[0].casefold() == inside[0].casefold():
                        pairs.setdefault(inside, long)
                        break
            elif is_abbreviation(words[-1]) and abbreviates(words[-1], inside):
                pairs.setdefault(words[-1], inside)
    return pairs


def _candidates(bodies: Sequence[_Body], column: bool) -> dict[str, _Candidate]:
    found: dict[str, _Candidate] = defaultdict(_Candidate)
    for body in bodies:
        for start, end in sentence_spans(body.masked):
            for run in _runs(body.masked, start, end):
                for words in _grams(run, column):
                    _count(found, words, body)
    return found


Word = tuple[str, int, int]


def _runs(text: str, start: int, end: int) -> Iterable[list[Word]]:
    """Stretches of words that may be one noun phrase: cut at signs, function words, verbs and adverbs."""
    run: list[Word] = []
    at = start
    for match in _WORD.finditer(text, start, end):
        word = match[0]
        cuts = _cuts(word, run, text, match.end())
        if text[at : match.start()].strip() or cuts:
            yield run
            run = []
        if not cuts:
            run.append((word, match.start(), match.end()))
        elif "-" in word:
            yield [(word, match.start(), match.end())]
        at = match.end()
    yield run


def _cuts(word: str, run: list[Word], text: str, end: int) -> bool:
    low = word.casefold()
    if is_function(low) or word.isdigit() or len(low) == 1 or "'" in word or "’" in word:
        return True
    if (low.endswith("ly") and len(low) > 4) or (low.endswith("est") and len(low) > 6 and "-" not in low):
        return True
    if low in OPENERS or low.rsplit("-", 1)[-1] in ("tune", "tunes", "train", "trains"):
        return True
    if "-" in word or word[:1] == "(":
        return False
    if low.endswith("ing"):
        following = re.match(r" ([^\W\d_]+)", text[end:])
        nominal = bool(run) or (following is not None and not is_function(following[1]))
        return not nominal or (is_verb(low) and not run)
    if low.endswith("ed") and len(low) > 4:
        return True
    if low in _NOUNS_TOO or singular_of(low) in _NOUNS_TOO:
        return re.search(r"\b(?:to|you|we|they|can|will|must|not) $", text[: end - len(word)]) is not None
    return is_verb(low)


_NOUNS_TOO = words_of(
    """
    model set place form point result match position measure test fit store work use cut drop mount spring clamp
    press guard stand cover support finish ride shift brake lock grip pull play
    """
)


def _grams(run: list[Word], column: bool) -> Iterable[list[Word]]:
    """The phrases within a run, of at most `MAX_WORDS` words; hyphenated modifiers stay out of longer ones."""
    n = len(run)
    for i in range(n):
        for j in range(i + 1, min(n, i + MAX_WORDS) + 1):
            words = run[i:j]
            hyphens = ["-" in w for w, *_ in words]
            # "self-supervised" and "image representation learning" are two terms, "self-supervised models" is one
            if j - i > 1 and any(hyphens) and (j - i > 2 or j < n or hyphens[-1]):
                continue
            if column and j - i > 3:
                continue
            yield words


def _count(found: dict[str, _Candidate], words: list[Word], body: _Body) -> None:
    start, end = words[0][1], words[-1][2]
    surface = re.sub(r"^\((\w+)\)(?=\w)", r"\1", body.masked[start:end])
    low = _key(surface)
    candidate = found[low]
    candidate.forms[surface] += 1
    if not candidate.example:
        candidate.example = _example(body.said, start, end)
    last = words[-1][0]
    if len(words) == 1:
        candidate.weight = _shape_weight(last)
        compound = "-" in last and bool(_ADJECTIVE.search(last.casefold()))
        candidate.pos = "name" if is_abbreviation(last) else "adjective" if compound else ""


def _key(surface: str) -> str:
    words = re.split(r"[\s]+", surface.casefold())
    return " ".join([*words[:-1], singular_of(words[-1])])


def _shape_weight(word: str) -> float:
    """Hyphenated words, abbreviations and mixed case are more often terms than plain words are."""
    if is_abbreviation(word):
        return 2.0
    if "-" in word:
        return 1.5
    return 1.5 if word[1:] != word[1:].lower() else 1.0


def _example(text: str, start: int, end: int, width: int = 32) -> str:
    left = max(0, start - width)
    right = min(len(text), end + width)
    return " ".join(text[left:right].split(" ")[1 if left else 0 : None if right == len(text) else -1])


def _add_names(found: dict[str, _Candidate], bodies: Sequence[_Body], brands: Iterable[str], column: bool) -> None:
    """Brands by their list, and in columns model codes by their shape."""
    wanted = {b.casefold(): b for b in brands if b.strip()}
    for body in bodies:
        if column:
            for match in _CODE.finditer(body.masked):
                candidate = found[match[0].casefold()]
                candidate.pos, candidate.weight = "number", 1.0
                candidate.forms[match[0]] = max(candidate.forms[match[0]], 1)
                candidate.example = candidate.example or _example(body.said, match.start(), match.end())
        folded = body.masked.casefold()
        for low, brand in wanted.items():
            at = folded.find(low)
            if at >= 0:
                candidate = found[low]
                candidate.pos, candidate.weight = "name", 1000.0
                candidate.forms = Counter({brand: candidate.count + 1})
                candidate.example = candidate.example or _example(body.said, at, at + len(brand))


def _scored(found: dict[str, _Candidate], pairs: dict[str, str], language: str) -> list[Term]:
    longer: dict[str, list[int]] = defaultdict(list)
    for name, candidate in found.items():
        words = name.split(" ")
        for i in range(len(words)):
            for j in range(i + 1, len(words) + 1):
                if j - i < len(words):
                    longer[_key(" ".join(words[i:j]))].append(candidate.count)
    alias_of = {_key(a): b for a, b in pairs.items()}
    long_forms = {_key(b) for b in pairs.values()}
    rows = []
    for name, candidate in found.items():
        if any(name in long for long in long_forms) and candidate.count == 1:
            continue
        alone = candidate.count - (sum(longer[name]) / len(longer[name]) if longer[name] else 0.0)
        words = re.split(r"[\s-]", name)
        c_value = math.log2(1 + len(words)) * (max(alone, 0.0) if candidate.pos != "number" else candidate.count)
        score = c_value * weirdness(name, language) * candidate.weight
        alias = alias_of.get(name, "")
        if alias:
            score += 10.0
        if score > 0:
            rows.append(_term(name, candidate, alias, score))
    return sorted(rows, key=lambda t: (-t.score, t.source))


def weirdness(name: str, language: str = "en") -> float:
    """How much rarer a term is in the general language than everyday words, 0 to 7 on wordfreq's log scale.

    >>> weirdness("zero-shot") > weirdness("dataset") > weirdness("picture")
    True
    """
    from wordfreq import zipf_frequency

    parts = [p for p in re.split(r"[\s-]", name) if p]
    rarest = min(zipf_frequency(p, language) for p in parts)
    return max(0.0, 5.0 - rarest + 1.7 * (len(parts) - 1))


def _term(name: str, candidate: _Candidate, alias: str, score: float) -> Term:
    forms = sorted(candidate.forms, key=lambda f: (is_plural(f), f[:1].isupper(), -candidate.forms[f]))
    source = forms[0]
    lower = source[:1].lower() + source[1:]
    if lower in candidate.forms:
        source = lower
    pos = candidate.pos or ("name" if source[:1].isupper() and source != name else "noun")
    return Term(source, alias, pos, candidate.count, round(score, 2), candidate.example)
