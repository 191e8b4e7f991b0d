"""Apertium, told what to keep: our units travel through its grammar as nouns, adjectives, adverbs of their own.

A kept term becomes a word of letters that no dictionary has; after the analyser it is given a part of speech and
number, after each bilingual dictionary its gender, so that articles, adjectives and verbs agree with it and word
order follows; after the last generator it becomes itself again. Between two pairs the lexical units are handed over
as they are, without being written out and analysed anew, which loses less. Words that the dictionaries lack, or that
our lexicon knows better, travel in the same way. Each place where we reach into the pipeline is a module: preparing,
analysing, lookup, generating, writing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from gergo.language import lexicon
from gergo.language.engines import Reply, Request, Usage, modes
from gergo.language.engines.analysing import analysed
from gergo.language.engines.asides import with_asides
from gergo.language.engines.generating import finished, generable
from gergo.language.engines.lookup import Lookup
from gergo.language.engines.preparing import prepared
from gergo.language.engines.repairs import handed_over, imperatives, purpose, reduced_relatives
from gergo.language.engines.titles import title
from gergo.language.engines.units import Units
from gergo.language.engines.writing import reply_of

_SEPARATOR = ".[][s"


class Apertium:
    """The offline engine: real machine translation with no weights, by the installed pairs.

    Raises:
        UsageError: Apertium, or a way from `source` to `to`, is not installed.
    """

    name = "apertium"

    def __init__(self, source: str, to: str) -> None:
        self._pairs = modes.chain(source, to)
        self._english = modes.code(source) == "eng"
        self._italian = modes.code(to) == "ita"
        self.usage = Usage()

    def translate(self, requests: Sequence[Request]) -> list[Reply]:
        """Translate all requests in one run of the pipeline: a run costs about a second, a thousand words far less."""
        if not requests:
            return []
        replies = [title(r) if self._english and self._italian else None for r in requests]
        sentences = [r for r, reply in zip(requests, replies, strict=True) if reply is None]
        rest = iter(())
        if sentences:
            self.usage.calls += 1
            rest = iter(self._run(sentences))
        return [next(rest) if reply is None else reply for reply in replies]

    def _run(self, requests: Sequence[Request]) -> list[Reply]:
        """One run of the pipeline, reached into between its stages."""
        english, italian = self._english, self._italian
        words = lexicon.words() if english and italian else {}
        first, last = self._pairs[0], self._pairs[-1]
        units = Units()
        texts = prepared(requests, units, english=english, italian=italian)
        stream = modes.run(first.analyse, "".join(f"{text}{_SEPARATOR}{i}]" for i, text in enumerate(texts)))
        stream = analysed(stream, units, words, english=english)
        stream = imperatives(reduced_relatives(stream)) if english else stream
        stream = modes.run(first.choose, stream)
        lookup = Lookup(units, words, english=english)
        for pair in self._pairs:
            if pair is not first:
                stream = handed_over(modes.run(pair.rejoin, stream))
            stream = modes.run((pair.look_up,), stream)
            stream = purpose(stream) if pair is last and italian else stream
            stream = lookup.corrected(stream, first=pair is first, last=pair is last)
            stream = modes.run(pair.transfer, stream)
        stream = finished(generable(stream, last, units, italian=italian), units)
        parts = re.split(r"\.?\[\]\[s\d+\]", modes.run(last.generate, stream))
        assert len(parts) == len(texts) + 1, "a separator was lost"
        written, asides = parts[: len(requests)], parts[len(requests) : -1]
        return [reply_of(with_asides(text, asides), units, italian=italian) for text in written]
