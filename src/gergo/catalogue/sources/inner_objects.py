"""Objects within rows, as {"name": {"en": ..., "it": ...}}: they become columns of their own, name_en and name_it.

A picture's object stays one value, and so does one with more keys than columns have names: that is data.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from gergo.catalogue.pictures.locating import looks_like_picture

_MAX_KEYS = 30  # an object with more keys than these in the whole file is data, not columns
_MAX_DEPTH = 8  # objects within objects


@dataclass
class _Object:
    """One place in the rows where objects stand. parts: key -> what stands there, None for plain values only; listed:
    keys under which some rows have a list.
    """

    parts: dict[str, _Object | None] = field(default_factory=dict)
    listed: set[str] = field(default_factory=set)
    is_picture: bool = True  # all that were seen
    is_data: bool = False
    is_opened: bool = False


class InnerObjects:
    """Which objects become columns; every row is to be shown first, then `settle` decides, then `opened` does it."""

    def __init__(self) -> None:
        self._row = _Object(is_opened=True)

    def observe(self, row: Mapping[str, object]) -> None:
        """Take note of the objects in a row."""
        _observe(self._row, row, 0)

    def settle(self) -> dict[str, str]:
        """The columns in order, those of an object in its place -> the row's own key that each is found under.

        An object whose columns would have the names of others is not opened.
        """
        taken = set(self._row.parts)
        waiting = deque(self._row.parts.items())
        while waiting:
            name, part = waiting.popleft()
            if part is None or part.is_picture or part.is_data:
                continue
            inner = {f"{name}_{key}": found for key, found in part.parts.items()}
            part.is_opened = taken.isdisjoint(inner)
            if part.is_opened:
                taken.update(inner)
                waiting.extend(inner.items())
        found = self._row
        return {name: key for key, part in found.parts.items() for name in _columns(key, part, key in found.listed)}

    def opened(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """The row with its objects opened; those that stay closed are as they were."""
        cells: dict[str, Any] = {}
        _open(cells, self._row, row, "")
        return cells


def is_picture(value: Mapping[str, object]) -> bool:
    """Whether an object is a picture's: it has bytes, or the path or address of a picture file."""
    places = (value.get(name) for name in ("path", "url", "src"))
    return "bytes" in value or any(isinstance(place, str) and looks_like_picture(place) for place in places)


def closed(value: object) -> object:
    """An object that was not opened, as JSON text; a picture's and all other values as they are."""
    if isinstance(value, dict) and not is_picture(value):
        return json.dumps(value, ensure_ascii=False, default=str) if value else None
    return value


def _observe(place: _Object, found: Mapping[str, object], depth: int) -> None:
    if place.is_data:
        return
    for key, value in found.items():
        part = place.parts.setdefault(key, None)
        if isinstance(value, list) and value:
            place.listed.add(key)
        if isinstance(value, dict) and value and depth < _MAX_DEPTH:
            part = place.parts[key] = part or _Object()
            part.is_picture = part.is_picture and is_picture(value)
            _observe(part, value, depth + 1)
    if depth and len(place.parts) > _MAX_KEYS:
        place.is_data = True
        place.parts.clear()


def _columns(name: str, place: _Object | None, is_listed: bool = False) -> Iterator[str]:
    if place is None or not place.is_opened:
        yield name
        return
    for key, part in place.parts.items():
        yield from _columns(f"{name}_{key}", part, key in place.listed)
    if is_listed:
        yield name


def _open(cells: dict[str, Any], place: _Object, found: Mapping[str, Any], prefix: str) -> None:
    for key, value in found.items():
        name, part = prefix + key, place.parts.get(key)
        if part is None or not part.is_opened:
            cells[name] = value
        elif isinstance(value, dict):
            _open(cells, part, value, f"{name}_")
        elif isinstance(value, list):
            if value:
                cells[name] = value
        elif value is not None:  # an object in most rows, a plain value in this one: as good as its first part
            cells[next(_columns(name, part))] = value
