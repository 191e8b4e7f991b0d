"""Places rows in groups and splits: which pictures are one, which stand for nothing, which names are held out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gergo.catalogue import texts
from gergo.catalogue.groups import assign, clusters
from gergo.catalogue.intake import Intake
from gergo.catalogue.item import Item
from gergo.catalogue.manifest import Manifest
from gergo.catalogue.matching import Matched
from gergo.catalogue.near_duplicates import near_duplicates
from gergo.catalogue.placeholders import placeholders
from gergo.catalogue.reading import Loss
from gergo.catalogue.roles import Roles
from gergo.catalogue.snapshot import Facts, Snapshot, key_of, thumbnails
from gergo.catalogue.spill import Spill
from gergo.catalogue.splits import HeldOut, named_held_out
from gergo.catalogue.store import Catalogue
from gergo.errors import UsageError

Names = Sequence[str] | None


def latest(stored: Sequence[Item], incoming: Sequence[Item]) -> list[Item]:
    """Every item once, by number; what comes in replaces what is stored."""
    return list(({item.number: item for item in stored} | {item.number: item for item in incoming}).values())


def cluster_pictures(snapshot: Snapshot, spill: Spill, before: Catalogue | None) -> dict[str, str]:
    """Picture hash -> the hash that stands for its cluster; those new in this import are compared with all."""
    facts: dict[str, Facts] = {}
    for fact in snapshot.facts.values():
        facts.setdefault(fact.hash, fact)
    hashes = list(facts)
    new_N = np.array([facts[hash_].place >= 0 for hash_ in hashes], bool)
    perceptual_N = np.array([facts[hash_].perceptual for hash_ in hashes], np.uint64)

    def thumbnails_of(wanted: Sequence[int]) -> list[NDArray[np.uint8]]:
        found = [facts[hashes[i]] for i in wanted]
        stored = [fact.view for fact in found if fact.place < 0]
        from_store = iter(thumbnails(before, stored) if before is not None else [])
        return [spill.thumbnail(fact.place) if fact.place >= 0 else next(from_store) for fact in found]

    return clusters(hashes, near_duplicates(perceptual_N, new_N, thumbnails_of))


def drop_placeholders(
    snapshot: Snapshot, intake: Intake, matched: Matched, cluster_of: dict[str, str], known: Sequence[str]
) -> set[str]:
    """Take pictures that stand for no product from the rows, and from `cluster_of`; returns the hashes of all such.

    known: hashes that earlier imports found. Items that are stored with such a picture keep it, and what only they
    show is not looked at again.
    """
    shown = {cluster_of[picture] for item in matched.incoming for picture in item.pictures}
    found = shown & placeholders(latest(snapshot.items, matched.incoming), cluster_of)
    hashes = set(known) | {hash_ for hash_, cluster in cluster_of.items() if cluster in found}
    for hash_ in hashes:
        cluster_of.pop(hash_, None)
    stored = {item.number: item.pictures for item in snapshot.items}
    refused = []
    for row in intake.rows:
        kept = stored.get(row.number, set())
        dropped = [view for view in row.views if view.hash in hashes and view.hash not in kept]
        if not dropped:
            continue
        detail = "the same picture stands for many different items"
        losses = (Loss(view.column, "picture_placeholder", detail) for view in dropped)
        intake.lose(row.source, row.row, "view", losses)
        row.views = [view for view in row.views if view not in dropped]
        if not row.views and not row.text_hashes:
            intake.refuse(row, Loss("", "nothing_usable", "no text and no picture of its own"))
            refused.append(row)
    matched.drop(refused)
    return hashes


@dataclass(frozen=True)
class HeldOutNames:
    """What is held out, as the source spells it."""

    brands: list[str]
    categories: list[str]

    def keys(self) -> HeldOut:
        """As names are compared."""
        return HeldOut(map(texts.key, self.brands), map(texts.key, self.categories))


def stored_names(manifest: Manifest, brands: Names, categories: Names) -> HeldOutNames:
    """The names that a catalogue holds out already. Raises UsageError where others are asked for."""
    for option, asked, stored in (
        ("--held-out-brands", brands, manifest.held_out_brands),
        ("--held-out-categories", categories, manifest.held_out_categories),
    ):
        if asked is not None and set(map(texts.key, asked)) != set(map(texts.key, stored)):
            raise UsageError(
                f"{option}: the catalogue already holds out {', '.join(stored) or 'none'}",
                hint="splits are stored with the catalogue; import into a new folder for others",
            )
    return HeldOutNames(manifest.held_out_brands, manifest.held_out_categories)


def chosen_names(items: Sequence[Item], roles: Roles, spill: Spill, brands: Names, categories: Names) -> HeldOutNames:
    """The names to hold out of a new catalogue: as asked, else drawn by hash. Raises UsageError for unknown ones."""
    spelled = {option: _spellings(spill, getattr(roles, option)) for option in ("brand", "category")}
    drawn = HeldOut.draw(
        [item.brand for item in items],
        [item.category for item in items],
        named_brands=None if brands is None else named_held_out("brand", brands, spelled["brand"].values()),
        named_categories=None
        if categories is None
        else named_held_out("category", categories, spelled["category"].values()),
    )
    return HeldOutNames(
        sorted(spelled["brand"][name] for name in drawn.brands),
        sorted(spelled["category"][name] for name in drawn.categories),
    )


def _spellings(spill: Spill, column: str | None) -> dict[str, str]:
    """Key -> how the name is mostly written."""
    if column is None:
        return {}
    counts: Counter[tuple[str, str]] = Counter()
    for row in spill.rows():
        if name := key_of(row["values"], column):
            counts[name, str(row["values"][column]).strip()] += 1
    ranked = sorted(counts.items(), key=lambda entry: (entry[1], entry[0]))
    return {name: written for (name, written), _ in ranked}


def group_rows(
    snapshot: Snapshot, intake: Intake, matched: Matched, cluster_of: dict[str, str], held_out: HeldOut
) -> None:
    """Give rows their groups and splits; those that would put one group in two splits are refused."""
    refused = assign(snapshot.items, matched.incoming, cluster_of, held_out)
    for row in refused:
        detail = f"{row.id}: tied to items of two splits"
        intake.refuse(row, Loss("", "would_bridge_splits", detail))
    matched.drop(refused)
