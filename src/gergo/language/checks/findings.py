"""What a check can find, how grave it is, and where it stands."""

from __future__ import annotations

from dataclasses import asdict, dataclass

FAULT, WARNING = "fault", "warning"
KINDS = {  # kind -> (severity, what it means)
    "paragraph_dropped": (FAULT, "a paragraph of the source has no counterpart"),
    "paragraph_added": (FAULT, "a paragraph that the source does not have"),
    "sentence_dropped": (FAULT, "a sentence of the source has no counterpart"),
    "sentence_added": (FAULT, "a sentence that the source does not have"),
    "term_lost": (FAULT, "an occurrence of a listed term is not there"),
    "term_doubled": (FAULT, "a listed term stands twice for one occurrence"),
    "term_added": (WARNING, "a listed term where the source has none"),
    "two_ways": (FAULT, "one word is kept in one place and translated in another"),
    "doubled_head": (FAULT, "the noun of a kept term stands beside it in translation too"),
    "article": (FAULT, "an article does not suit the sound of the kept word after it"),
    "gender": (FAULT, "an article does not have the gender that the glossary gives"),
    "gender_unsure": (WARNING, "a kept term is masculine in one place and feminine in another"),
    "number_agreement": (WARNING, "a singular article before a plural, or the reverse"),
    "number_lost": (FAULT, "a number of the source is not there"),
    "number_added": (FAULT, "a number that the source does not have"),
    "opaque_lost": (FAULT, "an address, citation, placeholder, measure or code changed or is not there"),
    "opaque_added": (FAULT, "an address, citation, placeholder, measure or code that the source does not have"),
    "markup_lost": (FAULT, "markup of the source is not there"),
    "markup_added": (FAULT, "markup that the source does not have"),
    "order_changed": (WARNING, "citations, addresses or placeholders stand in another order"),
    "untranslated": (WARNING, "words of the source left as they are, though nobody listed them"),
}


@dataclass(frozen=True)
class Place:
    """A stretch of a text: paragraph and sentence counted from 1, characters of the paragraph's text from 0."""

    paragraph: int
    sentence: int
    start: int
    end: int
    text: str

    def __str__(self) -> str:
        return f"{self.paragraph}.{self.sentence}"


@dataclass(frozen=True)
class Finding:
    """One alarm: its kind (a key of `KINDS`), what it says, the term it is about, and where on either side."""

    kind: str
    message: str
    term: str = ""
    source: Place | None = None
    target: Place | None = None

    @property
    def severity(self) -> str:
        return KINDS[self.kind][0]

    def to_json(self) -> dict[str, object]:
        return {"kind": self.kind, "severity": self.severity, "message": self.message, "term": self.term,
                "source": asdict(self.source) if self.source else None,
                "target": asdict(self.target) if self.target else None}  # fmt: skip
