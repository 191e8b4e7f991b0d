"""Before the pipeline: a request as a text that the analyser can read, its items as tokens and blanks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from gergo.language.engines import Item, Request
from gergo.language.engines.asides import without_asides
from gergo.language.engines.guessing import attributive, guess_pos, stands_before_noun
from gergo.language.engines.phrases import phrases_in
from gergo.language.engines.stream import TOKEN, blank, escaped
from gergo.language.engines.units import Unit, Units
from gergo.language.inflection import gender_of
from gergo.language.matching import is_plural

_BLANK_KINDS = frozenset({"citation", "markup"})  # stand beside the sentence, not in its grammar
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # ends the pipeline's input, or is a mark of our own
_PLAINER = tuple(  # English that the dictionaries know, for English that they get wrong
    (re.compile(pattern), better)
    for pattern, better in (
        (r"\b([Uu])pon\b", lambda m: "On" if m[1] == "U" else "on"),
        (r"(?<=[:;,(] )since\b(?= (?:no|the|it|we|they|this|there|each|all|an?)\b)", "because"),
        (r"\b([Oo])ne can\b", lambda m: "We can" if m[1] == "O" else "we can"),
        (r"\bshall\b", "will"),
        (r"(?<=\w) & (?=\w)", " and "),
    )
)


def prepared(requests: Sequence[Request], units: Units, *, english: bool, italian: bool) -> list[str]:
    """A text for each request, and after these their asides as texts of their own; what is kept goes into `units`.

    Args:
        english: from English, whose words we know how to help.
        italian: to Italian, which our lexicon knows.
    """
    asides: list[str] = []
    texts = []
    for asked in requests:
        request = replace(asked, text=_CONTROL.sub(" ", asked.text))
        items = [*request.items, *_lookalikes(request)]
        items += _found(replace(request, items=tuple(items)), phrases=italian) if english else ()
        texts.append(without_asides(_with_stand_ins(request.text, items, units, english), asides))
    return texts + asides


def _lookalikes(request: Request) -> list[Item]:
    """Words of the text that would be taken for tokens of ours, as items: they come back as they are."""
    taken = [(item.start, item.end) for item in request.items]
    return [
        Item(match.start(), match.end(), match[0], kind="unknown", number="sg")
        for match in re.finditer(r"[^\W\d_]+", request.text)
        if TOKEN.fullmatch(match[0]) and not any(a < match.end() and match.start() < b for a, b in taken)
    ]


def _found(request: Request, *, phrases: bool) -> list[Item]:
    """The lexicon's phrases and the hyphenated words outside the request's own items, as items."""
    taken = [(i.start, i.end) for i in request.items]
    found = phrases_in(request.text, taken) if phrases else []
    taken += [(i.start, i.end) for i in found]
    for match in re.finditer(r"[^\W\d_]+(?:-[^\W\d_]+)+", request.text):
        if not any(a < match.end() and match.start() < b for a, b in taken):
            found.append(_compound(match))
    return found


def _compound(match: re.Match[str]) -> Item:
    text = match[0]
    number = "pl" if is_plural(text.rsplit("-", 1)[1]) and not text.isupper() else "sg"
    return Item(match.start(), match.end(), text, kind="unknown", number=number)


def _with_stand_ins(text: str, items: Sequence[Item], units: Units, english: bool) -> str:
    """The text with a token or blank for each item."""
    pieces, at = [], 0
    for i, item in sorted(enumerate(items), key=lambda pair: pair[1].start):
        between = text[at : item.start]
        if between == ", " and units.all and units.all[-1].pos == "adjective" and _qualifies(item):
            between = " "  # "large-scale, self-supervised models" is one noun phrase
        pieces.append(_plain(between, units, english))
        index = i if item.kind not in ("phrase", "unknown") else -1
        pieces.append(_stand_in(item, text, index, units, english))
        at = item.end
    return "".join([*pieces, _plain(text[at:], units, english)])


def _qualifies(item: Item) -> bool:
    """Whether an item may follow an adjective and a comma within one noun phrase: another adjective, or one's noun."""
    return "-" in item.text and item.kind in ("term", "phrase", "unknown")


def _plain(text: str, units: Units, english: bool) -> str:
    for pattern, better in _PLAINER if english else ():
        text = pattern.sub(better, text)
    pieces = []
    for i, piece in enumerate(re.split(r"(?:(?<=\w)|^)/(?=\w|$)", text)):
        if i:  # "verticals/industries": a stroke joins as "and" does
            pieces.append(blank("/", units.blanks) + " and ")
        pieces.append(escaped(piece, units.blanks))
    return "".join(pieces)


def _stand_in(item: Item, text: str, index: int, units: Units, english: bool) -> str:
    """A token, with what the grammar needs before it: an article, or "do the ... of" around a kept verb."""
    if item.kind in _BLANK_KINDS:
        return units.add_beside(Unit("", text=item.text, index=index))
    context = item.kind in ("term", "unknown", "phrase") and english
    pos = item.pos if context else "noun"
    if (
        not context
        and item.kind in ("angle", "placeholder", "code", "path")
        and english
        and stands_before_noun(item, text)
    ):
        pos = "adjective"
    pos = pos or guess_pos(item, text)
    gender = item.gender or (gender_of(item.text) if context else "m")
    unit = Unit(pos, gender, item.number == "pl", item.text, item.plural, index=index)
    word = units.add(unit, like=text[item.start] if _starts_sentence(text, item.start) else "")
    if item.kind == "phrase" and pos == "verb":
        unit.lemma, unit.text = unit.text, ""
        return word
    return attributive(word, pos, text, item) if context else word


def _starts_sentence(text: str, at: int) -> bool:
    before = text[:at].rstrip(" \"'“‘«([*_")
    return not before or before[-1] in ".!?:;\n"
