"""The check that can fail: nothing that is measured on was trained on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import pyarrow as pa

from gergo.catalogue.splits import HELD_OUT_BRANDS, HELD_OUT_CATEGORIES, SPLITS, TRAIN
from gergo.catalogue.store import Catalogue
from gergo.catalogue.texts import key

_RARE = range(2, 21)  # items of one title: a product and its variants; what more are called so is a class


@dataclass
class SharedTitles:
    """Titles, each of few items, that some items to train on and some to measure on have: variants, it may be.

    measured: how many items to measure on have such a title. examples: (title, id of one to train on, id of one to
    measure on).
    """

    titles: int = 0
    measured: int = 0
    examples: list[tuple[str, str, str]] = field(default_factory=list)


def shared_titles(items: pa.Table, examples: int = 3) -> SharedTitles:
    """Look for product titles on both sides of the splits, which nothing ties: an import takes no title for a product.

    items: with "id", "split" and "texts", the first of which is the title.
    """
    called: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for id_, split, texts in zip(*(items[name].to_pylist() for name in ("id", "split", "texts")), strict=True):
        if texts:
            called[texts[0]["hash"]].append((texts[0]["text"], split, id_))
    found = SharedTitles()
    for alike in called.values():
        trained = [id_ for _, split, id_ in alike if split == TRAIN]
        measured = [id_ for _, split, id_ in alike if split != TRAIN]
        if len(alike) in _RARE and trained and measured:
            found.titles += 1
            found.measured += len(measured)
            if len(found.examples) < examples:
                found.examples.append((alike[0][0], trained[0], measured[0]))
    return found


def leaks(catalogue: Catalogue) -> list[str]:
    """What leaks between splits, a sentence each; empty when nothing does.

    No group and no picture is in two splits; held-out names are in held-out splits only; every split is one of ours.
    """
    roles, manifest = catalogue.roles, catalogue.manifest
    named = [name for name in dict.fromkeys((roles.brand, roles.category)) if name]
    items = catalogue.items(columns=named)
    splits = items["split"].to_pylist()
    split_of = dict(zip(items["item"].to_pylist(), splits, strict=True))
    views = catalogue.views()
    shown_in = (split_of[item] for item in views["item"].to_pylist())
    found = [
        f"item {id_} is in no split ({split!r})"
        for id_, split in zip(items["id"].to_pylist(), splits, strict=True)
        if split not in SPLITS
    ]
    found += _in_two_splits("group", zip(items["group"].to_pylist(), splits, strict=True))
    found += _in_two_splits("picture", zip(views["hash"].to_pylist(), shown_in, strict=True))
    for column, names in ((roles.brand, manifest.held_out_brands), (roles.category, manifest.held_out_categories)):
        if column is not None and names:
            found += _held_out_elsewhere(items, column, {key(name) for name in names})
    return found


def _held_out_elsewhere(items: pa.Table, column: str, names: set[str]) -> list[str]:
    held_out = {HELD_OUT_BRANDS, HELD_OUT_CATEGORIES}
    values = (items[name].to_pylist() for name in ("id", "split", column))
    return [
        f"item {id_} of the held-out {column} {value!r} is in {split}"
        for id_, split, value in zip(*values, strict=True)
        if split not in held_out and value is not None and key(str(value)) in names
    ]


def _in_two_splits(what: str, pairs: Iterable[tuple[str, str]]) -> list[str]:
    splits: dict[str, set[str]] = defaultdict(set)
    for name, split in pairs:
        splits[name].add(split)
    return [f"{what} {name} is in {' and '.join(sorted(of))}" for name, of in splits.items() if len(of) > 1]
