"""What a path is: a table, several tables of one schema, or a folder of pictures."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from gergo.catalogue.options import Options, wanted
from gergo.catalogue.pictures.locating import PictureFolders
from gergo.catalogue.sources.delimited import DelimitedTable
from gergo.catalogue.sources.encodings import is_text, open_bytes
from gergo.catalogue.sources.jsonlines import JsonTable
from gergo.catalogue.sources.parquet import ParquetTable
from gergo.catalogue.sources.picture_folders import PictureFolderTable
from gergo.catalogue.sources.rows import Part, Source, Table
from gergo.catalogue.sources.stated import Stated
from gergo.errors import InputError, UsageError

_TABLE_SUFFIXES = (".csv", ".tsv", ".tab", ".jsonl", ".ndjson", ".json", ".parquet", ".pq")
_HINT = "export it as CSV (UTF-8) with a header and one row a product"
_ALIEN = {
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"%PDF": "a PDF",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook (.xls)",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"SQLite format 3": "an SQLite database",
    b"ARROW1": "an Arrow file",
    b"\x28\xb5\x2f\xfd": "a Zstandard archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
}


def open_source(
    source: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    known: Stated | None = None,
    options: Mapping[str, str] | None = None,
) -> Source:
    """Look at a source and say what it is; rows are read when asked for.

    source: a file (CSV and relatives, JSON lines or array, Parquet; gzip too), a folder that holds some, a folder of
    pictures, or several of these with the same columns. known: what is not to be detected about files of text.
    options: columns that options have become in a catalogue before (see `Manifest.options`).

    Raises InputError when there is nothing that can be read as rows, with what was found instead.
    """
    paths = [Path(source)] if isinstance(source, str | os.PathLike) else [Path(path) for path in source]
    if not paths:
        raise UsageError("no source given", hint="name a CSV, JSONL or Parquet file, or a folder")
    for path in paths:
        if not path.exists():
            raise InputError(f"there is no {path}", hint=_nearest_file(path))
    folders = [path if path.is_dir() else path.parent for path in paths]
    root = Path(os.path.commonpath([os.path.realpath(folder) for folder in folders]))
    known = known or Stated()
    parts = [
        part
        for path in paths
        for part in (_folder_parts(path, root, known) if path.is_dir() else [_part(path, root, known)])
    ]
    _refuse_needless(parts, known)
    columns = _common_columns(parts)
    lines = [f"{part.name}: {part.table.description}" for part in parts]
    found = _options(parts, columns, options or {})
    if found is None:
        return Source(root, parts, columns, "\n".join(lines))
    lines.append(f"options as columns: {', '.join(found.columns)}")
    return Source(root, parts, [*columns, *found.columns], "\n".join(lines), found)


def _options(parts: list[Part], columns: list[str], known: Mapping[str, str]) -> Options | None:
    """The columns that names and values of options become, if there are any; the files are read for them."""
    read = wanted(columns)
    if not read:
        return None
    options = Options.found(columns, (row.values for part in parts for row in part.table.rows(read)), known)
    return options if options.columns else None


def _refuse_needless(parts: list[Part], known: Stated) -> None:
    """What is stated must be of use to some file, or it is a mistake."""
    tables = [part.table for part in parts]
    if known.separator and not any(isinstance(table, DelimitedTable) for table in tables):
        raise UsageError(
            f"--separator is for CSV and its relatives; found {tables[0].description}", hint="leave it out"
        )
    if known.encoding and not any(isinstance(table, DelimitedTable | JsonTable) for table in tables):
        raise UsageError(f"--encoding is for files of text; found {tables[0].description}", hint="leave it out")


def _part(path: Path, root: Path, known: Stated, *folders: Path) -> Part:
    name = Path(os.path.realpath(path)).relative_to(root).as_posix() if _below(path, root) else path.name
    return Part(name, open_table(path, known), PictureFolders(*(path.parent, *folders)))


def _below(path: Path, root: Path) -> bool:
    return Path(os.path.realpath(path)).is_relative_to(root)


def open_table(path: Path, known: Stated | None = None) -> Table:
    """The table in one file, told by its content; its suffix only decides between JSON lines and CSV.

    Raises InputError for an empty file, and for one that is no table: a picture, a workbook, an archive.
    """
    try:
        with open_bytes(path) as file:
            start = file.read(4096)
    except (OSError, EOFError) as error:
        raise InputError(f"{path} cannot be read: {error}", hint="check the file and its permissions") from None
    if not start.strip(b"\xef\xbb\xbf \t\r\n\0"):
        raise InputError(f"{path} is empty", hint=_HINT)
    if start.startswith(b"PAR1"):
        return ParquetTable(path)
    _refuse_alien(path, start)
    text = start.decode("utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace")
    text = text.lstrip("\ufeff \t\r\n")
    looks_json = text.startswith(("{", "[{", "[ {", "[\n", "[\r")) or (text.startswith("[") and ".json" in path.name)
    return JsonTable(path, known) if looks_json else DelimitedTable(path, known)


def _refuse_alien(path: Path, start: bytes) -> None:
    found = next((name for magic, name in _ALIEN.items() if start.startswith(magic)), "")
    if start.startswith(b"PK\x03\x04"):
        workbook = b"xl/" in start or path.suffix.lower().startswith(".xls") or b"[Content_Types]" in start
        found = "an Excel workbook" if workbook else "a ZIP archive"
    if start.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith((b"<!doctype", b"<html", b"<?xml", b"<svg")):
        found = "an HTML or XML page"
    if not found and not is_text(start):
        found = "binary data"
    if found:
        hint = "unpack it and name the folder" if "archive" in found else _HINT
        raise InputError(f"{path} is not a table: it is {found}", hint=hint)


def _folder_parts(folder: Path, root: Path, known: Stated) -> list[Part]:
    """The tables in a folder (the shallowest level that has some), else its pictures."""
    for depth in range(3):
        tables = [path for path in _files(folder, depth) if _is_table_name(path.name)]
        rich = [path for path in tables if not path.name.lower().endswith((".json", ".json.gz"))]
        if rich or tables:
            return [_part(path, root, known, folder) for path in rich or tables]
    table = PictureFolderTable(folder)
    if not table.row_count:
        found = ", ".join(sorted(path.name for path in folder.iterdir())[:5]) or "nothing"
        kinds = ", ".join(_TABLE_SUFFIXES)
        raise InputError(
            f"{folder} holds no table ({kinds}) and no pictures; found: {found}",
            hint="name the file itself, or another folder",
        )
    return [Part(os.path.basename(os.path.realpath(folder)), table, PictureFolders(folder))]


def _is_table_name(name: str) -> bool:
    return not name.startswith((".", "~")) and name.lower().removesuffix(".gz").endswith(_TABLE_SUFFIXES)


def _files(folder: Path, depth: int) -> list[Path]:
    pattern = "/".join(["*"] * (depth + 1))
    return sorted(path for path in folder.glob(pattern) if path.is_file() and not _hidden(path, folder))


def _hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in path.relative_to(folder).parts)


def _common_columns(parts: list[Part]) -> list[str]:
    """The union of the columns, in order; tables that share less than half of them are no one catalogue."""
    first = parts[0]
    union = dict.fromkeys(first.table.columns)
    for part in parts[1:]:
        shared = set(first.table.columns) & set(part.table.columns)
        if len(shared) < 0.5 * min(len(first.table.columns), len(part.table.columns)):
            raise InputError(
                f"{first.name} and {part.name} are not one catalogue: {', '.join(first.table.columns)} against "
                f"{', '.join(part.table.columns)}",
                hint="import one of them, naming the file",
            )
        union.update(dict.fromkeys(part.table.columns))
    return list(union)


def _nearest_file(path: Path) -> str:
    from difflib import get_close_matches

    if not path.parent.is_dir():
        return f"{path.parent} is not there either"
    close = get_close_matches(path.name, [other.name for other in path.parent.iterdir()], n=1, cutoff=0.5)
    return f"did you mean {close[0]}?" if close else "check the path"
