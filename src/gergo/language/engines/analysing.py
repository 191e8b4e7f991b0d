"""After the analyser: our tokens are told their part of speech, and words that it lacks become tokens."""

from __future__ import annotations

import re
from collections.abc import Mapping

from gergo.language.engines import Item
from gergo.language.engines.guessing import guess_pos
from gergo.language.engines.stream import rewrite, split_unit
from gergo.language.engines.tags import analysis
from gergo.language.engines.units import Unit, Units, unit_for
from gergo.language.inflection import gender_of
from gergo.language.lexicon import Word
from gergo.language.matching import is_plural, singular_of


def analysed(stream: str, units: Units, words: Mapping[str, tuple[Word, ...]], *, english: bool) -> str:
    """The analyser's stream with an analysis for every token, and from English for every word that it lacks."""

    def one(body: str) -> str | None:
        surface, *analyses = split_unit(body)
        unit = units.of(surface)
        if unit is not None:
            return f"{surface}/{surface}{analysis(unit.pos, plural=unit.plural)}"
        if analyses and analyses[0].startswith("*") and english and re.search(r"[^\W\d_]{2}", surface):
            return _unknown(surface, units, words)
        if surface.casefold() == "while" and len(analyses) > 1:
            kept = [a for a in analyses if "<n>" not in a and "<vblex>" not in a]
            return "/".join([surface, *kept]) if kept else None
        return None

    return rewrite(stream, one)


def _unknown(surface: str, units: Units, words: Mapping[str, tuple[Word, ...]]) -> str:
    """A word that the analyser lacks: by the lexicon, else English with the grammar of what it looks like."""
    low = surface.casefold()
    plural = is_plural(surface) and not surface.isupper()
    found = words.get(low) or words.get(singular_of(low))
    if found:
        unit = unit_for(found[0], plural=plural)
    else:
        pos = guess_pos(Item(0, len(surface), surface), surface)
        unit = Unit(pos, gender_of(surface), plural and pos == "noun", surface)
    return f"{surface}/{units.add(unit, like=surface)}{analysis(unit.pos, plural=unit.plural)}"
