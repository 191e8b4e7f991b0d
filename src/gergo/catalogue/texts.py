"""The one normalisation of texts: what a shop's export holds, as a person would have typed it.

Two texts are equal when their `key`s are; everything that compares, hashes or counts texts goes through here.
"""

from __future__ import annotations

import html
import math
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from ftfy import TextFixerConfig, fix_text

# NFC, not NFKC: the latter turns 1½" into 11⁄2", m² into m2, ™ into TM. What it does well (ligatures, full-width
# letters) ftfy does by name. Its own reading of entities is off, because ours comes with the tags.
_FIXES = TextFixerConfig(unescape_html=False, normalization="NFC", explain=False)

_TAGS = (
    "a|abbr|acronym|address|article|aside|b|big|blockquote|body|br|button|caption|center|cite|code|col|colgroup|dd|del"
    "|details|div|dl|dt|em|embed|fieldset|figcaption|figure|font|footer|form|h[1-6]|head|header|hr|html|i|iframe|img"
    "|input|ins|kbd|label|legend|li|link|main|mark|meta|nav|noscript|object|ol|option|p|param|picture|pre|q|s|samp"
    "|section|select|small|source|span|strike|strong|sub|summary|sup|svg|table|tbody|td|textarea|tfoot|th|thead|title"
    "|tr|tt|u|ul|var|video|wbr|o:p"
)
_UNSEEN = re.compile(r"<(script|style)\b[^<>]*>.*?</\1\s*>|<!--.*?-->|<!doctype[^<>]*>|<!\[CDATA\[|\]\]>", re.I | re.S)
# Only names of HTML, so that "size <XL>" and "3 < 5" stay, which a parser would take for tags as well. Tags within a
# line of text leave no space behind: H<sub>2</sub>O.
_INLINE = re.compile(r"</?(?:a|abbr|b|big|em|font|i|mark|q|s|small|span|strong|sub|sup|tt|u|wbr)(?:\s[^<>]*)?/?>", re.I)
_TAG = re.compile(rf"</?(?:{_TAGS})(?:\s[^<>]*)?/?>", re.I)
# WooCommerce writes the line breaks of HTML as a backslash and a letter, and leaves its shortcodes in.
_WRITTEN_BREAK = re.compile(r"(?<=>)(?:\\[nrt]|\s)+|(?:\\[nrt]|\s)+(?=<)|(?:\\[nr]){2,}")
_SHORTCODE = re.compile(r"\[/?[a-z][a-z_-]*(?:\s+[a-z_-]+=(?:\"[^\"\[\]]*\"|'[^'\[\]]*'))+\s*/?\]")
_AMPERSANDS = re.compile(r"&(?:amp;)+", re.I)
_PLAIN = re.compile(r"[ !#$%'()*+,\-./0-9:;=?@A-Z\]^_`a-z{|}~\"]*")

# What shops write where they know nothing, in lower case and without spaces, a language or two a line.
_NULL_WORDS = frozenset(Path(__file__).with_name("null_words.txt").read_text(encoding="utf-8").split())

_NAMES = frozenset({"null", "nil", "blank", "empty", "missing"})  # of them, what a product may be called


def normalise(value: object) -> str:
    """What is usable of `value` as text, "" where nothing is; capitals are kept.

    Tags and entities are resolved, mojibake repaired, control and invisible characters dropped, space collapsed;
    placeholders ("N/A", "k.A.", "-") and texts without a letter or digit are nothing. Lists are joined by "; ". The
    result is in Unicode NFC, and a normalised text stays as it is. Never raises.
    """
    return _unless_null(cleaned(value))


def cleaned(value: object) -> str:
    """`normalise` for what somebody typed to be found: "null" may be what is looked for.

    >>> cleaned("  Null "), normalise("  Null "), cleaned("?!")
    ('Null', '', '')
    """
    text = _as_text(value)
    if _PLAIN.fullmatch(text):
        return _if_worded(" ".join(text.split()))
    for _ in range(10):  # repairs uncover each other (an entity inside a mojibake); two or three rounds settle it
        before, text = text, _repair(text)
        if text == before:
            break
    return _if_worded(text)


def key(text: str) -> str:
    """The form in which texts are compared and hashed: normalised, whatever the capitals."""
    return unicodedata.normalize("NFC", normalise(text).casefold())


def is_null_name(text: str) -> bool:
    """Whether it is a word for nothing that is a name as well, written as one: Null is German for zero.

    >>> [is_null_name(text) for text in ("Null", "null", "NULL", "None", "n/a", "Zero")]
    [True, False, False, False, False, False]
    """
    return text.casefold() in _NAMES and text == text.capitalize()


def _as_text(value: object) -> str:
    if isinstance(value, str):
        return value
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, Iterable) and not isinstance(value, dict):
        return "; ".join(part for part in map(normalise, value) if part)
    return str(value)


def _repair(text: str) -> str:
    text = html.unescape(_AMPERSANDS.sub("&", text))
    if "<" in text or "]]>" in text:
        text = _WRITTEN_BREAK.sub(" ", text)
        text = _TAG.sub(" ", _INLINE.sub("", _UNSEEN.sub(" ", text)))
    if "[" in text:
        text = _SHORTCODE.sub(" ", text)
    if not text.isascii():
        text = fix_text(text, _FIXES)
    if not text.isprintable() or "\ufffd" in text:
        text = "".join(map(_visible, text))
    return " ".join(text.split())


def _visible(character: str) -> str:
    """Nothing for what is not meant to be read: control, format, private and half characters, U+FFFD."""
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs") or character == "\ufffd" else character


def _if_worded(text: str) -> str:
    return text if any(character.isalnum() for character in text) else ""


def _unless_null(text: str) -> str:
    if len(text) > 24:  # longer than any null word
        return text
    bare = text.casefold().replace(" ", "")
    return "" if bare in _NULL_WORDS or bare.strip("()[]{}\"'*-") in _NULL_WORDS else text
