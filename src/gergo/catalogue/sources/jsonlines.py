"""JSON rows: one object a line, an array of objects, or an object that holds such an array."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from json import JSONDecodeError
from pathlib import Path
from typing import TextIO

from gergo.catalogue.sources.encodings import detect, open_text, stated
from gergo.catalogue.sources.inner_objects import InnerObjects, closed
from gergo.catalogue.sources.rows import TableRow
from gergo.catalogue.sources.stated import Stated
from gergo.errors import InputError

_CHUNK_CHARACTERS = 1 << 16
_MAX_OBJECT_CHARACTERS = 1 << 26
_ARRAY = re.compile(r"\s*\[")
_WRAPPED_ARRAY = re.compile(r'\s*\{\s*"([^"]+)"\s*:\s*\[\s*(?=\{)')
_LINE_PER_ROW = re.compile(r"\s*\{[^\n]*\}[ \t\r]*(?:\n|$)")


class JsonTable:
    """A file of JSON objects, read as a stream."""

    picture_columns: Collection[str] = ()

    def __init__(self, path: Path, known: Stated | None = None) -> None:
        self._path = path
        self._encoding = stated(path, known.encoding) if known and known.encoding else detect(path)
        with open_text(path, self._encoding) as file:
            start = file.read(_CHUNK_CHARACTERS).lstrip("\ufeff")
        wrapped = _WRAPPED_ARRAY.match(start)
        opening = _ARRAY.match(start) or (wrapped if wrapped and not _is_lines(start) else None)
        self._array_at = opening.end() if opening else None
        self._inner = InnerObjects()
        self.columns = self._all_columns()
        shape = "one object a line" if self._array_at is None else "an array of objects"
        self.description = f"JSON, {shape}, {self._encoding.description}"

    def _all_columns(self) -> list[str]:
        """The columns in order, those of inner objects in their place; the file is read once for it."""
        bad = 0
        for value in self._values():
            if isinstance(value, dict):
                self._inner.observe(value)
            else:
                bad += 1
        columns = list(self._inner.settle())
        if not columns:
            found = f"{bad} lines that are not JSON objects" if bad else "nothing"
            raise InputError(f"{self._path} holds no JSON objects: found {found}", hint="write one object a product")
        return columns

    def rows(self, columns: Collection[str] | None = None) -> Iterator[TableRow]:
        """Rows in order; what is not an object has a problem."""
        for number, value in enumerate(self._values(), start=1):
            if isinstance(value, dict):
                cells = self._inner.opened(value)
                yield TableRow(
                    number, {name: closed(cells[name]) for name in cells if columns is None or name in columns}
                )
            elif isinstance(value, JSONDecodeError):
                yield TableRow(number, {}, "row_not_json", value.msg)
            else:
                yield TableRow(number, {}, "row_not_an_object", f"found {type(value).__name__}")

    def _values(self) -> Iterator[object]:
        with open_text(self._path, self._encoding) as file:
            yield from _lines(file) if self._array_at is None else _array(file, self._array_at)


def _is_lines(start: str) -> bool:
    lines = [line for line in start.splitlines() if line.strip()]
    return len(lines) > 1 and all(_LINE_PER_ROW.match(line) for line in lines[:2])


def _lines(file: TextIO) -> Iterator[object]:
    for line in file:
        text = line.strip("\ufeff\0 \t\r\n")
        if text:
            yield _parsed(text)


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except JSONDecodeError as error:
        return error
    except RecursionError:
        return JSONDecodeError("nested too deeply", "", 0)


def _array(file: TextIO, opening: int) -> Iterator[object]:
    """The elements of an array, decoded one by one; a fault ends it, since nothing says where the next one begins."""
    decoder = json.JSONDecoder()
    buffer, ended = file.read(_CHUNK_CHARACTERS).lstrip("\ufeff")[opening:], False
    wanted = 0
    while True:
        buffer = buffer.lstrip(" \t\r\n,")
        if buffer.startswith("]"):
            return
        try:
            if len(buffer) < wanted and not ended:
                raise JSONDecodeError("more is needed", "", 0)
            value, end = decoder.raw_decode(buffer)
            if end == len(buffer) and not ended and not isinstance(value, dict | list):
                raise JSONDecodeError("a number may go on", "", 0)
            buffer, wanted = buffer[end:], 0
            yield value
        except (JSONDecodeError, RecursionError) as error:
            if ended or len(buffer) > _MAX_OBJECT_CHARACTERS:
                yield JSONDecodeError(f"the array breaks off here: {error}", "", 0)
                return
            more = file.read(_CHUNK_CHARACTERS)
            ended = not more
            buffer += more
            wanted = 2 * len(buffer) if len(buffer) > _CHUNK_CHARACTERS * 4 else 0
