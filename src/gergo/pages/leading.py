"""Which figures of an evaluation stand where there is no room for all, and what each of them is about, in words.

Figures are given as `gergo evaluate --json` writes them, so that whatever shows them needs nothing of the evaluation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Figure = Mapping[str, Any]
"""One of the report's `results`."""

NARROWED_BY = ("queries", "labels")  # said where they are not "all"
TOLD_BY = ("reading", "difficulty", "truth", "method", "damage")


def leading(figures: Sequence[Figure]) -> list[tuple[str, Figure]]:
    """The first metric of every task, split and setting, each with what it is about; no two of a task and split alike.

    Classification among a split's own labels is left out: it stands beside that among all, and is the easier.
    """
    first: dict[str, Figure] = {}
    for figure in figures:
        if figure["settings"].get("labels", "all") == "all":
            first.setdefault(repr((figure["task"], figure["split"], figure["settings"])), figure)
    alike: dict[tuple[str, str, str], list[Figure]] = {}
    for figure in first.values():
        alike.setdefault((figure["task"], figure["split"], about(figure["settings"])), []).append(figure)
    told = {}
    for (_, _, name), same in alike.items():
        told |= {id(figure): _joined([name, *_differences(figure, same)]) for figure in same}
    return [(told[id(figure)], figure) for figure in first.values()]


def chosen(figures: Sequence[tuple[str, Figure]], most: int) -> list[tuple[str, Figure]]:
    """At most so many of the leading figures, in their order: the first of every task and split, then the second ones.

    >>> of = lambda task, column: (column, {"task": task, "split": "test"})
    >>> [about for about, _ in chosen([of("retrieval", "title"), of("retrieval", "text"), of("zero_shot", "kind")], 2)]
    ['title', 'kind']
    """
    met: dict[tuple[str, str], int] = {}
    place = []
    for _, figure in figures:
        key = figure["task"], figure["split"]
        place.append(met.setdefault(key, 0))
        met[key] += 1
    kept = sorted(sorted(range(len(figures)), key=lambda i: place[i])[:most])
    return [figures[i] for i in kept]


def about(settings: Mapping[str, Any]) -> str:
    """The column or columns, which of the queries, and how: what a figure means nothing without, in a few words.

    >>> about({"text_column": "title", "queries": "unseen_texts", "gallery": 120})
    'title, unseen texts'
    >>> about({"text_column": "title_it", "made_from": "title by marian"})
    'title_it (made from title by marian)'
    >>> about({"label_column": "kind", "method": "tip_adapter", "shots": 4}), about({"damage": "jpeg", "step": 30})
    ('kind, tip adapter, 4 examples a class', 'jpeg 30')
    >>> about({"label_column": "kind", "parent_column": "trade"}), about({"columns": ["kind", "colour", "kind"]})
    ('kind within one trade', 'kind, colour')
    """
    parts = [_column(settings)]
    parts += [_words(settings[name]) for name in NARROWED_BY if settings.get(name) not in (None, "all")]
    parts += [_words(settings[name]) for name in TOLD_BY if name in settings]
    if "damage" in settings and settings.get("step"):
        parts[-1] += f" {settings['step']:g}"
    if "shots" in settings:
        parts.append(_shots(settings["shots"]))
    return _joined(parts)


def _column(settings: Mapping[str, Any]) -> str:
    named = settings.get("text_column") or settings.get("label_column") or ""
    if parent := settings.get("parent_column"):
        return f"{named} within one {parent}"
    if made_from := settings.get("made_from"):
        return f"{named} (made from {made_from})"
    columns = settings.get("columns")
    return named or (", ".join(dict.fromkeys(columns)) if isinstance(columns, list) else "")


def _shots(shots: int) -> str:
    return f"{shots} example{'' if shots == 1 else 's'} a class" if shots else "no examples"


def _differences(figure: Figure, same: Sequence[Figure]) -> list[str]:
    """What else tells a figure from those of its task and split that are about the same."""
    settings = figure["settings"]
    differ = [name for name in settings if len({repr(other["settings"].get(name)) for other in same}) > 1]
    return [f"{_words(name)} {_words(settings[name])}" for name in differ]


def _words(value: object) -> str:
    return str(value).replace("_", " ")


def _joined(parts: Sequence[str]) -> str:
    return ", ".join(part for part in parts if part)
