"""The glossary: the words of a trade, and what translation does with each.

A CSV with the columns `source,target,pos,gender,number,case,policy,note`, of which only `source` is required; or a
plain list, one term a line. A target that is empty or equal to the source means keep. `ABC (Long Form)` and `Long
Form (ABC)` are one term with two names.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from gergo.errors import InputError
from gergo.language.reading import read_text

COLUMNS = ("source", "target", "pos", "gender", "number", "case", "policy", "note")
ALLOWED = {
    "pos": ("", "noun", "adjective", "adverb", "verb", "name", "number"),
    "gender": ("", "m", "f"),
    "number": ("", "sg", "pl"),
    "case": ("", "exact", "any"),
    "policy": ("", "source", "invariant", "gloss"),
}
_SHORT = {"n": "noun", "adj": "adjective", "adv": "adverb", "v": "verb", "np": "name", "num": "number"}
_BOTH = re.compile(r"(?P<before>[^()]+?)\s*\((?P<inside>[^()]+)\)")


@dataclass(frozen=True)
class Entry:
    """One row: a term, its other names, and how it is rendered.

    Attributes:
        source: the term as the row has it, without the abbreviation or long form beside it.
        aliases: every name of the term, `source` first; longest match wins among them.
        target: what it becomes; "" means that the source's word is kept.
        pos: noun, adjective, adverb, verb, name, number; "" lets the engine decide from the context.
        gender: m or f in the target language; "" is decided by the engine and only warned about by the check.
        number: sg or pl where the term has only that number.
        case: "exact" matches only as written, "any" whatever the capitals; "" is exact for abbreviations only.
        policy: "source" keeps the source's plural (the default), "invariant" writes the row's own form always, "gloss"
            keeps the term and adds its target in brackets at first use.
        row: where it stands in its file, 1-based and counting the header; 0 when it comes from no file.
    """

    source: str
    target: str = ""
    pos: str = ""
    gender: str = ""
    number: str = ""
    case: str = ""
    policy: str = ""
    note: str = ""
    aliases: tuple[str, ...] = ()
    row: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        return self.aliases or (self.source,)

    @property
    def kept(self) -> bool:
        """Whether the source's own word stands in the translation."""
        return not self.target or self.target == self.source or self.policy == "gloss"

    @property
    def exact(self) -> bool:
        return self.case == "exact" or (self.case == "" and is_abbreviation(self.source))


@dataclass(frozen=True)
class Glossary:
    """Entries without conflicts, in the order of their rows; `warnings` are about rows that are usable yet odd."""

    entries: tuple[Entry, ...] = ()
    name: str = ""
    warnings: tuple[str, ...] = field(default=(), compare=False)

    @classmethod
    def of(cls, value: object) -> Glossary:
        """A glossary from whatever a caller has: a path, a mapping source to target, a sequence of terms, None.

        Raises:
            InputError: a file that cannot be read, a table without `source`, a value that is not allowed, a conflict.
        """
        if value is None:
            return cls()
        if isinstance(value, Glossary):
            return value
        if isinstance(value, str | os.PathLike):
            return read_glossary(Path(value))
        if isinstance(value, Mapping):
            return _build([(0, {"source": str(k), "target": str(v or "")}) for k, v in value.items()], "glossary")
        if isinstance(value, Iterable):
            rows = [v if isinstance(v, Entry) else _entry({"source": str(v)}, 0, "glossary") for v in value]
            return _resolve(rows, "glossary")
        raise InputError(f"a glossary cannot be made from {type(value).__name__}", hint="give a path, a list or a dict")

    def merged(self, proposals: Iterable[Entry]) -> Glossary:
        """These rows and the proposals that name none of their terms: a user's row beats a proposal."""
        known = {key(name) for entry in self.entries for name in entry.names}
        entries = list(self.entries)
        for entry in proposals:
            names = {key(name) for name in entry.names}
            if not names & known:
                entries.append(entry)
                known |= names
        return replace(self, entries=tuple(entries))

    def to_csv(self) -> str:
        """The table, as `read_glossary` reads it back."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        for entry in self.entries:
            writer.writerow([written(entry), *(getattr(entry, name) for name in COLUMNS[1:])])
        return out.getvalue()


def read_glossary(path: Path) -> Glossary:
    """Read a CSV with a `source` column, or a plain list with one term a line (`#` starts a comment line)."""
    text = read_text(path, what="glossary")
    lines = text.splitlines()
    first = next((line for line in lines if line.strip()), "")
    if not first:
        raise InputError(f"{path}: the glossary is empty", hint="write one term a line, or a CSV with a source column")
    header = [cell.strip().casefold() for cell in next(csv.reader([first], delimiter=_separator(first)))]
    if "source" in header:
        return _build(_table_rows(text, header, path), str(path))
    looks_like_table = len(header) > 1 and bool(set(header) & set(COLUMNS[1:]))
    if looks_like_table or (path.suffix.lower() in (".csv", ".tsv") and len(header) > 1):
        raise InputError(
            f"{path}, row 1: no column is named 'source', found {', '.join(map(repr, header))}",
            hint=f"the columns are {','.join(COLUMNS)}; only source is required",
        )
    listed = [(i, {"source": line}) for i, line in enumerate(lines, 1) if line.strip() and line[0] != "#"]
    return _build(listed, str(path))


def _separator(line: str) -> str:
    return max(",;\t", key=line.count)


def _table_rows(text: str, header: Sequence[str], path: Path) -> list[tuple[int, dict[str, str]]]:
    unknown = [name for name in header if name and name not in COLUMNS]
    if unknown:
        raise InputError(f"{path}, row 1: unknown column {unknown[0]!r}", hint=f"the columns are {','.join(COLUMNS)}")
    lines = text.splitlines()
    first = next(i for i, line in enumerate(lines) if line.strip())
    reader = csv.reader(lines[first + 1 :], delimiter=_separator(lines[first]))
    rows = []
    for cells in reader:
        row = first + 1 + reader.line_num
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(header):
            raise InputError(
                f"{path}, row {row}: {len(cells)} cells, the header has {len(header)}",
                hint="quote a cell that holds a comma",
            )
        rows.append((row, dict(zip(header, (cell.strip() for cell in cells), strict=False))))
    return rows


def _build(rows: Iterable[tuple[int, dict[str, str]]], name: str) -> Glossary:
    return _resolve([_entry(values, row, name) for row, values in rows], name)


def _entry(values: Mapping[str, str], row: int, name: str) -> Entry:
    where = f"{name}, row {row}" if row else name
    cells = {column: " ".join(values.get(column, "").split()) for column in COLUMNS}
    cells["pos"] = _SHORT.get(cells["pos"], cells["pos"])
    if not cells["source"]:
        raise InputError(f"{where}: the source is empty", hint="every row names a term of the source language")
    for column, allowed in ALLOWED.items():
        if cells[column] not in allowed:
            listed = ", ".join(value for value in allowed if value)
            raise InputError(f"{where}: {column} is {cells[column]!r}", hint=f"one of {listed}, or nothing")
    if cells["policy"] == "gloss" and not cells["target"]:
        raise InputError(f"{where}: a gloss needs a target", hint="put the words for the brackets into target")
    aliases = names_of(cells["source"])
    if cells["target"] == cells["source"]:
        cells["target"] = ""
    return Entry(**{**cells, "source": aliases[0]}, aliases=aliases, row=row)


def names_of(source: str) -> tuple[str, ...]:
    """Every name in `ABC (Long Form)` or `Long Form (ABC)`: each form alone, then the form as it is written.

    >>> names_of("ML (Machine Learning)")
    ('ML', 'Machine Learning', 'ML (Machine Learning)', 'Machine Learning (ML)')
    """
    match = _BOTH.fullmatch(source)
    if match is None:
        return (source,)
    before, inside = match["before"], match["inside"]
    if not (abbreviates(before, inside) or abbreviates(inside, before)):
        return (source,)
    return (before, inside, f"{before} ({inside})", f"{inside} ({before})")


def written(entry: Entry) -> str:
    """The source cell of an entry, with its second name in brackets where it has one."""
    return entry.aliases[2] if len(entry.aliases) == 4 else entry.source


def is_abbreviation(text: str) -> bool:
    """Whether a term is a bare abbreviation, as ML, OCR, CLIP, GPT-4: capitals and digits, ten characters at most."""
    return len(text) <= 10 and bool(re.fullmatch(r"[A-Z][A-Z0-9&./-]*[A-Z0-9]s?", text))


def abbreviates(short: str, long: str) -> bool:
    """Whether the letters of `short` start words or stand in `long`, in order (Schwartz and Hearst, 2003).

    >>> abbreviates("CLIP", "Contrastive Language-Image Pre-training"), abbreviates("red", "a shirt")
    (True, False)
    """
    if not 2 <= len(short) <= 10 or " " in short or not any(c.isupper() for c in short) or len(long) <= len(short):
        return False
    at = len(long)
    letters = [c for c in short.casefold() if c.isalnum()]
    folded = long.casefold()
    for n, letter in reversed(list(enumerate(letters))):
        at = folded.rfind(letter, 0, at)
        while n == 0 and at > 0 and folded[at - 1].isalnum():
            at = folded.rfind(letter, 0, at)
        if at < 0:
            return False
    return True


def key(text: str) -> str:
    """The form in which two names are the same: capitals, hyphens and spacing apart."""
    return " ".join(re.split(r"[\s\-‐‑]+", text.casefold().strip()))


def _resolve(entries: Iterable[Entry], name: str) -> Glossary:
    """Refuse rows that contradict each other; drop, with a warning, rows that only repeat another."""
    seen: dict[str, Entry] = {}
    kept: list[Entry] = []
    warnings: list[str] = []
    for entry in entries:
        clash = next((seen[key(n)] for n in entry.names if key(n) in seen), None)
        if clash is None:
            kept.append(entry)
            seen.update((key(n), entry) for n in entry.names)
            continue
        differing = [c for c in ("target", "pos", "gender", "number") if _differ(entry, clash, c)]
        if differing:
            column = differing[0]
            raise InputError(
                f"{name}, row {entry.row}: {entry.source!r} has {column} {getattr(entry, column) or 'keep'!r}, "
                f"row {clash.row} says {getattr(clash, column) or 'keep'!r}",
                hint="one row a term: delete or correct one of the two",
            )
        warnings.append(f"row {entry.row}: {entry.source!r} repeats row {clash.row}")
    return Glossary(tuple(kept), name, tuple(warnings))


def _differ(one: Entry, other: Entry, column: str) -> bool:
    a, b = getattr(one, column), getattr(other, column)
    return a != b and (column == "target" or bool(a and b))
