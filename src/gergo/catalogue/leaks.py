"""The check that can fail: nothing that is measured on was trained on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from gergo.catalogue.snapshot import key_of
from gergo.catalogue.splits import HELD_OUT_BRANDS, HELD_OUT_CATEGORIES, SPLITS
from gergo.catalogue.store import Catalogue
from gergo.catalogue.texts import key


def leaks(catalogue: Catalogue) -> list[str]:
    """What leaks between splits, a sentence each; empty when nothing does.

    No group and no picture is in two splits; held-out names are in held-out splits only; every split is one of ours.
    """
    roles = catalogue.roles
    named = [name for name in dict.fromkeys((roles.brand, roles.category)) if name]
    items = catalogue.items(columns=named).drop(["texts"]).to_pylist()
    split_of = {row["item"]: row["split"] for row in items}
    views = catalogue.views().select(["item", "hash"]).to_pydict()
    pictures = zip(views["hash"], (split_of[item] for item in views["item"]), strict=True)
    found = [f"item {row['id']} is in no split ({row['split']!r})" for row in items if row["split"] not in SPLITS]
    found += _in_two_splits("group", ((row["group"], row["split"]) for row in items))
    found += _in_two_splits("picture", pictures)
    held_out = {HELD_OUT_BRANDS, HELD_OUT_CATEGORIES}
    for column, names in (
        (roles.brand, catalogue.manifest.held_out_brands),
        (roles.category, catalogue.manifest.held_out_categories),
    ):
        keys = {key(name) for name in names}
        found += [
            f"item {row['id']} of the held-out {column} {row[column]!r} is in {row['split']}"
            for row in items
            if column and row["split"] not in held_out and key_of(row, column) in keys
        ]
    return found


def _in_two_splits(what: str, pairs: Iterable[tuple[str, str]]) -> list[str]:
    splits: dict[str, set[str]] = defaultdict(set)
    for name, split in pairs:
        splits[name].add(split)
    return [f"{what} {name} is in {' and '.join(sorted(of))}" for name, of in splits.items() if len(of) > 1]
