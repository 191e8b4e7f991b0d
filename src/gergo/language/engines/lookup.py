"""After each bilingual dictionary: the target side of our tokens, and of words that it lacks or gets wrong."""

from __future__ import annotations

from collections.abc import Mapping

from gergo.language.engines.stream import lemma_and_tags, rewrite, split_unit
from gergo.language.engines.tags import head, pos_of
from gergo.language.engines.units import Unit, Units, unit_for
from gergo.language.lexicon import Word


class Lookup:
    """Corrects what the dictionaries of one chain answer, and remembers which English word each answer came from."""

    def __init__(self, units: Units, words: Mapping[str, tuple[Word, ...]], *, english: bool) -> None:
        self._units, self._words, self._english = units, words, english
        self._origin: dict[tuple[str, str], str] = {}  # pivot lemma and first tag -> English lemma

    def corrected(self, stream: str, *, first: bool, last: bool) -> str:
        """A dictionary's stream, corrected; whether the dictionary is the first, the last of its chain."""
        return rewrite(stream, lambda body: self._corrected(body, first, last))

    def _corrected(self, body: str, first: bool, last: bool) -> str | None:
        source, *targets = split_unit(body)
        lemma, tags, _ = lemma_and_tags(source)
        unit = self._units.of(lemma)
        if unit is not None:
            return f"{source}/{_translated(lemma, tags, unit, last)}"
        if not targets or source.startswith("*"):
            return None
        if first and self._english:
            better = self._better(lemma, tags, last)
            if better:
                return f"{source}/{better}"
            for target in targets:
                there, there_tags, rest = lemma_and_tags(target)
                self._origin[(there + rest).casefold(), head(there_tags)] = lemma
        if targets[0].startswith("@") and not first:
            return f"{source}/{self._orphan(source, last)}"
        return None

    def _better(self, lemma: str, tags: str, last: bool) -> str:
        """The lexicon's word for an English lemma, as a token of ours; "" where the dictionaries do well."""
        pos = pos_of(tags)
        for word in self._words.get(lemma.casefold(), ()):
            if word.pos == pos:
                unit = unit_for(word, plural="<pl>" in tags)
                return _translated(self._units.add(unit, like=lemma), tags, unit, last)
        return ""

    def _orphan(self, source: str, last: bool) -> str:
        """A pivot word that the second dictionary lacks: the lexicon's for its English origin, else that origin."""
        lemma, tags, rest = lemma_and_tags(source)
        english = self._origin.get(((lemma + rest).casefold(), head(tags)), lemma)
        pos, plural = pos_of(tags, "noun"), "<pl>" in tags
        choices = self._words.get(english.casefold(), ())
        word = next((w for w in choices if w.pos == pos), None)
        if word is None and choices:
            word = Word(english, pos, choices[0].italian, choices[0].gender)
        if word is None:
            unit = Unit(pos, "f" if "<f>" in tags else "m", plural, english.replace("#", ""))
        else:
            unit = unit_for(word, plural=plural)
        if "<prn>" in tags:  # a clitic that the second dictionary lacks: Italian does without
            unit.text = ""
        return _translated(self._units.add(unit, like=lemma), tags, unit, last)


def _translated(lemma: str, tags: str, unit: Unit, last: bool) -> str:
    """The target side of a token: its own gender, and in the last pair the Italian lemma where there is one."""
    number = "<pl>" if "<pl>" in tags else "<sg>"
    gender = f"<{unit.gender}>"
    if last and unit.lemma:
        name = unit.lemma[0].upper() + unit.lemma[1:] if lemma[0].isupper() else unit.lemma
        if unit.pos == "noun":
            return name + "<n>" + (unit.tags or gender) + number
        if unit.pos == "adjective":
            return (
                name
                + "<adj>"
                + ("" if unit.lemma.endswith("o") else "<mf>")
                + tags.removeprefix("<adj>").replace("<mf>", "")
            )
        return name + tags
    if "<n>" in tags:
        return lemma + "<n>" + gender + number
    return lemma + tags.replace("<sint>", "")
