"""What shops of every kind sell, as words, read from `trades.ini` beside this file."""

from __future__ import annotations

import configparser
from pathlib import Path
from typing import NamedTuple


class Trade(NamedTuple):
    """A trade's nouns (each a tuple of synonyms), and how its goods are described."""

    name: str
    nouns: tuple[tuple[str, ...], ...]
    materials: tuple[str, ...]
    qualities: tuple[str, ...]
    purposes: tuple[str, ...]
    sizes: tuple[str, ...]
    coloured: bool


def _split(text: str, separator: str = ",") -> tuple[str, ...]:
    # A synonym may run over the end of a line of the file.
    return tuple(" ".join(piece.split()) for piece in text.split(separator) if piece.strip())


def _read(path: Path) -> tuple[Trade, ...]:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(path, encoding="utf-8")
    return tuple(
        Trade(
            name=name,
            nouns=tuple(_split(noun, "|") for noun in _split(parser[name]["nouns"])),
            materials=_split(parser[name]["materials"]),
            qualities=_split(parser[name]["qualities"]),
            purposes=_split(parser[name]["purposes"]),
            sizes=_split(parser[name]["sizes"]),
            coloured=parser.getboolean(name, "coloured"),
        )
        for name in parser.sections()
    )


TRADES = _read(Path(__file__).with_name("trades.ini"))
