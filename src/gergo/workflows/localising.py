"""`gergo.localise`: a catalogue's column in another language, as a new column beside it, each row checked."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from gergo.catalogue.adding import add_columns
from gergo.catalogue.store import Catalogue
from gergo.catalogue.texts import normalise
from gergo.errors import InputError, UsageError
from gergo.language.checking import report_on
from gergo.language.checks.findings import Finding
from gergo.language.checks.pairing import pair
from gergo.language.documents import plain_segment
from gergo.language.engines import Engine, load_engine
from gergo.language.glossary import Entry, Glossary
from gergo.language.memory import Memory
from gergo.language.translating import translate_segments
from gergo.progress import bar, say

BATCH = 256  # texts between two writes to the disk
PASSED = "ok"


@dataclass(frozen=True)
class Localised:
    """What `localise` wrote.

    Attributes:
        catalogue: at its new version.
        column, check_column: the new columns, as title_it and title_it_check ("ok", or the faults of the row).
        rows: rows with a text; translated: distinct texts that were translated now, the rest was known already.
        failed: rows whose check found a fault.
    """

    catalogue: Catalogue
    column: str
    check_column: str
    rows: int
    translated: int
    failed: int


def localise(
    catalogue: Catalogue,
    *,
    column: str,
    to: str,
    source: str = "en",
    glossary: object = None,
    engine: str | Engine = "apertium",
    model: str | None = None,
    keep_brands: bool = True,
) -> Localised:
    """Translate a column into a new one, as `title` into `title_it`, which is a text view from then on.

    Brands of the catalogue's brand column are kept whatever the glossary says of them. Every distinct text is
    translated once and is on the disk a batch later: a run that is killed goes on, and a run after an import does
    what is new.

    Raises:
        UsageError: no such column, or no such engine or pair.
        InputError: the column holds no text, or the glossary cannot be read.
    """
    if column not in catalogue.columns:
        raise UsageError(f"{catalogue.path}: no column {column!r}", hint=f"columns: {', '.join(catalogue.columns)}")
    texts = _texts(catalogue, column)
    if not texts:
        raise InputError(f"{catalogue.path}: the column {column!r} holds no text", hint="name another column")
    rows = Glossary.of(glossary)
    if keep_brands:
        rows = rows.merged(_brands(catalogue))
    chosen = load_engine(engine, source=source, to=to, model=model) if isinstance(engine, str) else engine
    name = f"{column}_{to}"
    made_by = f"{chosen.name} {model or ''} {source} {to}".split()
    key = hashlib.sha256("\0".join([*made_by, rows.to_csv()]).encode()).hexdigest()[:16]
    memory = Memory(catalogue.path / f"{name}.translations.jsonl", key)
    distinct = list(dict.fromkeys(texts.values()))
    missing = [text for text in distinct if memory.get(text) is None]
    if len(missing) < len(distinct):
        say(f"{len(distinct) - len(missing):,} of {len(distinct):,} texts are translated already")
    _translate(missing, rows, chosen, to, memory)
    return _written(catalogue, texts, memory, name, f"{column} by {' '.join(made_by)}", len(missing))


def _texts(catalogue: Catalogue, column: str) -> dict[int, str]:
    """The column's texts by item number, normalised; rows without one are absent."""
    table = catalogue.items(columns=[column])
    pairs = zip(table["item"].to_pylist(), table[column].to_pylist(), strict=True)
    return {item: text for item, value in pairs if (text := normalise(value)) and any(c.isalpha() for c in text)}


def _brands(catalogue: Catalogue) -> list[Entry]:
    brand = catalogue.roles.brand
    if brand is None:
        return []
    names = {normalise(value) for value in catalogue.items(columns=[brand])[brand].to_pylist()}
    return [Entry(name, pos="name", case="any", policy="source") for name in sorted(names) if name]


def _translate(texts: Sequence[str], glossary: Glossary, engine: Engine, to: str, memory: Memory) -> None:
    remaining = iter(texts)
    with bar(f"translating with {engine.name}", len(texts), "texts") as progress:
        while batch := list(islice(remaining, BATCH)):
            segments = [plain_segment(text) for text in batch]
            done = translate_segments(segments, glossary, engine, to=to)
            report = report_on(pair(segments, done, glossary.entries, in_step=True), glossary, to=to)
            checks = [_check(faults) for faults in _by_row(report.faults, len(batch))]
            memory.add(zip(batch, (segment.text for segment in done), checks, strict=True))
            progress.advance(len(batch))


def _by_row(faults: Sequence[Finding], rows: int) -> list[list[Finding]]:
    """The faults of each row: a row of the batch is a paragraph of the report."""
    found: list[list[Finding]] = [[] for _ in range(rows)]
    for fault in faults:
        place = fault.source or fault.target
        assert place is not None, "every fault stands somewhere"
        found[place.paragraph - 1].append(fault)
    return found


def _check(faults: Sequence[Finding]) -> str:
    return "; ".join(f"{fault.kind}: {fault.message}" for fault in faults) or PASSED


def _written(
    catalogue: Catalogue, texts: dict[int, str], memory: Memory, name: str, made_from: str, translated: int
) -> Localised:
    targets: dict[int, object] = {}
    checks: dict[int, object] = {}
    for item, text in texts.items():
        found = memory.get(text)
        assert found is not None, "a text was lost"
        targets[item], checks[item] = found
    check_name = f"{name}_check"
    digest = hashlib.sha256(repr(sorted(targets.items())).encode()).hexdigest()
    after = add_columns(
        catalogue,
        {name: ("string", targets), check_name: ("string", checks)},
        text=name,
        made_from=made_from,
        digest=digest,
    )
    failed = sum(check != PASSED for check in checks.values())
    return Localised(after, name, check_name, len(texts), translated, failed)
