"""JSON rows: one object a line, an array of objects, objects by their ids, or an object that holds one of these."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator
from json import JSONDecodeError
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from gergo.catalogue.sources.encodings import detect, open_text, stated
from gergo.catalogue.sources.inner_objects import InnerObjects, closed
from gergo.catalogue.sources.keyed_rows import NOTHING, By, KeyedRows
from gergo.catalogue.sources.named_lists import plainly
from gergo.catalogue.sources.rows import TableRow
from gergo.catalogue.sources.stated import Stated
from gergo.catalogue.sources.variants import PARENT, variant_rows
from gergo.errors import InputError

_CHUNK_CHARACTERS = 1 << 16
_MAX_OBJECT_CHARACTERS = 1 << 26
_ARRAY = re.compile(r"\s*\[")
_OBJECTS = re.compile(r"\[\s*(?=\{)")
_MOST_WRAPPERS = 3
_PRODUCTS = (
    "products|items|articles|goods|produkte|produkty|artikel(?:en)?|prodotti|articoli|produits|product[oe]s|producten"
    "|articulos|produtos|artigos"
)
# Keys under which exports keep their rows; another key is believed where nothing stands before it.
_ROWS_UNDER = re.compile(
    rf"{_PRODUCTS}|product|item|article|catalog(?:ue)?|data|results|rows|records|entry|entries|list|feed|hits|nodes"
    r"|values",
    re.I,
)
_PRODUCTS_UNDER = re.compile(_PRODUCTS, re.I)
_MANY_WORDS = 3  # so many keys without digits may be ids; two may be the parts of one product
_KEY = re.compile(r'"([^"\\]*)"\s*:')
_LINE_PER_ROW = re.compile(r"\s*\{[^\n]*\}[ \t\r]*(?:\n|$)")


class _Rows(NamedTuple):
    """Where rows begin, behind the bracket of their array or object. by: "" in an array, else what their keys are."""

    at: int
    by: By = ""


class JsonTable:
    """A file of JSON objects, read as a stream."""

    picture_columns: Collection[str] = ()

    def __init__(self, path: Path, known: Stated | None = None) -> None:
        self._path = path
        self._encoding = stated(path, known.encoding) if known and known.encoding else detect(path)
        with open_text(path, self._encoding) as file:
            start = file.read(_CHUNK_CHARACTERS).lstrip("\ufeff")
        opening = _ARRAY.match(start)
        self._rows = _Rows(opening.end()) if opening else None if _is_lines(start) else _wrapped(start, self._keyed)
        self._inner = InnerObjects()
        self.columns = self._all_columns()
        shape = "one object a line" if self._rows is None else _SHAPES[self._rows.by]
        variants = ", variants in rows of their own" if PARENT in self.columns else ""
        self.description = f"JSON, {shape}{variants}, {self._encoding.description}"

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

    def _keyed(self, at: int, under: str = "") -> _Rows | None:
        """The rows of the object that begins there, if it holds some by their keys; the file is read for it."""
        found = KeyedRows(least_words=1 if _PRODUCTS_UNDER.fullmatch(under) else _MANY_WORDS)
        with open_text(self._path, self._encoding) as file:
            for key, value in _elements(file, at + 1, by_key=True, until=_ROWS_UNDER):
                if isinstance(value, JSONDecodeError):
                    break
                if _ROWS_UNDER.fullmatch(key):
                    return None
                found.observe(key, value)
        return _Rows(at + 1, found.by) if found.by else None

    def _values(self) -> Iterator[object]:
        with open_text(self._path, self._encoding) as file:
            for value in _lines(file) if self._rows is None else _rows(file, self._rows):
                if isinstance(value, dict):
                    yield from map(plainly, variant_rows(value))
                else:
                    yield value


_SHAPES = {"": "an array of objects", "ids": "objects by their ids", "numbers": "numbered objects"}


def _wrapped(start: str, keyed: Callable[..., _Rows | None]) -> _Rows | None:
    """Where the rows begin in `{"total": 8, "data": {"products": [{...`, or in `{"products": {"A17": {...`.

    keyed: the rows of an object by their keys, given its place and its own key.
    """
    decoder = json.JSONDecoder()

    def within(at: int, depth: int) -> _Rows | None:
        first = True
        while True:
            at = _past(start, at, ",")
            if not start.startswith('"', at):
                return None
            key, at = decoder.raw_decode(start, at)
            at = _past(start, at, ":")
            listed = _OBJECTS.match(start, at)
            if listed and (_ROWS_UNDER.fullmatch(key) or (first and not depth)):
                return _Rows(listed.end())
            rows = keyed(at, key) if start.startswith("{", at) and _ROWS_UNDER.fullmatch(key) else None
            if rows is not None:
                return rows
            if start.startswith("{", at) and depth < _MOST_WRAPPERS:
                found = within(at + 1, depth + 1)
                if found is not None:
                    return found
            _, at = decoder.raw_decode(start, at)
            first = False

    at = _past(start, 0, "")
    try:
        return (keyed(at) or within(at + 1, 0)) if start.startswith("{", at) else None
    except (JSONDecodeError, RecursionError):  # what was read ends before the rows begin, or is no JSON
        return None


def _entry(text: str, at: int) -> tuple[str, Any, int]:
    """Key and value of an entry of an object, and where it ends."""
    decoder = json.JSONDecoder()
    if not text.startswith('"', at):
        raise JSONDecodeError("no key", "", 0)
    key, end = decoder.raw_decode(text, at)
    return (key, *decoder.raw_decode(text, _past(text, end, ":")))


def _past(text: str, at: int, sign: str) -> int:
    """The place of the next character that is no space and not `sign`."""
    while at < len(text) and (text[at].isspace() or text[at] == sign):
        at += 1
    return at


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


def _rows(file: TextIO, rows: _Rows) -> Iterator[object]:
    """The values of an array or object; a key that is an id becomes one of its object, where that has none."""
    for key, value in _elements(file, rows.at, by_key=bool(rows.by)):
        if rows.by == "ids" and isinstance(value, dict) and value.get("id") in NOTHING:
            yield {"id": key} | value | {"id": key}
        else:
            yield value


def _elements(
    file: TextIO, at: int, *, by_key: bool, until: re.Pattern[str] | None = None
) -> Iterator[tuple[str, Any]]:
    """Elements of an array or object, with their keys in an object, decoded one by one, from behind its bracket on.

    A fault ends it, since nothing says where the next begins; so does a key as in `until`, whose value is not read.
    """
    decoder = json.JSONDecoder()
    buffer, ended = file.read(_CHUNK_CHARACTERS).lstrip("\ufeff")[at:], False
    wanted = 0
    while True:
        buffer = buffer.lstrip(" \t\r\n,")
        if buffer.startswith("}" if by_key else "]"):
            return
        try:
            if len(buffer) < wanted and not ended:
                raise JSONDecodeError("more is needed", "", 0)
            if until and (found := _KEY.match(buffer)) and until.fullmatch(found[1]):
                yield found[1], None
                return
            key, value, end = _entry(buffer, 0) if by_key else ("", *decoder.raw_decode(buffer))
            if end == len(buffer) and not ended and not isinstance(value, dict | list):
                raise JSONDecodeError("a number may go on", "", 0)
            buffer, wanted = buffer[end:], 0
            yield key, value
        except (JSONDecodeError, RecursionError) as error:
            if ended or len(buffer) > _MAX_OBJECT_CHARACTERS:
                yield "", JSONDecodeError(f"the list of rows breaks off here: {error}", "", 0)
                return
            more = file.read(_CHUNK_CHARACTERS)
            ended = not more
            buffer += more
            wanted = 2 * len(buffer) if len(buffer) > _CHUNK_CHARACTERS * 4 else 0
