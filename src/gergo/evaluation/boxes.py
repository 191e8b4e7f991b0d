"""A user's boxes: where on a picture the thing that a text names is."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gergo.catalogue.sources.opening import open_table
from gergo.catalogue.texts import normalise
from gergo.errors import InputError

CORNERS = ("x0", "y0", "x1", "y1")
SHOWN = 5  # bad rows that an error names


@dataclass(frozen=True)
class Box:
    """One row: left, top, right and bottom (exclusive) in pixels of the upright picture, as its file has them.

    item: the id of a catalogue's item, whose first picture is meant; or picture: a file.
    """

    row: int
    text: str
    corners: tuple[float, float, float, float]
    item: str = ""
    picture: Path | None = None


def read_boxes(path: str | Path) -> list[Box]:
    """The boxes of a table with columns `text`, `x0`, `y0`, `x1`, `y1`, and `id` or `picture` (relative to the table).

    Raises:
        InputError: no such file, a column is missing, or rows are bad: they are named, up to five of them.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(f"there is no file of boxes at {path}")
    table = open_table(path)
    columns = {name.strip().casefold(): name for name in table.columns}
    missing = [name for name in ("text", *CORNERS) if name not in columns]
    if not missing and not {"id", "picture"} & columns.keys():
        missing = ["id or picture"]
    if missing:
        raise InputError(
            f"{path} has no column {', '.join(missing)}; its columns are {', '.join(table.columns)}",
            hint="a table of boxes has id or picture, text, x0, y0, x1, y1; corners are in pixels",
        )
    boxes, bad = [], []
    for row in table.rows():
        values = {name: normalise(row.values.get(column)) for name, column in columns.items()}
        problem = row.detail or row.problem or _problem(values, path.parent)
        if problem:
            bad.append(f"row {row.row}: {problem}")
        else:
            boxes.append(_box(row.row, values, path.parent))
    refuse(path, bad)
    if not boxes:
        raise InputError(f"{path} holds no boxes")
    return boxes


def refuse(path: Path, bad: Iterable[str]) -> None:
    """Raise InputError where there are bad rows, naming the first of them."""
    bad = list(bad)
    if bad:
        more = f"; and {len(bad) - SHOWN:,} more" if len(bad) > SHOWN else ""
        raise InputError(
            f"{len(bad):,} bad rows in {path}: " + "; ".join(bad[:SHOWN]) + more,
            hint="correct them or take them out; row 1 is the first below the header",
        )


def _problem(values: Mapping[str, str], folder: Path) -> str:
    """What is wrong with a row, "" where nothing is."""
    if not values["text"]:
        return "no text"
    if not values.get("id") and not values.get("picture"):
        return "neither id nor picture"
    if values.get("picture") and not (folder / values["picture"]).is_file():
        return f"there is no picture {values['picture']}"
    corners = {name: _number(values[name]) for name in CORNERS}
    for name, value in corners.items():
        if value is None:
            return f"{name} is {values[name]!r}, not a number of pixels"
    x0, y0, x1, y1 = (value for value in corners.values() if value is not None)
    if min(x0, y0) < 0:
        return f"the box begins at {x0:g}, {y0:g}, outside the picture"
    if x1 <= x0 or y1 <= y0:
        return f"the box {x0:g}, {y0:g}, {x1:g}, {y1:g} has no inside: x1 is right of x0 and y1 below y0"
    return ""


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _box(row: int, values: Mapping[str, str], folder: Path) -> Box:
    x0, y0, x1, y1 = (float(values[name]) for name in CORNERS)
    picture = folder / values["picture"] if values.get("picture") else None
    return Box(row, values["text"], (x0, y0, x1, y1), "" if picture else values["id"], picture)


def box_mask(
    corners: tuple[float, float, float, float], picture_px: tuple[int, int], map_px: tuple[int, int]
) -> NDArray[np.bool_]:
    """A box on a picture of this width and height as a mask of a map of that width and height: bool [H, W].

    >>> box_mask((2, 0, 4, 2), (4, 4), (2, 2)).astype(int).tolist()
    [[0, 1], [0, 0]]
    """
    across, down = map_px[0] / picture_px[0], map_px[1] / picture_px[1]
    x0, y0, x1, y1 = corners
    left, top = min(int(x0 * across), map_px[0] - 1), min(int(y0 * down), map_px[1] - 1)
    right, bottom = max(left + 1, round(x1 * across)), max(top + 1, round(y1 * down))
    mask_HW = np.zeros((map_px[1], map_px[0]), bool)
    mask_HW[top:bottom, left:right] = True
    return mask_HW
