"""What a column's name says about it, in the languages shops use."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

_LISTS = json.loads(Path(__file__).with_name("column_names.json").read_text(encoding="utf-8"))
_SUBJECTS = frozenset(_LISTS["subjects"])  # "product" and its like: a product title is a title
_MODIFIERS = frozenset(_LISTS["modifiers"])  # a long description is a description
_LANGUAGES = frozenset(_LISTS["languages"])
_COMPOUND = re.compile(r"^(?:produkts?|artikel|product|item|prod|waren|varens?)(?=[a-z]{3,})")


@dataclass(frozen=True)
class NameHint:
    """What a name says. role -> rank (0 the most usual name); number: 2 in image_2; language: "it" in title_it."""

    roles: dict[str, int]
    is_image: bool
    number: int
    language: str


def hint(column: str) -> NameHint:
    """Read a column's name, whatever its case, accents, and separators.

    >>> hint("Produktbezeichnung").roles["title"] < hint("Untertitel").roles["title"]
    True
    >>> hint("titolo_2").number, hint("title_it").language, hint("Bild-URL").is_image
    (2, 'it', True)
    """
    words = words_of(column)
    number = next((int(word) for word in reversed(words) if word.isdigit()), 0)
    letters = [word for word in words if not word.isdigit()]
    language = letters[-1] if len(letters) > 1 and letters[-1] in _LANGUAGES else ""
    letters = letters[:-1] if language else letters
    return NameHint(_roles(letters), bool(_IMAGE_WORDS & set(letters)), number, language)


def is_of_variants(column: str) -> bool:
    """Whether a name says that the column is of variants, not of their product.

    >>> is_of_variants("Variant Image"), is_of_variants("Image Src")
    (True, False)
    """
    return not _VARIANTS.isdisjoint(words_of(column))


def is_position(column: str) -> bool:
    """Whether a name says that the column puts something in order.

    >>> is_position("Orden imagen"), is_position("sort_order"), is_position("Price")
    (True, True, False)
    """
    return not _POSITIONS.isdisjoint(words_of(column))


def is_plain_position(column: str) -> bool:
    """Whether a name says nothing but that: of pictures or products, in their order.

    >>> is_plain_position("Orden imagen"), is_plain_position("Sort order"), is_plain_position("Min Order Qty")
    (True, True, False)
    """
    return is_position(column) and set(words_of(column)) <= _POSITIONS | _IMAGE_WORDS | _SUBJECTS | _MODIFIERS


def is_of_picture(column: str) -> bool:
    """Whether a name says that the column is of a picture itself: its place, position, text, id, width or height.

    >>> [is_of_picture(column) for column in ("Image Alt Text", "image_id", "Bild Titel", "Image Size", "Foto Farbe")]
    [True, True, True, False, False]
    """
    named = hint(column)
    words = [word for word in words_of(column) if not word.isdigit() and word != named.language]
    known = _IMAGE_WORDS | _POSITIONS | _PICTURE_TRAITS | _SUBJECTS | _MODIFIERS
    said = [word for word in words if word not in known]
    return named.is_image and (not said or not {"title", "description"}.isdisjoint(_roles(said)))


def is_of_sizes(column: str) -> bool:
    """Whether a name says that the column is of sizes.

    >>> [is_of_sizes(column) for column in ("Shoe size", "Schuhgröße", "Taille EU", "Price")]
    [True, True, True, False]
    """
    return any(word.endswith(_SIZES) for word in words_of(column))


def is_of_dates(column: str) -> bool:
    """Whether a name says that the column is of dates or times.

    >>> [is_of_dates(column) for column in ("Created at", "Erstelldatum", "fecha alta", "Lot")]
    [True, True, True, False]
    """
    return any(word in _DATES or word.endswith(_DATE_ENDINGS) for word in words_of(column))


def is_of_codes(column: str) -> bool:
    """Whether a name says that the column is of ids or of other codes, and not of dates.

    >>> [is_of_codes(column) for column in ("part number", "Batch no.", "item group id", "Reference date", "Listed")]
    [True, True, True, False, False]
    """
    if is_of_dates(column):
        return False
    return not {"id", "group"}.isdisjoint(hint(column).roles) or any("id" in _roles([w]) for w in words_of(column))


def is_language(key: str) -> bool:
    """Whether it names a language.

    >>> is_language("en"), is_language("pt-BR"), is_language("Hat")
    (True, True, False)
    """
    return not _LANGUAGES.isdisjoint(words_of(key)[:1])


def _roles(words: list[str]) -> dict[str, int]:
    """Those of the first reading that says anything: a Warengruppe is a category, no group of wares."""
    for penalty, phrase in enumerate(_readings(words)):
        if phrase in _PHRASES:
            return {role: rank + 10 * penalty for role, rank in _PHRASES[phrase]}
    return {}


def _readings(words: list[str]) -> list[str]:
    """A name as written, without its subject ("product"), then without what qualifies it ("long")."""
    bare = [_COMPOUND.sub("", word) for word in words if word not in _SUBJECTS] or words
    plain = [word for word in bare if word not in _MODIFIERS] or bare
    readings = [" ".join(words), " ".join(word for word in words if word not in _SUBJECTS), " ".join(bare)]
    return list(dict.fromkeys(reading for reading in [*readings, " ".join(plain)] if reading))


def words_of(column: str) -> list[str]:
    """Its words in lower case without accents; scripts that have none but marks of their own lose those too."""
    text = re.sub(r"(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", column)
    text = text.casefold().translate(str.maketrans({"ø": "o", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "ß": "ss"}))
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.findall(r"[^\W\d_]+|\d+", text)


_VARIANTS = frozenset({"variant", "variants", "variation", "variante", "varianten", "variantenbild"})
_SIZES = ("size", "sizes", "grosse", "groesse", "taglia", "taille", "talla")
_IMAGE_WORDS = frozenset(word for entry in _LISTS["image_words"] for word in words_of(entry))
_POSITIONS = frozenset(word for entry in _LISTS["position_words"] for word in words_of(entry))
_PICTURE_TRAITS = frozenset(word for entry in _LISTS["picture_traits"] for word in words_of(entry))
_DATES = frozenset(word for entry in _LISTS["date_words"] for word in words_of(entry))
_DATE_ENDINGS = tuple(word for entry in _LISTS["date_endings"] for word in words_of(entry))
# Each role's list goes from the most usual name down.
_PHRASES: dict[str, list[tuple[str, int]]] = {}
for _role, _names in _LISTS["roles"].items():
    for _rank, _phrase in enumerate(_names):
        _PHRASES.setdefault(" ".join(words_of(_phrase)), []).append((_role, _rank))
