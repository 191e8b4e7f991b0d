"""What stands in Apertium's stream for what we keep: tokens within its grammar, blanks beside it."""

from __future__ import annotations

from dataclasses import dataclass, field

from gergo.language.engines.stream import blank, number_of, token
from gergo.language.inflection import plural_of_phrase
from gergo.language.lexicon import Word

_BESIDE = "\0"  # opens the blank of a unit; other blanks are signs of the text


@dataclass
class Unit:
    """What a token of ours stands for.

    Attributes:
        pos, gender, plural: what the grammar is told.
        text, many: what is written in the end; "" where `lemma` is generated instead.
        lemma: an Italian lemma that the last dictionary can inflect, with its dictionary tags.
        index: the item of the request, -1 for a word of the lexicon or one that nobody knows.
    """

    pos: str
    gender: str = "m"
    plural: bool = False
    text: str = ""
    many: str = ""
    lemma: str = ""
    index: int = -1
    tags: str = ""  # as the grammar left them


@dataclass
class Units:
    """The units of one run of the pipeline by the numbers of their tokens, and what its blanks stand for."""

    all: list[Unit] = field(default_factory=list)
    blanks: list[str] = field(default_factory=list)

    def add(self, unit: Unit, *, like: str = "") -> str:
        """The token of a new unit, with a capital where `like` has one."""
        self.all.append(unit)
        word = token(len(self.all) - 1)
        return word.capitalize() if like[:1].isupper() else word

    def add_beside(self, unit: Unit) -> str:
        """The blank of a new unit that stands beside the sentence, not in its grammar."""
        self.all.append(unit)
        return blank(f"{_BESIDE}{len(self.all) - 1}", self.blanks)

    def of(self, word: str) -> Unit | None:
        """The unit whose token a lemma or word is, None where it is no token."""
        number = number_of(word)
        return None if number is None else self.all[number]

    def at_blank(self, number: int) -> Unit | str:
        """What a blank stands for: a unit, or signs of the text."""
        value = self.blanks[number]
        return self.all[int(value[1:])] if value.startswith(_BESIDE) else value


def unit_for(word: Word, *, plural: bool) -> Unit:
    """A unit for a word of the lexicon: a lemma to generate, or what is written where no generator would know it."""
    gender = word.gender if word.gender in ("m", "f") else "m"
    unit = Unit(word.pos, gender, plural, lemma=word.italian)
    if " " in word.italian or word.pos == "adverb" or "-" in word.italian:
        unit.lemma, unit.text = "", word.italian
        unit.many = plural_of_phrase(word.italian, gender) if word.pos == "noun" else ""
    if word.gender == "mf":
        unit.tags = "<mf>"
    return unit
