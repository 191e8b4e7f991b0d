"""Reading what a person wrote: files in UTF-8, refused with a place where they are not."""

from __future__ import annotations

from pathlib import Path

from gergo.errors import InputError
from gergo.files import write_whole

MAX_CHARACTERS = 50_000_000


def read_text(path: Path, *, what: str = "document") -> str:
    """The text of a UTF-8 file (a byte order mark is dropped), its line ends as they are.

    Raises:
        InputError: there is no such file, it is not UTF-8, or it holds null bytes.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such {what}", hint="check the path") from None
    except IsADirectoryError:
        raise InputError(f"{path}: a folder, where a {what} was expected", hint="name a file in it") from None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(f"{path}: the {what} is in UTF-16", hint=f"iconv -f utf-16 -t utf-8 {path.name}")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{path}, line {line}: byte 0x{data[error.start]:02x} is not UTF-8",
            hint=f"save it as UTF-8, or: iconv -f windows-1252 -t utf-8 {path.name}",
        ) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise InputError(f"{path}, line {line}: a null byte; this is no text", hint="give a text file in UTF-8")
    return text


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    folder = path.parent
    if not folder.is_dir():
        raise InputError(f"{folder}: there is no such folder to write {path.name} to", hint="make it first")
    write_whole(path, text)
