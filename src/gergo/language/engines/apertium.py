"""Apertium, told what to keep: our units travel through its grammar as nouns, adjectives, adverbs of their own.

A kept term becomes a word of letters that no dictionary has; after the analyser it is given a part of speech and
number, after each bilingual dictionary its gender, so that articles, adjectives and verbs agree with it and word
order follows; after the last generator it becomes itself again. Between two pairs the lexical units are handed over
as they are, without being written out and analysed anew, which loses less. Words that the dictionaries lack, or that
our lexicon knows better, travel in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from gergo.language import lexicon
from gergo.language.engines import Item, Placed, Reply, Request, Usage, modes
from gergo.language.engines.guessing import attributive, guess_pos, stands_before_noun
from gergo.language.engines.phrases import phrases_in
from gergo.language.engines.repairs import handed_over, imperatives, purpose, reduced_relatives, tidied
from gergo.language.engines.stream import (
    TOKEN,
    UNIT,
    blank,
    escaped,
    lemma_and_tags,
    number_of,
    rewrite,
    split_unit,
    token,
)
from gergo.language.engines.titles import title
from gergo.language.inflection import gender_of, inflect, plural_of_phrase
from gergo.language.matching import is_plural, singular_of

_ANALYSIS = {"noun": "<n>", "adjective": "<adj>", "adverb": "<adv>", "name": "<n>", "number": "<num>",
             "conjunction": "<cnjcoo>", "preposition": "<pr>", "verb": "<vblex>"}  # fmt: skip
_POS = {"<n>": "noun", "<adj>": "adjective", "<adv>": "adverb", "<vblex>": "verb", "<pr>": "preposition",
        "<np>": "name", "<cnjcoo>": "conjunction", "<cnjadv>": "conjunction", "<cnjsub>": "conjunction", "<num>":
        "number"}  # fmt: skip
_BLANK_KINDS = frozenset({"citation", "markup"})  # stand beside the sentence, not in its grammar
_SEPARATOR = ".[][s"
_ASIDE = re.compile(r"\(([^()]*[^\W\d_]{2}[^()]*)\)(?!\w)")
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


@dataclass
class _Unit:
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


class Apertium:
    """The offline engine: real machine translation with no weights, by the installed pairs.

    Raises:
        UsageError: Apertium, or a way from `source` to `to`, is not installed.
    """

    name = "apertium"

    def __init__(self, source: str, to: str) -> None:
        self._pairs = modes.chain(source, to)
        self._to = modes.code(to)
        self._english = modes.code(source) == "eng"
        self.usage = Usage()

    def translate(self, requests: Sequence[Request]) -> list[Reply]:
        """Translate all requests in one run of the pipeline: a run costs about a second, a thousand words far less."""
        if not requests:
            return []
        replies = [title(r) if self._english and self._to == "ita" else None for r in requests]
        sentences = [r for r, reply in zip(requests, replies, strict=True) if reply is None]
        rest = iter(())
        if sentences:
            self.usage.calls += 1
            rest = iter(_Run(self._pairs, self._to, self._english).translate(sentences))
        return [next(rest) if reply is None else reply for reply in replies]


class _Run:
    """One run of the pipeline: the units and blanks of its texts."""

    def __init__(self, pairs: Sequence[modes.Pair], to: str, english: bool) -> None:
        self.pairs, self.to, self.english = pairs, to, english
        self.units: list[_Unit] = []
        self.blanks: list[str] = []
        self.asides: list[str] = []
        self.written: list[str] = []
        self.origin: dict[tuple[str, str], tuple[str, bool]] = {}  # pivot lemma and first tag -> English lemma
        self.lexicon = lexicon.words() if english and to == "ita" else {}

    def translate(self, requests: Sequence[Request]) -> list[Reply]:
        whole = [self._with_compounds(request) for request in requests]
        texts = [self._prepared(request) for request in whole]
        texts += self.asides  # grows while they are prepared: an aside may hold another
        text = "".join(f"{text}{_SEPARATOR}{i}]" for i, text in enumerate(texts))
        stream = modes.run(self.pairs[0].analyse, text)
        stream = rewrite(stream, self._analysed)
        stream = imperatives(reduced_relatives(stream)) if self.english else stream
        stream = modes.run(self.pairs[0].choose, stream)
        for i, pair in enumerate(self.pairs):
            last = i == len(self.pairs) - 1
            if i:
                stream = modes.run(pair.rejoin, stream)
            stream = modes.run((pair.look_up,), handed_over(stream) if i else stream)
            stream = purpose(stream) if last and self.to == "ita" else stream
            stream = rewrite(stream, lambda body, first=i == 0, last=last: self._looked_up(body, first, last))
            stream = modes.run(pair.transfer, stream)
        stream = rewrite(self._generable(stream), self._finished)
        written = modes.run(self.pairs[-1].generate, stream)
        parts = re.split(r"\.?\[\]\[s\d+\]", written)
        assert len(parts) == len(texts) + 1, "a separator was lost"
        self.written = parts[:-1]
        return [self._reply(self._with_asides(part)) for part in self.written[: len(requests)]]

    def _with_asides(self, text: str) -> str:
        """A text with its bracketed asides, which were translated as texts of their own, put back."""
        start = len(self.written) - len(self.asides)
        return re.sub(r"\[a(\d+)\]", lambda m: f"({self._with_asides(self.written[start + int(m[1])])})", text)

    # -- before the pipeline

    def _with_compounds(self, request: Request) -> Request:
        """The request with the lexicon's phrases and hyphenated words as items of their own, after its own."""
        if not self.english:
            return request
        taken = [(i.start, i.end) for i in request.items]
        found = phrases_in(request.text, taken) if self.lexicon else []
        taken += [(i.start, i.end) for i in found]
        for match in re.finditer(r"[^\W\d_]+(?:-[^\W\d_]+)+", request.text):
            if not any(a < match.end() and match.start() < b for a, b in taken):
                found.append(self._compound(match))
        items = [*request.items, *(i for i in found)]
        return Request(request.text, tuple(items))

    @staticmethod
    def _compound(match: re.Match[str]) -> Item:
        text = match[0]
        number = "pl" if is_plural(text.rsplit("-", 1)[1]) and not text.isupper() else "sg"
        return Item(match.start(), match.end(), text, kind="unknown", number=number)

    def _prepared(self, request: Request) -> str:
        """The text with a token for each item; what stands in brackets becomes a text of its own.

        An aside between a noun and its verb would break their agreement; as a blank it does not.
        """
        pieces, at = [], 0
        for i, item in sorted(enumerate(request.items), key=lambda pair: pair[1].start):
            between = request.text[at : item.start]
            if between == ", " and self.units and self.units[-1].pos == "adjective" and _qualifies(item):
                between = " "  # "large-scale, self-supervised models" is one noun phrase
            pieces.append(self._plain(between))
            pieces.append(self._token_for(item, request.text, i if item.kind not in ("phrase", "unknown") else -1))
            at = item.end
        text = "".join([*pieces, self._plain(request.text[at:])])
        while (match := _ASIDE.search(text)) is not None:
            self.asides.append(match[1])
            text = text[: match.start()] + f"[a{len(self.asides) - 1}]" + text[match.end() :]
        return text

    def _plain(self, text: str) -> str:
        for pattern, better in _PLAINER if self.english else ():
            text = pattern.sub(better, text)
        pieces = []
        for i, piece in enumerate(re.split(r"(?:(?<=\w)|^)/(?=\w|$)", text)):
            if i:  # "verticals/industries": a stroke joins as "and" does
                pieces.append(blank("/", self.blanks) + " and ")
            pieces.append(escaped(piece, self.blanks))
        return "".join(pieces)

    def _token_for(self, item: Item, text: str, index: int) -> str:
        """A token, with what the grammar needs before it: an article, or "do the ... of" around a kept verb."""
        if item.kind in _BLANK_KINDS:
            mark = blank("\0" + str(len(self.units)), self.blanks)
            self.units.append(_Unit("", text=item.text, index=index))
            return mark
        context = item.kind in ("term", "unknown", "phrase") and self.english
        pos = item.pos if context else "noun"
        if (
            not context
            and item.kind in ("angle", "placeholder", "code", "path")
            and self.english
            and stands_before_noun(item, text)
        ):
            pos = "adjective"
        pos = pos or guess_pos(item, text)
        plural = item.number == "pl"
        gender = item.gender or (gender_of(item.text) if context else "m")
        unit = _Unit(pos, gender, plural, item.text, item.plural, index=index)
        self.units.append(unit)
        word = token(len(self.units) - 1)
        if text[item.start].isupper() and _starts_sentence(text, item.start):
            word = word.capitalize()
        if item.kind == "phrase" and pos == "verb":
            unit.lemma, unit.text = unit.text, ""
            return word
        if not context:
            return word
        return attributive(word, pos, text, item)

    # -- within the pipeline

    def _analysed(self, body: str) -> str | None:
        parts = split_unit(body)
        surface = parts[0]
        number = number_of(surface)
        if number is not None:
            return f"{surface}/{surface}{_analysis(self.units[number])}"
        if len(parts) > 1 and parts[1].startswith("*") and self.english and re.search(r"[^\W\d_]{2}", surface):
            return self._unknown(surface)
        if surface.casefold() == "while" and len(parts) > 2:
            kept = [p for p in parts[1:] if "<n>" not in p and "<vblex>" not in p]
            return "/".join([surface, *kept]) if kept else None
        return None

    def _unknown(self, surface: str) -> str:
        """A word that the analyser lacks: by the lexicon, else English with the grammar of what it looks like."""
        low = surface.casefold()
        plural = is_plural(surface) and not surface.isupper()
        for word in (*self.lexicon.get(low, ()), *self.lexicon.get(singular_of(low), ())):
            unit = self._from_lexicon(word, plural)
            self.units.append(unit)
            break
        else:
            pos = guess_pos(Item(0, len(surface), surface), surface)
            self.units.append(_Unit(pos, gender_of(surface), plural and pos == "noun", surface))
        unit = self.units[-1]
        word = token(len(self.units) - 1)
        word = word.capitalize() if surface[0].isupper() else word
        return f"{surface}/{word}{_analysis(unit)}"

    def _from_lexicon(self, word: lexicon.Word, plural: bool) -> _Unit:
        gender = word.gender if word.gender in ("m", "f") else "m"
        unit = _Unit(word.pos, gender, plural, lemma=word.italian)
        if " " in word.italian or word.pos == "adverb" or "-" in word.italian:
            unit.lemma, unit.text = "", word.italian
            unit.many = plural_of_phrase(word.italian, gender) if word.pos == "noun" else ""
        if word.gender == "mf":
            unit.tags = "<mf>"
        return unit

    def _looked_up(self, body: str, first: bool, last: bool) -> str | None:
        parts = split_unit(body)
        source = parts[0]
        lemma, tags, _ = lemma_and_tags(source)
        number = number_of(lemma)
        if number is not None:
            return f"{source}/{self._translated(lemma, tags, self.units[number], last)}"
        if len(parts) < 2 or source.startswith("*"):
            return None
        if first and self.english:
            better = self._better(lemma, tags)
            if better:
                return f"{source}/{better}"
            for part in parts[1:]:
                there, there_tags, rest = lemma_and_tags(part)
                self.origin[(there + rest).casefold(), _head(there_tags)] = (lemma, False)
        if parts[1].startswith("@") and not first:
            return f"{source}/{self._orphan(source, last)}"
        return None

    def _translated(self, lemma: str, tags: str, unit: _Unit, last: bool) -> str:
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

    def _better(self, lemma: str, tags: str) -> str:
        """The lexicon's word for an English lemma, as a token of ours; "" where the dictionaries do well."""
        pos = _POS.get(_head(tags), "")
        for word in self.lexicon.get(lemma.casefold(), ()):
            if word.pos == pos:
                unit = self._from_lexicon(word, "<pl>" in tags)
                self.units.append(unit)
                name = token(len(self.units) - 1)
                return self._translated(
                    name.capitalize() if lemma[0].isupper() else name, tags, unit, len(self.pairs) == 1
                )
        return ""

    def _orphan(self, source: str, last: bool) -> str:
        """A pivot word that the second dictionary lacks: the lexicon's for its English origin, else that origin."""
        lemma, tags, rest = lemma_and_tags(source)
        english, _ = self.origin.get(((lemma + rest).casefold(), _head(tags)), (lemma, False))
        pos = _POS.get(_head(tags), "noun")
        choices = self.lexicon.get(english.casefold(), ())
        word = next((w for w in choices if w.pos == pos), None)
        if word is None and choices:
            word = lexicon.Word(english, pos, choices[0].italian, choices[0].gender)
        unit = (
            self._from_lexicon(word, "<pl>" in tags)
            if word
            else _Unit(pos, text=english.replace("#", ""), plural="<pl>" in tags)
        )
        if word is None:
            unit.gender = "f" if "<f>" in tags else "m"
        if "<prn>" in tags:  # a clitic that the second dictionary lacks: Italian does without
            unit.text = ""
        self.units.append(unit)
        name = token(len(self.units) - 1)
        return self._translated(name.capitalize() if lemma[:1].isupper() else name, tags, unit, last)

    # -- after the grammar

    def _generable(self, stream: str) -> str:
        """The stream with every unit that the generator cannot write turned into a token that we write ourselves."""
        bodies = sorted({m[1] for m in UNIT.finditer(stream) if not m[1].startswith("*")})
        bodies = [b for b in bodies if number_of(lemma_and_tags(b)[0]) is None]
        if not bodies:
            return stream
        tried = modes.run(self.pairs[-1].generate[:1], "\n".join(f"[]^{body}$" for body in bodies)).split("\n")
        assert len(tried) == len(bodies), "the generator lost a line"
        failed = {body for body, line in zip(bodies, tried, strict=True) if line.removeprefix("[]").startswith("#")}

        def one(body: str) -> str | None:
            if body not in failed:
                return None
            lemma, tags, rest = lemma_and_tags(body)
            unit = _Unit(_POS.get(_head(tags), ""), text=(lemma + rest).replace("#", ""), plural="<pl>" in tags)
            if "<prn>" in tags:  # a clitic without a form of its own here: Italian leaves it out
                unit.text = ""
            elif self.to == "ita":
                unit.text = inflect(unit.text, _POS.get(_head(tags), ""), tags)
            self.units.append(unit)
            name = token(len(self.units) - 1)
            return (name.capitalize() if lemma[:1].isupper() else name) + tags

        return rewrite(stream, one)

    def _finished(self, body: str) -> str | None:
        """A token as an unknown word, which every generator lets pass; what the grammar made of it is remembered."""
        lemma, tags, _ = lemma_and_tags(body)
        number = number_of(lemma)
        if number is None:
            return None
        self.units[number].tags = tags
        return f"*{lemma}"

    def _reply(self, text: str) -> Reply:
        """The text of a segment with its tokens and blanks written out, and where the request's items stand."""
        text = re.sub(r"\\(.)", r"\1", text)
        text = re.sub(r"(?: (?:ed?|i)(?= ?\[))? ?\[b(\d+)\] ?(?:(?:ed?|i) )?", self._stroke, text)
        text = re.sub(r"(?<=\w) {2,}(?=\w)", " ", re.sub(r" ?\bprpers\b", "", text))
        text = tidied(text) if self.to == "ita" else text
        pieces: list[str] = []
        placed: list[Placed] = []
        length = at = 0
        for match in re.finditer(r"\*?(?P<token>" + TOKEN.pattern + r")|\[b(?P<blank>\d+)\]|[*#@](?=\w)", text):
            pieces.append(text[at : match.start()])
            length += match.start() - at
            at = match.end()
            if match["token"] is None and match["blank"] is None:
                continue
            written, unit = self._written(match)
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

    def _stroke(self, match: re.Match[str]) -> str:
        return f"[b{match[1]}]" if self.blanks[int(match[1])] == "/" else match[0]

    def _written(self, match: re.Match[str]) -> tuple[str, _Unit | None]:
        if match["blank"] is not None:
            value = self.blanks[int(match["blank"])]
            if not value.startswith("\0"):
                return value, None
            unit = self.units[int(value[1:])]
            return unit.text, unit
        number = number_of(match["token"])
        assert number is not None
        unit = self.units[number]
        text = unit.many if unit.many and "<pl>" in unit.tags else unit.text
        if unit.index < 0 and unit.pos == "adjective" and self.to == "ita":
            text = inflect(text, "adjective", unit.tags) if unit.text != unit.many else text
        if match["token"][0] == "X":
            text = text[:1].upper() + text[1:]
        return text, unit


def _qualifies(item: Item) -> bool:
    """Whether an item may follow an adjective and a comma within one noun phrase: another adjective, or one's noun."""
    return "-" in item.text and item.kind in ("term", "phrase", "unknown")


def _analysis(unit: _Unit) -> str:
    tag = _ANALYSIS.get(unit.pos, "<n>")
    if tag == "<n>":
        return tag + ("<pl>" if unit.plural else "<sg>")
    return tag + ("<inf>" if tag == "<vblex>" else "")


def _head(tags: str) -> str:
    return tags[: tags.index(">") + 1] if tags else ""


def _starts_sentence(text: str, at: int) -> bool:
    before = text[:at].rstrip(" \"'“‘«([*_")
    return not before or before[-1] in ".!?:;\n"
