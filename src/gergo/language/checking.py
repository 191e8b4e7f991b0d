"""`check_translation`: what a translation lost, whoever made it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gergo.errors import UsageError
from gergo.language.checks import grammar, leftovers, structure, terms
from gergo.language.checks.findings import FAULT, KINDS, Finding
from gergo.language.checks.pairing import Pairing, pair
from gergo.language.documents import Document, kind_of, read_document
from gergo.language.glossary import Glossary
from gergo.language.reading import read_text


@dataclass(frozen=True)
class TermRow:
    """A glossary row's account: occurrences in the source, how many are kept, with the same letters, lost, added."""

    term: str
    source: int
    kept: int
    exact: int
    lost: int
    added: int


@dataclass(frozen=True)
class CheckReport:
    """What `check_translation` found.

    Attributes:
        findings: alarms in the order of the text, faults and warnings.
        pairs: every occurrence of a listed term with its place in source and target.
        rows: the account of each glossary row that occurs in either text.
        warnings: about the glossary: rows that repeat another, rows that match nothing.
        scores: "bleu" and "chrf2++" (0 to 100) where a reference was given.
    """

    findings: tuple[Finding, ...]
    pairs: tuple[terms.Pair, ...]
    rows: tuple[TermRow, ...]
    warnings: tuple[str, ...]
    pairing: Pairing
    scores: dict[str, float] = field(default_factory=dict)

    @property
    def occurrences(self) -> int:
        return sum(row.source for row in self.rows)

    @property
    def recall(self) -> float:
        """Share of the source's occurrences that are kept, 0 to 1; 1 where there are none."""
        return sum(row.kept for row in self.rows) / self.occurrences if self.occurrences else 1.0

    @property
    def exact_recall(self) -> float:
        """The same, counting only occurrences whose capitals are those of the source or the glossary."""
        return sum(row.exact for row in self.rows) / self.occurrences if self.occurrences else 1.0

    @property
    def faults(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.severity == FAULT)

    @property
    def passed(self) -> bool:
        return not self.faults

    def counts(self) -> dict[str, int]:
        """Findings by kind, kinds in their order of gravity."""
        found = Counter(f.kind for f in self.findings)
        return {kind: found[kind] for kind in KINDS if found[kind]}

    def to_json(self) -> dict[str, object]:
        """The contract of `gergo check --json`."""
        return {
            "schema": 1,
            "passed": self.passed,
            "occurrences": self.occurrences,
            "recall": round(self.recall, 4),
            "exact_recall": round(self.exact_recall, 4),
            "counts": self.counts(),
            "scores": self.scores,
            "terms": [vars(row) for row in self.rows],
            "findings": [f.to_json() for f in self.findings],
            "occurrence_pairs": [
                {
                    "term": self.pairing.entries[p.entry].source,
                    "source": vars(p.source) if p.source else None,
                    "target": vars(p.target) if p.target else None,
                    "exact": p.exact,
                }
                for p in self.pairs
            ],
            "warnings": list(self.warnings),
        }


def check_translation(
    source: str | Path,
    target: str | Path,
    *,
    glossary: object = None,
    reference: str | Path | None = None,
    to: str = "it",
    kind: str | None = None,
) -> CheckReport:
    """Check a translation against its source and the words that had to stay.

    Args:
        source, target: texts, or paths of text, Markdown or HTML files.
        glossary: a path, a list of terms, a mapping source to target, or a `Glossary`.
        reference: a translation by somebody whom you trust, for BLEU and chrF2++ (sacrebleu).
        to: the language of the target; articles and heads are checked in Italian only.
        kind: plain, markdown or html; by default what the paths say, plain for texts.

    Raises:
        InputError: a text or glossary that cannot be read.
    """
    rows = Glossary.of(glossary)
    one = document_of(source, kind, "source")
    other = document_of(target, kind or one.kind, "translation")
    pairing = pair(one.segments, other.segments, rows.entries)
    return report_on(pairing, rows, to=to, scores=_scores(target, reference))


def document_of(value: str | Path, kind: str | None, name: str) -> Document:
    """A document from a text, or from the file at a path."""
    if isinstance(value, os.PathLike):
        path = Path(value)
        return read_document(read_text(path), kind=kind or kind_of(path), name=str(path))
    if not isinstance(value, str):
        raise UsageError(f"{name} is {type(value).__name__}", hint="give a text, or the Path of a file")
    return read_document(value, kind=kind or "plain", name=name)


def report_on(
    pairing: Pairing, glossary: Glossary, *, to: str = "it", scores: dict[str, float] | None = None
) -> CheckReport:
    """Run every check over two aligned texts."""
    pairs = terms.match_occurrences(pairing)
    found = [
        *structure.dropped_or_added(pairing),
        *structure.spans(pairing),
        *terms.findings(pairing, pairs),
    ]
    if to == "it":
        found += grammar.articles(pairing)
        found += grammar.doubled_heads(pairing)
        found += leftovers.two_ways(pairing)
        found += leftovers.untranslated(pairing)
    found.sort(key=_place)
    rows = _rows(pairing, pairs)
    present = {p.entry for p in pairs}
    unused = [
        f"row {e.row}: {e.source!r} is not in the source" if e.row else f"{e.source!r} is not in the source"
        for i, e in enumerate(glossary.entries)
        if i not in present
    ]
    return CheckReport(tuple(found), tuple(pairs), rows, (*glossary.warnings, *unused), pairing, scores or {})


def _place(finding: Finding) -> tuple[int, int, int]:
    place = finding.source or finding.target
    return (place.paragraph, place.sentence, place.start) if place else (0, 0, 0)


def _rows(pairing: Pairing, pairs: Sequence[terms.Pair]) -> tuple[TermRow, ...]:
    rows = []
    for i, entry in enumerate(pairing.entries):
        mine = [p for p in pairs if p.entry == i]
        if mine:
            source = sum(p.source is not None for p in mine)
            kept = sum(p.source is not None and p.target is not None for p in mine)
            added = sum(p.source is None for p in mine)
            rows.append(TermRow(entry.source, source, kept, sum(p.exact for p in mine), source - kept, added))
    return tuple(rows)


def _scores(target: str | Path, reference: str | Path | None) -> dict[str, float]:
    if reference is None:
        return {}
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF

    texts = [
        [" ".join(s.text for s in document_of(value, None, name).segments)]
        for value, name in ((target, "translation"), (reference, "reference"))
    ]
    return {
        "bleu": round(BLEU(effective_order=True).corpus_score(texts[0], [texts[1]]).score, 2),
        "chrf2++": round(CHRF(word_order=2).corpus_score(texts[0], [texts[1]]).score, 2),
    }
