"""What the pipelines get wrong as a rule, put right: on lexical units between stages, and on the Italian at the end."""

from __future__ import annotations

import re
from collections.abc import Callable

from gergo.language.italian import article_before, mismatch, with_agreement
from gergo.language.wordlists import words_of

_LINKS = words_of(
    """
    via by from with using on to for in through over under between within
    """
)
_FINITE = re.compile(r"<vbser>|<vbhaver>|<vbmod>|<vblex><pres>|<vblex><past>")


def reduced_relatives(stream: str) -> str:
    """Participles that the tagger takes for past tenses: "a network trained via ..." after a finite verb.

    Only after a noun, before a preposition, and where the clause has its verb already.
    """
    pieces = re.split(r"(\^(?:[^$\\]|\\.)*\$)", stream)
    verb = False
    before = ""
    for i in range(1, len(pieces), 2):
        body = pieces[i]
        after = pieces[i + 2] if i + 2 < len(pieces) else ""
        next_word = after[1:].split("/")[0].casefold()
        if "<sent>" in body or "<cnjcoo>" in body:
            verb = False
        elif "<vblex><past>" in body and "<vblex><pp>" in body:
            if verb and "<n>" in before and next_word in _LINKS:
                pieces[i] = re.sub(r"/[^/$]*<vblex><past>[^/$]*", "", body)
            else:
                verb = True
        elif _FINITE.search(body) and "<n>" not in body:
            verb = True
        if "<vbser>" in before and "<adj>" in body and "<n>" in body and re.search(r"<sent>|<cm>|<cnjcoo>", after):
            pieces[i] = re.sub(r"/[^/$]*<n>[^/$]*", "", body)  # "are red." has an adjective
        before = pieces[i]
    return "".join(pieces)


def imperatives(stream: str) -> str:
    """Orders that the tagger takes for nouns: "Use 5 mm drill bits" opens a sentence that has no other verb."""
    pieces = re.split(r"(\^(?:[^$\\]|\\.)*\$)", stream)
    units = range(1, len(pieces), 2)
    opens = True
    for i in units:
        body = pieces[i]
        if opens and "<vblex><imp>" in body and "<n>" in body:
            rest = []
            for j in range(i + 2, len(pieces), 2):
                if "<sent>" in pieces[j] or "[][s" in pieces[j - 1]:
                    break
                rest.append(pieces[j])
            finite = any(_FINITE.search(b) and "<n>" not in b and "<adj>" not in b for b in rest)
            begins_object = bool(rest) and ("<det>" in rest[0] or "<num>" in rest[0] or "<adj>" in rest[0])
            if rest and (begins_object or not finite) and not re.match(r"\^(?:of|is|are)/", rest[0]):
                kept = [part for part in body[1:-1].split("/")[1:] if "<imp>" in part]
                pieces[i] = "^" + "/".join([body[1:-1].split("/")[0], *kept]) + "$"
        opens = "<sent>" in body or (i + 1 < len(pieces) and "[][s" in pieces[i + 1])
    return "".join(pieces)


def handed_over(stream: str) -> str:
    """Lexical units of the pivot as the second pair knows them.

    "va entrenar" becomes a perfect, which is what Italian prose writes ("ha addestrato"); a verb after "que" takes the
    number of the noun before it, with the adjective that follows.
    """
    stream = re.sub(
        r"\^([Aa])nar<vaux>(?:<[^>]*>)*<(p\d)><(sg|pl)>\$(\s*)\^([^<$]+)<(vb\w+)><inf>",
        lambda m: f"^{'H' if m[1] == 'A' else 'h'}aver<vbhaver><pri><{m[2]}><{m[3]}>${m[4]}^{m[5]}<{m[6]}><pp><m><sg>",
        stream,
    )
    stream = _PARTICIPLE.sub(r"\1\4<\2><\3>", stream)
    stream = _PREDICATE.sub(r"\1<pl>", stream)
    return re.sub(
        r"(<n><(m|f)><pl>\$\s*\^que<rel><an><mf><sp>\$\s*\^[^$]*<p3>)<sg>(\$)(\s*\^[^$<]*<adj>)?(?(4)(?:<(?:m|f|mf)>)?<sg>)",
        _in_plural,
        stream,
    )


def _in_plural(match: re.Match[str]) -> str:
    text = f"{match[1]}<pl>{match[3]}"
    if match[4]:
        invariable = "<mf>" in match[0][len(match[1]) :]
        text += f"{match[4]}<{'mf' if invariable else match[2]}><pl>"
    return text


def purpose(stream: str) -> str:
    """The dictionary's "per" before an infinitive is Italian "per", never the agent's "da"."""
    return re.sub(
        r"\^([Pp])er<pr>/(?:[^$\\]|\\.)*\$(?=\s*\^[^/$]*<inf>)", lambda m: f"^{m[1]}er<pr>/{m[1]}er<pr>$", stream
    )


# a participle right after a noun and its adjectives agrees with it; an adjective after "sono" is a plural
_PARTICIPLE = re.compile(
    r"(<n><(m|f)><(sg|pl)>\$)((?:\s*\^[^$<]+<adj>(?:<[^>]+>)*\$)*\s*\^[^$<]+<vblex><pp>)<m><sg>(?=\$)"
)
_PREDICATE = re.compile(
    r"(\^[Ss]er<vbser>(?:<[^>]+>)*<pl>\$(?:\s*\^[^$<]+<adv>\$)?\s*\^[^$<]+<adj>(?:<(?:m|f|mf)>)?)<sg>(?=\$)"
)


_ITALIAN: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = tuple(
    (re.compile(pattern), better)
    for pattern, better in (
        (r"\b([Dd]ifficil[ei]|[Ff]acil[ei]|[Ii]mpossibil[ei]|[Ss]emplic[ei]) di (?=\w+(?:are|ere|ire)\b)", r"\1 da "),
        (r"\b([Ss]ia \S[^.,;:()]{2,70}?) ed? ", r"\1 che "),
        (r"\b(idea|obiettivo|scopo) (è|sarebbe|era) per (?=\w+re\b)", r"\1 \2 di "),
        (r"\b([Dd]|[Nn]|[Aa]|[Dd]a|[Ss]u)el(?= (?:due|tre|quattro|cinque|sei|sette|otto|nove|dieci)\b)", r"\1ei"),
        (r"\b([Dd]a|[Aa]|[Ss]u|[Dd]e|[Nn]e)ll'[Ii]nternet\b",
         lambda m: f"{ {'de': 'di', 'ne': 'in'}.get(m[1].casefold(), m[1]) } internet"),
        (r"\b(?<![’'])(?:l|L)'[Ii]nternet\b", "internet"),
        (r"\b([Cc])ostruisc(e|ono) (?:in|a|n(el|ell'|ello|ella|ei|egli|elle))(?=\W|(?<=')\w)",
         lambda m: ("Si" if m[1] == "C" else "si") + f" basa{'' if m[2] == 'e' else 'no'} su" + (m[3] or "")[1:]),
        (r"\bda (?=\d[\d.,]* ?%)", "del "),
        (r"\b([Cc])ostruire (?:in|a)\b", r"\1ostruire su"),
        (r"\b(addestrat[oaie]|basat[oaie]) in\b", r"\1 su"),
        (r"\bi quelli\b", "quelli"),
        (r"\b(?!(?:dar|dir|far|parlar|scriver|mostrar|offrir|inviar)gli)(\w+[aei]r)gli\b", r"\1li"),
        (r"(?<=perché )alcun(?=[ao'’ ])", "nessun"),
        (r"(?<=[:;] )alcun(?=[ao'’ ])", "nessun"),
        (r"\b(\w+(?:ato|ata|ati|ate|ito|uto|sto|tto)) ([^.,;:()]{1,40}?) anche(?=[.;,]|$)", r"\1 anche \2"),
    )
)  # fmt: skip
_DETERMINER = re.compile(
    r"\b(?:quell[oaie]?['’]?|quei|quegli|quel|una?['’]?|uno|[a-z]{0,3}l[oa]|[a-z]{0,3}gli|il|del|nel|sul|dal|al)\s?",
    re.I,
)


def tidied(text: str) -> str:
    """Italian with its recurring faults mended: "difficile da", "sia ... che", "dei tre", articles by sound."""
    for pattern, better in _ITALIAN:
        text = pattern.sub(better, text)
    at = 0
    while (match := _DETERMINER.search(text, at)) is not None:
        at = match.end()
        word = re.match(r"[^\W\d_][\w-]*", text[at:])
        found = article_before(text, at) if word else None
        kept = word is not None and word[0].casefold().startswith("xq")
        if word is None or kept or found is None or found[0] != match.start() or word[0].casefold() in _NO_NOUNS:
            continue
        if mismatch(found[2], word[0]):
            text, moved = with_agreement(text, at, at + word.end(), gender=found[2].gender)
            at += moved
    return text


_NO_NOUNS = words_of(
    """
    e ed o che di a da in con su per ha è si ma non
    """
)
