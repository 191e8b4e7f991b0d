"""After the pipeline: a reply, its tokens and blanks written out and what was kept found again."""

from __future__ import annotations

import re

from gergo.language.engines import Placed, Reply
from gergo.language.engines.repairs import tidied
from gergo.language.engines.stream import TOKEN
from gergo.language.engines.units import Unit, Units
from gergo.language.inflection import inflect

_STROKE = re.compile(r"(?: (?:ed?|i)(?= ?\[))? ?\[b(\d+)\] ?(?:(?:ed?|i) )?")  # with the "and" that it travelled with
_STAND_IN = re.compile(r"\*?(?P<token>" + TOKEN.pattern + r")|\[b(?P<blank>\d+)\]|[*#@](?=\w)")


def reply_of(text: str, units: Units, *, italian: bool) -> Reply:
    """The text of a segment with its tokens and blanks written out, and where the request's items stand."""
    text = re.sub(r"\\(.)", r"\1", text)
    text = _STROKE.sub(lambda m: f"[b{m[1]}]" if units.blanks[int(m[1])] == "/" else m[0], text)
    text = re.sub(r"(?<=\w) {2,}(?=\w)", " ", re.sub(r" ?\bprpers\b", "", text))
    text = tidied(text) if italian else text
    pieces: list[str] = []
    placed: list[Placed] = []
    length = at = 0
    for match in _STAND_IN.finditer(text):
        pieces.append(text[at : match.start()])
        length += match.start() - at
        at = match.end()
        if match["token"] is None and match["blank"] is None:
            continue
        written, unit = _written(match, units, italian)
        if unit is not None and unit.text:
            gender = "f" if "<f>" in unit.tags else "m" if "<m>" in unit.tags else unit.gender if unit.pos else ""
            number = "pl" if "<pl>" in unit.tags else "sg" if "<sg>" in unit.tags else ""
            placed.append(Placed(unit.index, length, length + len(written), gender, number))
        if not written and pieces[-1].endswith(" "):
            pieces[-1] = pieces[-1][:-1]
            length -= 1
        pieces.append(written)
        length += len(written)
    return Reply("".join([*pieces, text[at:]]), tuple(placed))


def _written(match: re.Match[str], units: Units, italian: bool) -> tuple[str, Unit | None]:
    if match["blank"] is not None:
        found = units.at_blank(int(match["blank"]))
        return (found, None) if isinstance(found, str) else (found.text, found)
    unit = units.of(match["token"])
    assert unit is not None
    text = unit.many if unit.many and "<pl>" in unit.tags else unit.text
    if unit.index < 0 and unit.pos == "adjective" and italian:
        text = inflect(text, "adjective", unit.tags) if unit.text != unit.many else text
    if match["token"][0] == "X":
        text = text[:1].upper() + text[1:]
    return text, unit
