"""A folder of pictures as rows: a row a file, its class folder the category, its name the title where it has words."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from pathlib import Path

from gergo.catalogue.pictures.locating import PICTURE_SUFFIXES
from gergo.catalogue.sources.rows import TableRow

_NOT_CLASSES = {"images", "image", "img", "imgs", "pictures", "photos", "data", "train", "test", "val", "valid"}
_NOT_CLASSES |= {"validation", "training", "bilder", "fotos", "foto", "immagini"}
_CAMERA = re.compile(r"(img|dsc|dcim|pic|image|photo|foto|bild|scan|screenshot|whatsapp|pxl|mvimg)[a-z]*", re.I)
_WORD = re.compile(r"[^\W\d_]{3,}")


class PictureFolderTable:
    """Every picture below a folder, in the order of their paths."""

    picture_columns: Collection[str] = ("file_name",)

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        count = classed = wordy = 0
        for path in self._paths():
            count += 1
            classed += bool(_category(path))
            wordy += bool(_title(path))
        self.row_count = count
        has_title = wordy > count / 2
        self.columns = ["file_name"] + ["title"] * has_title + ["category"] * bool(classed)
        parts = [f"{count:,} pictures"]
        parts += ["class folders as column category"] if classed else []
        parts += ["file names as column title"] if has_title else []
        self.description = ", ".join(parts)

    def _paths(self) -> Iterator[str]:
        for parent, folders, files in os.walk(self._folder):
            folders[:] = sorted(name for name in folders if not name.startswith((".", "__MACOSX")))
            for name in sorted(files):
                if not name.startswith(".") and os.path.splitext(name)[1].lower() in PICTURE_SUFFIXES:
                    yield Path(parent, name).relative_to(self._folder).as_posix()

    def rows(self, columns: Collection[str] | None = None) -> Iterator[TableRow]:
        """One row a picture."""
        for number, path in enumerate(self._paths(), start=1):
            row = {"file_name": path, "title": _title(path), "category": _category(path)}
            wanted = [name for name in self.columns if columns is None or name in columns]
            yield TableRow(number, {name: row[name] for name in wanted})


def _category(path: str) -> str | None:
    folders = path.split("/")[:-1]
    return folders[-1] if folders and folders[-1].casefold() not in _NOT_CLASSES else None


def _title(path: str) -> str | None:
    """The words of a file's name, None unless there are two at least ("red-cotton-shirt_2", not "IMG_2041")."""
    stem = re.sub(r"[-_\s.+]+", " ", Path(path).stem).strip()
    stem = re.sub(r"( \d{1,4})+$| \(\d+\)$", "", stem)
    words = [word for word in _WORD.findall(stem) if not _CAMERA.fullmatch(word)]
    return stem if len(words) >= 2 else None
