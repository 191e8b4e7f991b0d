"""Before the generator: what it cannot write becomes a token, and tokens what it lets pass."""

from __future__ import annotations

from gergo.language.engines import modes
from gergo.language.engines.stream import UNIT, lemma_and_tags, number_of, rewrite
from gergo.language.engines.tags import pos_of
from gergo.language.engines.units import Unit, Units
from gergo.language.inflection import inflect


def generable(stream: str, pair: modes.Pair, units: Units, *, italian: bool) -> str:
    """The stream with every unit that the generator cannot write turned into a token that we write ourselves."""
    bodies = sorted({m[1] for m in UNIT.finditer(stream) if not m[1].startswith("*")})
    bodies = [b for b in bodies if number_of(lemma_and_tags(b)[0]) is None]
    if not bodies:
        return stream
    tried = modes.run(pair.generate[:1], "\n".join(f"[]^{body}$" for body in bodies)).split("\n")
    assert len(tried) == len(bodies), "the generator lost a line"
    failed = {body for body, line in zip(bodies, tried, strict=True) if line.removeprefix("[]").startswith("#")}

    def one(body: str) -> str | None:
        if body not in failed:
            return None
        lemma, tags, rest = lemma_and_tags(body)
        unit = Unit(pos_of(tags), text=(lemma + rest).replace("#", ""), plural="<pl>" in tags)
        if "<prn>" in tags:  # a clitic without a form of its own here: Italian leaves it out
            unit.text = ""
        elif italian:
            unit.text = inflect(unit.text, unit.pos, tags)
        return units.add(unit, like=lemma) + tags

    return rewrite(stream, one)


def finished(stream: str, units: Units) -> str:
    """Tokens as unknown words, which every generator lets pass; what the grammar made of them is remembered."""

    def one(body: str) -> str | None:
        lemma, tags, _ = lemma_and_tags(body)
        unit = units.of(lemma)
        if unit is None:
            return None
        unit.tags = tags
        return f"*{lemma}"

    return rewrite(stream, one)
