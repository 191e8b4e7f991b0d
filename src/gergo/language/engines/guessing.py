"""What part of speech an English term has where it stands, and what the grammar needs around it."""

from __future__ import annotations

import re

from gergo.language.engines import Item
from gergo.language.glossary import is_abbreviation
from gergo.language.wordlists import words_of

_ADJECTIVE_ENDS = re.compile(
    r"(?:ed|al|ive|ous|ful|less|able|ible|ic|ary|ant|ent|ish|wise|friendly|ready|proof|free|wide|deep|long|old|new|high|low)$"
)
_ADJECTIVE_PARTS = words_of(
    """
    shot scale modal based end level time world grade quality fit size step purpose source stage wide text
    language class way art side domain task aware only hop head rich poor resource
    """
)
_VERB_PARTS = frozenset(
    ["tune", "train", "label", "embed", "index", "encode", "align", "finetune", "upload", "download", "deploy"]
)
_SUBJECT_OF = words_of(
    """
    we you they i to can could may might should will would must not cannot and
    """
)
_FUNCTION = words_of(
    """
    is are was were be been has have had do does did can could may might should will would must shall and or but
    nor of in on at to for from with by as than that which who whose when while where if because so into onto
    over under between through the a an this these those it its their our your his her we you they he she not
    also only then there here such e.g i.e etc via per across
    """
)
_VERBS_AFTER_SUBJECT = words_of(
    """
    is are was were has have had can could may might should will would must does did makes make needs need
    requires require becomes become remains remain
    """
)
_BE = frozenset(["is", "are", "was", "were", "be", "been", "being"])
_DETERMINERS = words_of(
    """
    the a an this these those our your their its his her them it us
    """
)
_OPENS_CLAUSE = words_of(
    """
    while that if when because since although though whereas where unless and but
    """
)
_WORD = re.compile(r"[^\W\d_][\w'-]*")


def guess_pos(item: Item, text: str) -> str:
    """noun, adjective, adverb or verb, from the term's shape and its neighbours."""
    term = item.text
    last = re.split(r"[\s-]", term)[-1].casefold()
    if is_abbreviation(term) or item.number == "pl":
        return "noun"
    before, after = _neighbours(item, text)
    if last in _VERB_PARTS and before in _SUBJECT_OF:
        return "verb"
    if " " not in term and term[:1].islower() and last.endswith("ly") and len(last) > 4:
        return "adverb"
    compound = "-" in term and " " not in term
    followed = bool(after) and after not in _FUNCTION
    if compound and (last in _ADJECTIVE_PARTS or _ADJECTIVE_ENDS.search(last)) and (followed or before != "the"):
        return "adjective"
    if " " not in term and not term[:1].isupper() and _ADJECTIVE_ENDS.search(last) and len(last) > 4 and followed:
        return "adjective"
    if compound and followed and term[:1].islower() and not last.endswith("ing"):
        return "adjective"
    return "noun"


def _neighbours(item: Item, text: str) -> tuple[str, str]:
    """The words right before and after an item, lower case; "" where a sign stands between or there is none."""
    before = re.search(r"([^\W\d_][\w'-]*)[ \t]+$", text[: item.start])
    after = re.match(r"[ \t]+([^\W\d_][\w'.-]*)", text[item.end :])
    return (before[1].casefold() if before else "", after[1].casefold().rstrip(".") if after else "")


def stands_before_noun(item: Item, text: str) -> bool:
    """Whether the word after an item is one that it may qualify: no function word, no sign between."""
    after = _neighbours(item, text)[1]
    return bool(after) and after not in _FUNCTION


def is_nominal(text: str, start: int, end: int) -> bool:
    """Whether a word in -ing at `text[start:end]` is a noun or adjective ("contrastive training"), no verb form."""
    before, after = _neighbours(Item(start, end, text[start:end]), text)
    if before in ("by", "without", "while", "when"):
        return not after or after in _FUNCTION - _DETERMINERS
    return before not in _BE and after not in _DETERMINERS


def attributive(token: str, pos: str, text: str, item: Item) -> str:
    """The token with the words that its place asks for: an article for a bare subject, "do the ... of" for a verb."""
    before, after = _neighbours(item, text)
    if pos == "verb":
        closes = not after or after in _FUNCTION - {
            "the",
            "a",
            "an",
            "this",
            "these",
            "those",
            "our",
            "your",
            "their",
            "its",
        }
        return f"do the {token.lower()}" + ("" if closes else " of")
    name = is_abbreviation(item.text) or item.pos == "name" or item.text[1:] != item.text[1:].lower()
    clause_opens = not before and _clause_start(text, item.start)
    subject = pos == "noun" and item.kind == "term" and not name and after in _VERBS_AFTER_SUBJECT
    if subject and (before in _OPENS_CLAUSE or clause_opens):
        return ("The " if token[0] == "X" else "the ") + token.lower()
    return token


def _clause_start(text: str, at: int) -> bool:
    before = text[:at].rstrip(' "“*_')
    return not before or before[-1] in ".!?:;,\n"
