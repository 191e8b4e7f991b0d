"""What an import says when it has ended."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from gergo.catalogue.splits import SPLITS
from gergo.catalogue.store import Catalogue


@dataclass(frozen=True)
class Outcome:
    """One import, counted. losses: (kind, reason) -> how many."""

    catalogue: Catalogue
    source: str
    mapping: str
    rows_in: int
    added: int
    changed: int
    unchanged: int
    missing: int
    losses: Counter[tuple[str, str]]


def summary(outcome: Outcome) -> str:
    """The whole outcome, for people."""
    manifest, counts = outcome.catalogue.manifest, outcome.catalogue.manifest.counts
    kept = outcome.added + outcome.changed + outcome.unchanged
    quarantined = sum(n for (kind, _), n in outcome.losses.items() if kind == "row")
    lines = ["", outcome.source, "", outcome.mapping, ""]
    for stored, column in manifest.renamed.items():
        lines.append(f"column {column!r} is stored as {stored!r}")
    lines.append(f"rows in {outcome.rows_in:,} = kept {kept:,} + quarantined {quarantined:,}")
    if outcome.changed or outcome.unchanged:
        lines.append(
            f"added {outcome.added:,}, changed {outcome.changed:,}, unchanged {outcome.unchanged:,}; "
            f"{outcome.missing:,} stored items are no longer in these files, and stay"
        )
    for (kind, reason), n in sorted(outcome.losses.items()):
        lines.append(f"  {n:,} {kind}{'s' if n > 1 else ''} lost: {reason}")
    lines.append(f"pictures {counts.views:,}, groups {counts.groups:,} of {counts.rows_kept:,} items")
    if counts.id_collisions:
        lines.append(f"{counts.id_collisions:,} ids were taken already; these items have ids ending in ~2, ~3, ...")
    splits = Counter(outcome.catalogue.items(columns=[])["split"].to_pylist())
    lines.append("splits " + ", ".join(f"{name} {splits[name]:,}" for name in SPLITS))
    if manifest.held_out_brands:
        lines.append(f"held-out brands: {', '.join(manifest.held_out_brands)}")
    if manifest.held_out_categories:
        lines.append(f"held-out categories ({manifest.roles.category}): {', '.join(manifest.held_out_categories)}")
    return "\n".join(lines)
