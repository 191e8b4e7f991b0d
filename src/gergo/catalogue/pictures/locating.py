"""From the value of a cell to the bytes of a picture, never leaving the source's folder."""

from __future__ import annotations

import base64
import binascii
import json
import os
import re
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote

from gergo.catalogue import texts
from gergo.catalogue.pictures.errors import PictureError

_SUFFIXES = "jpg|jpeg|jpe|jfif|png|webp|gif|bmp|tif|tiff|avif|jp2|ico|heic|heif|svg|ppm|pgm"
PICTURE_SUFFIXES = frozenset("." + suffix for suffix in _SUFFIXES.split("|"))
MAX_FILE_BYTES = 256 * 2**20
MAX_INDEXED_FILES = 2_000_000

_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.\-]+:)?//|www\.", re.I)
_DRIVE = re.compile(r"[a-z]:[\\/]", re.I)
_ENDS_AS_PICTURE = re.compile(rf"\.(?:{_SUFFIXES})(?:[?#].*)?$", re.I)


def looks_like_picture(text: str) -> bool:
    """Whether a text ends as the path or address of a picture does."""
    return bool(_ENDS_AS_PICTURE.search(text.strip().strip("\"'")))


def split(value: object) -> list[object]:
    """The pictures of one cell, in order: a cell may list several ("a.jpg|b.jpg", a JSON list, a Parquet list).

    Each is a path or address (str), bytes, or a struct {"bytes", "path"}; empty ones are left out.
    """
    if value is None or (isinstance(value, float) and value != value):
        return []
    if isinstance(value, list | tuple):
        return [picture for part in value for picture in split(part)]
    if isinstance(value, dict):
        return _of_struct(value)
    if not isinstance(value, str):
        return [value]
    text = value.strip()
    if text.startswith(("[", "{")) and (parsed := _json(text)) is not None:
        return split(parsed)
    if text.startswith("data:"):
        return [text]
    return [part for piece in re.split(r"[|\n]", text) for part in _listed(piece) if texts.normalise(part)]


def _listed(text: str) -> list[str]:
    """What a semicolon, comma or space separates, where every part is a picture; they may be in a name, too."""
    for separator in (";", ",", " "):
        parts = [part.strip().strip("\"'") for part in text.split(separator)]
        parts = [part for part in parts if part]
        pictures = _ADDRESS.match if separator == " " else looks_like_picture
        if len(parts) > 1 and all(pictures(part) for part in parts):
            return parts
    return [text.strip().strip("\"'").strip()]


def _of_struct(value: dict) -> list[object]:
    places = [value[name] for name in ("path", "url", "src", "file_name", "href", "image") if value.get(name)]
    if value.get("bytes") or (value.get("bytes") is not None and not places):
        return [value]  # bytes of length 0 are a picture, too: one to be reported
    return places[:1]


def _json(text: str) -> object | None:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def load(value: object, root: Path | PictureFolders) -> bytes:
    """The bytes behind one picture of a cell; paths are relative to `root` and may not leave it.

    Raises PictureError: picture_missing, picture_is_a_url, picture_outside_source, picture_too_large, picture_empty.
    """
    if isinstance(value, dict):
        value = value.get("bytes") or value.get("path") or ""
    if isinstance(value, bytes | bytearray | memoryview):
        data = bytes(value)
    elif isinstance(value, str) and value.startswith("data:"):
        data = _inline(value)
    else:
        folders = root if isinstance(root, PictureFolders) else PictureFolders(root)
        data = _file_bytes(folders.find(str(value)))
    if not data:
        raise PictureError("picture_empty", "no bytes")
    return data


def _inline(uri: str) -> bytes:
    try:
        return base64.b64decode(uri.partition(",")[2], validate=True)
    except (binascii.Error, ValueError) as error:
        raise PictureError("picture_broken", f"data: address, {error}") from None


def _file_bytes(path: Path) -> bytes:
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):  # reading a pipe would wait for ever
            raise PictureError("picture_missing", f"{path.name}: not a regular file")
        if found.st_size > MAX_FILE_BYTES:
            raise PictureError("picture_too_large", f"{path.name}: {found.st_size:,} bytes")
        return path.read_bytes()
    except OSError as error:
        raise PictureError("picture_missing", f"{path.name}: {error.strerror}") from None


class PictureFolders:
    """The folders that the pictures of a source may lie in, tried in order; nothing outside all of them is opened."""

    def __init__(self, *folders: Path) -> None:
        self._folders = [Path(os.path.realpath(folder)) for folder in folders]

    def find(self, path: str) -> Path:
        """The file a cell means: as written, else kindly (backslashes, capitals, %20, the folder left out).

        Raises PictureError when it is an address, lies outside, or is not there.
        """
        text = path.strip().strip("\"'")
        if _ADDRESS.match(text):
            raise PictureError("picture_is_a_url", f"{text}: an address, not a file: download it first")
        if "\0" in text or not text:
            raise PictureError("picture_missing", repr(path))
        outside = False
        for written in dict.fromkeys((text, unquote(text), text.replace("\\", "/"))):
            for folder in self._folders:
                found = _inside(folder, written, self._folders)
                if found is not None and os.path.isfile(found):
                    return found
                outside |= found is None
        kindly = unquote(text.replace("\\", "/"))
        if outside:
            return self._find_by_its_end(kindly, text)
        return self._find_kindly(kindly, text)

    def _find_by_its_end(self, written: str, text: str) -> Path:
        """A path of another machine (C:\\shop\\pics\\1.jpg) or of a shop's root: the longest end that is here."""
        parts = [part for part in written.split("/") if part not in ("", ".")]
        elsewhere = text.startswith("/") or _DRIVE.match(text)
        if not elsewhere or ".." in parts or os.path.exists(text):
            raise PictureError("picture_outside_source", text)
        for start in range(len(parts)):
            found = self._ends.get(_folded("/".join(parts[start:])))
            if found:
                return Path(found)
        raise PictureError("picture_missing", text)

    @cached_property
    def _ends(self) -> dict[str, str]:
        """Every end of every picture's path below the folders, in lower case -> its path, "" where it is of several."""
        ends: dict[str, str] = {}
        for folder in self._folders:
            for path in _walk(folder):
                parts = path.relative_to(folder).parts
                for start in range(len(parts)):
                    end = _folded("/".join(parts[start:]))
                    ends[end] = str(path) if ends.get(end, str(path)) == str(path) else ""
        return ends

    def _find_kindly(self, written: str, text: str) -> Path:
        name = _folded(os.path.normpath(written).strip("/"))
        found = self._index.get(name)
        if found is None:
            raise PictureError("picture_missing", text)
        if found == "":
            raise PictureError("picture_missing", f"{text}: several files have this name, give their folder")
        return Path(found)

    @cached_property
    def _index(self) -> dict[str, str]:
        """Every name a picture may be asked by, in lower case -> its path ("" when it is not the only one).

        Its path below the folder, that with the folder's own name before it, its bare name, and its name without
        suffix. Built on the first miss; it is what keeps a wrong capital in 50,000 rows from costing 50,000 walks.
        """
        exact: dict[str, str] = {}
        bare: dict[str, str] = {}
        for folder in self._folders:
            for path in _walk(folder):
                relative = _folded(path.relative_to(folder).as_posix())
                for name in (relative, f"{_folded(folder.name)}/{relative}"):
                    exact.setdefault(name, str(path))
                for name in {_folded(path.name), _folded(path.stem)}:
                    bare[name] = str(path) if bare.get(name, str(path)) == str(path) else ""
        return bare | exact


def _folded(name: str) -> str:
    """Whatever the capitals, and whatever a Mac did to the accents."""
    return unicodedata.normalize("NFC", name).casefold()


def _walk(folder: Path) -> Iterator[Path]:
    count = 0
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__MACOSX")))
        for name in sorted(files):
            if os.path.splitext(name)[1].lower() in PICTURE_SUFFIXES:
                path = Path(parent, name)
                if not path.is_symlink() or _inside(folder, str(path), [folder]) is not None:
                    yield path
        count += len(files)
        if count > MAX_INDEXED_FILES:
            return


def _inside(folder: Path, written: str, fences: Sequence[Path]) -> Path | None:
    """The real path of `written`, relative to `folder`; None when it leaves all fences (by .., a drive, a link)."""
    if _DRIVE.match(written):
        return None
    path = os.path.realpath(os.path.join(folder, written))
    if _is_below(path, fences):
        return Path(path)
    if written.startswith("/"):  # a shop's /images/1.jpg means its own root
        path = os.path.realpath(os.path.join(folder, written.lstrip("/")))
        if _is_below(path, fences) and os.path.isfile(path):
            return Path(path)
    return None


def _is_below(path: str, fences: Sequence[Path]) -> bool:
    return any(path.startswith(os.path.join(str(fence), "")) for fence in fences)
