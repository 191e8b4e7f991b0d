"""Parts of speech as Apertium's tags, there and back."""

from __future__ import annotations

_ANALYSIS = {"noun": "<n>", "adjective": "<adj>", "adverb": "<adv>", "name": "<n>", "number": "<num>",
             "conjunction": "<cnjcoo>", "preposition": "<pr>", "verb": "<vblex>"}  # fmt: skip
_POS = {"<n>": "noun", "<adj>": "adjective", "<adv>": "adverb", "<vblex>": "verb", "<pr>": "preposition",
        "<np>": "name", "<cnjcoo>": "conjunction", "<cnjadv>": "conjunction", "<cnjsub>": "conjunction", "<num>":
        "number"}  # fmt: skip


def analysis(pos: str, *, plural: bool) -> str:
    """The tags that an analyser gives a word: `<n><pl>` for a noun in the plural, `<vblex><inf>` for a verb."""
    tag = _ANALYSIS.get(pos, "<n>")
    if tag == "<n>":
        return tag + ("<pl>" if plural else "<sg>")
    return tag + ("<inf>" if tag == "<vblex>" else "")


def pos_of(tags: str, default: str = "") -> str:
    """The part of speech that the first of the tags names, `default` where we have no name for it."""
    return _POS.get(head(tags), default)


def head(tags: str) -> str:
    """The first of the tags: `<n>` of `<n><m><sg>`."""
    return tags[: tags.index(">") + 1] if tags else ""
