"""What was translated already, kept on disk line by line: a job that is killed goes on where it was."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

from gergo.language.reading import write_text


class Memory:
    """Translations by source text, in a file with one JSON line each.

    `key` says what made them (engine, languages, glossary); lines of another key are forgotten. A last line that a kill
    cut off is dropped.
    """

    def __init__(self, path: Path, key: str) -> None:
        self._path, self._key = path, key
        self._known: dict[str, tuple[str, str]] = {}
        if path.exists():
            self._read()

    def _read(self) -> None:
        whole = True
        for line in self._path.read_bytes().split(b"\n"):
            try:
                row = json.loads(line) if line else None
            except ValueError:
                whole = False
                continue
            if row is not None and row["key"] == self._key:
                self._known[row["source"]] = (row["target"], row["check"])
            elif row is not None:
                whole = False
        if not whole:
            write_text(self._path, "".join(self._line(s, t, c) for s, (t, c) in self._known.items()))

    def __len__(self) -> int:
        return len(self._known)

    def get(self, source: str) -> tuple[str, str] | None:
        """The translation of a text and what its check said, None where there is none yet."""
        return self._known.get(source)

    def add(self, rows: Iterable[tuple[str, str, str]]) -> None:
        """Keep (source, target, check) rows; they are on the disk when this returns."""
        rows = list(rows)
        with self._path.open("a", encoding="utf-8") as file:
            file.writelines(self._line(*row) for row in rows)
            file.flush()
            os.fsync(file.fileno())
        self._known.update((source, (target, check)) for source, target, check in rows)

    def _line(self, source: str, target: str, check: str) -> str:
        row = {"key": self._key, "source": source, "target": target, "check": check}
        return json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n"
