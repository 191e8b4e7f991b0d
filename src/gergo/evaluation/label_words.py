"""What a user calls the values of a label column: a file of `value,words` lines."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gergo.catalogue import texts
from gergo.catalogue.sources.dialects import detect_dialect
from gergo.catalogue.sources.encodings import detect, open_text
from gergo.errors import InputError

HEADERS = ({"value", "words"}, {"label", "words"})
_FORM = "a line is value,words, as: Tshirts,T-shirt; quote what holds a comma"


@dataclass(frozen=True)
class LabelWords:
    """value_of: key of a value -> the value as the file spells it; word_of: key of a value -> its words."""

    path: Path
    value_of: dict[str, str]
    word_of: dict[str, str]


def read_label_words(path: str | Path) -> LabelWords:
    """Read the file; encoding and separator are detected, a first line `value,words` is a header.

    Raises:
        InputError: no such file, a line without two fields, no words, or one value with two different words.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(f"there is no labels file {path}", hint=_FORM)
    value_of: dict[str, str] = {}
    word_of: dict[str, str] = {}
    for number, cells in _lines(path):
        if len(cells) != 2:
            raise InputError(f"{path}, line {number}: {len(cells)} fields where two were expected", hint=_FORM)
        value, word = (texts.normalise(cell) for cell in cells)
        if not value or not word:
            raise InputError(f"{path}, line {number}: no {'words' if value else 'value'}", hint=_FORM)
        key = texts.key(value)
        if word_of.setdefault(key, word) != word:
            raise InputError(
                f"{path}, line {number}: '{value}' is {word!r} here and {word_of[key]!r} above",
                hint="keep one of the two lines",
            )
        value_of.setdefault(key, value)
    if not word_of:
        raise InputError(f"{path} is empty", hint=_FORM)
    return LabelWords(path, value_of, word_of)


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    encoding = detect(path)
    with open_text(path, encoding) as file:
        dialect = detect_dialect(file.read(1 << 16), cut=False)
        file.seek(0)
        reader = csv.reader(file, delimiter=dialect.separator)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                is_header = {cell.strip().casefold().lstrip("\ufeff") for cell in cells} in HEADERS
                if not (reader.line_num == 1 and is_header):
                    yield reader.line_num, cells
