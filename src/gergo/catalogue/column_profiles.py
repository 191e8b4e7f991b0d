"""What a column's values say about it: counted over every row, looked at closely in a sample."""

from __future__ import annotations

import json
import math
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from gergo.catalogue import texts
from gergo.catalogue.kinds import is_listing
from gergo.catalogue.numerals import CURRENCY
from gergo.catalogue.pictures import PictureError, PictureFolders, split
from gergo.catalogue.pictures.locating import looks_like_picture
from gergo.catalogue.scripts import UNSPACED, count_words, is_unspaced
from gergo.catalogue.sources import RawRow, Source

SAMPLE_VALUES = 300
MAX_CATEGORIES = 200
MAX_DISTINCT = 20_000  # beyond, distinctness is what it was so far: memory stays flat
_LONGEST_NULL = 24

# A number with one word of a script without spaces is a price or a measure: 1,200円, 3時間, 50개, 120 บาท.
_NUMBER = re.compile(
    rf"(?:{CURRENCY})?\s*[+-]?\d[\d.,'\s]*(?:[x×/*]\s*\d[\d.,]*)*\s*"
    rf"(?:%|{CURRENCY}|kg|g|mg|l|ml|cl|mm|cm|m|km|oz|lb|in|w|v"
    rf"|บาท|[{UNSPACED}]{{1,2}})?",
    re.I,
)
_DATE = re.compile(
    r"\d{4}-\d\d?-\d\d?(?:[T ].*)?|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?: .*)?|\d{4}/\d\d?/\d\d?(?:[T ].*)?"
    r"|\d{4}[年년] ?\d\d?[月월](?: ?\d\d?[日일].*)?"
)
_URL = re.compile(r"(?:[a-z][a-z0-9+.-]+:)?//\S+|www\.\S+", re.I)
_CODE = re.compile(r"[^\s<>]{1,64}")
_FLAGS = re.compile(
    r"true|false|yes|no|ja|nein|nee|nej|oui|non|s[iìí]|sim|não|tak|nie|ano|ne|evet|hayır|[yntfx01]", re.I
)


@dataclass
class Profile:
    """The values of one column. Shares are of the sampled values, which are none of them empty."""

    column: str
    filled: int = 0  # rows that have a value
    measured: int = 0  # rows looked at for `distinct`
    distinct: int = 0  # distinct values, counted within each file (ids may start again in the next)
    counts: Counter[str] | None = field(default_factory=Counter)  # None: more values than a category has
    sample: list[object] = field(default_factory=list)
    shares: dict[str, float] = field(default_factory=dict)
    words: float = 0.0  # mean words a value
    characters: float = 0.0
    null_names: Counter[str] = field(default_factory=Counter)  # in lower case: see `texts.is_null_name`

    @property
    def distinctness(self) -> float:
        """Distinct values a row, in [0, 1]."""
        return self.distinct / self.measured if self.measured else 0.0

    @property
    def is_text(self) -> bool:
        """Whether people wrote it: letters, and not a number, date, flag, address or picture."""
        return self.shares.get("letters", 0) >= 0.6 and self.shares.get("structured", 1) < 0.4

    @property
    def is_label(self) -> bool:
        """Whether it is short text of few values that repeat: at most 200, and at least 9 rows in 10 not alone."""
        if not self.is_text or self.counts is None or self.characters > 60:
            return False
        labels = self.labels()
        total = sum(labels.values())
        return total >= 2 * len(labels) and sum(n for n in labels.values() if n > 1) >= 0.9 * total

    def labels(self) -> Counter[str]:
        """How many rows have each value, placeholders left out, whatever the capitals."""
        labels: Counter[str] = Counter()
        for value, count in (self.counts or {}).items():
            if text := texts.key(value):
                labels[text] += count
        return labels

    def evenness(self) -> float:
        """Shannon entropy of the values over that of as many equally frequent ones, in [0, 1]."""
        counts = list(self.labels().values())
        if len(counts) < 2:
            return 0.0
        total = sum(counts)
        return -sum(n / total * math.log(n / total) for n in counts) / math.log(len(counts))


@dataclass(frozen=True)
class Census:
    """The profiles of all columns but those of pictures' bytes, and how many rows are sound and how many are not."""

    profiles: dict[str, Profile]
    rows: int
    malformed: int


def take_census(source: Source, added: Callable[[RawRow], list[str] | None] | None = None) -> Census:
    """Read the source once, without the bytes of pictures, and profile every other column.

    added: the columns that a row which goes on about an item adds to it; None for an item of its own.
    """
    columns = [column for column in source.columns if column not in source.picture_columns]
    profiles = {column: Profile(column) for column in columns}
    seen: dict[str, set[int]] = {column: set() for column in columns}
    chance, part = random.Random(0), ""
    rows = malformed = 0
    for row in source.rows(columns):
        if row.source != part:
            part, seen = row.source, {column: set() for column in columns}
        malformed += bool(row.problem)
        if not row.problem:
            further = added(row) if added else None
            rows += further is None
            for column in columns if further is None else further:
                _count(profiles[column], seen[column], row.values[column], chance)
    for found in profiles.values():
        _look(found)
    return Census(profiles, rows, malformed)


def profile(column: str, values: Iterable[object]) -> Profile:
    """The profile of values that are at hand."""
    found, seen, chance = Profile(column), set[int](), random.Random(0)
    for value in values:
        _count(found, seen, value, chance)
    _look(found)
    return found


def _count(found: Profile, seen: set[int], value: object, chance: random.Random) -> None:
    if value is None or value == "" or value == []:
        return
    listed = is_listing(value)
    text = value.strip() if isinstance(value, str) else texts.normalise(value) if listed else str(value)
    if not text or text == "nan":
        return
    found.filled += 1
    if len(text) <= _LONGEST_NULL and texts.is_null_name(text.capitalize()):
        found.null_names[text.casefold()] += 1
    if len(found.sample) < SAMPLE_VALUES:
        found.sample.append(value)
    elif (place := chance.randrange(found.filled)) < SAMPLE_VALUES:  # reservoir: rows far apart, not the first ones
        found.sample[place] = value
    if len(seen) < MAX_DISTINCT:
        found.measured += 1
        mark = hash(text)
        found.distinct += mark not in seen
        seen.add(mark)
    if found.counts is not None:
        found.counts[text] += 1
        if len(found.counts) > 4 * MAX_CATEGORIES or (isinstance(value, list | dict) and not listed):
            found.counts = None


def _look(found: Profile) -> None:
    shown = [text for text in (texts.normalise(value) for value in found.sample) if text]
    if not shown:
        return
    kinds = Counter(kind for value in found.sample for kind in _kinds(value))
    found.shares = {kind: kinds[kind] / len(found.sample) for kind in _KINDS}
    found.words = sum(map(count_words, shown)) / len(shown)
    found.characters = sum(map(len, shown)) / len(shown)


_PATTERNS = {"url": _URL, "number": _NUMBER, "date": _DATE, "flag": _FLAGS}
_KINDS = ("picture", "object", "url", "number", "date", "flag", "code", "letters", "structured")


def _kinds(value: object) -> list[str]:
    if isinstance(value, bool):
        return ["flag", "structured"]
    pictures = split(value)
    if pictures and all(isinstance(p, bytes | dict) or looks_like_picture(str(p)) for p in pictures):
        return ["picture", "structured"]
    if _is_object(value):
        return ["object", "structured"]
    text = value.strip() if isinstance(value, str) else texts.normalise(value)
    kinds = [kind for kind, pattern in _PATTERNS.items() if pattern.fullmatch(text)]
    kinds += ["structured"] if kinds else []
    kinds += ["code"] if _CODE.fullmatch(text) and not is_unspaced(text) else []
    return kinds + (["letters"] if any(map(str.isalpha, text)) and "url" not in kinds else [])


def _is_object(value: object) -> bool:
    """Whether it is an object or a list of some, also when written as JSON: nothing that people read."""
    if isinstance(value, str) and value.lstrip().startswith(("{", "[")):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return False
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(part, dict) for part in value))


def share_found(found: Profile, root: PictureFolders) -> float:
    """The share of sampled values that name a picture there is, in [0, 1]; for names without a suffix."""
    sample = found.sample[:50]
    return sum(_is_there(value, root) for value in sample) / len(sample) if sample else 0.0


def _is_there(value: object, root: PictureFolders) -> bool:
    try:
        return bool(root.find(str(value)))
    except PictureError:
        return False
