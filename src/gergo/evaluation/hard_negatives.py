"""Captions that are false by one attribute, made of the shop's own (the kinds of SugarCrepe: Hsieh et al. 2023).

    replace   a value the caption names gives way to another of its column: "women white skirts" -> "women blue skirts"
    add       a false value joins a caption that names none of its column, where the shop's texts put such words:
              "women skirts" -> "women blue skirts"
    swap      of two items side by side, each named by two adjacent values, one is exchanged:
              "white skirts, grey shorts" -> "grey skirts, white shorts"

A false value is drawn by how often the catalogue has it, so that frequency tells nothing, from those that some text
of the shop has between the same neighbours, so that the caption stays one that the shop might write. Where there are
none, a replacement is one of the values whose items are most like this one (another fruit rather than a juice); a
value is added only next to a word that it is seen beside, and where words of its column are seen.

It is never true by accident, as far as the catalogue can tell: no word of it is like any word of the item's columns
and texts, nor of those of its group; and no item is told to have both values (`attributes.Vocabulary.together`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from gergo.evaluation.attributes import Caption, Mention, Vocabulary, alike, captions_of, fold, read_usage, vocabularies
from gergo.evaluation.shop_words import bigrams, known_words, neighbours, orders, profiles, sides, speaks_of
from gergo.evaluation.task import Rows

Kind = Literal["replace", "add", "swap"]
PER_KIND = 1000
SWAPS = 300


@dataclass(frozen=True)
class Negative:
    """A true and a false caption of an item (of two, for a swap). commoner: the shop's texts name the false value more
    often (0.5: as often) than the true one; attested: one of them has it between the same words."""

    kind: Kind
    column: str
    items: tuple[int, ...]
    positive: str
    negative: str
    commoner: float
    attested: bool


@dataclass
class Negatives:
    """All that was made of one split, and how often there was none to make, by reason."""

    made: dict[Kind, list[Negative]] = field(default_factory=dict)
    none: Counter[tuple[Kind, str]] = field(default_factory=Counter)


@dataclass(frozen=True)
class _Phrase:
    """An item named by a value and the one beside it, as its caption writes them."""

    item: int
    caption: Caption
    value: Mention
    noun: Mention

    @property
    def span(self) -> tuple[int, int]:
        return min(self.value.first, self.noun.first), max(self.value.last, self.noun.last)


class Maker:
    """Makes the negatives of a split. rows: that split; others: further splits to learn the shop's words from."""

    def __init__(self, rows: Rows, others: Sequence[Rows], *, seed: int) -> None:
        splits = [rows, *others]
        self._rows, self._rng = rows, np.random.default_rng(seed)
        captions = {
            each.split: [captions_of(texts) for texts in zip(*each.texts.values(), strict=True)] for each in splits
        }
        self._captions = captions[rows.split]
        self.vocabularies = vocabularies(splits)
        for vocabulary in self.vocabularies:
            read_usage(vocabulary, splits, captions)
        self._profiles = {each.column: profiles(each, splits, self.vocabularies) for each in self.vocabularies}
        self.vocabularies = [vocabulary for vocabulary in self.vocabularies if vocabulary.told]
        every = [caption for of_split in captions.values() for of_item in of_split for caption in of_item]
        self._bigrams = bigrams(every)
        self._order = orders(self.vocabularies, every)
        self._sides = {each.column: sides(each, every) for each in self.vocabularies}
        self._known = known_words(rows)

    def make(self) -> Negatives:
        out = Negatives()
        for item in range(len(self._rows.id_N)):
            for vocabulary in self.vocabularies:
                self._for_item(item, vocabulary, out)
        for kind, found in out.made.items():
            if len(found) > PER_KIND:
                kept = sorted(self._rng.permutation(len(found))[:PER_KIND])
                out.none[kind, f"beyond the {PER_KIND:,} that are measured"] = len(found) - PER_KIND
                out.made[kind] = [found[i] for i in kept]
        swaps = self._swaps()
        if swaps:
            out.made["swap"] = swaps
        return out

    def _for_item(self, item: int, vocabulary: Vocabulary, out: Negatives) -> None:
        value = fold(self._rows.columns[vocabulary.column][item])
        if value not in vocabulary.items:
            return
        naming = [(caption, vocabulary.mentions(caption)) for caption in self._captions[item]]
        own = [(caption, found) for caption, found in naming if any(each.value == value for each in found)]
        if own:
            caption, found = own[0]
            mentions = [each for each in found if each.value == value]
            if sum(each.last - each.first for each in mentions) == len(caption.words):
                out.none["replace", "the caption is the value and nothing else"] += 1
                return
            self._keep(self._replace(item, vocabulary, caption, mentions), "replace", out)
        elif self._captions[item] and not any(found or speaks_of(value, caption) for caption, found in naming):
            self._keep(self._add(item, vocabulary, value, self._captions[item][0]), "add", out)
        else:
            out.none["replace", "the captions name the item's value in other words, or another value"] += 1

    def _keep(self, made: Negative | str, kind: Kind, out: Negatives) -> None:
        if isinstance(made, str):
            out.none[kind, made] += 1
        else:
            out.made.setdefault(kind, []).append(made)

    def _replace(self, item: int, vocabulary: Vocabulary, caption: Caption, mentions: list[Mention]) -> Negative | str:
        value, at = mentions[0].value, mentions[0]
        found = self._false_value(item, vocabulary, value, caption, at.first, at.last)
        if found is None:
            return "no value of the column is surely false of the item"
        other, attested = found
        text = caption.text
        for each in reversed(mentions):
            text = _put(text, caption, each.first, each.last, vocabulary.spelling[other])
        return self._negative("replace", vocabulary, (item,), (caption.text, text), (value, other), attested)

    def _add(self, item: int, vocabulary: Vocabulary, value: str, caption: Caption) -> Negative | str:
        anchors = [
            (each, self._order[vocabulary.column, other.column])
            for other in self.vocabularies
            if (vocabulary.column, other.column) in self._order
            for each in other.mentions(caption)
        ]
        if not anchors:
            return "the shop's texts do not show where such a word would stand"
        anchor, (before, _) = max(anchors, key=lambda pair: pair[1][1])
        at = anchor.first if before else anchor.last
        left, right = neighbours(caption, at, at)
        outer, side = (left, 0) if before else (right, 1)
        if outer not in self._sides[vocabulary.column][side]:
            return "the shop's texts do not show where such a word would stand"
        fits = [
            other
            for other in self._false_values(item, vocabulary, value)
            if ((other.split()[-1], right) if before else (left, other.split()[0])) in self._bigrams
        ]
        if not fits:
            return "no false value is ever written beside the caption's words"
        other = self._draw(vocabulary, fits)
        word = caption.words[anchor.first if before else anchor.last - 1]
        written = _cased(vocabulary.spelling[other], caption.text[word.start : word.end], caption.text)
        place, insert = (word.start, f"{written} ") if before else (word.end, f" {written}")
        text = caption.text[:place] + insert + caption.text[place:]
        parts = other.split()
        attested = (left, parts[0]) in self._bigrams and (parts[-1], right) in self._bigrams
        return self._negative("add", vocabulary, (item,), (caption.text, text), (value, other), attested)

    def _false_value(
        self, item: int, vocabulary: Vocabulary, value: str, caption: Caption, first: int, last: int
    ) -> tuple[str, bool] | None:
        """A false value to stand between two words of the caption; and does a text of the shop have it there."""
        left, right = neighbours(caption, first, last)
        false = self._false_values(item, vocabulary, value)
        fits = [v for v in false if {(left, v.split()[0]), (v.split()[-1], right)} <= self._bigrams]
        if fits:
            return self._draw(vocabulary, fits), True
        if left in ("a", "an"):
            false = [v for v in false if (left, v.split()[0]) in self._bigrams]
        false = [v for v in false if v.endswith("s") == value.endswith("s")] or false
        if not false:
            return None
        likeness = [self._likeness(item, vocabulary, other) for other in false]
        nearest = [v for v, alike_in in zip(false, likeness, strict=True) if alike_in == max(likeness)]
        return self._draw(vocabulary, nearest), False

    def _false_values(self, item: int, vocabulary: Vocabulary, value: str) -> list[str]:
        """The values that are false of the item and that the shop's texts use."""
        return [v for v in vocabulary.items if vocabulary.told[v] and self.false_of(item, vocabulary, value, v)]

    def _draw(self, vocabulary: Vocabulary, values: Sequence[str]) -> str:
        weight = np.array([vocabulary.items[value] for value in values], float)
        return values[int(self._rng.choice(len(values), p=weight / weight.sum()))]

    def _likeness(self, item: int, vocabulary: Vocabulary, other: str) -> int:
        """In how many other columns the item has what most items of a value have."""
        usual = self._profiles[vocabulary.column].get(other, {})
        return sum(fold(self._rows.columns[column][item]) == most for column, most in usual.items())

    def false_of(self, item: int, vocabulary: Vocabulary, value: str, other: str) -> bool:
        """Is `other` surely false of an item that has `value` in the vocabulary's column."""
        if other == value or not vocabulary.exclusive(value, other):
            return False
        known = self._known[int(self._rows.group_N[item])]
        return not any(alike(part, word) for part in other.split() for word in known)

    def _swaps(self) -> list[Negative]:
        made: list[Negative] = []
        for vocabulary, noun in self._swap_columns():
            phrases = self._phrases(vocabulary, noun)
            order = self._rng.permutation(len(phrases)).tolist()
            while order and len(made) < SWAPS:
                one = phrases[order.pop()]
                fit = next((i for i in order[-50:] if self._may_swap(vocabulary, noun, one, phrases[i])), None)
                if fit is not None:
                    order.remove(fit)
                    made.append(self._swap(vocabulary, one, phrases[fit]))
        return made

    def _swap_columns(self) -> Iterator[tuple[Vocabulary, Vocabulary]]:
        """Attributes that stand beside the label, which says what a thing is; without such a label, beside another."""
        by_name = {vocabulary.column: vocabulary for vocabulary in self.vocabularies}
        label = self._rows.labels.column if self._rows.labels is not None else ""
        for (column, noun), _ in sorted(self._order.items(), key=lambda each: (-each[1][1], each[0])):
            # "white skirts" with the colours exchanged, or the garments: one is enough.
            if noun == label if label in by_name else column < noun:
                yield by_name[column], by_name[noun]

    def _phrases(self, vocabulary: Vocabulary, noun: Vocabulary) -> list[_Phrase]:
        """One a group: the first caption that names the item's own two values side by side."""
        found: dict[int, _Phrase] = {}
        own = {each.column: self._rows.columns[each.column] for each in (vocabulary, noun)}
        for item, captions in enumerate(self._captions):
            value, other = (fold(own[each.column][item]) for each in (vocabulary, noun))
            group = int(self._rows.group_N[item])
            for caption in captions if group not in found else ():
                pairs = [
                    _Phrase(item, caption, a, b)
                    for a in vocabulary.mentions(caption)
                    for b in noun.mentions(caption)
                    if a.value == value and b.value == other and (a.last == b.first or b.last == a.first)
                ]
                if pairs:
                    found.setdefault(group, pairs[0])
        return list(found.values())

    def _may_swap(self, vocabulary: Vocabulary, noun: Vocabulary, one: _Phrase, two: _Phrase) -> bool:
        return (
            noun.exclusive(one.noun.value, two.noun.value)
            and one.noun.value != two.noun.value
            and self.false_of(one.item, vocabulary, one.value.value, two.value.value)
            and self.false_of(two.item, vocabulary, two.value.value, one.value.value)
        )

    def _swap(self, vocabulary: Vocabulary, one: _Phrase, two: _Phrase) -> Negative:
        true = [_cut(each) for each in (one, two)]
        spelling = vocabulary.spelling
        false = [_cut(a, spelling[b.value.value]) for a, b in ((one, two), (two, one))]
        attested = all(self._beside(a, b.value.value) for a, b in ((one, two), (two, one)))
        captions = (", ".join(true), ", ".join(false))
        return Negative("swap", vocabulary.column, (one.item, two.item), *captions, 0.5, attested)

    def _beside(self, phrase: _Phrase, other: str) -> bool:
        parts, noun = other.split(), phrase.noun.value.split()
        before = phrase.value.first < phrase.noun.first
        return ((parts[-1], noun[0]) if before else (noun[-1], parts[0])) in self._bigrams

    def _negative(
        self,
        kind: Kind,
        vocabulary: Vocabulary,
        items: tuple[int, ...],
        captions: tuple[str, str],
        values: tuple[str, str],
        attested: bool,
    ) -> Negative:
        true, false = (vocabulary.told[value] for value in values)
        commoner = 0.5 if true == false else float(false > true)
        return Negative(kind, vocabulary.column, items, *captions, commoner, attested)


def _put(text: str, caption: Caption, first: int, last: int, value: str) -> str:
    start, end = caption.words[first].start, caption.words[last - 1].end
    return text[:start] + _cased(value, text[start:end], caption.text) + text[end:]


def _cut(phrase: _Phrase, value: str | None = None) -> str:
    """The two adjacent values as the caption writes them, with another value in the place of the first."""
    first, last = phrase.span
    start, end = phrase.caption.words[first].start, phrase.caption.words[last - 1].end
    text = phrase.caption.text
    if value is not None:
        grown = len(text)
        text = _put(text, phrase.caption, phrase.value.first, phrase.value.last, value)
        end += len(text) - grown
    return text[start:end]


def _cased(value: str, like: str, text: str) -> str:
    """A value in the capitals of what it replaces in a text.

    >>> _cased("Navy Blue", "white", "a white skirt"), _cased("navy blue", "White", "White skirt")
    ('navy blue', 'Navy blue')
    >>> _cased("Puma", "ADIDAS", "ADIDAS shoes"), _cased("Puma", "ADIDAS", "ADIDAS SHOES")
    ('Puma', 'PUMA')
    """
    if text.isupper():
        return value.upper()
    return value.lower() if like.islower() else value[:1].upper() + value[1:]
