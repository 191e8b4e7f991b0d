"""What is said about files from outside, and is then not detected: their encoding and their separator."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from difflib import get_close_matches
from encodings.aliases import aliases

from gergo.catalogue.sources.dialects import SEPARATORS
from gergo.errors import UsageError


@dataclass(frozen=True)
class Stated:
    """encoding: a codec's name; separator: one character; None: to be detected."""

    encoding: str | None = None
    separator: str | None = None

    @classmethod
    def of(cls, encoding: str | None, separator: str | None) -> Stated:
        """As people write them: Windows-1250, latin-1; `;`, `semicolon`, `\\t`.

        Raises UsageError for a name that is no encoding, and for a separator that is not one character.
        """
        return cls(_codec(encoding) if encoding else None, _character(separator) if separator is not None else None)


def _codec(name: str) -> str:
    wanted = name.strip().casefold()
    try:
        found = codecs.lookup(wanted).name
        b"0".decode(found, "replace")  # refuses what turns bytes into bytes: base64, zip
    except (LookupError, ValueError):
        close = get_close_matches(wanted.replace("-", "_"), aliases.keys() | set(aliases.values()), n=3, cutoff=0.6)
        like = f"did you mean {' or '.join(close)}? " if close else ""
        raise UsageError(
            f"--encoding {name!r} is no encoding", hint=f"{like}names are utf-8, cp1252, cp1250, cp1254, mac_roman, ..."
        ) from None
    return "utf-8-sig" if found == "utf-8" else found  # with or without a byte order mark


def _character(separator: str) -> str:
    named = {name: character for character, name in SEPARATORS.items()} | {"\\t": "\t"}
    character = named.get(separator.casefold(), separator)
    if len(character) != 1 or character in '"\r\n\0':
        raise UsageError(
            f"--separator {separator!r} is not one character",
            hint=f"write it in quotes, as ';', or one of: {', '.join(SEPARATORS.values())}",
        )
    return character
